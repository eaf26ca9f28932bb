"""Mail that needs no filing: what somebody took off a mailbox's work list."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base
from server.models.people import Person


class Dismissal(Base):
    """That a message, by its immutable id, is to be saved to no record: `person` said so for all who read the mailbox.

    Nothing of the message itself is kept. A row is of no use once the message is older than the list goes back.
    """

    __tablename__ = "dismissals"

    mailbox_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mailboxes.id"), primary_key=True)
    immutable_id: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[str]
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="joined")
