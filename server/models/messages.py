"""Messages: one row for each item in a mailbox that somebody asked to save."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base, Id
from server.models.mailboxes import Mailbox


class Message(Base):
    """An item in a mailbox, by its immutable id. The same email in another mailbox is another row
    with the same `identity`.

    `identity` joins the Internet Message-ID and a digest of the content. It is known once the
    MIME has been read, because senders make Message-IDs: the same one can stand on different
    messages. `recipients` is {"to": [{"name", "address"}], "cc": [...]}. `categories` and `etag` are
    as Graph last showed them; `category` is the mark of ours that is on the item, and from `mark_at` on
    it has to be looked at.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "immutable_id"),
        Index("ix_messages_identity", "tenant_id", "identity"),
        Index("ix_messages_internet_message_id", "tenant_id", "internet_message_id"),
        Index("ix_messages_mark_at", "mark_at", postgresql_where=text("mark_at is not null")),
    )

    id: Mapped[Id]
    tenant_id: Mapped[str]
    mailbox_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mailboxes.id"))
    immutable_id: Mapped[str]
    internet_message_id: Mapped[str | None]
    conversation_id: Mapped[str | None]
    subject: Mapped[str] = mapped_column(default="")
    preview: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(default="message")
    from_name: Mapped[str] = mapped_column(default="")
    from_address: Mapped[str] = mapped_column(default="")
    sender_address: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    web_link: Mapped[str | None]
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    recipients: Mapped[dict[str, Any]] = mapped_column(default=dict)
    identity: Mapped[str | None]
    mime_sha256: Mapped[str | None]
    categories: Mapped[list[str]] = mapped_column(default=list)
    etag: Mapped[str | None]
    category: Mapped[str | None]
    category_problem: Mapped[str | None]
    mark_at: Mapped[datetime | None]

    mailbox: Mapped[Mailbox] = relationship(lazy="joined")


class MessageBody(Base):
    """The text of a message as Graph handed it out, kept from when it was seen until it is saved: where no MIME and no
    file is wanted, nothing has to be fetched again.
    """

    __tablename__ = "message_bodies"

    message_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)
    text: Mapped[str]
    html: Mapped[str | None]
