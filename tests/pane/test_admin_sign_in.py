"""Who gets into the administrators' page: by the sign-in of Microsoft, in a tab of its own."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.pane.admin import PATH, Admin, led_to_the_simulator
from tests.pane.conftest import Place
from tests.pane.outlook import WAIT_MS, Outlook


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """Of somebody who is not signed in."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def test_outlook_leads_an_administrator_to_it_without_asking_again(affix_outlook: Outlook) -> None:
    affix_outlook.open("ana")
    with affix_outlook.page.expect_popup() as opened:
        affix_outlook.page.locator("#administration").click()
    page = opened.value
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview", timeout=WAIT_MS)
    expect(page.locator("header")).to_contain_text("ana@contoso.example")
    assert page.evaluate("location.hash") == "#/overview"
    assert page.title() == "Overview - Affix administration"


def test_at_the_services_own_address_microsoft_asks_who_it_is(running_demo: Place, tab: Page) -> None:
    page = led_to_the_simulator(tab, running_demo)
    page.goto(f"{running_demo.service}{PATH}#/licenses")
    page.get_by_role("link", name="ana@contoso.example").click(timeout=WAIT_MS)
    expect(page.get_by_role("heading", level=1)).to_have_text("Licences", timeout=WAIT_MS)
    assert page.url == f"{running_demo.service}{PATH}#/licenses", "the way back is the place that was asked for"

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Licences", timeout=WAIT_MS)
    assert not [url for url in asked if "authorize" in url], "who is signed in stays so in this tab"
    assert page.evaluate("localStorage.length") == 0


def test_who_is_no_administrator_reads_what_to_ask_for(
    running_demo: Place, new_outlook: Callable[[str], Outlook]
) -> None:
    page = new_outlook(running_demo.outlook).page
    Admin(page, running_demo.outlook).open("ben")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is for administrators of Affix")
    expect(page.locator("blockquote")).to_contain_text("Affix.Administrator to ben@contoso.example")
    expect(page.get_by_role("navigation")).to_have_count(0)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    assert "ben@contoso.example" in page.evaluate("navigator.clipboard.readText()")

    page.get_by_role("button", name="Use another account").first.click()
    page.get_by_role("link", name="ana@contoso.example").click(timeout=WAIT_MS)
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview", timeout=WAIT_MS)


def test_a_sign_in_that_fails_says_so_and_can_be_tried_again(running_demo: Place, tab: Page) -> None:
    """What Microsoft refuses comes back to the page in place of a code."""
    tab.route(
        "https://login.microsoftonline.com/**",
        lambda route: route.fulfill(
            status=302,
            headers={
                "location": f"{running_demo.service}{PATH}#error=access_denied&state={state_in(route.request.url)}"
            },
        ),
    )
    tab.goto(f"{running_demo.service}{PATH}")
    expect(tab.get_by_role("alert")).to_contain_text("Microsoft did not let you in", timeout=WAIT_MS)
    tab.unroute_all()
    led_to_the_simulator(tab, running_demo)
    tab.get_by_role("button", name="Sign in").click()
    tab.get_by_role("link", name="ana@contoso.example").click(timeout=WAIT_MS)
    expect(tab.get_by_role("heading", level=1)).to_have_text("Overview", timeout=WAIT_MS)


def state_in(url: str) -> str:
    """As it stands in the address."""
    return url.split("state=", 1)[1].split("&", 1)[0]
