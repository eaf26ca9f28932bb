"""Rules of Autopilot: whose they are, what they match, and where matching mail is saved."""

import enum
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Enum, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base, Id
from server.models.mailboxes import Mailbox
from server.models.people import Person


class RuleKind(enum.StrEnum):
    conversation = "conversation"
    address = "address"
    domain = "domain"
    match = "match"


class Scope(enum.StrEnum):
    mailbox = "mailbox"
    everywhere = "everywhere"


class RuleState(enum.StrEnum):
    active = "active"
    paused = "paused"
    stopped = "stopped"
    removed = "removed"


class Rule(Base):
    """Mail of one mailbox, or of every mailbox of a person, that goes on being saved to one record.

    `person` is whose right carries it: who made it, or the administrator who took it over (`maker` stays).
    `value` is the address or the domain, lower-case; of a conversation it is the Message-ID that it began with.
    `since` is the moment from which mail counts; older mail is only saved on demand.

    Everywhere there is no mailbox: it holds in each that its person was proven to read. One that matches finds the
    record by the people on the message, so it names a destination only; everywhere it holds in all licensed mailboxes
    of the tenant. `by_application`: it stands on the right that the tenant gave to Affix itself. `options`, of a
    matching rule: {"order": [types], "excludedDomains": [..], "excludedAddresses": [..], "unmatched": "skip"|"review"}.
    """

    __tablename__ = "rules"
    __table_args__ = (
        Index(
            "uq_rules_live",
            func.coalesce(text("mailbox_id"), text("person_id")),
            "kind", "value", "destination", "record_type", "record_id",
            unique=True,
            postgresql_where=text("state <> 'removed'"),
        ),
        Index("ix_rules_tenant_id", "tenant_id", "state"),
        Index("ix_rules_mailbox_id", "mailbox_id"),
    )  # fmt: skip

    id: Mapped[Id]
    tenant_id: Mapped[str]
    mailbox_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("mailboxes.id"))
    scope: Mapped[Scope] = mapped_column(Enum(Scope, native_enum=False, length=16), default=Scope.mailbox)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    maker_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[RuleKind] = mapped_column(Enum(RuleKind, native_enum=False, length=16))
    value: Mapped[str]
    title: Mapped[str]
    destination: Mapped[str]
    record_type: Mapped[str]
    record_id: Mapped[str]
    record_name: Mapped[str] = mapped_column(default="")
    attachments: Mapped[dict[str, Any]]  # "mode" as somebody said; None: as is usual where the mail lies
    internal_too: Mapped[bool] = mapped_column(default=False)
    private_too: Mapped[bool] = mapped_column(default=False)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    by_application: Mapped[bool] = mapped_column(default=False)
    state: Mapped[RuleState] = mapped_column(Enum(RuleState, native_enum=False, length=16), default=RuleState.active)
    reason_code: Mapped[str | None]
    reason: Mapped[str | None]
    since: Mapped[datetime]
    created_at: Mapped[datetime]

    mailbox: Mapped[Mailbox | None] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined", foreign_keys=[person_id])
    maker: Mapped[Person] = relationship(lazy="joined", foreign_keys=[maker_id])

    @property
    def plain_title(self) -> str:
        """For people who may not read the mailbox: the title of a conversation is its subject."""
        return "A conversation" if self.kind == RuleKind.conversation else self.title

    def pause(self) -> None:
        self.state, self.reason_code, self.reason = RuleState.paused, None, None

    def resume(self) -> None:
        self.state, self.reason_code, self.reason = RuleState.active, None, None

    def stop(self, code: str, reason: str) -> None:
        """Nobody's right carries it any more: it stays visible, and says why it saves nothing."""
        self.state, self.reason_code, self.reason = RuleState.stopped, code, reason

    def remove(self) -> None:
        self.state, self.reason_code, self.reason = RuleState.removed, None, None


class RuleMessage(Base):
    """A message that belongs to the conversation of a rule: answers name it, in whichever mailbox they are found."""

    __tablename__ = "rule_messages"

    rule_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("rules.id"), primary_key=True)
    internet_message_id: Mapped[str] = mapped_column(primary_key=True)
