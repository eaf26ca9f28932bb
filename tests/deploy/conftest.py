"""A database beside the one that all tests share, for those that change its schema."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine

from server.db import engine_for

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
