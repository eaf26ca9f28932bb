"""The parts that the use cases work with, built in one place (server/wiring.py) and handed around as one object."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from server.auth.callers import CallerTokens
from server.auth.graph_tokens import GraphTokens
from server.auth.new_grants import NewGrants
from server.auth.sealing import Sealer
from server.configured import ConfiguredDestinations
from server.counting import Counts
from server.db import Database
from server.mail.graph.mailbox import GraphMailbox
from server.settings import Settings
from server.webhooks.posting import Courier


class RingForMailbox(Protocol):
    def __call__(self, session: Session, mailbox_id: UUID, at: datetime | None = None) -> None: ...


@dataclass(frozen=True)
class Services:
    """`ring` and its likes ask a worker to look at a message, mailbox or backfill, in the caller's own transaction."""

    settings: Settings
    database: Database
    callers: CallerTokens
    tokens: GraphTokens
    new_grants: NewGrants
    sealer: Sealer
    mail: GraphMailbox
    counts: Counts
    destinations: ConfiguredDestinations
    courier: Courier
    ring: Callable[[Session, UUID], None]
    ring_for_saves: Callable[[Session, UUID], None]
    ring_for_mailbox: RingForMailbox
    ring_for_backfill: Callable[[Session, UUID], None]
    ring_for_outgoing: Callable[[Session, UUID], None]
    threads: ThreadPoolExecutor

    def close(self) -> None:
        """Let go of connections and threads."""
        self.threads.shutdown(wait=False)
        self.destinations.close()
        self.counts.close()
        self.database.close()
