"""The administrators' page for everybody: whatever the light, the window and the way to read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.pane.admin import Admin, is_wider_than_the_window
from tests.pane.axe import RULES, violations
from tests.pane.conftest import Place
from tests.pane.outlook import WAIT_MS
from tests.pane.stage import Signed
from tests.simulator.hooks import HOST as HOOKS

SECTIONS = [
    *("overview", "mailboxes", "rules", "matching", "destinations", "destinations/new/netsuite", "exclusions"),
    *("webhooks", "api-keys", "audit", "licenses"),
]
NARROW = 360


@pytest.fixture(scope="module")
def busy_demo(licensed_demo: Place) -> Iterator[Place]:
    """With something in each section."""
    ana, ben = Signed(licensed_demo, "ana"), Signed(licensed_demo, "ben")
    record = ben.record_named("Northwind Accounts")
    rule = {"kind": "domain", "mailbox": "support@contoso.example", "value": "tailspin.example", "record": record}
    excluded = {"kind": "domain", "value": "newsletter.example", "note": "Nobody reads them"}
    webhook = {"url": f"https://{HOOKS}/for-all", "title": "Service desk", "events": ["messageSaved"]}
    key = {"name": "Help desk", "scopes": ["accounts", "read"]}
    made = [
        (ana, "/api/admin/api-keys", ana("POST", "/api/admin/api-keys", key).json()),
        (ben, "/api/rules", ben("POST", "/api/rules", rule).json()),
        (ana, "/api/admin/exclusions", ana("POST", "/api/admin/exclusions", excluded).json()),
        (ana, "/api/admin/webhooks", ana("POST", "/api/admin/webhooks", webhook).json()),
    ]
    yield licensed_demo
    for person, path, thing in made:
        person("DELETE", f"{path}/{thing['id']}").raise_for_status()


def visited(admin: Admin) -> Iterator[str]:
    """Each section in turn, with one dialog, when it is loaded."""
    for section in SECTIONS:
        admin.page.evaluate("section => { location.hash = `#/${section}`; }", section)
        expect(admin.page.locator(f'.nav-link[aria-current][href="#/{section.split("/")[0]}"]')).to_be_attached()
        admin.wait()
        yield section
    admin.page.evaluate("location.hash = '#/licenses'")
    admin.wait()
    admin.press("End")
    expect(admin.page.get_by_role("dialog")).to_be_visible()
    yield "a dialog"


@pytest.mark.parametrize(("theme", "rules"), [("light", RULES), ("dark", ["color-contrast"])], ids=["light", "dark"])
def test_no_section_shuts_anybody_out(busy_demo: Place, browser: Browser, theme: str, rules: list[str]) -> None:
    """In the dark only colours are others."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme=theme, reduced_motion="reduce")
    admin = Admin(context.new_page(), busy_demo.outlook).open("ana")
    found = {section: violations(admin.page, rules) for section in visited(admin)}
    context.close()
    assert {section: some for section, some in found.items() if some} == {}


def test_a_narrow_window_needs_no_scrolling_sideways(busy_demo: Place, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": NARROW, "height": 740})
    admin = Admin(context.new_page(), busy_demo.outlook).open("ana")
    wide = [section for section in visited(admin) if is_wider_than_the_window(admin.page)]
    assert wide == []
    admin.press("Close")
    admin.press("Menu")
    admin.page.get_by_role("link", name="Exclusions").click()
    expect(admin.page.get_by_role("heading", level=1)).to_have_text("Exclusions", timeout=WAIT_MS)
    expect(admin.page.get_by_role("navigation")).to_have_count(0)
    context.close()
