"""What is written to the log while everything happens that can happen: ids and outcomes, and nothing of anybody."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from typing import Any

import pytest
import structlog
from apiflask import APIFlask
from sqlalchemy import text

from server import logs
from server.services import Services
from tests.conftest import Control, Someone
from tests.simulator.seed import AFFIX_SECRET
from tests.steps import BEN, SUPPORT, contact, item_of, with_files

SENDER = "canary.sender@adatum.example"
CANARIES = ["canary", SENDER, BEN, SUPPORT, AFFIX_SECRET, "@contoso.example"]


@pytest.fixture
def written() -> Iterator[Callable[[], str]]:
    """Everything that is written, with the log as the service configures it and libraries at their most talkative."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers[:] = []
    with redirect_stderr(io.StringIO()) as output, redirect_stdout(output):
        logs.configure("DEBUG")
        root.setLevel(logging.DEBUG)
        yield output.getvalue
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def canary_mail(number: int = 1) -> bytes:
    raw = with_files(("canary-file.txt", b"canary-content"), message_id=f"<canary-{number}@adatum.example>")
    raw = raw.replace(b"Subject: Files", b"Subject: canary-subject").replace(b"See the files.", b"canary-body")
    return raw.replace(b"Purchasing <purchasing@adatum.example>", f"canary-name <{SENDER}>".encode())


def nothing_of_anybody(output: str, *secrets: str) -> None:
    for canary in [*CANARIES, *secrets]:
        where = output.find(canary)
        assert where < 0, output[max(0, where - 500) : where + 200]


def secrets_of(person: Someone, services: Services) -> list[str]:
    caller = services.callers.caller([f"Bearer {person.token}"])
    graph = services.tokens.for_caller(caller)
    return [part for token in (person.token, graph) for part in token.split(".")[1:]]


def test_ordinary_work_is_logged_by_ids_alone(
    written: Callable[[], str], ben: Someone, control: Control, work: Any, services: Services
) -> None:
    record = contact(ben, "canary-record", SENDER)
    item = item_of(control.deliver(SUPPORT, canary_mail()), SUPPORT, internetMessageId="<canary-1@adatum.example>")
    ben.post("/api/context", {"item": {**item, "participants": [SENDER]}})
    [save] = ben.save(item, record)
    work()
    ben.get("/api/records?q=canary&destination=local")
    ben.raw("GET", f"/api/saves?mailbox={SUPPORT}&message=%3Ccanary-1%40adatum.example%3E&cursor=canary")
    ben("DELETE", f"/api/saves/{save['id']}")
    work()
    output = written()
    assert '"event": "saved"' in output
    assert '"route": "/api/saves/<uuid:save_id>"' in output
    nothing_of_anybody(output, *secrets_of(ben, services))


@pytest.mark.parametrize(
    "order",
    [{"status": 503}, {"status": 403}, {"status": 404}, {"status": 401}, {"cut": True}, {"status": 500, "after": True}],
)
def test_faults_are_logged_without_anybodys_words(
    written: Callable[[], str], ben: Someone, control: Control, work: Any, services: Services, order: dict[str, Any]
) -> None:
    record = contact(ben, "canary-record", SENDER)
    item = item_of(control.deliver(SUPPORT, canary_mail()), SUPPORT)
    ben.save(item, record)
    secrets = secrets_of(ben, services)
    body = (
        {"error": {"code": "ErrorOdd", "message": f"canary {SENDER} https://x/?token=canary"}}
        if "status" in order
        else None
    )
    control("POST", "faults", json={"service": "graph", "body": body, **order})
    work()
    ben.raw("POST", "/api/context", json={"item": item})
    output = written()
    nothing_of_anybody(output, *secrets)


def test_refused_tokens_and_broken_sign_ins_leave_nothing_in_the_log(
    written: Callable[[], str], someone: Any, control: Control
) -> None:
    control("POST", "faults", json={"service": "entra", "method": "POST", "status": 500, "body": {"error": "canary"}})
    people = [someone("ben"), someone("ben", claims={"aud": "canary", "name": "canary"}), someone("ben", kind="graph")]
    for person in people:
        person.raw("POST", "/api/context", json={"item": {"id": "AAMkAD"}})
    control("DELETE", "faults")
    control("POST", "faults", json={"service": "entra", "cut": True})
    people[0].raw("POST", "/api/context", json={"item": {"id": "AAMkAD"}})
    nothing_of_anybody(written(), *(part for person in people for part in person.token.split(".")[1:]))


@contextmanager
def without_table(services: Services, name: str) -> Iterator[None]:
    """The database as a failed upgrade may leave it."""
    with services.database.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {name} RENAME TO away"))
    try:
        yield
    finally:
        with services.database.engine.begin() as connection:
            connection.execute(text(f"ALTER TABLE away RENAME TO {name}"))


def test_a_defect_is_logged_with_its_traceback_and_without_the_values(
    written: Callable[[], str], ben: Someone, control: Control, work: Any, services: Services
) -> None:
    record = contact(ben, "canary-record", SENDER)
    item = item_of(control.deliver(SUPPORT, canary_mail()), SUPPORT)
    ben.save(item, record)
    with without_table(services, "local_emails"):
        work()
    with without_table(services, "messages"):
        ben.raw("POST", "/api/context", json={"item": item})
        ben.raw("GET", f"/api/saves?message=canary&mailbox={SUPPORT}")
    output = written()
    assert "Traceback" in output
    nothing_of_anybody(output)


def test_api_keys_leave_nothing_in_the_log(written: Callable[[], str], ana: Someone, app: APIFlask) -> None:
    made = ana.post("/api/admin/api-keys", {"name": "canary", "scopes": ["accounts"]})
    prefix, secret = made["key"].rsplit("_", 1)
    program = app.test_client()
    for key in (made["key"], f"{prefix}_{secret[::-1]}", made["key"] + "0"):
        program.get(f"/v1/oauth2/canary?access_token={key}", headers={"Authorization": f"Bearer {key}"})
    ana("DELETE", f"/api/admin/api-keys/{made['id']}")
    logging.getLogger("anything").warning("somebody passed %s on", made["key"])
    output = written()
    assert made["id"] in output and "somebody passed [cut] on" in output
    nothing_of_anybody(output, secret, secret[::-1])


def test_bad_requests_are_not_repeated_in_the_log(written: Callable[[], str], ben: Someone) -> None:
    for body in ("canary", '{"item": {"id": "canary canary", "owner": "canary"}}', '{"item": {"id": ["canary"]}}'):
        ben.raw("POST", "/api/context", data=body, content_type="application/json")
    for path in ("/api/canary", "/api/records/canary/canary/canary", "/api/me?canary=canary"):
        ben.raw("GET", path, headers={"X-Request-Id": "canary canary", "User-Agent": "canary", "Referer": "canary"})
    nothing_of_anybody(written())


def test_every_line_is_json_with_the_request_it_belongs_to(
    written: Callable[[], str], ben: Someone, control: Control
) -> None:
    ben.raw("GET", "/api/me", headers={"X-Request-Id": "night-call-1"})
    lines = [json.loads(line) for line in written().splitlines() if '"request"' in line]
    assert [(line["request_id"], line["status"], line["route"]) for line in lines] == [("night-call-1", 200, "/api/me")]
    assert lines[0]["person"] and lines[0]["tenant"]


def test_what_is_stored_holds_no_token(ben: Someone, control: Control, work: Any, services: Services) -> None:
    record = contact(ben)
    ben.save(item_of(control.deliver(SUPPORT, canary_mail()), SUPPORT), record)
    secrets = secrets_of(ben, services)
    with services.database.engine.connect() as connection:
        tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        dump = "\n".join(
            str(connection.execute(text(f'SELECT t::text FROM "{table}" t')).scalars().all()) for table in tables
        )
        sealed = connection.scalars(text("SELECT sealed FROM grants")).all()
    assert len(sealed) == 1
    for secret in [*secrets, "refresh_token", "RefreshToken"]:
        assert secret not in dump
        assert all(secret.encode() not in bytes(each) for each in sealed)
        assert secret.encode().hex() not in dump
