"""Autopilot from the pane: rules are started beside a message, and later mail is saved without anybody's doing."""

import re
from collections.abc import Callable
from time import monotonic

from playwright.sync_api import Frame, Locator, expect

from tests.pane.conftest import Place
from tests.pane.outlook import Outlook
from tests.pane.stage import Correspondent, Signed
from tests.pane.test_pane_saving import COLLEAGUE, MINE, WAIT_MS, choose, expect_saved, opened, press_save, tab_to

NOTICED_MS = 30_000  # the demo looks at its mailboxes every two seconds, and rings for them every five
RECORD = "Adatum Purchasing"


def section(pane: Frame) -> Locator:
    return pane.locator(".ways")


def rule_of(pane: Frame, words: str) -> Locator:
    return pane.locator("affix-rules .rule").filter(has_text=words)


def unfold(pane: Frame) -> None:
    pane.get_by_role("tab", name="Autopilot").click(timeout=WAIT_MS)


def start(pane: Frame, offer: str) -> None:
    unfold(pane)
    pane.get_by_role("radio", name=offer).check(timeout=WAIT_MS)
    pane.get_by_role("button", name="Start Autopilot").click()


def started_for(pane: Frame, address: str) -> Locator:
    """Choose the record, start Autopilot for the address, and wait until the rule is listed."""
    choose(pane, "purchasing", RECORD)
    start(pane, f"Everything from or to {address}")
    rule = rule_of(pane, address)
    expect(rule).to_have_attribute("data-state", "active", timeout=WAIT_MS)
    return rule


def wait_until_saved(outlook: Outlook, person: Signed, subject: str) -> None:
    deadline = monotonic() + NOTICED_MS / 1000
    while subject not in person.subjects_on(RECORD):
        assert monotonic() < deadline, f"{subject} was not saved within {NOTICED_MS / 1000:.0f} s"
        outlook.page.wait_for_timeout(200)


# Starting


def test_new_mail_of_an_address_is_saved_by_itself_and_says_so(
    licensed_demo: Place, affix_outlook: Outlook, jo: Correspondent
) -> None:
    first = jo.writes("A first question")
    pane = opened(affix_outlook, "ben", "support", first)
    rule = started_for(pane, jo.address)
    expect(rule).to_have_class(MINE)
    expect(rule).to_contain_text("You · Running")
    expect(rule).to_contain_text(RECORD)
    expect(pane.locator("#live")).to_contain_text("Autopilot started")

    second = jo.writes("A second question")
    wait_until_saved(affix_outlook, Signed(licensed_demo, "ben"), second)
    affix_outlook.open_message(second)
    expect(pane.locator("affix-message .subject")).to_have_text(second, timeout=WAIT_MS)
    save = expect_saved(pane, RECORD)
    expect(save).to_contain_text("Autopilot: address")
    expect(pane.locator("affix-saves")).to_contain_text("It is from or to an address whose mail is being saved.")
    expect(rule_of(pane, jo.address)).to_be_visible()
    assert first not in Signed(licensed_demo, "ben").subjects_on(RECORD), "mail from before the rule stays out"


def test_answers_in_a_conversation_are_saved_by_themselves(
    licensed_demo: Place, affix_outlook: Outlook, jo: Correspondent
) -> None:
    first = jo.writes("A long story")
    pane = opened(affix_outlook, "ben", "support", first)
    choose(pane, "purchasing", RECORD)
    press_save(pane)
    expect_saved(pane, RECORD)
    start(pane, "This conversation")
    expect(rule_of(pane, first)).to_have_attribute("data-kind", "conversation", timeout=WAIT_MS)
    other, answer = jo.writes("Another story"), jo.writes("Re: the story", answers=first)
    wait_until_saved(affix_outlook, Signed(licensed_demo, "ben"), answer)
    affix_outlook.open_message(answer)
    expect(pane.locator("affix-message .subject")).to_have_text(answer, timeout=WAIT_MS)
    expect(expect_saved(pane, RECORD)).to_contain_text("Autopilot: conversation")
    assert other not in Signed(licensed_demo, "ben").subjects_on(RECORD)


def test_it_says_that_a_record_comes_first(jo: Correspondent, affix_outlook: Outlook) -> None:
    pane = opened(affix_outlook, "ben", "support", jo.writes("Where to"))
    rule = started_for(pane, jo.address)
    rule.get_by_role("button", name="Pause").click()
    expect(rule).to_have_attribute("data-state", "paused", timeout=WAIT_MS)
    subject = jo.writes("Where to, again")
    affix_outlook.open_message(subject)
    expect(pane.locator("affix-message .subject")).to_have_text(subject, timeout=WAIT_MS)
    pane.get_by_role("button", name="Keep saving something else").click()
    expect(section(pane).get_by_text("Choose a record above first.")).to_be_visible()
    expect(pane.get_by_role("button", name="Start Autopilot")).to_have_attribute("aria-disabled", "true")


def test_autopilot_is_started_with_the_keyboard_alone(affix_outlook: Outlook, jo: Correspondent) -> None:
    pane = opened(affix_outlook, "ben", "support", jo.writes("Without a mouse"))
    choose(pane, "purchasing", RECORD)
    keyboard = affix_outlook.page.keyboard
    pane.get_by_role("checkbox", name=RECORD).focus()
    tab_to(affix_outlook, pane, "tab-autopilot", backwards=True)
    keyboard.press("Enter")
    tab_to(affix_outlook, pane, "kind-conversation")
    keyboard.press("ArrowDown")
    expect(pane.get_by_role("radio", name=jo.address)).to_be_checked()
    tab_to(affix_outlook, pane, "start-autopilot")
    keyboard.press("Enter")
    expect(rule_of(pane, jo.address)).to_have_attribute("data-state", "active", timeout=WAIT_MS)
    assert pane.evaluate("document.activeElement !== document.body"), "the focus was lost on the way"


# Afterwards


def test_a_colleague_sees_whose_rule_it_is_and_cannot_remove_it(
    licensed_demo: Place, new_outlook: Callable[[str], Outlook], jo: Correspondent
) -> None:
    subject = jo.writes("For the whole team")
    started_for(opened(new_outlook(licensed_demo.outlook), "ben", "support", subject), jo.address)
    pane = opened(new_outlook(licensed_demo.outlook), "ana", "support", subject)
    unfold(pane)
    rule = rule_of(pane, jo.address)
    expect(rule).to_have_class(COLLEAGUE, timeout=WAIT_MS)
    expect(rule).to_contain_text(re.compile(r"Ben.* · Running"))
    expect(rule).to_contain_text(re.compile(r"Only Ben.* can remove this"))
    expect(rule.get_by_role("button", name="Remove")).to_have_count(0)


def test_an_administrator_takes_a_rule_over_and_may_then_remove_it(
    licensed_demo: Place, new_outlook: Callable[[str], Outlook], jo: Correspondent
) -> None:
    subject = jo.writes("Ben is leaving")
    started_for(opened(new_outlook(licensed_demo.outlook), "ben", "support", subject), jo.address)
    pane = opened(new_outlook(licensed_demo.outlook), "ana", "support", subject)
    unfold(pane)
    rule = rule_of(pane, jo.address)
    rule.get_by_role("button", name="Take over").click(timeout=WAIT_MS)
    expect(rule).to_have_class(MINE, timeout=WAIT_MS)
    expect(rule).to_contain_text("You, taken over from Ben")
    rule.get_by_role("button", name="Remove").click()
    expect(rule).to_have_count(0, timeout=WAIT_MS)


def test_a_rule_is_paused_resumed_and_removed(affix_outlook: Outlook, jo: Correspondent) -> None:
    pane = opened(affix_outlook, "ben", "support", jo.writes("Now and then"))
    rule = started_for(pane, jo.address)
    rule.get_by_role("button", name="Pause").click()
    expect(rule).to_have_attribute("data-state", "paused", timeout=WAIT_MS)
    expect(rule).to_contain_text("You · Paused")
    rule.get_by_role("button", name="Resume").click()
    expect(rule).to_have_attribute("data-state", "active", timeout=WAIT_MS)
    rule.get_by_role("button", name="Remove").click()
    expect(rule).to_have_count(0, timeout=WAIT_MS)
    expect(pane.locator("#live")).to_contain_text("Removed")


def test_without_a_message_the_rules_of_all_my_mailboxes_are_listed(affix_outlook: Outlook, jo: Correspondent) -> None:
    pane = opened(affix_outlook, "ben", "support", jo.writes("Seen at the start"))
    started_for(pane, jo.address)
    affix_outlook.select_nothing()
    rule = rule_of(pane, jo.address)
    expect(rule).to_contain_text("You · Running", timeout=WAIT_MS)
    expect(rule).to_contain_text("support@contoso.example")


def test_more_than_five_rules_are_folded(licensed_demo: Place, affix_outlook: Outlook) -> None:
    ben = Signed(licensed_demo, "ben")
    found = ben("GET", f"/api/records?q={RECORD}").json()["records"][0]
    record = {name: found[name] for name in ("destination", "type", "id")}
    asked = {"kind": "address", "mailbox": "ben@contoso.example", "record": record}
    addresses = [Correspondent(licensed_demo, "ben").address for _ in range(6)]
    for address in addresses:
        ben("POST", "/api/rules", {**asked, "value": address}).raise_for_status()
    affix_outlook.open("ben")
    rules = affix_outlook.pane.locator("affix-welcome .rule")
    expect(rules).to_have_count(5, timeout=WAIT_MS)
    affix_outlook.pane.locator("affix-rules").get_by_role("button", name="Show all").click()
    for address in addresses:
        expect(rules.filter(has_text=address)).to_be_visible()


# Without a licence


def test_without_a_licence_it_gives_a_text_for_the_administrator_and_saving_works(
    running_demo: Place, affix_outlook: Outlook
) -> None:
    jo = Correspondent(running_demo, "sales")
    pane = opened(affix_outlook, "ana", "sales", jo.writes("A new customer"))
    choose(pane, "purchasing", RECORD)
    start(pane, f"Everything from or to {jo.address}")
    request = pane.locator("affix-request")
    expect(request).to_contain_text("licence for sales@contoso.example", timeout=WAIT_MS)
    text = pane.get_by_label("Send this to your administrator")
    expect(text).to_have_value(re.compile("Please assign .*sales@contoso.example"))
    request.get_by_role("button", name="Copy").click()
    expect(request).to_contain_text("Copied.")
    press_save(pane)
    expect_saved(pane, RECORD)


def test_an_administrator_assigns_the_licence_beside_the_message_and_autopilot_starts(
    running_demo: Place, affix_outlook: Outlook
) -> None:
    jo, ana = Correspondent(running_demo, "sales"), Signed(running_demo, "ana")
    pane = opened(affix_outlook, "ana", "sales", jo.writes("A customer worth keeping"))
    choose(pane, "purchasing", RECORD)
    start(pane, f"Everything from or to {jo.address}")
    pane.locator("affix-request").get_by_role("button", name="Assign a licence").click(timeout=WAIT_MS)
    expect(rule_of(pane, jo.address)).to_have_attribute("data-state", "active", timeout=WAIT_MS)
    [license] = [one for one in ana("GET", "/api/admin/licenses").json()["licenses"] if one["mailbox"] == jo.mailbox]
    ana("DELETE", f"/api/admin/licenses/{license['id']}").raise_for_status()
