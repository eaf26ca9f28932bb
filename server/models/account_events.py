"""What is known of the messages in mailboxes that programs use, so that each change is told once."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class KnownMessage(Base):
    """A message as it was last told, or learned without a word. Only mailboxes with accounts have these rows.

    `flags` and `labels` are None as long as they were never read, as of mail from before there was an account.
    `gone_at` is since when its folder no longer has it, until it is known whether it moved; `deleted_at` is when it was
    told that it is gone for good.
    """

    __tablename__ = "known_messages"
    __table_args__ = (
        Index("ix_known_messages_internet_message_id", "mailbox_id", "internet_message_id"),
        Index("ix_known_messages_gone", "mailbox_id", postgresql_where=text("gone_at is not null")),
    )

    mailbox_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mailboxes.id"), primary_key=True)
    immutable_id: Mapped[str] = mapped_column(primary_key=True)
    folder_id: Mapped[str | None]
    flags: Mapped[list[str] | None]
    labels: Mapped[list[str] | None]
    internet_message_id: Mapped[str | None]
    gone_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
