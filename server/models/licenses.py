"""Licenses: which mailboxes Autopilot may work for."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base, Id
from server.models.mailboxes import Mailbox
from server.models.people import Person


class License(Base):
    """One seat, assigned to one mailbox. A seat that was taken away keeps its row, for the record."""

    __tablename__ = "licenses"
    __table_args__ = (
        Index("uq_licenses_live", "mailbox_id", unique=True, postgresql_where=text("ended_at is null")),
        Index("ix_licenses_tenant_id", "tenant_id"),
    )

    id: Mapped[Id]
    tenant_id: Mapped[str]
    mailbox_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mailboxes.id"))
    assigned_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    assigned_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    mailbox: Mapped[Mailbox] = relationship(lazy="joined")
    assigned_by: Mapped[Person | None] = relationship(lazy="joined")

    def has_expired(self, moment: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= moment

    def state(self, moment: datetime) -> str:
        """licensed, expired, or ended when it was taken away."""
        if self.ended_at is not None:
            return "ended"
        return "expired" if self.has_expired(moment) else "licensed"
