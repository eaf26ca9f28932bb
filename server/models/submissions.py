"""Submissions: messages that programs gave us to send, until they are sent, given up or withdrawn, and their files."""

import enum
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Enum, ForeignKey, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.accounts import Account
from server.models.base import Base, Id

FIRST_WAIT = 5.0  # seconds until the second attempt; doubled each time
LONGEST_WAIT = 3600.0
LOOKS = 5


class SubmissionState(enum.StrEnum):
    """`withdrawn`: taken back by the program before it was sent."""

    queued = "queued"
    sending = "sending"
    sent = "sent"
    failed = "failed"
    withdrawn = "withdrawn"


class Submission(Base):
    """One message. `message` is what was asked for, without its files (see server/accounts/sending/letters.py); it is
    emptied when it is settled. `envelope`: {"from", "to": [addresses]}.

    `due_at` is when it is tried next, `lease_until` until when somebody has it in hand, and `fence` grows with each
    claim and each change, so that who was too slow changes nothing.

    How far it came: `draft_asked_at` before Exchange is asked for a draft, `draft_id` (immutable) when there is one,
    `kept` (how many attachments it has by itself) when it was written, `send_asked_at` before Exchange is asked to send
    it. From then on it may be sent, whatever the answer, and no other draft is ever made. `misses` counts looks after
    that at which it was nowhere.

    `idempotency_key` is the program's; `digest` tells whether another request with it asks for the same.
    """

    __tablename__ = "submissions"
    __table_args__ = (
        Index("uq_submissions_queue_id", "tenant_id", "queue_id", unique=True),
        Index(
            "uq_submissions_idempotency_key",
            "account_id", "idempotency_key",
            unique=True,
            postgresql_where=text("idempotency_key IS NOT NULL"),
        ),
        Index("ix_submissions_due_at", "due_at", postgresql_where=text("state IN ('queued', 'sending')")),
        Index("ix_submissions_tenant_id", "tenant_id", "created_at"),
    )  # fmt: skip

    id: Mapped[Id]
    tenant_id: Mapped[str]
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("accounts.id", ondelete="CASCADE"))
    queue_id: Mapped[str] = mapped_column(default=lambda: secrets.token_hex(8))
    idempotency_key: Mapped[str | None]
    digest: Mapped[str]
    message: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    envelope: Mapped[dict[str, Any]]
    message_id: Mapped[str]
    subject: Mapped[str]
    state: Mapped[SubmissionState] = mapped_column(
        Enum(SubmissionState, native_enum=False, length=16), default=SubmissionState.queued
    )
    attempts: Mapped[int] = mapped_column(default=0)
    most_attempts: Mapped[int]
    fence: Mapped[int] = mapped_column(default=0)
    send_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    draft_asked_at: Mapped[datetime | None]
    draft_id: Mapped[str | None]
    kept: Mapped[int | None]
    send_asked_at: Mapped[datetime | None]
    misses: Mapped[int] = mapped_column(default=0)
    error_code: Mapped[str | None]
    error: Mapped[str | None]
    command: Mapped[str | None]
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship(lazy="joined")

    @property
    def limit(self) -> int:
        """How often it is tried. Once Exchange was asked to send it, some more looks whether it did cost nothing."""
        return self.most_attempts + (LOOKS if self.send_asked_at is not None else 0)

    @property
    def is_open(self) -> bool:
        return self.state in (SubmissionState.queued, SubmissionState.sending)

    def postponed(self, code: str, error: str, now: datetime, wait: float | None) -> None:
        """Try again after so many seconds, or else after twice as long as the last time."""
        backoff = FIRST_WAIT * 2.0 ** min(max(self.attempts - 1, 0), 12)
        seconds = min(max(backoff if wait is None else wait, 1.0), LONGEST_WAIT)
        self.state, self.lease_until, self.due_at = SubmissionState.queued, None, now + timedelta(seconds=seconds)
        self.error_code, self.error = code, error

    def settled(self, state: SubmissionState, now: datetime) -> None:
        self.state, self.settled_at, self.lease_until = state, now, None
        self.fence += 1
        if state == SubmissionState.sent:
            self.error_code = self.error = self.command = None


class SubmissionFile(Base):
    """An attachment. Either its bytes are in pieces, or `source` is {"message", "attachment"}: one of another message,
    fetched when it is sent. `size` in bytes, of what is in pieces.
    """

    __tablename__ = "submission_files"
    __table_args__ = (Index("ix_submission_files_submission_id", "submission_id", "position"),)

    id: Mapped[Id]
    submission_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("submissions.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[str]
    content_type: Mapped[str]
    is_inline: Mapped[bool]
    content_id: Mapped[str | None]
    size: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))


class SubmissionPiece(Base):
    """So many bytes of a file as go to Exchange in one request; `number` counts from 0."""

    __tablename__ = "submission_pieces"

    file_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("submission_files.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
