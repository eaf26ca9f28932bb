"""Nothing that was to be told is lost: it is tried again for days, by whichever worker lives, under the same number."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from server.clock import now
from server.models import Delivery, Webhook
from server.services import Services
from server.webhooks import deliver
from server.webhooks.events import tell
from server.webhooks.posting import WHOLE
from tests.conftest import Control, Someone
from tests.simulator.adapter import SimulatorAdapter
from tests.webhooks.steps import (
    PATH,
    added,
    deliveries,
    execute,
    fault,
    heard,
    let_time_pass,
    shown,
    types,
)


@pytest.fixture
def happens(ana: Someone, services: Services, work: Any) -> Any:
    """Something happens, and the worker tells it."""
    tenant_id = ana.get("/api/me")["tenant"]["id"]

    def one() -> None:
        with services.database.session.begin() as session:
            tell(session, tenant_id, "messageSaved", {})
        work()

    return one


@pytest.fixture
def on_the_way_back(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Something that happens after the receiver took a delivery, and before we know."""
    truly = SimulatorAdapter.send

    @contextmanager
    def doing(what: Callable[[], object]) -> Iterator[None]:
        def send(self: SimulatorAdapter, request: Any, *args: Any, **kwargs: Any) -> Any:
            answer = truly(self, request, *args, **kwargs)
            if "webhook-id" in request.headers:
                what()
            return answer

        with monkeypatch.context() as patch:
            patch.setattr(SimulatorAdapter, "send", send)
            yield

    return doing


def is_due_after(services: Services, seconds: float, begun: datetime, jitter: float = 0.0) -> bool:
    """Whether the only delivery is due so many seconds after a try that was made since `begun`."""
    with services.database.session() as session:
        next_at = session.scalars(select(Delivery.next_at)).one()
    least, most = timedelta(seconds=seconds * (1 - jitter)), timedelta(seconds=seconds * (1 + jitter))
    return begun + least <= next_at <= now() + most


def test_it_is_tried_on_schedule_under_the_same_number_until_it_is_taken(
    ana: Someone, hook: dict[str, Any], happens: Any, services: Services, control: Control, work: Any
) -> None:
    fault(control, status=500, after=True, times=5)
    begun = now()
    happens()
    for wait in deliver.WAITS[:5]:
        assert is_due_after(services, wait, begun, deliver.JITTER)
        begun = now()
        let_time_pass(services)
        work()
    [delivery] = deliveries(ana, hook)
    assert (delivery["state"], delivery["attempts"], delivery["status"]) == ("delivered", 6, 204)
    came = heard(control)
    assert len({each["headers"]["webhook-id"] for each in came}) == 1
    assert len({each["body"] for each in came}) == 1
    assert len(came) == 6


def test_after_three_days_it_has_failed_and_can_be_sent_again(
    ana: Someone, hook: dict[str, Any], happens: Any, services: Services, control: Control, work: Any
) -> None:
    assert 75 * 3600 < sum(deliver.WAITS) < 76 * 3600
    fault(control, status=500)
    happens()
    for _ in deliver.WAITS:
        let_time_pass(services)
        work()
    [delivery] = deliveries(ana, hook, "?state=failed")
    assert (delivery["attempts"], delivery["problem"], delivery["nextAt"]) == (10, "It answered 500.", None)
    let_time_pass(services)
    work()
    assert deliveries(ana, hook)[0]["attempts"] == 10
    control("DELETE", "faults")
    again = ana.post(f"{PATH}/{hook['id']}/deliveries/{delivery['id']}/replay", None, expect=202)
    assert (again["state"], again["number"]) == ("waiting", delivery["number"])
    work()
    assert [each["headers"]["webhook-id"] for each in heard(control)] == [delivery["number"]]


def test_what_a_worker_had_in_hand_when_it_died_is_sent_by_the_next_one(
    ana: Someone,
    hook: dict[str, Any],
    happens: Any,
    on_the_way_back: Any,
    services: Services,
    control: Control,
    work: Any,
) -> None:
    """It dies after the receiver took it and before that is written down."""

    class Killed(BaseException):
        pass

    def die() -> None:
        raise Killed

    with on_the_way_back(die):
        happens()
    assert [each["state"] for each in deliveries(ana, hook)] == ["waiting"]
    deliver.ring_for_overdue(services)
    work()
    assert len(heard(control)) == 1  # the lease is not over
    let_time_pass(services)
    work()
    first, second = heard(control)
    assert first["headers"]["webhook-id"] == second["headers"]["webhook-id"]
    assert deliveries(ana, hook)[0]["state"] == "delivered"


def test_what_comes_late_after_somebody_else_took_over_is_not_written(
    ana: Someone, hook: dict[str, Any], happens: Any, on_the_way_back: Any, services: Services
) -> None:
    with on_the_way_back(lambda: execute(services, "UPDATE deliveries SET fence = fence + 1, attempts = 7")):
        happens()
    assert [(each["state"], each["attempts"]) for each in deliveries(ana, hook)] == [("waiting", 7)]


def test_what_did_not_happen_after_all_is_not_told(
    ana: Someone, hook: dict[str, Any], services: Services, control: Control, work: Any
) -> None:
    """A transaction that ends without being committed takes along what it would have told."""

    class Died(Exception):
        pass

    tenant_id = ana.get("/api/me")["tenant"]["id"]
    for ends in (True, False):
        with suppress(Died), services.database.session.begin() as session:
            tell(session, tenant_id, "messageSaved", {"happened": ends})
            if not ends:
                raise Died
    work()
    assert [each["told"]["data"] for each in heard(control)] == [{"happened": True}]
    assert len(deliveries(ana, hook)) == 1


def test_retry_after_is_obeyed_and_the_others_wait_too(
    ana: Someone, hook: dict[str, Any], happens: Any, services: Services, control: Control, work: Any
) -> None:
    fault(control, status=429, headers={"Retry-After": "900"}, times=1)
    begun = now()
    happens()
    assert is_due_after(services, 900, begun)
    happens()
    assert [(each["state"], each["attempts"]) for each in deliveries(ana, hook)] == [("waiting", 0), ("waiting", 1)]
    let_time_pass(services)
    work()
    assert {each["state"] for each in deliveries(ana, hook)} == {"delivered"}


def test_an_address_that_is_gone_is_told_nothing_any_more(
    ana: Someone, hook: dict[str, Any], happens: Any, services: Services, control: Control, work: Any
) -> None:
    fault(control, status=410, times=1)
    happens()
    now_ = shown(ana, hook)
    assert (now_["state"], now_["reasonCode"], now_["waiting"]) == ("ended", "gone", 0)
    happens()
    [delivery] = deliveries(ana, hook)
    assert (delivery["state"], delivery["status"]) == ("failed", 410)
    refusal = ana.post(f"{PATH}/{hook['id']}/deliveries/{delivery['id']}/replay", None, expect=409)
    assert refusal["error"]["code"] == "ended"
    assert "webhook_ended" in {each["what"] for each in ana.get("/api/activity?kind=webhook")["activity"]}
    assert ana("PATCH", f"{PATH}/{hook['id']}", json={"state": "active"})["reason"] is None
    ana.post(f"{PATH}/{hook['id']}/replay", {"from": "2020-01-01T00:00:00Z"}, expect=202)
    work()
    assert types(control) == ["messageSaved"]


def test_redirects_are_failures_and_are_not_followed(
    ana: Someone, hook: dict[str, Any], happens: Any, control: Control
) -> None:
    fault(control, status=307, headers={"Location": "https://hooks.adatum.example/elsewhere"}, times=1)
    happens()
    [delivery] = deliveries(ana, hook)
    assert (delivery["status"], delivery["problem"]) == (307, "It answered 307, and leads elsewhere.")
    assert heard(control, "/elsewhere") == []


def test_after_five_days_of_nothing_but_failure_it_is_paused_and_what_waits_is_kept(
    ana: Someone, hook: dict[str, Any], happens: Any, services: Services, control: Control, work: Any
) -> None:
    fault(control, status=500)
    happens()
    assert shown(ana, hook)["state"] == "active"
    execute(services, "UPDATE webhooks SET failing_since = now() - interval '121 hours'")
    let_time_pass(services)
    work()
    now_ = shown(ana, hook)
    assert (now_["state"], now_["reasonCode"], now_["waiting"]) == ("paused", "failing", 1)
    assert now_["reason"].startswith("Nothing arrived since ")
    assert "webhook_stopped" in {each["what"] for each in ana.get("/api/activity?kind=webhook")["activity"]}
    control("DELETE", "faults")
    happens()
    let_time_pass(services)
    work()
    assert (heard(control), shown(ana, hook)["waiting"]) == ([], 2)
    resumed = ana("PATCH", f"{PATH}/{hook['id']}", json={"state": "active"})
    assert (resumed["state"], resumed["failingSince"]) == ("active", None)
    work()
    assert len(heard(control)) == 2


def test_where_nobody_answers_one_goes_first_and_brings_back_the_others(
    ana: Someone, hook: dict[str, Any], happens: Any, services: Services, control: Control, work: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(deliver, "FIRST_QUIET", 60.0)
    fault(control, cut=True)
    for _ in range(3):
        happens()
    assert [each["attempts"] for each in deliveries(ana, hook)] == [0, 0, 1]
    assert deliveries(ana, hook)[2]["problem"] == "Nobody answered there."
    control("DELETE", "faults")
    execute(services, "UPDATE webhooks SET failing_since = now() - interval '5 minutes', quiet_until = NULL")
    execute(services, "UPDATE deliveries SET next_at = now() + interval '5 hours' WHERE attempts = 1")
    deliver.ring_for_overdue(services)
    work()
    assert {each["state"] for each in deliveries(ana, hook)} == {"delivered"}
    assert shown(ana, hook)["failingSince"] is None


def test_a_slow_address_holds_up_no_other(
    ana: Someone, hook: dict[str, Any], happens: Any, control: Control, work: Any
) -> None:
    """All of it is one run of the worker: whoever is quick has heard of it before the slow one answers."""
    added(ana, "/quick")
    fault(control, path="/affix", delay_ms=1500, times=1)
    happens()
    [slow], [quick] = heard(control), heard(control, "/quick")
    assert quick["at"] < slow["at"]


def test_a_month_later_it_is_forgotten_a_few_at_a_time(
    ana: Someone, hook: dict[str, Any], happens: Any, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        happens()
    deliver.forget_old(services)
    assert len(deliveries(ana, hook)) == 3
    execute(services, "UPDATE deliveries SET created_at = created_at - interval '31 days'")
    monkeypatch.setattr(deliver, "FORGOTTEN", 2)
    deliver.forget_old(services)
    assert len(deliveries(ana, hook)) == 1
    ana("DELETE", f"{PATH}/{hook['id']}")
    deliver.forget_old(services)
    with services.database.session() as session:
        assert session.get(Webhook, UUID(hook["id"])) is None


def test_one_try_has_its_limits() -> None:
    assert WHOLE + 10 < deliver.LEASE.total_seconds()
    assert timedelta(seconds=deliver.SLICE + WHOLE) < deliver.LEASE


def test_one_blip_counts_once_however_much_waits(
    ana: Someone, hook: dict[str, Any], services: Services, control: Control, work: Any
) -> None:
    """The first that finds nobody there spares the others a try, and the address rests as after one trouble."""
    tenant_id = ana.get("/api/me")["tenant"]["id"]
    with services.database.session.begin() as session:
        for _ in range(20):
            tell(session, tenant_id, "messageSaved", {})
    fault(control, status=503)
    begun = now()
    work()
    with services.database.session() as session:
        row = session.scalars(select(Webhook)).one()
        tried = [each.attempts for each in session.scalars(select(Delivery))]
    assert row.troubles == 1
    assert row.quiet_until and row.quiet_until <= now() + timedelta(seconds=deliver.FIRST_QUIET)
    assert row.quiet_until > begun
    assert 1 <= sum(tried) <= deliver.AT_ONCE
    control("DELETE", "faults")
    let_time_pass(services)
    work()
    assert {each["state"] for each in deliveries(ana, hook)} == {"delivered"}
    assert len(heard(control)) == 20
