"""Saves: that a person wants an email on a record, and how far that is. Every change of state
happens in these methods.
"""

import enum
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Enum, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from server.models.base import Base, Id
from server.models.messages import Message
from server.models.pauses import Outage
from server.models.people import Person


class SaveState(enum.StrEnum):
    queued = "queued"
    saving = "saving"
    saved = "saved"
    partial = "partial"
    failed = "failed"
    undone = "undone"


DONE = (SaveState.saved, SaveState.partial)
FIRST_WAIT = 2.0  # seconds; doubled at each attempt up to an hour
LONGEST_WAIT = 3600.0
MOST_OUTAGES = 16  # that may begin with one and the same save, and end with another


class Save(Base):
    """One email on one record. At most one live save for each message and record: the database sees to it.

    `attempts` and `due_at` move before each try, so a message that kills its worker cannot spin. `fence`
    grows with each claim: a worker that was away while another took over can no longer write its result. `deaths`
    counts the claims in a row whose worker did not live to tell how they ended.
    `leaving` is the record that the email is moving away from: {"destination", "key", "reference", "name"}, and "begun"
    once the destination may have heard of it. `undoing` is there while it is being undone, which is `saving` too:
    {"by": the person's id, "was": the state before, "detail": what the activity says besides}.
    `duplicate_of` is the save that had put this very email on the record before, from another item or mailbox.
    `mailbox_id` is that of its message. `by_application`: it is fetched with the right that the tenant gave to Affix
    itself, for a rule that stands on it. `trace` is where tracing goes on, as W3C's traceparent; see server/tracing.py.
    """

    __tablename__ = "saves"
    __table_args__ = (
        Index(
            "uq_saves_live",
            "message_id", "destination", "record_type", "record_id",
            unique=True,
            postgresql_where=text("state <> 'undone'"),
        ),
        Index("ix_saves_due", "due_at", postgresql_where=text("state in ('queued', 'saving')")),
        Index("ix_saves_person", "tenant_id", "person_id", "created_at"),
        Index("ix_saves_key", "tenant_id", "key"),
        Index("ix_saves_message_id", "message_id"),
        Index("ix_saves_mailbox_id", "mailbox_id", "created_at"),
        Index(
            "ix_saves_open",
            "tenant_id", "state", "created_at",
            postgresql_where=text("state in ('queued', 'saving', 'partial', 'failed')"),
        ),
        Index("ix_saves_rule_id", "rule_id", "state", "saved_at"),
        Index(
            "ix_saves_saved_at",
            "tenant_id", "how", "saved_at",
            postgresql_where=text("state in ('saved', 'partial') and duplicate_of_id is null"),
        ),
        Index("ix_saves_backfill_id", "backfill_id", "state", postgresql_where=text("backfill_id is not null")),
        Index(
            "ix_saves_taken_off",
            "tenant_id",
            postgresql_where=text("undoing is not null or leaving is not null"),
        ),
    )  # fmt: skip

    id: Mapped[Id]
    tenant_id: Mapped[str]
    message_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("messages.id"))
    mailbox_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("mailboxes.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    destination: Mapped[str]
    record_type: Mapped[str]
    record_id: Mapped[str]
    record_name: Mapped[str] = mapped_column(default="")
    attachments: Mapped[dict[str, Any]]
    mailbox_kind: Mapped[str] = mapped_column(default="unknown")
    how: Mapped[str] = mapped_column(default="manual")
    rule_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("rules.id"))
    backfill_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("backfills.id"))
    by_application: Mapped[bool] = mapped_column(default=False)
    duplicate_of_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("saves.id"))
    state: Mapped[SaveState] = mapped_column(Enum(SaveState, native_enum=False, length=16), default=SaveState.queued)
    reason_code: Mapped[str | None]
    reason: Mapped[str | None]
    action: Mapped[str | None]
    missing: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    key: Mapped[str | None]
    reference: Mapped[str | None]
    link: Mapped[str | None]
    leaving: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    undoing: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    attempts: Mapped[int] = mapped_column(default=0)
    deaths: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime | None]
    trace: Mapped[str | None]

    message: Mapped[Message] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")
    outage: Mapped[Outage | None] = relationship(
        lazy="joined",
        viewonly=True,
        primaryjoin=lambda: (
            (foreign(Save.tenant_id) == Outage.tenant_id) & (foreign(Save.destination) == Outage.destination)
        ),
    )

    @property
    def waits_for(self) -> Outage | None:
        """The outage of its destination, while that is why nothing happens."""
        return self.outage if self.state == SaveState.queued else None

    def succeeded(
        self, key: str, reference: str, link: str | None, missing: list[dict[str, Any]], now: datetime
    ) -> None:
        """The destination has it. With something missing that is "partial", and says what and why."""
        self.key, self.reference, self.link = key, reference, link
        self.missing = missing
        self.state = SaveState.partial if missing else SaveState.saved
        self.reason_code = missing[0]["code"] if missing else None
        self.reason = " ".join(dict.fromkeys(each["message"] for each in missing)) or None
        self.action = None
        self.saved_at, self.lease_until, self.deaths = now, None, 0

    def postponed(self, code: str, reason: str, now: datetime, wait: float | None, max_attempts: int) -> None:
        """Not now, but it may well work later: wait as asked (seconds), else twice as long each
        time. Fails at the end; waiting as asked is no failure.
        """
        if wait is not None:
            self.attempts -= 1
        if self.attempts >= max_attempts:
            self.failed(code, reason, "Retry when the cause is gone.", now)
            return
        backoff = min(FIRST_WAIT * 2 ** (self.attempts - 1), LONGEST_WAIT)
        self.state = SaveState.queued
        self.reason_code, self.reason, self.action = code, reason, None
        self.due_at = now + timedelta(seconds=backoff if wait is None else min(wait, LONGEST_WAIT))
        self.lease_until, self.deaths = None, 0

    def held(self, code: str, reason: str, now: datetime, wait: float, is_first: bool) -> None:
        """A destination as a whole cannot be used, so that no try counts; but one with which that begins again and
        again (`is_first`), while others are saved, waits longer each time and fails in the end. `wait` in seconds.
        """
        if is_first and self.attempts >= MOST_OUTAGES:
            self.failed(code, reason, "Retry when the cause is gone.", now)
            return
        if is_first:
            wait = max(wait, min(FIRST_WAIT * 2 ** (self.attempts - 1), LONGEST_WAIT))
        else:
            self.attempts -= 1
        self.state, self.due_at = SaveState.queued, now + timedelta(seconds=wait)
        # Without a wait of its own the outage's words say all.
        self.reason_code, self.reason, self.action = (code, reason, None) if wait else (None, None, None)
        self.lease_until, self.deaths = None, 0

    def failed(self, code: str, reason: str, action: str | None, now: datetime) -> None:
        self.state = SaveState.failed
        self.reason_code, self.reason, self.action = code, reason, action
        self.lease_until = None

    def again(self, now: datetime) -> None:
        """Asked for once more, by retry or by a second click: a failed or partial save starts over."""
        self.state, self.attempts, self.deaths, self.due_at = SaveState.queued, 0, 0, now
        self.reason_code = self.reason = self.action = None
        self.missing = []

    def begin_undoing(self, by: uuid.UUID, detail: dict[str, Any], lease_until: datetime) -> None:
        """In hand for being undone. What somebody else had in hand and left goes back to where they had it from."""
        was = self.undoing["was"] if self.undoing else self.state
        self.undoing = {"by": str(by), "was": SaveState.queued if was == SaveState.saving else was, "detail": detail}
        self.state, self.lease_until = SaveState.saving, lease_until
        self.fence += 1

    def stays(self) -> None:
        """It could not be undone, so it is what it was before."""
        if self.undoing:
            self.state, self.undoing = SaveState(self.undoing["was"]), None
        self.lease_until, self.deaths = None, 0
        self.fence += 1

    def undone_later(self, due_at: datetime) -> None:
        """It cannot be undone now, and nobody waits for the answer."""
        self.state, self.due_at = SaveState.queued, due_at
        self.lease_until, self.deaths = None, 0
        self.fence += 1

    def undone(self) -> None:
        self.state, self.lease_until, self.undoing, self.leaving = SaveState.undone, None, None, None
        self.fence += 1
