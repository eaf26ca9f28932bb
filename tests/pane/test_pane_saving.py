"""Saving from the pane as people do it: the true pane and service, office.js, and the window that plays Outlook."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import requests
from playwright.sync_api import Frame, Locator, expect

from tests.pane.conftest import Place
from tests.pane.outlook import Outlook

WAIT_MS = 20_000
MINE = re.compile(r"\bsave-mine\b")
COLLEAGUE = re.compile(r"\bsave-colleague\b")


def unique(words: str) -> str:
    """A subject of its own for each test, since they share one demo."""
    return f"{words} {uuid4().hex[:8]}"


def delivered(place: Place, mailbox: str, words: str, **headers: str) -> str:
    subject = unique(words)
    place.deliver(mailbox, subject, **headers)
    return subject


def deliver_blind(place: Place, mailbox: str, subject: str) -> None:
    """A message that names the mailbox nowhere, as one that was sent by Bcc."""
    mime = f"From: purchasing@northwind.example\r\nTo: list@northwind.example\r\nSubject: {subject}\r\n\r\nHello\r\n"
    asked = {"mailbox": f"{mailbox}@contoso.example", "folder": "inbox"}
    requests.post(f"{place.simulator}/control/messages", params=asked, data=mime, timeout=10).raise_for_status()


def opened(outlook: Outlook, person: str, mailbox: str, subject: str, **settings: str) -> Frame:
    """The pane beside that message, when it has understood it."""
    expect(outlook.open(person, **settings).pane.locator("affix-welcome")).to_be_visible(timeout=WAIT_MS)
    if mailbox != person:
        outlook.open_mailbox(mailbox)
    outlook.open_message(subject)
    pane = outlook.pane
    expect(pane.locator("affix-message .subject")).to_have_text(subject, timeout=WAIT_MS)
    return pane


def badge(pane: Frame) -> Locator:
    return pane.locator("affix-mailbox .badge-text")


def choose(pane: Frame, words: str, name: str) -> None:
    """Search for a record and take it from the list."""
    if not pane.get_by_role("combobox", name="Search records").is_visible():
        save_once(pane)
    pane.get_by_role("combobox", name="Search records").fill(words)
    pane.locator("[role=option]").filter(has_text=name).click(timeout=WAIT_MS)
    expect(pane.get_by_role("checkbox", name=name)).to_be_checked()


def press_save(pane: Frame, records: str = "1 record") -> None:
    save_once(pane)
    pane.get_by_role("button", name=f"Save to {records}").click()


def save_once(pane: Frame) -> None:
    """The tab for that; the person may have used the other one last."""
    pane.get_by_role("tab", name="Save once").click(timeout=WAIT_MS)


def save_of(pane: Frame, record: str) -> Locator:
    return pane.locator("affix-saves .save").filter(has_text=record)


def expect_saved(pane: Frame, record: str, who: str = "You") -> Locator:
    save = save_of(pane, record)
    expect(save).to_have_attribute("data-state", "saved", timeout=WAIT_MS)
    expect(save).to_contain_text(f"{who} · Saved")
    return save


@contextmanager
def purpose_untold(place: Place) -> Iterator[None]:
    """Microsoft 365 does not say what kind of mailbox it is, as where that permission was not granted."""
    fault = {"service": "graph", "path": "/v1.0/users/*/mailboxSettings*", "status": 403}
    control(place, "POST", "faults", fault)
    try:
        yield
    finally:
        control(place, "DELETE", "faults")


def control(place: Place, method: str, path: str, body: dict[str, Any] | None = None) -> None:
    requests.request(method, f"{place.simulator}/control/{path}", json=body, timeout=10).raise_for_status()


# Saving


def test_a_message_of_a_shared_mailbox_is_saved_to_a_record_that_was_searched(
    running_demo: Place, affix_outlook: Outlook
) -> None:
    subject = delivered(running_demo, "support", "Cracked display")
    pane = opened(affix_outlook, "ana", "support", subject)
    expect(badge(pane)).to_contain_text("Shared mailbox support@contoso.example")
    expect(pane.get_by_text("This email is not associated with any records.")).to_be_visible()
    choose(pane, "tailspin", "Tailspin Quality")
    press_save(pane)
    expect(expect_saved(pane, "Tailspin Quality")).to_have_class(MINE)
    expect(pane.locator("#live")).to_have_text("Saved to Tailspin Quality")


def test_a_suggested_record_is_saved_to_with_one_tick(running_demo: Place, affix_outlook: Outlook) -> None:
    sender = "Tailspin Service <service@tailspin.example>"
    subject = delivered(running_demo, "support", "Claim", Reply_To=sender, Cc="service@tailspin.example")
    pane = opened(affix_outlook, "ana", "support", subject)
    suggestion = pane.get_by_role("checkbox", name="Tailspin Service")
    suggestion.check(timeout=WAIT_MS)
    press_save(pane)
    expect_saved(pane, "Tailspin Service")
    expect(suggestion).to_have_attribute("aria-disabled", "true")


def test_one_message_is_saved_to_several_records_at_once(running_demo: Place, affix_outlook: Outlook) -> None:
    subject = delivered(running_demo, "ana", "Framework agreement")
    pane = opened(affix_outlook, "ana", "ana", subject)
    expect(badge(pane)).to_contain_text("Personal mailbox ana@contoso.example")
    choose(pane, "adatum", "Adatum Legal")
    choose(pane, "framework", "framework agreement")
    press_save(pane, "2 records")
    expect_saved(pane, "Adatum Legal")
    expect_saved(pane, "framework agreement")


def test_a_message_of_a_delegate_mailbox_is_saved(running_demo: Place, affix_outlook: Outlook) -> None:
    subject = delivered(running_demo, "cleo", "For the chief executive")
    pane = opened(affix_outlook, "ben", "cleo", subject)
    expect(badge(pane)).to_contain_text("Delegate mailbox cleo@contoso.example")
    choose(pane, "wingtip", "Wingtip Logistics")
    press_save(pane)
    expect_saved(pane, "Wingtip Logistics")


def test_a_colleague_sees_who_saved_it(running_demo: Place, new_outlook: Callable[[str], Outlook]) -> None:
    subject = delivered(running_demo, "support", "Seen by both")
    pane = opened(new_outlook(running_demo.outlook), "ana", "support", subject)
    choose(pane, "quality", "Tailspin Quality")
    press_save(pane)
    expect_saved(pane, "Tailspin Quality")

    colleague = opened(new_outlook(running_demo.outlook), "ben", "support", subject)
    save = save_of(colleague, "Tailspin Quality")
    expect(save).to_have_class(COLLEAGUE)
    expect(save).to_contain_text(re.compile(r"Ana.* · Saved"))
    expect(save).not_to_contain_text("You")


def test_a_save_is_undone_and_saved_again(running_demo: Place, affix_outlook: Outlook) -> None:
    subject = delivered(running_demo, "ana", "By mistake")
    pane = opened(affix_outlook, "ana", "ana", subject)
    choose(pane, "legal", "Adatum Legal")
    press_save(pane)
    expect_saved(pane, "Adatum Legal").get_by_role("button", name="Undo").click()
    expect(save_of(pane, "Adatum Legal")).to_have_attribute("data-state", "undone", timeout=WAIT_MS)
    save_of(pane, "Adatum Legal").get_by_role("button", name="Save again").click()
    expect_saved(pane, "Adatum Legal")


def test_a_save_is_moved_to_another_record(running_demo: Place, affix_outlook: Outlook) -> None:
    subject = delivered(running_demo, "ana", "Filed wrongly")
    pane = opened(affix_outlook, "ana", "ana", subject)
    choose(pane, "legal", "Adatum Legal")
    press_save(pane)
    expect_saved(pane, "Adatum Legal").get_by_role("button", name="Move").click()
    pane.get_by_role("combobox", name="Move to which record?").fill("purchasing")
    pane.locator("[role=option]").filter(has_text="Adatum Purchasing").click(timeout=WAIT_MS)
    expect_saved(pane, "Adatum Purchasing")


def test_a_new_contact_starts_with_the_sender_and_is_saved_to(running_demo: Place, affix_outlook: Outlook) -> None:
    subject = delivered(running_demo, "ana", "Nobody knows me yet")
    pane = opened(affix_outlook, "ana", "ana", subject)
    pane.get_by_role("button", name="Create a record").click()
    name = pane.get_by_label("Name")
    expect(name).to_have_value("Northwind Purchasing")
    name.fill(unique("Purchasing"))
    created = name.input_value()
    pane.get_by_role("button", name="Create", exact=True).click()
    expect(pane.get_by_role("checkbox", name=created)).to_be_checked(timeout=WAIT_MS)
    press_save(pane)
    expect_saved(pane, created)


def test_a_message_is_saved_with_the_keyboard_alone(running_demo: Place, affix_outlook: Outlook) -> None:
    subject = delivered(running_demo, "support", "Without a mouse")
    pane = opened(affix_outlook, "ana", "support", subject)
    keyboard = affix_outlook.page.keyboard
    pane.get_by_role("button", name="Refresh").focus()
    tab_to(affix_outlook, pane, "find")
    keyboard.type("claim 52")
    expect(pane.locator("[role=option]").first).to_have_attribute("aria-selected", "true", timeout=WAIT_MS)
    keyboard.press("Enter")
    tab_to(affix_outlook, pane, "save")
    keyboard.press("Enter")
    expect_saved(pane, "claim 52")
    assert pane.evaluate("document.activeElement.id") == "save", "the focus was lost on the way"


def tab_to(outlook: Outlook, pane: Frame, element_id: str, backwards: bool = False) -> None:
    for _ in range(40):
        outlook.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        if pane.evaluate("document.activeElement.id") == element_id:
            return
    raise AssertionError(f"Tab never reached {element_id}")


def test_only_the_ticked_attachments_are_saved(running_demo: Place, affix_outlook: Outlook) -> None:
    affix_outlook.open("ben").open_message("Shipment 7781")
    pane = affix_outlook.pane
    pane.get_by_role("button", name="Attachments").click(timeout=WAIT_MS)
    files = pane.locator("#attachment-list .choice").filter(has_not_text="All files")
    expect(files).to_have_count(2)
    expect(pane.get_by_role("checkbox", name="All files")).to_be_checked()
    kept, left = files.nth(0), files.nth(1)
    left.get_by_role("checkbox").uncheck()
    name = str(kept.locator(".choice-name").inner_text())
    choose(pane, "claim 52", "claim 52")
    press_save(pane)
    expect_saved(pane, "claim 52")
    assert attachments_on_record(running_demo, "claim 52") == [name]


def attachments_on_record(place: Place, words: str) -> list[str]:
    """The names of the files with the email that was saved last to the record found by these words."""
    token = requests.post(f"{place.simulator}/control/tokens", json={"user": "ben", "kind": "sso"}, timeout=10).json()
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {token['token']}"
        record = session.get(f"{place.service}/api/records", params={"q": words}, timeout=10).json()["records"][0]
        address = "/".join(("api/records", record["destination"], record["type"], record["id"], "emails"))
        emails = session.get(f"{place.service}/{address}", timeout=10).json()["emails"]
    return [attachment["name"] for attachment in emails[0]["attachments"]]


# What the pane says when it cannot


def test_a_draft_is_not_saved_before_it_is_sent(running_demo: Place, affix_outlook: Outlook) -> None:
    affix_outlook.open("ana").open_folder("drafts")
    with affix_outlook.reloading():
        affix_outlook.message_row("Invoice 30518").click()
    expect(affix_outlook.pane.get_by_role("button", name="Save when sent")).to_be_visible(timeout=WAIT_MS)
    expect(affix_outlook.pane.locator("#save")).to_have_count(0)


def test_without_a_message_it_welcomes_the_person(running_demo: Place, affix_outlook: Outlook) -> None:
    pane = affix_outlook.open("ana").pane
    expect(pane.get_by_role("heading", name=re.compile("Hello Ana"))).to_be_visible(timeout=WAIT_MS)
    expect(badge(pane)).to_contain_text("Personal mailbox ana@contoso.example")
    expect(pane.locator("affix-welcome")).to_contain_text("Open a message")


def test_refresh_without_a_message_asks_outlook_anew(running_demo: Place, affix_outlook: Outlook) -> None:
    subject = delivered(running_demo, "ana", "After a refresh")
    pane = affix_outlook.open("ana").pane
    expect(pane.locator("affix-welcome")).to_be_visible(timeout=WAIT_MS)
    pane.evaluate("document.body.classList.add('before')")
    pane.get_by_role("button", name="Refresh").click()
    expect(pane.locator("body:not(.before) affix-welcome")).to_be_visible(timeout=WAIT_MS)
    affix_outlook.open_message(subject)
    expect(pane.locator("affix-message .subject")).to_have_text(subject, timeout=WAIT_MS)


def test_a_sign_in_that_office_refuses_is_explained_with_what_to_do(
    running_demo: Place, affix_outlook: Outlook
) -> None:
    affix_outlook.open("ana", sso="13006", nested="off")
    bar = affix_outlook.pane.locator("affix-problem")
    expect(bar).to_contain_text("Sign out of Office", timeout=WAIT_MS)
    expect(bar).to_contain_text("13006")
    expect(bar.get_by_role("button", name="Reload")).to_be_visible()


def test_someone_who_is_not_signed_in_gets_a_button(running_demo: Place, affix_outlook: Outlook) -> None:
    affix_outlook.open("ana", sso="13001", nested="off")
    expect(affix_outlook.pane.get_by_role("button", name="Sign in")).to_be_visible(timeout=WAIT_MS)


def test_a_sign_in_that_needs_the_person_goes_on_after_the_button(running_demo: Place, affix_outlook: Outlook) -> None:
    affix_outlook.open("ana", bridge="interaction")
    affix_outlook.pane.get_by_role("button", name="Sign in").click(timeout=WAIT_MS)
    expect(affix_outlook.pane.get_by_text("Waiting for you to sign in")).to_be_visible()
    affix_outlook.page.get_by_role("button", name="Confirm").click()
    expect(affix_outlook.pane.locator("affix-welcome")).to_be_visible(timeout=WAIT_MS)


def test_the_person_says_what_an_unknown_mailbox_is(running_demo: Place, affix_outlook: Outlook) -> None:
    control(running_demo, "POST", "world", {"rights": [{"person": "mallory", "mailbox": "room1", "right": "full"}]})
    subject = delivered(running_demo, "room1", "Who owns me")
    with purpose_untold(running_demo):
        pane = opened(affix_outlook, "mallory", "room1", subject)
        expect(badge(pane)).to_contain_text("Unknown mailbox room1@contoso.example")
        pane.get_by_role("button", name="A shared mailbox").click()
        expect(badge(pane)).to_contain_text("Shared mailbox room1@contoso.example", timeout=WAIT_MS)


def test_the_person_names_the_mailbox_that_outlook_does_not(running_demo: Place, affix_outlook: Outlook) -> None:
    control(running_demo, "POST", "world", {"rights": [{"person": "mallory", "mailbox": "sales", "right": "full"}]})
    subject = unique("Lost")
    deliver_blind(running_demo, "sales", subject)
    affix_outlook.open("mallory", shared="no").open_mailbox("sales")
    affix_outlook.open_message(subject)
    pane = affix_outlook.pane
    pane.get_by_label("Address of the mailbox").fill("sales@contoso.example", timeout=WAIT_MS)
    pane.get_by_role("button", name="Look there").click()
    expect(badge(pane)).to_contain_text("Shared mailbox sales@contoso.example", timeout=WAIT_MS)


def test_another_message_changes_the_pane_and_nothing_of_the_first_stays(
    running_demo: Place, affix_outlook: Outlook
) -> None:
    first = delivered(running_demo, "ana", "The first")
    second = delivered(running_demo, "ana", "The second")
    pane = opened(affix_outlook, "ana", "ana", first)
    choose(pane, "legal", "Adatum Legal")
    affix_outlook.open_message(second)
    expect(pane.locator("affix-message .subject")).to_have_text(second, timeout=WAIT_MS)
    expect(pane.get_by_role("button", name="Save", exact=True)).to_have_attribute("aria-disabled", "true")
    affix_outlook.open_mailbox("support")
    affix_outlook.select_nothing()
    expect(pane.get_by_role("heading", name=re.compile("Hello Ana"))).to_be_visible(timeout=WAIT_MS)
