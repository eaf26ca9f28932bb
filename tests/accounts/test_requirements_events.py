"""Failures that others were seen to have, as requirements: those about what is told of messages."""

import base64
from typing import Any
from urllib.parse import quote

import pytest

from server.services import Services
from tests.accounts.listening import *  # noqa: F403
from tests.accounts.listening import ANA, connect, summary
from tests.autopilot.watched import become_due, row, settled, subscribed, subscription
from tests.conftest import Control, Someone, mime
from tests.simulator.world import World
from tests.steps import SUPPORT, contact, context, item_of, reference

MISSED = 1_020


def order(number: int) -> bytes:
    return mime(f"Order {number}", f"<{number}@adatum.example>")


def orders(*numbers: int) -> list[tuple[str, str, str]]:
    return [("messageNew", "INBOX", f"Order {number}") for number in numbers]


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 500}, {"status": 401}, {"cut": True}], ids=str)
def test_requirement_02_no_event_is_lost_to_a_failed_request(
    support: str, services: Services, control: Control, hear: Any, fault: dict[str, Any]
) -> None:
    wanted = {"service": "graph", "method": "GET", "path": "*/messages*", "times": 1, **fault}
    control("POST", "faults", json=wanted)
    for number in (1, 2, 3):
        control.deliver(SUPPORT, order(number))
    told = hear()
    if len(told) < 3:
        become_due(services)  # the seconds until it is tried again are over
        told += hear()
    assert sorted(summary(told)) == orders(1, 2, 3)
    assert row(services, "SELECT state FROM accounts")["state"] == "connected"


def test_requirement_02_one_message_that_cannot_be_read_holds_up_no_other(
    support: str, services: Services, control: Control, hear: Any
) -> None:
    """A whole look is as much in trouble as the request by its id; what is read is told meanwhile."""
    stuck = control.deliver(SUPPORT, order(1))["immutableId"]
    settled(control)
    where = {"service": "graph", "method": "GET", "path": f"*/messages/{quote(stuck)}"}
    control("POST", "faults", json={**where, "status": 500})
    control.deliver(SUPPORT, order(2))
    assert sorted(summary(hear())) == orders(1, 2)


def test_requirement_05_more_than_a_thousand_missed_messages_are_found(
    support: str, services: Services, control: Control, world: World, sweep: Any
) -> None:
    """Nothing was announced: the subscription is lost, and Microsoft 365 says so afterwards."""
    row(services, "UPDATE webhooks SET state = 'paused'")
    control("POST", "world", json={"notifications": {"drop": 1}})
    missed = [{"mailbox": SUPPORT, "mime": base64.b64encode(order(n)).decode()} for n in range(MISSED)]
    control("POST", "messages", json={"messages": missed})
    control("POST", "world", json={"notifications": {"drop": 0}, "lifecycle": {SUPPORT: "subscriptionRemoved"}})
    settled(control)
    sweep()
    told = row(services, "SELECT count(*) AS n, count(DISTINCT body::json #>> '{data,id}') AS d FROM deliveries")
    assert (told["n"], told["d"]) == (MISSED, MISSED)
    assert len(subscribed(control)) == 1


def test_requirement_05_mail_with_an_old_date_is_found(
    support: str, program: Someone, services: Services, control: Control, hear: Any
) -> None:
    control("POST", "world", json={"notifications": {"drop": 1}, "delta": {"movedInPassesFilter": False}})
    yesterday = row(
        services, "SELECT to_char(now() at time zone 'utc' - interval '1 day', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS t"
    )
    for number in range(5):
        control("POST", f"messages?mailbox={SUPPORT}&folder=inbox&received={yesterday['t']}", data=order(number))
    become_due(services)
    assert sorted(summary(hear())) == orders(0, 1, 2, 3, 4)
    query = f"mailbox={SUPPORT}&folder=archive&received=2026-01-05T09:00:00Z"
    restored = control("POST", f"messages?{query}", data=order(9))
    control("POST", "moves", json={"mailbox": SUPPORT, "id": restored["id"], "folder": "inbox"})
    row(services, "UPDATE watches SET full_at = NULL")
    become_due(services)
    assert [(each["event"], each["path"], each["data"]["id"]) for each in hear()] == [
        ("messageUpdated", "INBOX", restored["immutableId"])
    ]


def test_requirement_05_old_mail_that_was_restored_between_two_whole_looks_is_told(
    support: str, services: Services, control: Control, hear: Any
) -> None:
    control("POST", "world", json={"notifications": {"drop": 1}, "delta": {"movedInPassesFilter": False}})
    query = f"mailbox={SUPPORT}&folder=archive&received=2026-01-05T09:00:00Z"
    restored = control("POST", f"messages?{query}", data=order(9))
    control("POST", "moves", json={"mailbox": SUPPORT, "id": restored["id"], "folder": "inbox"})
    become_due(services)
    assert hear() == []
    row(services, "UPDATE watches SET synced_at = synced_at + interval '1 hour', full_at = NULL")  # others followed
    become_due(services)
    assert [(each["event"], each["path"], each["data"]["id"]) for each in hear()] == [
        ("messageUpdated", "INBOX", restored["immutableId"])
    ]


def test_requirement_15_a_lost_subscription_is_made_anew_and_loses_nothing(
    support: str, services: Services, control: Control, world: World, hear: Any
) -> None:
    world.subscriptions._known.clear()  # Graph forgot it without a word
    row(services, "UPDATE subscriptions SET due_at = now()")
    control.deliver(SUPPORT, order(1))
    become_due(services)
    assert summary(hear()) == orders(1)
    assert [each["changeType"] for each in subscribed(control)] == ["created,updated,deleted"]
    become_due(services)
    hear()
    control.deliver(SUPPORT, order(2))
    assert summary(hear()) == orders(2)
    assert subscription(services)["problem"] is None


def test_requirement_16_what_is_announced_before_it_is_there_is_told_once_it_is(
    support: str, services: Services, control: Control, hear: Any
) -> None:
    control("POST", "world", json={"notifications": {"before_get": 60_000, "duplicate": 2}})
    control.deliver(SUPPORT, order(1))
    assert hear() == []
    become_due(services)
    assert hear() == []
    control("POST", "world", json={"advance": 61})
    become_due(services)
    assert summary(hear()) == orders(1)
    become_due(services)
    assert hear() == []


def test_requirement_17_a_saved_message_that_was_marked_and_moved_keeps_its_record(
    support: str, program: Someone, ana: Someone, control: Control, hear: Any
) -> None:
    message = control.deliver(SUPPORT, order(1))
    record = contact(ana)
    context(ana, item_of(message, SUPPORT))
    ana.save(item_of(message, SUPPORT), record)
    told = hear()
    labels = [each["data"]["changes"]["labels"]["added"] for each in told if each["event"] == "messageUpdated"]
    assert [len(each) for each in labels] == [1]  # our mark is told too, and once
    program("PUT", f"/v1/account/{support}/message/{message['immutableId']}/move", {"path": "INBOX/Orders"}, expect=404)
    program("PUT", f"/v1/account/{support}/message/{message['immutableId']}/move", {"path": "\\Archive"})
    assert [(each["event"], each["path"]) for each in hear()] == [("messageUpdated", "Archive")]
    moved = {"id": message["immutableId"], "idFormat": "immutable", "owner": SUPPORT}
    assert reference(record).items() <= context(ana, moved)["saves"][0]["record"].items()


def test_requirement_19_an_email_in_two_mailboxes_is_told_of_each(
    support: str, program: Someone, control: Control, hear: Any
) -> None:
    connect(program, control, "own", ANA, ANA)
    hear()
    for mailbox in (SUPPORT, ANA):
        control.deliver(mailbox, order(1))
    told = [(each["account"], each["data"]["messageId"], each["data"]["seemsLikeNew"]) for each in hear()]
    assert sorted(told) == [("own", "<1@adatum.example>", True), ("support", "<1@adatum.example>", True)]
    control.deliver(SUPPORT, order(1))
    assert [each["data"]["seemsLikeNew"] for each in hear()] == [False]
