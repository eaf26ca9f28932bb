"""The built-in destination's own tables. Nothing outside this folder reads or writes them.

They have a MetaData of their own: the rest of the service knows them only through the destination's interface.
"""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, LargeBinary, MetaData, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class LocalBase(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own name and type
        str: Text,
        datetime: DateTime(timezone=True),
        list[dict[str, Any]]: JSONB,
    }


class LocalRecord(LocalBase):
    """A contact, company, deal or case. `number_key` and `number_digits` are what a subject is compared with."""

    __tablename__ = "local_records"
    __table_args__ = (
        UniqueConstraint("tenant_id", "type", "number_key"),
        Index("ix_local_records_tenant_id_address", "tenant_id", "address"),
        Index("ix_local_records_tenant_id_domain", "tenant_id", "domain"),
        Index("ix_local_records_tenant_id_number_digits", "tenant_id", "number_digits"),
        Index("ix_local_records_company_id", "company_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    tenant_id: Mapped[str]
    type: Mapped[str]
    name: Mapped[str]
    address: Mapped[str | None]
    domain: Mapped[str | None]
    number: Mapped[str | None]
    number_key: Mapped[str | None]
    number_digits: Mapped[str | None]
    company_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("local_records.id", ondelete="SET NULL"))
    state: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class LocalCounter(LocalBase):
    """The last number given to a deal or a case of a tenant."""

    __tablename__ = "local_counters"

    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(BigInteger)


class LocalBlob(LocalBase):
    """Bytes, stored once for each tenant and content, in pieces so that no process ever holds them whole."""

    __tablename__ = "local_blobs"
    __table_args__ = (UniqueConstraint("tenant_id", "sha256"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    tenant_id: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)


class LocalPiece(LocalBase):
    """A megabyte of a blob; `number` counts from 0."""

    __tablename__ = "local_pieces"

    blob_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("local_blobs.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class LocalEmail(LocalBase):
    """An email on a record. Unique by the caller's key: whoever repeats a save finds the first one.

    Without `mime_blob_id`, the message was too large to be fetched: its text is all there is.
    """

    __tablename__ = "local_emails"
    __table_args__ = (
        UniqueConstraint("tenant_id", "key"),
        Index("ix_local_emails_record_id_saved_at", "record_id", "saved_at"),
        Index("ix_local_emails_mime_blob_id", "mime_blob_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    tenant_id: Mapped[str]
    key: Mapped[str]
    record_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("local_records.id", ondelete="CASCADE"))
    internet_message_id: Mapped[str | None]
    subject: Mapped[str]
    mailbox: Mapped[str]
    mailbox_kind: Mapped[str]
    sent_by_name: Mapped[str]
    sent_by_address: Mapped[str]
    on_behalf_of: Mapped[list[dict[str, Any]]]
    saved_by_id: Mapped[str]
    saved_by_name: Mapped[str]
    saved_by_address: Mapped[str]
    saved_at: Mapped[datetime]
    how: Mapped[str]
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime | None]
    to: Mapped[list[dict[str, Any]]]
    cc: Mapped[list[dict[str, Any]]]
    bcc: Mapped[list[dict[str, Any]]]
    text: Mapped[str]
    html: Mapped[str | None]
    preview: Mapped[str]
    note: Mapped[str | None]
    links: Mapped[list[dict[str, Any]]]
    missing: Mapped[list[dict[str, Any]]]
    mime_blob_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("local_blobs.id"))
    mime_sha256: Mapped[str | None]
    mime_size: Mapped[int | None] = mapped_column(BigInteger)


class LocalFile(LocalBase):
    """An attachment of an email; `number` counts from 0 within it."""

    __tablename__ = "local_files"
    __table_args__ = (Index("ix_local_files_blob_id", "blob_id"),)

    email_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("local_emails.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str]
    is_inline: Mapped[bool]
    content_id: Mapped[str | None]
    blob_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("local_blobs.id"))
