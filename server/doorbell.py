"""Doorbells: jobs that only say "there is work for this message", or mailbox. The rows say what the work is.

A doorbell is rung in the transaction that writes the row, so there is never one without the other.
Ringing twice, late or never is harmless: one waiting bell for each subject is enough, and a sweep
rings for whatever is overdue.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from server import turns

DELIVER = "affix:deliver"
DRAIN = "affix:drain"
SYNC = "affix:sync"
BACKFILL = "affix:backfill"
OUTAGE = "affix:outage"
ANNOUNCE = "affix:announce"
OUTGOING = "affix:outgoing"
SEND = "affix:send"
SENT_PLACE = "affix:sent-place"
NEAR, CALLED = "nearby", "called"  # of a session

# Of turns, in seconds: somebody waits for what was saved by hand; new mail is noticed before older mail is saved, and
# past mail comes last.
AT_ONCE, IN_TIME = 1.0, 10.0  # between two of one tenant
APART = {DELIVER: AT_ONCE, OUTAGE: AT_ONCE, ANNOUNCE: AT_ONCE, SEND: AT_ONCE}
LATER = {SYNC: 1.0, DRAIN: 2.0, OUTGOING: 2.0, SENT_PLACE: 2.0, BACKFILL: 30.0}

# The table that knows whose a bell is, and by which of its words.
OWNER = {
    DELIVER: ("messages", "message_id"),
    DRAIN: ("mailboxes", "mailbox_id"),
    SYNC: ("mailboxes", "mailbox_id"),
    BACKFILL: ("backfills", "backfill_id"),
    OUTAGE: (None, "tenant_id"),
    ANNOUNCE: ("webhooks", "webhook_id"),
    OUTGOING: ("outgoing", "outgoing_id"),
    SEND: ("submissions", "submission_id"),
    SENT_PLACE: ("mailboxes", "mailbox_id"),
}


def ring(session: Session, message_id: UUID) -> None:
    """Ask a worker to look at the message once this session's transaction is committed."""
    _ring(session, DELIVER, f"message:{message_id}", message_id=str(message_id))


def ring_for_saves(session: Session, mailbox_id: UUID) -> None:
    """Ask a worker to go on with what Autopilot saves from the mailbox once this transaction is committed."""
    _ring(session, DRAIN, f"saves:{mailbox_id}", mailbox_id=str(mailbox_id))


def ring_for_mailbox(session: Session, mailbox_id: UUID, at: datetime | None = None) -> None:
    """Ask a worker to look for new mail in the mailbox once this session's transaction is committed, or at `at`: by a
    bell of its own, behind which one for now does not wait.
    """
    subject = f"mailbox:{mailbox_id}" if at is None else f"mailbox:{mailbox_id}:later"
    _ring(session, SYNC, subject, at, mailbox_id=str(mailbox_id))


def ring_for_backfill(session: Session, backfill_id: UUID) -> None:
    """Ask a worker to go on with the backfill once this session's transaction is committed."""
    _ring(session, BACKFILL, f"backfill:{backfill_id}", backfill_id=str(backfill_id))


def ring_for_outgoing(session: Session, outgoing_id: UUID) -> None:
    """Ask a worker to look whether a draft was sent once this session's transaction is committed."""
    _ring(session, OUTGOING, f"outgoing:{outgoing_id}", outgoing_id=str(outgoing_id))


def ring_for_submission(session: Session, submission_id: UUID) -> None:
    """Ask a worker to send a program's message once this session's transaction is committed."""
    _ring(session, SEND, f"submission:{submission_id}", submission_id=str(submission_id))


def ring_for_sent_place(session: Session, mailbox_id: UUID, person_id: UUID) -> None:
    """Ask a worker to look what the person sent in the mailbox's name once this transaction is committed."""
    subject = f"sent:{mailbox_id}:{person_id}"
    _ring(session, SENT_PLACE, subject, mailbox_id=str(mailbox_id), person_id=str(person_id))


def ring_for_outage(session: Session, tenant_id: str, destination: str, at: datetime) -> None:
    """Ask a worker to try at `at` whether the destination can be used again."""
    about = {"tenant_id": tenant_id, "destination": destination}
    _ring(session, OUTAGE, f"outage:{tenant_id}:{destination}", at, **about)


def ring_for_webhook(session: Session, webhook_id: UUID) -> None:
    """Ask a worker to tell the address what waits for it once this session's transaction is committed."""
    session.info.setdefault(ANNOUNCE, set()).add(webhook_id)


def ring_for_webhook_later(session: Session, webhook_id: UUID, at: datetime) -> None:
    """As `ring_for_webhook`, at `at`; a bell of its own, behind which one for now does not wait."""
    _ring(session, ANNOUNCE, f"webhook:{webhook_id}:later", at, webhook_id=str(webhook_id))


class Call(Protocol):
    """To tell one address what is due to it, once the transaction is committed in which that happened."""

    @property
    def webhook_id(self) -> UUID: ...


AnyCall = TypeVar("AnyCall", bound=Call)


class Near(Protocol[AnyCall]):
    """Whoever tells addresses in this very process, and needs no job for that.

    `taken` has the calls ready in the transaction itself, each with the address in hand if that is free; `send` follows
    up on one, and is False where nothing is begun here any more: the address is free again then.
    """

    @property
    def is_open(self) -> bool: ...

    def taken(self, session: Session, webhook_ids: Sequence[UUID]) -> Sequence[AnyCall]: ...

    def send(self, call: AnyCall) -> bool: ...


@contextmanager
def nearby(sessions: sessionmaker[Session], near: Near[Any]) -> Iterator[None]:
    """While the block lasts, whoever is `near` is called when such a session's transaction is committed, instead of by
    a job that has to be written and fetched. What is lost with the process between the two is rung for by the sweep.
    """
    sessions.configure(info={**sessions.kw.get("info", {}), NEAR: near})
    try:
        yield
    finally:
        sessions.configure(info={**sessions.kw.get("info", {}), NEAR: None})


@event.listens_for(Session, "before_commit")
def _ring_for_webhooks(session: Session) -> None:
    """Last of all and in order: whoever rings a bell waits for others who ring it too, and whatever happens rings this
    one. Rung on the way, it would have two transactions wait for each other.
    """
    if session.in_nested_transaction():
        return
    called = sorted(session.info.pop(ANNOUNCE, ()))
    near: Near[Any] | None = session.info.get(NEAR)
    if near is not None and near.is_open:
        session.info[CALLED] = near.taken(session, called)
        return
    for webhook_id in called:
        _ring(session, ANNOUNCE, f"webhook:{webhook_id}", webhook_id=str(webhook_id))


@event.listens_for(Session, "after_commit")
def _call_nearby(session: Session) -> None:
    calls: Sequence[Call] = session.info.pop(CALLED, ())
    near: Near[Any] | None = session.info.get(NEAR)
    missed = [each.webhook_id for each in calls if near is None or not near.send(each)]
    if missed:  # whoever was near has closed meanwhile
        with Session(session.get_bind()) as later, later.begin():
            for webhook_id in missed:
                _ring(later, ANNOUNCE, f"webhook:{webhook_id}", webhook_id=str(webhook_id))


def _ring(session: Session, task: str, subject: str, at: datetime | None = None, **about: str) -> None:
    table, name = OWNER[task]
    when = {"apart": APART.get(task, IN_TIME), "later": LATER.get(task, 0.0)}
    turns.ring(session, task, subject, json.dumps(about), table=table, about=about[name], at=at, **when)
