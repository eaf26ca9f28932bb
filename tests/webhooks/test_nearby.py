"""A worker tells what happened in it by itself; where it is about to end, whoever works next is called."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import event, text
from sqlalchemy.orm import Session

from server.doorbell import nearby
from server.services import Services
from server.webhooks.couriers import Called, Couriers
from server.webhooks.events import tell
from tests.autopilot.watched import row
from tests.conftest import Control, Someone
from tests.webhooks.steps import added, heard

JOBS = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'affix:announce'"


class Near:
    """Somebody who is there when he is asked, and perhaps not any more when he is called."""

    is_open = True

    def __init__(self, is_taken: bool) -> None:
        self.is_taken = is_taken
        self.called: list[UUID] = []

    def taken(self, session: Session, webhook_ids: Sequence[UUID]) -> list[Called]:
        return [Called(each) for each in webhook_ids]

    def send(self, call: Called) -> bool:
        self.called.append(call.webhook_id)
        return self.is_taken


def jobs(services: Services) -> int:
    with services.database.session() as session:
        return int(session.scalar(text(JOBS)) or 0)


def happens(services: Services, tenant_id: str) -> None:
    with services.database.session.begin() as session:
        tell(session, tenant_id, "messageSaved", {})


def test_who_is_near_is_called_and_no_job_is_written(ana: Someone, hook: dict[str, Any], services: Services) -> None:
    near, tenant_id = Near(is_taken=True), ana.get("/api/me")["tenant"]["id"]
    with nearby(services.database.session, near):
        happens(services, tenant_id)
    assert ([str(each) for each in near.called], jobs(services)) == ([hook["id"]], 0)


def test_who_has_closed_meanwhile_leaves_a_job_for_the_next(
    ana: Someone, hook: dict[str, Any], services: Services, control: Control, work: Any
) -> None:
    near, tenant_id = Near(is_taken=False), ana.get("/api/me")["tenant"]["id"]
    with nearby(services.database.session, near):
        happens(services, tenant_id)
    assert jobs(services) == 1
    work()
    assert len(heard(control)) == 1


def test_what_was_taken_in_hand_is_free_again_where_the_process_ends_before_it_is_sent(
    ana: Someone, hook: dict[str, Any], services: Services, control: Control, work: Any
) -> None:
    couriers, tenant_id = Couriers(services), ana.get("/api/me")["tenant"]["id"]
    with nearby(services.database.session, couriers), services.database.session() as session:
        tell(session, tenant_id, "messageSaved", {})
        event.listen(session, "before_commit", lambda _: couriers.close(at_once=True))
        session.commit()
    assert heard(control) == []
    work()
    assert len(heard(control)) == 1


def test_an_address_of_which_somebody_writes_a_word_is_told_when_that_is_done(
    ana: Someone, hook: dict[str, Any], services: Services, control: Control
) -> None:
    couriers, tenant_id = Couriers(services), ana.get("/api/me")["tenant"]["id"]
    with services.database.session() as writer:
        writer.execute(text("SELECT FROM webhooks FOR NO KEY UPDATE"))
        with nearby(services.database.session, couriers):
            happens(services, tenant_id)
        assert heard(control) == []
    couriers.close(at_once=False)
    assert len(heard(control)) == 1


def test_a_process_that_is_about_to_end_gives_back_what_it_cannot_begin(
    ana: Someone, hook: dict[str, Any], services: Services, control: Control, work: Any
) -> None:
    """Its threads take nothing more, though nobody has closed it yet."""
    couriers, tenant_id = Couriers(services), ana.get("/api/me")["tenant"]["id"]
    couriers._threads.shutdown()
    with nearby(services.database.session, couriers):
        happens(services, tenant_id)
    found = row(services, "SELECT lease_until, attempts FROM webhooks JOIN deliveries ON webhook_id = webhooks.id")
    assert (found, jobs(services)) == ({"lease_until": None, "attempts": 0}, 1)
    work()
    assert len(heard(control)) == 1


def test_only_as_many_addresses_are_in_hand_as_there_are_threads(ana: Someone, services: Services) -> None:
    """Else many would be in hand, and have their time run out, while they wait for a thread."""
    ids = [UUID(added(ana, path=f"/{number}")["id"]) for number in range(3)]
    couriers, tenant_id = Couriers(services, most=2), ana.get("/api/me")["tenant"]["id"]
    with services.database.session() as session:
        tell(session, tenant_id, "messageSaved", {})
        session.flush()
        calls = couriers.taken(session, ids)
        session.rollback()
    assert [each.webhook_id for each in calls] == ids
    assert [each.webhook_id for each in calls if each.taken] == ids[:2]
