"""Two people at one shared mailbox, each with a pane: what one does turns up at the other, without reloading."""

import re
from collections.abc import Callable

from playwright.sync_api import Frame, Locator, expect

from tests.pane.axe import violations
from tests.pane.conftest import Place
from tests.pane.outlook import Outlook
from tests.pane.test_pane_saving import (
    COLLEAGUE,
    MINE,
    WAIT_MS,
    choose,
    delivered,
    expect_saved,
    opened,
    press_save,
    save_of,
    save_once,
)

RECORD = "Tailspin Quality"


def search_field(pane: Frame) -> Locator:
    return pane.get_by_role("combobox", name="Search records")


def at_hand(pane: Frame, group: str) -> Locator:
    """The options of that group, in the list that opens before anything is typed."""
    return pane.get_by_role("group", name=group).get_by_role("option")


def star(pane: Frame, record: str) -> Locator:
    return pane.locator("affix-records").get_by_role("button", name=f"Favourite: {record}")


def test_a_colleague_at_the_same_message_is_seen_and_the_save_turns_up(
    running_demo: Place, new_outlook: Callable[[str], Outlook]
) -> None:
    subject = delivered(running_demo, "support", "For two")
    ana = opened(new_outlook(running_demo.outlook), "ana", "support", subject)
    ben = opened(new_outlook(running_demo.outlook), "ben", "support", subject)
    save_once(ben)
    choose(ben, "quality", RECORD)
    bar = ana.locator("affix-presence")
    expect(bar).to_have_text(re.compile(rf"^Ben\b.* is about to save this message to {RECORD}\.$"), timeout=WAIT_MS)
    expect(ben.locator("affix-presence")).to_have_count(0)

    save_once(ana)
    choose(ana, "quality", RECORD)
    save = ana.locator("#save")
    expect(save).to_have_accessible_description(re.compile(f"is just about to save this to {RECORD} too"))
    expect(save).not_to_have_attribute("aria-disabled", "true")
    assert violations(ana) == []
    ana.get_by_role("checkbox", name=RECORD).uncheck()

    press_save(ben)
    expect(expect_saved(ben, RECORD)).to_have_class(MINE)
    theirs = save_of(ana, RECORD)
    expect(theirs).to_have_attribute("data-state", "saved", timeout=WAIT_MS)
    expect(theirs).to_have_class(COLLEAGUE)
    expect(ana.locator("#live")).to_have_text(re.compile(f"saved this to {RECORD}"))
    expect(bar).to_have_count(0, timeout=WAIT_MS)

    save_of(ben, RECORD).get_by_role("button", name="Undo").click()
    expect(theirs).to_have_attribute("data-state", "undone", timeout=WAIT_MS)


def test_favourites_and_recent_records_of_the_mailbox_are_at_hand_for_both(
    running_demo: Place, new_outlook: Callable[[str], Outlook]
) -> None:
    first = delivered(running_demo, "support", "Starred here")
    second = delivered(running_demo, "support", "Used there")
    window = new_outlook(running_demo.outlook)
    ben = opened(window, "ben", "support", first)
    save_once(ben)
    choose(ben, "legal", "Adatum Legal")
    star(ben, "Adatum Legal").click()
    expect(star(ben, "Adatum Legal")).to_have_attribute("aria-pressed", "true")
    expect(ben.locator("#live")).to_have_text("Adatum Legal is a favourite of this mailbox now.")
    ben.get_by_role("checkbox", name="Adatum Legal").uncheck()
    choose(ben, "quality", RECORD)
    press_save(ben)
    expect_saved(ben, RECORD)

    colleague = new_outlook(running_demo.outlook)
    ana = opened(colleague, "ana", "support", second)
    save_once(ana)
    search_field(ana).focus()
    expect(at_hand(ana, "Favourites")).to_have_text(re.compile("^Adatum Legal"))
    expect(at_hand(ana, "Recent").first).to_have_text(re.compile(f"^{RECORD}"))
    keyboard = colleague.page.keyboard
    keyboard.press("Enter")  # nothing is chosen yet
    expect(ana.get_by_role("checkbox", name="Adatum Legal")).to_have_count(0)
    keyboard.press("ArrowDown")
    expect(at_hand(ana, "Favourites")).to_have_attribute("aria-selected", "true")
    in_list = ana.locator("affix-search").get_by_role("button", name="Favourite: Adatum Legal")
    expect(in_list).to_have_attribute("aria-pressed", "true")
    # What lies below the open list is covered in part, and so too small while it is open.
    assert [each for each in violations(ana) if not each.startswith("target-size")] == []
    keyboard.press("Enter")
    expect(ana.get_by_role("checkbox", name="Adatum Legal")).to_be_checked()
    star(ana, "Adatum Legal").click()
    expect(ana.locator("#live")).to_have_text("Adatum Legal is no longer a favourite of this mailbox.")

    ben.get_by_label("Type", exact=True).select_option("contact")
    window.open_message(second)
    expect(ben.locator("affix-message .subject")).to_have_text(second, timeout=WAIT_MS)
    expect(ben.get_by_label("Type", exact=True)).to_have_value("contact")
    search_field(ben).focus()
    expect(ben.get_by_role("group", name="Favourites")).to_have_count(0)


def test_a_mailbox_keeps_the_choice_of_attachments(running_demo: Place, affix_outlook: Outlook) -> None:
    affix_outlook.open("ben").open_message("Shipment 7781")
    pane = affix_outlook.pane
    pane.get_by_role("button", name="Attachments").click(timeout=WAIT_MS)
    pane.get_by_role("checkbox", name="All files").uncheck()
    pane.get_by_role("button", name="Use this choice for this mailbox from now on").click()
    expect(pane.get_by_text("Usual in this mailbox: no attachments")).to_be_visible(timeout=WAIT_MS)
    affix_outlook.open("ben").open_message("Shipment 7781")
    attachments = affix_outlook.pane.get_by_role("button", name="Attachments")
    expect(attachments).to_contain_text("none chosen", timeout=WAIT_MS)
    attachments.click()
    affix_outlook.pane.get_by_role("checkbox", name="All files").check()
    affix_outlook.pane.get_by_role("button", name="Use this choice for this mailbox from now on").click()
    expect(affix_outlook.pane.get_by_text("Usual in this mailbox: all files")).to_be_visible(timeout=WAIT_MS)
