"""How long something takes at least, for tests of text that is made to take long."""

import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")

TRIES = 5  # what a text itself makes slow is slow each time; what else the machine does is not


def least_time(limit: float, work: Callable[[], Result]) -> tuple[Result, float]:
    """What `work` gives, and the seconds of processor time of its fastest run; it is run again only above `limit`."""
    took: list[float] = []
    while not took or (min(took) >= limit and len(took) < TRIES):
        started = time.process_time()
        result = work()
        took.append(time.process_time() - started)
    return result, min(took)
