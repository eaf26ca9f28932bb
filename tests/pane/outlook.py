"""The window as a person uses it: verbs for tests, each waiting until the window has done it."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Frame, Locator, Page, expect

PANE_PATH = "/addin/taskpane.html"
WAIT_MS = 15_000
DOMAINS = {"eve": "fabrikam.example"}


def address_of(person: str) -> str:
    return person if "@" in person else f"{person}@{DOMAINS.get(person, 'contoso.example')}"


class Outlook:
    """One browser tab with the window in it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def open(self, person: str, **settings: str) -> "Outlook":
        """Open as a person ("ana" or a whole address). `settings` are those of static/js/settings.js."""
        query = urlencode({"person": address_of(person), **settings})
        self.page.goto(f"{self.url}/?{query}")
        self.page.wait_for_selector("body[data-state=ready]", timeout=WAIT_MS)
        return self

    # Mail

    def open_mailbox(self, mailbox: str) -> None:
        name = self.page.locator(f'[data-mailbox="{address_of(mailbox)}"] .mailbox-name')
        name.click()
        expect(name).to_have_attribute("aria-expanded", "true", timeout=WAIT_MS)
        self._wait_for_list()

    def open_folder(self, name: str) -> None:
        """By its well-known name, for example "sentitems"."""
        folder = self.page.locator(f'[data-folder="{name}"]')
        folder.click()
        expect(folder).to_have_attribute("aria-current", "true", timeout=WAIT_MS)
        self._wait_for_list()

    def message_row(self, subject: str) -> Locator:
        return self.page.locator("#messages [role=option]").filter(has_text=subject).first

    def subjects(self) -> list[str]:
        rows = self.page.locator("#messages [role=option]")
        return [str(subject) for subject in rows.evaluate_all("rows => rows.map((row) => row.dataset.subject)")]

    def open_message(self, subject: str) -> None:
        row = self.message_row(subject)
        row.click()
        expect(row).to_have_attribute("aria-selected", "true", timeout=WAIT_MS)

    def select_nothing(self) -> None:
        """What a click on the open folder does."""
        self.page.locator("[data-folder][aria-current=true]").click()
        self._wait_for_list()

    def categories(self) -> list[str]:
        """Of the open message."""
        return self.page.locator("#reading .subject .chip").all_inner_texts()

    # Writing

    def new_message(self, to: str = "", subject: str = "", body: str = "") -> None:
        self.page.click("#new-mail")
        for name, text in (("to", to), ("subject", subject), ("body", body)):
            self.page.fill(f".compose [name={name}]", text)

    def save_draft(self) -> None:
        self.page.get_by_role("button", name="Save draft").click()
        self.page.get_by_text("Draft saved.").last.wait_for(timeout=WAIT_MS)

    # The add-in

    @property
    def pane(self) -> Frame:
        """The pane's frame, when its page is loaded and office.js runs in it.

        Starting to write, opening a draft or a switch of the developer's starts the pane anew: ask for it afterwards.
        """
        frame = self._pane_frame()
        frame.wait_for_url(f"**{PANE_PATH}*", timeout=WAIT_MS)
        value_of(frame, "window.Office?.context?.mailbox !== undefined")
        return frame

    @contextmanager
    def reloading(self) -> Iterator[None]:
        """Around something that starts the pane anew: waits until the old frame is gone."""
        old = self.page.wait_for_selector("#pane-frame", timeout=WAIT_MS)
        yield
        old.wait_for_element_state("hidden", timeout=WAIT_MS)

    def toggle_pane(self) -> None:
        self.page.click("#affix")

    def close_pane(self) -> None:
        self.page.locator("#pane > header").get_by_role("button", name="Close").click()

    def unpin(self) -> None:
        self.page.locator("#pane > header").get_by_role("button", name="Unpin").click()

    # The developer's switches

    def switch(self, name: str, value: str) -> None:
        """A switch of the strip at the foot, for example ("shared", "never"); the pane starts anew."""
        strip = self.page.locator("#developer")
        if strip.locator("select").count() == 0:
            strip.get_by_role("button", name="Developer switches").click()
        with self.reloading():
            strip.locator(f"select[name={name}]").select_option(value)

    def switch_theme(self) -> None:
        self.page.click("#theme")

    # Private

    def _pane_frame(self) -> Frame:
        deadline = monotonic() + WAIT_MS / 1000
        while monotonic() < deadline:
            # None while the frame is just being put in, or another in its place.
            frame = self.page.wait_for_selector("#pane-frame", timeout=WAIT_MS).content_frame()
            if frame:
                return frame
            self.page.wait_for_timeout(20)
        raise AssertionError("the pane has no frame")

    def _wait_for_list(self) -> None:
        self.page.wait_for_selector("#messages :is([role=option], .empty)", timeout=WAIT_MS)


def value_of(frame: Frame, expression: str) -> Any:
    """What the JavaScript expression gives in the pane, once it gives anything that counts as true.

    Playwright's own wait_for_function uses eval, which the pane's policy forbids.
    """
    value = frame.evaluate(
        f"""async (limit) => {{
            const started = performance.now();
            for (;;) {{
                const value = await ({expression});
                if (value || performance.now() - started > limit) return value;
                await new Promise((next) => setTimeout(next, 20));
            }}
        }}""",
        WAIT_MS,
    )
    assert value, f"{expression} still is {value!r} after {WAIT_MS / 1000:.0f} s"
    return value
