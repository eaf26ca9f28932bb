"""The administrators' page as a person uses it: verbs for tests, each waiting until the page has done it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

import requests
from playwright.sync_api import Locator, Page, Route, expect

from tests.pane.outlook import WAIT_MS, address_of

if TYPE_CHECKING:
    from tests.pane.conftest import Place

PATH = "/addin/admin.html"
SIGN_IN = "https://login.microsoftonline.com/"


class Admin:
    """One browser tab with the page in it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def open(self, person: str = "ana", section: str = "overview") -> Admin:
        """Signed in at once, as a link of Outlook does it."""
        self.page.goto(f"{self.url}{PATH}?login_hint={quote(address_of(person))}#/{section}")
        expect(self.page.locator("#title")).to_be_visible(timeout=WAIT_MS)
        return self

    def go(self, section: str, is_whole: bool = True) -> Admin:
        """By the navigation; `is_whole`: until what the section shows is there."""
        self.page.get_by_role("navigation").get_by_role("link", name=section, exact=True).click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(section, timeout=WAIT_MS)
        if is_whole:
            self.wait()
        return self

    def wait(self) -> None:
        """Until nothing is on its way."""
        expect(self.page.locator(".page-body[aria-busy=false]")).to_be_visible(timeout=WAIT_MS)
        expect(self.page.locator(".skeleton, [aria-busy=true]")).to_have_count(0, timeout=WAIT_MS)

    def row(self, words: str) -> Locator:
        return self.page.locator("tbody tr").filter(has_text=words)

    def press(self, name: str, within: Locator | None = None) -> None:
        """A button, by the beginning of its name."""
        (within or self.page).get_by_role("button", name=re.compile(f"^{re.escape(name)}")).first.click()

    def confirm(self, name: str) -> None:
        """The button of the dialog that asks, and the dialog goes when it is done."""
        self.press(name, self.page.get_by_role("dialog"))
        expect(self.page.get_by_role("dialog")).to_have_count(0, timeout=WAIT_MS)

    def expect_said(self, words: str) -> None:
        expect(self.page.locator("#live")).to_have_text(words, timeout=WAIT_MS)


def led_to_the_simulator(page: Page, place: Place) -> Page:
    """Microsoft's sign-in, as the browser asks for it by its true address."""

    def answer(route: Route) -> None:
        address = f"{place.simulator}/login.microsoftonline.com/{route.request.url.removeprefix(SIGN_IN)}"
        headers = {name: text for name, text in route.request.headers.items() if name in ("origin", "content-type")}
        found = requests.request(
            route.request.method,
            address,
            headers=headers,
            data=route.request.post_data_buffer,
            allow_redirects=False,
            timeout=10,
        )
        kept = ("content-type", "location", "access-control-allow-origin")
        shown = {name.lower(): text for name, text in found.headers.items() if name.lower() in kept}
        route.fulfill(status=found.status_code, headers=shown, body=found.content)

    page.route(f"{SIGN_IN}**", answer)
    return page


def is_wider_than_the_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))
