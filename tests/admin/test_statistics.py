"""Figures for charts: what was saved by kind, what failed and why, what waits, and what Graph was asked."""

from datetime import timedelta
from typing import Any

from server.clock import now
from server.services import Services
from tests.activity.steps import fail_downloads
from tests.admin.conftest import Look
from tests.autopilot.stories import SENDER, order, ruled
from tests.conftest import Control, Someone
from tests.steps import SUPPORT, contact, execute, item_of, reference


def figures(person: Someone, days: int = 3) -> dict[str, Any]:
    found: dict[str, Any] = person.get(f"/api/admin/statistics?days={days}")
    return found


def rule_on(person: Someone, record: Any) -> None:
    ruled(person, {"kind": "address", "mailbox": SUPPORT, "value": SENDER, "record": reference(record)})


def test_saves_are_counted_by_day_and_kind_each_email_once(
    ana: Someone, ben: Someone, control: Control, record: Any, reached: None, look: Look, services: Services
) -> None:
    rule_on(ben, record)
    look()
    by_rule, by_hand = order(1), order(2, sender="sales@adatum.example")
    control.deliver(SUPPORT, by_rule)
    ben.save(item_of(control.deliver(SUPPORT, by_hand), SUPPORT), record)
    look()
    ana.save(item_of(control.deliver("ana@contoso.example", by_hand)), record)  # on the record already
    look()
    shown = figures(ana)
    today = {"manual": 1, "conversation": 0, "address": 1, "domain": 0, "match": 0}
    days = [(now() - timedelta(days=ago)).date().isoformat() for ago in (2, 1, 0)]
    assert [each["day"] for each in shown["savedPerDay"]] == days
    assert (shown["from"], shown["to"]) == (days[0], days[2])
    assert shown["savedPerDay"][2] == {"day": days[2], **today}
    assert sum(shown["savedPerDay"][1].get(kind) for kind in today) == 0
    execute(services, "UPDATE saves SET saved_at = saved_at - interval '1 day' WHERE rule_id IS NOT NULL")
    assert [each["address"] for each in figures(ana)["savedPerDay"]] == [0, 1, 0]
    assert figures(ana, 1)["savedPerDay"] == [{"day": days[2], **today, "address": 0}]


def test_failures_are_told_by_reason_as_they_are_now_and_in_the_period(
    ana: Someone, ben: Someone, control: Control, work: Any
) -> None:
    record = contact(ana)
    fail_downloads(control)
    saves = [ben.save(item_of(control.deliver(SUPPORT, order(number)), SUPPORT), record)[0] for number in (1, 2)]
    work()
    [failure] = figures(ana)["failuresByReason"]
    assert (failure["code"], failure["count"], failure["inPeriod"]) == ("message_gone", 2, 2)
    assert "moved" in failure["reason"]
    control("DELETE", "faults")
    ben("POST", f"/api/saves/{saves[0]['id']}/retry", expect=202)
    work()
    [failure] = figures(ana)["failuresByReason"]
    assert (failure["count"], failure["inPeriod"]) == (1, 2)


def test_what_waits_is_told_by_its_age(ana: Someone, ben: Someone, control: Control, services: Services) -> None:
    record = contact(ana)
    for number in (1, 2, 3):
        [save] = ben.save(item_of(control.deliver(SUPPORT, order(number)), SUPPORT), record)
    assert figures(ana)["queue"]["ages"][0] == {"upTo": 60, "count": 3}
    execute(
        services,
        "UPDATE saves SET created_at = created_at - interval '2 days' WHERE id = :id",
        id=save["id"],
    )
    queue = figures(ana)["queue"]
    assert (queue["waiting"], 172_700 < queue["oldestSeconds"] < 173_400) == (3, True)
    assert [each["count"] for each in queue["ages"]] == [2, 0, 0, 0, 0, 1]
    assert queue["ages"][-1]["upTo"] is None


def test_requests_to_graph_are_those_that_were_sent(
    ana: Someone, ben: Someone, control: Control, work: Any, their_administrator: Someone
) -> None:
    record = contact(ana)
    assert figures(ana)["graphRequests"]["perSave"] is None
    ben.save(item_of(control.deliver(SUPPORT, order(1)), SUPPORT), record)
    work()
    sent = control.count("graph")
    shown = figures(ana)["graphRequests"]
    assert sent > 2
    assert (shown["perSave"], shown["perDay"][-1]["requests"], shown["perDay"][-1]["saves"]) == (sent, sent, 1)
    assert [each["requests"] for each in shown["perDay"][:-1]] == [0, 0]
    assert figures(their_administrator)["graphRequests"]["perDay"][-1]["requests"] == 0


def test_counts_of_several_processes_add_up_and_a_database_that_is_away_loses_none(
    ana: Someone, services: Services
) -> None:
    ana.get("/api/me")
    before = figures(ana)["graphRequests"]["perDay"][-1]["requests"]
    tenant = "11111111-2222-4333-8444-555555555555"
    with services.counts.of(tenant):
        services.counts.one()
        execute(services, "ALTER TABLE graph_counts RENAME TO elsewhere")
        try:
            services.counts.flush()
        finally:
            execute(services, "ALTER TABLE elsewhere RENAME TO graph_counts")
        services.counts.one()
    services.counts.one()  # for nobody
    execute(services, "UPDATE graph_counts SET requests = requests + 10")
    assert figures(ana)["graphRequests"]["perDay"][-1]["requests"] == before + 12


def test_another_tenant_has_figures_of_its_own(
    ben: Someone, ana: Someone, their_administrator: Someone, control: Control, work: Any
) -> None:
    ben.save(item_of(control.deliver(SUPPORT, order(1)), SUPPORT), contact(ana))
    assert figures(their_administrator)["queue"]["waiting"] == 0
    work()
    assert figures(their_administrator)["savedPerDay"][-1]["manual"] == 0
    assert figures(ana)["savedPerDay"][-1]["manual"] == 1
