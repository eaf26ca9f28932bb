"""A backfill under way: the same one again, paused, undone, in trouble, and who may do what with it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from server.autopilot import backfill
from server.services import Services
from tests.autopilot.asking import happened, licensed, lose_right, refused
from tests.autopilot.past_mail import (
    asked_for,
    at_page,
    on_record,
    ruled,
    shown,
    turn,
    usual_mail,
    waits,
)
from tests.autopilot.watched import row
from tests.conftest import Control, Someone
from tests.steps import BEN, CLEO, SUPPORT


@pytest.fixture
def seat(ana: Someone) -> None:
    """The shared mailbox has a licence."""
    licensed(ana, SUPPORT)


@pytest.fixture
def mail(control: Control) -> list[dict[str, str]]:
    return usual_mail(control)


@pytest.fixture
def rule(ben: Someone, record: dict[str, Any], seat: None, mail: Any) -> dict[str, Any]:
    return ruled(ben, record)


# Paused, resumed and undone


def test_the_second_one_is_the_first(ben: Someone, ana: Someone, rule: Any, work: Any) -> None:
    path = f"/api/rules/{rule['id']}/backfills"
    started = asked_for(ben, rule)
    assert ben.post(path, {}, expect=200)["id"] == started["id"]
    assert ana.post(path, {"days": 90}, expect=200)["id"] == started["id"]
    work()
    again = asked_for(ben, rule)
    work()
    assert (again["id"] != started["id"], shown(ben, again)["saves"]["saved"]) == (True, 0)
    assert [each["id"] for each in ben.get("/api/backfills")["backfills"]] == [again["id"], started["id"]]


def test_it_is_paused_and_resumed(ben: Someone, record: Any, rule: Any, work: Any) -> None:
    started = asked_for(ben, rule)
    path = f"/api/backfills/{started['id']}"
    assert ben("PATCH", path, json={"state": "paused"})["state"] == "paused"
    work()
    assert (shown(ben, started)["seen"], on_record(ben, record)) == (0, [])
    assert ben("PATCH", path, json={"state": "running"})["state"] == "running"
    work()
    assert (shown(ben, started)["state"], on_record(ben, record)) == ("done", ["1", "2", "3"])
    assert refused(ben, "PATCH", path, 409, {"state": "paused"}) == "not_under_way"


def test_what_comes_after_a_pause_is_not_written_any_more(
    ben: Someone, record: Any, rule: Any, services: Services, work: Any
) -> None:
    started = asked_for(ben, rule)
    path = f"/api/backfills/{started['id']}"
    with at_page(services, 1, lambda: ben("PATCH", path, json={"state": "paused"})):
        turn(services, started)
    assert (shown(ben, started)["state"], shown(ben, started)["seen"]) == ("paused", 0)
    work()
    assert on_record(ben, record) == []


def test_several_workers_at_once_count_and_save_once(
    ben: Someone, record: Any, rule: Any, services: Services, work: Any
) -> None:
    started = asked_for(ben, rule)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: backfill.drain(services, UUID(started["id"])), range(8)))
    work()
    assert (shown(ben, started)["seen"], shown(ben, started)["matched"]) == (6, 3)
    assert on_record(ben, record) == ["1", "2", "3"]


def test_it_is_undone_as_one(ben: Someone, record: Any, rule: Any, work: Any) -> None:
    started = asked_for(ben, rule)
    work()
    path = f"/api/backfills/{started['id']}"
    assert ben("DELETE", path, expect=202)["state"] == "undoing"
    assert refused(ben, "POST", f"/api/rules/{rule['id']}/backfills", 409, {}) == "being_undone"
    work()
    undone = shown(ben, started)
    assert (undone["state"], undone["saves"]["saved"], undone["saves"]["undone"]) == ("undone", 0, 3)
    assert on_record(ben, record) == []
    assert happened(ben).count("undone") == 3
    assert ben("DELETE", path, expect=202)["state"] == "undone"
    assert ben.get(f"/api/rules/{rule['id']}")["state"] == "active"


def test_what_was_queued_only_is_undone_without_having_been_saved(
    ben: Someone, record: Any, rule: Any, services: Services, work: Any, control: Control
) -> None:
    started = asked_for(ben, rule)
    turn(services, started)
    assert shown(ben, started)["saves"]["queued"] == 3
    ben("DELETE", f"/api/backfills/{started['id']}", expect=202)
    control("DELETE", "requests")
    work()
    assert (shown(ben, started)["state"], shown(ben, started)["saves"]["undone"]) == ("undone", 3)
    assert on_record(ben, record) == []
    assert not [each for each in control.requests("graph") if each["route"].endswith("$value")]


def test_what_is_being_saved_at_this_moment_is_undone_a_little_later(
    ben: Someone, ana: Someone, record: Any, rule: Any, services: Services, work: Any
) -> None:
    started = asked_for(ben, rule)
    work()
    in_hand = "state = 'saving', lease_until = now() + interval '1 minute'"
    row(services, f"UPDATE saves SET {in_hand} WHERE id = (SELECT max(id::text)::uuid FROM saves)")
    ana("DELETE", f"/api/backfills/{started['id']}", expect=202)
    work()
    assert (shown(ben, started)["state"], shown(ben, started)["saves"]["undone"]) == ("undoing", 2)
    row(services, "UPDATE saves SET state = 'saved', lease_until = NULL WHERE state = 'saving'")
    turn(services, started)
    assert (shown(ben, started)["state"], on_record(ben, record)) == ("undone", [])
    assert happened(ana).count("undone") == 3, "it was she who asked"


def test_a_paused_rule_pauses_it_and_a_removed_one_ends_it(ben: Someone, record: Any, rule: Any, work: Any) -> None:
    started = asked_for(ben, rule)
    path = f"/api/rules/{rule['id']}"
    ben("PATCH", path, json={"state": "paused"})
    work()
    paused = shown(ben, started)
    assert (paused["state"], paused["reason"], on_record(ben, record)) == ("paused", "The rule is paused.", [])
    assert refused(ben, "PATCH", f"/api/backfills/{started['id']}", 409, {"state": "running"}) == "not_active"
    ben("PATCH", path, json={"state": "active"})
    ben("PATCH", f"/api/backfills/{started['id']}", json={"state": "running"})
    ben("DELETE", path)
    work()
    assert (shown(ben, started)["state"], shown(ben, started)["reason"]) == ("failed", "The rule was removed.")


def test_where_the_rule_was_active_all_the_time_there_is_nothing_to_do(
    ben: Someone, rule: Any, services: Services
) -> None:
    row(services, "UPDATE rules SET since = now() - interval '40 days'")
    started = asked_for(ben, rule, days=30)
    assert (started["state"], started["progress"]) == ("done", 1)
    assert started["reason"] == "All mail of this time came while the rule was active; it was looked at then."
    assert asked_for(ben, rule, days=50)["state"] == "running"


# Trouble


def test_without_a_licence_none_is_started(ana: Someone, ben: Someone, rule: Any) -> None:
    [license] = ana.get("/api/admin/licenses")["licenses"]
    ana("DELETE", f"/api/admin/licenses/{license['id']}")
    error = ben.post(f"/api/rules/{rule['id']}/backfills", {}, expect=402)["error"]
    assert (error["code"], error["mailbox"]) == ("license_missing", SUPPORT)


def test_a_licence_that_is_taken_away_holds_it_until_it_is_back(
    ana: Someone, ben: Someone, record: Any, rule: Any, services: Services, work: Any
) -> None:
    started = asked_for(ben, rule)
    [license] = ana.get("/api/admin/licenses")["licenses"]
    ana("DELETE", f"/api/admin/licenses/{license['id']}")
    turn(services, started)
    held = shown(ben, started)
    assert (held["state"], "no licence" in held["reason"], held["seen"]) == ("running", True, 0)
    licensed(ana, SUPPORT)
    turn(services, started)
    work()
    assert (shown(ben, started)["reason"], on_record(ben, record)) == (None, ["1", "2", "3"])


def test_a_lost_right_ends_it_with_the_reason(
    ana: Someone, ben: Someone, record: Any, rule: Any, control: Control, services: Services
) -> None:
    started = asked_for(ben, rule)
    lose_right(control, BEN)
    turn(services, started)
    failed = shown(ben, started)
    assert (failed["state"], failed["reason"]) == ("failed", "Ben may no longer read this mailbox.")


def test_it_waits_as_long_as_graph_asks(ben: Someone, rule: Any, control: Control, services: Services) -> None:
    started = asked_for(ben, rule)
    busy = {"service": "graph", "path": "*/messages*", "status": 429, "headers": {"Retry-After": "7"}, "times": 1}
    control("POST", "faults", json=busy)
    turn(services, started)
    assert (shown(ben, started)["state"], 5 < waits(services, started) < 8) == ("running", True)
    assert "tries again by itself" in shown(ben, started)["reason"]


# Who may


def test_an_administrator_starts_one_only_where_they_may_read(
    ana: Someone, ben: Someone, record: Any, rule: Any
) -> None:
    licensed(ana, CLEO)
    elsewhere = ruled(ben, record, mailbox=CLEO)
    assert refused(ana, "POST", f"/api/rules/{elsewhere['id']}/backfills", 403, {}) == "mailbox_access_denied"
    assert asked_for(ana, rule)["startedBy"]["address"] == "ana@contoso.example"


def test_another_member_sees_it_and_changes_nothing(
    ana: Someone, someone: Any, ben: Someone, record: Any, seat: None
) -> None:
    rule = ruled(ana, record)
    started = asked_for(ana, rule)
    ben.get(f"/api/rules?mailbox={SUPPORT}")
    path = f"/api/backfills/{started['id']}"
    assert ben.get(path)["startedBy"]["me"] is False
    assert [each["id"] for each in ben.get(f"/api/backfills?mailbox={SUPPORT}")["backfills"]] == [started["id"]]
    assert refused(ben, "POST", f"/api/rules/{rule['id']}/backfills", 403, {}) == "not_your_rule"
    assert refused(ben, "PATCH", path, 403, {"state": "paused"}) == "not_your_rule"
    assert refused(ben, "DELETE", path, 403) == "not_your_rule"


def test_strangers_and_other_tenants_see_nothing(ben: Someone, mallory: Someone, eve: Someone, rule: Any) -> None:
    started = asked_for(ben, rule)
    path = f"/api/backfills/{started['id']}"
    for stranger in (mallory, eve):
        assert stranger.get("/api/backfills")["backfills"] == []
        assert refused(stranger, "GET", path, 404) == "not_found"
        assert refused(stranger, "PATCH", path, 404, {"state": "paused"}) == "not_found"
        assert refused(stranger, "DELETE", path, 404) == "not_found"
        assert refused(stranger, "POST", f"/api/rules/{rule['id']}/backfills", 404, {}) == "not_found"
    assert shown(ben, started)["state"] == "running"


@pytest.mark.parametrize("body", [{"days": 0}, {"days": 366}, {"days": "30"}, {"mailbox": 5}])
def test_a_wish_that_is_none_is_refused(ben: Someone, rule: Any, body: Any) -> None:
    assert refused(ben, "POST", f"/api/rules/{rule['id']}/backfills", 400, body) == "invalid_request"


def test_a_rule_that_rests_has_no_past_mail_saved(ben: Someone, rule: Any) -> None:
    ben("PATCH", f"/api/rules/{rule['id']}", json={"state": "paused"})
    assert refused(ben, "POST", f"/api/rules/{rule['id']}/backfills", 409, {}) == "not_active"
