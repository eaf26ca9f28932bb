"""The one place that knows what time it is.

It is the database's: all processes have that one in common, and leases end by it. Our own clock says it at the start,
and from then on only how much of it has passed, so that nobody who sets our clock is heeded.
"""

import time
from datetime import UTC, datetime

AGREED = 0.005  # seconds by which the database's clock and ours may differ: what we say is due now, it has to call so
WORTH_A_WORD = 0.5  # seconds; clocks that are kept by NTP do not differ by so much

_start = time.time(), time.monotonic()


def now() -> datetime:
    """The current moment, aware and in UTC."""
    return datetime.fromtimestamp(seconds(), UTC)


def seconds() -> float:
    """The same, since the beginning of 1970."""
    wall, ran = _start
    return wall + time.monotonic() - ran


def correct(right: datetime, late: float = 0.0) -> float:
    """Go on from what the database said, at most `late` seconds ago, if we do not agree. By how many seconds we were
    ahead; 0 where it was too little to be spoken of.
    """
    global _start
    ahead = seconds() - right.timestamp()
    if abs(ahead) <= AGREED + late:
        return 0.0
    _start = right.timestamp(), time.monotonic()
    return ahead if abs(ahead) > WORTH_A_WORD + late else 0.0


def iso(moment: datetime | None) -> str | None:
    """A moment as JSON shows it: ISO 8601 in UTC with a Z, to the millisecond; None stays None."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
