"""Without an open message: what is not filed yet, filed from there by one click or many at once, for the whole team."""

import re
from collections.abc import Callable

from playwright.sync_api import Frame, Locator, expect

from tests.pane.conftest import Place
from tests.pane.outlook import Outlook
from tests.pane.stage import Signed
from tests.pane.test_pane_saving import WAIT_MS, control, delivered, opened, unique

RECORD = "Tailspin Quality"


def welcome(outlook: Outlook, person: str, mailbox: str, subject: str) -> Frame:
    """The Welcome screen after the person opened that message in the mailbox, and left it."""
    pane = opened(outlook, person, mailbox, subject)
    outlook.select_nothing()
    expect(pane.locator("affix-welcome")).to_be_visible(timeout=WAIT_MS)
    expect(row(pane, subject)).to_be_visible(timeout=WAIT_MS)
    return pane


def row(pane: Frame, subject: str) -> Locator:
    return pane.locator("affix-worklist li").filter(has_text=subject)


def whole_list(pane: Frame) -> None:
    pane.get_by_role("button", name="Show all").click()
    expect(pane.get_by_role("heading", name="Not filed yet", level=1)).to_be_visible(timeout=WAIT_MS)


def test_new_mail_is_filed_by_one_click_and_leaves_the_list_of_a_colleague(
    running_demo: Place, affix_outlook: Outlook, new_outlook: Callable[[str], Outlook]
) -> None:
    subject = delivered(running_demo, "support", "An order")
    colleague = new_outlook(running_demo.outlook)
    theirs = welcome(colleague, "ana", "support", subject)

    pane = welcome(affix_outlook, "ben", "support", subject)
    expect(row(pane, subject)).to_contain_text("Somebody on this email writes from northwind.example.")
    row(pane, subject).get_by_role("button", name="Save to Northwind").click()
    expect(row(pane, subject)).to_have_attribute("data-state", "saved", timeout=WAIT_MS)
    expect(pane.locator("#live")).to_have_text(re.compile("[0-9]+ of [0-9]+ saved"), timeout=WAIT_MS)
    recent = pane.locator("section").filter(has_text="Your recent saves")
    expect(recent.locator("li").first).to_contain_text(subject)
    assert subject in Signed(running_demo, "ana").subjects_on("Northwind")

    whole_list(theirs)
    theirs.get_by_role("button", name="Refresh").click()
    expect(row(theirs, subject)).to_have_count(0, timeout=WAIT_MS)


def test_what_needs_no_filing_is_taken_off_the_list_undone_and_put_back(
    running_demo: Place, affix_outlook: Outlook
) -> None:
    subject = delivered(running_demo, "support", "An advertisement")
    pane = welcome(affix_outlook, "ben", "support", subject)
    for undo in (True, False):
        row(pane, subject).get_by_role("button", name="Nothing to file").click()
        expect(row(pane, subject)).to_have_attribute("data-state", "dismissed", timeout=WAIT_MS)
        if undo:
            row(pane, subject).get_by_role("button", name="Undo").click()
            expect(row(pane, subject)).to_have_attribute("data-state", "open", timeout=WAIT_MS)
    affix_outlook.open_message(subject)
    pane.get_by_role("button", name="Not filed yet").click(timeout=WAIT_MS)
    pane.get_by_role("button", name="Taken off the list").click(timeout=WAIT_MS)
    expect(row(pane, subject)).to_contain_text("You took it off the list", timeout=WAIT_MS)
    row(pane, subject).get_by_role("button", name="Put back").click()
    expect(row(pane, subject)).to_have_count(0, timeout=WAIT_MS)
    pane.get_by_role("button", name="Back to what is not filed").click()
    expect(row(pane, subject)).to_be_visible(timeout=WAIT_MS)


def test_many_are_saved_to_one_record_each_with_its_result(running_demo: Place, affix_outlook: Outlook) -> None:
    good = [delivered(running_demo, "support", f"Claim {number}") for number in ("one", "two")]
    bad = unique("Deleted meanwhile")
    lost = running_demo.deliver("support", bad)
    pane = welcome(affix_outlook, "ben", "support", bad)
    whole_list(pane)
    for subject in (*good, bad):
        row(pane, subject).get_by_role("checkbox").check()
    expect(pane.get_by_text("3 chosen")).to_be_visible()
    control(running_demo, "DELETE", "messages", {"mailbox": "support@contoso.example", "id": lost["id"]})
    pane.get_by_role("button", name="Save all to").click()
    pane.get_by_role("combobox", name="Save to which record?").fill("tailspin")
    pane.locator("[role=option]").filter(has_text=RECORD).click(timeout=WAIT_MS)
    for subject in good:
        expect(row(pane, subject)).to_have_attribute("data-state", "saved", timeout=WAIT_MS)
        expect(row(pane, subject)).to_contain_text(f"Saved to {RECORD}")
    expect(row(pane, bad)).to_have_attribute("data-state", "failed", timeout=WAIT_MS)
    expect(row(pane, bad).get_by_role("button", name="Try again")).to_be_visible()


def test_who_lost_the_right_to_a_mailbox_is_told_how_members_are_added(
    running_demo: Place, affix_outlook: Outlook
) -> None:
    right = {"person": "cleo", "mailbox": "sales", "right": "full"}
    control(running_demo, "POST", "world", {"rights": [right]})
    subject = delivered(running_demo, "sales", "For members")
    pane = welcome(affix_outlook, "cleo", "sales", subject)
    control(running_demo, "POST", "world", {"rights": [{**right, "right": "none"}]})
    whole_list(pane)
    pane.get_by_role("button", name="Refresh").click()
    told = pane.get_by_role("note").filter(has_text="You cannot read this mailbox any more.")
    expect(told).to_be_visible(timeout=WAIT_MS)
    expect(told.get_by_role("link")).to_have_attribute("href", re.compile("^https://learn.microsoft.com/"))


def test_who_is_new_is_shown_how_it_works_and_who_misses_something_what_to_do(
    running_demo: Place, affix_outlook: Outlook
) -> None:
    pane = affix_outlook.open("eve").pane
    expect(pane.locator(".steps li")).to_have_count(3, timeout=WAIT_MS)
    help = pane.get_by_role("button", name="Something missing?")
    expect(pane.get_by_text("Ask your administrator to make you a member")).to_be_hidden()
    help.click()
    expect(help).to_have_attribute("aria-expanded", "true")
    expect(pane.get_by_text("Ask your administrator to make you a member")).to_be_visible()
