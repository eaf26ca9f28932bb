"""Makes the picture of the README: Ben saves a message of the shared mailbox. `scripts/screenshot` runs this."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.demo import running_demo
from tests.pane.conftest import CHROMIUM_FLAGS
from tests.pane.outlook import Outlook
from tests.pane.servers import find_chromium

PICTURE = Path(__file__).with_name("screenshot.png")
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


if __name__ == "__main__":
    main()
