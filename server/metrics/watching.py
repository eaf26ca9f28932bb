"""What is counted of saves, and of destinations: how long each thing takes that is asked of them, and how it ends."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from server import tracing
from server.counting import Counts
from server.destinations.base import Destination, DestinationError
from server.metrics.families import (
    DESTINATION_REQUESTS,
    DESTINATION_SECONDS,
    OPERATIONS,
    SAVE_SECONDS,
    SAVES_ENDED,
)
from server.models import DONE, Save

AWAY = ("unreachable", "throttled", "reconnect", "busy")

D = TypeVar("D", bound=Destination)


def watched(counts: Counts, destination: D) -> D:
    """The same object. What it asks itself on the way to an answer is counted by itself too."""
    for operation in OPERATIONS:
        ask = _watched(counts, destination.kind, operation, getattr(destination, operation))
        setattr(destination, operation, ask)
    return destination


def save_ended(counts: Counts, save: Save, is_first: bool = False) -> None:
    """`is_first`: it was never saved before, so that its age is how long somebody waited for it."""
    timed = SAVE_SECONDS if is_first and save.state in DONE and save.saved_at else None
    seconds = (save.saved_at - save.created_at).total_seconds() if save.saved_at else None
    counts.add(SAVES_ENDED, save.how, save.state.value, seconds=seconds, timed=timed)


def _watched(counts: Counts, kind: str, operation: str, ask: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(ask)
    def asked(*args: Any, **kwargs: Any) -> Any:
        began, outcome = time.perf_counter(), "failed"
        with tracing.span(f"destination {operation}", is_detail=True, kind=kind) as span:
            try:
                found = ask(*args, **kwargs)
                outcome = "ok"
                return found
            except DestinationError as error:
                outcome = "away" if error.code in AWAY else "refused"
                raise
            finally:
                seconds = time.perf_counter() - began
                counts.add(DESTINATION_REQUESTS, kind, operation, outcome, seconds=seconds, timed=DESTINATION_SECONDS)
                tracing.told(span, outcome=outcome)

    return asked
