"""Places at destinations: how many threads of one process work for a destination that takes only so much at once.

So many as it takes save to it and some more prepare; what people ask for themselves finds another place, so that it
never waits behind all that Autopilot saves. Whoever finds none goes away, and is rung for when one gets free.
"""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.orm import Session

from server.destinations.base import Destination, DestinationError
from server.services import Services

PREPARING = 2  # threads that fetch the next messages meanwhile, which takes about as long as saving one

Name = tuple[str, str]  # of a tenant's destination
Ring = Callable[[Session, UUID], None]

_taken: Counter[Name] = Counter()
_turned_away: dict[Name, dict[tuple[bool, UUID], Ring]] = defaultdict(dict)
_guard = threading.Lock()


def destination_of(services: Services, tenant_id: str, name: str) -> Destination:
    """Where a save of the tenant goes. Raises DestinationError: unknown_destination if it is no longer configured,
    reconnect if its settings cannot be used.
    """
    found = services.destinations.of(tenant_id).get(name)
    if found is not None:
        return found
    if services.destinations.is_there(tenant_id, name):
        raise DestinationError(f"The settings of {name} cannot be used.", permanent=True, code="reconnect")
    raise DestinationError(
        f"The destination {name} is not set up any more.", permanent=True, code="unknown_destination"
    )


@dataclass
class Visit:
    """Somebody who takes saves in hand: of a message, asked for by people, or of a mailbox, for Autopilot. `subject` is
    its id, `ring` calls again for it.
    """

    services: Services
    subject: UUID
    ring: Ring
    is_by_hand: bool
    taken: set[Name] = field(default_factory=set)
    missed: set[Name] = field(default_factory=set)

    def enter(self, name: Name) -> bool:
        """Whether there is a place, which is kept until the visit is over."""
        most = self._most(name)
        if most is None or name in self.taken:
            return True
        with _guard:
            if _taken[name] >= most:
                self.missed.add(name)
                return False
            _taken[name] += 1
        self.taken.add(name)
        return True

    def wait_in_line(self) -> None:
        """Have us called when what was full has a place; at once if it has one by now. Not within the transaction that
        has looked at the saves: whoever is called would find them locked.
        """
        limits = {name: most for name in self.missed if (most := self._most(name)) is not None}
        with _guard:
            full = {name for name, most in limits.items() if _taken[name] >= most}
            for name in full:
                _turned_away[name][not self.is_by_hand, self.subject] = self.ring
        if self.missed - full:
            with self.services.database.session.begin() as session:
                self.ring(session, self.subject)
        self.missed.clear()

    def full(self, tenant_id: str) -> list[str]:
        """The tenant's destinations that have no place. When one gets free, this visitor is called."""
        names = [(tenant_id, name) for name in self.services.destinations.of(tenant_id)]
        limits = {name: most for name in names if (most := self._most(name)) is not None}
        with _guard:
            found = [name for name, most in limits.items() if name not in self.taken and _taken[name] >= most]
            for name in found:
                _turned_away[name][not self.is_by_hand, self.subject] = self.ring
        return [name for _, name in found]

    def leave(self) -> None:
        """Give all places back, and call somebody for each place that is free: also when none was taken here, since
        whoever was called may find that nothing is left to do.
        """
        with _guard:
            _taken.subtract(self.taken)
            called = [each for name in list(_turned_away) for each in _next_in_line(name, self._most(name))]
        self.taken.clear()
        if called:
            with self.services.database.session.begin() as session:
                for (_, subject), ring in called:
                    ring(session, subject)

    def _most(self, name: Name) -> int | None:
        destination = self.services.destinations.of(name[0]).get(name[1])
        at_once = destination.at_once if destination else None
        return None if at_once is None else at_once + (PREPARING + 1 if self.is_by_hand else PREPARING)


@contextmanager
def visit(services: Services, subject: UUID, ring: Ring, *, is_by_hand: bool) -> Iterator[Visit]:
    visitor = Visit(services, subject, ring, is_by_hand)
    with _guard:
        for waiting in _turned_away.values():
            waiting.pop((not is_by_hand, subject), None)  # it is here now
    try:
        yield visitor
    finally:
        visitor.leave()


def _next_in_line(name: Name, most: int | None) -> Iterator[tuple[tuple[bool, UUID], Ring]]:
    """Whom to call for the places that are free, people's own first."""
    waiting = _turned_away[name]
    free = len(waiting) if most is None else most - _taken[name]
    for first in sorted(waiting, key=lambda each: each[0])[: max(0, free)]:
        yield first, waiting.pop(first)
    if not waiting:
        del _turned_away[name]
    if not _taken[name]:
        del _taken[name]
