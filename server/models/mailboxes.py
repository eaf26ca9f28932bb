"""Mailboxes and who was proven to read them."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base, Id
from server.models.people import Person


class Mailbox(Base):
    """A mailbox by its address. `purpose` is Exchange's userPurpose, read by the application and kept with its age.
    `attachments` is which ones are saved from it unless somebody says otherwise: "none", "files" or "all".
    """

    __tablename__ = "mailboxes"
    __table_args__ = (UniqueConstraint("tenant_id", "address"),)

    id: Mapped[Id]
    tenant_id: Mapped[str]
    address: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    purpose: Mapped[str | None]
    purpose_at: Mapped[datetime | None]
    attachments: Mapped[str | None]


class Membership(Base):
    """That a person could read a mailbox, as Graph last proved it, and what the person says of its
    kind if nothing else knows.
    """

    __tablename__ = "memberships"

    mailbox_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mailboxes.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    kind: Mapped[str]
    because: Mapped[str]
    since: Mapped[datetime]
    stated_kind: Mapped[str | None]
    proven_at: Mapped[datetime]

    mailbox: Mapped[Mailbox] = relationship(lazy="joined")
    person: Mapped[Person] = relationship(lazy="joined")
