"""Autopilot goes on saving: new mail of a watched mailbox, without anybody at Outlook."""

from typing import Any

import pytest

from server.autopilot import watching
from server.services import Services
from server.settings import Settings
from tests.conftest import Control, Someone, mime
from tests.steps import CLEO, SUPPORT, contact, item_of, reference

SENDER = "purchasing@adatum.example"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Every run of the worker finds the mailboxes due."""
    return Settings(**{**settings.model_dump(), "poll_seconds": 0})


@pytest.fixture
def work(services: Services, work: Any) -> Any:
    """The sweep, which a waiting worker does every few seconds, and then the worker until nothing is left."""

    def sweep_and_work() -> None:
        watching.ring_for_overdue(services)
        work()

    return sweep_and_work


@pytest.fixture
def record(ana: Someone) -> dict[str, Any]:
    return contact(ana)


@pytest.fixture
def licensed(ana: Someone) -> None:
    for mailbox in (SUPPORT, CLEO):
        ana.post("/api/admin/licenses", {"mailbox": mailbox}, expect=201)


def met(person: Someone, control: Control, mailbox: str) -> None:
    """The person opens some message in the mailbox, as everybody does before a rule is made."""
    opened = control.deliver(
        mailbox, mime(subject="Hello", message_id="<hello@tailspin.example>", sender="a@tailspin.example")
    )
    person.post("/api/context", {"item": item_of(opened, mailbox)})


def rule_for(person: Someone, record: dict[str, Any], mailbox: str = SUPPORT, **more: Any) -> dict[str, Any]:
    wanted = {"kind": "address", "mailbox": mailbox, "value": SENDER, "record": reference(record), **more}
    found: dict[str, Any] = person.post("/api/rules", wanted, expect=201)
    return found


@pytest.fixture
def watched(ben: Someone, control: Control, record: Any, licensed: None, work: Any) -> dict[str, Any]:
    """Ben's rule for the mail of one address in the shared mailbox, which was looked at once."""
    met(ben, control, SUPPORT)
    rule = rule_for(ben, record)
    work()
    return rule


def test_mail_from_the_address_is_saved_by_itself(
    ben: Someone, control: Control, record: Any, watched: Any, work: Any
) -> None:
    control.deliver(SUPPORT, mime())
    work()
    [email] = ben.emails(record)
    assert (email["how"], email["mailbox"], email["savedBy"]) == ("autopilot:address", SUPPORT, "ben@contoso.example")


def test_beside_a_message_it_is_told_why_it_was_saved_or_not(
    ben: Someone, control: Control, record: Any, watched: Any, work: Any
) -> None:
    saved = control.deliver(SUPPORT, mime())
    private = control.deliver(SUPPORT, mime("Between us", "<private@adatum.example>", headers="Sensitivity: Private"))
    work()
    unseen = control.deliver(SUPPORT, mime("Just now", "<unseen@adatum.example>"))
    of_each = [
        ben.post("/api/context", {"item": item_of(each, SUPPORT)})["autopilot"] for each in (saved, private, unseen)
    ]
    assert [each and (each["state"], each["reasonCode"]) for each in of_each] == [
        ("saved", "matched"),
        ("skipped", "private"),
        None,
    ]
    assert of_each[1]["rule"]["id"] == watched["id"]
    assert of_each[1]["reason"] == "It is marked private or confidential, and the rule leaves such mail out."


def test_mail_from_others_is_not(ben: Someone, control: Control, record: Any, watched: Any, work: Any) -> None:
    control.deliver(SUPPORT, mime(sender="quality@tailspin.example"))
    work()
    assert ben.emails(record) == []


def test_mail_that_was_there_before_the_rule_is_left_alone(
    ben: Someone, control: Control, record: Any, licensed: None, work: Any
) -> None:
    control("POST", f"messages?mailbox={SUPPORT}&folder=inbox&received=2026-11-01T09:00:00Z", data=mime())
    met(ben, control, SUPPORT)
    rule_for(ben, record)
    work()
    assert ben.emails(record) == []


def test_a_second_look_saves_nothing_twice(
    ben: Someone, control: Control, record: Any, watched: Any, work: Any
) -> None:
    control.deliver(SUPPORT, mime())
    work()
    control("DELETE", "requests")
    work()
    work()
    assert len(ben.emails(record)) == 1
    assert not [each for each in control.requests("graph") if each["route"].endswith("$value")]


def test_mail_is_found_in_a_folder_that_was_made_later_and_after_it_was_filed(
    ben: Someone, control: Control, record: Any, watched: Any, work: Any
) -> None:
    delivered = control.deliver(SUPPORT, mime())
    control("POST", "moves", json={"mailbox": SUPPORT, "id": delivered["id"], "folder": "archive"})
    work()
    assert len(ben.emails(record)) == 1


def test_the_same_email_in_two_watched_mailboxes_is_on_the_record_once(
    ben: Someone, control: Control, record: Any, watched: Any, work: Any
) -> None:
    met(ben, control, CLEO)
    rule_for(ben, record, CLEO)
    work()
    control.deliver(SUPPORT, mime())
    control.deliver(CLEO, b"Received: by another way\r\n" + mime())
    work()
    assert len(ben.emails(record)) == 1


def test_a_lost_place_costs_nothing_but_another_look(
    ben: Someone, control: Control, record: Any, watched: Any, work: Any
) -> None:
    control("POST", "faults", json={"service": "graph", "path": "*delta*", "status": 410, "times": 1})
    control.deliver(SUPPORT, mime())
    work()
    work()
    assert len(ben.emails(record)) == 1


def test_a_delegate_who_lost_the_right_saves_no_more_and_the_rule_says_so(
    ben: Someone, ana: Someone, control: Control, record: Any, licensed: None, work: Any
) -> None:
    met(ben, control, CLEO)
    rule = rule_for(ben, record, CLEO)
    work()
    control("POST", "world", json={"rights": [{"person": "ben", "mailbox": CLEO, "right": "none"}]})
    control.deliver(CLEO, mime())
    work()
    assert ben.emails(record) == []
    found = ana.get(f"/api/rules/{rule['id']}", expect=404)
    assert found["error"]["code"] == "not_found"


def test_a_conversation_is_followed_by_its_references(
    ben: Someone, control: Control, record: Any, licensed: None, work: Any
) -> None:
    first = control.deliver(SUPPORT, mime())
    ben.post(
        "/api/rules",
        {"kind": "conversation", "item": item_of(first, SUPPORT), "record": reference(record)},
        expect=201,
    )
    work()
    answer = mime("Re: Order 4711", "<2@adatum.example>", headers="In-Reply-To: <1@adatum.example>")
    late = mime("Order 4711, again", "<3@adatum.example>", headers="References: <1@adatum.example> <2@adatum.example>")
    other = mime("Something else", "<4@adatum.example>")
    for each in (answer, late, other):
        control.deliver(SUPPORT, each)
    work()
    assert {each["internetMessageId"] for each in ben.emails(record)} >= {"<2@adatum.example>", "<3@adatum.example>"}
    assert "<4@adatum.example>" not in {each["internetMessageId"] for each in ben.emails(record)}


def test_what_autopilot_saved_is_marked_as_such(
    ben: Someone, control: Control, record: Any, watched: Any, work: Any
) -> None:
    delivered = control.deliver(SUPPORT, mime())
    work()
    found = {each["internetMessageId"]: each["categories"] for each in control.messages(SUPPORT)}
    assert found["<1@adatum.example>"] == ["Affix: Autopilot"]
    ben.save(item_of(delivered, SUPPORT), contact(ben, "Another", "another@adatum.example"))
    work()
    found = {each["internetMessageId"]: each["categories"] for each in control.messages(SUPPORT)}
    assert sorted(found["<1@adatum.example>"]) == ["Affix: Autopilot", "Affix: Saved"]
