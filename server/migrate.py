"""Brings the database to the newest schema: numbered files in server/migrations/versions, run under one lock.

Processes of the release before work on meanwhile, and after: migrations add, and take away only what the release before
no longer used (tests/deploy/test_migrations.py).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from server.errors import Busy

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 4183050  # any fixed number: two processes that start at once must not migrate twice
LOCK_SECONDS = 2.0  # for a table that others use; who waits for one keeps all others waiting behind
PAUSE = 0.5  # seconds in which the others get on
PATIENCE = 60.0  # seconds, for all tries


def upgrade(engine: Engine, to: str = "head", patience: float = PATIENCE) -> None:
    """Run what is missing, all in one transaction. A newer database stays as it is: its release is being rolled out, or
    was rolled back. Raises Busy when some table did not come free within `patience` seconds; nothing is changed then.
    """
    until = time.monotonic() + patience
    while True:
        try:
            with _alone(engine) as connection:
                if not _is_ahead(connection):
                    config = _config()
                    config.attributes["connection"] = connection
                    command.upgrade(config, to)
            return
        except OperationalError as error:
            if not isinstance(error.orig, LockNotAvailable | DeadlockDetected):
                raise
            if time.monotonic() >= until:
                raise Busy("The database was too busy to be upgraded, and is as it was. Try again.") from None
        time.sleep(PAUSE)


def is_current(engine: Engine) -> bool:
    """Whether the database has every migration of this release. It may have newer ones: they take nothing from it."""
    with engine.connect() as connection:
        return (_revision(connection) or "") >= newest()


def newest() -> str:
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise LookupError("there are no migrations")
    return head


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """A transaction that has waited for all other migrations, and waits for nothing else for long."""
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        connection.execute(text(f"SET LOCAL lock_timeout = {int(LOCK_SECONDS * 1000)}"))
        yield connection


def _is_ahead(connection: Connection) -> bool:
    return (_revision(connection) or "") > newest()


def _revision(connection: Connection) -> str | None:
    """Four digits, as all our revisions have: the greater is the newer."""
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
