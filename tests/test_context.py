"""What the pane shows of an open message: the message, where it is saved, and which records fit."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.conftest import Control, Someone, mime
from tests.steps import ANA, BEN, CLEO, SUPPORT, contact, context, item_of, with_files


@pytest.fixture
def in_support(control: Control) -> dict[str, Any]:
    return item_of(control.deliver(SUPPORT, mime()), SUPPORT)


def suggested(person: Someone, item: dict[str, Any]) -> list[str]:
    return [each["name"] for each in context(person, item)["suggestions"]]


def test_it_shows_the_message(ben: Someone, control: Control) -> None:
    raw = mime(headers="Cc: Cleo Chen <cleo@contoso.example>\r\nSender: assistant@adatum.example")
    message = context(ben, item_of(control.deliver(SUPPORT, raw), SUPPORT))["message"]
    assert message["subject"] == "Order 4711"
    assert message["internetMessageId"] == "<1@adatum.example>"
    assert message["from"] == {"name": "Purchasing", "address": "purchasing@adatum.example"}
    assert message["sender"]["address"] == "assistant@adatum.example"
    assert message["to"] == [{"name": SUPPORT, "address": SUPPORT}]
    assert message["cc"] == [{"name": "Cleo Chen", "address": CLEO}]
    assert message["sentAt"] == "2026-11-16T09:00:00.000Z"
    assert (message["kind"], message["isDraft"], message["savable"], message["whyNot"]) == (
        "message",
        False,
        True,
        None,
    )


def test_it_shows_the_attachments(ben: Someone, control: Control) -> None:
    raw = with_files(("offer.pdf", b"offer"), ("inline-logo.png", b"logo"))
    shown = context(ben, item_of(control.deliver(SUPPORT, raw), SUPPORT))["message"]["attachments"]
    assert [(each["name"], each["kind"], each["isInline"], each["tooLarge"]) for each in shown] == [
        ("offer.pdf", "file", False, False),
        ("inline-logo.png", "file", True, False),
    ]


def test_a_message_without_anything_is_shown_too(ben: Someone, control: Control) -> None:
    message = context(ben, item_of(control.deliver(SUPPORT, b"\r\n"), SUPPORT))["message"]
    assert (message["subject"], message["from"], message["to"]) == ("", {"name": "", "address": ""}, [])


def test_saves_are_shown_to_every_member_of_the_mailbox(ana: Someone, ben: Someone, in_support: Any, work: Any) -> None:
    ben.save(in_support, contact(ana))
    for person, me in ((ana, False), (ben, True)):
        [save] = context(person, in_support)["saves"]
        assert (save["state"], save["savedBy"]["me"], save["record"]["name"]) == ("queued", me, "Purchasing")
    work()
    assert context(ana, in_support)["saves"][0]["state"] == "saved"


def test_a_later_reply_shows_no_save(ben: Someone, in_support: Any, control: Control, work: Any) -> None:
    ben.save(in_support, contact(ben))
    work()
    reply = mime("Re: Order 4711", "<2@adatum.example>", headers="In-Reply-To: <1@adatum.example>")
    assert context(ben, item_of(control.deliver(SUPPORT, reply), SUPPORT))["saves"] == []


def test_a_private_answer_shows_nobody_else_anything(
    ana: Someone, ben: Someone, in_support: Any, control: Control, work: Any
) -> None:
    """A member answers from the personal address without a copy to the shared mailbox, and saves that answer."""
    answer = mime("Re: Order 4711", "<2@contoso.example>", sender=BEN, to="purchasing@adatum.example")
    ben.save(item_of(control.deliver(BEN, answer, folder="sentitems")), contact(ben))
    work()
    assert context(ana, in_support)["saves"] == []
    ana("GET", f"/api/saves?mailbox={BEN}", expect=404)


def test_a_record_of_the_sender_is_suggested_with_the_reason(ben: Someone, in_support: Any) -> None:
    record = contact(ben)
    [found] = context(ben, in_support)["suggestions"]
    assert (found["id"], found["destination"], found["type"]) == (record["id"], "local", "contact")
    assert found["because"]


def test_a_number_in_the_subject_comes_before_the_people(ben: Someone, control: Control) -> None:
    contact(ben)
    case = ben.post("/api/records", {"destination": "local", "type": "case", "name": "Broken pump", "number": "C-4711"})
    item = item_of(control.deliver(SUPPORT, mime(subject="Re: your case C-4711")), SUPPORT)
    assert suggested(ben, item)[0] == case["name"]


def test_ones_own_and_the_mailboxs_addresses_suggest_nothing(ben: Someone, control: Control) -> None:
    contact(ben, "The support itself", SUPPORT)
    contact(ben, "Ben himself", BEN)
    raw = mime(sender=BEN, to=SUPPORT)
    assert suggested(ben, item_of(control.deliver(SUPPORT, raw), SUPPORT)) == []


def test_a_crowd_of_recipients_gives_a_few_suggestions(ben: Someone, control: Control) -> None:
    for n in range(15):
        contact(ben, f"Person {n}", f"p{n}@adatum.example")
    crowd = ", ".join(f"p{n}@adatum.example" for n in range(400))
    found = suggested(ben, item_of(control.deliver(SUPPORT, mime(to=crowd)), SUPPORT))
    assert 1 <= len(found) <= 10


def test_the_first_look_costs_few_requests_and_the_next_one(ben: Someone, in_support: Any, control: Control) -> None:
    context(ben, in_support)
    assert control.count("graph") == 3  # the item, the person, and whose mailbox it is
    control("DELETE", "requests")
    context(ben, in_support)
    assert (control.count("graph"), control.count("entra")) == (1, 0)


def test_the_way_to_an_unreported_mailbox_is_short_the_second_time(
    ben: Someone, in_support: Any, control: Control
) -> None:
    context(ben, in_support)
    bare = {name: value for name, value in in_support.items() if name != "owner"}
    control("DELETE", "requests")
    context(ben, bare)
    assert control.count("graph") <= 2


def test_me_tells_who_i_am_and_what_i_can_do(ben: Someone, in_support: Any, work: Any) -> None:
    ben.save(in_support, contact(ben))
    me = ben.get("/api/me")
    assert me["person"]["address"] == BEN
    assert "ben.alias@contoso.example" in me["person"]["addresses"]
    assert me["mailbox"]["kind"] == "personal"
    assert [(each["address"], each["kind"]) for each in me["mailboxes"]] == [(SUPPORT, "shared")]
    assert me["destinations"][0]["name"] == "local"
    assert [each["state"] for each in me["saves"]] == ["queued"]


def test_mailboxes_lists_those_that_were_proven_only(ana: Someone, ben: Someone, in_support: Any) -> None:
    assert ben.get("/api/mailboxes")["mailboxes"] == []
    context(ben, in_support)
    assert [each["address"] for each in ben.get("/api/mailboxes")["mailboxes"]] == [SUPPORT]
    assert ana.get("/api/mailboxes")["mailboxes"] == []


def test_two_people_looking_at_once_do_not_disturb_each_other(ana: Someone, ben: Someone, control: Control) -> None:
    raw = mime()
    own = {ANA: item_of(control.deliver(ANA, raw)), BEN: item_of(control.deliver(BEN, raw))}
    shared = item_of(control.deliver(SUPPORT, raw), SUPPORT)

    def look(turn: int) -> tuple[str, str]:
        person, address = ((ana, ANA), (ben, BEN))[turn % 2]
        item = own[address] if turn % 4 < 2 else shared
        return (address if turn % 4 < 2 else SUPPORT), context(person, item)["mailbox"]["address"]

    with ThreadPoolExecutor(8) as threads:
        for expected, found in threads.map(look, range(40)):
            assert expected == found
