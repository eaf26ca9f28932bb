"""Who may ask what: people under /api, programs under /v1."""

from collections.abc import Callable
from typing import Any

import pytest
from apiflask import APIFlask

from tests.accounts.conftest import eve_program, program
from tests.conftest import Someone

__all__ = ["eve_program", "program"]  # as the stories of accounts have them


@pytest.fixture
def asking(ana: Someone, program: Someone) -> Callable[[str], Someone]:
    """Somebody who is let in at that address: an administrator, or a program that may do everything."""
    return lambda rule: program if rule.startswith("/v1/") else ana


@pytest.fixture
def description(app: APIFlask) -> dict[str, Any]:
    found: dict[str, Any] = app.test_client().get("/openapi.json").get_json()
    return found
