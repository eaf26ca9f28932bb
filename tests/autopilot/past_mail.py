"""Steps of stories about mail that was there before a rule."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import requests

from server.autopilot import backfill
from server.models import Backfill
from server.services import Services
from tests.conftest import Control, Someone, mime
from tests.steps import BEN, SUPPORT, reference

SENDER = "purchasing@adatum.example"
OTHER = "quality@tailspin.example"
NOW = datetime.now(UTC).replace(microsecond=0)


def ago(**time: float) -> datetime:
    return NOW - timedelta(**time)


def letter(
    number: int, received: datetime, folder: str = "inbox", mailbox: str = SUPPORT, **more: Any
) -> dict[str, Any]:
    """A message as the simulated Microsoft 365 takes many at once; its Message-ID is <number@adatum.example>."""
    raw = mime(**{"subject": f"Order {number}", "message_id": f"<{number}@adatum.example>", "sender": SENDER, **more})
    moment = received.isoformat()
    return {"mailbox": mailbox, "mime": base64.b64encode(raw).decode(), "folder": folder, "received": moment}


def arrive(control: Control, *letters: dict[str, Any]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = control("POST", "messages", json={"messages": list(letters)})["messages"]
    return found


def usual_mail(control: Control) -> list[dict[str, str]]:
    """Of the last days, in the shared mailbox: three messages that are looked for, and seven for all reasons that there
    are to leave one out.
    """
    return arrive(
        control,
        letter(1, ago(days=3)),
        letter(2, ago(days=2), "archive"),
        letter(3, ago(days=1), "sentitems", sender=SUPPORT, to=SENDER),
        letter(11, ago(days=2), sender=OTHER),
        letter(12, ago(days=2), "deleteditems"),
        letter(13, ago(days=2), "junkemail"),
        letter(14, ago(days=2), "drafts"),
        letter(15, ago(days=2), headers="Sensitivity: private"),
        letter(16, ago(days=40)),
        letter(17, ago(days=2), sender=BEN),
    )


def wanted(record: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": "address", "mailbox": SUPPORT, "value": SENDER, "record": reference(record), **more}


def ruled(person: Someone, record: dict[str, Any], **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = person.post("/api/rules", wanted(record, **more), expect=201)
    return found


def asked_for(person: Someone, rule: dict[str, Any], **body: Any) -> dict[str, Any]:
    """A backfill that is new."""
    found: dict[str, Any] = person.post(f"/api/rules/{rule['id']}/backfills", body, expect=202)
    return found


def shown(person: Someone, started: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = person.get(f"/api/backfills/{started['id']}")
    return found


def on_record(person: Someone, record: dict[str, Any]) -> list[str]:
    """The numbers of the messages on the record, in order."""
    return sorted(str(each["internetMessageId"])[1:].partition("@")[0] for each in person.emails(record))


def turn(services: Services, started: dict[str, Any]) -> None:
    """One turn of a worker at the backfill, as if its time had come and no other worker were alive."""
    with services.database.session.begin() as session:
        row = session.get_one(Backfill, UUID(started["id"]))
        row.due_at, row.lease_until = ago(hours=1), None
    backfill.drain(services, UUID(started["id"]))


def waits(services: Services, started: dict[str, Any]) -> float:
    """The seconds until it is due again."""
    with services.database.session() as session:
        return (session.get_one(Backfill, UUID(started["id"])).due_at - datetime.now(UTC)).total_seconds()


class Killed(BaseException):
    """The worker's process is no more."""


@contextmanager
def at_page(services: Services, number: int, act: Callable[[], None]) -> Iterator[None]:
    """Something happens when that page of past mail has come, before anything is done with it."""
    hooks = services.mail.requests.http.hooks["response"]
    pages = []

    def count(answer: requests.Response, *rest: Any, **more: Any) -> None:
        pages.extend([answer] if "orderby" in (answer.request.url or "") else [])
        if len(pages) == number:
            act()

    hooks.append(count)
    try:
        yield
    finally:
        hooks.remove(count)


def die() -> None:
    raise Killed
