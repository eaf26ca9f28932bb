"""What a key is used for: counted over all processes, noted, and forgotten after a while."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from apiflask import APIFlask
from sqlalchemy import text

from server import api_keys
from server.clock import now
from server.errors import RateLimited
from server.services import Services
from tests.api_keys.steps import ADDRESS, PATH, make_key, program_with, rows
from tests.conftest import Someone

three_a_minute = pytest.mark.parametrize("settings", [{"api_rate": 3}], indirect=True)


@three_a_minute
def test_who_asks_too_often_has_to_wait_and_is_told_how_long(ana: Someone, app: APIFlask) -> None:
    program = program_with(app, make_key(ana)["key"])
    for _ in range(3):
        program.get(ADDRESS)
    answer = program.raw("GET", ADDRESS)
    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"]) == (429, "rate_limited")
    assert int(answer.headers["Retry-After"]) == error["retryAfter"]
    assert 18 <= error["retryAfter"] <= 20
    program_with(app, make_key(ana)["key"]).get(ADDRESS)  # another key has a minute of its own


@three_a_minute
def test_with_time_a_key_may_ask_again_but_never_more_than_a_minutes_worth(ana: Someone, services: Services) -> None:
    holder = api_keys.opened(services, f"Bearer {make_key(ana)['key']}")
    begin = now()

    def may_ask(seconds: float) -> int:
        """How often it may, at that moment."""
        count = 0
        while True:
            try:
                api_keys.begin_use(services, holder, "GET", "/v1/x", None, begin + timedelta(seconds=seconds))
            except RateLimited:
                return count
            count += 1

    assert [may_ask(seconds) for seconds in (1, 15, 21.1, 41.2, 3600)] == [3, 0, 1, 1, 3]


@three_a_minute
def test_many_at_once_are_counted_together(ana: Someone, app: APIFlask) -> None:
    key = make_key(ana)["key"]
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: program_with(app, key).raw("GET", ADDRESS).status_code, range(12)))
    assert sorted(statuses) == [200] * 3 + [429] * 9


def test_every_use_is_noted_with_what_came_of_it(ana: Someone, app: APIFlask, services: Services) -> None:
    made = make_key(ana)
    program = program_with(app, made["key"])
    assert ana.get(PATH)["apiKeys"][0]["lastUsedAt"] is None
    program.get(ADDRESS)
    program("GET", f"{ADDRESS}/nobodys", expect=404)
    program("POST", ADDRESS, {}, expect=400)
    program("GET", "/v1/account/shared-support", expect=404)
    unwelcome = program_with(app, make_key(ana, "read")["key"])
    unwelcome("GET", "/v1/account/shared-support", expect=403)
    page = ana.get(f"{PATH}/{made['id']}/uses?limit=3")
    rest = ana.get(f"{PATH}/{made['id']}/uses?limit=3&cursor={page['next']}")
    shown = [(each["method"], each["route"], each["account"], each["status"]) for each in page["uses"] + rest["uses"]]
    assert shown == [
        ("GET", "/v1/account/<account>", "shared-support", 404),
        ("POST", "/v1/oauth2", None, 400),
        ("GET", "/v1/oauth2/<app>", None, 404),
        ("GET", "/v1/oauth2", None, 200),
    ]
    assert rest["next"] is None
    assert ana.get(PATH)["apiKeys"][0]["lastUsedAt"] == page["uses"][0]["at"]
    assert rows(services, "api_uses")[-1]["status"] == 403


def test_what_is_done_is_answered_also_where_the_answer_cannot_be_noted_any_more(
    ana: Someone, app: APIFlask, services: Services
) -> None:
    program = program_with(app, make_key(ana)["key"])
    with services.database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE api_uses ADD CONSTRAINT no_answers CHECK (status IS NULL)"))
    try:
        program.post(ADDRESS, {"provider": "outlook", "name": "Ours"}, expect=200)
        assert program.get(ADDRESS)["total"] == 3
    finally:
        with services.database.engine.begin() as connection:
            connection.execute(text("ALTER TABLE api_uses DROP CONSTRAINT no_answers"))
    assert [(each["method"], each["status"]) for each in rows(services, "api_uses")] == [("POST", None), ("GET", None)]


def test_uses_are_forgotten_after_ninety_days(ana: Someone, app: APIFlask, services: Services) -> None:
    program = program_with(app, make_key(ana)["key"])
    program.get(ADDRESS)
    assert api_keys.forget_uses(services, now() + timedelta(days=89.9)) == 0
    assert api_keys.forget_uses(services, now() + timedelta(days=90.1)) == 1
    assert rows(services, "api_uses") == []


def test_the_audit_list_tells_who_made_and_who_revoked_a_key(ana: Someone) -> None:
    made = make_key(ana, "read", "send")
    ana("DELETE", f"{PATH}/{made['id']}")
    lines = ana.get("/api/admin/audit?kind=apiKey")["audit"]
    assert [(line["what"], line["detail"]["apiKey"]) for line in lines] == [
        ("api_key_revoked", made["id"]),
        ("api_key_made", made["id"]),
    ]
    assert lines[1]["words"] == "Ana made the API key “Help desk” (read send)."
    exported = ana.raw("GET", "/api/admin/audit.csv?kind=apiKey").get_data(as_text=True)
    assert [row[4] for row in csv.reader(io.StringIO(exported))][1:] == ["api_key_revoked", "api_key_made"]
    assert made["key"].rsplit("_", 1)[1] not in exported
