"""Whatever happens to watched mailboxes, in whatever order: what a rule wanted is on its record once, and nothing else.

AFFIX_TEST_SIZE=full makes many more and longer runs, new ones each time: 500, or as many as AFFIX_TEST_RUNS says.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import Engine, create_engine

from server.settings import Settings
from tests.autopilot.machine.clicks import Clicks
from tests.autopilot.machine.labour import Labour
from tests.autopilot.machine.outside import Outside
from tests.autopilot.machine.stage import Stage
from tests.autopilot.watched import BASE
from tests.conftest import Control
from tests.simulator.world import World

USUAL = settings(max_examples=20, stateful_step_count=20, derandomize=True, database=None)
FULL = settings(max_examples=int(os.environ.get("AFFIX_TEST_RUNS", "500")), stateful_step_count=50, print_blob=True)
SIZE = FULL if os.environ.get("AFFIX_TEST_SIZE") == "full" else USUAL


class AnyOrder(Clicks, Labour, Outside):
    """All steps together."""


@pytest.fixture
def engine(postgres: str) -> Iterator[Engine]:
    """A way into the database beside the service. What a power cut would do to it is no part of this."""
    engine = create_engine("postgresql+psycopg://" + postgres.split("://", 1)[1])
    _run(engine, "ALTER DATABASE postgres SET synchronous_commit = off")
    yield engine
    _run(engine, "ALTER DATABASE postgres RESET synchronous_commit")
    engine.dispose()


def _run(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)


@pytest.fixture
def machine(engine: Engine, engine_of_apps: Engine, world: World, control: Control, settings: Settings) -> Any:
    """A new machine in a new world, each time that one is asked for."""
    usual = settings.model_copy(update={"base_url": BASE, "access_max_age": 0, "max_attempts": 50})

    def make(**more: Any) -> Stage:
        return Stage(engine, engine_of_apps, world, control, usual.model_copy(update=more))

    return lambda: AnyOrder(make)


def test_every_wanted_email_is_on_its_record_once_and_no_other(machine: Any) -> None:
    sized = settings(SIZE, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=sized)
