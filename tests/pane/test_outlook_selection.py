"""Several messages selected in the pretend Outlook: what the person sees, and what an add-in is told."""

from dataclasses import dataclass
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.pane.conftest import Place
from tests.pane.outlook import Outlook, value_of
from tests.pane.probe import ready

SELECTED = "called(Office.context.mailbox, 'getSelectedItemsAsync').then(({ value }) => value)"


@dataclass(frozen=True)
class Mail:
    subject: str
    ids: dict[str, str]


@pytest.fixture
def three(probe_place: Place) -> list[Mail]:
    """The oldest first."""
    subjects = [f"{word} {uuid4().hex[:6]}" for word in ("One", "Two", "Three")]
    return [Mail(subject, probe_place.deliver("cleo", subject)) for subject in subjects]


def test_an_add_in_is_given_the_selected_messages(outlook: Outlook, three: list[Mail]) -> None:
    pane = ready(outlook.open("cleo"))
    outlook.select_messages(three[0].subject, three[1].subject)
    value_of(pane, f"window.selections.some((each) => each.join() === '{three[0].subject},{three[1].subject}')")
    assert pane.evaluate("Office.context.mailbox.item") is None
    selected = pane.evaluate(SELECTED)
    assert [each["itemId"] for each in selected] == [mail.ids["ewsId"] for mail in three[:2]]
    assert [each["internetMessageId"] for each in selected] == [mail.ids["internetMessageId"] for mail in three[:2]]
    first = selected[0]
    assert (first["itemType"], first["itemMode"], first["hasAttachment"]) == ("message", "Read", False)
    outlook.select_nothing()
    value_of(pane, "window.selections.at(-1).length === 0")
    outlook.open_message(three[2].subject)
    value_of(pane, f"window.selections.at(-1).join() === {three[2].subject!r}")


def test_messages_are_selected_with_the_keys_that_outlook_has(outlook: Outlook, three: list[Mail]) -> None:
    page = outlook.open("cleo", pane="closed").page
    one, two, newest = (outlook.message_row(mail.subject) for mail in three)
    status = page.locator("#reading [role=status]")
    newest.click()
    one.click(modifiers=["Shift"])
    expect(status).to_have_text("3 messages selected")
    two.click(modifiers=["Control"])
    expect(two).to_have_attribute("aria-selected", "false")
    expect(status).to_have_text("2 messages selected")
    page.keyboard.press("Escape")
    expect(page.locator("#reading")).to_contain_text("Nothing is selected")
    outlook.select_all()
    assert page.locator("#messages [aria-selected=true]").count() == len(outlook.subjects())


def test_selected_messages_are_moved_together(outlook: Outlook, three: list[Mail]) -> None:
    outlook.open("cleo", pane="closed")
    outlook.select_messages(three[0].subject, three[1].subject)
    outlook.move_to("Archive")
    for mail in three[:2]:
        expect(outlook.message_row(mail.subject)).to_have_count(0)
    outlook.drag_to(three[2].subject, "archive")
    outlook.open_folder("archive")
    assert {mail.subject for mail in three} <= set(outlook.subjects())


@pytest.mark.parametrize(("version", "told"), [("1.8", None), ("1.13", ["itemId", "itemMode", "itemType", "subject"])])
def test_an_older_outlook_tells_less_of_the_selection(
    outlook: Outlook, three: list[Mail], version: str, told: list[str] | None
) -> None:
    pane = ready(outlook.open("cleo", mailboxSet=version))
    outlook.select_messages(three[0].subject, three[1].subject)
    assert pane.evaluate("window.listening.status") == ("succeeded" if told else "failed")
    if told:
        assert sorted(pane.evaluate(SELECTED)[0]) == told
    else:
        assert pane.evaluate("typeof Office.context.mailbox.getSelectedItemsAsync") == "undefined"
