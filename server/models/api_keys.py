"""API keys, with which programs use the account API, and each use that was made of one."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base, Id
from server.models.people import Person


class ApiKey(Base):
    """Of the secret only `digest` (SHA-256) is kept. It is good until `expires_at`, unless it was revoked before.

    `made_by` is None for one that the operator made. `rest_at` is when nothing of what it asked lately counts any more:
    each request moves it on by its share of a minute, and it is never more than a minute ahead.
    """

    __tablename__ = "api_keys"
    __table_args__ = (Index("ix_api_keys_tenant_id", "tenant_id", "created_at", "id"),)

    id: Mapped[Id]
    tenant_id: Mapped[str]
    name: Mapped[str]
    scopes: Mapped[list[str]]
    digest: Mapped[bytes]
    made_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    rest_at: Mapped[datetime]

    made_by: Mapped[Person | None] = relationship(lazy="joined")

    def is_good(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at

    def state(self, now: datetime) -> str:
        if self.revoked_at:
            return "revoked"
        return "active" if now < self.expires_at else "expired"


class ApiUse(Base):
    """One request that a key was let in with. `route` is the address with placeholders, `account` the one that the
    request named. `status` is that of the answer; None as long as there is none, and where the process died.
    """

    __tablename__ = "api_uses"
    __table_args__ = (Index("ix_api_uses_key_id", "key_id", "at", "id"), Index("ix_api_uses_at", "at"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("api_keys.id"))
    at: Mapped[datetime]
    method: Mapped[str]
    route: Mapped[str]
    account: Mapped[str | None]
    status: Mapped[int | None]
