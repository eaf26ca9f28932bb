"""The pretend Outlook: do Microsoft's own office.js and Microsoft's own MSAL find in it what Outlook would be?"""

import re
from typing import Any

import pytest
import requests
from playwright.sync_api import Frame, Route, expect

from tests.pane.conftest import Place
from tests.pane.outlook import Outlook, address_of, value_of
from tests.pane.probe import CLAIMS, TOKEN, ready

SHARED = "called(Office.context.mailbox.item, 'getSharedPropertiesAsync')"


def item_in(pane: Frame, subject: str) -> dict[str, Any]:
    """What the probe saw when a message with that subject was chosen."""
    seen = value_of(pane, f"window.seen.find((item) => item?.subject === {subject!r})")
    assert isinstance(seen, dict)
    return seen


# Start


def test_office_js_starts_in_the_window_as_in_outlook_on_the_web(outlook: Outlook) -> None:
    pane = ready(outlook.open("ana"))
    assert pane.evaluate("[window.where.host, window.where.platform]") == ["Outlook", "OfficeOnline"]
    assert pane.evaluate("Office.context.mailbox.userProfile.emailAddress") == "ana@contoso.example"


def test_the_page_runs_unchanged_but_for_the_address_of_office_js(probe_place: Place) -> None:
    shipped = requests.get(f"{probe_place.service}/addin/taskpane.html", timeout=10)
    hosted = requests.get(f"{probe_place.outlook}/addin/taskpane.html", timeout=10)
    assert "https://appsforoffice.microsoft.com/lib/1/hosted/office.js" in shipped.text
    restored = re.sub(r'<script src="/office/(played-here|microsoft-ajax|pane-side)\.js"></script>', "", hosted.text)
    assert restored.replace("/office/", "https://appsforoffice.microsoft.com/lib/1/hosted/") == shipped.text
    assert "frame-ancestors 'self' https://outlook.office.com" in hosted.headers["Content-Security-Policy"]


def test_everybody_can_be_chosen_at_the_door(outlook: Outlook) -> None:
    outlook.page.goto(outlook.url)
    names = outlook.page.locator(".chooser strong").all_inner_texts()
    assert [name.split("@")[0] for name in names] == ["ana", "ben", "cleo", "mallory", "eve"]
    outlook.page.locator('[data-person="ben@contoso.example"]').click()
    outlook.page.wait_for_selector("body[data-state=ready]")
    assert ready(outlook).evaluate("Office.context.mailbox.userProfile.emailAddress") == "ben@contoso.example"


@pytest.mark.parametrize(
    ("person", "mailboxes"),
    [
        ("ana", ["ana", "support", "sales"]),
        ("ben", ["ben", "support", "cleo"]),
        ("mallory", ["mallory"]),
        ("eve", ["eve"]),
    ],
)
def test_a_person_finds_the_mailboxes_that_open_for_them(outlook: Outlook, person: str, mailboxes: list[str]) -> None:
    outlook.open(person, pane="closed")
    shown = outlook.page.locator("[data-mailbox]").evaluate_all("all => all.map((one) => one.dataset.mailbox)")
    assert shown == [address_of(mailbox) for mailbox in mailboxes]


# The item


def test_a_pinned_pane_is_told_of_each_message_that_is_chosen(outlook: Outlook) -> None:
    pane = ready(outlook.open("ana"))
    outlook.open_message("First for ana")
    assert item_in(pane, "First for ana")["type"] == "message"
    outlook.open_message("Second for ana")
    item_in(pane, "Second for ana")
    assert pane.evaluate("Office.context.mailbox.item.subject") == "Second for ana"


def test_a_message_that_is_chosen_while_the_pane_starts_is_told_to_it(outlook: Outlook) -> None:
    waiting: list[Route] = []
    outlook.page.context.route("**/api/echo/starting", lambda route: waiting.append(route))
    with outlook.page.context.expect_event("request", lambda request: request.url.endswith("/starting")):
        outlook.open("ana")
    outlook.open_message("First for ana")
    waiting.pop().continue_()
    item_in(ready(outlook), "First for ana")


def test_a_pane_without_a_pin_goes_away_with_its_message(outlook: Outlook) -> None:
    ready(outlook.open("ana"))
    outlook.open_message("First for ana")
    outlook.unpin()
    outlook.open_message("Second for ana")
    expect(outlook.page.locator("#pane")).to_be_hidden()
    outlook.toggle_pane()
    assert ready(outlook).evaluate("Office.context.mailbox.item.subject") == "Second for ana"


def test_ids_are_those_of_exchange_and_can_be_converted(outlook: Outlook, probe_place: Place) -> None:
    ids = probe_place.deliver("ana", "With an id")
    pane = ready(outlook.open("ana"))
    outlook.open_message("With an id")
    assert item_in(pane, "With an id")["id"] == ids["ewsId"]
    convert = "Office.context.mailbox.convertToRestId(Office.context.mailbox.item.itemId, 'v2.0')"
    assert pane.evaluate(convert) == ids["id"]
    assert pane.evaluate("Office.context.mailbox.item.internetMessageId") == ids["internetMessageId"]


def test_an_invitation_is_an_item_of_its_own_kind(outlook: Outlook, probe_place: Place) -> None:
    probe_place.invite("ana", "Meet us")
    pane = ready(outlook.open("ana"))
    outlook.open_message("Meet us")
    item_in(pane, "Meet us")
    assert pane.evaluate("Office.context.mailbox.item.itemClass") == "IPM.Schedule.Meeting.Request"
    expect(outlook.page.locator("#reading .meeting")).to_contain_text("Meeting request")


def test_nothing_chosen_is_no_item(outlook: Outlook) -> None:
    pane = ready(outlook.open("ana"))
    assert pane.evaluate("Office.context.mailbox.item ?? null") is None
    outlook.open_message("First for ana")
    item_in(pane, "First for ana")
    outlook.select_nothing()
    value_of(pane, "window.seen.at(-1) === null")
    assert pane.evaluate("Office.context.mailbox.item") is None


# Shared mailboxes


def test_an_item_of_the_own_mailbox_has_no_shared_properties(outlook: Outlook) -> None:
    pane = ready(outlook.open("ana"))
    outlook.open_message("First for ana")
    assert item_in(pane, "First for ana")["shared"] == "undefined"


@pytest.mark.parametrize(("person", "mailbox"), [("ana", "support"), ("ben", "support"), ("ben", "cleo")])
def test_an_item_of_another_mailbox_tells_its_owner(outlook: Outlook, person: str, mailbox: str) -> None:
    pane = ready(outlook.open(person))
    outlook.open_mailbox(mailbox)
    outlook.open_message(f"First for {mailbox}")
    assert item_in(pane, f"First for {mailbox}")["shared"] == "function"
    answer = pane.evaluate(SHARED)
    assert (answer["status"], answer["value"]["owner"]) == ("succeeded", address_of(mailbox))
    assert pane.evaluate("Office.context.mailbox.userProfile.emailAddress") == address_of(person)


def test_outlook_may_keep_shared_properties_to_itself_fail_or_stay_silent(outlook: Outlook) -> None:
    outlook.open("ana", mailbox=address_of("support"))
    outlook.open_message("First for support")
    ready(outlook)
    outlook.switch("shared", "no")
    assert ready(outlook).evaluate("described().shared") == "undefined"
    outlook.switch("shared", "fails")
    assert ready(outlook).evaluate(SHARED)["code"] == 9055
    outlook.switch("shared", "never")
    assert ready(outlook).evaluate(SHARED) == "no callback"


def test_a_mailbox_opened_on_its_own_is_the_profile(outlook: Outlook) -> None:
    outlook.open("ana")
    entry = outlook.page.locator('[data-mailbox="support@contoso.example"]')
    with outlook.page.context.expect_page() as opened:
        entry.get_by_role("button", name="Open another mailbox").click(force=True)
    alone = Outlook(opened.value, outlook.url)
    alone.page.wait_for_selector("body[data-state=ready]")
    assert ready(alone).evaluate("Office.context.mailbox.userProfile.emailAddress") == "support@contoso.example"
    assert ready(alone).evaluate(TOKEN + f".then(({{ token }}) => ({CLAIMS})(token).preferred_username)") == (
        "ana@contoso.example"
    )


# Writing


def test_a_message_being_written_is_an_item_without_an_id(outlook: Outlook) -> None:
    ready(outlook.open("ana"))
    with outlook.reloading():
        outlook.new_message(to="tom@northwind.example", subject="An offer", body="Dear Tom")
    pane = ready(outlook)
    assert pane.evaluate("Office.context.mailbox.item.itemId ?? null") is None
    assert pane.evaluate("called(Office.context.mailbox.item.subject, 'getAsync')")["value"] == "An offer"
    to = pane.evaluate("called(Office.context.mailbox.item.to, 'getAsync')")["value"]
    assert [person["emailAddress"] for person in to] == ["tom@northwind.example"]
    assert pane.evaluate("called(Office.context.mailbox.item, 'getItemIdAsync')")["code"] == 9046
    saved = pane.evaluate("called(Office.context.mailbox.item, 'saveAsync')")["value"]
    assert pane.evaluate("called(Office.context.mailbox.item, 'getItemIdAsync')")["value"] == saved


def test_a_draft_of_a_shared_mailbox_is_shared_only_when_opened_again(outlook: Outlook) -> None:
    ready(outlook.open("ana", mailbox=address_of("support")))
    with outlook.reloading():
        outlook.new_message(to="tom@northwind.example", subject="From support", body="Dear Tom,\n\nhere it is.")
    pane = ready(outlook)
    assert pane.evaluate("typeof Office.context.mailbox.item.getSharedPropertiesAsync") == "undefined"
    sender = pane.evaluate("called(Office.context.mailbox.item.from, 'getAsync')")["value"]
    assert sender["emailAddress"] == "support@contoso.example"
    outlook.save_draft()
    with outlook.reloading():
        outlook.open_folder("drafts")
    ready(outlook)
    with outlook.reloading():
        outlook.open_message("From support")
    pane = ready(outlook)
    assert pane.evaluate(SHARED)["value"]["owner"] == "support@contoso.example"
    assert outlook.page.input_value(".compose [name=body]") == "Dear Tom,\n\nhere it is."


# The window around it


def test_an_older_outlook_has_fewer_requirement_sets(outlook: Outlook) -> None:
    pane = ready(outlook.open("ana", mailboxSet="1.8"))
    supported = "(version) => Office.context.requirements.isSetSupported('Mailbox', version)"
    assert [pane.evaluate(supported, version) for version in ("1.5", "1.8", "1.13")] == [True, True, False]


def test_the_theme_reaches_the_pane(outlook: Outlook) -> None:
    pane = ready(outlook.open("ana"))
    assert pane.evaluate("Office.context.officeTheme.bodyBackgroundColor") == "#ffffff"
    outlook.switch_theme()
    assert value_of(pane, "window.themes.at(-1)?.bodyBackgroundColor") == "#292929"
    assert pane.evaluate("Office.context.officeTheme.isDarkTheme") is True


def test_the_tab_key_leaves_the_pane_after_its_last_button(outlook: Outlook) -> None:
    pane = ready(outlook.open("ana"))
    pane.focus("#first")
    outlook.page.keyboard.press("Tab")
    assert pane.evaluate("document.activeElement.id") == "last"
    outlook.page.keyboard.press("Tab")
    expect(outlook.page.locator("#suite button").first).to_be_focused()


def test_html_mail_runs_nothing_and_fetches_nothing(outlook: Outlook, probe_place: Place) -> None:
    hostile = (
        b"From: mallory@northwind.example\r\nTo: ana@contoso.example\r\nSubject: Hostile\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/html\r\n\r\n<h1>Hello</h1><img src='http://tracker.example/pixel.png' "
        b"onerror='top.hurt=1'><script>top.hurt=1</script><iframe src='http://frame.example/'></iframe>"
    )
    mailbox = {"mailbox": "ana@contoso.example", "folder": "inbox"}
    requests.post(
        f"{probe_place.simulator}/control/messages", params=mailbox, data=hostile, timeout=10
    ).raise_for_status()
    outlook.open("ana", pane="closed")
    outlook.open_message("Hostile")
    expect(outlook.page.frame_locator(".body").locator("h1")).to_have_text("Hello")
    assert outlook.page.evaluate("window.hurt ?? null") is None


def test_mail_that_arrives_appears_by_itself(outlook: Outlook, probe_place: Place) -> None:
    outlook.open("ana", pane="closed")
    probe_place.deliver("ana", "Just in")
    expect(outlook.message_row("Just in")).to_be_visible(timeout=15_000)


def test_a_category_set_elsewhere_appears_on_the_open_message(outlook: Outlook, probe_place: Place) -> None:
    ids = probe_place.deliver("ana", "To be marked")
    outlook.open("ana", pane="closed")
    outlook.open_message("To be marked")
    asked = {"user": "ana", "kind": "graph"}
    token = requests.post(f"{probe_place.simulator}/control/tokens", json=asked, timeout=10).json()["token"]
    requests.patch(
        f"{probe_place.simulator}/graph.microsoft.com/v1.0/me/messages/{ids['id']}",
        json={"categories": ["Marked"]},
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    ).raise_for_status()
    expect(outlook.message_row("To be marked").locator(".chip")).to_have_text("Marked", timeout=15_000)
    expect(outlook.page.locator("#reading .subject .chip")).to_have_text("Marked")


def test_a_moved_message_leaves_its_folder(outlook: Outlook, probe_place: Place) -> None:
    probe_place.deliver("ana", "To be archived")
    outlook.open("ana", pane="closed")
    outlook.open_message("To be archived")
    outlook.page.locator("#ribbon").get_by_role("button", name="Archive").click()
    expect(outlook.message_row("To be archived")).to_have_count(0)
    outlook.open_folder("archive")
    assert "To be archived" in outlook.subjects()


def test_requests_of_the_pane_reach_the_service_unchanged(probe_place: Place) -> None:
    answer = requests.patch(
        f"{probe_place.outlook}/api/echo/AAMk%2Fan%2B0%3D?q=a%20b",
        data="{}",
        headers={"Authorization": "Bearer abc", "Cookie": "own=1"},
        timeout=10,
    ).json()
    assert answer == {
        "method": "PATCH",
        "path": "/api/echo/AAMk%2Fan%2B0%3D?q=a%20b",
        "body": "{}",
        "authorization": "Bearer abc",
        "cookie": "own=1",
    }
    pieces = requests.get(f"{probe_place.outlook}/api/pieces", timeout=10)
    assert (pieces.status_code, pieces.text, pieces.headers["X-Said-By"]) == (203, "first;second", "the service")
    again = requests.get(f"{probe_place.outlook}/api/echo/again", timeout=10).json()
    assert again["cookie"] is None


def test_the_page_is_rewritten_each_time_even_when_the_browser_has_it(probe_place: Place) -> None:
    address = f"{probe_place.outlook}/addin/taskpane.html"
    tag = requests.get(address, timeout=10).headers["ETag"]
    again = requests.get(address, headers={"If-None-Match": tag}, timeout=10)
    assert again.status_code == 200
    assert "frame-ancestors 'self'" in again.headers["Content-Security-Policy"]


def test_nothing_is_asked_of_other_machines(outlook: Outlook, probe_place: Place) -> None:
    """All tests end with a look at where the window went; this one also sees that it went somewhere."""
    ready(outlook.open("ana"))
    outlook.open_message("First for ana")
    asked = outlook.page.evaluate("performance.getEntriesByType('resource').map(({ name }) => new URL(name).host)")
    assert set(asked) == {probe_place.outlook.removeprefix("http://")}
