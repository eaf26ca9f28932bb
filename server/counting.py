"""What happens, counted in memory and added up in the database now and then, so that nothing waits for it: the requests
to Microsoft Graph that each tenant costs by day, and the tallies that operators watch (server/metrics). What a process
counted in the seconds before it was killed is lost.
"""

import atexit
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

import structlog
from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from server.clock import now
from server.db import Database
from server.metrics.families import GRAPH_REQUESTS, GRAPH_SECONDS, MAILBOX_CLASSES, Family, bucket_of
from server.models import GraphCount, Mailbox, Tally

KEPT = 15.0  # seconds for which a count may wait in memory
STATUSES = {str(number) for number in range(100, 600)} | {"unreachable"}
MOST_ASKED = 1000  # mailboxes whose class is asked for in one statement

log = structlog.get_logger(__name__)
_tenant: ContextVar[str | None] = ContextVar("tenant", default=None)

_Key = tuple[str, tuple[str, ...], str]  # name, labels and part of a tally
_Place = tuple[str | None, str | None]  # tenant and mailbox of a request to Graph, as far as they are known


class Counts:
    """Of one process; its threads share it."""

    def __init__(self, database: Database, kept: float = KEPT) -> None:
        self._database = database
        self._kept = kept
        self._guard = threading.Lock()
        self._turn = threading.Lock()  # one flush at a time
        self._days: Counter[tuple[str, date]] = Counter()
        self._answers: Counter[tuple[_Place, str]] = Counter()
        self._tallies: dict[_Key, float] = {}
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
        """A request is sent to Graph."""
        tenant_id = _tenant.get()
        if tenant_id is not None:
            with self._guard:
                self._days[tenant_id, now().date()] += 1
                self._flush_later()

    def answered(self, mailbox: str | None, status: str, seconds: float | None) -> None:
        """Graph answered so, after so long. Of the mailbox only its class is written down."""
        status = status if status in STATUSES else "other"
        with self._guard:
            self._answers[(_tenant.get(), mailbox.lower() if mailbox else None), status] += 1
            if seconds is not None:
                self._observed(GRAPH_SECONDS, (), seconds)
            self._flush_later()

    def add(self, family: Family, *labels: str, seconds: float | None = None, timed: Family | None = None) -> None:
        """One more of a family with these labels. `seconds` go to `timed`, by the first of the labels that it has."""
        with self._guard:
            self._add((family.name, labels, ""), 1.0)
            if timed is not None and seconds is not None:
                self._observed(timed, labels[: len(timed.labels)], seconds)
            self._flush_later()

    def flush(self) -> None:
        """Add what was counted since the last time. What the database does not take is kept for the next time."""
        with self._turn:
            with self._guard:
                days, self._days = self._days, Counter()
                answers, self._answers = self._answers, Counter()
                tallies, self._tallies = self._tallies, {}
                if self._timer is not None:
                    self._timer.cancel()
                    self._timer = None
            if not (days or answers or tallies):
                return
            try:
                with self._database.session.begin() as session:
                    _write_days(session, days)
                    _write_tallies(session, tallies | _by_class(session, answers))
            except SQLAlchemyError as error:
                log.warning("counts_not_written", error=type(error).__name__)
                with self._guard:
                    self._days.update(days)
                    self._answers.update(answers)
                    for key, value in tallies.items():
                        self._add(key, value)

    def close(self) -> None:
        self.flush()
        atexit.unregister(self.flush)

    def _observed(self, family: Family, labels: tuple[str, ...], seconds: float) -> None:
        self._add((family.name, labels, bucket_of(family, seconds)), 1.0)
        self._add((family.name, labels, "sum"), seconds)

    def _add(self, key: _Key, value: float) -> None:
        self._tallies[key] = self._tallies.get(key, 0.0) + value

    def _flush_later(self) -> None:
        if self._timer is None:
            self._timer = threading.Timer(self._kept, self.flush)
            self._timer.daemon = True
            self._timer.start()


def _by_class(session: Session, answers: Counter[tuple[_Place, str]]) -> dict[_Key, float]:
    """The answers of Graph by the class of their mailbox."""
    named = sorted({(tenant, mailbox) for (tenant, mailbox), _ in answers if tenant and mailbox})
    purposes: dict[tuple[str, str], str | None] = {}
    for start in range(0, len(named), MOST_ASKED):
        wanted = select(Mailbox.tenant_id, Mailbox.address, Mailbox.purpose)
        some = tuple_(Mailbox.tenant_id, Mailbox.address).in_(named[start : start + MOST_ASKED])
        purposes |= {(tenant, address): purpose for tenant, address, purpose in session.execute(wanted.where(some))}
    found: dict[_Key, float] = {}
    for ((tenant, mailbox), status), count in answers.items():
        known = purposes.get((tenant, mailbox)) if tenant and mailbox else None
        kind = known if known in MAILBOX_CLASSES else "unknown"
        key = (GRAPH_REQUESTS.name, (kind if mailbox else "none", status), "")
        found[key] = found.get(key, 0.0) + count
    return found


def _write_days(session: Session, days: Counter[tuple[str, date]]) -> None:
    if days:
        rows = [{"tenant_id": tenant, "day": day, "requests": days[tenant, day]} for tenant, day in sorted(days)]
        added = insert(GraphCount).values(rows)
        added = added.on_conflict_do_update(
            index_elements=["tenant_id", "day"], set_={"requests": GraphCount.requests + added.excluded.requests}
        )
        session.execute(added)


def _write_tallies(session: Session, tallies: dict[_Key, float]) -> None:
    """In one order for all processes, so that none waits for another that waits for it."""
    if tallies:
        rows = [
            {"name": name, "labels": list(labels), "part": part, "value": tallies[name, labels, part]}
            for name, labels, part in sorted(tallies)
        ]
        added = insert(Tally).values(rows)
        added = added.on_conflict_do_update(
            index_elements=["name", "labels", "part"], set_={"value": Tally.value + added.excluded.value}
        )
        session.execute(added)
