"""Who has a submission in hand: a lease, and a number (the fence) by which who was too slow is known."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, Update, delete, func, or_, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import undefer

from server.doorbell import ring_for_submission
from server.models import Submission, SubmissionState
from server.services import Services
from server.turns import in_turn

LONGEST = 3600.0  # seconds that somebody may have one in hand: 150 MB over a slow line
MOST_RUNG = 500
KEPT = timedelta(days=30)
OPEN = (SubmissionState.queued, SubmissionState.sending)

log = structlog.get_logger(__name__)


class TakenOver(Exception):
    """It was withdrawn, or another worker has it."""


def is_due() -> ColumnElement[bool]:
    moment = func.clock_timestamp()
    is_free = or_(Submission.lease_until.is_(None), Submission.lease_until < moment)
    return Submission.state.in_(OPEN) & (Submission.due_at <= moment) & is_free


def ring_for_overdue(services: Services) -> None:
    """Ring for what is due by now, and for what a dead worker left."""
    with services.database.session.begin() as session:
        due = in_turn(Submission.id, Submission.tenant_id, Submission.due_at, is_due(), most=MOST_RUNG)
        for submission_id in session.scalars(due):
            ring_for_submission(session, submission_id)


def forget_old(services: Services) -> None:
    """What was settled long ago. Until then its Idempotency-Key stands for it."""
    old = delete(Submission).where(Submission.settled_at < func.clock_timestamp() - KEPT)
    with services.database.session.begin() as session:
        session.execute(old)


def claim(services: Services, submission_id: UUID) -> Submission | None:
    """It in hand, as another attempt; None if it is not due or another worker has it."""
    mine = update(Submission).where(Submission.id == submission_id, is_due()).returning(Submission.id)
    taken = mine.values(
        state=SubmissionState.sending,
        fence=Submission.fence + 1,
        attempts=Submission.attempts + 1,
        lease_until=_lease(services),
    )
    with services.database.session.begin() as session:
        if session.execute(taken).one_or_none() is None:
            return None
        return session.get_one(Submission, submission_id, options=[undefer(Submission.message)])


def note(services: Services, row: Submission, **values: Any) -> None:
    """Write down how far it came, before the next step. Raises TakenOver when it is not ours any more."""
    prolonged = {"lease_until": _lease(services), **values}
    with services.database.session.begin() as session:
        if session.execute(_mine(row).values(**prolonged).returning(Submission.id)).one_or_none() is None:
            raise TakenOver
    for name, value in values.items():
        setattr(row, name, value)


@contextmanager
def kept(services: Services, row: Submission) -> Iterator[None]:
    """Prolong the lease from time to time, as long as the block runs."""
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(services, row, over), daemon=True, name="submission lease")
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep(services: Services, row: Submission, over: threading.Event) -> None:
    prolonged = _mine(row).values(lease_until=_lease(services))
    end = time.monotonic() + LONGEST
    while not over.wait(services.settings.lease_seconds / 3) and time.monotonic() < end:
        try:
            with services.database.session.begin() as session:
                session.execute(prolonged)
        except SQLAlchemyError as error:
            log.warning("lease_not_renewed", error=type(error).__name__)


def _lease(services: Services) -> ColumnElement[datetime]:
    return func.clock_timestamp() + timedelta(seconds=services.settings.lease_seconds)


def _mine(row: Submission) -> Update:
    is_mine = Submission.id == row.id, Submission.fence == row.fence, Submission.state == SubmissionState.sending
    return update(Submission).where(*is_mine)
