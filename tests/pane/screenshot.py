"""Makes the pictures of the README, in one go through a fresh demo. `scripts/screenshot` runs this.

Ben and Ana share a mailbox: she saves a message, he sees it and saves it elsewhere too, lets Autopilot go on, and at
last she looks at the administrators' page.
"""

import struct
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Frame, Page, expect, sync_playwright

from tests.demo import running_demo
from tests.pane.admin import Admin
from tests.pane.conftest import CHROMIUM_FLAGS, Place
from tests.pane.outlook import Outlook
from tests.pane.servers import find_chromium
from tests.pane.stage import Signed

PICTURES = Path(__file__).with_name("screenshots")
SUPPORT = "support@contoso.example"
SUBJECT = "Display of cabinet 118 arrived cracked"
CASE = "Tailspin: cracked display of cabinet 118"
CONTACT = "Tailspin Quality"
CLAIM = "Tailspin: claim 52"
WAIT_MS = 20_000


def main() -> None:
    chromium = find_chromium()
    if chromium is None:
        sys.exit("scripts/screenshot: no Chromium on this machine; CHROMIUM names one in an unusual place")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        Path(folder).chmod(0o755)  # the database of a demo run by root has a user of its own
        with running_demo(Path(folder)) as addresses:
            browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
            place = Place(**addresses)
            license_mailboxes(place)
            picture_message(browser, place)
            picture_autopilot(browser, place)
            picture_welcome(browser, place)
            picture_narrow(browser, place)
            picture_overview(browser, place)
            picture_matching(browser, place)
            browser.close()


# What happens


def license_mailboxes(place: Place) -> None:
    for mailbox in (SUPPORT, "ben@contoso.example"):
        Signed(place, "ana")("POST", "/api/admin/licenses", {"mailbox": mailbox}).raise_for_status()


def picture_message(browser: Browser, place: Place) -> None:
    """Beside a message that a colleague saved, and then the person too."""
    save(beside(Outlook(window(browser), place.outlook).open("ana", mailbox=SUPPORT)), CASE)
    outlook = Outlook(window(browser), place.outlook).open("ben", mailbox=SUPPORT)
    pane = beside(outlook)
    save(pane, CONTACT)
    expect(outlook.page.locator("#reading .subject .chip")).to_have_text("Affix: Saved", timeout=WAIT_MS)
    pane.locator("affix-message").click()  # nothing is under the pointer or has the focus
    keep(outlook.page, "message")


def picture_autopilot(browser: Browser, place: Place) -> None:
    """A rule that runs, mail that it saved by itself, and what another would have saved."""
    outlook = Outlook(window(browser), place.outlook).open("ben", mailbox=SUPPORT)
    pane = beside(outlook)
    pane.get_by_role("tab", name="Autopilot").click()
    pane.get_by_role("radio", name="Everything from or to").check()
    pane.get_by_role("checkbox", name=CLAIM).check()
    pane.get_by_role("button", name="Start Autopilot").click()
    rule = pane.locator("affix-autopilot .rule")
    expect(rule).to_be_visible(timeout=WAIT_MS)
    arrived = outlook.deliver("A complaint")
    expect(outlook.message_row(arrived)).to_contain_text("Affix: Autopilot", timeout=WAIT_MS)
    rule.get_by_role("button", name="Past mail").click()
    expect(pane.locator("affix-preview .past-list li").first).to_be_visible(timeout=WAIT_MS)
    expect(outlook.page.locator(".toast")).to_have_count(0, timeout=WAIT_MS)
    pane.locator(".ways").evaluate("(ways) => ways.scrollIntoView()")
    keep(outlook.page, "autopilot")


def picture_welcome(browser: Browser, place: Place) -> None:
    """With nothing open: what is not filed yet, what was saved, and the rules."""
    outlook = Outlook(window(browser), place.outlook).open("ben")
    expect(outlook.pane.locator("affix-worklist li").first).to_be_visible(timeout=WAIT_MS)
    expect(outlook.pane.locator("affix-welcome .rule").first).to_be_visible(timeout=WAIT_MS)
    keep(outlook.page, "welcome")


def picture_narrow(browser: Browser, place: Place) -> None:
    """As narrow as Outlook makes it, in German, and dark."""
    page = window(browser, width=1100)
    page.emulate_media(color_scheme="dark")
    outlook = Outlook(page, place.outlook)
    outlook.open("ben", mailbox=SUPPORT, language="de-DE", theme="dark", paneWidth="300")
    pane = beside(outlook)
    pane.get_by_role("tab", name="Einmal speichern").click()
    expect(pane.locator("affix-saves .save")).to_have_count(2, timeout=WAIT_MS)
    keep(page, "narrow")


def picture_overview(browser: Browser, place: Place) -> None:
    """The administrators' overview, after some more was saved."""
    file_everything(place, "ben", "ana")
    page = window(browser)
    admin = Admin(page, place.outlook).open("ana")
    page.get_by_label("Period").select_option(label="Last 7 days")
    admin.wait()
    keep(page, "overview")


def picture_matching(browser: Browser, place: Place) -> None:
    """A rule for the shared mailbox at its dry run."""
    page = window(browser)
    admin = Admin(page, place.outlook).open("ana", "matching")
    admin.wait()
    page.get_by_label("Only some").check()
    page.get_by_label(SUPPORT).check()
    for _ in range(3):
        admin.press("Next")
    admin.press("Start the dry run")
    expect(page.get_by_role("region", name=SUPPORT).get_by_role("row").nth(1)).to_be_visible(timeout=WAIT_MS)
    expect(page.locator(".toast")).to_have_count(0, timeout=WAIT_MS)
    keep(page, "matching")


# Steps


def window(browser: Browser, width: int = 1280, height: int = 840) -> Page:
    return browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")


def beside(outlook: Outlook) -> Frame:
    """The pane, when it has understood the message."""
    outlook.open_message(SUBJECT)
    pane = outlook.pane
    expect(pane.locator("affix-message .subject")).to_have_text(SUBJECT, timeout=WAIT_MS)
    return pane


def save(pane: Frame, record: str) -> None:
    """With one click, until it is done."""
    pane.get_by_role("button", name=f"Save to {record}", exact=True).click(timeout=WAIT_MS)
    saved = pane.locator("affix-saves .save").filter(has_text=record)
    expect(saved).to_have_attribute("data-state", "saved", timeout=WAIT_MS)


def file_everything(place: Place, *people: str) -> None:
    """What fits is saved, from each of these people's own work lists."""
    for person in people:
        signed = Signed(place, person)
        mailbox = signed("GET", "/api/me").json()["mailbox"]
        for message in signed("GET", f"/api/mailboxes/{mailbox['id']}/unfiled?limit=25").json()["unfiled"]:
            if record := message["suggestion"]:
                item = {
                    "id": message["id"],
                    "idFormat": "immutable",
                    "internetMessageId": message["internetMessageId"],
                    "owner": mailbox["address"],
                }
                records = [{name: record[name] for name in ("destination", "type", "id")}]
                signed("POST", "/api/saves", {"item": item, "records": records}).raise_for_status()


def keep(page: Page, name: str) -> None:
    (PICTURES / f"{name}.png").write_bytes(smaller(page.screenshot(animations="disabled", caret="hide")))


def smaller(png: bytes) -> bytes:
    """The same picture without PNG's filters, which are for photographs: flat areas and letters compress better so."""
    chunks, at = [], 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        chunks.append((kind, png[at + 8 : at + 8 + length]))
        at += length + 12
    header = chunks[0][1]
    width, _, depth, colours = struct.unpack(">IIBB", header[:10])
    if (depth, colours) != (8, 2):  # not plain red, green and blue
        return png
    rows = unfiltered(zlib.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT")), width * 3)
    packed = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    kept = [(b"IHDR", header), (b"IDAT", packed), (b"IEND", b"")]
    return png[:8] + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in kept
    )


def unfiltered(filtered: bytes, size: int, pixel: int = 3) -> Iterator[bytes]:
    """The rows of a picture, of `size` bytes each: https://www.w3.org/TR/png-3/#9Filter-types."""
    above = bytes(size)
    for start in range(0, len(filtered), size + 1):
        kind, row = filtered[start], bytearray(filtered[start + 1 : start + 1 + size])
        for at in range(size if kind else 0):
            left, corner = (row[at - pixel], above[at - pixel]) if at >= pixel else (0, 0)
            expected = (left, above[at], (left + above[at]) >> 1, nearest(left, above[at], corner))[kind - 1]
            row[at] = (row[at] + expected) & 255
        above = bytes(row)
        yield above


def nearest(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((left, above, corner), key=lambda each: abs(guess - each))


if __name__ == "__main__":
    main()
