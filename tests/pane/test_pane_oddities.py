"""What a person sees where an Outlook does something differently, or a part of the way fails: words, and what to do.

The windows of one browser session; those that have to wait for an Outlook that says nothing wait at the same time.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Locator, Page, expect

from tests.pane.conftest import Place
from tests.pane.outlook import Outlook, address_of, value_of
from tests.pane.test_pane_saving import (
    WAIT_MS,
    badge,
    choose,
    control,
    deliver_blind,
    delivered,
    expect_saved,
    press_save,
    unique,
)

SUPPORT = "Shared mailbox support@contoso.example"
OFFICE_SIGN_IN = {"nested": "off"}


@dataclass(frozen=True)
class Mail:
    """For every test here: two in Support's inbox, of which the second names the mailbox nowhere, and one of Ana's."""

    support: str
    blind: str
    own: str


@pytest.fixture(scope="module")
def mail(running_demo: Place) -> Mail:
    blind = unique("By blind copy")
    deliver_blind(running_demo, "support", blind)
    return Mail(delivered(running_demo, "support", "Broken hinge"), blind, delivered(running_demo, "ana", "My own"))


@pytest.fixture(scope="module")
def session(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 860})
    yield context
    context.close()


@pytest.fixture
def window(running_demo: Place, session: BrowserContext) -> Iterator[Callable[..., Outlook]]:
    """Opens windows of Ana, beside each other; `settings` as for Outlook.open, `mailbox` by its short name."""
    pages: list[Page] = []

    def make(mailbox: str = "ana", **settings: str) -> Outlook:
        pages.append(session.new_page())
        return Outlook(pages[-1], running_demo.outlook).open("ana", mailbox=address_of(mailbox), **settings)

    yield make
    for page in pages:
        page.close()


def subject_of(pane: Frame) -> Locator:
    return pane.locator("affix-message .subject")


def beside(outlook: Outlook, subject: str) -> Frame:
    """The pane, when that message was opened; what it says of it comes later."""
    outlook.open_message(subject)
    return outlook.pane


def expect_support(pane: Frame) -> None:
    """It says that this is Support's mailbox, and how it knows when asked."""
    expect(badge(pane)).to_contain_text(SUPPORT, timeout=WAIT_MS)
    why = pane.locator(".badge-why")
    if not why.is_visible():
        pane.get_by_role("button", name="Why?").click()
    expect(why).to_have_text(re.compile(r"\w+ \w+"))


def problem(pane: Frame) -> Locator:
    return pane.locator("affix-problem")


def expect_problem(pane: Frame, sentence: str, action: str) -> None:
    expect(problem(pane)).to_contain_text(sentence, timeout=WAIT_MS)
    expect(problem(pane).get_by_role("button", name=action)).to_be_visible()
    expect(pane.locator(".spinner")).to_have_count(0)


# An Outlook that says nothing


@dataclass(frozen=True)
class Silent:
    """Panes that wait for it: beside a message, beside one that is being written, and for the sign-in."""

    reading: list[Frame]
    writing: Frame
    unsigned: Frame


@pytest.fixture(scope="module")
def silent(running_demo: Place, session: BrowserContext, mail: Mail) -> Silent:
    """They wait while other tests run."""

    def window(**settings: str) -> Outlook:
        return Outlook(session.new_page(), running_demo.outlook).open("ana", **settings)

    writing = window(methods="never")
    with writing.reloading():
        writing.new_message(to="purchasing@adatum.example", subject=unique("Never a draft"))
    support = address_of("support")
    reading = [window(mailbox=support, shared="never"), window(mailbox=support, methods="never")]
    unsigned = window(sso="never", **OFFICE_SIGN_IN).pane
    panes = [beside(outlook, mail.support) for outlook in reading]
    search = writing.pane.get_by_role("combobox", name="Search records")
    search.fill("tailspin", timeout=WAIT_MS)
    writing.pane.locator("[role=option]").filter(has_text="Tailspin Quality").click(timeout=WAIT_MS)
    writing.pane.locator("#save-when-sent").click()
    return Silent(panes, writing.pane, unsigned)


# Which mailbox


@pytest.mark.parametrize("told", ["no", "fails", "empty"])
def test_a_shared_mailbox_is_named_also_where_outlook_does_not_call_it_shared(
    window: Callable[..., Outlook], mail: Mail, told: str
) -> None:
    outlook = window("support", shared=told)
    expect_support(beside(outlook, mail.support))
    pane = beside(outlook, mail.blind)
    expect(subject_of(pane)).to_have_text(mail.blind, timeout=WAIT_MS)
    expect(badge(pane)).to_contain_text(SUPPORT)


def test_a_shared_mailbox_is_named_also_where_outlook_never_calls_back(silent: Silent) -> None:
    for pane in silent.reading:
        expect_support(pane)


def test_a_late_answer_does_not_change_what_is_said_of_the_message_that_is_open_by_then(
    window: Callable[..., Outlook], mail: Mail
) -> None:
    outlook = window("support", sharedAfter="1500")
    pane = beside(outlook, mail.support)
    # The pane has asked before; Outlook answers in the same order.
    pane.evaluate("Office.context.mailbox.item.getSharedPropertiesAsync(() => { window.late = true; })")
    outlook.open_mailbox("ana")
    with outlook.page.expect_response(
        lambda answer: answer.url.endswith("/api/context") and mail.support in (answer.request.post_data or "")
    ):
        outlook.open_message(mail.own)
        expect(badge(pane)).to_contain_text("Personal mailbox ana@contoso.example", timeout=WAIT_MS)
        assert value_of(pane, "window.late")
    expect(subject_of(pane)).to_have_text(mail.own)
    expect(badge(pane)).to_contain_text("Personal mailbox ana@contoso.example")


def test_a_profile_address_that_is_the_shared_mailboxs_names_that_mailbox_and_no_longer_than_it_is_open(
    window: Callable[..., Outlook], mail: Mail
) -> None:
    outlook = window("support", profile="mailbox")
    expect(badge(outlook.pane)).to_contain_text("support@contoso.example", timeout=WAIT_MS)
    expect(badge(outlook.pane)).not_to_contain_text("Personal")
    expect_support(beside(outlook, mail.support))
    outlook.open_mailbox("ana")
    pane = beside(outlook, mail.own)
    expect(badge(pane)).to_contain_text("Personal mailbox ana@contoso.example", timeout=WAIT_MS)


# Which message


def test_without_an_item_the_pane_says_what_to_do_and_refresh_finds_the_message_once_outlook_gives_it(
    window: Callable[..., Outlook], mail: Mail
) -> None:
    outlook = window("support", item="null")
    pane = beside(outlook, mail.support)
    care = pane.get_by_role("region", name="Needs attention")
    expect(care).to_contain_text("does not say which message is open. Choose Refresh", timeout=WAIT_MS)
    pane.get_by_role("button", name="Refresh").click()
    expect(care).to_contain_text("Choose Refresh", timeout=WAIT_MS)
    outlook.switch("item", "shown")
    expect(subject_of(outlook.pane)).to_have_text(mail.support, timeout=WAIT_MS)


@pytest.mark.parametrize("behaviour", ["never", "null"])
def test_another_message_of_which_outlook_says_nothing_is_shown_when_the_person_comes_to_the_pane(
    window: Callable[..., Outlook], mail: Mail, behaviour: str
) -> None:
    outlook = window("support", itemChanged=behaviour)
    expect(outlook.pane.locator("affix-welcome")).to_be_visible(timeout=WAIT_MS)
    pane = beside(outlook, mail.support)
    come_to(outlook)
    expect(subject_of(pane)).to_have_text(mail.support, timeout=WAIT_MS)
    outlook.open_message(mail.blind)
    come_to(outlook)
    expect(subject_of(pane)).to_have_text(mail.blind, timeout=WAIT_MS)
    expect_support(pane)


def come_to(outlook: Outlook) -> None:
    """As a person does who clicks into the pane, after having clicked elsewhere."""
    outlook.page.locator("#messages [aria-selected=true]").focus()
    outlook.page.locator("#pane-frame").focus()


def test_where_outlook_tells_of_no_selection_either_refresh_shows_the_open_message(
    window: Callable[..., Outlook], mail: Mail
) -> None:
    outlook = window("support", itemChanged="never", mailboxSet="1.8")
    pane = beside(outlook, mail.support)
    pane.get_by_role("button", name="Refresh").click(timeout=WAIT_MS)
    expect(subject_of(pane)).to_have_text(mail.support, timeout=WAIT_MS)
    outlook.open_message(mail.blind)
    pane.get_by_role("button", name="Refresh").click()
    expect(subject_of(pane)).to_have_text(mail.blind, timeout=WAIT_MS)


def test_a_message_without_an_id_is_said_to_be_nameless_and_can_be_looked_at_anew(
    window: Callable[..., Outlook], mail: Mail
) -> None:
    outlook = window("support", ids="null")
    pane = beside(outlook, mail.support)
    expect(pane.get_by_role("note")).to_contain_text("Outlook does not say which message this is.", timeout=WAIT_MS)
    expect(pane.get_by_role("note")).to_contain_text("Outlook on the web")
    pane.evaluate("document.body.classList.add('before')")
    pane.get_by_role("button", name="Refresh").click()
    expect(pane.locator("body:not(.before)").get_by_role("note")).to_be_visible(timeout=WAIT_MS)


def test_a_message_without_a_message_id_is_saved(running_demo: Place, window: Callable[..., Outlook]) -> None:
    subject = delivered(running_demo, "support", "Without a Message-ID")
    pane = beside(window("support", messageId="missing"), subject)
    expect(badge(pane)).to_contain_text(SUPPORT, timeout=WAIT_MS)
    choose(pane, "tailspin", "Tailspin Quality")
    press_save(pane)
    expect_saved(pane, "Tailspin Quality")


# Who is signed in


def test_every_refusal_of_office_to_sign_in_has_its_sentence_and_its_action(window: Callable[..., Outlook]) -> None:
    outlook = window(sso="13000", **OFFICE_SIGN_IN)
    for code, (sentence, action) in REFUSALS.items():
        if code != "13000":
            outlook.switch("sso", code)
        pane = outlook.pane
        if code == "13001":  # nothing went wrong: it invites to sign in
            expect(pane.get_by_role("heading", name="Sign in to Affix")).to_be_visible(timeout=WAIT_MS)
            expect(pane.get_by_role("button", name="Sign in")).to_be_visible()
            continue
        expect(problem(pane)).to_contain_text(f"Code: {code}", timeout=WAIT_MS)
        expect_problem(pane, sentence, action)
    outlook.switch("sso", "token")
    expect(outlook.pane.locator("affix-welcome")).to_be_visible(timeout=WAIT_MS)


REFUSALS = {
    "13000": ("cannot sign you in to add-ins", "Try again"),
    "13001": ("", "Sign in"),
    "13002": ("closed before it was finished", "Sign in"),
    "13003": ("needs a work or school account", "Reload"),
    "13004": ("Please tell your administrator", "Reload"),
    "13005": ("has not been allowed for your organisation", "Sign in"),
    "13006": ("Sign out of Office", "Reload"),
    "13007": ("Office could not sign you in", "Sign in"),
    "13008": ("already going on", "Try again"),
    "13010": ("security zones", "Reload"),
    "13012": ("Try Outlook on the web", "Reload"),
    "13013": ("Wait a moment", "Try again"),
    "50001": ("old copy of its own script", "Reload"),
}


@pytest.mark.parametrize("odd", [{"nested": "announced"}, {"bridge": "disabled"}])
def test_where_the_bridge_of_nested_sign_in_is_missing_or_off_the_older_way_is_taken(
    window: Callable[..., Outlook], odd: dict[str, str]
) -> None:
    expect(window(**odd).pane.locator("affix-welcome")).to_be_visible(timeout=WAIT_MS)


def test_nested_sign_in_without_a_network_says_so_and_goes_on_when_it_is_back(window: Callable[..., Outlook]) -> None:
    outlook = window(bridge="network")
    expect_problem(outlook.pane, "Check the connection.", "Try again")
    outlook.switch("bridge", "token")
    expect(outlook.pane.locator("affix-welcome")).to_be_visible(timeout=WAIT_MS)


def test_a_person_who_closes_the_window_of_nested_sign_in_is_asked_again(window: Callable[..., Outlook]) -> None:
    outlook = window(bridge="interaction")
    outlook.pane.get_by_role("button", name="Sign in").click(timeout=WAIT_MS)
    outlook.page.get_by_role("button", name="Cancel").click(timeout=WAIT_MS)
    expect_problem(outlook.pane, "closed before it was finished", "Sign in")


# Older ones


@pytest.mark.parametrize("version", ["1.8", "1.5"])
def test_an_older_outlook_saves_as_well(running_demo: Place, window: Callable[..., Outlook], version: str) -> None:
    subject = delivered(running_demo, "support", f"Mailbox {version}")
    pane = beside(window("support", mailboxSet=version), subject)
    expect_support(pane)
    choose(pane, "tailspin", "Tailspin Quality")
    press_save(pane)
    expect_saved(pane, "Tailspin Quality")


def test_where_office_tells_no_colours_those_of_the_system_are_taken(window: Callable[..., Outlook]) -> None:
    outlook = window(officeTheme="missing")
    for scheme in ("dark", "light"):
        outlook.page.emulate_media(color_scheme=scheme)
        expect(outlook.pane.locator(":root")).to_have_attribute("data-theme", scheme)


# On the way to the service


def test_a_service_that_cannot_be_reached_at_the_start_is_not_a_matter_of_signing_in_and_is_tried_again(
    window: Callable[..., Outlook], session: BrowserContext
) -> None:
    for path in UNREACHABLE:
        session.route(path, lambda route: route.abort())
    try:
        pane = window().pane
        expect_problem(pane, "Affix cannot be reached. Check the connection.", "Try again")
        expect(pane.get_by_text("Sign in to Affix")).to_have_count(0)
    finally:
        for path in UNREACHABLE:
            session.unroute(path)
    problem(pane).get_by_role("button", name="Try again").click()
    expect(pane.locator("affix-welcome")).to_be_visible(timeout=WAIT_MS)


UNREACHABLE = ("**/addin/config.json", "**/api/**")


def test_a_microsoft_365_that_is_away_is_said_so_and_tried_again(
    running_demo: Place, window: Callable[..., Outlook]
) -> None:
    subject = delivered(running_demo, "support", "While Graph is away")
    outlook = window("support")
    # Else the window, which is refused as well when it looks after its mail, lets go of the message.
    outlook.page.route("**/simulator/control/messages*", lambda route: route.abort())
    pane = beside(outlook, subject)
    expect_support(pane)
    control(running_demo, "POST", "faults", {"service": "graph", "path": "/v1.0/users/*/messages/*", "status": 503})
    try:
        pane.get_by_role("button", name="Refresh").click()
        expect_problem(pane, "Microsoft 365", "Try again")
        expect(badge(pane)).to_contain_text(SUPPORT)
    finally:
        control(running_demo, "DELETE", "faults")
    problem(pane).get_by_role("button", name="Try again").click()
    expect(problem(pane)).to_have_count(0, timeout=WAIT_MS)


# What waits is looked at last.


def test_a_draft_that_outlook_never_saves_and_a_token_that_never_comes_end_in_words(silent: Silent) -> None:
    expect_problem(silent.unsigned, "Outlook did not answer.", "Try again")
    expect_problem(silent.writing, "did not save", "Try again")
