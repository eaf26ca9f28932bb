"""The window as a person uses it: verbs for tests, each waiting until the window has done it."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Frame, Locator, Page, expect

PANE_PATH = "/addin/taskpane.html"
WAIT_MS = 15_000
STILL_CHECKING = "taking longer than expected"
DOMAINS = {"eve": "fabrikam.example"}


def address_of(person: str) -> str:
    return person if "@" in person else f"{person}@{DOMAINS.get(person, 'contoso.example')}"


class Outlook:
    """One browser tab with the window in it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def open(self, person: str, **settings: str) -> "Outlook":
        """Open as a person ("ana" or a whole address).

        `settings` are those of static/js/settings.js: mailbox (a whole address), folder, theme ("light", "dark",
        "contrast"), language ("de-DE"), pane ("open", "closed"), and each client oddity by the names and values in
        static/js/oddities.js, for example `open("ana", shared="never", mailboxSet="1.8")`.
        """
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

    def select_messages(self, *subjects: str) -> None:
        """Exactly these, by the boxes at their edge: the first is opened for a moment, as in Outlook, then all are
        only counted. With Mailbox 1.13 and later the pane hears of each of these steps.
        """
        rows = [self.message_row(subject) for subject in subjects]
        if not self._is_selected(rows[0]):
            self.select_nothing()
        for row in rows:
            if not self._is_selected(row):
                row.locator(".face").click()
                expect(row).to_have_attribute("aria-selected", "true", timeout=WAIT_MS)
        if len(rows) > 1:
            expect(self.page.locator("#reading [role=status]")).to_have_text(f"{len(rows)} messages selected")

    def select_all(self) -> None:
        """Every message of the open folder, 100 at most."""
        self.page.get_by_role("checkbox", name="Select all messages").click()
        expect(self.page.locator("#reading [role=status]")).to_contain_text("messages selected")

    def select_nothing(self) -> None:
        """What a click on the open folder does."""
        self.page.locator("[data-folder][aria-current=true]").click()
        self._wait_for_list()

    def categories(self) -> list[str]:
        """Of the open message."""
        return self.page.locator("#reading .subject .chip").all_inner_texts()

    def move_to(self, folder: str) -> None:
        """What is open or selected, by the menu; `folder` by its title, for example "Archive"."""
        chosen = self.page.locator("#messages [aria-selected=true]").evaluate_all(
            "rows => rows.map((row) => row.dataset.id)"
        )
        self._command("Move to")
        self.page.get_by_role("menuitemradio", name=folder, exact=True).click()
        for message in chosen:
            expect(self.page.locator(f'#messages [data-id="{message}"]')).to_have_count(0, timeout=WAIT_MS)

    def drag_to(self, subject: str, folder: str) -> None:
        """Drag a message onto a folder of the list, named as for open_folder."""
        row = self.message_row(subject)
        row.drag_to(self.page.locator(f'[data-folder="{folder}"]'))
        expect(row).to_have_count(0, timeout=WAIT_MS)

    def categorise(self, category: str) -> None:
        """Put a category on what is open or selected, or take it off, for example "Red category"."""
        self._command("Categorize")
        self.page.get_by_role("menuitemradio", name=category).click()

    # Mail that arrives

    def deliver(self, what: str = "", mailbox: str = "", **fields: str) -> str:
        """Have mail arrive, by the demo strip's dialog; gives the subject.

        `what` is one of its samples ("A complaint"), "answer" for an answer to the open message, or "" for the first.
        `mailbox`: another than the open one. `fields`: subject, body, sender (an address of static/js/samples.js).
        """
        self.page.click("#deliver")
        dialog = self.page.locator("dialog.deliver")
        if what == "answer":
            dialog.locator("[name=sample]").select_option("answer")
        elif what:
            dialog.locator("[name=sample]").select_option(label=what)
        if mailbox:
            dialog.locator("[name=mailbox]").select_option(address_of(mailbox))
        if "sender" in fields:
            dialog.locator("[name=sender]").select_option(fields["sender"])
        for name in {"subject", "body"} & fields.keys():
            dialog.locator(f"[name={name}]").fill(fields[name])
        subject = dialog.locator("[name=subject]").input_value()
        dialog.get_by_role("button", name="Deliver").click()
        dialog.wait_for(state="detached", timeout=WAIT_MS)
        return subject

    # Writing

    def new_message(self, to: str = "", subject: str = "", body: str = "") -> None:
        self.page.click("#new-mail")
        for name, text in (("to", to), ("subject", subject), ("body", body)):
            self.page.fill(f".compose [name={name}]", text)

    def answer(self, how: str = "Reply") -> None:
        """Begin to answer the open message: "Reply", "Reply all" or "Forward". The pane starts anew."""
        self.page.locator("#ribbon").get_by_role("button", name=how, exact=True).click()
        self.page.wait_for_selector(".compose", timeout=WAIT_MS)

    def send(self) -> None:
        """Press Send and wait until the message is gone; for a message that the add-in lets go."""
        self.page.click("#send")
        self._wait_until_sent()

    def send_and_be_asked(self) -> Locator:
        """Press Send where the add-in holds the message up: gives Outlook's dialog, with the add-in's sentence in it
        and the buttons "Send Anyway" and "Don't Send", the latter under the add-in's own words if it has some. What
        Outlook asks itself after five seconds, while the add-in still checks, is waited out.
        """
        self.page.click("#send")
        dialog = self.page.locator("dialog.sending").filter(has_not_text=STILL_CHECKING)
        dialog.wait_for(timeout=WAIT_MS)
        return dialog

    def send_anyway(self) -> None:
        """The answer to that dialog with which the message goes out."""
        self.page.locator("dialog.sending").get_by_role("button", name="Send Anyway").click()
        self._wait_until_sent()

    def do_not_send(self) -> None:
        """The other answer. Where the add-in named a command for it, the pane opens, started anew."""
        dialog = self.page.locator("dialog.sending")
        dialog.get_by_role("button").last.click()
        dialog.wait_for(state="detached", timeout=WAIT_MS)

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

    def set_pane_width(self, pixels: int) -> None:
        """Drag the pane's edge until it is so wide, 300 to 700. `open(..., paneWidth="300")` begins with that."""
        edge = self.page.get_by_role("separator", name="Width of the pane")
        at, pane = edge.bounding_box(), self.page.locator("#pane").bounding_box()
        assert at and pane
        self.page.mouse.move(at["x"] + 2, at["y"] + at["height"] / 2)
        self.page.mouse.down()
        self.page.mouse.move(pane["x"] + pane["width"] - pixels, at["y"] + at["height"] / 2)
        self.page.mouse.up()

    def unpin(self) -> None:
        self.page.locator("#pane > header").get_by_role("button", name="Unpin").click()

    # What Outlook is like

    def switch(self, name: str, value: str) -> None:
        """A client oddity by its name and value in static/js/oddities.js, for example ("shared", "never"); the pane
        starts anew.
        """
        strip = self.page.locator("#developer")
        if strip.locator("select").count() == 0:
            strip.get_by_role("button", name="Client oddities").click()
        with self.reloading():
            strip.locator(f"select[name={name}]").select_option(value)

    def set_language(self, tag: str) -> None:
        """Outlook's display language: "en", "de", "fr", "es", "ja" or "ar" (from right to left), or a whole tag like
        "de-DE". The pane starts anew: ask for it afterwards.
        """
        self.page.click("#languages")
        choice = self.page.locator(".menu [role=menuitemradio]").filter(has=self.page.locator(f'small:text("{tag}")'))
        with self.reloading():
            choice.first.click()

    def set_theme(self, name: str) -> None:
        """ "light", "dark" or "contrast"; with the last the browser has forced colours too, as Windows would. The pane
        is told, and goes on.
        """
        titles = {"light": "Light", "dark": "Dark", "contrast": "High contrast (black)"}
        forced = name == "contrast"
        self.page.emulate_media(
            forced_colors="active" if forced else "none", color_scheme="light" if name == "light" else "dark"
        )
        self.page.click("#themes")
        self.page.get_by_role("menuitemradio", name=titles[name]).click()
        expect(self.page.locator("html")).to_have_attribute("data-theme", name)

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

    def _wait_until_sent(self) -> None:
        self.page.locator(".compose").wait_for(state="detached", timeout=WAIT_MS)
        self.page.get_by_text("Sent.").last.wait_for(timeout=WAIT_MS)

    def _command(self, name: str) -> None:
        self.page.locator("#ribbon").get_by_role("button", name=name, exact=True).click()

    @staticmethod
    def _is_selected(row: Locator) -> bool:
        return row.get_attribute("aria-selected") == "true"

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
