"""The threads of a worker that talk to receivers of webhooks: others than those that save mail, since a receiver may be
as slow as it likes.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from server.services import Services
from server.webhooks.deliver import Taken, deliver, give_back, go_on, take

MOST_ADDRESSES = 32  # in hand at once

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Called:
    """For one address, with what was taken for it in the transaction in which it happened, if that could be."""

    webhook_id: UUID
    taken: Taken | None = None


class Couriers:
    """Each address waits here once at most, however often it is called, and they go in turn: one with much to be told
    gets a slice and stands at the end of the line again. None is in hand while it stands there.
    """

    def __init__(self, services: Services, most: int = MOST_ADDRESSES) -> None:
        self._services = services
        self._most = most
        self._threads = ThreadPoolExecutor(most, thread_name_prefix="courier")
        self._is_over = threading.Event()
        self._lock = threading.Lock()
        self._is_closed = False
        self._waiting: set[UUID] = set()
        self._busy = 0  # threads, and what waits for one

    @property
    def is_open(self) -> bool:
        return not self._is_closed

    def taken(self, session: Session, webhook_ids: Sequence[UUID]) -> list[Called]:
        """Have these called when the transaction is committed; those that are free, and for which there is a thread,
        are in hand by then.
        """
        with self._lock:
            free = max(self._most - self._busy, 0)
        at_once, later = webhook_ids[:free], webhook_ids[free:]
        calls = [Called(each, take(self._services, session, each, self._is_over, waits=False)) for each in at_once]
        return [*calls, *(Called(each) for each in later)]

    def send(self, call: Called) -> bool:
        """Go on with one address, as soon as a thread is free. False when nothing is begun here any more; then it is
        free again.
        """
        work = partial(self._begin, call.webhook_id) if call.taken is None else partial(go_on, call.taken)
        with self._lock:
            if call.taken is None and call.webhook_id in self._waiting:
                return True  # whoever begins with it sees what there is by then
            try:
                done = self._threads.submit(_foreseen, work)
            except RuntimeError:  # closed
                self._is_closed = True
                done = None
            else:
                self._busy += 1
                if call.taken is None:
                    self._waiting.add(call.webhook_id)
        if done is not None:
            done.add_done_callback(partial(self._ended, call.taken))
        elif call.taken is not None:
            _foreseen(partial(give_back, call.taken))
        return done is not None

    def close(self, at_once: bool) -> None:
        """What is being sent is waited for; `at_once`: nothing else is begun. Whoever works next goes on with it."""
        self._is_closed = True
        if at_once:
            self._is_over.set()
        self._threads.shutdown(wait=True, cancel_futures=at_once)

    def _begin(self, webhook_id: UUID) -> None:
        with self._lock:
            self._waiting.discard(webhook_id)
        deliver(self._services, webhook_id, self._is_over)

    def _ended(self, taken: Taken | None, done: Future[None]) -> None:
        with self._lock:
            self._busy -= 1
        if taken is not None and done.cancelled():
            _foreseen(partial(give_back, taken))


def _foreseen(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception:
        # Nobody looks at what became of it; the sweep calls again.
        log.exception("webhook_not_foreseen")
