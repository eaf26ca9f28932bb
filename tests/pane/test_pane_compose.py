"""A message that is being written: records are chosen beside it, and it is on them once it was sent."""

from uuid import uuid4

import pytest
from playwright.sync_api import Frame, expect

from tests.launching import until
from tests.pane.conftest import Place
from tests.pane.outlook import WAIT_MS, Outlook
from tests.pane.stage import Signed

TO = "purchasing@adatum.example"
RECORD = "Adatum Purchasing"


@pytest.fixture
def ben(running_demo: Place) -> Signed:
    return Signed(running_demo, "ben")


@pytest.fixture
def subject() -> str:
    return f"Our offer {uuid4().hex[:8]}"


def write(outlook: Outlook, subject: str, to: str = TO, mailbox: str = "") -> Frame:
    """A new message, with the pane beside it when it knows the recipients."""
    outlook.open("ben")
    if mailbox:
        outlook.open_mailbox(mailbox)
    with outlook.reloading():
        outlook.page.click("#new-mail")
    pane = outlook.pane
    expect(pane.locator("affix-compose")).to_be_visible(timeout=WAIT_MS)
    for name, text in (("subject", subject), ("body", "See below."), ("to", to)):
        outlook.page.fill(f".compose [name={name}]", text)
    return pane


def choose(pane: Frame) -> None:
    pane.locator(".choice", has_text=RECORD).first.locator("input").check(timeout=WAIT_MS)
    pane.locator("#save-when-sent").click()
    expect(pane.locator("affix-compose .save")).to_contain_text(RECORD, timeout=WAIT_MS)


def is_saved(person: Signed, subject: str) -> bool:
    return subject in person.subjects_on(RECORD)


def test_it_is_saved_from_sent_items_to_the_chosen_record(affix_outlook: Outlook, ben: Signed, subject: str) -> None:
    pane = write(affix_outlook, subject)
    expect(pane.locator("affix-mailbox")).to_contain_text("Affix knows for certain once the draft is saved")
    expect(pane.locator(".choices")).to_contain_text(f"{TO} is on this email.", timeout=WAIT_MS)
    choose(pane)
    expect(pane.locator("affix-mailbox")).not_to_contain_text("for certain", timeout=WAIT_MS)
    assert not is_saved(ben, subject)
    affix_outlook.send()
    until(lambda: is_saved(ben, subject), "the sent message is on the record")
    affix_outlook.open_folder("sentitems")
    expect(affix_outlook.message_row(subject)).to_contain_text("Affix: Saved", timeout=WAIT_MS)


def test_a_draft_opened_again_shows_its_choice_which_can_be_changed_and_taken_back(
    affix_outlook: Outlook, ben: Signed, subject: str
) -> None:
    choose(write(affix_outlook, subject, mailbox="support"))
    with affix_outlook.reloading():
        affix_outlook.open_folder("drafts")
    with affix_outlook.reloading():
        affix_outlook.message_row(subject).click()
    pane = affix_outlook.pane
    expect(pane.locator("affix-mailbox")).to_contain_text("Shared mailbox support@contoso.example", timeout=WAIT_MS)
    expect(pane.locator("affix-compose .save")).to_contain_text(RECORD)
    pane.get_by_role("button", name="Change").click()
    expect(pane.locator(".choice", has_text=RECORD).first.locator("input")).to_be_checked()
    pane.locator("#save-when-sent").click()
    pane.get_by_role("button", name="Do not save").click(timeout=WAIT_MS)
    expect(pane.locator("affix-compose .save")).to_have_count(0, timeout=WAIT_MS)
    [ended] = [each for each in ben("GET", "/api/outgoing").json()["outgoing"] if each["message"]["subject"] == subject]
    assert (ended["state"], ended["reasonCode"], ended["mailbox"]["kind"]) == ("ended", "withdrawn", "shared")


def test_who_asked_for_it_is_reminded_when_a_message_goes_out_without_a_record(
    affix_outlook: Outlook, ben: Signed, subject: str
) -> None:
    pane = write(affix_outlook, subject)
    pane.locator("#remind").check()
    expect(pane.locator("#live"), "the service has kept it").to_have_text("Affix will remind you.", timeout=WAIT_MS)
    try:
        dialog = affix_outlook.send_and_be_asked()
        expect(dialog).to_contain_text("Save this message to a record?")
        expect(dialog.get_by_role("button", name="Send Anyway")).to_be_visible()
        with affix_outlook.reloading():
            affix_outlook.do_not_send()
        choose(affix_outlook.pane)
        affix_outlook.send()  # nobody is asked now
        until(lambda: is_saved(ben, subject), "the sent message is on the record")
        write(affix_outlook, f"{subject} inside", to="ana@contoso.example")
        affix_outlook.send()  # nor for colleagues
    finally:
        ben("PATCH", "/api/me", {"remindOnSend": False})
