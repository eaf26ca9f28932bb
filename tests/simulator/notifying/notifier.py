"""The queue of notifications and the threads that send them. They live only while there is something to send."""

import heapq
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from tests.simulator.mailbox import Item
from tests.simulator.notifying.behaviour import Behaviour
from tests.simulator.notifying.endpoints import Endpoints
from tests.simulator.notifying.envelope import with_strangers
from tests.simulator.outgoing import Outgoing, TooSlow, Unreachable

MOST_THREADS = 4
HEADERS = {"Content-Type": "application/json; charset=utf-8"}
FIGURES = ("posts", "sent", "delivered", "failed", "dropped")


@dataclass(eq=False)
class Notice:
    """One notification for one address. `hides` is a message that cannot be read before it went out."""

    url: str
    subscription_id: str
    content: dict[str, Any]
    hides: Item | None = None
    is_lifecycle: bool = False
    attempts: int = 0
    first_tried: float = 0.0
    is_postponed: bool = False


@dataclass(order=True)
class _Waiting:
    due: float
    number: int
    notice: Notice = field(compare=False)


class Notifier:
    """`clock` gives seconds since 1970; `is_running` says whether a subscription still is."""

    def __init__(self, outgoing: Outgoing, clock: Callable[[], float], is_running: Callable[[str], bool]) -> None:
        self._outgoing, self._clock, self._is_running = outgoing, clock, is_running
        self._changed = threading.Condition()
        self._threads = 0
        self._in_flight = 0
        self._numbers = itertools.count()
        self._waiting: list[_Waiting] = []
        self.clear()

    def clear(self) -> None:
        """As at the start. What is in flight still arrives."""
        with self._changed:
            self.behaviour = Behaviour()
            self.endpoints = Endpoints()
            self.figures: Counter[str] = Counter()
            self._waiting.clear()
            self._held: list[Notice] = []
            self._changed.notify_all()

    def announce(self, notice: Notice) -> None:
        with self._changed:
            behaviour = self.behaviour
            if not notice.is_lifecycle and behaviour.chance.random() < behaviour.drop:
                self.figures["dropped"] += 1
                return
            if notice.hides and behaviour.before_get is not None:
                notice.hides.readable_from = float("inf")
            for _ in range(max(1, behaviour.duplicate)):
                if behaviour.hold:
                    self._held.append(replace(notice))
                else:
                    self._push(replace(notice), self._latency())

    def release(self) -> None:
        with self._changed:
            self.behaviour.hold = False
            held, self._held = self._held, []
            if self.behaviour.shuffle:
                self.behaviour.chance.shuffle(held)
            for notice in held:
                self._push(notice, self._latency())

    def wake(self) -> None:
        """The clock jumped."""
        with self._changed:
            self._changed.notify_all()

    def lost(self) -> None:
        with self._changed:
            self.figures["dropped"] += 1

    def is_settled(self, within: float = 0.0) -> bool:
        """Nothing waits and nothing is in flight, at the latest after so many seconds. What is held does not count."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and not self._in_flight, within)

    def report(self) -> dict[str, Any]:
        with self._changed:
            now = self._clock()
            return {
                **{name: self.figures[name] for name in FIGURES},
                "waiting": len(self._waiting) + self._in_flight,
                "held": len(self._held),
                "endpoints": [
                    {"host": host, "state": self.endpoints.state(host, now)} for host in self.endpoints.hosts
                ],
            }

    def forget_figures(self) -> None:
        with self._changed:
            self.figures.clear()

    def _latency(self) -> float:
        chance, behaviour = self.behaviour.chance, self.behaviour
        jitter = chance.uniform(0, 5 * behaviour.gather) if behaviour.shuffle else 0.0
        return behaviour.gather + chance.uniform(*behaviour.delay) + jitter

    def _push(self, notice: Notice, seconds: float) -> None:
        heapq.heappush(self._waiting, _Waiting(self._clock() + seconds, next(self._numbers), notice))
        if self._threads < min(MOST_THREADS, len(self._waiting)):
            self._threads += 1
            threading.Thread(target=self._work, name="notifier", daemon=True).start()
        self._changed.notify_all()

    def _work(self) -> None:
        while True:
            with self._changed:
                parcel = self._next_parcel()
                if not parcel:
                    self._threads -= 1
                    return
                self._in_flight += len(parcel)
            outcome = self._posted(parcel)
            with self._changed:
                self._in_flight -= len(parcel)
                self._note(parcel, *outcome)
                self._changed.notify_all()

    def _next_parcel(self) -> list[Notice]:
        """What is due for one address, waited for; nothing where nothing is left to wait for."""
        while self._waiting:
            left = self._waiting[0].due - self._clock()
            if left > 0:
                self._changed.wait(left)
                continue
            parcel = self._due_together()
            if parcel:
                return parcel
            self._changed.notify_all()
        return []

    def _due_together(self) -> list[Notice]:
        """What is due at once goes along with the first, and what would be so in a moment."""
        now, first, others = self._clock(), self._waiting[0].notice, []
        parcel: list[Notice] = []
        soon = now + self.behaviour.gather
        while self._waiting and self._waiting[0].due <= soon and len(parcel) < self.behaviour.batch:
            waiting = heapq.heappop(self._waiting)
            if (waiting.notice.url, waiting.notice.attempts > 0) != (first.url, first.attempts > 0):
                others.append(waiting)
            elif self._may_go(waiting.notice, now):
                parcel.append(waiting.notice)
        for waiting in others:
            heapq.heappush(self._waiting, waiting)
        return parcel

    def _may_go(self, notice: Notice, now: float) -> bool:
        """Not for a subscription that is gone, nor to an endpoint that is given up; to a slow one later."""
        state = self.endpoints.state(_host(notice.url), now)
        if state == "drop" or not (notice.is_lifecycle or self._is_running(notice.subscription_id)):
            self._abandon(notice)
            return False
        if state == "slow" and not notice.is_postponed:
            notice.is_postponed = True
            self._push(notice, self.behaviour.seconds("window"))
            return False
        return True

    def _posted(self, parcel: list[Notice]) -> tuple[bool, float]:
        """Whether it was taken, and how many seconds that took."""
        behaviour, first = self.behaviour, parcel[0]
        contents = [notice.content for notice in parcel]
        if behaviour.mixed:
            contents = with_strangers(contents, behaviour.chance)
        patience = behaviour.seconds("retry_patience" if first.attempts else "first_patience")
        started = time.monotonic()
        try:
            body = json.dumps({"value": contents}).encode()
            status, _, _ = self._outgoing.send(first.url, "POST", HEADERS, body, patience)
        except TooSlow:
            return False, patience
        except Unreachable:
            return False, time.monotonic() - started
        return 200 <= status < 300, time.monotonic() - started

    def _note(self, parcel: list[Notice], taken: bool, took: float) -> None:
        now = self._clock()
        self.endpoints.note(_host(parcel[0].url), now, took, self.behaviour)
        self.figures.update({"posts": 1, "sent": len(parcel), "delivered" if taken else "failed": len(parcel)})
        for notice in parcel:
            self._reveal(notice)
            if not taken:
                self._try_again(notice, now)

    def _try_again(self, notice: Notice, now: float) -> None:
        notice.first_tried = notice.first_tried or now
        notice.attempts += 1
        wait = self.behaviour.seconds("base") * 2 ** (notice.attempts - 1)
        if now + wait > notice.first_tried + self.behaviour.seconds("give_up"):
            self._abandon(notice)
        else:
            self._push(notice, wait)

    def _abandon(self, notice: Notice) -> None:
        self.figures["dropped"] += 1
        self._reveal(notice)

    def _reveal(self, notice: Notice) -> None:
        if notice.hides and notice.hides.readable_from == float("inf"):
            notice.hides.readable_from = self._clock() + (self.behaviour.before_get or 0.0)


def _host(url: str) -> str:
    return urlsplit(url).netloc.lower()
