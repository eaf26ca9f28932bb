"""The threads of a worker that talk to receivers of webhooks: others than those that save mail, since a receiver may be
as slow as it likes.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import structlog

from server.services import Services
from server.webhooks.deliver import deliver

MOST_ADDRESSES = 32  # in hand at once

log = structlog.get_logger(__name__)


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

    def send(self, webhook_id: UUID) -> bool:
        """Go on with one address, as soon as a thread is free. False when nothing is begun here any more."""
        with self._lock:
            if webhook_id in self._waiting:
                return True  # whoever begins with it sees what there is by then
            try:
                self._threads.submit(self._send, webhook_id)
            except RuntimeError:  # closed
                return False
            self._waiting.add(webhook_id)
        return True

    def close(self, at_once: bool) -> None:
        """What is being sent is waited for; `at_once`: nothing else is begun. Whoever works next goes on with it."""
        self._is_closed = True
        if at_once:
            self._is_over.set()
        self._threads.shutdown(wait=True, cancel_futures=at_once)

    def _send(self, webhook_id: UUID) -> None:
        with self._lock:
            self._waiting.discard(webhook_id)
        try:
            deliver(self._services, webhook_id, self._is_over)
        except Exception:
            # Nobody looks at what became of it; the sweep calls again.
            log.exception("webhook_not_foreseen", webhook=str(webhook_id))
