"""Conversations that run through a shared and a personal mailbox, as members of a shared mailbox lead them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.settings import Settings
from tests.autopilot.stories import SENDER, Look, license_for, lines, numbers, often, opened, order, ruled
from tests.conftest import Control, Someone
from tests.steps import BEN, SUPPORT, context, item_of, reference

GRAPH = "/graph.microsoft.com/v1.0"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return often(settings)


@pytest.fixture
def reached(ana: Someone, ben: Someone, control: Control) -> None:
    """Ana and Ben opened something in the shared mailbox, Ben in his own too; both have a licence."""
    opened(ana, control, SUPPORT)
    opened(ben, control, SUPPORT, BEN)
    license_for(ana, SUPPORT, BEN)


def letter(number: int, sender: str, to: str, *answered: int, cc: str = "", subject: str = "Re: Order 4711") -> bytes:
    """A message with the Message-ID <number@adatum.example> that follows those in `answered` and answers the last."""
    names = [f"<{each}@adatum.example>" for each in answered]
    headers = [f"Cc: {cc}"] if cc else []
    headers += [f"In-Reply-To: {names[-1]}", f"References: {' '.join(names)}"] if names else []
    return order(number, sender=sender, to=to, subject=subject, headers="\r\n".join(headers))


def send(
    control: Control,
    person: str,
    number: int,
    to: str,
    *answered: int,
    cc: str = "",
    subject: str = "Re: Order 4711",
    mailbox: str = "",
) -> None:
    """As Outlook sends from the person's mailbox or that one: a copy without headers stays in its Sent Items."""
    names = [f"<{each}@adatum.example>" for each in answered]
    message = {
        "subject": subject,
        "body": {"contentType": "text", "content": "It is on its way."},
        "toRecipients": [{"emailAddress": {"address": to}}],
        "ccRecipients": [{"emailAddress": {"address": cc}}] if cc else [],
        "internetMessageId": f"<{number}@adatum.example>",
        "In-Reply-To": names[-1],
        "References": " ".join(names),
    }
    place = f"{GRAPH}/users/{mailbox}" if mailbox else f"{GRAPH}/me"
    headers = {"Authorization": f"Bearer {control.token(person, 'graph')}"}
    answer = control.simulator.test_client().post(f"{place}/sendMail", json={"message": message}, headers=headers)
    assert answer.status_code == 202, answer.get_data(as_text=True)


def begin(control: Control, subject: str = "Order 4711") -> None:
    """The first message came to the shared mailbox before anybody started a rule, which leaves it where it is."""
    moment = (datetime.now(UTC) - timedelta(hours=1)).isoformat().replace("+", "%2B")
    control("POST", f"messages?mailbox={SUPPORT}&received={moment}", data=letter(1, SENDER, SUPPORT, subject=subject))


def item_at(control: Control, mailbox: str, number: int) -> dict[str, Any]:
    """The message of that number in a mailbox, as the pane names it."""
    name = f"<{number}@adatum.example>"
    [found] = [each for each in control.messages(mailbox) if each["internetMessageId"] == name]
    return item_of(found, mailbox)


def present(control: Control, mailbox: str) -> list[str]:
    """The numbers of the messages of the story that are in a mailbox."""
    names = [str(each["internetMessageId"]) for each in control.messages(mailbox)]
    return sorted(each[1] for each in names if each.endswith("@adatum.example>"))


def rule_in(mailbox: str, record: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "address", "mailbox": mailbox, "value": SENDER, "record": reference(record)}


def conversation(item: dict[str, Any], record: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": "conversation", "item": item, "record": reference(record), **more}


# Scenario 1: an answer that the others are not to see


def test_a_private_answer_is_saved_from_the_personal_mailbox_with_autopilot_there(
    ana: Someone, ben: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    ruled(ben, rule_in(BEN, record))
    look()
    control.deliver(SUPPORT, letter(1, SENDER, SUPPORT))
    send(control, "ben", 2, SENDER, 1)
    control.deliver(BEN, letter(3, SENDER, BEN, 1, 2))
    look()
    assert (present(control, SUPPORT), present(control, BEN)) == (["1"], ["2", "3"])
    assert numbers(ben, record) == ["2", "3"]
    assert {each["mailbox"] for each in ben.emails(record)} == {BEN}
    first = context(ana, item_at(control, SUPPORT, 1))
    assert (first["saves"], first["rules"]) == ([], []), "nothing of it shows in the shared mailbox"
    assert ana.get(f"/api/saves?mailbox={SUPPORT}")["saves"] == []
    assert ana.get("/api/rules")["rules"] == []
    told = ana.get("/api/activity?limit=100")["activity"] + ana.get(f"/api/activity?mailbox={SUPPORT}")["activity"]
    assert BEN not in {each["mailbox"] for each in told if each["kind"] != "license"}


def test_a_private_answer_is_not_saved_without_autopilot_in_the_personal_mailbox(
    ana: Someone, ben: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    ruled(ana, rule_in(SUPPORT, record))
    look()
    control.deliver(SUPPORT, letter(1, SENDER, SUPPORT))
    send(control, "ben", 2, SENDER, 1)
    control.deliver(BEN, letter(3, SENDER, BEN, 1, 2))
    look()
    assert numbers(ben, record) == ["1"]
    assert BEN not in {each["mailbox"] for each in lines(ben, "seen")}


# Scenario 2: the team keeps sight of the conversation


@pytest.mark.parametrize("kind", ["address", "conversation"])
def test_with_the_shared_mailbox_in_copy_every_email_is_on_the_record_once(
    ana: Someone, ben: Someone, control: Control, record: Any, reached: None, look: Look, kind: str
) -> None:
    begin(control)
    by_address = kind == "address"
    ruled(ana, rule_in(SUPPORT, record) if by_address else conversation(item_at(control, SUPPORT, 1), record))
    send(control, "ben", 2, SENDER, 1, cc=SUPPORT)
    ruled(ben, rule_in(BEN, record) if by_address else conversation(item_at(control, BEN, 2), record))
    for mailbox in (SUPPORT, BEN):
        control.deliver(mailbox, letter(3, SENDER, BEN, 1, 2, cc=SUPPORT))
    look()
    assert (present(control, SUPPORT), present(control, BEN)) == (["1", "2", "3"], ["2", "3"])
    assert numbers(ben, record) == ["2", "3"]
    # The copy is forgotten once: what stays between the two is saved from the personal mailbox alone.
    send(control, "ben", 4, SENDER, 1, 2, 3)
    control.deliver(BEN, letter(5, SENDER, BEN, 1, 2, 3, 4))
    look()
    assert present(control, SUPPORT) == ["1", "2", "3"]
    assert numbers(ben, record) == ["2", "3", "4", "5"]
    # What reaches the shared mailbox later is saved as before, whether the personal one has it or not.
    control.deliver(SUPPORT, letter(6, SENDER, SUPPORT, 1, 2, 3, 4, 5))
    send(control, "ben", 7, SENDER, 1, 2, 3, 4, 5, 6, cc=SUPPORT)
    look()
    assert numbers(ben, record) == ["2", "3", "4", "5", "6", "7"]
    shown = context(ana, item_at(control, SUPPORT, 3))["saves"]
    assert {each["record"]["id"] for each in shown} == {record["id"]}


# Answers in Sent Items


def test_an_answer_without_copy_is_found_in_the_sent_items_by_a_rule_for_everywhere(
    ben: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    begin(control)
    ruled(ben, conversation(item_at(control, SUPPORT, 1), record, scope="everywhere"))
    look()
    send(control, "ben", 2, SENDER, 1)
    send(control, "ben", 3, SENDER, 1, mailbox=SUPPORT)
    control.deliver(BEN, letter(4, SENDER, BEN, 1, 2))
    for mailbox in (BEN, SUPPORT):  # Exchange can be told to keep a copy in both
        copy = letter(5, SUPPORT, SENDER, 1, 2)
        control("POST", f"messages?mailbox={mailbox}&folder=sentitems&headers=false", data=copy)
    look()
    saved = {each["internetMessageId"][1]: (each["mailbox"], each["sentBy"]) for each in ben.emails(record)}
    assert saved["2"] == (BEN, BEN)
    assert saved["3"] == (SUPPORT, SUPPORT)
    assert saved["4"] == (BEN, SENDER)
    assert numbers(ben, record) == ["2", "3", "4", "5"]


def test_an_answer_that_names_only_what_it_answers_is_recognised_by_it(
    ben: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    begin(control)
    ruled(ben, conversation(item_at(control, SUPPORT, 1), record, scope="everywhere"))
    for number, answered in ((2, 1), (4, 3)):
        send(control, "ben", number, SENDER, answered)
        look()
        control.deliver(BEN, letter(number + 1, SENDER, BEN, number))
        look()
    assert numbers(ben, record) == ["2", "3", "4", "5"]


# What belongs to it


def test_another_subject_does_not_break_it_and_the_same_subject_does_not_make_one(
    ben: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    begin(control)
    ruled(ben, conversation(item_at(control, SUPPORT, 1), record))
    look()
    control.deliver(SUPPORT, letter(2, SENDER, SUPPORT, 1, subject="Complaint (was: Order 4711)"))
    control.deliver(SUPPORT, letter(3, SENDER, SUPPORT, subject="Order 4711"))
    control.deliver(SUPPORT, letter(4, SENDER, SUPPORT, 3, subject="Re: Order 4711"))
    send(control, "ben", 5, SENDER, 1, 2, subject="Quite another thing", mailbox=SUPPORT)
    look()
    assert numbers(ben, record) == ["2", "5"]


def test_a_forward_among_colleagues_is_left_out_and_the_conversation_goes_on(
    ana: Someone, ben: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    begin(control)
    ruled(ben, conversation(item_at(control, SUPPORT, 1), record))
    look()
    send(control, "ana", 2, SUPPORT, 1, subject="Fw: Order 4711")
    control.deliver(SUPPORT, letter(3, SENDER, SUPPORT, 1))
    look()
    assert numbers(ben, record) == ["3"]
    [line] = [each for each in lines(ana, "seen") if each["subject"] == "Fw: Order 4711"]
    assert (line["state"], line["reasonCode"]) == ("skipped", "internal_only")


# Its beginning and its end


def test_a_cancelled_conversation_can_be_started_again(
    ben: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    begin(control)
    wanted = conversation(item_at(control, SUPPORT, 1), record)
    made = ruled(ben, wanted)
    look()
    ben("DELETE", f"/api/rules/{made['id']}")
    control.deliver(SUPPORT, letter(2, SENDER, SUPPORT, 1))
    look()
    assert "2" not in numbers(ben, record)
    again = ruled(ben, conversation(item_at(control, SUPPORT, 2), record))
    assert again["id"] != made["id"]
    assert ben.post("/api/rules", wanted, expect=200)["id"] == again["id"], "it is the same conversation"
    look()
    control.deliver(SUPPORT, letter(3, SENDER, SUPPORT, 1, 2))
    look()
    assert "3" in numbers(ben, record)
    assert [each["what"] for each in ben.get("/api/activity?kind=rule")["activity"]] == [
        "rule_made",
        "rule_removed",
        "rule_made",
    ]


def test_what_came_before_is_saved_too_if_that_is_wanted(
    ana: Someone, ben: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=60)
    past = [("inbox", letter(1, SENDER, SUPPORT, subject="Order 4711")), ("sentitems", letter(2, SUPPORT, SENDER, 1))]
    past += [("archive", letter(3, SENDER, SUPPORT, 1, 2)), ("inbox", letter(4, SENDER, SUPPORT, subject="Order 4711"))]
    for days, (folder, raw) in enumerate(past):
        received = (start + timedelta(days=days)).isoformat().replace("+", "%2B")
        control("POST", f"messages?mailbox={SUPPORT}&folder={folder}&received={received}&headers=false", data=raw)
    made = ruled(ben, conversation(item_at(control, SUPPORT, 3), record, pastToo=True))
    assert made["backfill"]["state"] == "running"
    control.deliver(SUPPORT, letter(5, SENDER, SUPPORT, 1, 2, 3))
    look()
    assert numbers(ben, record) == ["1", "2", "3", "5"]
    done = ben.get(f"/api/backfills/{made['backfill']['id']}")
    assert (done["state"], done["saves"]["saved"], done["rule"]) == ("done", 3, made["id"])
