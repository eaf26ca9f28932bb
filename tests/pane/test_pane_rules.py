"""Rules from the pane: on what terms they start, and what everybody sees of them and of the mailbox they work in."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import pytest
from playwright.sync_api import Frame, Locator, expect

from tests.launching import until
from tests.pane.conftest import Place
from tests.pane.outlook import Outlook
from tests.pane.stage import Correspondent, Signed
from tests.pane.test_pane_autopilot import NOTICED_MS, RECORD, rule_of, section, unfold
from tests.pane.test_pane_saving import WAIT_MS, choose, control, delivered, opened

SALES = "sales@contoso.example"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def licensed_sales(licensed_demo: Place) -> Iterator[Place]:
    """sales@ has a licence, and Mallory may read it, for this test alone."""
    ana = Signed(licensed_demo, "ana")
    license = ana("POST", "/api/admin/licenses", {"mailbox": SALES}).json()
    right = {"person": "mallory", "mailbox": "sales"}
    control(licensed_demo, "POST", "world", {"rights": [{**right, "right": "full"}]})
    yield licensed_demo
    control(licensed_demo, "POST", "world", {"rights": [{**right, "right": "none"}]})
    taken = ana("DELETE", f"/api/admin/licenses/{license['id']}")
    assert taken.status_code in (200, 404), "the test may have taken it away itself"


@contextmanager
def rule_that_matches(place: Place, **terms: object) -> Iterator[None]:
    """Ana's, while the block runs."""
    ana = Signed(place, "ana")
    made = ana("POST", "/api/rules", {"kind": "match", **terms})
    made.raise_for_status()
    try:
        yield
    finally:
        ana("DELETE", f"/api/rules/{made.json()['id']}").raise_for_status()


def refreshed_until(outlook: Outlook, pane: Frame, shown: Locator, words: re.Pattern[str]) -> None:
    """Presses Refresh as a person would, until the words are there."""
    deadline = monotonic() + NOTICED_MS / 1000
    while not any(words.search(text) for text in shown.all_inner_texts()):
        assert monotonic() < deadline, f"{words.pattern} is not in {shown.all_inner_texts()}"
        pane.get_by_role("button", name="Refresh").click()
        outlook.page.wait_for_timeout(500)


# Starting


def test_a_rule_starts_for_one_of_the_people_in_all_mailboxes_and_on_its_terms(
    licensed_demo: Place, affix_outlook: Outlook, jo: Correspondent
) -> None:
    other = f"kim-{jo.address}"
    cc = f"{other}, Ana <ana@contoso.example>"
    subject = delivered(licensed_demo, "support", "To several people", Cc=cc, Reply_To=jo.address)
    pane = opened(affix_outlook, "ben", "support", subject)
    choose(pane, "purchasing", RECORD)
    unfold(pane)
    pane.get_by_role("radio", name="Everything from or to").check(timeout=WAIT_MS)
    whose = pane.get_by_label("Whose mail?")
    assert whose.locator("option").all_inner_texts() == ["purchasing@northwind.example", other, "ana@contoso.example"]
    whose.select_option(other)
    pane.get_by_label("Where").select_option("In all my mailboxes")
    pane.get_by_role("button", name="More options").click()
    pane.get_by_label("Attachments").select_option("None")
    pane.get_by_role("checkbox", name="Also private mail").check()
    pane.get_by_role("checkbox", name="Also mail inside the organisation").check()
    pane.get_by_role("button", name="Start Autopilot").click()
    expect(rule_of(pane, other)).to_contain_text("In all my mailboxes", timeout=WAIT_MS)
    [rule] = Signed(licensed_demo, "ben").rules(other)
    terms = {name: rule[name] for name in ("scope", "attachments", "privateToo", "internalToo", "mailbox")}
    assert terms == {
        "scope": "everywhere",
        "attachments": "none",
        "privateToo": True,
        "internalToo": True,
        "mailbox": None,
    }


# What is seen of rules


def test_a_rule_for_everywhere_names_the_mailboxes_without_a_licence(
    licensed_demo: Place, affix_outlook: Outlook, jo: Correspondent
) -> None:
    ben = Signed(licensed_demo, "ben")
    pane = opened(affix_outlook, "ben", "cleo", delivered(licensed_demo, "cleo", "A mailbox without a licence"))
    wanted = {"kind": "address", "scope": "everywhere", "value": jo.address, "record": ben.record_named(RECORD)}
    ben("POST", "/api/rules", wanted).raise_for_status()
    affix_outlook.select_nothing()
    rule = rule_of(pane, jo.address)
    expect(rule).to_contain_text("In all my mailboxes", timeout=WAIT_MS)
    expect(rule).to_contain_text(re.compile("No licence, so it rests there: .*cleo@contoso.example"))


def test_a_rule_of_the_organisation_is_shown_with_its_maker_and_cannot_be_changed(
    licensed_demo: Place, affix_outlook: Outlook, jo: Correspondent
) -> None:
    with rule_that_matches(licensed_demo, scope="everywhere", options={"unmatched": "review"}):
        pane = opened(affix_outlook, "ben", "support", jo.writes("From anybody"))
        unfold(pane)
        rule = rule_of(pane, "people with a record")
        expect(rule).to_contain_text("Organisation-wide", timeout=WAIT_MS)
        expect(rule).to_contain_text(re.compile(r"made by Ana.*Only administrators of Affix change it"))
        expect(rule).to_contain_text("kept for review")
        expect(rule.get_by_role("button")).to_have_count(0)


def test_a_rule_that_stopped_says_why_and_an_administrator_takes_it_over(
    licensed_sales: Place, new_outlook: Callable[[str], Outlook]
) -> None:
    jo, mallory = Correspondent(licensed_sales, "sales"), Signed(licensed_sales, "mallory")
    subject = jo.writes("Before she left")
    opened(new_outlook(licensed_sales.outlook), "mallory", "sales", subject)
    wanted = {"kind": "address", "mailbox": SALES, "value": jo.address, "record": mallory.record_named(RECORD)}
    mallory("POST", "/api/rules", wanted).raise_for_status()
    gone = {"rights": [{"person": "mallory", "mailbox": "sales", "right": "none"}]}
    control(licensed_sales, "POST", "world", gone)
    jo.writes("After she left")
    outlook = new_outlook(licensed_sales.outlook)
    pane = opened(outlook, "ana", "sales", subject)
    unfold(pane)
    refreshed_until(outlook, pane, rule_of(pane, jo.address), re.compile("Stopped"))
    rule = rule_of(pane, jo.address)
    expect(rule).to_contain_text(re.compile("Mallory.*An administrator can take it over"))
    rule.get_by_role("button", name="Take over").click()
    expect(rule).to_contain_text("You, taken over from Mallory", timeout=WAIT_MS)
    expect(rule).to_have_attribute("data-state", "active")
    rule.get_by_role("button", name="Remove").click()
    expect(rule).to_have_count(0, timeout=WAIT_MS)


# How the mailbox is watched


def without_rules(place: Place, *people: str) -> None:
    """No rule of these is left by another test, by whose right mailboxes would be read as well."""
    for name in people:
        person = Signed(place, name)
        for rule in person.rules(""):
            person("DELETE", f"/api/rules/{rule['id']}")  # those of others stay


def test_a_lost_connection_is_told_with_what_to_do_and_the_gap_is_caught_up(
    licensed_sales: Place, new_outlook: Callable[[str], Outlook]
) -> None:
    without_rules(licensed_sales, "ana", "mallory")
    jo, mallory = Correspondent(licensed_sales, "sales"), Signed(licensed_sales, "mallory")
    subject = jo.writes("All is well")
    opened(new_outlook(licensed_sales.outlook), "mallory", "sales", subject)
    wanted = {"kind": "address", "mailbox": SALES, "value": jo.address, "record": mallory.record_named(RECORD)}
    made = mallory("POST", "/api/rules", wanted).json()
    outlook = new_outlook(licensed_sales.outlook)
    pane = opened(outlook, "ana", "sales", subject)
    unfold(pane)
    health = pane.locator("affix-health")
    refreshed_until(outlook, pane, health, re.compile("Connected"))

    control(licensed_sales, "POST", "world", {"revoke": "mallory", "expireTokens": "mallory"})
    jo.writes("Into the gap")
    refreshed_until(outlook, pane, health, re.compile("Mail is not being saved until Mallory.* opens Affix"))
    expect(section(pane)).to_contain_text("needs attention")
    expect(health).to_contain_text("Sign-in needed")

    opened(new_outlook(licensed_sales.outlook), "mallory", "sales", subject)
    refreshed_until(outlook, pane, health, re.compile(r"1 message of the gap since .* was caught up, 1 saved"))
    expect(health).to_contain_text("Connected")
    Signed(licensed_sales, "mallory")("DELETE", f"/api/rules/{made['id']}").raise_for_status()


def test_what_needs_somebody_is_told_at_the_start(
    licensed_sales: Place, affix_outlook: Outlook, new_outlook: Callable[[str], Outlook]
) -> None:
    jo, mallory = Correspondent(licensed_sales, "sales"), Signed(licensed_sales, "mallory")
    opened(new_outlook(licensed_sales.outlook), "mallory", "sales", jo.writes("As long as it is paid for"))
    wanted = {"kind": "address", "mailbox": SALES, "value": jo.address, "record": mallory.record_named(RECORD)}
    rule = mallory("POST", "/api/rules", wanted).json()
    ana = Signed(licensed_sales, "ana")
    [license] = [one for one in ana("GET", "/api/admin/licenses").json()["licenses"] if one["mailbox"] == SALES]
    ana("DELETE", f"/api/admin/licenses/{license['id']}").raise_for_status()
    until(lambda: mallory("GET", "/api/me").json()["attention"], "somebody has to care", NOTICED_MS / 1000)
    pane = affix_outlook.open("mallory").pane
    expect(pane.get_by_role("note")).to_contain_text(f"{SALES}: This mailbox has no licence", timeout=WAIT_MS)
    mallory("DELETE", f"/api/rules/{rule['id']}").raise_for_status()


# A narrow pane


def test_nothing_is_cut_off_at_300_pixels(licensed_demo: Place, affix_outlook: Outlook, jo: Correspondent) -> None:
    pane = opened(affix_outlook, "ben", "support", jo.writes("Incomprehensibilities"))
    affix_outlook.page.add_style_tag(content="#pane { flex: 0 0 300px !important; width: 300px }")
    choose(pane, "purchasing", RECORD)
    unfold(pane)
    pane.get_by_role("radio", name=jo.address).check()
    pane.get_by_role("button", name="More options").click()
    pane.get_by_role("button", name="Preview").click()
    expect(pane.locator("affix-preview")).to_contain_text("Would have saved", timeout=WAIT_MS)
    assert pane.evaluate("document.documentElement.clientWidth") <= 300
    assert pane.evaluate(OVERFLOW) <= 0
    pane.get_by_role("button", name="Save them too").click()
    expect(pane.locator("affix-backfills li").first).to_be_visible(timeout=WAIT_MS)
    assert pane.evaluate(OVERFLOW) <= 0
    pane.get_by_role("button", name="Activity").click()
    expect(pane.locator("affix-lines li").first).to_be_visible(timeout=WAIT_MS)
    pane.get_by_role("button", name="More filters").click()
    assert pane.evaluate(OVERFLOW) <= 0
    affix_outlook.select_nothing()
    expect(rule_of(pane, jo.address)).to_be_visible(timeout=WAIT_MS)
    assert pane.evaluate(OVERFLOW) <= 0
