"""What the service shows to pages, people and machines that have no business with it (A43 to A46)."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from pydantic import ValidationError
from werkzeug.test import TestResponse

from server.settings import Settings
from tests.api.routes import STREAMS, filled, routes
from tests.conftest import Control, Someone, mime
from tests.steps import SUPPORT, contact, item_of, reference

ROOT = Path(__file__).parents[2]
PANE = "https://pane.example"
OUTLOOK = (
    "https://outlook.office.com https://outlook.office365.com https://outlook.live.com https://outlook.cloud.microsoft"
)
pane_is_elsewhere = pytest.mark.parametrize("settings", [{"cors_origins": (PANE, "https://b.example")}], indirect=True)


def answers(app: APIFlask, **headers: str) -> Iterator[tuple[str, TestResponse]]:
    """Of every route, to somebody who shows nothing."""
    for method, rule in routes(app):
        if rule not in STREAMS:
            yield f"{method} {rule}", app.test_client().open(filled(rule), method=method, headers=headers, json={})


def frame_ancestors(answer: TestResponse) -> str:
    policy = answer.headers["Content-Security-Policy"].split("; ")
    [found] = [each for each in policy if each.startswith("frame-ancestors ")]
    return found.removeprefix("frame-ancestors ")


def test_a43_the_pane_is_framed_by_outlooks_hosts_and_nothing_else_by_anybody(app: APIFlask) -> None:
    for what, answer in answers(app):
        is_of_pane = what == "GET /addin/<path:name>"
        assert frame_ancestors(answer) == (OUTLOOK if is_of_pane else "'none'"), what
        assert "X-Frame-Options" not in answer.headers or not is_of_pane, what
        assert answer.headers["X-Content-Type-Options"] == "nosniff", what
    assert frame_ancestors(app.test_client().get("/addin/admin.html")) == "'none'"


@pytest.mark.parametrize(
    "odd", ["*", "https://*", "https://x; script-src *", "https:", "'self'", "https://x/path", "null"]
)
def test_a43_who_may_frame_the_pane_or_call_from_a_page_is_named_exactly(odd: str, settings: Settings) -> None:
    for name in ("frame_ancestors", "cors_origins"):
        with pytest.raises(ValidationError):
            Settings(**{**settings.model_dump(), name: odd})
        assert Settings(**{**settings.model_dump(), name: f"{PANE}/"}).model_dump()[name] == (PANE,)


@pytest.mark.parametrize("settings", [{"frame_ancestors": ()}], indirect=True)
def test_a43_where_no_host_is_named_nobody_frames_the_pane(app: APIFlask) -> None:
    assert frame_ancestors(app.test_client().get("/addin/taskpane.html")) == "'none'"


def test_no_page_of_another_origin_reads_any_answer(app: APIFlask) -> None:
    for what, answer in answers(app, Origin="https://evil.example"):
        assert not [name for name in answer.headers.keys() if name.startswith("Access-Control-")], what


@pane_is_elsewhere
def test_only_the_named_origins_read_only_what_a_pane_asks_for(app: APIFlask) -> None:
    for origin in (PANE, "https://b.example"):
        for what, answer in answers(app, Origin=origin):
            is_of_pane = " /api/" in what or what == "GET /addin/config.json"
            assert answer.headers.get("Access-Control-Allow-Origin") == (origin if is_of_pane else None), what
            assert "Access-Control-Allow-Credentials" not in answer.headers
            assert not is_of_pane or "Origin" in answer.headers["Vary"], what
    strangers = (
        f"{PANE}.evil.example",
        "https://xpane.example",
        "http://pane.example",
        f"{PANE}:8443",
        "null",
        "*",
        "",
    )
    for stranger in strangers:
        answer = app.test_client().get("/api/me", headers={"Origin": stranger})
        assert "Access-Control-Allow-Origin" not in answer.headers, stranger
    assert "Access-Control-Allow-Origin" not in app.test_client().get("/api/me").headers


@pane_is_elsewhere
def test_a_pane_elsewhere_may_do_all_that_a_pane_does(app: APIFlask, ben: Someone) -> None:
    wanted = {
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization,content-type,if-none-match",
    }
    before = app.test_client().options("/api/me", headers={"Origin": PANE, **wanted})
    assert before.status_code == 200
    assert {"GET", "POST", "PUT", "PATCH", "DELETE"} <= set(before.headers["Access-Control-Allow-Methods"].split(", "))
    assert before.headers["Access-Control-Allow-Headers"].lower() == "authorization, content-type, if-none-match"
    shown = ben.raw("GET", "/api/me", headers={"Origin": PANE}).headers["Access-Control-Expose-Headers"]
    assert {"ETag", "Retry-After"} <= set(shown.split(", "))


def test_a45_twenty_who_save_one_message_to_one_record_at_once_make_one_email_of_it(
    app: APIFlask, ben: Someone, ana: Someone, control: Control, work: Any
) -> None:
    record = contact(ana)
    item = item_of(control.deliver(SUPPORT, mime()), SUPPORT)
    tokens = [ben.token, ana.token]

    def save(number: int) -> tuple[int, str]:
        person = Someone(app.test_client(), tokens[number % 2])
        body = {"item": item, "records": [reference(record)], "attachments": "all"}
        answer = person.raw("POST", "/api/saves", json=body)
        return answer.status_code, answer.get_json()["saves"][0]["id"]

    with ThreadPoolExecutor(20) as crowd:
        asked = list(crowd.map(save, range(20)))
    assert {status for status, _ in asked} == {202}
    assert len({save_id for _, save_id in asked}) == 1
    work()
    assert len(ben.emails(record)) == 1


def test_a46_every_package_is_pinned_with_hashes_and_listed_and_what_is_not_known_is_said() -> None:
    lines = (ROOT / "scripts/requirements.lock").read_text().splitlines()
    pinned = [line.split("==") for line in lines if "==" in line]
    run = subprocess.run([sys.executable, "scripts/supply", "sbom"], cwd=ROOT, capture_output=True, check=True)
    parts = {(each["name"], each["version"]): each for each in json.loads(run.stdout)["components"]}
    assert len(pinned) > 50
    for name, rest in pinned:
        assert parts[name.lower(), rest.split()[0]]["hashes"], name
    # Without a network nobody may believe that all is well.
    alone = {**os.environ, "https_proxy": "http://127.0.0.1:9"}
    run = subprocess.run([sys.executable, "scripts/supply", "advisories"], cwd=ROOT, env=alone, capture_output=True)
    assert run.returncode == 2
    assert run.stdout.startswith(b"NOT CHECKED")
