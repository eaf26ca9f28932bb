"""For which tenant Microsoft Graph is asked, and how many requests each tenant costs, by day: counted in memory, added
up in the database now and then, so that no request waits for it. What a process counted in the seconds before it was
killed is lost.
"""

import atexit
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError

from server.clock import now
from server.db import Database
from server.models import GraphCount

KEPT = 15.0  # seconds for which a count may wait in memory

log = structlog.get_logger(__name__)
_tenant: ContextVar[str | None] = ContextVar("tenant", default=None)


class GraphCounts:
    """Of one process; its threads share it."""

    def __init__(self, database: Database, kept: float = KEPT) -> None:
        self._database = database
        self._kept = kept
        self._guard = threading.Lock()
        self._counts: Counter[tuple[str, date]] = Counter()
        self._timer: threading.Timer | None = None
        atexit.register(self.flush)

    @contextmanager
    def of(self, tenant_id: str) -> Iterator[None]:
        """What this thread asks of Graph meanwhile is asked for that tenant."""
        before = _tenant.set(tenant_id)
        try:
            yield
        finally:
            _tenant.reset(before)

    def tenant(self) -> str:
        """For whom this thread asks Graph now; "" while that is not known."""
        return _tenant.get() or ""

    def one(self) -> None:
        """A request is sent."""
        tenant_id = _tenant.get()
        if tenant_id is None:
            return
        with self._guard:
            self._counts[tenant_id, now().date()] += 1
            if self._timer is None:
                self._timer = threading.Timer(self._kept, self.flush)
                self._timer.daemon = True
                self._timer.start()

    def flush(self) -> None:
        """Add what was counted since the last time. What the database does not take is kept for the next time."""
        with self._guard:
            counts, self._counts = self._counts, Counter()
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None
        if not counts:
            return
        rows = [{"tenant_id": tenant, "day": day, "requests": counts[tenant, day]} for tenant, day in sorted(counts)]
        added = insert(GraphCount).values(rows)
        added = added.on_conflict_do_update(
            index_elements=["tenant_id", "day"], set_={"requests": GraphCount.requests + added.excluded.requests}
        )
        try:
            with self._database.session.begin() as session:
                session.execute(added)
        except SQLAlchemyError as error:
            log.warning("counts_not_written", error=type(error).__name__)
            with self._guard:
                self._counts.update(counts)

    def close(self) -> None:
        self.flush()
        atexit.unregister(self.flush)
