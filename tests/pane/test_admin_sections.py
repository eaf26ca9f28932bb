"""What administrators do on their page, section by section, against the running demo."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import Browser, BrowserContext, expect

from tests.launching import until
from tests.pane.admin import Admin
from tests.pane.conftest import Place
from tests.pane.outlook import WAIT_MS
from tests.pane.stage import Correspondent, Signed
from tests.pane.test_pane_saving import control
from tests.simulator.hooks import HOST as HOOKS

RECORD = "Northwind Accounts"
HOUSE = "contoso.example"


@pytest.fixture(scope="module")
def place(licensed_demo: Place) -> Place:
    return licensed_demo


@pytest.fixture(scope="module")
def ana(place: Place) -> Signed:
    return Signed(place, "ana")


@pytest.fixture(scope="module")
def ben(place: Place) -> Signed:
    return Signed(place, "ben")


@pytest.fixture(scope="module")
def session(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", accept_downloads=True)
    yield context
    context.close()


@pytest.fixture
def admin(place: Place, session: BrowserContext) -> Iterator[Admin]:
    """A tab of Ana's. Nothing may go wrong in it that nobody is told of."""
    page = session.new_page()
    unforeseen: list[str] = []
    page.on("pageerror", lambda error: unforeseen.append(str(error)))
    yield Admin(page, place.outlook).open("ana")
    page.close()
    assert unforeseen == []


def rule_of(person: Signed, address: str, mailbox: str = "support") -> dict[str, str]:
    """Made by that person, for all from and to the address."""
    wanted = {"kind": "address", "mailbox": f"{mailbox}@{HOUSE}", "value": address}
    answer = person("POST", "/api/rules", {**wanted, "record": person.record_named(RECORD)})
    answer.raise_for_status()
    return dict(answer.json())


def stranger() -> str:
    return f"jo-{uuid4().hex[:8]}@adatum.example"


def test_what_failed_is_shown_first_and_the_figures_can_be_read_without_a_mouse(
    admin: Admin, place: Place, ben: Signed
) -> None:
    jo = Correspondent(place, "support")
    rule = rule_of(ben, jo.address)
    refused = {"service": "graph", "path": "/v1.0/users/*/messages/*/$value", "status": 403}
    control(place, "POST", "faults", refused)
    try:
        jo.writes("Nobody may read this")
        until(lambda: ben("GET", f"/api/saves?state=failed&mailbox=support@{HOUSE}").json()["saves"], "it fails")
    finally:
        control(place, "DELETE", "faults")
        ben("DELETE", f"/api/rules/{rule['id']}")

    admin.go("Overview")
    item = admin.page.locator("[data-what=saves]")
    expect(item).to_contain_text("could not be saved", timeout=WAIT_MS)
    admin.press("Show the reasons", item)
    expect(admin.page.get_by_role("heading", name="Failures by reason")).to_be_focused()
    expect(admin.page.locator(".bars-line").first).to_contain_text("still failed")

    plot = admin.page.get_by_role("group", name=re.compile("^Saved per day"))
    plot.focus()
    admin.page.keyboard.press("End")
    today = f"{datetime.now(UTC).day} {datetime.now(UTC):%b}"
    expect(plot.get_by_role("status")).to_have_text(re.compile(rf"^{today}\w*\. "))
    chart = admin.page.locator("affix-chart").first
    chart.get_by_text("Show as a table").click()
    expect(chart.get_by_role("row")).to_have_count(31)
    admin.page.get_by_label("Period").select_option("Last 7 days")
    expect(chart.get_by_role("row")).to_have_count(8, timeout=WAIT_MS)
    ben("POST", "/api/activity/retry", {"mailbox": f"support@{HOUSE}"}).raise_for_status()


def test_a_mailbox_is_found_and_its_licence_is_given_and_taken(admin: Admin) -> None:
    admin.go("Licences")
    admin.page.get_by_label("Address of the mailbox").fill(f"sales@{HOUSE}")
    admin.press("Assign")
    admin.expect_said(f"sales@{HOUSE} has a licence")
    expect(admin.row(f"sales@{HOUSE}")).to_contain_text("Licensed")

    admin.go("Mailboxes")
    admin.page.get_by_label("Search by name or address").fill("sales")
    expect(admin.page.locator("tbody tr")).to_have_count(1)
    licence = admin.row(f"sales@{HOUSE}").get_by_role("switch")
    expect(licence).to_have_attribute("aria-checked", "true")
    licence.click()
    expect(admin.page.get_by_role("dialog")).to_contain_text("Its rules stay and rest")
    admin.confirm("End")
    expect(licence).to_have_attribute("aria-checked", "false")
    expect(licence).to_be_focused()
    licence.click()
    expect(licence).to_have_attribute("aria-checked", "true", timeout=WAIT_MS)
    licence.click()
    admin.confirm("End")


def test_a_mailbox_that_lost_its_licence_gets_another_where_that_is_said(admin: Admin, ana: Signed) -> None:
    mailbox = f"ana@{HOUSE}"
    licence = ana("POST", "/api/admin/licenses", {"mailbox": mailbox}).json()
    rule = rule_of(ana, stranger(), "ana")
    ana("DELETE", f"/api/admin/licenses/{licence['id']}").raise_for_status()
    item = admin.page.locator("[data-what=health]").filter(has_text=mailbox)
    until(lambda: overview(admin) and item.count() > 0, "the mailbox needs a licence")
    admin.press("Assign a licence", item)
    admin.expect_said(f"{mailbox} has a licence")
    [licence] = [one for one in ana("GET", "/api/admin/licenses").json()["licenses"] if one["mailbox"] == mailbox]
    ana("DELETE", f"/api/rules/{rule['id']}").raise_for_status()
    ana("DELETE", f"/api/admin/licenses/{licence['id']}").raise_for_status()


def overview(admin: Admin) -> bool:
    """Loaded anew."""
    admin.go("Overview")
    return True


def test_a_refusal_of_the_service_is_said_in_the_place_where_it_was_asked(admin: Admin) -> None:
    admin.go("Licences")
    admin.page.get_by_label("Address of the mailbox").fill("nobody")
    admin.press("Assign")
    bar = admin.page.get_by_role("alert")
    expect(bar).to_contain_text("address", timeout=WAIT_MS)
    expect(bar.get_by_role("button", name="Try again")).to_be_visible()
    admin.press("Dismiss", bar)
    expect(bar).to_have_count(0)


def test_what_cannot_be_loaded_says_so_and_is_asked_for_again(admin: Admin) -> None:
    admin.page.route("**/api/admin/statistics*", lambda route: route.abort())
    admin.page.route("**/api/admin/exclusions*", lambda route: route.fulfill(status=502, body="<html>"))
    admin.go("Exclusions", is_whole=False)
    bar = admin.page.get_by_role("alert")
    expect(bar).to_contain_text("something that this page does not understand")
    admin.go("Overview", is_whole=False)
    expect(bar).to_contain_text("The service cannot be reached")
    expect(admin.page.get_by_role("region", name="Needs attention").locator(".skeleton")).to_have_count(0)
    admin.page.unroute_all()
    admin.press("Try again", bar)
    expect(admin.page.locator(".tiles")).to_be_visible(timeout=WAIT_MS)
    expect(bar).to_have_count(0)


def test_a_colleagues_rule_is_paused_taken_over_and_removed(admin: Admin, ben: Signed) -> None:
    address = stranger()
    rule_of(ben, address)
    admin.go("Rules")
    admin.page.get_by_label("Search").fill(address)
    expect(admin.page.locator("tbody tr")).to_have_count(1, timeout=WAIT_MS)
    row = admin.row(address)
    expect(row).to_contain_text("Ben")
    admin.press("Pause", row)
    expect(row).to_contain_text("Paused", timeout=WAIT_MS)
    admin.press("Take over", row)
    expect(admin.page.get_by_role("dialog")).to_contain_text("is carried by Ben")
    admin.confirm("Take over")
    expect(row.get_by_role("button", name="Take over")).to_have_count(0)
    expect(row).to_contain_text("Made by Ben")
    admin.press("Remove", row)
    admin.confirm("Remove")
    expect(admin.page.get_by_text("Nothing fits these filters.")).to_be_visible()
    assert ben.rules(address) == []


def test_who_is_excluded_can_be_pasted_and_taken_back(admin: Admin) -> None:
    one, other = f"{uuid4().hex[:8]}.example", stranger()
    admin.go("Exclusions")
    admin.press("Paste many")
    admin.page.get_by_label("Addresses and domains").fill(f"{one}, {other}\nnot a domain!")
    admin.press("Exclude 5 entries")
    dialog = admin.page.get_by_role("dialog")
    expect(dialog).to_contain_text("domain!: ", timeout=WAIT_MS)
    admin.press("Close", dialog)
    expect(admin.row(one)).to_contain_text("Domain")
    expect(admin.row(other)).to_contain_text("Address")
    for each in (one, other):
        admin.press("Take back", admin.row(each))
        admin.expect_said(f"No longer excluded: {each}")
        expect(admin.row(each)).to_have_count(0)


def test_a_webhook_is_made_tried_and_what_failed_is_sent_again(admin: Admin, place: Place) -> None:
    path = uuid4().hex[:8]
    admin.go("Webhooks")
    admin.press("Add a webhook")
    dialog = admin.page.get_by_role("dialog")
    dialog.get_by_label("Address").fill("http://localhost/inside")
    admin.press("Add", dialog)
    expect(dialog.get_by_role("alert")).to_contain_text("https", timeout=WAIT_MS)
    dialog.get_by_label("Address").fill(f"https://{HOOKS}/{path}")
    dialog.get_by_label("Title").fill(f"Desk {path}")
    admin.press("Add", dialog)
    expect(dialog.locator("#secret")).to_have_text(re.compile("^whsec_"), timeout=WAIT_MS)
    admin.press("Done", dialog)
    admin.page.get_by_role("link", name=f"Desk {path}").click()

    control(place, "POST", "faults", {"service": "webhooks", "path": f"/{path}", "status": 500, "times": 1})
    admin.press("Send a test")
    admin.expect_said("A test is on its way")
    until(lambda: refreshed(admin, "Failed"), "the delivery has failed")
    admin.press("Show", admin.row("Failed"))
    expect(dialog).to_contain_text("500", timeout=WAIT_MS)
    expect(dialog.locator("pre").first).to_contain_text("webhook-signature")
    admin.press("Close", dialog)
    admin.press("Send again since")
    admin.press("Send again", dialog)
    admin.expect_said("1 delivery is on the way again")
    until(lambda: refreshed(admin, "Delivered"), "the delivery has come")
    admin.press("New secret")
    admin.press("New secret", dialog)
    expect(dialog.locator("#secret")).to_have_text(re.compile("^whsec_"), timeout=WAIT_MS)
    admin.press("Done", dialog)
    admin.press("Pause")
    expect(admin.page.locator(".summary")).to_contain_text("Paused", timeout=WAIT_MS)
    admin.press("Remove")
    admin.confirm("Remove")
    expect(admin.page.get_by_role("link", name=f"Desk {path}")).to_have_count(0)


def test_an_api_key_is_made_shown_once_used_and_revoked(admin: Admin, place: Place) -> None:
    name = f"Desk {uuid4().hex[:8]}"
    admin.go("API keys")
    admin.press("Make an API key")
    dialog = admin.page.get_by_role("dialog")
    dialog.get_by_label("Program").fill(name)
    expect(dialog.get_by_role("button", name="Make", exact=True)).to_have_attribute("aria-disabled", "true")
    for scope in ("accounts", "read"):
        dialog.get_by_role("checkbox", name=re.compile(f"^{scope} ")).check()
    dialog.get_by_label("It ends after").select_option("30")
    admin.press("Make", dialog)
    expect(dialog.locator("#api-key")).to_have_text(re.compile("^affix_[0-9a-f]{32}_[0-9a-f]{64}$"), timeout=WAIT_MS)
    key = dialog.locator("#api-key").inner_text()
    admin.press("Done", dialog)
    expect(admin.row(name)).to_contain_text("Active", timeout=WAIT_MS)
    assert key.rsplit("_", 1)[1] not in admin.page.content()

    def asked() -> int:
        headers = {"Authorization": f"Bearer {key}"}
        return requests.get(f"{place.service}/v1/oauth2", headers=headers, timeout=10).status_code

    assert asked() == 200
    admin.press("Uses", admin.row(name))
    expect(dialog).to_contain_text("GET /v1/oauth2", timeout=WAIT_MS)
    admin.press("Close", dialog)
    admin.press("Revoke", admin.row(name))
    admin.confirm("Revoke")
    expect(admin.row(name)).to_contain_text("Revoked", timeout=WAIT_MS)
    assert asked() == 401


def refreshed(admin: Admin, words: str) -> bool:
    admin.press("Refresh")
    admin.wait()
    return admin.row(words).count() > 0


def test_a_destination_is_added_by_its_form_checked_and_removed(admin: Admin, keys: tuple[str, str]) -> None:
    private, other = keys
    admin.go("Destinations")
    own = admin.page.get_by_role("region", name="Affix records")
    admin.press("Check now", own)
    expect(own.locator(".check-step").last).to_contain_text("It can be used", timeout=WAIT_MS)

    admin.press("Add NetSuite")
    page = admin.page
    page.locator("#name").fill(f"erp-{uuid4().hex[:8]}")
    page.get_by_label("Account id").fill("1234567")
    page.get_by_label("Client id").fill("client")
    page.get_by_label("Certificate id").fill("cert-1")
    page.get_by_label("Private key").fill("no key at all")
    admin.press("Add a destination")
    expect(page.get_by_role("alert")).to_contain_text("no PEM text", timeout=WAIT_MS)
    expect(page.locator(".group .error")).to_contain_text("no PEM text")
    page.get_by_label("Private key").fill(private)
    admin.press("Add a destination")
    card = page.get_by_role("region", name="NetSuite")
    expect(card).to_contain_text("Sales orders", timeout=WAIT_MS)

    admin.press("Check now", card)
    expect(card.locator(".check-bad")).not_to_have_count(0, timeout=WAIT_MS)
    admin.press("Change", card)
    key = page.get_by_label("Private key")
    expect(key).to_have_value("")
    expect(key.locator("xpath=..")).to_contain_text("It is stored and not shown")
    page.get_by_label("Title").fill("Accounts")
    admin.press("Save")
    card = page.get_by_role("region", name="Accounts")
    expect(card).to_be_visible(timeout=WAIT_MS)
    assert private not in page.content() and other not in page.content()
    admin.press("Remove", card)
    admin.confirm("Remove")
    expect(card).to_have_count(0)


@pytest.fixture(scope="module")
def keys() -> tuple[str, str]:
    """A private key as PEM, and a line of it."""
    made = ec.generate_private_key(ec.SECP256R1())
    text = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return text, text.splitlines()[1]


def test_what_people_did_is_found_and_exported(admin: Admin, ana: Signed, tmp_path: Path) -> None:
    name = f"{uuid4().hex[:8]}.example"
    made = ana("POST", "/api/admin/exclusions", {"kind": "domain", "value": name}).json()
    ana("DELETE", f"/api/admin/exclusions/{made['id']}").raise_for_status()
    admin.go("Audit log")
    admin.page.get_by_label("Search").fill(name)
    expect(admin.page.locator("tbody tr")).to_have_count(2, timeout=WAIT_MS)
    expect(admin.row(name).first).to_contain_text("Ana")
    admin.page.get_by_label("Kind").select_option("Licences")
    expect(admin.page.get_by_text("Nothing fits these filters.")).to_be_visible(timeout=WAIT_MS)
    admin.press("Show all")
    tomorrow = (datetime.now() + timedelta(days=1)).date().isoformat()
    admin.page.get_by_label("From").fill(tomorrow)
    expect(admin.page.get_by_text("Nothing fits these filters.")).to_be_visible(timeout=WAIT_MS)
    admin.page.get_by_label("From").fill("")
    admin.page.get_by_label("Search").fill(name)
    expect(admin.page.locator("tbody tr")).to_have_count(2, timeout=WAIT_MS)
    with admin.page.expect_download() as saved:
        admin.press("Export CSV")
    saved.value.save_as(tmp_path / "audit.csv")
    lines = (tmp_path / "audit.csv").read_text("utf-8-sig").splitlines()
    assert len(lines) == 3 and name in lines[1]


def test_a_rule_for_a_mailbox_is_set_up_by_keyboard_alone(admin: Admin, place: Place, ana: Signed) -> None:
    """From the first step to the last: what the rule would have saved is seen before it is started."""
    deliver_known(place)
    admin.go("Organisation-wide rules")
    keyboard = Keyboard(admin)
    keyboard.choose("Only some")
    keyboard.choose(f"support@{HOUSE}")
    keyboard.press("Next")
    keyboard.press("Move Companies up")
    expect(admin.page.locator(".order-line").first).to_contain_text("Companies")
    keyboard.choose("Keep it for review")
    keyboard.press("Next")
    keyboard.press("Next")
    keyboard.press("Start the dry run")
    run = admin.page.get_by_role("region", name=f"support@{HOUSE}")
    expect(run).to_contain_text("would have been saved", timeout=WAIT_MS)
    expect(run.get_by_role("row")).not_to_have_count(0)
    keyboard.press("Next")
    expect(admin.page.locator(".summary")).to_contain_text("Companies, then Contacts")
    keyboard.press("Start the rule")
    admin.expect_said("The rule is on")
    [rule] = ana("GET", f"/api/rules?mailbox=support@{HOUSE}").json()["rules"][:1]
    ana("DELETE", f"/api/rules/{rule['id']}").raise_for_status()
    assert (rule["kind"], rule["options"]["unmatched"]) == ("match", "review")
    assert rule["options"]["order"][:2] == ["company", "contact"]


def deliver_known(place: Place) -> None:
    """Mail of somebody who is among the records."""
    jo = Correspondent(place, "support")
    jo.address = "purchasing@northwind.example"
    jo.writes("Known to the records")


class Keyboard:
    """The Tab key until something is focused, then Enter or the space bar."""

    MOST = 60

    def __init__(self, admin: Admin) -> None:
        self.page = admin.page

    def press(self, name: str) -> None:
        self._reach(name)
        self.page.keyboard.press("Enter")

    def choose(self, name: str) -> None:
        self._reach(name)
        self.page.keyboard.press("Space")

    def _reach(self, name: str) -> None:
        """A group of radio buttons is one stop; the arrow keys go on within it."""
        for _ in range(self.MOST):
            found = self.page.evaluate(FOCUSED)
            if found["name"].startswith(name):
                assert found["outlined"], f"nothing shows that {name} is focused"
                return
            self.page.keyboard.press("ArrowDown" if name in found["others"] else "Tab")
        raise AssertionError(f"{name} is not reached by the Tab key; the last was {json.dumps(found)}")


FOCUSED = """() => {
  const element = document.activeElement;
  const label = (each) => each.getAttribute('aria-label') || each.closest('label')?.innerText || each.innerText || '';
  const others = element.type === 'radio'
    ? [...document.querySelectorAll(`input[name="${element.name}"]`)].map((each) => label(each).split('\\n')[0]) : [];
  const {outlineStyle, outlineWidth} = getComputedStyle(element);
  return {name: label(element).trim(), others, outlined: outlineStyle !== 'none' && outlineWidth !== '0px'};
}"""
