"""Each switch for what some real Outlook does differently, seen from the probe's side."""

from typing import Any

import pytest
from playwright.sync_api import Frame, expect

from tests.pane.outlook import Outlook, address_of, value_of
from tests.pane.probe import ready

SHARED = "called(Office.context.mailbox.item, 'getSharedPropertiesAsync')"
SUPPORT = {"mailbox": address_of("support")}


def opened(outlook: Outlook, subject: str = "First for support", **settings: str) -> Frame:
    """The probe in Support's mailbox, with that message open and told to it."""
    pane = ready(outlook.open("ana", **SUPPORT, **settings))
    outlook.open_message(subject)
    value_of(pane, f"window.seen.find((item) => item?.subject === {subject!r})")
    return pane


def test_shared_properties_may_come_empty(outlook: Outlook) -> None:
    said = opened(outlook, shared="empty").evaluate(SHARED)
    assert (said["status"], said["value"]) == ("succeeded", None)


def test_shared_properties_come_late_and_of_the_mailbox_that_was_asked_about(outlook: Outlook) -> None:
    pane = opened(outlook, sharedAfter="1500")
    ask = "Office.context.mailbox.item.getSharedPropertiesAsync"
    pane.evaluate(f"{ask}(({{ value }}) => {{ window.late = value.owner; }})")
    outlook.open_mailbox("sales")
    assert pane.evaluate("window.late ?? null") is None
    assert value_of(pane, "window.late") == address_of("support")


def test_a_promoted_mailbox_gives_its_own_address_and_the_first_one_stays(outlook: Outlook) -> None:
    pane = opened(outlook, profile="mailbox")
    assert pane.evaluate("Office.context.mailbox.userProfile.emailAddress") == address_of("support")
    outlook.open_mailbox("sales")
    value_of(pane, "window.seen.at(-1) === null")
    assert pane.evaluate("Office.context.mailbox.userProfile.emailAddress") == address_of("support")


def test_a_mailbox_hidden_from_the_address_list_gives_no_item(outlook: Outlook) -> None:
    pane = ready(outlook.open("ana", **SUPPORT, item="null"))
    outlook.open_message("First for support")
    value_of(pane, "window.selections.at(-1)?.length === 1")
    assert pane.evaluate("Office.context.mailbox.item ?? null") is None


@pytest.mark.parametrize(("behaviour", "seen"), [("never", []), ("null", [None])])
def test_the_event_of_another_item_may_not_come(outlook: Outlook, behaviour: str, seen: list[Any]) -> None:
    pane = ready(outlook.open("ana", **SUPPORT))
    outlook.open_message("First for support")
    value_of(pane, "window.seen.at(-1)")
    outlook.switch("itemChanged", behaviour)
    pane = ready(outlook)
    assert pane.evaluate("Office.context.mailbox.item.subject") == "First for support"
    outlook.open_message("Second for support")
    value_of(pane, "window.selections.at(-1)?.[0] === 'Second for support'")
    assert pane.evaluate("window.seen") == seen


@pytest.mark.parametrize(
    ("settings", "expression", "value"),
    [
        ({"ids": "null"}, "Office.context.mailbox.item.itemId", None),
        ({"messageId": "missing"}, "Office.context.mailbox.item.internetMessageId ?? null", None),
        ({"methods": "never"}, "called(Office.context.mailbox.item.body, 'getAsync', 'text')", "no callback"),
        ({"officeTheme": "missing"}, "Office.context.officeTheme ?? null", None),
    ],
)
def test_an_item_may_lack_what_others_have(
    outlook: Outlook, settings: dict[str, str], expression: str, value: Any
) -> None:
    assert opened(outlook, **settings).evaluate(expression) == value


def test_a_token_may_never_come(outlook: Outlook) -> None:
    pane = ready(outlook.open("ana", sso="never"))
    waiting = "new Promise((next) => setTimeout(next, 300)).then(() => 'still waiting')"
    assert pane.evaluate(f"Promise.race([Office.auth.getAccessToken(), {waiting}])") == "still waiting"


def test_what_is_odd_is_said_and_can_be_put_right(outlook: Outlook) -> None:
    ready(outlook.open("ana", shared="fails", mailboxSet="1.8"))
    odd = outlook.page.locator("#developer .oddity")
    assert odd.all_inner_texts() == ["getSharedPropertiesAsync: Fails (9055)", "Mailbox set: 1.8"]
    with outlook.reloading():
        odd.first.click()
    expect(odd).to_have_count(1)
    assert "shared=" not in outlook.page.url
