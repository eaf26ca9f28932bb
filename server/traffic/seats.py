"""Seats at a place: it serves us only so many requests at once, and refuses the rest."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from server.traffic.pauses import Pauses

MOST_SEATS = 64
PATIENCE = 10.0  # seconds that a request waits for a seat; far more than a crowd of clicks needs
LOOKS = (0.005, 0.05)  # seconds between two looks for a seat that another process leaves, at first and in the end
POLITE = 1.0  # seconds for which another process that waits already goes first; it may be standing still

Leave = Callable[[], None]


class TooBusy(Exception):
    """Nothing was sent. Codes: no_seat (none got free in time), paused. `retry_after` in seconds, None if unknown."""

    def __init__(self, code: str, retry_after: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


class Others(Protocol):
    """The other processes at the same places. Nothing here fails: who cannot be asked is not waited for."""

    def take(self, name: str, seats: int, *, polite: bool) -> Leave | None:
        """One of so many seats that nobody has, given as the way to leave it; None while there is none, and, if
        `polite`, while another process waits. Raises TooBusy during a pause.
        """

    def give_up(self, name: str) -> None:
        """Whoever asked last does not wait any longer."""

    def pause(self, name: str, seconds: float) -> None:
        """Nobody sends to the place for so long."""


@dataclass
class _Place:
    """Where somebody is, or waits. `changed` guards the seats and the line of those who wait."""

    changed: threading.Condition
    visitors: int = 0
    taken: int = 0
    line: deque[object] = field(default_factory=deque)  # only the first one asks the other processes


class Seats:
    """So many at each place, for the threads of this process, and with `others` for all; one of the latter serves all
    that a process has. A place that nobody asks takes no room. `patience` in seconds.
    """

    def __init__(
        self,
        seats: int,
        patience: float = PATIENCE,
        others: Others | None = None,
        pauses: Pauses | None = None,
    ) -> None:
        if not 1 <= seats <= MOST_SEATS:
            raise ValueError(f"there are 1 to {MOST_SEATS} seats, not {seats}")
        self._seats = seats
        self._patience = patience
        self._others = others
        self._pauses = pauses or Pauses()
        self._lock = threading.Lock()
        self._places: dict[str, _Place] = {}

    @contextmanager
    def at(self, name: str) -> Iterator[None]:
        """Hold a seat there. Raises TooBusy when none gets free in time (no_seat), or in a pause (paused)."""
        name = name.lower()
        with self._visit(name) as place:
            leave = self._sit_down(name, place, time.monotonic() + self._patience)
            try:
                yield
            finally:
                leave()
                with place.changed:
                    place.taken -= 1
                    place.changed.notify_all()

    def pause(self, name: str, wished: float | None) -> float:
        """It refused: nobody sends there for as long as it wished, or for a while if it did not say.

        Gives the seconds.
        """
        name = name.lower()
        seconds = self._pauses.begin(name, wished)
        if self._others and seconds:
            self._others.pause(name, seconds)
        with self._lock:
            place = self._places.get(name)
        if place:
            with place.changed:
                place.changed.notify_all()
        return seconds

    def served(self, name: str) -> None:
        """It answered a request."""
        self._pauses.forget(name.lower())

    @contextmanager
    def _visit(self, name: str) -> Iterator[_Place]:
        with self._lock:
            place = self._places.setdefault(name, _Place(threading.Condition()))
            place.visitors += 1
        try:
            yield place
        finally:
            with self._lock:
                place.visitors -= 1
                if not place.visitors:
                    del self._places[name]

    def _sit_down(self, name: str, place: _Place, deadline: float) -> Leave:
        ticket = object()
        with place.changed:
            place.line.append(ticket)
        try:
            self._wait_in_line(name, place, ticket, deadline)
            leave = self._asked_for(name, place, deadline)
            with place.changed:
                place.taken += 1
            return leave
        finally:
            with place.changed:
                place.line.remove(ticket)
                place.changed.notify_all()

    def _wait_in_line(self, name: str, place: _Place, ticket: object, deadline: float) -> None:
        def is_next() -> bool:
            return place.line[0] is ticket and place.taken < self._seats

        with place.changed:
            place.changed.wait_for(lambda: self._pauses.left(name) or is_next(), deadline - time.monotonic())
            self._heed_pause(name)
            if not is_next():
                raise TooBusy("no_seat")

    def _asked_for(self, name: str, place: _Place, deadline: float) -> Leave:
        """A seat that no other process has."""
        if not self._others:
            return _nothing
        pause, longest = LOOKS
        impatient = time.monotonic() + POLITE
        try:
            while not (leave := self._others.take(name, self._seats, polite=time.monotonic() < impatient)):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TooBusy("no_seat")
                with place.changed:
                    place.changed.wait(min(pause, left))
                self._heed_pause(name)
                pause = min(pause * 1.2, longest)
        except TooBusy:
            self._others.give_up(name)
            raise
        return leave

    def _heed_pause(self, name: str) -> None:
        if left := self._pauses.left(name):
            raise TooBusy("paused", left)


def _nothing() -> None:
    pass
