"""Who may ask what: people under /api, programs under /v1."""

from collections.abc import Callable
from typing import Any

import pytest
from apiflask import APIFlask

from tests.accounts.conftest import program_of
from tests.conftest import Someone
from tests.simulator.world import World


@pytest.fixture
def program(app: APIFlask, ana: Someone) -> Someone:
    """With a key of Contoso that may do everything."""
    return program_of(app, ana)


@pytest.fixture
def eve_program(app: APIFlask, someone: Any, world: World) -> Someone:
    """The same of another tenant."""
    account = world.account("eve")
    assert account is not None
    account.app_roles = ("Affix.Administrator",)
    return program_of(app, someone("eve"))


@pytest.fixture
def asking(ana: Someone, program: Someone) -> Callable[[str], Someone]:
    """Somebody who is let in at that address: an administrator, or a program that may do everything."""
    return lambda rule: program if rule.startswith("/v1/") else ana


@pytest.fixture
def description(app: APIFlask) -> dict[str, Any]:
    found: dict[str, Any] = app.test_client().get("/openapi.json").get_json()
    return found
