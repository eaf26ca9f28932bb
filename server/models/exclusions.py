"""Whom Autopilot leaves alone in a tenant, and how much was asked of Microsoft Graph on each day."""

import enum
import uuid
from datetime import date, datetime

from sqlalchemy import BigInteger, Enum, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from server.models.base import Base, Id
from server.models.people import Person


class ExclusionKind(enum.StrEnum):
    address = "address"
    domain = "domain"


class Exclusion(Base):
    """An address, or a domain with all that are below it; `value` is lower-case. Autopilot saves nothing for them."""

    __tablename__ = "exclusions"
    __table_args__ = (UniqueConstraint("tenant_id", "kind", "value"),)

    id: Mapped[Id]
    tenant_id: Mapped[str]
    kind: Mapped[ExclusionKind] = mapped_column(Enum(ExclusionKind, native_enum=False, length=16))
    value: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]

    person: Mapped[Person] = relationship(lazy="joined")


class GraphCount(Base):
    """Requests to Microsoft Graph for a tenant on one day (UTC), added up by all processes."""

    __tablename__ = "graph_counts"

    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    requests: Mapped[int] = mapped_column(BigInteger)
