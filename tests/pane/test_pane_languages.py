"""The pane in each of its languages: at 300 pixels nothing is cut off, and axe-core finds nothing wrong."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Frame, expect

from tests.pane.axe import violations
from tests.pane.conftest import Place
from tests.pane.outlook import Outlook
from tests.pane.test_pane_saving import WAIT_MS, delivered

NARROW = "#pane { flex: 0 0 300px !important; width: 300px !important; min-width: 300px !important }"
# Words that do not fit in their place. Subjects and names come from mail and records, and may end in an ellipsis.
CUT_OFF = """() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
  const found = wide > 0 ? [`the page is ${wide} px too wide`] : [];
  const pen = document.createElement("canvas").getContext("2d");
  for (const each of document.querySelectorAll("button, select, label, p, h1, h2, h3, legend, summary, th, td")) {
    const box = each.getBoundingClientRect();
    if (!box.width || each.closest(".hidden-text, [hidden], .subject, .save-subject, .line-title")) continue;
    const style = getComputedStyle(each);
    if (box.right > innerWidth + 1 || box.left < -1) found.push(`outside: ${each.outerHTML.slice(0, 120)}`);
    if (each.scrollWidth > each.clientWidth + 1 && style.overflowX !== "visible" && each.tagName !== "SELECT")
      found.push(`cut: ${each.outerHTML.slice(0, 120)}`);
    if (each.tagName === "SELECT") {
      pen.font = style.font;
      const words = each.selectedOptions[0]?.textContent ?? "";
      const room = each.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 16;
      if (pen.measureText(words).width > room + 4 && !each.dataset.mail) found.push(`cut: ${words}`);
    }
  }
  return found;
}"""
# Each language in another look, so that one walk shows both.
WALKS = [
    ("en-US", "light", "Save once"),
    ("de-DE", "dark", "Einmal speichern"),
    ("fr-FR", "contrast", "Une seule fois"),
    ("es-ES", "forced colours", "Guardar una vez"),
    ("ja-JP", "light", "1 回保存"),
    ("ar-SA", "dark", "Save once"),  # not spoken: English, in a window that runs from right to left
]


@pytest.fixture(scope="module")
def subject(running_demo: Place) -> str:
    return delivered(running_demo, "support", "Measurements", Reply_To="service@tailspin.example")


def screens(outlook: Outlook, subject: str) -> Iterator[tuple[str, Frame]]:
    """The pane on each of its screens, by its name, with what can be unfolded there unfolded."""
    pane = outlook.pane
    expect(pane.locator("affix-welcome")).to_be_visible(timeout=WAIT_MS)
    yield "welcome", pane
    pane.locator("#open-work").click()
    expect(pane.locator("affix-worklist li, affix-work-list li").first).to_be_visible(timeout=WAIT_MS)
    yield "work list", pane
    outlook.open_message(subject)
    expect(pane.locator("affix-message .subject")).to_have_text(subject, timeout=WAIT_MS)
    pane.locator("#tab-save").click()
    pane.locator("#create").click()
    yield "save once", pane
    pane.locator("affix-records [type=checkbox]").first.check()
    pane.locator("#tab-autopilot").click()
    pane.locator("#more-options").click()
    yield "autopilot", pane
    pane.locator("#open-activity").click()
    expect(pane.locator("#close-activity")).to_be_visible(timeout=WAIT_MS)
    yield "activity", pane


@pytest.mark.parametrize(("tag", "look", "save_once"), WALKS, ids=[f"{tag} {look}" for tag, look, _ in WALKS])
def test_at_300_pixels_nothing_is_cut_off_and_nobody_is_shut_out(
    tag: str, look: str, save_once: str, affix_outlook: Outlook, subject: str
) -> None:
    is_forced = look == "forced colours"
    if is_forced:
        affix_outlook.page.emulate_media(forced_colors="active")
    affix_outlook.open("ben", language=tag, theme="light" if is_forced else look, mailbox="support@contoso.example")
    affix_outlook.page.add_style_tag(content=NARROW)
    wrong = {}
    for name, pane in screens(affix_outlook, subject):
        assert pane.evaluate("document.documentElement.clientWidth") <= 300
        wrong[name] = pane.evaluate(CUT_OFF) + violations(pane)
        if name == "save once":
            expect(pane.locator("#tab-save")).to_have_text(save_once)
    assert {name: found for name, found in wrong.items() if found} == {}
    page = pane.locator("html")
    expect(page).to_have_attribute("lang", "en" if tag == "ar-SA" else tag[:2])
    expect(page).to_have_attribute("dir", "rtl" if tag == "ar-SA" else "ltr")
