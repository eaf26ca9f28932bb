"""A worker tells what happened in it by itself; where it is about to end, whoever works next is called."""

from typing import Any
from uuid import UUID

from sqlalchemy import text

from server.doorbell import nearby
from server.services import Services
from server.webhooks.events import tell
from tests.conftest import Control, Someone
from tests.webhooks.steps import heard

JOBS = "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'affix:announce'"


class Near:
    """Somebody who is there when he is asked, and perhaps not any more when he is called."""

    is_open = True

    def __init__(self, is_taken: bool) -> None:
        self.is_taken = is_taken
        self.called: list[UUID] = []

    def send(self, webhook_id: UUID) -> bool:
        self.called.append(webhook_id)
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
