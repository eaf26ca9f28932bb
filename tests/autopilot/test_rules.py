"""Rules of Autopilot are seen by every member, paused, resumed, taken over and removed, through the true service."""

import uuid
from typing import Any

import pytest

from tests.autopilot.asking import ASKED_EACH_TIME, JO, happened, licensed, listed, lose_right, refused, started
from tests.conftest import Control, Someone, mime
from tests.steps import ANA, BEN, SALES, SUPPORT, context, item_of

# Who sees it


def test_every_member_sees_the_rules_of_the_mailbox_and_their_records(
    members: Any, ana: Someone, ben: Someone, mallory: Someone, record: Any
) -> None:
    rule = started(ben, record)
    [seen] = ana.get(f"/api/rules?mailbox={SUPPORT}")["rules"]
    assert (seen["id"], seen["record"]["name"], seen["carriedBy"]["me"]) == (rule["id"], "Purchasing", False)
    assert listed(ana) == [rule["title"]]
    assert listed(mallory) == []
    assert refused(mallory, "GET", f"/api/rules?mailbox={SUPPORT}", 404) == "not_found"
    for method, body in (("GET", None), ("PATCH", {"state": "paused"}), ("DELETE", None)):
        assert refused(mallory, method, f"/api/rules/{rule['id']}", 404, body) == "not_found"


def test_another_tenant_sees_nothing(members: Any, ben: Someone, eve: Someone, record: Any) -> None:
    rule = started(ben, record)
    assert listed(eve) == []
    for method, body in (("GET", None), ("PATCH", {"state": "paused"}), ("DELETE", None)):
        answer = eve.raw(method, f"/api/rules/{rule['id']}", json=body)
        nothing = eve.raw(method, f"/api/rules/{uuid.uuid4()}", json=body)
        assert (answer.status_code, answer.get_data()) == (404, nothing.get_data())


def test_the_list_comes_in_pages_the_newest_first(members: Any, ben: Someone, record: Any) -> None:
    titles = [started(ben, record, value=f"{n}@adatum.example")["title"] for n in range(5)]
    first = ben.get("/api/rules?limit=3")
    rest = ben.get(f"/api/rules?limit=3&cursor={first['next']}")
    assert [each["title"] for each in [*first["rules"], *rest["rules"]]] == titles[::-1]
    assert rest["next"] is None


def test_the_list_can_be_of_one_mailbox(members: Any, ana: Someone, record: Any, control: Control) -> None:
    context(ana, item_of(control.deliver(SALES, mime()), SALES))
    licensed(ana, SALES)
    started(ana, record)
    started(ana, record, "domain", mailbox=SALES)
    assert listed(ana, f"?mailbox={SALES}") == ["Everything from or to anybody at adatum.example"]
    assert len(listed(ana)) == 2


@ASKED_EACH_TIME
def test_whoever_carries_a_rule_sees_it_after_the_right_is_gone(
    members: Any, ben: Someone, record: Any, control: Control
) -> None:
    rule = started(ben, record)
    lose_right(control, BEN)
    assert listed(ben) == [rule["title"]]
    assert ben.get(f"/api/rules/{rule['id']}")["state"] == "active"


def test_an_open_message_shows_the_rules_that_it_is_a_case_for(
    members: Any, ana: Someone, ben: Someone, record: Any, in_support: Any, control: Control
) -> None:
    started(ben, record)
    by_domain = started(ben, record, "domain")
    by_conversation = started(ana, record, "conversation", item=in_support)
    shown = context(ben, in_support)["rules"]
    assert [each["id"] for each in shown] == [by_domain["id"], by_conversation["id"]]
    assert [each["mayRemove"] for each in shown] == [True, False]
    stranger = item_of(control.deliver(SUPPORT, mime(message_id="<9@x.example>", sender="a@x.example")), SUPPORT)
    assert context(ben, stranger)["rules"] == []


# Removing, pausing, taking over


def test_only_who_started_it_removes_it(members: Any, ana: Someone, ben: Someone, record: Any) -> None:
    rule = started(ana, record)
    assert ben.get(f"/api/rules/{rule['id']}")["mayRemove"] is False
    error = ben("DELETE", f"/api/rules/{rule['id']}", expect=403)["error"]
    assert (error["code"], "Ana" in error["message"]) == ("not_your_rule", True)
    assert ana("DELETE", f"/api/rules/{rule['id']}")["state"] == "removed"
    assert ana("DELETE", f"/api/rules/{rule['id']}")["state"] == "removed"
    assert happened(ana)[:2] == ["rule_removed", "rule_made"]


def test_an_administrator_takes_a_rule_over_before_removing_it(
    members: Any, ana: Someone, ben: Someone, record: Any
) -> None:
    path = f"/api/rules/{started(ben, record)['id']}"
    assert refused(ana, "DELETE", path, 403) == "not_your_rule"
    taken = ana("PATCH", path, json={"owner": "me"})
    assert (taken["madeBy"]["address"], taken["carriedBy"]["address"], taken["mayRemove"]) == (BEN, ANA, True)
    assert refused(ben, "DELETE", path, 403) == "not_your_rule"
    [line] = [each for each in ana.get("/api/activity")["activity"] if each["what"] == "rule_taken_over"]
    assert (line["before"], line["mailbox"], line["title"]) == (BEN, SUPPORT, taken["title"])
    ana("DELETE", path)
    assert listed(ben) == []


def test_a_member_takes_over_nothing(members: Any, ana: Someone, ben: Someone, record: Any) -> None:
    path = f"/api/rules/{started(ana, record)['id']}"
    assert refused(ben, "PATCH", path, 403, {"owner": "me"}) == "administrators_only"
    assert ben.get(path)["carriedBy"]["address"] == ANA


def test_an_administrator_takes_over_only_where_they_may_read(ana: Someone, ben: Someone, record: Any) -> None:
    licensed(ana, BEN)
    path = f"/api/rules/{started(ben, record, mailbox=BEN)['id']}"
    assert refused(ana, "PATCH", path, 403, {"owner": "me"}) == "mailbox_access_denied"
    assert ana("PATCH", path, json={"state": "paused"})["state"] == "paused"
    assert refused(ana, "GET", path, 404) == "not_found"


def test_a_rule_that_stopped_with_its_carriers_right_goes_on_with_the_administrators(
    members: Any, ana: Someone, ben: Someone, record: Any, control: Control, work: Any
) -> None:
    rule = started(ben, record)
    path = f"/api/rules/{rule['id']}"
    lose_right(control, BEN)
    work()
    stopped = ana.get(path)
    assert (stopped["state"], "Ben" in stopped["reason"]) == ("stopped", True)
    assert refused(ana, "PATCH", path, 409, {"state": "active"}) == "take_over_first"
    taken = ana("PATCH", path, json={"owner": "me"})
    assert (taken["state"], taken["reason"]) == ("active", None)
    assert taken["since"] == rule["since"], "what came meanwhile is caught up with"


def test_who_carries_it_and_an_administrator_pause_and_resume(
    members: Any, ana: Someone, ben: Someone, record: Any
) -> None:
    rule = started(ben, record)
    path = f"/api/rules/{rule['id']}"
    assert ana("PATCH", path, json={"state": "paused"})["state"] == "paused"
    assert ben("PATCH", path, json={"state": "paused"})["state"] == "paused"
    resumed = ben("PATCH", path, json={"state": "active"})
    assert resumed["state"] == "active"
    assert resumed["since"] > rule["since"], "what came meanwhile stays out"
    assert happened(ana)[0] == "rule_paused"
    assert happened(ben) == ["rule_resumed", "rule_made"]


def test_another_member_neither_pauses_nor_resumes(members: Any, ana: Someone, ben: Someone, record: Any) -> None:
    path = f"/api/rules/{started(ana, record)['id']}"
    for state in ("paused", "active"):
        assert refused(ben, "PATCH", path, 403, {"state": state}) == "not_your_rule"


def test_without_a_licence_nothing_is_resumed(members: Any, ana: Someone, ben: Someone, record: Any) -> None:
    path = f"/api/rules/{started(ben, record)['id']}"
    ben("PATCH", path, json={"state": "paused"})
    [license] = ana.get("/api/admin/licenses")["licenses"]
    ana("DELETE", f"/api/admin/licenses/{license['id']}")
    assert refused(ben, "PATCH", path, 402, {"state": "active"}) == "license_missing"
    assert listed(ana) == [f"Everything from or to {JO}"]


@pytest.mark.parametrize("body", [{}, {"state": "removed"}, {"owner": BEN}, {"state": None, "owner": None}])
def test_a_change_that_is_none_is_refused(members: Any, ben: Someone, record: Any, body: Any) -> None:
    path = f"/api/rules/{started(ben, record)['id']}"
    assert refused(ben, "PATCH", path, 400, body) == "invalid_request"


def test_a_removed_rule_changes_no_more(members: Any, ben: Someone, record: Any) -> None:
    path = f"/api/rules/{started(ben, record)['id']}"
    ben("DELETE", path)
    assert refused(ben, "PATCH", path, 409, {"state": "active"}) == "removed"
