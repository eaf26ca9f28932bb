"""What becomes of a mailbox's mail when its licence ends in the middle of it, and when it has one again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from server.services import Services
from server.settings import Settings
from tests.autopilot.stories import (
    Look,
    everywhere,
    license_for,
    lines,
    numbers,
    often,
    opened,
    order,
    ruled,
    unlicense,
)
from tests.autopilot.watched import row
from tests.conftest import Control, Someone
from tests.steps import BEN, SUPPORT, context, item_of

EXPIRE = """
    UPDATE licenses SET expires_at = now() - interval '1 second'
    WHERE mailbox_id = (SELECT id FROM mailboxes WHERE address = :address)
"""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return often(settings)


@pytest.fixture
def some_item(control: Control) -> dict[str, Any]:
    return item_of(control.deliver(SUPPORT, order(0, sender="hello@wingtip.example")), SUPPORT)


@pytest.fixture
def rule(ana: Someone, ben: Someone, control: Control, record: Any, some_item: Any, look: Look) -> dict[str, Any]:
    """Ben's rule for everywhere; he opened something in the shared mailbox and in his own, which have a licence."""
    context(ben, some_item)
    opened(ben, control, BEN)
    license_for(ana, SUPPORT, BEN)
    made = ruled(ben, everywhere(record))
    look()
    return made


@contextmanager
def expiring_after(services: Services, downloads: int) -> Iterator[None]:
    """The shared mailbox's licence expires in the moment in which that many messages have come."""
    hooks = services.mail.requests.http.hooks["response"]
    seen: list[requests.Response] = []

    def expire(answer: requests.Response, *rest: Any, **more: Any) -> None:
        seen.extend([answer] if (answer.request.url or "").endswith("$value") else [])
        if len(seen) >= downloads:
            row(services, EXPIRE, address=SUPPORT)

    hooks.append(expire)
    yield
    hooks.remove(expire)


def saves_in(person: Someone, state: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = person.get(f"/api/saves?mailbox={SUPPORT}&state={state}&limit=100")["saves"]
    return found


def test_an_expiry_in_the_middle_of_a_burst_stops_after_what_is_in_hand_and_loses_nothing(
    ana: Someone,
    ben: Someone,
    control: Control,
    record: Any,
    rule: Any,
    some_item: Any,
    services: Services,
    look: Look,
) -> None:
    for number in range(1, 13):
        control.deliver(SUPPORT, order(number))
    with expiring_after(services, 3):
        look()
    saved, waiting = saves_in(ben, "saved"), saves_in(ben, "queued")
    assert (len(saved) in (3, 4), len(saved) + len(waiting)) == (True, 12)
    assert {each["reasonCode"] for each in waiting} == {"unlicensed"}
    assert "licence" in waiting[0]["reason"]
    told = [each["state"] for each in lines(ben, "seen") if each["reasonCode"] == "unlicensed"]
    assert told == ["queued"] * len(waiting)
    for number in range(13, 16):
        control.deliver(SUPPORT, order(number))
    control.deliver(BEN, order(16, to=BEN))
    look()
    assert len(numbers(ben, record)) == len(saved) + 1, "the other mailbox goes on"
    assert context(ben, some_item)["health"]["state"] == "unlicensed"
    license_for(ana, SUPPORT)
    look()
    assert numbers(ben, record) == sorted(str(number) for number in range(1, 17))
    assert saves_in(ben, "queued") == []
    assert context(ben, some_item)["health"]["state"] == "degraded"


def test_without_its_licence_the_rules_of_a_mailbox_stay_visible_and_saving_by_hand_goes_on(
    ana: Someone, ben: Someone, control: Control, record: Any, rule: Any, some_item: Any, look: Look
) -> None:
    unlicense(ana, SUPPORT)
    delivered = item_of(control.deliver(SUPPORT, order(1)), SUPPORT)
    control.deliver(SUPPORT, order(2))
    control("DELETE", "requests")
    look()
    assert SUPPORT not in {each["mailbox"] for each in control.requests("graph")}
    shown = context(ben, delivered)
    assert [each["id"] for each in shown["rules"]] == [rule["id"]]
    assert (shown["license"]["state"], shown["health"]["state"]) == ("missing", "unlicensed")
    assert "licence" in shown["health"]["message"]
    held = {each["address"]: each["license"] for each in ben.get(f"/api/rules/{rule['id']}")["mailboxes"]}
    assert held == {SUPPORT: "missing", BEN: "licensed"}
    ben.save(delivered, record)
    look()
    assert numbers(ben, record) == ["1"]
    license_for(ana, SUPPORT)
    look()
    assert numbers(ben, record) == ["1", "2"]


def test_a_save_that_waits_to_be_tried_again_waits_for_the_licence_too(
    ana: Someone, ben: Someone, control: Control, record: Any, rule: Any, services: Services, look: Look
) -> None:
    control("POST", "faults", json={"service": "graph", "path": "*/$value", "status": 503, "times": 1})
    control.deliver(SUPPORT, order(1))
    look()
    unlicense(ana, SUPPORT)
    row(services, "UPDATE saves SET due_at = now() WHERE state = 'queued'")
    look()
    assert [each["reasonCode"] for each in saves_in(ben, "queued")] == ["unlicensed"]
    control("DELETE", "requests")
    look()
    assert control.count("graph") == sum(each["count"] for each in control.requests("graph") if each["mailbox"] == BEN)
    license_for(ana, SUPPORT)
    look()
    assert numbers(ben, record) == ["1"]


def test_what_waited_can_be_taken_back_before_there_is_a_licence_again(
    ana: Someone, ben: Someone, control: Control, record: Any, rule: Any, services: Services, look: Look
) -> None:
    for number in range(1, 5):
        control.deliver(SUPPORT, order(number))
    with expiring_after(services, 1):
        look()
    before = numbers(ben, record)
    for each in saves_in(ben, "queued"):
        ben("DELETE", f"/api/saves/{each['id']}")
    license_for(ana, SUPPORT)
    look()
    assert numbers(ben, record) == before
