"""A program hands in a message to send: checked, stored with its files, and acknowledged once that is on disk."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server.accounts.acting import Acting, acting
from server.accounts.references import account_of
from server.accounts.sending import files, refusals, room
from server.accounts.sending.files import NewFile
from server.accounts.sending.letters import Reference, people_of, reference_of, with_known_headers
from server.clock import iso, now
from server.detection import ADDRESS
from server.doorbell import ring_for_submission
from server.errors import Conflict, Invalid, NotFound
from server.mail.base import MailBusy, MailGone, MailIdMalformed, MailItem
from server.models import Account, Submission, SubmissionState
from server.services import Services

QUEUED = "Queued for delivery"
FARTHEST = timedelta(days=366)
USUAL_ATTEMPTS = 10
MOST_PEOPLE = 500  # Exchange Online's limit of one message

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Asked:
    """`message` as server/accounts/sending/letters.py has it, its `from` possibly missing. `digest` is of all that was
    asked for, so that another request with the same `key` can be told from the same one.
    """

    message: dict[str, Any]
    files: Sequence[NewFile]
    digest: str
    key: str | None = None
    message_id: str | None = None
    send_at: datetime | None = None
    attempts: int = USUAL_ATTEMPTS


def submit(services: Services, tenant_id: str, account: str, asked: Asked) -> dict[str, Any]:
    """Raises Invalid for what could never be sent, NotFound for an account or message that is not there, NotUsable,
    Forbidden where nobody consented to sending, Conflict for a key that stands for another message and where too much
    waits already, and MailError.
    """
    message = _checked(asked)
    if asked.key is not None:
        with services.database.session() as session:
            known = _known(session, tenant_id, account, asked.key)
        if known is not None:
            return _again(known, asked)
    who = acting(services, tenant_id, account)
    refusals.check_consent(who)
    with services.database.session() as session:
        room.check(session, tenant_id, services.settings, coming=1)
    whole = _of_mailbox(who, message)
    for new in asked.files:
        _check_source(who, new)
    row = _stored(services, who, asked, whole)
    return _again(row, asked) if row.digest != asked.digest else answer(row)


def answer(row: Submission) -> dict[str, Any]:
    return {
        "response": QUEUED,
        "messageId": row.message_id,
        "sendAt": iso(row.send_at),
        "queueId": row.queue_id,
    }


def _again(known: Submission, asked: Asked) -> dict[str, Any]:
    if known.digest != asked.digest:
        sentence = "This Idempotency-Key was used for another message of this account. Use a new one for each message."
        raise Conflict(sentence, code="IdempotencyKeyReused", queueId=known.queue_id)
    return answer(known)


def _known(session: Session, tenant_id: str, account: str, key: str) -> Submission | None:
    mine = select(Submission).where(Submission.account_id == account_of(session, tenant_id, account).id)
    return session.scalars(mine.where(Submission.idempotency_key == key)).one_or_none()


def _checked(asked: Asked) -> dict[str, Any]:
    """What was asked for, if such a message could be sent from any mailbox. Raises Invalid."""
    message = with_known_headers(asked.message)
    people = [each for name in ("to", "cc", "bcc", "replyTo") for each in message.get(name) or []]
    for each in [*people, message.get("from") or {}]:
        if each and not ADDRESS.match(each["address"]):
            raise Invalid("There is something among the recipients that is no email address.", code="invalid_address")
    reference = reference_of(message)
    if len(people_of(message)) > MOST_PEOPLE:
        raise Invalid(f"to: Exchange Online takes at most {MOST_PEOPLE} recipients of a message.", code="recipients")
    if not people_of(message) and (reference is None or reference.action == "forward"):
        raise Invalid("to: somebody has to get the message.", code="recipients")
    if message.get("text") is None and message.get("html") is None and (reference is None or not reference.inline):
        raise Invalid("text: text or html is needed.", code="body_needed")
    if asked.send_at is not None and asked.send_at > now() + FARTHEST:
        raise Invalid("sendAt: at most a year ahead.", code="send_at")
    return message


def _of_mailbox(who: Acting, message: dict[str, Any]) -> dict[str, Any]:
    """The message with its author. Raises NotFound for one that answers what is not in the mailbox."""
    own = {"name": who.account.name or who.mailbox.name, "address": who.address}
    whole = {**message, "from": message.get("from") or own}
    reference = reference_of(message)
    if reference is not None and not _is_there(who, reference):
        del whole["reference"]
        if not people_of(whole):
            raise NotFound("reference: nobody is left to answer to.", code="MessageNotFound")
    return whole


def _is_there(who: Acting, reference: Reference) -> bool:
    """Whether the message that is referred to can be read; where Exchange is busy that is found out later."""

    def look(token: str) -> MailItem:
        return who.services.mail.item(token, who.address, reference.message)

    try:
        who.ask(look)
    except MailBusy:
        return True
    except (MailGone, MailIdMalformed):
        if reference.ignore_missing:
            return False
        raise NotFound("reference: this message is not in the mailbox.", code="MessageNotFound") from None
    return True


def _check_source(who: Acting, new: NewFile) -> None:
    """Raises NotFound where an attachment that is referred to is not there."""
    if new.source is None:
        return
    message, attachment = new.source["message"], new.source["attachment"]
    try:
        who.ask(lambda token: who.services.mail.sending.attachment(token, who.address, message, attachment))
    except MailBusy:
        return
    except (MailGone, MailIdMalformed):
        sentence = "attachments: one that is referred to is not in the mailbox."
        raise NotFound(sentence, code="AttachmentNotFound") from None


def _stored(services: Services, who: Acting, asked: Asked, message: dict[str, Any]) -> Submission:
    """The row of this message; of two requests with one key at the same time both get the same one."""
    moment = now()
    send_at = max(asked.send_at or moment, moment)
    domain = message["from"]["address"].rpartition("@")[2]
    values = {
        "id": uuid.uuid4(),
        "tenant_id": who.account.tenant_id,
        "account_id": who.account.id,
        "queue_id": uuid.uuid4().hex[:16],
        "idempotency_key": asked.key,
        "digest": asked.digest,
        "message": message,
        "envelope": {"from": message["from"]["address"], "to": people_of(message)},
        "message_id": asked.message_id or f"<{uuid.uuid4()}@{domain}>",
        "subject": message.get("subject") or "",
        "state": SubmissionState.queued,
        "attempts": 0,
        "most_attempts": asked.attempts,
        "fence": 0,
        "misses": 0,
        "send_at": send_at,
        "due_at": send_at,
        "created_at": moment,
    }
    row = insert(Submission).values(**values).on_conflict_do_nothing().returning(Submission.id)
    account = select(Account.id).where(Account.id == who.account.id)
    with services.database.session.begin() as session:
        if session.scalar(account.with_for_update(read=True, key_share=True)) is None:
            raise NotFound("There is no account with this id.", code="AccountNotFound")  # any more
        made = session.scalar(row)
        if made is None and asked.key is not None:
            known = _known(session, who.account.tenant_id, who.account.account, asked.key)
            if known is not None:
                return known
        if made is None:
            raise Conflict("The account was changed at the same moment. Try again.", code="changed")
        files.store(session, made, asked.files)
        if send_at <= moment:
            ring_for_submission(session, made)
        room.lock(session, who.account.tenant_id)  # last, so that nobody waits while files are stored
        room.check(session, who.account.tenant_id, services.settings)
        log.info("message_submitted", submission=str(made), files=len(asked.files))
        return session.get_one(Submission, made)
