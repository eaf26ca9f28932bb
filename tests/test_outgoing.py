"""Records chosen while a message is being written: saved once it was sent, as any other message, and never twice."""

from collections.abc import Iterator
from threading import Thread
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from server import sent
from server.services import Services
from tests.conftest import Control, Someone
from tests.launching import until
from tests.steps import BEN, SUPPORT, contact, reference

TO = [{"emailAddress": {"name": "Purchasing", "address": "purchasing@adatum.example"}}]


class Writer:
    """Ben in Outlook: writes, sends, moves and deletes at Graph itself, with his own right."""

    def __init__(self, control: Control) -> None:
        self.client = control.simulator.test_client()
        self.token = control.token("ben", kind="graph")

    def __call__(self, method: str, path: str, json: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", "Prefer": 'IdType="ImmutableId"'}
        answer = self.client.open(f"/graph.microsoft.com/v1.0/{path}", method=method, json=json, headers=headers)
        assert answer.status_code < 300, answer.get_data(as_text=True)
        return answer.get_json(silent=True)

    def draft(self, mailbox: str = BEN, subject: str = "Our offer") -> dict[str, Any]:
        wanted = {"subject": subject, "toRecipients": TO, "body": {"contentType": "text", "content": "See below."}}
        found: dict[str, Any] = self("POST", f"users/{mailbox}/messages", wanted)
        return {**found, "mailbox": mailbox}

    def send(self, draft: dict[str, Any]) -> None:
        self("POST", f"users/{draft['mailbox']}/messages/{draft['id']}/send")

    def delete(self, draft: dict[str, Any]) -> None:
        self("DELETE", f"users/{draft['mailbox']}/messages/{draft['id']}")

    def move(self, draft: dict[str, Any], folder: str) -> None:
        self("POST", f"users/{draft['mailbox']}/messages/{draft['id']}/move", {"destinationId": folder})


@pytest.fixture
def outlook(control: Control) -> Writer:
    return Writer(control)


@pytest.fixture
def record(ben: Someone) -> dict[str, Any]:
    return contact(ben)


@pytest.fixture
def draft(outlook: Writer) -> dict[str, Any]:
    return outlook.draft()


@pytest.fixture
def looks(services: Services, work: Any) -> Any:
    """The time of the next look has come, as often as is asked; everything that follows is done."""

    def run(times: int = 1) -> None:
        for _ in range(times):
            with services.database.session.begin() as session:
                session.execute(text("UPDATE outgoing SET due_at = now() WHERE state = 'waiting'"))
            sent.ring_for_overdue(services)
            work()

    return run


def choose(person: Someone, draft: dict[str, Any], *records: dict[str, Any], expect: int = 202, **more: Any) -> Any:
    item = {"id": draft["id"], "idFormat": "immutable", **more}
    body = {"item": item, "records": [reference(each) for each in records], "attachments": "files"}
    answer = person.post("/api/outgoing", body, expect=expect)
    return answer["outgoing"] if expect == 202 else answer["error"]


def now_of(person: Someone, chosen: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = person.get(f"/api/outgoing/{chosen['id']}")
    return found


def lines(person: Someone) -> Iterator[str]:
    return (each["what"] for each in person.get("/api/activity")["activity"])


# From the choice to the record


def test_a_draft_is_saved_to_the_chosen_record_once_it_was_sent(
    ben: Someone, outlook: Writer, draft: Any, record: Any, looks: Any
) -> None:
    chosen = choose(ben, draft, record)
    assert (chosen["state"], chosen["records"][0]["name"]) == ("waiting", record["name"])
    looks(2)
    assert ben.emails(record) == []
    outlook.send(draft)
    looks()
    assert now_of(ben, chosen)["state"] == "sent"
    [email] = ben.emails(record)
    assert (email["subject"], email["mailbox"], email["sentBy"]) == ("Our offer", BEN, BEN)
    assert email["internetMessageId"] == draft["internetMessageId"]
    [save] = ben.get(f"/api/saves?message={draft['id']}")["saves"]
    assert (save["state"], save["how"], save["savedBy"]["me"]) == ("saved", "manual", True)
    assert set(lines(ben)) >= {"outgoing_chosen", "saved"}


def test_a_look_costs_one_request_and_a_hint_brings_it_forward(
    ben: Someone, outlook: Writer, draft: Any, record: Any, looks: Any, work: Any, control: Control
) -> None:
    chosen = choose(ben, draft, record)
    control("DELETE", "requests")
    looks()
    assert control.count("graph") == 1
    outlook.send(draft)
    work()
    assert now_of(ben, chosen)["state"] == "waiting"
    assert ben("POST", f"/api/outgoing/{chosen['id']}/sent", expect=202)["state"] == "waiting"
    work()
    assert now_of(ben, chosen)["state"] == "sent"
    assert len(ben.emails(record)) == 1


def test_whoever_waits_longer_is_looked_for_less_often(
    ben: Someone, draft: Any, record: Any, looks: Any, services: Services
) -> None:
    choose(ben, draft, record)
    waits = {}
    for age in ("0 seconds", "10 minutes", "5 days"):
        with services.database.session.begin() as session:
            session.execute(text(f"UPDATE outgoing SET fresh_at = now() - interval '{age}'"))
        looks()
        with services.database.session() as session:
            waits[age] = round(session.scalar(text("SELECT extract(epoch FROM due_at - now()) FROM outgoing")))
    assert waits["0 seconds"] in range(1, 11)
    assert waits["10 minutes"] in range(100, 122)
    assert waits["5 days"] in range(3500, 3601)


def test_another_choice_replaces_the_first(ben: Someone, outlook: Writer, draft: Any, record: Any, looks: Any) -> None:
    other = contact(ben, "Other", "other@adatum.example")
    first = choose(ben, draft, record)
    second = choose(ben, draft, other)
    assert second["id"] == first["id"]
    shown = ben.post("/api/context", {"item": {"id": draft["id"], "idFormat": "immutable"}})["outgoing"]
    assert [each["name"] for each in shown["records"]] == ["Other"]
    outlook.send(draft)
    looks()
    assert (len(ben.emails(record)), len(ben.emails(other))) == (0, 1)


def test_what_was_taken_back_is_not_saved(ben: Someone, outlook: Writer, draft: Any, record: Any, looks: Any) -> None:
    chosen = choose(ben, draft, record)
    assert ben("DELETE", f"/api/outgoing/{chosen['id']}")["state"] == "ended"
    outlook.send(draft)
    looks()
    assert ben.emails(record) == []
    assert now_of(ben, chosen)["reasonCode"] == "withdrawn"


def test_sent_and_saved_by_hand_first_it_is_on_the_record_once(
    ben: Someone, outlook: Writer, draft: Any, record: Any, looks: Any, work: Any
) -> None:
    chosen = choose(ben, draft, record)
    outlook.send(draft)
    [save] = ben.save({"id": draft["id"], "idFormat": "immutable"}, record)
    work()
    looks(2)
    assert now_of(ben, chosen)["state"] == "sent"
    assert [each["id"] for each in ben.get(f"/api/saves?message={draft['id']}")["saves"]] == [save["id"]]
    assert len(ben.emails(record)) == 1


# Trouble


def test_a_worker_that_died_while_looking_is_taken_over(
    ben: Someone, outlook: Writer, draft: Any, record: Any, looks: Any, services: Services
) -> None:
    chosen = choose(ben, draft, record)
    outlook.send(draft)
    with services.database.session.begin() as session:
        session.execute(text("UPDATE outgoing SET lease_until = now() + interval '1 hour', fence = fence + 1"))
    looks()
    assert now_of(ben, chosen)["state"] == "waiting"
    with services.database.session.begin() as session:
        session.execute(text("UPDATE outgoing SET lease_until = now() - interval '1 second'"))
    looks(2)
    assert now_of(ben, chosen)["state"] == "sent"
    assert len(ben.emails(record)) == 1


def test_a_choice_changed_during_a_look_is_what_counts(
    ben: Someone, outlook: Writer, draft: Any, record: Any, looks: Any, services: Services, control: Control
) -> None:
    """The look has begun with the first choice when the second one comes, and then the message is sent."""
    other = contact(ben, "Other", "other@adatum.example")
    chosen = choose(ben, draft, record)
    with services.database.session.begin() as session:
        session.execute(text("UPDATE outgoing SET due_at = now()"))
    control("DELETE", "requests")
    control("POST", "faults", json={"service": "graph", "path": "*/messages/*", "delay_ms": 500, "times": 1})
    look = Thread(target=sent.look, args=(services, UUID(chosen["id"])))
    look.start()
    until(lambda: control.count("graph") == 1, "the look has begun")
    choose(ben, draft, other)
    outlook.send(draft)
    look.join()
    assert now_of(ben, chosen)["state"] == "waiting"
    looks()
    assert (len(ben.emails(record)), len(ben.emails(other))) == (0, 1)


def test_a_sent_message_that_a_rule_of_outlook_moves_is_still_saved(
    ben: Someone, outlook: Writer, draft: Any, record: Any, looks: Any
) -> None:
    choose(ben, draft, record)
    outlook.send(draft)
    outlook.move(draft, "archive")
    looks()
    assert len(ben.emails(record)) == 1


def test_a_draft_that_was_deleted_ends_with_a_reason(
    ben: Someone, outlook: Writer, draft: Any, record: Any, looks: Any
) -> None:
    chosen = choose(ben, draft, record)
    outlook.delete(draft)
    looks()
    assert now_of(ben, chosen)["state"] == "waiting"  # for a moment it may just be on its way
    looks(2)
    ended = now_of(ben, chosen)
    assert (ended["state"], ended["reasonCode"]) == ("ended", "message_gone")
    assert "Sent Items" in ended["action"]
    assert "outgoing_ended" in set(lines(ben))
    assert ben.emails(record) == []


def test_only_misses_one_after_the_other_end_a_choice(
    ben: Someone, outlook: Writer, draft: Any, record: Any, looks: Any, control: Control
) -> None:
    """That nobody could look says nothing about whether the message is there."""
    chosen = choose(ben, draft, record)
    control("POST", "faults", json={"service": "graph", "path": "*/messages/*", "status": 503})
    looks(3)
    assert (now_of(ben, chosen)["state"], now_of(ben, chosen)["reasonCode"]) == ("waiting", "mail_busy")
    control("DELETE", "faults")
    outlook.delete(draft)
    looks(2)
    assert (now_of(ben, chosen)["state"], now_of(ben, chosen)["reasonCode"]) == ("waiting", "message_gone")
    looks()
    assert now_of(ben, chosen)["state"] == "ended"


def test_sent_as_another_item_it_is_found_in_sent_items_by_its_message_id(
    ben: Someone, outlook: Writer, record: Any, looks: Any, control: Control
) -> None:
    """As classic Outlook may do it: the draft of the shared mailbox goes, and a copy is in the sender's Sent Items."""
    draft = outlook.draft(SUPPORT)
    choose(ben, draft, record, owner=SUPPORT)
    lines_of_mail = ["From: Support <support@contoso.example>", "To: purchasing@adatum.example", "Subject: Our offer"]
    lines_of_mail += ["Date: Sat, 21 Nov 2026 09:00:00 +0000", f"Message-ID: {draft['internetMessageId']}", "", "Hi."]
    control.deliver(BEN, "\r\n".join(lines_of_mail).encode(), folder="sentitems")
    outlook.delete(draft)
    looks()
    [email] = ben.emails(record)
    assert (email["mailbox"], email["sentBy"]) == (BEN, SUPPORT)


def test_who_may_no_longer_read_the_mailbox_gets_nothing_saved(
    ben: Someone, outlook: Writer, record: Any, looks: Any, control: Control
) -> None:
    draft = outlook.draft(SUPPORT)
    chosen = choose(ben, draft, record, owner=SUPPORT)
    outlook.send(draft)
    control("POST", "world", json={"rights": {"person": "ben", "mailbox": SUPPORT, "right": "none"}})
    looks(3)
    ended = now_of(ben, chosen)
    assert (ended["state"], ended["reasonCode"]) == ("ended", "access_lost")
    assert ben.emails(record) == []


def test_who_has_to_sign_in_again_loses_nothing(
    ben: Someone,
    someone: Any,
    outlook: Writer,
    draft: Any,
    record: Any,
    looks: Any,
    work: Any,
    services: Services,
    control: Control,
) -> None:
    chosen = choose(ben, draft, record)
    outlook.send(draft)
    control("POST", "world", json={"revoke": "ben", "expireTokens": "ben"})
    looks(2)
    again = someone("ben")
    assert now_of(again, chosen)["reasonCode"] in ("grant_lost", "sign_in_again")
    again.post("/api/context", {"item": {"id": draft["id"], "idFormat": "immutable"}})
    sent.ring_for_overdue(services)
    work()
    assert now_of(again, chosen)["state"] == "sent"
    assert len(again.emails(record)) == 1


# Where the draft is


def test_a_draft_of_a_shared_mailbox_is_saved_on_its_behalf(
    ana: Someone, ben: Someone, mallory: Someone, outlook: Writer, record: Any, looks: Any
) -> None:
    draft = outlook.draft(SUPPORT)
    chosen = choose(ben, draft, record, owner=SUPPORT)
    assert (chosen["mailbox"]["address"], chosen["mailbox"]["kind"]) == (SUPPORT, "shared")
    assert [each["id"] for each in ana.get(f"/api/outgoing?mailbox={SUPPORT}")["outgoing"]] == [chosen["id"]]
    assert mallory("GET", f"/api/outgoing/{chosen['id']}", expect=404)
    assert mallory("GET", f"/api/outgoing?mailbox={SUPPORT}", expect=404)
    assert ana.get("/api/outgoing")["outgoing"] == []
    outlook.send(draft)
    looks()
    [save] = ben.get(f"/api/saves?mailbox={SUPPORT}")["saves"]
    assert (save["state"], save["mailbox"]["kind"], save["savedBy"]["me"]) == ("saved", "shared", True)


def test_a_draft_that_outlook_put_into_the_sender_s_own_mailbox_is_found_there(
    ben: Someone, draft: Any, record: Any
) -> None:
    chosen = choose(ben, draft, record, owner=SUPPORT)
    assert (chosen["mailbox"]["address"], chosen["mailbox"]["kind"]) == (BEN, "personal")


def test_only_what_is_still_written_can_be_chosen_for(
    ben: Someone, control: Control, record: Any, outlook: Writer
) -> None:
    received = control.deliver(BEN, b"From: a@adatum.example\r\nSubject: Hello\r\nMessage-ID: <h@x.example>\r\n\r\nHi")
    error = choose(ben, {"id": received["immutableId"]}, record, expect=409)
    assert error["code"] == "already_sent"


def test_what_was_sent_while_the_choice_was_on_its_way_is_saved(
    ben: Someone, draft: Any, record: Any, outlook: Writer, work: Any
) -> None:
    outlook.send(draft)
    choose(ben, draft, record)
    work()
    assert len(ben.emails(record)) == 1


def test_people_who_are_written_to_suggest_records_with_the_reason(ben: Someone, record: Any, control: Control) -> None:
    ben.get("/api/me")
    control("DELETE", "requests")
    asked = {"addresses": [BEN, "purchasing@adatum.example"], "subject": "Our offer"}
    [found] = ben.post("/api/suggestions", asked)["suggestions"]
    assert found["id"] == record["id"]
    assert found["because"]
    assert control.count("graph") == 0
