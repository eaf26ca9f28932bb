"""Past mail from the pane: tried before anything is saved, saved on demand, paused, and undone as one."""

from playwright.sync_api import Frame, Locator, expect

from tests.pane.conftest import Place
from tests.pane.outlook import Outlook
from tests.pane.stage import Correspondent, Signed
from tests.pane.test_pane_autopilot import RECORD, rule_of, started_for, unfold
from tests.pane.test_pane_saving import WAIT_MS, choose, control, expect_saved, opened, press_save, tab_to

READ_MS = 3000


def chosen_for(pane: Frame, address: str) -> None:
    choose(pane, "purchasing", RECORD)
    unfold(pane)
    pane.get_by_role("radio", name=f"Everything from or to {address}").check(timeout=WAIT_MS)


def backfill_of(pane: Frame, address: str) -> Locator:
    return pane.locator("affix-backfills li").filter(has_text=address)


def test_a_dry_run_lists_what_would_be_saved_and_saves_it_too(
    licensed_demo: Place, affix_outlook: Outlook, jo: Correspondent
) -> None:
    subjects = [jo.writes(f"Order {number}") for number in range(3)]
    pane = opened(affix_outlook, "ben", "support", subjects[-1])
    chosen_for(pane, jo.address)
    pane.get_by_role("button", name="Preview").click()
    preview = pane.locator("affix-preview")
    expect(preview.get_by_role("heading")).to_have_text(
        "Would have saved 3 messages of the last 30 days", timeout=WAIT_MS
    )
    for subject in subjects:
        expect(preview).to_contain_text(subject)
    expect(pane.locator("#live")).to_contain_text("Would have saved 3 messages")
    ben = Signed(licensed_demo, "ben")
    assert ben.rules(jo.address) == [], "nothing is started by looking"

    preview.get_by_role("button", name="Save them too").click()
    backfill = backfill_of(pane, jo.address)
    expect(backfill).to_have_attribute("data-state", "done", timeout=WAIT_MS)
    expect(backfill).to_contain_text("3 fit: 3 saved.", timeout=WAIT_MS)
    expect(rule_of(pane, jo.address)).to_have_attribute("data-state", "active")
    expect_saved(pane, RECORD)
    assert set(subjects) <= set(ben.subjects_on(RECORD))


def test_what_was_saved_of_the_past_is_undone_as_one(
    licensed_demo: Place, affix_outlook: Outlook, jo: Correspondent
) -> None:
    subjects = [jo.writes(f"Too much {number}") for number in range(2)]
    pane = opened(affix_outlook, "ben", "support", subjects[-1])
    chosen_for(pane, jo.address)
    pane.get_by_role("button", name="More options").click()
    pane.get_by_role("checkbox", name="Also save what came before").check()
    pane.get_by_role("button", name="Start Autopilot").click()
    backfill = backfill_of(pane, jo.address)
    expect(backfill).to_contain_text("2 fit: 2 saved.", timeout=WAIT_MS)
    backfill.get_by_role("button", name="Undo all").click()
    expect(backfill).to_contain_text("Take all 2 messages off the record again?")
    expect(backfill.get_by_role("button", name="Keep")).to_be_focused()
    backfill.get_by_role("button", name="Yes, undo all").click()
    expect(backfill).to_have_attribute("data-state", "undone", timeout=WAIT_MS)
    expect(backfill).to_contain_text("2 messages were taken off the record.")
    assert not set(subjects) & set(Signed(licensed_demo, "ben").subjects_on(RECORD))


def test_it_is_paused_shown_again_at_another_message_and_resumed(
    licensed_demo: Place, affix_outlook: Outlook, jo: Correspondent
) -> None:
    first, other = jo.writes("While it goes on"), jo.writes("Somewhere else")
    pane = opened(affix_outlook, "ben", "support", first)
    rule = started_for(pane, jo.address)
    rule.get_by_role("button", name="Past mail").click()
    expect(rule.locator("affix-preview")).to_contain_text("Would have saved 2 messages", timeout=WAIT_MS)
    slow = {"service": "graph", "method": "GET", "path": "/v1.0/users/*/messages", "delay_ms": READ_MS}
    control(licensed_demo, "POST", "faults", slow)
    try:
        rule.get_by_role("button", name="Save them too").click()
        backfill_of(pane, jo.address).get_by_role("button", name="Pause").click(timeout=WAIT_MS)
        expect(backfill_of(pane, jo.address)).to_have_attribute("data-state", "paused", timeout=WAIT_MS)
    finally:
        control(licensed_demo, "DELETE", "faults")
    affix_outlook.open_message(other)
    expect(pane.locator("affix-message .subject")).to_have_text(other, timeout=WAIT_MS)
    backfill = backfill_of(pane, jo.address)
    expect(backfill).to_contain_text("Past mail is paused")
    backfill.get_by_role("button", name="Resume").click()
    expect(backfill).to_contain_text("2 fit: 2 saved.", timeout=WAIT_MS)


def test_what_is_saved_already_is_said_in_a_dry_run(affix_outlook: Outlook, jo: Correspondent) -> None:
    pane = opened(affix_outlook, "ben", "support", jo.writes("On the record"))
    choose(pane, "purchasing", RECORD)
    press_save(pane)
    expect_saved(pane, RECORD)
    unfold(pane)
    pane.get_by_role("radio", name=jo.address).check(timeout=WAIT_MS)
    pane.get_by_role("button", name="Preview").click()
    expect(pane.locator("affix-preview")).to_contain_text("1 is saved already.", timeout=WAIT_MS)
    pane.get_by_role("button", name="Close").click()
    expect(pane.locator("affix-preview")).to_have_count(0)


def test_a_dry_run_that_cannot_be_made_says_so_and_can_be_tried_again(
    licensed_demo: Place, affix_outlook: Outlook, jo: Correspondent
) -> None:
    pane = opened(affix_outlook, "ben", "support", jo.writes("In vain"))
    chosen_for(pane, jo.address)
    control(licensed_demo, "POST", "faults", {"service": "graph", "path": "/v1.0/users/*/messages", "status": 500})
    try:
        pane.get_by_role("button", name="Preview").click()
        preview = pane.locator("affix-preview")
        expect(preview.get_by_role("alert")).to_contain_text("Microsoft 365", timeout=2 * WAIT_MS)
    finally:
        control(licensed_demo, "DELETE", "faults")
    preview.get_by_role("button", name="Try again").click()
    expect(preview).to_contain_text("Would have saved 1 message", timeout=WAIT_MS)


def test_a_dry_run_is_asked_for_with_the_keyboard_alone(affix_outlook: Outlook, jo: Correspondent) -> None:
    pane = opened(affix_outlook, "ben", "support", jo.writes("Keys only"))
    choose(pane, "purchasing", RECORD)
    keyboard = affix_outlook.page.keyboard
    pane.get_by_role("checkbox", name=RECORD).focus()
    for place, key in (("tab-autopilot", "Enter"), ("more-options", "Enter"), ("preview", "Enter")):
        tab_to(affix_outlook, pane, place, backwards=place == "tab-autopilot")
        keyboard.press(key)
    expect(pane.locator("affix-preview")).to_contain_text("Would have saved", timeout=WAIT_MS)
    assert pane.evaluate("document.activeElement.id") == "preview", "the focus was lost on the way"
    keyboard.press("Tab")
    assert pane.evaluate("document.activeElement.closest('affix-preview') !== null")
