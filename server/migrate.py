"""Brings the database to the newest schema: numbered files in server/migrations/versions, run under one lock.

Processes of the release before work on meanwhile, and after: migrations add, and take away only what the release before
no longer used (tests/deploy/test_migrations.py).
"""

import re
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
REVISION = re.compile(r"\d{4}")
LOCK = 4183050  # any fixed number: two processes that start at once must not migrate twice
LOCK_SECONDS = 2.0  # for a table that others use; who waits for one keeps all others waiting behind
PAUSE = 0.5  # seconds in which the others get on
PATIENCE = 60.0  # seconds, for all tries


def upgrade(engine: Engine, to: str = "head", patience: float = PATIENCE) -> None:
    """Run what is missing, each migration a transaction. A newer database stays as it is: its release is being rolled
    out, or was rolled back. Raises Busy when some table did not come free within `patience` seconds; the migrations
    before that one are there then, and the next call goes on with it.
    """
    until = time.monotonic() + patience
    with _alone(engine, until):
        while not _try(engine, to):
            if time.monotonic() >= until:
                raise Busy("The database was too busy to be upgraded. Try again: what works now goes on working.")
            time.sleep(PAUSE)


def is_current(engine: Engine) -> bool:
    """Whether the database has every migration of this release. It may have newer ones: they take nothing from it."""
    with engine.connect() as connection:
        return _revision(connection) == newest() or _is_ahead(connection)


def newest() -> str:
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise LookupError("there are no migrations")
    return head


@contextmanager
def _alone(engine: Engine, until: float) -> Iterator[None]:
    """When all other migrations are through. The lock is the connection's, and goes with it. Who waits asks again and
    again: a statement that waited would be waited for itself, by an index that is made while others write.
    """
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}):
            if time.monotonic() >= until:
                raise Busy("Another process is upgrading the database. Try again when it is through.")
            time.sleep(PAUSE)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})


def _try(engine: Engine, to: str) -> bool:
    """Whether all is done; if not, a table was in use for too long."""
    with engine.connect() as connection:
        connection.execute(text(f"SET lock_timeout = {int(LOCK_SECONDS * 1000)}"))
        connection.commit()
        try:
            if not _is_ahead(connection):
                connection.rollback()  # a migration begins its own transaction
                config = _config()
                config.attributes["connection"] = connection
                command.upgrade(config, to)
        except OperationalError as error:
            if not isinstance(error.orig, LockNotAvailable | DeadlockDetected):
                raise
            return False
        finally:
            connection.rollback()
            connection.execute(text("RESET lock_timeout"))
            connection.commit()
    return True


def _is_ahead(connection: Connection) -> bool:
    """Revisions are four digits: the greater is the newer."""
    revision = _revision(connection) or ""
    return bool(REVISION.fullmatch(revision)) and revision > newest()


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
