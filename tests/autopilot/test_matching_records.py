"""Rules that find the record by the people on a message: contacts, companies, whom they leave out, and whose right."""

from typing import Any

import pytest

from server.services import Services
from server.settings import Settings
from tests.autopilot.asking import refused
from tests.autopilot.stories import (
    OTHER,
    SENDER,
    Look,
    health,
    license_for,
    lines,
    numbers,
    often,
    opened,
    order,
    ruled,
)
from tests.autopilot.watched import become_due
from tests.conftest import Control, Someone
from tests.steps import ANA, CLEO, SUPPORT, contact, reference


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return often(settings)


@pytest.fixture
def reached(ana: Someone, control: Control, record: Any) -> None:
    """Ana opened something in the shared mailbox, which has a licence. There is a contact."""
    opened(ana, control, SUPPORT)
    license_for(ana, SUPPORT)


def company(person: Someone, name: str = "Adatum", domain: str = "adatum.example") -> dict[str, Any]:
    wanted = {"destination": "local", "type": "company", "name": name, "domain": domain}
    found: dict[str, Any] = person.post("/api/records", wanted, expect=201)
    return found


def matching(scope: str = "mailbox", **options: Any) -> dict[str, Any]:
    """A rule as it is asked for."""
    place = {"mailbox": SUPPORT} if scope == "mailbox" else {}
    return {"kind": "match", "scope": scope, "destination": "local", "options": options, **place}


def told(person: Someone, subject: str) -> tuple[str, str]:
    [line] = [each for each in lines(person, "seen") if each["subject"] == subject]
    return line["state"], line["reasonCode"]


# Whom it finds


def test_a_contact_comes_before_the_company_and_the_company_is_found_by_its_domain(
    ana: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    firm = company(ana)
    made = ruled(ana, matching())
    assert (made["record"], made["options"]["order"]) == (None, ["contact", "company"])
    look()
    control.deliver(SUPPORT, order(1))
    control.deliver(SUPPORT, order(2, sender="somebody@adatum.example"))
    control.deliver(SUPPORT, order(3, sender="somebody@eu.adatum.example"))
    control.deliver(SUPPORT, order(4, sender="somebody@notadatum.example"))
    control.deliver(SUPPORT, order(5, sender=SUPPORT, to=SENDER), folder="sentitems")
    look()
    assert (numbers(ana, record), numbers(ana, firm)) == (["1", "5"], ["2", "3"])
    assert {each["how"] for each in ana.emails(firm)} == {"autopilot:match"}
    assert told(ana, "Order 4") == ("skipped", "unmatched")


def test_another_order_is_followed_from_then_on_and_only_administrators_set_it(
    ana: Someone, ben: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    firm = company(ana)
    path = f"/api/rules/{ruled(ana, matching(order=['company', 'contact']))['id']}"
    look()
    control.deliver(SUPPORT, order(1))
    look()
    assert (numbers(ana, record), numbers(ana, firm)) == ([], ["1"])
    opened(ben, control, SUPPORT)
    assert refused(ben, "PATCH", path, 403, {"options": {"order": ["contact"]}}) in (
        "administrators_only",
        "not_your_rule",
    )
    changed = ana("PATCH", path, json={"options": {"order": ["contact"], "excludedDomains": ["@Tailspin.example"]}})
    assert changed["options"] == {
        "order": ["contact"],
        "excludedDomains": ["tailspin.example"],
        "excludedAddresses": [],
        "unmatched": "skip",
    }
    control.deliver(SUPPORT, order(2))
    control.deliver(SUPPORT, order(3, sender="somebody@adatum.example"))
    look()
    assert (numbers(ana, record), numbers(ana, firm)) == (["2"], ["1"])
    [line] = lines(ana, "rule_changed")
    assert line["rule"]["id"] == changed["id"]
    unknown = refused(ana, "PATCH", path, 400, {"options": {"order": ["lead"]}})
    assert unknown == "invalid_request"


def test_who_is_excluded_is_not_looked_for_and_mail_among_colleagues_is_left_out(
    ana: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    inside = contact(ana, "Ana herself", ANA)
    quality = contact(ana, "Quality", OTHER)
    ruled(ana, matching(excludedAddresses=[SENDER], excludedDomains=["tailspin.example"]))
    look()
    control.deliver(SUPPORT, order(1))
    control.deliver(SUPPORT, order(2, sender="somebody@eu.tailspin.example", to=OTHER))
    control.deliver(SUPPORT, order(3, sender=ANA))
    look()
    assert [told(ana, f"Order {number}") for number in (1, 2, 3)] == [
        ("skipped", "excluded"),
        ("skipped", "excluded"),
        ("skipped", "internal_only"),
    ]
    assert [numbers(ana, each) for each in (record, inside, quality)] == [[], [], []]


def test_several_outsiders_make_several_records(
    ana: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    quality = contact(ana, "Quality", OTHER)
    ruled(ana, matching())
    look()
    control.deliver(SUPPORT, order(1, to=f"{SUPPORT}, {OTHER}, nobody@tailspin.example"))
    look()
    assert (numbers(ana, record), numbers(ana, quality)) == (["1"], ["1"])


def test_a_message_that_another_rule_wants_on_the_same_record_too_is_there_once(
    ana: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    ruled(ana, matching())
    ruled(ana, {"kind": "address", "mailbox": SUPPORT, "value": SENDER, "record": reference(record)})
    look()
    control.deliver(SUPPORT, order(1))
    look()
    assert numbers(ana, record) == ["1"]
    [line] = [each for each in lines(ana, "seen") if each["subject"] == "Order 1"]
    assert len(line["saves"]) == 1


def test_what_nobody_is_known_on_is_kept_for_review_if_the_rule_says_so(
    ana: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    made = ruled(ana, matching(unmatched="review"))
    look()
    control.deliver(SUPPORT, order(1, sender=OTHER))
    look()
    assert told(ana, "Order 1") == ("review", "unmatched")
    ana("PATCH", f"/api/rules/{made['id']}", json={"options": {"unmatched": "skip"}})
    assert told(ana, "Order 1") == ("skipped", "unmatched")


# Whose right it stands on


def test_only_administrators_have_mail_matched(ben: Someone, control: Control, reached: None) -> None:
    opened(ben, control, SUPPORT)
    for wanted in (matching(), matching("everywhere")):
        assert refused(ben, "POST", "/api/rules", 403, wanted) == "administrators_only"


def test_everywhere_it_saves_from_mailboxes_that_nobody_of_the_rules_people_can_read(
    ana: Someone, control: Control, record: Any, look: Look
) -> None:
    license_for(ana, CLEO)
    made = ruled(ana, matching("everywhere"))
    assert (made["byApplication"], made["mailbox"], made["record"]) == (True, None, None)
    look()
    control("DELETE", "requests")
    control.deliver(CLEO, order(1, to=CLEO))
    control.deliver(SUPPORT, order(2))
    look()
    [email] = ana.emails(record)
    assert (email["internetMessageId"], email["mailbox"]) == ("<1@adatum.example>", CLEO)
    asked = {(each["mailbox"], each["access"]) for each in control.requests("graph")}
    assert asked == {(CLEO, "application")}
    license_for(ana, SUPPORT)
    look()
    assert numbers(ana, record) == ["1", "2"]
    again = ana.post("/api/rules", matching("everywhere"), expect=200)
    assert again["id"] == made["id"]


def test_without_the_tenants_consent_it_is_not_started_everywhere(ana: Someone, control: Control) -> None:
    license_for(ana, CLEO)
    control("POST", "world", json={"consent": {"application": ["MailboxSettings.Read"]}})
    error = ana.post("/api/rules", matching("everywhere"), expect=409)["error"]
    assert (error["code"], CLEO in error["message"]) == ("application_access_missing", True)
    assert ana.get("/api/rules")["rules"] == []


def test_consent_that_is_taken_away_later_is_told_and_what_came_is_saved_once_it_is_back(
    ana: Someone, someone: Any, control: Control, record: Any, look: Look, services: Services
) -> None:
    cleo = someone("cleo")
    control("POST", "world", json={"tokenLifetime": 60})
    license_for(ana, CLEO)
    ruled(ana, matching("everywhere"))
    look()
    before = health(cleo, control, CLEO)
    assert (before["state"], before["carriedByApplication"], before["carriers"]) == ("degraded", True, [])
    control("POST", "world", json={"consent": {"application": ["MailboxSettings.Read"]}, "advance": 120})
    control.deliver(CLEO, order(1, to=CLEO))
    look()
    after = health(cleo, control, CLEO)
    assert (after["state"], "An administrator has to grant it." in after["message"]) == ("accessLost", True)
    assert numbers(ana, record) == []
    control("POST", "world", json={"consent": {"application": ["MailboxSettings.Read", "Mail.Read"]}, "advance": 120})
    become_due(services)
    look()
    assert numbers(ana, record) == ["1"]
    assert health(cleo, control, CLEO)["state"] == "degraded"
