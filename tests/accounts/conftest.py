"""What stories of the account API begin with: a program with an API key, and mailboxes that are looked at."""

from typing import Any

import pytest
from apiflask import APIFlask

from server.autopilot import watching
from server.services import Services
from tests.accounts.guide import Company, company_of
from tests.conftest import Control, Someone
from tests.simulator.world import World

SCOPES = ["accounts", "read", "send", "webhooks"]


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
def sweep(services: Services, work: Any) -> Any:
    """Whatever is due is done."""

    def sweep_and_work() -> None:
        watching.ring_for_overdue(services)
        work()

    return sweep_and_work
