"""How much a save asks of a person: one click with a fitting suggestion, three with a search. The browser counts."""

from typing import cast

from playwright.sync_api import Frame, expect

from tests.pane.conftest import Place
from tests.pane.outlook import Outlook
from tests.pane.test_pane_saving import WAIT_MS, delivered, expect_saved, opened, save_once

SENDER = "Tailspin Service <service@tailspin.example>"


def count_clicks(pane: Frame) -> None:
    """From now on. Only what a person did counts, and a label's click that goes on to its box counts once."""
    pane.evaluate(
        "() => { window.clicks = 0; addEventListener('pointerdown', (e) => { window.clicks += e.isTrusted }, true) }"
    )


def clicks(pane: Frame) -> int:
    return cast(int, pane.evaluate("window.clicks"))


def test_a_fitting_suggestion_is_saved_to_with_one_click(running_demo: Place, affix_outlook: Outlook) -> None:
    subject = delivered(running_demo, "support", "A question about the claim", Cc=SENDER)
    pane = opened(affix_outlook, "ben", "support", subject)
    save_once(pane)
    count_clicks(pane)
    pane.get_by_role("button", name="Save to Tailspin Service").click(timeout=WAIT_MS)
    expect_saved(pane, "Tailspin Service")
    assert clicks(pane) == 1


def test_another_record_is_found_and_saved_to_with_three_clicks(running_demo: Place, affix_outlook: Outlook) -> None:
    subject = delivered(running_demo, "support", "Delivery on Friday")
    pane = opened(affix_outlook, "ben", "support", subject)
    save_once(pane)
    count_clicks(pane)
    search = pane.get_by_role("combobox", name="Search records")
    search.click()
    search.press_sequentially("wingtip log")
    pane.get_by_role("option", name="Wingtip Logistics").click(timeout=WAIT_MS)
    pane.get_by_role("button", name="Save to 1 record").click()
    expect_saved(pane, "Wingtip Logistics")
    assert clicks(pane) == 3
    expect(search).to_have_value("")
