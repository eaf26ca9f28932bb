"""Where no message files are kept: the text that came with the news of a message is all that is needed."""

from email.message import EmailMessage
from typing import Any

import pytest

from server.services import Services
from server.settings import Settings
from tests.autopilot.stories import SENDER, Look, license_for, numbers, often, opened, order, ruled
from tests.autopilot.watched import row
from tests.conftest import Control, Someone
from tests.steps import BEN, CLEO, SUPPORT, item_of, reference, with_files

NEWS = {"/users/{id}/mailFolders/delta", "/users/{id}/mailFolders/{id}/messages/delta"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return often(settings, keep_mime=False, mark_messages=False)


@pytest.fixture
def rule(ana: Someone, ben: Someone, control: Control, record: Any, look: Look) -> dict[str, Any]:
    """Ben's rule in the shared mailbox. What was asked of Graph until then is forgotten."""
    opened(ben, control, SUPPORT, CLEO)
    license_for(ana, SUPPORT, CLEO)
    made = ruled(ben, {"kind": "address", "mailbox": SUPPORT, "value": SENDER, "record": reference(record)})
    look()
    control("DELETE", "requests")
    return made


def in_html(number: int) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = f"Purchasing <{SENDER}>", SUPPORT
    mail["Subject"], mail["Message-ID"] = f"Order {number}", f"<{number}@adatum.example>"
    mail["Date"] = "Mon, 16 Nov 2026 09:00:00 +0000"
    mail.set_content("Please send <b>two</b>.", subtype="html")
    return mail.as_bytes()


def routes(control: Control) -> set[str]:
    return {each["route"] for each in control.requests("graph")}


def downloads(control: Control) -> int:
    return sum(each["count"] for each in control.requests("graph") if each["route"].endswith("$value"))


def opened_email(person: Someone, record: dict[str, Any], number: int) -> dict[str, Any]:
    """The email of that number as it is read on the record."""
    [found] = [each for each in person.emails(record) if each["internetMessageId"] == f"<{number}@adatum.example>"]
    path = f"/api/records/{record['destination']}/{record['type']}/{record['id']}/emails/{found['id']}"
    shown: dict[str, Any] = person.get(path)
    return shown


def test_the_text_is_saved_from_the_page_of_news_and_nothing_more_is_asked_of_graph(
    ben: Someone, control: Control, record: Any, rule: Any, look: Look
) -> None:
    control.deliver(SUPPORT, order(1, body="Please send us an offer."))
    control.deliver(SUPPORT, in_html(2))
    look()
    assert routes(control) == NEWS
    text, html = opened_email(ben, record, 1), opened_email(ben, record, 2)
    assert text["text"].strip() == "Please send us an offer."
    assert (html["text"].strip(), "<b>two</b>" in html["html"]) == ("Please send two.", True)
    for each in ben.emails(record):
        assert (each["mimeSha256"], each["missing"], each["attachments"]) == (None, [], [])
    assert {each["state"] for each in ben.get(f"/api/saves?mailbox={SUPPORT}")["saves"]} == {"saved"}


def test_a_message_whose_files_are_wanted_costs_one_request(
    ben: Someone, control: Control, record: Any, rule: Any, look: Look
) -> None:
    control.deliver(SUPPORT, with_files(("offer.pdf", b"%PDF-1.7"), message_id="<1@adatum.example>"))
    control.deliver(SUPPORT, order(2))
    look()
    assert downloads(control) == 1
    assert sum(each["count"] for each in control.requests("graph") if each["route"] not in NEWS) == 1
    shown = opened_email(ben, record, 1)
    assert ([each["name"] for each in shown["attachments"]], shown["mimeSha256"]) == (["offer.pdf"], None)
    assert shown["text"].strip() == "See the files."


def test_files_that_a_rule_leaves_out_are_not_fetched(
    ben: Someone, control: Control, record: Any, rule: Any, look: Look
) -> None:
    path = f"/api/rules/{rule['id']}"
    ben("DELETE", path)
    wanted = {"kind": "address", "mailbox": SUPPORT, "value": SENDER, "record": reference(record)}
    ruled(ben, {**wanted, "attachments": "none"})
    look()
    control("DELETE", "requests")
    control.deliver(SUPPORT, with_files(("offer.pdf", b"%PDF-1.7"), message_id="<1@adatum.example>"))
    look()
    assert routes(control) == NEWS
    assert opened_email(ben, record, 1)["attachments"] == []


@pytest.mark.parametrize("is_first_by_hand", [False, True])
def test_the_same_email_by_hand_from_another_mailbox_is_one_email_on_the_record(
    ben: Someone, control: Control, record: Any, rule: Any, look: Look, is_first_by_hand: bool
) -> None:
    other = item_of(control.deliver(CLEO, b"Received: by another way\r\n" + order(1)), CLEO)
    if is_first_by_hand:
        ben.save(other, record)
        look()
    control.deliver(SUPPORT, order(1))
    look()
    if not is_first_by_hand:
        ben.save(other, record)
        look()
    assert downloads(control) == 1, "what is saved by hand is fetched"
    assert numbers(ben, record) == ["1"]


def test_the_same_email_in_two_watched_mailboxes_is_one_email_on_the_record(
    ben: Someone, control: Control, record: Any, rule: Any, look: Look
) -> None:
    ruled(ben, {"kind": "address", "mailbox": CLEO, "value": SENDER, "record": reference(record)})
    look()
    control("DELETE", "requests")
    for mailbox in (SUPPORT, CLEO):
        control.deliver(mailbox, order(1))
    look()
    assert (downloads(control), numbers(ben, record)) == (0, ["1"])


def test_an_own_answer_in_sent_items_is_saved_from_its_text(
    ben: Someone, control: Control, record: Any, rule: Any, look: Look
) -> None:
    answer = order(1, sender=BEN, to=SENDER, headers="In-Reply-To: <0@adatum.example>")
    control("POST", f"messages?mailbox={SUPPORT}&folder=sentitems&headers=false", data=answer)
    look()
    assert downloads(control) == 0
    assert numbers(ben, record) == ["1"]


def test_the_text_is_kept_no_longer_than_until_it_is_saved(
    ben: Someone, control: Control, record: Any, rule: Any, look: Look, services: Services
) -> None:
    control.deliver(SUPPORT, order(1))
    look()
    assert numbers(ben, record) == ["1"]
    assert row(services, "SELECT count(*) AS n FROM message_bodies")["n"] == 0
