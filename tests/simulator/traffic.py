"""What the outside was asked: counts per route, and per mailbox how many requests were in flight at once or refused."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Visit:
    """One request, as it is counted. `access` is delegated or application, `grant` the kind of token request."""

    service: str
    method: str
    route: str
    mailbox: str | None = None
    access: str | None = None
    grant: str | None = None
    batched: bool = False


class Traffic:
    """Outlook's own requests are not counted: the figures are what the service costs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside: Counter[tuple[str, str]] = Counter()
        self.clear()

    def clear(self) -> None:
        """Forgets the figures; who is in flight stays so."""
        with self._lock:
            self._counts: Counter[Visit] = Counter()
            self._peaks: Counter[str] = Counter()
            self._throttled: Counter[str] = Counter()

    def throttle(self, mailbox: str) -> None:
        """A request was refused because there are too many."""
        with self._lock:
            self._throttled[mailbox] += 1

    def count(self, visit: Visit) -> None:
        with self._lock:
            self._counts[visit] += 1

    @contextmanager
    def inside(self, app: str, mailbox: str, counted: bool) -> Iterator[int]:
        """One request of an application is in flight at a mailbox. Gives how many there are now, this one included."""
        seat = (app, mailbox)
        with self._lock:
            self._inside[seat] += 1
            now = self._inside[seat]
            if counted:
                self._peaks[mailbox] = max(self._peaks[mailbox], now)
        try:
            yield now
        finally:
            with self._lock:
                self._inside[seat] -= 1

    def report(self) -> dict[str, list[dict[str, object]]]:
        with self._lock:
            routes = [{**visit.__dict__, "count": count} for visit, count in self._counts.items()]
            peaks: list[dict[str, object]] = [
                {"mailbox": mailbox, "concurrent": count, "throttled": self._throttled[mailbox]}
                for mailbox, count in self._peaks.items()
            ]
        return {"routes": routes, "peaks": peaks}
