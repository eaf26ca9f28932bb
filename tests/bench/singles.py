"""One message at a time while nothing else is to be done: how soon it is on the record, and what that costs."""

import statistics
import time
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.watched import Watched, shown, warmed_up
from tests.launching import until

MESSAGES = 60
SAVED = "SELECT count(*) FROM saves WHERE state = 'saved'"


def one_by_one(database_url: str, folder: Path, size: int = MESSAGES) -> list[Figure]:
    """With MIME and mark. The clock runs from when the message stands in the mailbox, before it is announced, until
    its save is committed.
    """
    with warmed_up(database_url, folder) as there:
        there.forget_requests()
        seconds = [_until_saved(there) for _ in range(size)]
        asked = there.asked()
    name, reference = f"{size} single messages, MIME and mark", "from delivery, which is before the notification"
    *_, p95 = statistics.quantiles(seconds, n=20, method="inclusive")
    return [
        Figure(f"{name}: p50 from arrival to saved", round(statistics.median(seconds), 3), "s", 1, reference),
        Figure(f"{name}: p95 from arrival to saved", round(p95, 3), "s", 3, reference),
        Figure(
            f"{name}: Graph requests per message",
            asked.total() / size,
            "requests",
            3.1,
            f"ideal: 3; {shown(asked)}",
        ),
    ]


def _until_saved(there: Watched) -> float:
    before = there.number(SAVED)
    there.deliver(1)
    began = time.monotonic()
    until(lambda: there.number(SAVED) > before, "the message is saved")
    took = time.monotonic() - began
    there.wait_until_quiet()
    return took
