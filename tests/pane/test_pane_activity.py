"""Activity in the pane: what was saved or not and why, trying again, and the mail that waits for somebody's review."""

from time import monotonic
from uuid import uuid4

from playwright.sync_api import Frame, Locator, expect

from tests.pane.conftest import Place
from tests.pane.outlook import Outlook
from tests.pane.stage import Correspondent, Signed
from tests.pane.test_pane_autopilot import NOTICED_MS, RECORD
from tests.pane.test_pane_rules import rule_that_matches
from tests.pane.test_pane_saving import WAIT_MS, choose, control, delivered, opened, press_save, save_of

SUPPORT = "support@contoso.example"
A_PAGE = 25


def activity(pane: Frame) -> None:
    pane.get_by_role("button", name="Activity").first.click(timeout=WAIT_MS)
    expect(pane.get_by_role("heading", name="Activity")).to_be_visible(timeout=WAIT_MS)


def line_of(pane: Frame, words: str) -> Locator:
    return pane.locator("affix-lines li").filter(has_text=words)


def stranger(place: Place, mailbox: str = "support") -> Correspondent:
    """Somebody of whom there is no record."""
    found = Correspondent(place, mailbox)
    found.address = f"jo-{uuid4().hex[:8]}@unknown.example"
    return found


def wait_until_seen(outlook: Outlook, person: Signed, mailbox: str, count: int, subject: str) -> None:
    """Autopilot has seen so many messages with these words in their subject."""
    deadline = monotonic() + NOTICED_MS / 1000
    path = f"/api/activity?kind=autopilot&mailbox={mailbox}&limit=100"
    while sum(subject in line["subject"] for line in person("GET", path).json()["activity"]) < count:
        assert monotonic() < deadline, f"{subject} was not seen within {NOTICED_MS / 1000:.0f} s"
        outlook.page.wait_for_timeout(200)


def test_mail_that_nobody_matched_is_saved_from_the_review_list_or_dismissed(
    licensed_demo: Place, affix_outlook: Outlook
) -> None:
    ben, jo = Signed(licensed_demo, "ben"), stranger(licensed_demo)
    with rule_that_matches(licensed_demo, mailbox=SUPPORT, options={"unmatched": "review"}):
        kept, left = jo.writes("A new customer"), jo.writes("An advertisement")
        for subject in (kept, left):
            wait_until_seen(affix_outlook, ben, SUPPORT, 1, subject)
        pane = affix_outlook.open("ben").pane
        activity(pane)
        pane.get_by_label("State").select_option("For review")
        expect(line_of(pane, left)).to_contain_text("Nobody on it was found among the records", timeout=WAIT_MS)
        line_of(pane, left).get_by_role("button", name="Dismiss").click()
        expect(line_of(pane, left)).to_have_attribute("data-state", "skipped", timeout=WAIT_MS)

        line_of(pane, kept).get_by_role("button", name="Save to").click()
        pane.get_by_role("combobox", name="Save to which record?").fill("purchasing")
        pane.locator("[role=option]").filter(has_text=RECORD).click(timeout=WAIT_MS)
        expect(line_of(pane, kept)).to_have_attribute("data-state", "saved", timeout=WAIT_MS)
        assert kept in ben.subjects_on(RECORD)
        pane.get_by_role("button", name="Refresh").click()
        expect(line_of(pane, kept)).to_have_count(0, timeout=WAIT_MS)


def test_what_was_left_out_says_why(licensed_demo: Place, affix_outlook: Outlook) -> None:
    ben, jo = Signed(licensed_demo, "ben"), stranger(licensed_demo)
    wanted = {"kind": "address", "mailbox": SUPPORT, "value": jo.address, "record": ben.record_named(RECORD)}
    rule = ben("POST", "/api/rules", wanted).json()
    ben("PATCH", f"/api/rules/{rule['id']}", {"state": "paused"}).raise_for_status()
    other = ben("POST", "/api/rules", {**wanted, "value": f"other-{jo.address}"}).json()
    subject = jo.writes("While the rule rests")
    wait_until_seen(affix_outlook, ben, SUPPORT, 1, subject)
    pane = opened(affix_outlook, "ben", "support", subject)
    activity(pane)
    line = line_of(pane, subject)
    expect(line).to_contain_text("Left out", timeout=WAIT_MS)
    expect(line).to_contain_text("paused")
    expect(line).to_contain_text(jo.address)
    for each in (rule, other):
        ben("DELETE", f"/api/rules/{each['id']}").raise_for_status()


def test_what_failed_says_why_and_all_of_it_is_tried_again(licensed_demo: Place, affix_outlook: Outlook) -> None:
    subject = delivered(licensed_demo, "cleo", "Refused at first")
    pane = opened(affix_outlook, "cleo", "cleo", subject)
    refused = {"service": "graph", "path": "/v1.0/users/*/messages/*/$value", "status": 403}
    control(licensed_demo, "POST", "faults", refused)
    try:
        choose(pane, "purchasing", RECORD)
        press_save(pane)
        expect(save_of(pane, RECORD)).to_have_attribute("data-state", "failed", timeout=WAIT_MS)
    finally:
        control(licensed_demo, "DELETE", "faults")
    activity(pane)
    pane.get_by_label("State").select_option("Not saved: failed")
    line = line_of(pane, subject)
    expect(line).to_have_attribute("data-state", "failed", timeout=WAIT_MS)
    expect(line.locator(".save-reason")).not_to_be_empty()
    pane.get_by_role("button", name="Retry all (1)").click()
    expect(pane.locator("#live")).to_have_text("Trying 1 again", timeout=WAIT_MS)
    expect(line).to_have_count(0)
    pane.get_by_label("State").select_option("Saved")
    expect(line_of(pane, subject).first).to_contain_text(f"Saved · {RECORD}", timeout=WAIT_MS)
    expect(pane.get_by_role("button", name="Retry all")).to_have_count(0)


def test_one_failed_save_is_tried_again_by_itself(licensed_demo: Place, affix_outlook: Outlook) -> None:
    subject = delivered(licensed_demo, "cleo", "Refused once")
    pane = opened(affix_outlook, "cleo", "cleo", subject)
    refused = {"service": "graph", "path": "/v1.0/users/*/messages/*/$value", "status": 403}
    control(licensed_demo, "POST", "faults", refused)
    try:
        choose(pane, "legal", "Adatum Legal")
        press_save(pane)
        expect(save_of(pane, "Adatum Legal")).to_have_attribute("data-state", "failed", timeout=WAIT_MS)
    finally:
        control(licensed_demo, "DELETE", "faults")
    activity(pane)
    line = line_of(pane, subject)
    line.get_by_role("button", name="Retry").click(timeout=WAIT_MS)
    expect(line).to_have_attribute("data-state", "saved", timeout=WAIT_MS)
    expect(line.get_by_role("button", name="Retry")).to_have_count(0)


def test_the_list_is_filtered_and_goes_on_page_by_page(licensed_demo: Place, affix_outlook: Outlook) -> None:
    ben, jo = Signed(licensed_demo, "ben"), stranger(licensed_demo, "ben")
    wanted = {"kind": "address", "mailbox": jo.mailbox, "value": jo.address, "record": ben.record_named(RECORD)}
    rule = ben("POST", "/api/rules", wanted).json()
    words = f"Many {uuid4().hex[:8]}"
    for number in range(A_PAGE + 5):
        jo.writes(f"{words} {number}")
    wait_until_seen(affix_outlook, ben, jo.mailbox, A_PAGE + 5, words)
    pane = affix_outlook.open("ben").pane
    activity(pane)
    lines = pane.locator("affix-lines li")
    expect(lines).to_have_count(A_PAGE, timeout=WAIT_MS)
    pane.get_by_role("button", name="More filters").click()
    pane.get_by_label("Mailbox", exact=True).select_option(jo.mailbox)
    pane.get_by_label("Kind").select_option("Autopilot")
    expect(line_of(pane, words)).to_have_count(A_PAGE, timeout=WAIT_MS)
    pane.get_by_role("button", name="More", exact=True).click()
    expect(line_of(pane, words)).to_have_count(A_PAGE + 5, timeout=WAIT_MS)

    pane.get_by_label("Kind").select_option("Rules")
    expect(line_of(pane, words)).to_have_count(0, timeout=WAIT_MS)
    expect(line_of(pane, jo.address)).to_contain_text("You started this rule.")
    pane.get_by_label("To", exact=True).fill("2020-01-31")
    expect(pane.get_by_text("Nothing happened yet")).to_be_visible(timeout=WAIT_MS)
    ben("DELETE", f"/api/rules/{rule['id']}").raise_for_status()


def test_another_message_leaves_the_list_and_back_leads_to_where_one_was(
    licensed_demo: Place, affix_outlook: Outlook
) -> None:
    first, second = (delivered(licensed_demo, "ben", words) for words in ("To come back to", "To look at"))
    pane = opened(affix_outlook, "ben", "ben", first)
    keyboard = affix_outlook.page.keyboard
    pane.get_by_role("button", name="Activity").focus()
    keyboard.press("Enter")
    expect(pane.get_by_role("button", name="Back")).to_be_focused(timeout=WAIT_MS)
    keyboard.press("Enter")
    expect(pane.locator("affix-message .subject")).to_have_text(first)
    expect(pane.get_by_role("button", name="Activity")).to_be_focused()
    keyboard.press("Enter")
    affix_outlook.open_message(second)
    expect(pane.locator("affix-message .subject")).to_have_text(second, timeout=WAIT_MS)


def test_a_list_that_cannot_be_read_says_so_and_can_be_asked_for_again(
    licensed_demo: Place, affix_outlook: Outlook
) -> None:
    pane = affix_outlook.open("ben").pane
    expect(pane.locator("affix-welcome")).to_be_visible(timeout=WAIT_MS)
    affix_outlook.page.route("**/api/activity?*", lambda route: route.abort())
    activity(pane)
    problem = pane.locator("affix-problem")
    expect(problem).to_contain_text("Affix cannot be reached", timeout=WAIT_MS)
    affix_outlook.page.unroute("**/api/activity?*")
    problem.get_by_role("button", name="Try again").click()
    expect(pane.locator("affix-lines")).to_be_visible(timeout=WAIT_MS)
    expect(problem).to_have_count(0)
