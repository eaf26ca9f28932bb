"""The threads of a worker that talk to receivers of webhooks: others than those that save mail, since a receiver may be
as slow as it likes.
"""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
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
    gets a slice and stands at the end of the line again.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self._threads = ThreadPoolExecutor(MOST_ADDRESSES, thread_name_prefix="courier")
        self._is_over = threading.Event()
        self._lock = threading.Lock()
        self._is_closed = False
        self._waiting: set[UUID] = set()

    @property
    def is_open(self) -> bool:
        return not self._is_closed

    def taken(self, session: Session, webhook_ids: Sequence[UUID]) -> list[Called]:
        """Have these called when the transaction is committed; those that are free are in hand by then."""
        return [Called(each, take(self._services, session, each, self._is_over, waits=False)) for each in webhook_ids]

    def send(self, call: Called) -> bool:
        """Go on with one address, as soon as a thread is free. False when nothing is begun here any more."""
        if call.taken is not None:
            return self._follow_up(call.taken)
        with self._lock:
            if call.webhook_id in self._waiting:
                return True  # whoever begins with it sees what there is by then
            try:
                self._threads.submit(self._send, call.webhook_id)
            except RuntimeError:  # closed
                return False
            self._waiting.add(call.webhook_id)
        return True

    def close(self, at_once: bool) -> None:
        """What is being sent is waited for; `at_once`: nothing else is begun. Whoever works next goes on with it."""
        self._is_closed = True
        if at_once:
            self._is_over.set()
        self._threads.shutdown(wait=True, cancel_futures=at_once)

    def _follow_up(self, taken: Taken) -> bool:
        try:
            self._threads.submit(_foreseen, go_on, taken)
        except RuntimeError:  # closed
            give_back(taken)
            return False
        return True

    def _send(self, webhook_id: UUID) -> None:
        with self._lock:
            self._waiting.discard(webhook_id)
        _foreseen(deliver, self._services, webhook_id, self._is_over)


def _foreseen(work: Callable[..., None], *arguments: Any) -> None:
    try:
        work(*arguments)
    except Exception:
        # Nobody looks at what became of it; the sweep calls again.
        log.exception("webhook_not_foreseen")
