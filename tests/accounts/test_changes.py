"""Programs may listen to the states of their accounts."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import text

from server.accounts import streams
from server.services import Services
from tests.accounts.guide import connected
from tests.conftest import Control, Someone

ANA = "ana@contoso.example"


def listen(program: Someone, last: int | None = None) -> Iterator[dict[str, Any]]:
    """What a client of server-sent events hears, until it no longer listens."""
    headers = {"Last-Event-ID": str(last)} if last is not None else {}
    answer = program.raw("GET", "/v1/changes", headers=headers, buffered=False)
    assert answer.content_type == "text/event-stream; charset=utf-8"
    try:
        for part in answer.iter_encoded():
            fields = dict(line.split(": ", 1) for line in part.decode().splitlines() if ": " in line)
            if "data" in fields:
                yield {**json.loads(fields["data"]), "id": int(fields["id"])}
    finally:
        answer.close()


def test_a_change_of_state_is_heard_and_heard_again_by_who_missed_it(
    program: Someone, eve_program: Someone, control: Control
) -> None:
    connected(program, control, "mine", ANA)
    program("PUT", "/v1/account/mine/pause", expect=200)
    connected(eve_program, control, "mine", "eve@fabrikam.example")

    heard = listen(program, 0)
    first, second = next(heard), next(heard)
    heard.close()

    assert [(each["account"], each["type"], each["key"]) for each in (first, second)] == [
        ("mine", "state", "connecting"),
        ("mine", "state", "paused"),
    ]
    again = listen(program, first["id"])
    assert next(again) == second
    again.close()
    hers = listen(eve_program, 0)
    assert next(hers)["id"] not in (first["id"], second["id"])
    hers.close()


def test_who_listens_hears_what_happens_from_then_on(program: Someone, control: Control) -> None:
    connected(program, control, "mine", ANA)
    answer = program.raw("GET", "/v1/changes", buffered=False)
    parts = answer.iter_encoded()
    assert next(parts).startswith(b"retry: ")

    program("PUT", "/v1/account/mine/pause", expect=200)
    event = next(parts).decode()
    answer.close()

    assert '"key": "paused"' in event


def test_streams_are_few_and_leave_their_places(program: Someone) -> None:
    held = [program.raw("GET", "/v1/changes", buffered=False) for _ in range(8)]
    refused = program.raw("GET", "/v1/changes")
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (503, "busy")
    assert refused.headers["Retry-After"]
    for each in held:
        each.close()

    free = program.raw("GET", "/v1/changes", buffered=False)
    assert free.status_code == 200
    free.close()


def test_what_was_told_a_while_ago_is_forgotten(program: Someone, control: Control, services: Services) -> None:
    connected(program, control, "mine", ANA)
    with services.database.session.begin() as session:
        session.execute(text("UPDATE account_changes SET at = now() - interval '8 days'"))
    program("PUT", "/v1/account/mine/pause", expect=200)

    streams.forget_old(services)

    heard = listen(program, 0)
    assert next(heard)["key"] == "paused"
    heard.close()
