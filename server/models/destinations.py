"""The systems that a tenant has configured to save to, with their settings sealed."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Id


class ConfiguredDestination(Base):
    """A business system of one tenant. `name` is what its records carry, `kind` what sort of system it is. `sealed` are
    its settings, as JSON, encrypted; `version` grows with every change of them.
    """

    __tablename__ = "destinations"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    id: Mapped[Id]
    tenant_id: Mapped[str]
    name: Mapped[str]
    kind: Mapped[str]
    title: Mapped[str]
    sealed: Mapped[bytes]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
