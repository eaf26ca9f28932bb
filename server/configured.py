"""The destinations of a tenant: those that its administrators configured, then the built-in one.

They are made from their rows when they are first needed, and made anew when a row changed.
"""

import json
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlalchemy import select

from server.auth.sealing import Sealer, Unsealable, sealing_context
from server.db import Database
from server.destinations import Parts, kinds
from server.destinations.base import Destination
from server.models import ConfiguredDestination

LOOK_AGAIN = 5.0  # seconds after which another process's change is noticed

log = structlog.get_logger(__name__)


@dataclass
class _Known:
    """What was made of a tenant's rows. `made` holds it by the row's id and version."""

    looked_at: float
    made: dict[tuple[UUID, int], Destination]
    by_name: Mapping[str, Destination]


class ConfiguredDestinations:
    def __init__(self, database: Database, sealer: Sealer, parts: Parts, built_in: Sequence[Destination]) -> None:
        self._database = database
        self._sealer = sealer
        self._parts = parts
        self._built_in = {each.name: each for each in built_in}
        self._lock = threading.Lock()
        self._known: dict[str, _Known] = {}

    def of(self, tenant_id: str) -> Mapping[str, Destination]:
        """By the name that records carry; the first one is where new records go."""
        with self._lock:
            known = self._known.get(tenant_id)
            if known is None or known.looked_at + LOOK_AGAIN < time.monotonic():
                known = self._known[tenant_id] = self._look(tenant_id, known)
            return known.by_name

    def look_again(self, tenant_id: str) -> None:
        """This process changed something."""
        with self._lock:
            if tenant_id in self._known:
                self._known[tenant_id].looked_at = -LOOK_AGAIN

    @property
    def built_in_names(self) -> frozenset[str]:
        return frozenset(self._built_in)

    def make(self, row: ConfiguredDestination) -> Destination:
        """Raises Unsealable, ValidationError, and KeyError for a kind that is not installed."""
        kind = kinds()[row.kind]
        config = kind.Config.model_validate(self.settings_of(row))
        made = kind(row.name, row.tenant_id, config, self._parts)
        made.title = row.title
        return made

    def settings_of(self, row: ConfiguredDestination) -> dict[str, Any]:
        """In the clear. Raises Unsealable."""
        settings: dict[str, Any] = json.loads(self._sealer.open(row.sealed, _context(row)))
        return settings

    def seal(self, row: ConfiguredDestination, settings: dict[str, Any]) -> None:
        row.sealed = self._sealer.seal(json.dumps(settings).encode(), _context(row))

    def close(self) -> None:
        with self._lock:
            for known in self._known.values():
                for each in known.made.values():
                    each.close()
            self._known.clear()
        for each in self._built_in.values():
            each.close()

    def _look(self, tenant_id: str, before: _Known | None) -> _Known:
        wanted = select(ConfiguredDestination).where(ConfiguredDestination.tenant_id == tenant_id)
        with self._database.session() as session:
            rows = session.scalars(wanted.order_by(ConfiguredDestination.created_at)).all()
        made: dict[tuple[UUID, int], Destination] = {}
        for row in rows:
            there = (before.made if before else {}).get((row.id, row.version)) or self._made(row)
            if there is not None:
                made[row.id, row.version] = there
        # One that was replaced is not closed: somebody may be in the middle of a request.
        by_name = {each.name: each for each in made.values()} | self._built_in
        return _Known(time.monotonic(), made, by_name)

    def _made(self, row: ConfiguredDestination) -> Destination | None:
        try:
            return self.make(row)
        except (Unsealable, ValidationError, KeyError) as error:
            log.error("destination_unusable", destination=row.name, kind=row.kind, error=type(error).__name__)
            return None


def _context(row: ConfiguredDestination) -> str:
    return sealing_context(row.tenant_id, str(row.id), "destination")
