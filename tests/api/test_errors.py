"""What every answer has in common, and what an answer says when something inside or outside is broken."""

import json
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import text

from server.services import Services
from tests.conftest import Control, Someone, mime
from tests.steps import BEN, item_of


def client(app: APIFlask) -> FlaskClient:
    return app.test_client()


def test_every_answer_carries_the_headers_that_protect_it(app: APIFlask, ben: Someone) -> None:
    for answer in (ben.raw("GET", "/api/me"), ben.raw("GET", "/api/nothing"), client(app).get("/api/me")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Request-Id"]
        assert "Set-Cookie" not in answer.headers


def test_the_request_id_of_the_caller_is_kept_when_it_is_one(ben: Someone) -> None:
    kept = ben.raw("GET", "/api/me", headers={"X-Request-Id": "abcdef-123456"})
    assert kept.headers["X-Request-Id"] == "abcdef-123456"
    for odd in ("short", "x" * 65, "with space 123", "<script>alert(1)"):
        assert ben.raw("GET", "/api/me", headers={"X-Request-Id": odd}).headers["X-Request-Id"] != odd


def test_no_other_origin_may_read_the_api(ben: Someone) -> None:
    answer = ben.raw("GET", "/api/me", headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("settings", [{"cors_origins": ("https://pane.example",)}], indirect=True)
def test_a_pane_on_another_origin_is_let_in_when_it_is_named(ben: Someone, app: APIFlask) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}
    before = client(app).options("/api/saves", headers={"Origin": "https://pane.example", **asked})
    assert before.status_code == 200
    assert before.headers["Access-Control-Allow-Origin"] == "https://pane.example"
    assert "authorization" in before.headers["Access-Control-Allow-Headers"].lower()
    assert ben.raw("GET", "/api/me", headers={"Origin": "https://pane.example"}).headers["Access-Control-Allow-Origin"]
    stranger = client(app).options("/api/saves", headers={"Origin": "https://evil.example", **asked})
    assert "Access-Control-Allow-Origin" not in stranger.headers


def test_a_defect_says_nothing_of_the_inside(ben: Someone, services: Services) -> None:
    ben.get("/api/me")
    with services.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE activities RENAME TO activities_away"))
    try:
        answer = ben.raw("GET", "/api/activity")
    finally:
        with services.database.engine.begin() as connection:
            connection.execute(text("ALTER TABLE activities_away RENAME TO activities"))
    shown = answer.get_data(as_text=True)
    assert answer.status_code in (500, 503)
    assert set(json.loads(shown)["error"]) <= {"code", "message", "retryAfter"}
    for inside in ("activities", "SELECT", "psycopg", "sqlalchemy", "Traceback", "/server/"):
        assert inside not in shown


def test_a_graph_that_cannot_be_reached_is_busy(ben: Someone, control: Control) -> None:
    item = item_of(control.deliver(BEN, mime()))
    for order in ({"cut": True}, {"status": 500}, {"status": 502}, {"status": 504}):
        control("POST", "faults", json={"service": "graph", **order})
        error = ben.post("/api/context", {"item": item}, expect=503)["error"]
        assert (error["code"], error["retryAfter"]) == ("busy", 5), order
        control("DELETE", "faults")


def test_an_entra_that_cannot_be_reached_is_busy_too(someone: Any, control: Control) -> None:
    ben = someone("ben")
    control("POST", "faults", json={"service": "entra", "method": "POST", "cut": True})
    answer = ben.raw("POST", "/api/context", json={"item": {"id": "AAMkAD"}})
    assert answer.status_code == 503
    assert answer.get_json()["error"]["code"] == "busy"
    assert answer.headers["Retry-After"]


def test_strange_answers_of_graph_do_not_break_it(ben: Someone, control: Control) -> None:
    item = item_of(control.deliver(BEN, mime()))
    for status in (301, 400, 402, 405, 409, 418, 451, 507):
        control("POST", "faults", json={"service": "graph", "path": "*/messages/*", "status": status})
        answer = ben.raw("POST", "/api/context", json={"item": item})
        assert answer.status_code in (400, 403, 404, 503), (status, answer.get_data(as_text=True))
        assert answer.get_json()["error"]["message"]
        control("DELETE", "faults")
