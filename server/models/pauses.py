"""Pauses: until when Exchange wants to hear nothing of us about a mailbox. Every process heeds them."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class Pause(Base):
    """`mailbox` is its address, lower-case, as it stands in Graph's addresses."""

    __tablename__ = "pauses"

    mailbox: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]
