"""What a mailbox and a person keep for next time, and who is at which message right now."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base
from server.models.people import Person


class Favorite(Base):
    """A record that is kept at hand in a mailbox, for everybody who may read it. `shown` is how the record looked when
    it was added: {"name", "address"?, "number"?, ...}.
    """

    __tablename__ = "favorites"

    mailbox_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mailboxes.id"), primary_key=True)
    destination: Mapped[str] = mapped_column(primary_key=True)
    record_type: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(primary_key=True)
    shown: Mapped[dict[str, Any]]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="joined")


class Preferences(Base):
    """What a person chose in the pane. Who chose nothing has no row."""

    __tablename__ = "preferences"

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    tab: Mapped[str] = mapped_column(default="save")
    remind_on_send: Mapped[bool] = mapped_column(default=False)


class Opening(Base):
    """Which email an item is that somebody opened with Affix, kept for a day. With it the saves of that email are found
    without asking Graph again, also those from other mailboxes. Not who opened it.
    """

    __tablename__ = "openings"
    __table_args__ = (
        Index("ix_openings_internet_message_id", "tenant_id", "internet_message_id"),
        Index("ix_openings_opened_at", "opened_at"),
    )

    mailbox_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mailboxes.id"), primary_key=True)
    immutable_id: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    internet_message_id: Mapped[str | None]
    from_address: Mapped[str] = mapped_column(default="")
    subject: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]


class Presence(Base):
    """That a person is choosing records for a message, or saving it, until `until`. `records` are names to show."""

    __tablename__ = "presences"
    __table_args__ = (
        ForeignKeyConstraint(
            ["mailbox_id", "immutable_id"], ["openings.mailbox_id", "openings.immutable_id"], ondelete="CASCADE"
        ),
        Index("ix_presences_mailbox_id_immutable_id", "mailbox_id", "immutable_id"),
        Index("ix_presences_until", "until"),
    )

    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    mailbox_id: Mapped[uuid.UUID]
    immutable_id: Mapped[str]
    records: Mapped[list[str]]
    since: Mapped[datetime]
    until: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="joined")
