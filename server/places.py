"""Places at destinations: how many threads of one process work for a destination that takes only so much at once.

So many as it takes save to it and some more prepare; what people ask for themselves finds another place, so that it
never waits behind all that Autopilot saves. Whoever finds none goes away: who has a place goes on with what people ask
for as long as there is some, and calls the mailboxes that found none when it leaves.
"""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from server.destinations.base import Destination, DestinationError
from server.services import Services

PREPARING = 2  # threads that fetch the next messages meanwhile, which takes about as long as saving one

Name = tuple[str, str]  # of a tenant's destination
SUSPECTS: Name = ("", "suspects")  # saves whose last worker died: of them a process has one in hand at a time

_taken: Counter[Name] = Counter()
_mailboxes: dict[Name, dict[UUID, None]] = defaultdict(dict)  # that found no place, in order
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


def most(services: Services, name: Name, *, is_by_hand: bool) -> int | None:
    """How many places there are; None where that is not limited."""
    if name == SUSPECTS:
        return 1
    destination = services.destinations.of(name[0]).get(name[1])
    at_once = destination.at_once if destination else None
    return None if at_once is None else at_once + PREPARING + is_by_hand


@dataclass
class Visit:
    """Somebody who takes saves in hand: what people ask for, or what Autopilot saves from `mailbox_id`."""

    services: Services
    mailbox_id: UUID | None = None
    taken: set[Name] = field(default_factory=set)
    missed: set[Name] = field(default_factory=set)
    _freed: set[Name] = field(default_factory=set)

    def enter(self, name: Name) -> bool:
        """Whether there is a place, which is kept until it is freed."""
        limit = self._most(name)
        if limit is None or name in self.taken:
            return True
        with _guard:
            if _taken[name] >= limit:
                self.missed.add(name)
                return False
            _taken[name] += 1
        self.taken.add(name)
        return True

    def is_full(self, name: Name) -> bool:
        limit = self._most(name)
        with _guard:
            is_full = limit is not None and name not in self.taken and _taken[name] >= limit
        self.missed |= {name} if is_full else set()
        return is_full

    def can_try_again(self) -> bool:
        """Whether a place got free where there was none before; who had it may not have seen what we wanted there."""
        missed, self.missed = self.missed, set()
        return any([not self.is_full(name) for name in missed])

    def full(self, tenant_id: str) -> list[str]:
        """The tenant's destinations that have no place for Autopilot. When one gets free, the mailbox is called."""
        assert self.mailbox_id
        found = []
        for name in ((tenant_id, each) for each in self.services.destinations.of(tenant_id)):
            limit = self._most(name)
            with _guard:
                if limit is not None and name not in self.taken and _taken[name] >= limit:
                    _mailboxes[name][self.mailbox_id] = None
                    found.append(name[1])
        return found

    def free(self) -> None:
        """Give the places back; whoever waits for them is called when the visit is over."""
        with _guard:
            for name in self.taken:
                _taken[name] -= 1
                if not _taken[name]:
                    del _taken[name]
        self._freed |= self.taken
        self.taken.clear()

    def leave(self) -> None:
        self.free()
        with _guard:
            called = {mailbox_id for name in self._freed if (mailbox_id := _first_at(name))}
        if called:
            with self.services.database.session.begin() as session:
                for mailbox_id in sorted(called):
                    self.services.ring_for_saves(session, mailbox_id)

    def _most(self, name: Name) -> int | None:
        return most(self.services, name, is_by_hand=self.mailbox_id is None)


@contextmanager
def visit(services: Services, mailbox_id: UUID | None = None) -> Iterator[Visit]:
    visitor = Visit(services, mailbox_id)
    try:
        yield visitor
    finally:
        visitor.leave()


def some_are_taken() -> bool:
    return bool(_taken)


def _first_at(name: Name) -> UUID | None:
    waiting = _mailboxes.get(name, {})
    first = next(iter(waiting), None)
    if first:
        del waiting[first]
    if not waiting:
        _mailboxes.pop(name, None)
    return first
