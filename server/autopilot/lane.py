"""What a web process does with a single message that was announced to it: it asks for it and tells of it at once, where
otherwise a worker would have to be called, which takes half as long again. Whatever is more than that is a worker's.

What is lost with the process between the answer to Graph and the telling is written down; the sweep calls for it.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from uuid import UUID

import structlog

from server import tracing
from server.autopilot.sync import take_few
from server.doorbell import nearby
from server.services import Services
from server.webhooks.couriers import Couriers

THREADS = 2  # of a web process, which has requests to answer

log = structlog.get_logger(__name__)


class Lane:
    """Each mailbox waits here once at most, however often it is announced. Addresses are told here as well, of what
    happened here.
    """

    def __init__(self, services: Services) -> None:
        self._services = replace(services, database=services.database.sibling())
        self._couriers = Couriers(self._services)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="lane")
        self._lock = threading.Lock()
        self._waiting: set[UUID] = set()
        self._looking = 0  # threads
        self._open = ExitStack()
        self._open.enter_context(nearby(self._services.database.session, self._couriers))

    def send(self, mailbox_id: UUID) -> bool:
        """Look at what was announced there. False when there is no room, and a worker has to be called."""
        with self._lock:
            if mailbox_id in self._waiting:
                return True  # whoever begins with it sees what there is by then
            if len(self._waiting) + self._looking >= THREADS:
                return False
            try:
                self._threads.submit(self._look, mailbox_id)
            except RuntimeError:  # closed
                return False
            self._waiting.add(mailbox_id)
        return True

    def close(self) -> None:
        """What is in hand is finished; what waits is a worker's."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        with self._services.database.session.begin() as session:
            for mailbox_id in sorted(self._waiting):
                self._services.ring_for_mailbox(session, mailbox_id)
        self._waiting.clear()
        self._couriers.close(at_once=True)
        self._open.close()

    def _look(self, mailbox_id: UUID) -> None:
        with self._lock:
            self._waiting.discard(mailbox_id)
            self._looking += 1
        try:
            with tracing.span("look", mailbox=mailbox_id):
                take_few(self._services, mailbox_id)
        except Exception:
            # Nobody looks at what became of it; the sweep calls again.
            log.exception("look_not_foreseen", mailbox=str(mailbox_id))
        finally:
            with self._lock:
                self._looking -= 1
