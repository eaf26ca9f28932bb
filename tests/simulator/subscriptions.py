"""Who wants to be told of changes: https://learn.microsoft.com/graph/api/resources/subscription

Callers hold the world's lock.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from tests.simulator.journal import Change
from tests.simulator.mailbox import Folder, Item, Mailbox

Event = tuple[str, bytes]  # kind of change, and the key of the message's REST id


@dataclass(eq=False)
class Subscription:
    id: str
    app: str
    tenant_id: str
    creator: str
    person: str | None  # of a delegated one, the object id
    mailbox: Mailbox
    folder: Folder | None  # None: all of them
    resource: str  # as it was written
    condition: str
    matches: Callable[[Item], bool] | None
    change_types: tuple[str, ...]
    notification_url: str
    lifecycle_url: str | None
    client_state: str | None
    tls: str | None
    immutable: bool
    expires_at: datetime
    authorised_until: float | None = None  # seconds since 1970; None until Graph asks to be authorised anew
    inside: set[bytes] = field(default_factory=set)  # with a condition: the messages that meet it

    @property
    def combination(self) -> tuple[object, ...]:
        """Of these there may be one."""
        return self.app, self.tenant_id, self.mailbox, self.folder, self.condition, frozenset(self.change_types)

    def begin(self) -> None:
        """Learns what is there already."""
        if self.matches:
            there = (item for item in self.mailbox.items.values() if self.folder in {None, item.folder})
            self.inside = {item.immutable_key for item in there if self.matches(item)}

    def events(self, change: Change) -> list[Event]:
        """What the change means to the subscriber: a move in is a creation, a move out a deletion."""
        happened = self._conditional(change) if self.matches else self._plain(change)
        return [(kind, key) for kind, key in happened if kind in self.change_types]

    def _plain(self, change: Change) -> list[Event]:
        item = change.item
        if not change.concerns(self.folder):
            return []
        if change.enters(self.folder):
            return [("created", item.key)]
        if change.leaves(self.folder):
            return [("deleted", change.key_before)]
        if change.key_before != item.key and not self.immutable:
            return [("deleted", change.key_before), ("created", item.key)]  # by its id it is another message now
        return [("updated", item.key)]

    def _conditional(self, change: Change) -> list[Event]:
        """To meet the condition from now on is to be created, no longer to meet it is to be deleted."""
        assert self.matches is not None
        item = change.item
        was, there = item.immutable_key in self.inside, change.after is not None and self.folder in {None, change.after}
        if there and self.matches(item):
            self.inside.add(item.immutable_key)
            return [("updated" if was else "created", item.key)]
        self.inside.discard(item.immutable_key)
        return [("deleted", change.key_before)] if was else []


@dataclass
class Subscriptions:
    """Settings, and all that are still running."""

    most_per_mailbox: int = 1000
    longest_granted: float | None = None  # minutes; what is asked for beyond that is cut short
    _known: dict[str, Subscription] = field(default_factory=dict)

    def running(self, now: datetime) -> Iterator[Subscription]:
        """Those whose time is over are forgotten."""
        for one in [one for one in self._known.values() if one.expires_at <= now]:
            del self._known[one.id]
        return iter(list(self._known.values()))

    def get(self, id_: str, now: datetime) -> Subscription | None:
        one = self._known.get(id_)
        return one if one and one.expires_at > now else None

    def add(self, one: Subscription) -> None:
        self._known[one.id] = one

    def remove(self, one: Subscription) -> None:
        self._known.pop(one.id, None)
