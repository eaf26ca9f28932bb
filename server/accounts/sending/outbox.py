"""The outbox: what programs gave us to send, for them to look at and to take back."""

from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from server.accounts.references import account_of
from server.accounts.sending import files
from server.clock import iso, now
from server.doorbell import ring_for_submission
from server.errors import NotFound
from server.models import Submission, SubmissionState
from server.services import Services

SHOWN = (SubmissionState.queued, SubmissionState.sending, SubmissionState.failed)
STATUS = {
    SubmissionState.queued: "queued",
    SubmissionState.sending: "processing",
    SubmissionState.sent: "submitted",
    SubmissionState.failed: "error",
}
TOO_LATE = {
    SubmissionState.sent: "It was sent already.",
    SubmissionState.sending: "Microsoft 365 was asked to send it already.",
    SubmissionState.queued: "Microsoft 365 was asked to send it already; Affix is finding out whether it did.",
}


def page(services: Services, tenant_id: str, account: str | None, number: int, size: int) -> dict[str, Any]:
    """What is not sent yet or could not be, the newest first. `number` counts from 0. Raises NotFound."""
    with services.database.session() as session:
        mine: list[ColumnElement[bool]] = [Submission.tenant_id == tenant_id, Submission.state.in_(SHOWN)]
        if account is not None:
            mine.append(Submission.account_id == account_of(session, tenant_id, account).id)
        total = session.scalar(select(func.count()).select_from(Submission).where(*mine)) or 0
        order = Submission.created_at.desc(), Submission.id
        rows = session.scalars(select(Submission).where(*mine).order_by(*order).offset(number * size).limit(size))
        shown = [shown_as(each) for each in rows]
    return {"total": total, "page": number, "pages": max(1, -(-total // size)), "messages": shown}


def one(services: Services, tenant_id: str, queue_id: str) -> dict[str, Any]:
    with services.database.session() as session:
        return shown_as(_row(session, tenant_id, queue_id))


def withdraw(services: Services, tenant_id: str, queue_id: str) -> dict[str, Any]:
    """Take a message back, or say why it is too late. Raises NotFound."""
    with services.database.session.begin() as session:
        row = _row(session, tenant_id, queue_id, lock=True)
        asked = row.send_asked_at is not None and row.state != SubmissionState.failed
        if row.state == SubmissionState.sent or asked:
            return {"deleted": False, "queueId": queue_id, "message": TOO_LATE[row.state]}
        row.settled(SubmissionState.withdrawn, now())
        row.message = {}
        files.forget(session, row.id)
        if row.draft_id:
            ring_for_submission(session, row.id)  # the draft in the mailbox goes too
    return {"deleted": True, "queueId": queue_id, "message": None}


def _row(session: Session, tenant_id: str, queue_id: str, lock: bool = False) -> Submission:
    mine = select(Submission).where(Submission.tenant_id == tenant_id, Submission.queue_id == queue_id)
    mine = mine.where(Submission.state != SubmissionState.withdrawn)
    found = session.scalars(mine.with_for_update(of=Submission) if lock else mine).one_or_none()
    if found is None:
        raise NotFound("There is no such message in the outbox.", code="QueueIdNotFound")
    return found


def shown_as(row: Submission) -> dict[str, Any]:
    error = {"code": row.error_code, "message": row.error, "command": row.command} if row.error_code else None
    return {
        "queueId": row.queue_id,
        "account": row.account.account,
        "source": "api",
        "messageId": row.message_id,
        "envelope": row.envelope,
        "subject": row.subject,
        "created": iso(row.created_at),
        "scheduled": iso(row.send_at),
        "nextAttempt": iso(row.due_at) if row.is_open else None,
        "attemptsMade": row.attempts,
        "attempts": row.most_attempts,
        "state": row.state.value,
        "progress": {"status": STATUS[row.state], "error": error},
    }
