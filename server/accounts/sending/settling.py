"""What becomes of an attempt: sent, tried again later, or given up; told to who asked to be told."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from server.accounts.acting import acting
from server.accounts.sending import files, refusals
from server.accounts.sending.refusals import Refusal
from server.accounts.sending.work import Work
from server.accounts.telling import tell_account
from server.autopilot import elsewhere
from server.clock import iso, now
from server.errors import AffixError
from server.mail.base import MailBusy, MailError, MailGone
from server.models import Submission, SubmissionState
from server.services import Services

PATIENCE = timedelta(days=3)  # for an account that cannot be used
MOST_MISSES = 3  # looks at which a message that Exchange was asked to send was nowhere
SENT = "Microsoft 365 took the message."

log = structlog.get_logger(__name__)


def sent(services: Services, claimed: Submission) -> None:
    with services.database.session.begin() as session:
        row = held(session, claimed)
        if row is None:
            return
        _settle(session, row, SubmissionState.sent)
        tell_account(session, row.account, "messageSent", {**_about(row), "response": SENT})
        if row.account.mailbox_id is not None:
            elsewhere.look_soon(session, row.account.mailbox_id)
    log.info("submission_sent", submission=str(claimed.id), attempts=claimed.attempts)


def trouble(services: Services, claimed: Submission, work: Work | None, error: MailError | AffixError) -> None:
    """Try again later, or give up."""
    with services.database.session.begin() as session:
        row = held(session, claimed)
        if row is None:
            return
        refusal = _meaning(row, work, error)
        log.warning("submission_not_sent", submission=str(row.id), code=refusal.code, final=refusal.final)
        if not refusal.counts:
            row.attempts -= 1
        is_over = refusal.final or row.attempts >= row.limit or now() - row.send_at > PATIENCE
        if is_over and row.send_asked_at is not None and isinstance(error, MailBusy):
            refusal = Refusal("SendUnconfirmed", refusals.UNANSWERED, final=True)
        row.postponed(refusal.code, refusal.sentence, now(), refusal.wait)
        row.command = refusal.command
        job = {
            "attemptsMade": row.attempts,
            "attempts": row.most_attempts,
            "nextAttempt": None if is_over else iso(row.due_at),
        }
        failure = {**_about(row), "error": refusal.sentence, "errorCode": refusal.code, "command": refusal.command}
        if refusal.counts or is_over:
            tell_account(session, row.account, "messageDeliveryError", {**failure, "job": job})
        if is_over:
            _settle(session, row, SubmissionState.failed)
            tell_account(session, row.account, "messageFailed", failure)
    if is_over:
        tidy(services, claimed.id)


def _meaning(row: Submission, work: Work | None, error: MailError | AffixError) -> Refusal:
    if isinstance(error, MailGone) and row.send_asked_at is not None:
        row.misses += 1
        is_final = row.misses >= MOST_MISSES
        return Refusal("SendUnconfirmed", refusals.UNCONFIRMED, final=is_final)
    refusal = refusals.of(error, work.acting if work else None, row.envelope["from"])
    if isinstance(error, MailGone):
        row.draft_id, row.kept = None, None
    return refusal


def tidy(services: Services, submission_id: UUID) -> None:
    """Take away the draft of a message that is not sent any more. It may be in vain: then it stays a draft."""
    with services.database.session() as session:
        row = session.get(Submission, submission_id)
    if row is None or row.draft_id is None or row.state not in (SubmissionState.failed, SubmissionState.withdrawn):
        return
    if row.error_code == "SendUnconfirmed":
        return  # it may be on its way
    try:
        who = acting(services, row.tenant_id, row.account.account)
        work = Work(services, row, who, [])
        item = work.ask(lambda token: services.mail.item(token, who.address, work.draft_id))
        if item.is_draft:
            work.discard(work.draft_id)
    except (MailError, AffixError) as error:
        log.info("draft_not_taken_away", submission=str(submission_id), error=error.code)
        return
    with services.database.session.begin() as session:
        session.get_one(Submission, submission_id).draft_id = None


def held(session: Session, claimed: Submission) -> Submission | None:
    """The row, locked, unless it was withdrawn or taken over since it was claimed."""
    row = session.get(Submission, claimed.id, with_for_update={"of": Submission}, populate_existing=True)
    is_mine = row is not None and row.fence == claimed.fence and row.state == SubmissionState.sending
    return row if is_mine else None


def _settle(session: Session, row: Submission, state: SubmissionState) -> None:
    row.settled(state, now())
    row.message = {}
    files.forget(session, row.id)


def _about(row: Submission) -> dict[str, Any]:
    return {"queueId": row.queue_id, "messageId": row.message_id, "envelope": row.envelope}
