"""Pauses at a place: how long nobody sends to it after it refused."""

import threading
import time
from collections.abc import Callable

FIRST = 10.0  # seconds, where it was not said how long; doubled each time it refuses again
LONGEST = 300.0


class Pauses:
    """What one process knows of them. A place without trouble takes no room. `first` and `longest` in seconds."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, first: float = FIRST, longest: float = LONGEST
    ) -> None:
        self._clock = clock
        self._first = first
        self._longest = longest
        self._lock = threading.Lock()
        self._until: dict[str, float] = {}
        self._unsaid: dict[str, float] = {}  # how long the last one was that we had to choose ourselves

    def left(self, name: str) -> float:
        """Seconds until it is over; 0 when there is none."""
        return max(0.0, self._until.get(name, 0.0) - self._clock())

    def begin(self, name: str, wished: float | None) -> float:
        """One begins, `wished` seconds long if that was said. Gives how long it is from now on."""
        with self._lock:
            seconds = self._chosen(name) if wished is None else wished
            self._until[name] = max(self._until.get(name, 0.0), self._clock() + seconds)
        return seconds

    def forget(self, name: str) -> None:
        """The place answered again: the next pause is a short one. One that runs stays."""
        if name not in self._until:
            return
        with self._lock:
            self._unsaid.pop(name, None)
            if not self.left(name):
                self._until.pop(name, None)

    def _chosen(self, name: str) -> float:
        # Several requests are refused together: that is one refusal, and no reason for a longer pause.
        running = self.left(name)
        if running:
            return running
        self._unsaid[name] = min(self._unsaid.get(name, self._first / 2) * 2, self._longest)
        return self._unsaid[name]
