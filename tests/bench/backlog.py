"""A full mailbox against Graph's limits: how close its backlog comes to what these allow."""

import time
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.watched import SUPPORT, Watched, shown, warmed_up
from tests.simulator.world import Limits

MESSAGES = 2000
LATENCY = 0.1  # seconds of each request
LIMITS = Limits()  # as Microsoft documents them: 4 at once, 10,000 in ten minutes


def drained(database_url: str, folder: Path, size: int = MESSAGES) -> list[Figure]:
    """With MIME and mark. All messages are there before the first is announced."""
    with warmed_up(database_url, folder) as there:
        before = there.on_record()
        there.alter(latency_ms=LATENCY * 1000)
        there.forget_requests()
        seconds = _seconds_of_burst(there, size)
        asked, missing = there.asked(), size - (there.on_record() - before)
        [at_mailbox] = [each for each in there.control("GET", "requests")["peaks"] if each["mailbox"] == SUPPORT]
    count = asked.total()
    allowed, in_flight = count * LIMITS.window / LIMITS.requests, count * LATENCY / LIMITS.concurrency
    name = f"backlog of {size}, MIME and mark"
    return [
        Figure(
            f"{name}: time against what Graph's limits allow",
            round(seconds / max(allowed, in_flight), 3),
            "x",
            1.10,
            f"{seconds:.0f} s; {allowed:.0f} s at 16.7 requests a second",
        ),
        Figure(
            f"{name}: time against four requests at once, always",
            round(seconds / in_flight, 3),
            "x",
            None,
            f"{in_flight:.0f} s; depends on the machine",
        ),
        Figure(f"{name}: most requests at once", at_mailbox["concurrent"], "requests", LIMITS.concurrency),
        Figure(f"{name}: share of requests refused with 429", at_mailbox["throttled"] / count, "", 0.005, shown(asked)),
        Figure(f"{name}: messages that are not on the record", missing, "messages", 0),
    ]


def _seconds_of_burst(there: Watched, size: int) -> float:
    there.alter(notifications={"hold": True})
    there.deliver(size)
    began = time.monotonic()
    there.alter(notifications={"release": True})
    there.wait_until_quiet()
    return time.monotonic() - began
