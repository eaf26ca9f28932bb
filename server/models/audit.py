"""The audit log's chain: what people did is chained by the database itself, so that nothing of it can be changed or
taken out unnoticed.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class AuditEntry(Base):
    """A link of a tenant's chain, numbered from 1. It is about a line of activity that a person caused, or carries a
    `note` of its own: what the operator did, or that old lines were forgotten.

    `content` is the SHA-256 of the line or note, `digest` that of the digest before, the number and the content
    (server/administration/chain.py). Triggers write the links, and refuse to change them.
    """

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index("ix_audit_entries_at", "tenant_id", "at"),
        Index("ix_audit_entries_activity_id", "activity_id"),
    )

    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    activity_id: Mapped[int | None]
    note: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    content: Mapped[bytes]
    digest: Mapped[bytes]


class AuditHead(Base):
    """The newest link of each tenant's chain. Whoever adds one holds this row until the transaction ends."""

    __tablename__ = "audit_heads"

    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[bytes]
