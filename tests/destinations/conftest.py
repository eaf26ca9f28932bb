"""Destinations against the run's own PostgreSQL. Every test has tenants of its own, so nothing needs to be emptied."""

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

from server.destinations.local import LocalDestination


@pytest.fixture(scope="session")
def engine(postgres: str) -> Iterator[Engine]:
    # Other tests of this run end sessions of the database, also idle ones.
    engine = create_engine("postgresql+psycopg://" + postgres.split("://", 1)[1], pool_pre_ping=True)
    yield engine
    engine.dispose()


@pytest.fixture
def local(engine: Engine) -> LocalDestination:
    return LocalDestination(engine)


@pytest.fixture
def tenant() -> str:
    return str(uuid.uuid4())


@pytest.fixture
def stranger() -> str:
    """Another tenant."""
    return str(uuid.uuid4())
