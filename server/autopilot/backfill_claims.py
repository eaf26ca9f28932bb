"""Which backfills are due, and who has one in hand: a lease that expires, and a number that grows with each claim."""

from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from server.clock import now
from server.models import Backfill, BackfillState
from server.services import Services

log = structlog.get_logger(__name__)

WORKING = (BackfillState.running, BackfillState.undoing)
LONGEST_PAUSE = 900.0  # seconds until one in trouble is tried again


class HandedOver(Exception):
    """It was paused, is being undone or is another worker's by now; what this one still holds must not be written."""


def ring_for_overdue(services: Services) -> None:
    """Ring for backfills that are due, or were left by a dead worker."""
    with services.database.session.begin() as session:
        for backfill_id in session.scalars(select(Backfill.id).where(_is_due()).limit(500)):
            services.ring_for_backfill(session, backfill_id)


def _is_due() -> ColumnElement[bool]:
    moment = func.clock_timestamp()
    is_free = or_(Backfill.lease_until.is_(None), Backfill.lease_until < moment)
    return and_(Backfill.state.in_(WORKING), Backfill.due_at <= moment, is_free)


def claim(services: Services, backfill_id: UUID) -> Backfill | None:
    """Take the backfill in hand for the time of a lease, if it is due."""
    until = func.clock_timestamp() + timedelta(seconds=services.settings.lease_seconds)
    mine = update(Backfill).where(Backfill.id == backfill_id, _is_due()).returning(Backfill.id)
    with services.database.session.begin() as session:
        # `due_at` moves before the work: one that kills its worker does not spin.
        claimed = session.execute(mine.values(fence=Backfill.fence + 1, lease_until=until, due_at=until))
        return session.get_one(Backfill, backfill_id) if claimed.one_or_none() else None


def hold(services: Services, session: Session, claimed: Backfill) -> Backfill:
    """Lock the backfill for this transaction and prolong the lease. Raises HandedOver."""
    row = locked(session, claimed.id)
    if row.fence != claimed.fence:
        raise HandedOver
    row.lease_until = now() + timedelta(seconds=services.settings.lease_seconds)
    return row


def locked(session: Session, backfill_id: UUID) -> Backfill:
    return session.get_one(Backfill, backfill_id, with_for_update={"of": Backfill}, populate_existing=True)


def turn(backfill: Backfill, state: BackfillState, reason: str | None = None) -> None:
    """Give it another state. Whoever has it in hand finds that out when they write."""
    backfill.state, backfill.reason = state, reason
    backfill.fence += 1
    backfill.lease_until, backfill.due_at, backfill.failures = None, now(), 0
    ended = (BackfillState.done, BackfillState.failed, BackfillState.undone)
    backfill.finished_at = now() if state in ended else None


def go_on_soon(services: Services, claimed: Backfill) -> None:
    """Enough for one turn; others are waiting."""
    with services.database.session.begin() as session:
        row = hold(services, session, claimed)
        rest(row, 0)
        services.ring_for_backfill(session, row.id)


def go_on_later(services: Services, claimed: Backfill, wait: float | None, reason: str | None, code: str) -> None:
    """Not now: wait as asked (seconds), else twice as long each time. What was done so far stays done."""
    log.warning("backfill_postponed", backfill=str(claimed.id), error=code)
    with services.database.session.begin() as session:
        row = hold(services, session, claimed)
        row.failures += 1
        rest(row, wait if wait is not None else min(2.0**row.failures, LONGEST_PAUSE), reason)


def rest(row: Backfill, seconds: float, reason: str | None = None) -> None:
    """Let it go until its time comes again; the sweep rings then."""
    row.reason, row.lease_until, row.due_at = reason, None, now() + timedelta(seconds=seconds)


def end(services: Services, claimed: Backfill, state: BackfillState, reason: str | None = None) -> None:
    with services.database.session.begin() as session:
        turn(hold(services, session, claimed), state, reason)
    log.info("backfill_ended", backfill=str(claimed.id), state=state.value)
