"""Browser, window and demo for the tests of the pane. A machine without Chromium skips those tests, and says so."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Request, sync_playwright

from tests import demo
from tests.pane.outlook import Outlook, address_of
from tests.pane.probe import PROBE_MANIFEST, create_probe
from tests.pane.servers import find_headless_chromium, find_msal, served
from tests.pane.stage import Correspondent, Signed
from tests.simulator.app import create_simulator
from tests.simulator.outlook import create_outlook
from tests.simulator.outlook.office_files import find_office_js
from tests.simulator.world import World

CHROMIUM_FLAGS = [
    *"--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split(),
    *"--disable-component-update --disable-sync".split(),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",  # as without a network
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser, a window and several programs share the machine here: a test that failed is tried again, as
    Playwright's own runner does it, and the summary names it as RERUN.
    """
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(scope="package")
def office_js() -> Path:
    folder = find_office_js()
    if folder is None:
        pytest.fail("npm's @microsoft/office-js is not installed; scripts/setup installs it")
    return folder


@pytest.fixture(scope="package")
def browser(office_js: Path) -> Iterator[Browser]:
    """Ends with this folder: Playwright keeps an event loop in the thread of the tests, and others need their own."""
    chromium = find_headless_chromium()
    if chromium is None:
        pytest.skip("no Chromium on this machine; CHROMIUM names one in an unusual place")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


class Traffic:
    """The hosts outside here that a context's pages called, in vain. What a policy forbade is not among them."""

    def __init__(self, context: BrowserContext) -> None:
        self.foreign: set[str] = set()
        context.on("requestfailed", self._note)
        context.on("requestfinished", self._note)

    def _note(self, request: Request) -> None:
        if request.failure == "csp":  # never left the browser
            return
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https"} and parts.hostname not in {"localhost", "127.0.0.1"}:
            self.foreign.add(str(parts.hostname))


@pytest.fixture
def new_outlook(browser: Browser) -> Iterator[Callable[[str], Outlook]]:
    """Makes windows at the address given, each in a browser session of its own. Ends with a look at where they went."""
    with ExitStack() as stack:
        traffics = []

        def make(url: str) -> Outlook:
            context = browser.new_context(viewport={"width": 1440, "height": 860})
            stack.callback(context.close)
            traffics.append(Traffic(context))
            return Outlook(context.new_page(), url)

        yield make
        assert [traffic.foreign for traffic in traffics if traffic.foreign] == []


# The window itself, with a small probe in place of the pane, and a world of its own.


@dataclass(frozen=True)
class Place:
    """Where the parts of one world answer."""

    outlook: str
    service: str
    simulator: str

    def deliver(self, mailbox: str, subject: str, **headers: str) -> dict[str, str]:
        """Put a message into an inbox; gives its ids."""
        message = EmailMessage()
        message["From"] = "Northwind Purchasing <purchasing@northwind.example>"
        message["To"] = address_of(mailbox)
        message["Subject"] = subject
        for name, text in headers.items():
            message[name.replace("_", "-")] = text
        message.set_content("Hello,\n\nplease see the subject.\n")
        return self._put(mailbox, bytes(message))

    def invite(self, mailbox: str, subject: str, sender: str = "purchasing@adatum.example") -> dict[str, str]:
        """Put a meeting request into an inbox; gives its ids."""
        event = [f"UID:{subject}", f"SUMMARY:{subject}", "DTSTART:20261201T090000Z", "DTEND:20261201T100000Z"]
        calendar = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//x//EN", "METHOD:REQUEST"]
        calendar += ["BEGIN:VEVENT", *event, "END:VEVENT", "END:VCALENDAR", ""]
        headers = [f"From: Purchasing <{sender}>", f"To: {address_of(mailbox)}", f"Subject: {subject}"]
        headers += [f"Message-ID: <{uuid4()}@adatum.example>", "MIME-Version: 1.0"]
        headers += ["Content-Type: text/calendar; method=REQUEST; charset=utf-8; name=invite.ics", ""]
        return self._put(mailbox, "\r\n".join([*headers, *calendar]).encode())

    def _put(self, mailbox: str, mime: bytes) -> dict[str, str]:
        answer = requests.post(
            f"{self.simulator}/control/messages",
            params={"mailbox": address_of(mailbox), "folder": "inbox"},
            data=mime,
            headers={"Content-Type": "message/rfc822"},
            timeout=10,
        )
        answer.raise_for_status()
        return dict(answer.json())


@pytest.fixture(scope="package")
def probe_place(office_js: Path) -> Iterator[Place]:
    with ExitStack() as stack:
        simulator = stack.enter_context(served(create_simulator(World())))
        service = stack.enter_context(served(create_probe(find_msal())))
        outlook = stack.enter_context(served(create_outlook(service, simulator, office_js, PROBE_MANIFEST)))
        place = Place(outlook, service, simulator)
        for mailbox in ("ana", "support", "cleo"):
            place.deliver(mailbox, f"First for {mailbox}")
            place.deliver(mailbox, f"Second for {mailbox}")
        yield place


@pytest.fixture
def outlook(probe_place: Place, new_outlook: Callable[[str], Outlook]) -> Outlook:
    """A window with the probe at its side, not yet opened."""
    return new_outlook(probe_place.outlook)


# The whole demo, with the true service and pane.


@pytest.fixture(scope="package")
def running_demo(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with demo.running_demo(tmp_path_factory.mktemp("demo")) as addresses:
        yield Place(**addresses)


@pytest.fixture
def affix_outlook(running_demo: Place, new_outlook: Callable[[str], Outlook]) -> Outlook:
    """A window of the demo, with Affix at its side, not yet opened."""
    return new_outlook(running_demo.outlook)


@pytest.fixture(scope="module")
def licensed_demo(running_demo: Place) -> Iterator[Place]:
    """The demo in which the administrator has given support@ and Ben licences."""
    ana = Signed(running_demo, "ana")
    given = [ana("POST", "/api/admin/licenses", {"mailbox": f"{each}@contoso.example"}) for each in ("support", "ben")]
    for license in given:
        license.raise_for_status()
    yield running_demo
    for license in given:
        ana("DELETE", f"/api/admin/licenses/{license.json()['id']}").raise_for_status()


@pytest.fixture
def jo(licensed_demo: Place) -> Correspondent:
    return Correspondent(licensed_demo, "support")
