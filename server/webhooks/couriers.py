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
    def __init__(self, services: Services) -> None:
        self._services = services
        self._threads = ThreadPoolExecutor(MOST_ADDRESSES, thread_name_prefix="courier")
        self._is_over = threading.Event()

    def send(self, webhook_id: UUID) -> None:
        """Go on with one address, as soon as a thread is free."""
        self._threads.submit(self._send, webhook_id)

    def close(self, at_once: bool) -> None:
        """What is being sent is waited for; `at_once`: nothing else is begun. Whoever works next goes on with it."""
        if at_once:
            self._is_over.set()
        self._threads.shutdown(wait=True, cancel_futures=at_once)

    def _send(self, webhook_id: UUID) -> None:
        try:
            deliver(self._services, webhook_id, self._is_over)
        except Exception:
            # Nobody looks at what became of it; the sweep calls again.
            log.exception("webhook_not_foreseen", webhook=str(webhook_id))
