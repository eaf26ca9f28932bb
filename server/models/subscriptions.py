"""Subscriptions: that Microsoft Graph announces the changes of a watched mailbox."""

import hashlib
import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base


class Subscription(Base):
    """One for each watched mailbox; `graph_id` is None while Graph announces nothing.

    Of the secret that comes with every notification only its SHA-256 is kept: nobody needs the secret itself again.
    `due_at` is when the subscription has to be made, renewed or tried again. `person_id` is whose right it stands on;
    None is the application's own. `problem` is the code of the last refusal, `doubted_at` when mail was found that
    nothing had announced. `changes` is of what kinds of change it tells, as they were asked for.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("graph_id"),)

    mailbox_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("watches.mailbox_id"), primary_key=True)
    tenant_id: Mapped[str]
    person_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("people.id"))
    graph_id: Mapped[str | None]
    client_state: Mapped[bytes | None] = mapped_column(LargeBinary)
    url: Mapped[str | None]
    created_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    due_at: Mapped[datetime]
    problem: Mapped[str | None]
    last_notified_at: Mapped[datetime | None]
    doubted_at: Mapped[datetime | None]
    changes: Mapped[str | None]

    def is_running(self, moment: datetime, url: str | None) -> bool:
        """Whether Graph announces changes to that address, by all that we were told."""
        runs = self.graph_id is not None and self.expires_at is not None and self.expires_at > moment
        return runs and url is not None and self.url == url

    @property
    def is_doubted(self) -> bool:
        """Mail came unannounced, and nothing was announced since."""
        return self.doubted_at is not None and (self.last_notified_at or self.doubted_at) <= self.doubted_at

    def made(
        self, graph_id: str, secret: str, url: str, moment: datetime, end: datetime, person_id: uuid.UUID | None
    ) -> None:
        self.graph_id, self.client_state, self.url = graph_id, digest(secret), url
        self.created_at, self.expires_at, self.person_id = moment, end, person_id
        self.problem = self.last_notified_at = self.doubted_at = None

    def lost(self) -> None:
        self.graph_id = self.client_state = self.expires_at = None


def digest(secret: str) -> bytes:
    """Also of text that is no proper Unicode, since anybody may send anything."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()
