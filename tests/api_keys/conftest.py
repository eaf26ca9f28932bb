"""Programs and administrators of two tenants."""

from typing import Any

import pytest
from apiflask import APIFlask

from tests.accounts.conftest import program_of
from tests.conftest import Someone
from tests.simulator.world import World


@pytest.fixture
def eve_admin(someone: Any, world: World) -> Someone:
    account = world.account("eve")
    assert account is not None
    account.app_roles = ("Affix.Administrator",)
    return someone("eve")  # type: ignore[no-any-return]


@pytest.fixture
def eve_program(app: APIFlask, eve_admin: Someone) -> Someone:
    return program_of(app, eve_admin)
