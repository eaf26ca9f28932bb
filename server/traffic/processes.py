"""The traffic of all processes at a place: so many requests at once, and none before a pause is over.

Seats are session-level advisory locks, one for each number, so that a process that dies leaves none taken. A pause is a
row of `pauses`, which the statement that takes a seat reads along.
"""

from contextlib import suppress
from functools import cache, partial

import psycopg
from psycopg.rows import TupleRow

from server.db import DatabaseAway, StandingConnection
from server.traffic.seats import MOST_SEATS, Leave, TooBusy

WAITING = MOST_SEATS + 1  # the lock of the one process that waits for a seat; while it is held, others let it go first

_LEAVE = "SELECT pg_advisory_unlock(hashtextextended(%(name)s, %(number)s))"
_PAUSE = """
    INSERT INTO pauses (name, until) VALUES (%(name)s, clock_timestamp() + make_interval(secs => %(seconds)s))
    ON CONFLICT (name) DO UPDATE SET until = greatest(pauses.until, excluded.until)
"""
_FORGET = "DELETE FROM pauses WHERE name = %(name)s AND until <= clock_timestamp()"


@cache
def _take(seats: int) -> str:
    # A branch of CASE is run only when those before it failed. A lock named by NULL, as beyond the array, is not tried.
    seat = "WHEN pg_try_advisory_lock(hashtextextended(%(name)s, (%(free)s)[{0}])) THEN (%(free)s)[{0}]"
    each = "\n            ".join(seat.format(number) for number in range(1, seats + 1))
    return f"""
    WITH pause AS MATERIALIZED (
        SELECT extract(epoch FROM until - clock_timestamp())::float8 AS seconds FROM pauses WHERE name = %(name)s
    )
    SELECT (SELECT seconds FROM pause),
        CASE
            WHEN (SELECT seconds FROM pause) > 0 THEN NULL
            WHEN NOT pg_try_advisory_xact_lock_shared(hashtextextended(%(name)s, %(first)s)) THEN NULL
            {each}
            WHEN pg_try_advisory_lock(hashtextextended(%(name)s, %(waiting)s)) THEN %(waiting)s
        END
    """


class Processes:
    """While the database is away a process counts for itself alone: its requests go on."""

    def __init__(self, standing: StandingConnection) -> None:
        self._standing = standing
        self._session = 0
        self._held: dict[str, set[int]] = {}  # a session may take its own locks again, so it has to know them

    def take(self, name: str, seats: int, *, polite: bool) -> Leave | None:
        """See `Others` of seats.py, here and below."""
        try:
            with self._standing.turn() as connection:
                pause, number = self._try(connection, name, seats, polite)
                session = self._session
        except DatabaseAway:
            return _nothing
        if pause > 0:
            raise TooBusy("paused", pause)
        return partial(self._leave, name, number, session) if 0 < number < WAITING else None

    def give_up(self, name: str) -> None:
        with suppress(DatabaseAway), self._standing.turn() as connection:
            self._release(connection, name, WAITING)

    def pause(self, name: str, seconds: float) -> None:
        with suppress(DatabaseAway), self._standing.turn() as connection:
            connection.execute(_PAUSE, {"name": name, "seconds": seconds})

    def _try(self, connection: psycopg.Connection[TupleRow], name: str, seats: int, polite: bool) -> tuple[float, int]:
        """The seconds of a pause that runs, else 0; and the number of what was taken, else 0."""
        held = self._held_at(name)
        wish = {
            "name": name,
            "free": [number for number in range(1, seats + 1) if number not in held],
            "first": WAITING if polite else None,
            "waiting": None if WAITING in held else WAITING,
        }
        row = connection.execute(_take(seats), wish).fetchone() or (None, None)
        pause, number = row[0] or 0.0, row[1] or 0
        if row[0] is not None and pause <= 0:
            connection.execute(_FORGET, {"name": name})
        if number:
            self._held.setdefault(name, set()).add(number)
        if 0 < number < WAITING:
            self._release(connection, name, WAITING)
        return pause, number

    def _leave(self, name: str, number: int, session: int) -> None:
        with suppress(DatabaseAway), self._standing.turn() as connection:
            if session == self._standing.number:
                self._release(connection, name, number)

    def _release(self, connection: psycopg.Connection[TupleRow], name: str, number: int) -> None:
        held = self._held_at(name)
        if number in held:
            connection.execute(_LEAVE, {"name": name, "number": number})
            held.discard(number)
            if not held:
                del self._held[name]

    def _held_at(self, name: str) -> set[int]:
        if self._session != self._standing.number:
            self._session = self._standing.number
            self._held.clear()
        return self._held.get(name, set())


def _nothing() -> None:
    pass
