"""Sign-ins by the hosted form: a program asks for one, a person does it with a browser."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, Id


class SignIn(Base):
    """One link. `wanted` is what the program asked for, to the letter of server/accounts/sign_in.py's Wanted.

    While somebody is at Microsoft's sign-in page, `state_digest` and `browser_digest` (SHA-256) say which answer of
    which browser counts, and `flow` is what msal needs then, sealed; all of it good until `flow_until`. `used_at` is
    when an account was made by it: then it is over.
    """

    __tablename__ = "sign_ins"
    __table_args__ = (UniqueConstraint("state_digest"), Index("ix_sign_ins_expires_at", "expires_at"))

    id: Mapped[Id]
    tenant_id: Mapped[str]
    wanted: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    state_digest: Mapped[bytes | None]
    browser_digest: Mapped[bytes | None]
    flow: Mapped[bytes | None]
    flow_until: Mapped[datetime | None]
    used_at: Mapped[datetime | None]

    def begun(self, state: bytes, browser: bytes, flow: bytes, until: datetime) -> None:
        self.state_digest, self.browser_digest, self.flow, self.flow_until = state, browser, flow, until

    def came_back(self) -> None:
        """An answer counts once."""
        self.state_digest = self.browser_digest = self.flow = self.flow_until = None
