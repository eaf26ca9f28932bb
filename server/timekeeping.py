"""Keeps our clock to the database's, which is asked over a connection that is wanted anyway, every few seconds."""

import time
from typing import Any

import psycopg
import structlog
from sqlalchemy import Engine, event

from server import clock

EVERY = 10.0  # seconds

log = structlog.get_logger(__name__)
_asked_at = -EVERY  # by the clock that only runs forward


def keep(engine: Engine) -> None:
    """From now on, as often as somebody takes a connection out of the engine's pool."""
    if not event.contains(engine, "checkout", _compare):
        event.listen(engine, "checkout", _compare)


def _compare(connection: Any, record: object, proxy: object) -> None:
    global _asked_at
    began = time.monotonic()
    if began - _asked_at < EVERY:
        return
    _asked_at = began
    try:
        [right] = connection.execute("SELECT clock_timestamp()").fetchone()
        connection.rollback()
    except psycopg.Error:
        return  # whoever wants the connection finds out at once, and says so
    if ahead := clock.correct(right, late=time.monotonic() - began):
        log.warning("clock_corrected", ahead=round(ahead, 1))
