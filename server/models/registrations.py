"""Names that programs gave to Affix's registration in Entra."""

import enum
from datetime import datetime

from sqlalchemy import Enum
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class RegistrationKind(enum.StrEnum):
    """In the words of the account API: accounts by people who sign in, or with what the tenant granted to Affix."""

    outlook = "outlook"
    outlook_service = "outlookService"


class Registration(Base):
    """Another name for one of the two kinds. There is one registration in Entra, whatever it is called."""

    __tablename__ = "registrations"

    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[RegistrationKind] = mapped_column(
        Enum(RegistrationKind, native_enum=False, length=16, values_callable=lambda kinds: [k.value for k in kinds])
    )
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
