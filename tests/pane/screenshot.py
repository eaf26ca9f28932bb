"""Makes the pictures of the README: Ben saves a message of the shared mailbox, and Ana tries a rule for it on the
administrators' page. `scripts/screenshot` runs this.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.demo import running_demo
from tests.pane.admin import Admin
from tests.pane.conftest import CHROMIUM_FLAGS, Place
from tests.pane.outlook import Outlook
from tests.pane.servers import find_chromium
from tests.pane.stage import Signed

PICTURE = Path(__file__).with_name("screenshot.png")
ADMINISTRATION = Path(__file__).with_name("screenshot-admin.png")
SUPPORT = "support@contoso.example"
SUBJECT = "Display of cabinet 118 arrived cracked"
RECORD = "Cracked display of cabinet 118"
WAIT_MS = 20_000


def main() -> None:
    chromium = find_chromium()
    if chromium is None:
        sys.exit("scripts/screenshot: no Chromium on this machine; CHROMIUM names one in an unusual place")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, sync_playwright() as playwright:
        Path(folder).chmod(0o755)  # the database of a demo run by root has a user of its own
        with running_demo(Path(folder)) as addresses:
            browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
            take_picture(browser.new_page(viewport={"width": 1440, "height": 860}), addresses["outlook"])
            picture_administration(browser.new_page(viewport={"width": 1280, "height": 860}), Place(**addresses))
            browser.close()


def take_picture(page: Page, url: str) -> None:
    """Save the message to a case, and take the picture when Outlook shows the category too."""
    outlook = Outlook(page, url).open("ben")
    outlook.open_mailbox("support")
    outlook.open_message(SUBJECT)
    pane = outlook.pane
    pane.get_by_role("checkbox", name=RECORD).check()
    pane.get_by_role("button", name="Save to 1 record").click()
    expect(pane.locator("affix-saves .save")).to_have_attribute("data-state", "saved", timeout=WAIT_MS)
    expect(page.locator("#reading .subject .chip")).to_have_text("Affix: Saved", timeout=WAIT_MS)
    page.screenshot(path=PICTURE)


def picture_administration(page: Page, place: Place) -> None:
    """A rule for the shared mailbox at its dry run."""
    Signed(place, "ana")("POST", "/api/admin/licenses", {"mailbox": SUPPORT}).raise_for_status()
    admin = Admin(page, place.outlook).open("ana", "matching")
    admin.wait()
    page.get_by_label("Only some").check()
    page.get_by_label(SUPPORT).check()
    for _ in range(3):
        admin.press("Next")
    admin.press("Start the dry run")
    expect(page.get_by_role("region", name=SUPPORT).get_by_role("row").nth(1)).to_be_visible(timeout=WAIT_MS)
    expect(page.locator(".toast")).to_have_count(0, timeout=WAIT_MS)
    page.screenshot(path=ADMINISTRATION)


if __name__ == "__main__":
    main()
