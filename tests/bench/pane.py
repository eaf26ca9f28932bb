"""What the pane costs who opens it: times, sizes, requests and clicks. Beside it a page of Fluent's elements alone.

Times are those of the pane's frame, in the pretend Outlook of the demo, from asking for its page: with nothing kept in
the browser, and opened again. "Useful" is the first paint with Affix's own words; "usable", that with the mailbox's
badge and the suggestions for the open message.
"""

import gzip
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from flask import Flask, Response
from playwright.sync_api import Browser, Frame, Locator, Page, Request, ViewportSize, expect

from server.api.addin import answer
from server.pane_files import PaneFiles
from tests import demo
from tests.bench.figures import Figure
from tests.bench.pane_page import FIRST_PAINT, NoBrowser, browser, medians, times, watch
from tests.bench.pane_sizes import LANGUAGES, put_together, sizes
from tests.launching import ROOT
from tests.pane.conftest import Place
from tests.pane.outlook import Outlook
from tests.pane.servers import served

OPENINGS = 9
WAIT_MS = 20_000
QUIET_MS = 1000  # less than the pause between two looks at a message that is open
VIEW: ViewportSize = {"width": 1440, "height": 860}
USEFUL, USABLE = "first useful paint", "usable"
MOMENTS = {
    USEFUL: "#pane :is(p, h1)",
    USABLE: "#pane:has(affix-mailbox .badge-text):has(affix-records .choice)",
}
SENDER = "Tailspin Service <service@tailspin.example>"
RECORD = "Tailspin Service"

FLUENT = ROOT / ".cache/npm/node_modules/@fluentui/web-components/dist/web-components.min.js"
FLUENT_MOMENTS = {USABLE: "body:has(fluent-button:defined):has(fluent-text-input:defined):has(fluent-checkbox:defined)"}
FLUENT_PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Fluent</title><script type="module" src="web-components.min.js"></script></head>
<body>
  <fluent-text-input>Search records</fluent-text-input>
  <fluent-checkbox></fluent-checkbox><fluent-checkbox></fluent-checkbox><fluent-checkbox></fluent-checkbox>
  <fluent-button appearance="primary">Save</fluent-button><fluent-button>Create a record</fluent-button>
</body>
</html>
"""


def measure(database_url: str, folder: Path, openings: int = OPENINGS) -> list[Figure]:
    """Nothing, with a word about it, where there is no browser."""
    try:
        with browser() as chromium, running_demo() as place:
            return [
                *_times(chromium, place, openings),
                *_sizes(folder),
                *_requests(chromium, place),
                *_clicks(chromium, place),
                *_fluent(chromium, folder, openings),
            ]
    except NoBrowser as missing:
        click.echo(f"scripts/bench: {missing}", err=True)
        return []


def measure_quickly(database_url: str, folder: Path) -> list[Figure]:
    return measure(database_url, folder, openings=3)


@contextmanager
def running_demo() -> Iterator[Place]:
    """The demo as a person starts it; it has a database of its own."""
    with TemporaryDirectory(prefix="affix-bench-pane-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)  # the database of a demo run by root has a user of its own
        with demo.running_demo(Path(folder)) as addresses:
            yield Place(**addresses)


# Times


def _times(chromium: Browser, place: Place, openings: int) -> Iterator[Figure]:
    place.deliver("support", "Opened", Cc=SENDER)
    new = medians([_opened_new(chromium, place) for _ in range(openings)])
    again = medians(_opened_again(chromium, place, openings))
    for what, found in (("", new), (", opened again", again)):
        yield Figure(f"first paint{what}", found[FIRST_PAINT], "ms")
        yield Figure(f"first useful paint{what}", found[USEFUL], "ms", 300)
        yield Figure(f"usable: badge and suggestions{what}", found[USABLE], "ms", 1000)


def _opened_new(chromium: Browser, place: Place) -> dict[str, float]:
    context = chromium.new_context(viewport=VIEW)
    try:
        outlook = window(context.new_page(), place, "Opened")
        outlook.toggle_pane()
        return times(outlook.pane, MOMENTS)
    finally:
        context.close()


def _opened_again(chromium: Browser, place: Place, openings: int) -> list[dict[str, float]]:
    context = chromium.new_context(viewport=VIEW)
    outlook = window(context.new_page(), place, "Opened")
    found = []
    for _ in range(openings + 1):
        outlook.toggle_pane()
        found.append(times(outlook.pane, MOMENTS))
        outlook.close_pane()
    context.close()
    return found[1:]


def window(page: Page, place: Place, subject: str) -> Outlook:
    """Ben's window beside that message of support@, with the pane still closed."""
    watch(page, MOMENTS)
    outlook = Outlook(page, place.outlook).open("ben", pane="closed")
    outlook.open_mailbox("support")
    outlook.open_message(subject)
    return outlook


# Sizes


def _sizes(folder: Path) -> Iterator[Figure]:
    made = folder / "made"
    put_together(made)
    found = max((sizes(made, language=each) for each in LANGUAGES), key=lambda files: sum(files.values()))
    msal = ROOT / "addin/vendor/msal-browser.min.js"
    yield Figure("own JavaScript and CSS, compressed, in the longest language", sum(found.values()), "B", 60_000)
    yield Figure("files of these", len(found), "files")
    if msal.exists():
        size = len(gzip.compress(msal.read_bytes()))
        yield Figure("library: msal-browser, where sign-in is nested", size, "B", None, "Fluent's elements: 66 kB")


# Requests


class Traffic:
    """The requests of a page to the service, by method and path. Those that come by the clock, to follow the message
    that is open, do not count.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._seen: list[str] = []
        page.on("request", self._note)

    def since(self) -> Counter[str]:
        """Those since the last look, when nothing comes any more."""
        self._page.wait_for_timeout(QUIET_MS)
        found, self._seen = Counter(self._seen), []
        return found

    def _note(self, request: Request) -> None:
        path = request.url.split("?")[0].split("/", 3)[3]
        if path.startswith("api/") and path != "api/live":
            self._seen.append(f"{request.method} /{path}")


def _requests(chromium: Browser, place: Place) -> Iterator[Figure]:
    """Open, go to another message, come back."""
    for subject in ("One of two", "Two of two"):
        place.deliver("support", subject, Cc=SENDER)
    context = chromium.new_context(viewport=VIEW)
    outlook = window(context.new_page(), place, "One of two")
    traffic = Traffic(outlook.page)
    for step, subject, limit in (
        ("opening", "", None),
        ("another message", "Two of two", 2),
        ("back", "One of two", 0),
    ):
        if subject:
            outlook.open_message(subject)
        else:
            outlook.toggle_pane()
        shown = outlook.pane.locator("affix-message .subject")
        expect(shown).to_have_text(subject or "One of two", timeout=WAIT_MS)
        asked = traffic.since()
        named = ", ".join(f"{count} x {name}" for name, count in sorted(asked.items()))
        yield Figure(f"requests to the service: {step}", asked.total(), "requests", limit, named)
    context.close()


# Clicks


class Hand:
    def __init__(self) -> None:
        self.clicks = 0

    def click(self, target: Locator) -> None:
        self.clicks += 1
        target.click(timeout=WAIT_MS)


def _clicks(chromium: Browser, place: Place) -> Iterator[Figure]:
    place.deliver("support", "With a suggestion", Cc=SENDER)
    place.deliver("support", "Without one")
    context = chromium.new_context(viewport=VIEW)
    outlook = window(context.new_page(), place, "With a suggestion")
    outlook.toggle_pane()
    yield Figure("clicks to save with a fitting suggestion", _with_suggestion(outlook.pane), "clicks", 1)
    outlook.open_message("Without one")
    yield Figure("clicks to save with a search", _with_search(outlook.pane), "clicks", 3, "typing apart")
    context.close()


def _with_suggestion(pane: Frame) -> int:
    hand = Hand()
    hand.click(pane.get_by_role("button", name=f"Save to {RECORD}"))
    return _saved(pane, RECORD, hand)


def _with_search(pane: Frame) -> int:
    hand, search = Hand(), pane.get_by_role("combobox", name="Search records")
    expect(pane.locator("affix-message .subject")).to_have_text("Without one", timeout=WAIT_MS)
    hand.click(search)
    search.press_sequentially("wingtip log")
    hand.click(pane.locator("[role=option]").filter(has_text="Wingtip Logistics"))
    hand.click(pane.locator("button").filter(has_text="Save to 1 record"))
    return _saved(pane, "Wingtip Logistics", hand)


def _saved(pane: Frame, record: str, hand: Hand) -> int:
    save = pane.locator("affix-saves .save").filter(has_text=record)
    expect(save).to_have_attribute("data-state", "saved", timeout=WAIT_MS)
    return hand.clicks


# Fluent's web components alone


def _fluent(chromium: Browser, folder: Path, openings: int) -> Iterator[Figure]:
    if not FLUENT.exists():
        return
    alone = folder / "fluent"
    alone.mkdir()
    (alone / "page.html").write_text(FLUENT_PAGE)
    (alone / FLUENT.name).write_bytes(FLUENT.read_bytes())
    with served(files_of(alone)) as address:
        found = medians([_fluent_opened(chromium, address) for _ in range(openings)])
    size = len(gzip.compress(FLUENT.read_bytes()))
    yield Figure("a page of Fluent's elements alone: first paint", found[FIRST_PAINT], "ms")
    yield Figure("a page of Fluent's elements alone: usable", found[USABLE], "ms")
    yield Figure("a page of Fluent's elements alone: JavaScript, compressed", size, "B")


def files_of(folder: Path) -> Flask:
    """The folder, served as the add-in is."""
    app, files = Flask(__name__), PaneFiles(folder)

    @app.get("/<path:name>")
    def file(name: str) -> Response:
        found = files.find(name)
        return answer(*found) if found else Response(status=404)

    return app


def _fluent_opened(chromium: Browser, address: str) -> dict[str, Any]:
    context = chromium.new_context(viewport={"width": 320, "height": 860})
    page = context.new_page()
    watch(page, FLUENT_MOMENTS, is_top=True)
    page.goto(f"{address}/page.html")
    found = times(page.main_frame, FLUENT_MOMENTS)
    context.close()
    return found
