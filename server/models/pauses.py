"""Pauses: until when somebody on the other side wants to hear nothing of us. Every process heeds them."""

import uuid
from datetime import UTC, datetime

from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base

# By code: why it cannot be used, and what has to happen.
WORDS = {
    "unreachable": ("does not answer", "Affix goes on by itself."),
    "throttled": ("takes no more requests", "Affix goes on by itself."),
    "reconnect": ("does not let Affix in", "An administrator has to connect it again; then Affix goes on by itself."),
}


class Pause(Base):
    """A place of server/traffic: `name` is the tenant's id, a slash and a mailbox's address or what a destination calls
    its account, lower-case."""

    __tablename__ = "pauses"

    name: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]


class Outage(Base):
    """A configured destination cannot be used, whoever asks and for what. Nothing is saved to it before `until`; then
    one save goes first (`probe_id`), and while it is on its way `until` is the end of its lease. `wait` is how long the
    last pause was, in seconds; `title` what people call the destination, `code` why it cannot be used.
    """

    __tablename__ = "outages"

    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    destination: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    code: Mapped[str]
    since: Mapped[datetime]
    until: Mapped[datetime]
    wait: Mapped[float]
    probe_id: Mapped[uuid.UUID | None]

    @property
    def words(self) -> str:
        """What those are told whose emails wait."""
        what, then = WORDS.get(self.code, WORDS["unreachable"])
        return f"Waiting for {self.title}: {what} since {self.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC. {then}"
