"""What stories of the account API begin with: a program with an API key, and mailboxes that are looked at."""

from typing import Any

import pytest
from apiflask import APIFlask
from sqlalchemy import select, text

from server.accounts.sending import delivering
from server.autopilot import watching
from server.models import Submission
from server.services import Services
from tests.accounts.guide import Company, company_of, connected, delegated
from tests.conftest import Control, Someone
from tests.simulator.world import World

SCOPES = ["accounts", "read", "send", "webhooks"]
ALL_DUE = (
    "UPDATE submissions SET due_at = now(), lease_until = NULL"
    " WHERE state IN ('queued', 'sending') AND send_at <= now()"
)


def program_of(app: APIFlask, administrator: Someone, scopes: list[str] | None = None) -> Someone:
    """A program with a key that this administrator made."""
    wanted = {"name": "Help desk", "scopes": scopes or SCOPES}
    made = administrator.post("/api/admin/api-keys", wanted, expect=201)
    return Someone(app.test_client(), made["key"])


@pytest.fixture
def program(app: APIFlask, ana: Someone) -> Someone:
    """With a key of Contoso that may do everything: `program("POST", "/v1/account", {...}, expect=200)`."""
    return program_of(app, ana)


@pytest.fixture
def eve_program(app: APIFlask, someone: Any, world: World) -> Someone:
    """The same of another tenant."""
    account = world.account("eve")
    assert account is not None
    account.app_roles = ("Affix.Administrator",)
    return program_of(app, someone("eve"))


@pytest.fixture
def company(world: World, control: Control) -> Company:
    """The mailboxes and people that the printed requests of the guide name."""
    return company_of(world, control)


@pytest.fixture
def shared(program: Someone, control: Control) -> str:
    """The account of support@, on the right of ana's."""
    connected(program, control, "main", "ana@contoso.example")
    program("POST", "/v1/account", delegated("shared-support", "support@contoso.example", "main"), expect=200)
    return "shared-support"


@pytest.fixture
def again(services: Services) -> Any:
    """The next attempt to send whatever is not sent, whenever it would be, of what a dead worker left too."""

    def run() -> None:
        with services.database.session.begin() as session:
            session.execute(text(ALL_DUE))
            waiting = list(session.scalars(select(Submission.id).order_by(Submission.created_at)))
        for submission_id in waiting:
            delivering.deliver(services, submission_id)

    return run


@pytest.fixture
def sweep(services: Services, work: Any) -> Any:
    """Whatever is due is done."""

    def sweep_and_work() -> None:
        watching.ring_for_overdue(services)
        work()

    return sweep_and_work
