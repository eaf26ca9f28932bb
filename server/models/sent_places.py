"""Up to where people's own Sent Items were looked through for what they sent in a shared mailbox's name."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class SentPlace(Base):
    """For a mailbox in which rules hold, and a person whose rules these are: what they received in Sent Items up to
    `read_until` is known. `due_at` is when it is looked there next; it moves before each look.
    """

    __tablename__ = "sent_places"
    __table_args__ = (Index("ix_sent_places_due_at", "due_at"),)

    mailbox_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mailboxes.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    read_until: Mapped[datetime]
    due_at: Mapped[datetime]
