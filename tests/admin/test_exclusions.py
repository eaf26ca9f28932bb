"""Those for whom Autopilot saves nothing: what is left out, which rules rest, and who may change the list."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.admin.conftest import Look
from tests.autopilot.asking import refused, wanted
from tests.autopilot.stories import OTHER, SENDER, lines, numbers, order, ruled
from tests.conftest import Control, Someone
from tests.destinations.keyed import SAMPLE, registered
from tests.destinations.sample import SampleDestination
from tests.steps import SUPPORT, contact, item_of, reference

PATH = "/api/admin/exclusions"


def exclude(administrator: Someone, value: str, kind: str = "domain", expect: int = 201, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = administrator.post(PATH, {"kind": kind, "value": value, **more}, expect=expect)
    return found


def seen(person: Someone) -> dict[str, tuple[str, str]]:
    """What became of each message that Autopilot saw."""
    return {each["subject"]: (each["state"], each["reasonCode"]) for each in lines(person, "seen")}


def rule_on(person: Someone, record: dict[str, Any], value: str = SENDER, kind: str = "address") -> dict[str, Any]:
    body = {"kind": kind, "mailbox": SUPPORT, "value": value, "record": reference(record)}
    return ruled(person, body)


def state(person: Someone, rule: dict[str, Any]) -> tuple[str, str | None]:
    found = person.get(f"/api/rules/{rule['id']}")
    return found["state"], found["reasonCode"]


def test_mail_with_nobody_else_from_outside_is_left_out_and_says_so(
    ana: Someone, ben: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    rule_on(ben, record, "adatum.example", "domain")
    look()
    exclude(ana, SENDER, "address")
    control.deliver(SUPPORT, order(1))
    control.deliver(SUPPORT, order(2, headers=f"Cc: {OTHER}"))
    control.deliver(SUPPORT, order(3, sender="sales@adatum.example"))
    control.deliver(SUPPORT, order(4, sender="sales@adatum.example", to=f"{SUPPORT}, {SENDER}"))
    look()
    assert numbers(ben, record) == ["2", "3", "4"]
    assert seen(ben)["Order 1"] == ("skipped", "excluded")


def test_a_rule_that_matches_never_saves_to_a_record_of_who_is_excluded(
    ana: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    other = contact(ana, "Quality", OTHER)
    ruled(ana, {"kind": "match", "mailbox": SUPPORT, "destination": "local", "options": {}})
    look()
    exclude(ana, "adatum.example")
    control.deliver(SUPPORT, order(1))
    control.deliver(SUPPORT, order(2, headers=f"Cc: {OTHER}"))
    look()
    assert (numbers(ana, record), numbers(ana, other)) == ([], ["2"])
    assert seen(ana)["Order 1"] == ("skipped", "excluded")


def test_a_domain_covers_all_that_are_below_it_and_nothing_that_only_ends_alike(
    ana: Someone, ben: Someone, record: Any, reached: None
) -> None:
    exclude(ana, "@Adatum.Example", note="Our  bank")
    for value, kind in ((SENDER, "address"), ("jo@eu.adatum.example", "address"), ("eu.adatum.example", "domain")):
        body = wanted(record, kind, value=value)
        for path in ("/api/rules", "/api/rules/preview"):
            error = ben.post(path, body, expect=409)["error"]
            assert (error["code"], error["exclusion"]) == ("excluded", "adatum.example")
            assert "adatum.example" in error["message"]
            assert "“Our bank”" in error["message"]
    assert rule_on(ben, record, "notadatum.example", "domain")["state"] == "active"


def test_running_rules_rest_and_go_on_when_the_exclusion_is_taken_back(
    ana: Someone, ben: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    rule = rule_on(ben, record)
    paused = rule_on(ben, record, "sales@adatum.example")
    rule_on(ben, record, OTHER)  # for its sake the mailbox is looked at all the time
    ben("PATCH", f"/api/rules/{paused['id']}", json={"state": "paused"})
    look()
    domain, address = exclude(ana, "adatum.example"), exclude(ana, SENDER, "address")
    assert (state(ben, rule), state(ben, paused)) == (("stopped", "excluded"), ("paused", None))
    for each in (rule, paused):
        assert refused(ben, "PATCH", f"/api/rules/{each['id']}", 409, {"state": "active"}) == "excluded"
    taken = ana("PATCH", f"/api/rules/{rule['id']}", json={"owner": "me"})
    assert (taken["state"], taken["reasonCode"]) == ("stopped", "excluded")
    control.deliver(SUPPORT, order(1))
    look()
    ana("DELETE", f"{PATH}/{domain['id']}")
    assert state(ana, rule) == ("stopped", "excluded")  # its address still is
    ana("DELETE", f"{PATH}/{address['id']}")
    assert (state(ana, rule), state(ana, paused)) == (("active", None), ("paused", None))
    control.deliver(SUPPORT, order(2))
    look()
    assert numbers(ben, record) == ["2"]
    assert seen(ben)["Order 1"] == ("skipped", "excluded")


def test_a_rule_whose_destination_went_in_the_meantime_does_not_go_on_and_says_why(
    ana: Someone, ben: Someone, record: Any, reached: None
) -> None:
    with registered(SampleDestination):
        ana.post("/api/admin/destinations", SAMPLE, expect=201)
        person = ana.post("/api/records", {"destination": "shelf", "type": "person", "name": "Pat"}, expect=201)
        gone, there = rule_on(ben, person), rule_on(ben, record)
        excluded = exclude(ana, "adatum.example")
        ana("DELETE", "/api/admin/destinations/shelf")
        ana("DELETE", f"{PATH}/{excluded['id']}")
    assert state(ben, gone) == ("stopped", "destination_gone")
    assert state(ben, there) == ("active", None)
    assert "“shelf”" in ben.get(f"/api/rules/{gone['id']}")["reason"]


def test_saving_by_hand_always_works(ana: Someone, ben: Someone, control: Control, record: Any, work: Any) -> None:
    exclude(ana, "adatum.example")
    ben.save(item_of(control.deliver(SUPPORT, order(1)), SUPPORT), record)
    work()
    assert numbers(ben, record) == ["1"]


def test_past_mail_of_the_excluded_is_neither_shown_by_a_dry_run_nor_saved(
    ana: Someone, ben: Someone, control: Control, record: Any, reached: None, look: Look
) -> None:
    for number, sender in ((1, SENDER), (2, "sales@adatum.example")):
        control.deliver(SUPPORT, order(number, sender=sender))
    exclude(ana, SENDER, "address")
    body = wanted(record, "domain", value="adatum.example")
    shown = ben.post("/api/rules/preview", {**body, "days": 365})
    assert [each["subject"] for each in shown["messages"]] == ["Order 2"]
    ben.post("/api/rules", {**body, "pastToo": True, "pastDays": 365}, expect=201)
    look()
    assert numbers(ben, record) == ["2"]


def test_the_same_again_keeps_its_maker_and_what_is_no_address_is_refused(ana: Someone) -> None:
    first = exclude(ana, SENDER, "address")
    assert exclude(ana, SENDER.upper(), "address", 200, note="Bank") == {**first, "note": "Bank"}
    assert first["by"]["id"] == ana.get("/api/me")["person"]["id"]
    codes = {
        ana.post(PATH, {"kind": kind, "value": value}, expect=400)["error"]["code"]
        for kind, value in (("address", "adatum.example"), ("domain", "a b"), ("person", "x"))
    }
    assert codes == {"invalid_address", "invalid_domain", "invalid_request"}
    assert ana.post(PATH, {"kind": "domain", "value": "x.example", "note": "n" * 501}, expect=400)


def test_everybody_reads_the_list_page_by_page_and_only_administrators_change_it(ana: Someone, ben: Someone) -> None:
    values = ["a.example", "b.example", "c.example"]
    made = [exclude(ana, each) for each in reversed(values)]
    found, cursor = [], ""
    while cursor is not None:
        page = ben.get(f"/api/exclusions?limit=2&cursor={cursor}")
        found += [each["value"] for each in page["exclusions"]]
        cursor = page["next"]
    assert found == values
    assert [each["value"] for each in ben.get("/api/exclusions?q=B.ex")["exclusions"]] == ["b.example"]
    assert refused(ben, "POST", PATH, 403, {"kind": "domain", "value": "x.example"}) == "administrators_only"
    assert refused(ben, "DELETE", f"{PATH}/{made[0]['id']}", 403) == "administrators_only"
    ana("DELETE", f"{PATH}/{made[0]['id']}")
    assert refused(ana, "DELETE", f"{PATH}/{made[0]['id']}", 404) == "not_found"


def test_what_one_tenant_excludes_is_nothing_to_another(
    ana: Someone, ben: Someone, their_administrator: Someone, record: Any, reached: None
) -> None:
    theirs = exclude(their_administrator, "adatum.example")
    assert ana.get(PATH)["exclusions"] == []
    assert refused(ana, "DELETE", f"{PATH}/{theirs['id']}", 404) == "not_found"
    assert rule_on(ben, record)["state"] == "active"


@pytest.mark.parametrize("within", [True, False])
def test_mail_within_the_organisation_is_left_out_when_everybody_on_it_is_excluded(
    ana: Someone, control: Control, record: Any, reached: None, look: Look, within: bool
) -> None:
    ruled(
        ana,
        {
            "kind": "domain",
            "mailbox": SUPPORT,
            "value": "contoso.example",
            "record": reference(record),
            "internalToo": True,
        },
    )
    look()
    exclude(ana, "cleo@contoso.example", "address")
    if within:
        exclude(ana, SUPPORT, "address")
    control.deliver(SUPPORT, order(1, sender="cleo@contoso.example"))
    look()
    assert ("1" in numbers(ana, record)) is not within


def test_rules_and_exclusions_of_the_same_moment_never_block_each_other(
    ana: Someone, ben: Someone, someone: Any, record: Any, reached: None
) -> None:
    body = wanted(record, value=SENDER)
    people = [someone("ben"), someone("ana")]

    def rule(number: int) -> int:
        return people[number // 2 % 2].raw("POST", "/api/rules", json=body).status_code  # type: ignore[no-any-return]

    def exclusion(number: int) -> int:
        administrator = someone("ana")
        answer = administrator.raw("POST", PATH, json={"kind": "domain", "value": "adatum.example"})
        return administrator.raw("DELETE", f"{PATH}/{answer.get_json()['id']}").status_code  # type: ignore[no-any-return]

    rule(0)
    with ThreadPoolExecutor(6) as threads:
        codes = [*threads.map(lambda each: (rule if each % 2 else exclusion)(each), range(12))]
    assert set(codes) <= {200, 201, 404, 409}
    ana.post(PATH, {"kind": "domain", "value": "adatum.example"})
    states = {each["state"] for each in ben.get(f"/api/rules?mailbox={SUPPORT}")["rules"]}
    assert states == {"stopped"}
