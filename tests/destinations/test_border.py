"""What the database says is told apart: that it is away or ended a session passes, a refused value does not."""

import time
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, create_engine, text

from server.destinations.base import DestinationError
from server.destinations.border import translated


def stand_still(connection: Connection) -> None:
    """For longer than a session may, within its transaction."""
    connection.execute(text("SET idle_in_transaction_session_timeout = 50"))
    time.sleep(0.3)
    connection.execute(text("SELECT 1"))


def be_ended(connection: Connection) -> None:
    connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))


def take_too_long(connection: Connection) -> None:
    connection.execute(text("SET LOCAL statement_timeout = 50"))
    connection.execute(text("SELECT pg_sleep(5)"))


def hold_an_odd_value(connection: Connection) -> None:
    connection.execute(text("SELECT '-1'::uuid"))


@pytest.mark.parametrize(
    ("trouble", "is_permanent"),
    [(stand_still, False), (be_ended, False), (take_too_long, False), (hold_an_odd_value, True)],
)
def test_only_a_refused_value_is_refused_for_good(
    database: str, trouble: Callable[[Connection], None], is_permanent: bool
) -> None:
    engine: Engine = create_engine("postgresql+psycopg://" + database.split("://", 1)[1])
    with pytest.raises(DestinationError) as raised, engine.connect() as connection, translated():
        trouble(connection)
    assert raised.value.permanent is is_permanent
    engine.dispose()
