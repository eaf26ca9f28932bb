"""The traffic of all processes at a mailbox: so many requests at once, and none before a pause is over.

Seats are session-level advisory locks, one for each number, so that a process that dies leaves none taken. A pause is a
row of `pauses`, which the statement that takes a seat reads along.
"""

from contextlib import suppress
from functools import partial

import psycopg
from psycopg.rows import TupleRow

from server.db import DatabaseAway, StandingConnection
from server.mail.graph.seats import SEATS, Leave, paused

NUMBERS = range(1, SEATS + 1)
WAITING = SEATS + 1  # the lock of the one process that waits for a seat; while it is held, others let it go first

# A branch of CASE is run only when those before it failed. A lock named by NULL, as beyond the array, is not tried.
_TAKE = """
    WITH pause AS MATERIALIZED (
        SELECT extract(epoch FROM until - clock_timestamp())::float8 AS seconds FROM pauses WHERE mailbox = %(mailbox)s
    )
    SELECT (SELECT seconds FROM pause),
        CASE
            WHEN (SELECT seconds FROM pause) > 0 THEN NULL
            WHEN NOT pg_try_advisory_xact_lock_shared(hashtextextended(%(mailbox)s, %(first)s)) THEN NULL
            WHEN pg_try_advisory_lock(hashtextextended(%(mailbox)s, (%(free)s)[1])) THEN (%(free)s)[1]
            WHEN pg_try_advisory_lock(hashtextextended(%(mailbox)s, (%(free)s)[2])) THEN (%(free)s)[2]
            WHEN pg_try_advisory_lock(hashtextextended(%(mailbox)s, (%(free)s)[3])) THEN (%(free)s)[3]
            WHEN pg_try_advisory_lock(hashtextextended(%(mailbox)s, (%(free)s)[4])) THEN (%(free)s)[4]
            WHEN pg_try_advisory_lock(hashtextextended(%(mailbox)s, %(waiting)s)) THEN %(waiting)s
        END
"""
_LEAVE = "SELECT pg_advisory_unlock(hashtextextended(%(mailbox)s, %(number)s))"
_PAUSE = """
    INSERT INTO pauses (mailbox, until) VALUES (%(mailbox)s, clock_timestamp() + make_interval(secs => %(seconds)s))
    ON CONFLICT (mailbox) DO UPDATE SET until = greatest(pauses.until, excluded.until)
"""
_FORGET = "DELETE FROM pauses WHERE mailbox = %(mailbox)s AND until <= clock_timestamp()"


class MailboxTraffic:
    """While the database is away a process counts for itself alone: its requests go on."""

    def __init__(self, standing: StandingConnection) -> None:
        self._standing = standing
        self._session = 0
        self._held: dict[str, set[int]] = {}  # a session may take its own locks again, so it has to know them

    def take(self, mailbox: str, *, polite: bool) -> Leave | None:
        """See `Others` of server/mail/graph/seats.py, here and below. `mailbox` in lower case."""
        try:
            with self._standing.turn() as connection:
                pause, number = self._try(connection, mailbox, polite)
                session = self._session
        except DatabaseAway:
            return _nothing
        if pause > 0:
            raise paused(pause)
        return partial(self._leave, mailbox, number, session) if number in NUMBERS else None

    def give_up(self, mailbox: str) -> None:
        with suppress(DatabaseAway), self._standing.turn() as connection:
            self._release(connection, mailbox, WAITING)

    def pause(self, mailbox: str, seconds: float) -> None:
        with suppress(DatabaseAway), self._standing.turn() as connection:
            connection.execute(_PAUSE, {"mailbox": mailbox, "seconds": seconds})

    def _try(self, connection: psycopg.Connection[TupleRow], mailbox: str, polite: bool) -> tuple[float, int]:
        """The seconds of a pause that runs, else 0; and the number of what was taken, else 0."""
        held = self._held_at(mailbox)
        wish = {
            "mailbox": mailbox,
            "free": [number for number in NUMBERS if number not in held],
            "first": WAITING if polite else None,
            "waiting": None if WAITING in held else WAITING,
        }
        row = connection.execute(_TAKE, wish).fetchone() or (None, None)
        pause, number = row[0] or 0.0, row[1] or 0
        if row[0] is not None and pause <= 0:
            connection.execute(_FORGET, {"mailbox": mailbox})
        if number:
            self._held.setdefault(mailbox, set()).add(number)
        if number in NUMBERS:
            self._release(connection, mailbox, WAITING)
        return pause, number

    def _leave(self, mailbox: str, number: int, session: int) -> None:
        with suppress(DatabaseAway), self._standing.turn() as connection:
            if session == self._standing.number:
                self._release(connection, mailbox, number)

    def _release(self, connection: psycopg.Connection[TupleRow], mailbox: str, number: int) -> None:
        held = self._held_at(mailbox)
        if number in held:
            connection.execute(_LEAVE, {"mailbox": mailbox, "number": number})
            held.discard(number)
            if not held:
                del self._held[mailbox]

    def _held_at(self, mailbox: str) -> set[int]:
        if self._session != self._standing.number:
            self._session = self._standing.number
            self._held.clear()
        return self._held.get(mailbox, set())


def _nothing() -> None:
    pass
