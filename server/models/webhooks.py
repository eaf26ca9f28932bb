"""Webhooks: addresses that want to be told what happens, and each thing that one is told."""

import enum
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Enum, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base, Id
from server.models.people import Person

TEST = "webhookTest"  # of a delivery that somebody asked for to see whether it arrives


class WebhookState(enum.StrEnum):
    active = "active"
    paused = "paused"
    ended = "ended"
    removed = "removed"


class HeaderStyle(enum.StrEnum):
    """Which headers prove a delivery: those of Standard Webhooks, or besides them those that clients of EmailEngine
    look at.
    """

    standard = "standard"
    emailengine = "emailengine"


class Webhook(Base):
    """An address of a tenant's own, and the events that it wants. `sealed` are its secrets, as JSON, encrypted:
    [{"secret", "until"}], the newest first; only that one has no end.

    `made_by` is None for one that the operator made. Whoever sends to it has it in hand until `lease_until`, and
    `fence` grows with each claim. `failing_since` is since when nothing arrived; `troubles` counts in a row how often
    nobody answered there, and until `quiet_until` it is left alone. `account`: of all account events it is told
    those of this one alone; `inbox_only`: of new messages it is told those in the inbox alone.
    `by_program`: it was set by `/v1/settings`, of which a tenant has one, or together with its account.
    `sealed_headers` is what every delivery carries besides, as JSON, encrypted: {name: value}.
    """

    __tablename__ = "webhooks"
    __table_args__ = (
        Index("ix_webhooks_tenant_id", "tenant_id", "created_at", "id"),
        Index("ix_webhooks_account_id", "account_id"),
        Index(
            "uq_webhooks_by_program",
            "tenant_id",
            unique=True,
            postgresql_where=text("by_program and account_id is null and state <> 'removed'"),
        ),
    )

    id: Mapped[Id]
    tenant_id: Mapped[str]
    url: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    events: Mapped[list[str]]
    sealed: Mapped[bytes]
    sealed_headers: Mapped[bytes | None]
    by_program: Mapped[bool] = mapped_column(default=False)
    style: Mapped[HeaderStyle] = mapped_column(
        Enum(HeaderStyle, native_enum=False, length=16), default=HeaderStyle.standard
    )
    state: Mapped[WebhookState] = mapped_column(
        Enum(WebhookState, native_enum=False, length=16), default=WebhookState.active
    )
    reason_code: Mapped[str | None]
    reason: Mapped[str | None]
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("accounts.id"))
    inbox_only: Mapped[bool] = mapped_column(default=False)
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    last_delivered_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    troubles: Mapped[int] = mapped_column(default=0)
    quiet_until: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)

    made_by: Mapped[Person | None] = relationship(lazy="joined")

    def pause(self, code: str | None = None, reason: str | None = None) -> None:
        """What it would be told waits. With a reason it was not a person who paused it."""
        self.state, self.reason_code, self.reason = WebhookState.paused, code, reason

    def end(self, code: str, reason: str) -> None:
        """It wants to hear nothing any more."""
        self.state, self.reason_code, self.reason = WebhookState.ended, code, reason

    def start_over(self) -> None:
        """As if nothing had failed before."""
        self.state, self.reason_code, self.reason = WebhookState.active, None, None
        self.answered()

    def remove(self) -> None:
        """Its deliveries are forgotten bit by bit, and it after them."""
        self.state, self.reason_code, self.reason, self.sealed = WebhookState.removed, None, None, b""

    def answered(self) -> None:
        self.failing_since, self.troubles, self.quiet_until = None, 0, None

    def failed(self, now: datetime) -> None:
        self.failing_since = self.failing_since or now


class DeliveryState(enum.StrEnum):
    waiting = "waiting"
    delivered = "delivered"
    failed = "failed"


class Delivery(Base):
    """One thing that one address is told. `number` is the same for all addresses that are told this, and at each try;
    `body` is what is signed and sent, to the letter.

    `attempts` and `next_at` move before each try; `fence` grows with it, so that a late result is not written.
    `headers` are those of the last try, `answer` what came back: {"status", "body" (its beginning), "seconds"}.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("ix_deliveries_due", "webhook_id", "next_at", postgresql_where=text("state = 'waiting'")),
        Index(
            "ix_deliveries_tests",
            "webhook_id",
            postgresql_where=text("state = 'waiting' and event = 'webhookTest'"),
        ),
        Index("ix_deliveries_list", "webhook_id", "created_at", "id"),
        Index("ix_deliveries_created_at", "created_at"),
    )

    id: Mapped[Id]
    tenant_id: Mapped[str]
    webhook_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("webhooks.id"))
    number: Mapped[str]
    event: Mapped[str]
    body: Mapped[str]
    state: Mapped[DeliveryState] = mapped_column(
        Enum(DeliveryState, native_enum=False, length=16), default=DeliveryState.waiting
    )
    problem: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    headers: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))

    def delivered(self, now: datetime) -> None:
        self.state, self.problem, self.delivered_at = DeliveryState.delivered, None, now

    def failed(self, problem: str) -> None:
        """Nobody tries it again by itself."""
        self.state, self.problem = DeliveryState.failed, problem

    def postponed(self, problem: str, next_at: datetime) -> None:
        self.problem, self.next_at = problem, next_at

    def again(self, now: datetime) -> None:
        """Asked for once more, with all its tries."""
        self.state, self.problem, self.attempts, self.next_at = DeliveryState.waiting, None, 0, now
        self.fence += 1
