"""Pauses at a mailbox: how long nobody sends to it after Graph refused. https://learn.microsoft.com/graph/throttling"""

import threading
import time
from collections.abc import Callable

FIRST = 10.0  # seconds, where Graph did not say how long; doubled each time it refuses again
LONGEST = 300.0


class Pauses:
    """What one process knows of them. A mailbox without trouble takes no room."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}
        self._unsaid: dict[str, float] = {}  # how long the last one was that we had to choose ourselves

    def left(self, mailbox: str) -> float:
        """Seconds until it is over; 0 when there is none."""
        return max(0.0, self._until.get(mailbox, 0.0) - self._clock())

    def begin(self, mailbox: str, wished: float | None) -> float:
        """One begins, `wished` seconds long if Graph said so. Gives how long it is from now on."""
        with self._lock:
            seconds = self._chosen(mailbox) if wished is None else wished
            self._until[mailbox] = max(self._until.get(mailbox, 0.0), self._clock() + seconds)
        return seconds

    def forget(self, mailbox: str) -> None:
        """The mailbox answered again: the next pause is a short one. One that runs stays."""
        if mailbox not in self._until:
            return
        with self._lock:
            self._unsaid.pop(mailbox, None)
            if not self.left(mailbox):
                self._until.pop(mailbox, None)

    def _chosen(self, mailbox: str) -> float:
        # Up to four requests are refused together: that is one refusal, and no reason for a longer pause.
        running = self.left(mailbox)
        if running:
            return running
        self._unsaid[mailbox] = min(self._unsaid.get(mailbox, FIRST / 2) * 2, LONGEST)
        return self._unsaid[mailbox]
