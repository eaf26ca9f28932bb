"""Seats at a mailbox: Exchange serves one application only so many requests at once, and refuses the rest.

https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from server.mail.base import MailBusy
from server.mail.graph.pauses import Pauses

SEATS = 4
PATIENCE = 10.0  # seconds that a request waits for a seat; far more than a crowd of clicks needs
LOOKS = (0.005, 0.05)  # seconds between two looks for a seat that another process leaves, at first and in the end
POLITE = 1.0  # seconds for which another process that waits already goes first; it may be standing still

Leave = Callable[[], None]


class Others(Protocol):
    """The other processes at the same mailboxes. Nothing here fails: who cannot be asked is not waited for."""

    def take(self, mailbox: str, *, polite: bool) -> Leave | None:
        """A seat that nobody has, given as the way to leave it; None while there is none, and, if `polite`, while
        another process waits. Raises MailBusy during a pause.
        """

    def give_up(self, mailbox: str) -> None:
        """Whoever asked last does not wait any longer."""

    def pause(self, mailbox: str, seconds: float) -> None:
        """Nobody sends to the mailbox for so long."""


@dataclass
class _Place:
    """A mailbox at which somebody is, or waits. `changed` guards the seats and the line of those who wait."""

    changed: threading.Condition
    visitors: int = 0
    taken: int = 0
    line: deque[object] = field(default_factory=deque)  # only the first one asks the other processes


class Seats:
    """For the threads of this process, and with `others` for all. A mailbox that nobody asks takes no room."""

    def __init__(self, seats: int = SEATS, patience: float = PATIENCE, others: Others | None = None) -> None:
        self._seats = seats
        self._patience = patience
        self._others = others
        self._pauses = Pauses()
        self._lock = threading.Lock()
        self._places: dict[str, _Place] = {}

    @contextmanager
    def at(self, mailbox: str) -> Iterator[None]:
        """Hold a seat at the mailbox. Raises MailBusy when none gets free in time (no_seat), or in a pause (paused)."""
        name = mailbox.lower()
        with self._visit(name) as place:
            leave = self._sit_down(name, place, time.monotonic() + self._patience)
            try:
                yield
            finally:
                leave()
                with place.changed:
                    place.taken -= 1
                    place.changed.notify_all()

    def pause(self, mailbox: str, wished: float | None) -> float:
        """Graph refused: nobody sends to the mailbox for as long as it wished, or for a while if it did not say.

        Gives the seconds.
        """
        name = mailbox.lower()
        seconds = self._pauses.begin(name, wished)
        if self._others and seconds:
            self._others.pause(name, seconds)
        with self._lock:
            place = self._places.get(name)
        if place:
            with place.changed:
                place.changed.notify_all()
        return seconds

    def served(self, mailbox: str) -> None:
        """Graph answered a request to the mailbox."""
        self._pauses.forget(mailbox.lower())

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
                raise _no_seat()

    def _asked_for(self, name: str, place: _Place, deadline: float) -> Leave:
        """A seat that no other process has."""
        if not self._others:
            return _nothing
        pause, longest = LOOKS
        impatient = time.monotonic() + POLITE
        try:
            while not (leave := self._others.take(name, polite=time.monotonic() < impatient)):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise _no_seat()
                with place.changed:
                    place.changed.wait(min(pause, left))
                self._heed_pause(name)
                pause = min(pause * 1.2, longest)
        except MailBusy:
            self._others.give_up(name)
            raise
        return leave

    def _heed_pause(self, name: str) -> None:
        if left := self._pauses.left(name):
            raise paused(left)


def paused(seconds: float) -> MailBusy:
    return MailBusy("Microsoft 365 asked for a pause at this mailbox.", seconds, "paused")


def _no_seat() -> MailBusy:
    return MailBusy("Too many requests for this mailbox wait already.", code="no_seat")


def _nothing() -> None:
    pass
