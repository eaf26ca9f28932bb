"""The pane is small, asks little, and keeps what it has: what `scripts/bench pane` measures, where that is exact."""

from pathlib import Path

import pytest
from playwright.sync_api import ConsoleMessage, Page, Response, Route, expect

from tests.bench.pane import Traffic
from tests.bench.pane_sizes import LANGUAGES, put_together, sizes
from tests.pane.conftest import Place
from tests.pane.outlook import Outlook, value_of
from tests.pane.programs import package

MOST_BYTES = 60_000
WAIT_MS = 20_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What set-up makes of the add-in."""
    package("pane/node_modules/esbuild")
    into = tmp_path_factory.mktemp("made")
    put_together(into)
    return into


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_is_our_own_stays_small(made: Path, language: str) -> None:
    found = sizes(made, language=language)
    assert any(name.startswith(f"made-{language}-") for name in found)
    assert sum(found.values()) <= MOST_BYTES


class Fetched:
    """Every answer that a page gets, and what its policy forbade our own files to do."""

    def __init__(self, page: Page) -> None:
        self.answers: list[Response] = []
        self.forbidden: list[str] = []
        page.on("response", lambda response: self.answers.append(response))
        page.on("console", self._note)

    def of_the_add_in(self) -> list[Response]:
        return [each for each in self.answers if "/addin/" in each.url]

    def _note(self, message: ConsoleMessage) -> None:
        # office.js parses a text of its host's as XML, and the browser's own page for bad XML has a style.
        if "Content Security Policy" in message.text and "/office/" not in message.location["url"]:
            self.forbidden.append(message.text)


def beside_a_message(outlook: Outlook, place: Place, *subjects: str, **settings: str) -> Outlook:
    for subject in subjects:
        place.deliver("support", subject)
    outlook.open("ben", pane="closed", **settings)
    outlook.open_mailbox("support")
    outlook.open_message(subjects[0])
    return outlook


def shown(outlook: Outlook, subject: str) -> None:
    expect(outlook.pane.locator("affix-message .subject")).to_have_text(subject, timeout=WAIT_MS)


def test_coming_back_to_a_message_within_a_minute_asks_nothing(running_demo: Place, affix_outlook: Outlook) -> None:
    outlook = beside_a_message(affix_outlook, running_demo, "First of two", "Second of two")
    traffic = Traffic(outlook.page)
    outlook.toggle_pane()
    shown(outlook, "First of two")
    assert traffic.since()["POST /api/context"] == 1
    outlook.open_message("Second of two")
    shown(outlook, "Second of two")
    assert traffic.since() == {"POST /api/context": 1}
    outlook.open_message("First of two")
    shown(outlook, "First of two")
    assert not traffic.since()


def test_what_the_pane_loads_is_kept_for_ever_and_found_again(running_demo: Place, affix_outlook: Outlook) -> None:
    outlook = beside_a_message(affix_outlook, running_demo, "Opened twice")
    fetched = Fetched(outlook.page)
    outlook.toggle_pane()
    shown(outlook, "Opened twice")
    first = fetched.of_the_add_in()
    loaded = [each for each in first if "/at/" in each.url]
    assert len(loaded) > 3
    assert not fetched.forbidden
    assert all("immutable" in each.headers["cache-control"] for each in loaded)
    assert all(each.headers.get("content-encoding") == "gzip" for each in loaded if each.url.endswith((".js", ".css")))
    outlook.close_pane()
    fetched.answers.clear()
    outlook.toggle_pane()
    shown(outlook, "Opened twice")
    again = outlook.pane.evaluate(
        "performance.getEntriesByType('resource').filter((each) => each.name.includes('/at/') && each.transferSize > 0)"
    )
    assert not again


@pytest.mark.parametrize(("nested", "times"), [("off", 0), ("on", 1)])
def test_msal_is_loaded_once_where_sign_in_is_nested_and_not_at_all_elsewhere(
    running_demo: Place, affix_outlook: Outlook, nested: str, times: int
) -> None:
    subject = f"Sign-in is nested: {nested}"
    outlook = beside_a_message(affix_outlook, running_demo, subject, nested=nested)
    fetched = Fetched(outlook.page)
    outlook.toggle_pane()
    shown(outlook, subject)
    assert len([each.url for each in fetched.answers if "msal-browser" in each.url]) == times


def test_the_pane_is_drawn_while_office_js_is_still_on_its_way(running_demo: Place, affix_outlook: Outlook) -> None:
    affix_outlook.open("ben", pane="closed")
    waiting: list[Route] = []
    affix_outlook.page.route("**/office/office.js", lambda route: waiting.append(route))
    affix_outlook.toggle_pane()
    pane = affix_outlook.page.frame_locator("#pane-frame")
    expect(pane.locator("#pane p")).to_be_visible(timeout=WAIT_MS)
    assert waiting
    for route in waiting:
        route.continue_()
    assert value_of(affix_outlook.pane, "Office.context.mailbox.userProfile.emailAddress") == "ben@contoso.example"
    expect(pane.locator("affix-welcome")).to_be_visible(timeout=WAIT_MS)
    assert affix_outlook.pane.evaluate("typeof history.pushState") == "function"  # office.js takes it away
