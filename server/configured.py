"""The destinations of a tenant: those that its administrators configured, then the built-in one.

They are made from their rows when they are first needed, and made anew when a row changed. A row of which none can be
made leaves the others working.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlalchemy import select, update

from server.auth.sealing import Sealer, Unsealable, sealing_context
from server.db import Database
from server.destinations import Kind, Parts, kinds
from server.destinations.base import Destination, DestinationError, Step
from server.models import ConfiguredDestination
from server.traffic import OfTenant

LOOK_AGAIN = 5.0  # seconds after which another process's change is noticed

log = structlog.get_logger(__name__)


class Unusable(Exception):
    """What is stored makes no destination. `step` says why, and what to do about it."""

    def __init__(self, message: str, action: str) -> None:
        super().__init__(message)
        self.step = Step(False, message, action)


@dataclass
class _Known:
    """What was made of a tenant's rows. `made` holds it by the row's id and version."""

    looked_at: float
    made: dict[tuple[UUID, int], Destination]
    by_name: Mapping[str, Destination]


class ConfiguredDestinations:
    """`watched` is done to each destination before anybody uses it."""

    def __init__(
        self,
        database: Database,
        sealer: Sealer,
        parts: Parts,
        built_in: Sequence[Destination],
        watched: Callable[[Destination], Destination] = lambda each: each,
    ) -> None:
        self._database = database
        self._sealer = sealer
        self._parts = parts
        self._watched = watched
        self._built_in = {each.name: watched(each) for each in built_in}
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

    def is_there(self, tenant_id: str, name: str) -> bool:
        """Whether the tenant has a destination of that name, even if it cannot be used at the moment."""
        mine = ConfiguredDestination.tenant_id == tenant_id, ConfiguredDestination.name == name
        with self._database.session() as session:
            found = session.scalar(select(ConfiguredDestination.id).where(*mine))
        return found is not None or name in self._built_in

    def make(self, row: ConfiguredDestination) -> Destination:
        """The destination of a row, known to nobody else; the caller closes it. Raises Unusable."""
        kind = kind_of(row.kind)
        others = self._parts.others and OfTenant(self._parts.others, row.tenant_id)
        parts = replace(self._parts, others=others)
        try:
            made = kind(row.name, row.tenant_id, kind.Config.model_validate(self.settings_of(row)), parts)
        except ValidationError as error:
            names = ", ".join(dict.fromkeys(str(each["loc"][0]) for each in error.errors() if each["loc"]))
            raise Unusable(f"Its settings do not fit this version ({names or 'as a whole'}).", "Change them.") from None
        except DestinationError as error:
            raise Unusable(error.message, "Change its settings.") from None
        made.title = row.title
        return made

    def settings_of(self, row: ConfiguredDestination) -> dict[str, Any]:
        """In the clear. Raises Unusable."""
        try:
            settings: dict[str, Any] = json.loads(self._sealer.open(row.sealed, context_of(row)))
        except Unsealable:
            raise Unusable(
                "Its settings cannot be opened with the keys that are in AFFIX_SECRET_KEYS.",
                "Add the key that they were sealed with, or enter the settings anew.",
            ) from None
        return settings

    def seal(self, row: ConfiguredDestination, settings: dict[str, Any]) -> None:
        row.sealed = self._sealer.seal(json.dumps(settings).encode(), context_of(row))

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
        self._reseal([row for row in rows if self._sealer.needs_resealing(row.sealed)])
        return _Known(time.monotonic(), made, by_name)

    def _made(self, row: ConfiguredDestination) -> Destination | None:
        try:
            return self._watched(self.make(row))
        except Unusable as error:
            log.error("destination_unusable", destination=row.name, kind=row.kind, reason=error.step.message)
            return None

    def _reseal(self, rows: Sequence[ConfiguredDestination]) -> None:
        """With the key that is the first one now. What somebody changed meanwhile stays as they left it."""
        for row in rows:
            before = row.sealed
            try:
                self.seal(row, self.settings_of(row))
            except Unusable:
                continue
            as_it_was = ConfiguredDestination.id == row.id, ConfiguredDestination.sealed == before
            with self._database.session.begin() as session:
                session.execute(update(ConfiguredDestination).where(*as_it_was).values(sealed=row.sealed))


def kind_of(name: str) -> Kind:
    """Raises Unusable for a kind that is not installed."""
    kind = kinds().get(name)
    if kind is None:
        raise Unusable(f"Systems of the kind {name} are not installed here.", "Install them, or remove it.")
    return kind


def context_of(row: ConfiguredDestination) -> str:
    """For which place its settings are sealed."""
    return sealing_context(row.tenant_id, str(row.id), "destination")
