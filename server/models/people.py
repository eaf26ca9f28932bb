"""People: who they are to Entra (tenant and object id, nothing else decides) and the grants that they left with us."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Id


class Person(Base):
    """A person of one tenant. Name and addresses are for showing and for telling own mail; they authorise nothing."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("tenant_id", "oid"),)

    id: Mapped[Id]
    tenant_id: Mapped[str]
    oid: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    addresses: Mapped[list[str]] = mapped_column(default=list)
    profile_at: Mapped[datetime | None]

    def owns(self, address: str) -> bool:
        """Whether `address` is one of the person's own, by Graph's word (mail, user principal name, proxy
        addresses).
        """
        return address.lower() in self.addresses


class Grant(Base):
    """What lets Affix act as a person later on: msal's cache of that person alone, sealed.
    `version` guards each write. `lost_at` is since when Entra refuses it; the person's next visit writes a new one.
    `warned_at` is when somebody was told that it runs out.
    """

    __tablename__ = "grants"

    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    oid: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    version: Mapped[int]
    updated_at: Mapped[datetime]
    lost_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
