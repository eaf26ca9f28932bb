"""Outgoing messages: records chosen for a message that is still being written, until it was sent or is gone."""

import enum
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Enum, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base, Id
from server.models.mailboxes import Mailbox
from server.models.people import Person

FIRST_WAIT = 10.0  # seconds
LONGEST_WAIT = 3600.0
SHARE_OF_AGE = 5  # a wait is this part of the time for which was waited already
PATIENCE = timedelta(days=30)


class OutgoingState(enum.StrEnum):
    waiting = "waiting"
    sent = "sent"
    ended = "ended"


class Outgoing(Base):
    """One draft and the records that it is saved to once it was sent. At most one is waiting for each draft.

    `records`: [{"destination", "type", "id", "name"}]. `attachments`: as of a save. `from_address` is the author as the
    draft said it, `folder_id` where it was. `fresh_at` is when it was chosen or when somebody said that it was sent:
    looks are the rarer the longer that is ago. `failures`: looks one after the other that ended with `reason_code`.
    `due_at` moves before each look; `fence` grows with each claim and each change. "sent" means that its saves are
    queued, and that they tell the rest.
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        Index(
            "uq_outgoing_waiting",
            "mailbox_id", "immutable_id",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_outgoing_due_at", "due_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_outgoing_person_id", "person_id", "created_at"),
        Index("ix_outgoing_mailbox_id", "mailbox_id", "created_at"),
    )  # fmt: skip

    id: Mapped[Id]
    tenant_id: Mapped[str]
    mailbox_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mailboxes.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    immutable_id: Mapped[str]
    folder_id: Mapped[str | None]
    internet_message_id: Mapped[str | None]
    subject: Mapped[str]
    from_address: Mapped[str]
    mailbox_kind: Mapped[str]
    records: Mapped[list[dict[str, Any]]]
    attachments: Mapped[dict[str, Any]]
    state: Mapped[OutgoingState] = mapped_column(Enum(OutgoingState, native_enum=False, length=16))
    reason_code: Mapped[str | None]
    reason: Mapped[str | None]
    action: Mapped[str | None]
    failures: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    fresh_at: Mapped[datetime]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    mailbox: Mapped[Mailbox] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")

    def freshen(self, now: datetime) -> None:
        """A good moment to look, and to look often for a while."""
        self.fresh_at = self.due_at = now
        self.lease_until, self.failures = None, 0
        self.fence += 1

    def not_yet(self, now: datetime) -> None:
        """It is a draft still: look again after a part of the time that was waited already."""
        age = (now - self.fresh_at).total_seconds()
        self._rest(now, min(max(FIRST_WAIT, age / SHARE_OF_AGE), LONGEST_WAIT))
        self.reason_code = self.reason = self.action = None
        self.failures = 0

    def postponed(self, code: str, reason: str, action: str | None, now: datetime, wait: float | None) -> None:
        """Nobody could look, or it was nowhere: wait as asked (seconds), else twice as long each time that the same
        happens. Another code counts anew.
        """
        self.failures = self.failures + 1 if code == self.reason_code else 1
        backoff = FIRST_WAIT * 2.0 ** min(self.failures - 1, 10)
        self._rest(now, min(backoff if wait is None else max(wait, 1.0), LONGEST_WAIT))
        self.reason_code, self.reason, self.action = code, reason, action

    def sent(self, now: datetime) -> None:
        self._settle(OutgoingState.sent, now)
        self.reason_code = self.reason = self.action = None

    def ended(self, code: str, reason: str, action: str | None, now: datetime) -> None:
        self._settle(OutgoingState.ended, now)
        self.reason_code, self.reason, self.action = code, reason, action

    def _rest(self, now: datetime, seconds: float) -> None:
        self.lease_until, self.due_at = None, now + timedelta(seconds=seconds)

    def _settle(self, state: OutgoingState, now: datetime) -> None:
        self.state, self.settled_at, self.lease_until = state, now, None
        self.fence += 1
