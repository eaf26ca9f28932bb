"""A mailbox under watch; and a database beside the one that all tests share, for those that change its schema."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine

from server.autopilot import watching
from server.db import engine_for
from server.services import Services
from server.settings import Settings
from tests.autopilot.watched import BASE, rule_on
from tests.conftest import Control, Someone
from tests.simulator.world import World
from tests.steps import SUPPORT, contact

NAME = "being_upgraded"


@pytest.fixture
def empty_database(postgres: str) -> Iterator[Engine]:
    """Without any table."""
    address = "postgresql+psycopg://" + postgres.split("://", 1)[1]
    administering = create_engine(address, isolation_level="AUTOCOMMIT")
    with administering.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {NAME}")
    engine = engine_for(str(administering.url.set(database=NAME).render_as_string(hide_password=False)), 2)
    yield engine
    engine.dispose()
    with administering.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {NAME} WITH (FORCE)")
    administering.dispose()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Microsoft 365 announces mail, and nothing is found by looking."""
    return Settings(**{**settings.model_dump(), "base_url": BASE, "poll_seconds": 100_000})


@pytest.fixture
def on_watch(
    ana: Someone, ben: Someone, app: Any, world: World, control: Control, services: Services, work: Any
) -> Iterator[dict[str, Any]]:
    """Ben's rule on the shared mailbox, which Microsoft 365 announces from now on. The record that it saves to."""
    world.reach(BASE, app)
    ana.post("/api/admin/licenses", {"mailbox": SUPPORT}, expect=201)
    record = contact(ana)
    rule_on(ben, control, record)
    watching.ring_for_overdue(services)
    work()
    yield record
    world.notifier.clear()
    assert world.notifier.is_settled(10)
