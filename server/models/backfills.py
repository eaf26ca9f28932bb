"""Backfills: what a rule would have saved before it was started, saved now; undone as one if need be."""

import enum
import uuid
from datetime import datetime

from sqlalchemy import Enum, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base, Id
from server.models.mailboxes import Mailbox
from server.models.people import Person
from server.models.rules import Rule


class BackfillState(enum.StrEnum):
    running = "running"
    paused = "paused"
    done = "done"
    failed = "failed"
    undoing = "undoing"
    undone = "undone"


class Backfill(Base):
    """A walk through the mail that one mailbox received from `since` until `until`, oldest first, for one rule.

    `position` is up to which moment mail was looked at; of that very second some may come again, which is harmless.
    "done" means that everything was looked at; its saves go on by themselves.
    """

    __tablename__ = "backfills"
    __table_args__ = (
        Index("ix_backfills_rule_id", "rule_id", "created_at"),
        Index("ix_backfills_due_at", "due_at", postgresql_where=text("state in ('running', 'undoing')")),
    )

    id: Mapped[Id]
    tenant_id: Mapped[str]
    rule_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rules.id"))
    mailbox_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mailboxes.id"))
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    state: Mapped[BackfillState] = mapped_column(Enum(BackfillState, native_enum=False, length=16))
    reason: Mapped[str | None]
    since: Mapped[datetime]
    until: Mapped[datetime]
    position: Mapped[datetime]
    seen: Mapped[int] = mapped_column(default=0)
    matched: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    rule: Mapped[Rule] = relationship(lazy="joined")
    mailbox: Mapped[Mailbox] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")
