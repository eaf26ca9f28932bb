"""How long a request that somebody waits for is tried again while Microsoft 365 is busy, or out of reach."""

import itertools
import random
import time
from collections.abc import Callable
from typing import TypeVar

from server.mail.base import MailBusy

PATIENCE = 15.0  # seconds, in which the waits that Graph asks for have to fit
TRIES = 5
FIRST_WAIT = 0.25  # seconds, where it was not said how long; doubled each time

T = TypeVar("T")


def patiently(call: Callable[[], T], sleep: Callable[[float], None] = time.sleep) -> T:
    """Call again what may be repeated, after the wait that Graph asks for. Raises MailBusy where it asks for too much,
    or goes on refusing; `retry_after` then says from when on it is worth another try.

    https://learn.microsoft.com/graph/throttling
    """
    start = time.monotonic()
    for tries in itertools.count(1):
        try:
            return call()
        except MailBusy as busy:
            wait = next_wait(busy.retry_after, tries)
            if tries == TRIES or time.monotonic() - start + wait > PATIENCE:
                raise
        sleep(wait)
    raise AssertionError("there is always another try or an error")


def next_wait(wished: float | None, tries: int) -> float:
    """Seconds before the next try, after so many."""
    return FIRST_WAIT * 2 ** (tries - 1) * random.uniform(0.5, 1.0) if wished is None else wished
