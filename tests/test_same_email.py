"""Which messages are the same email, so that a record gets it once, and which only look like it."""

from typing import Any

import pytest

from tests.conftest import Control, Someone, mime
from tests.steps import BEN, SUPPORT, contact, item_of


@pytest.fixture
def record(ana: Someone) -> dict[str, Any]:
    return contact(ana)


@pytest.fixture
def in_support(control: Control) -> dict[str, Any]:
    return item_of(control.deliver(SUPPORT, mime()), SUPPORT)


def test_the_same_email_from_two_mailboxes_is_on_the_record_once(
    ana: Someone, ben: Someone, record: Any, control: Control, work: Any
) -> None:
    shared = item_of(control.deliver("support@contoso.example", mime()), "support@contoso.example")
    own = item_of(control.deliver("ana@contoso.example", b"Received: from elsewhere\r\n" + mime()))
    ben.save(shared, record)
    ana.save(own, record)
    work()
    assert len(ben.emails(record)) == 1
    assert {each["state"] for each in ana.get("/api/saves")["saves"]} == {"saved"}


def test_the_same_email_goes_to_each_record_once_whoever_saves_it(
    ana: Someone, ben: Someone, record: Any, control: Control, work: Any
) -> None:
    other = contact(ana, "Other", "other@adatum.example")
    shared = item_of(control.deliver(SUPPORT, mime()), SUPPORT)
    own = item_of(control.deliver(BEN, b"Received: by another way\r\n" + mime()))
    ana.save(shared, record, other)
    ben.save(own, record, other)
    work()
    assert [len(ben.emails(each)) for each in (record, other)] == [1, 1]


def test_two_addresses_of_one_mailbox_make_one_email(ben: Someone, record: Any, control: Control, work: Any) -> None:
    delivered = control.deliver(SUPPORT, mime())
    ben.save(item_of(delivered, SUPPORT), record)
    ben.save(item_of(delivered, "support.alias@contoso.example"), record)
    work()
    assert len(ben.emails(record)) == 1
    assert {each["state"] for each in ben.get("/api/saves")["saves"]} == {"saved"}


def test_a_forged_message_id_does_not_hide_another_message(
    ben: Someone, record: Any, control: Control, work: Any
) -> None:
    for body in ("Please pay to account 1.", "Please pay to account 2."):
        ben.save(item_of(control.deliver(SUPPORT, mime(body=body)), SUPPORT), record)
    work()
    assert len(ben.emails(record)) == 2


def test_messages_without_message_id_are_kept_apart(ben: Someone, record: Any, control: Control, work: Any) -> None:
    for body in ("One", "Two"):
        ben.save(item_of(control.deliver(SUPPORT, mime(message_id=None, body=body)), SUPPORT), record)
    work()
    assert len(ben.emails(record)) == 2


def test_a_save_by_a_colleague_shows_in_ones_own_copy(
    ana: Someone, ben: Someone, record: Any, control: Control, work: Any
) -> None:
    shared = item_of(control.deliver(SUPPORT, mime()), SUPPORT)
    own = item_of(control.deliver("ana@contoso.example", mime()))
    ben.save(shared, record)
    work()
    [seen] = ana.post("/api/context", {"item": own})["saves"]
    assert (seen["savedBy"]["address"], seen["savedBy"]["me"]) == (BEN, False)


def test_a_forged_message_id_shows_nobody_the_saves_of_another(
    ben: Someone, mallory: Someone, record: Any, in_support: Any, control: Control, work: Any
) -> None:
    ben.save(in_support, record)
    work()
    forged = item_of(
        control.deliver("mallory@contoso.example", mime(subject="Guess", sender="mallory@contoso.example"))
    )
    assert mallory.post("/api/context", {"item": forged})["saves"] == []
