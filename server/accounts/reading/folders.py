"""The folders of a mailbox as programs name them: INBOX, "Sent Items", "INBOX/Orders", or \\Sent by their use.

Which folder is which is told by Graph's own names, never by those that people see, which differ from language to
language. A slash in a folder's name is written %2F in its path.
"""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakKeyDictionary

from server.accounts.acting import Acting
from server.accounts.reading.refusals import FOLDER, not_there, told
from server.errors import Invalid
from server.mail.base import Folder
from server.mail.graph.requests import GraphRequests

ALL = "\\All"
INBOX = "INBOX"
USES = {
    "inbox": "\\Inbox",
    "sentitems": "\\Sent",
    "drafts": "\\Drafts",
    "deleteditems": "\\Trash",
    "junkemail": "\\Junk",
    "archive": "\\Archive",
}
DELIMITER = "/"
KEPT_FOR = 60.0  # seconds for which a list of folders counts as the current one
MOST_KEPT = 500  # lists

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Place:
    """A folder and where it stands. `use` is "\\Inbox" and the like, None for the others."""

    id: str
    name: str
    path: str
    parent: str
    use: str | None
    total: int
    unread: int


@dataclass(frozen=True)
class Places:
    """All folders of a mailbox, INBOX first, then those with a use, then by path."""

    listed: tuple[Place, ...]

    @cached_property
    def by_id(self) -> dict[str, Place]:
        return {each.id: each for each in self.listed}

    @cached_property
    def _by_path(self) -> dict[str, Place]:
        return {each.path.casefold(): each for each in reversed(self.listed)}

    @cached_property
    def _by_use(self) -> dict[str, Place]:
        return {each.use.casefold(): each for each in self.listed if each.use}

    def find(self, path: str) -> Place | None:
        """By its path, its use, or its id."""
        name = path.casefold()
        return self._by_use.get(name) or self._by_path.get(name.strip(DELIMITER)) or self.by_id.get(path)

    def path_of(self, folder_id: str | None) -> str | None:
        place = self.by_id.get(folder_id or "")
        return place.path if place else None

    def use_of(self, folder_id: str | None) -> str | None:
        place = self.by_id.get(folder_id or "")
        return place.use if place else None


def places_of(folders: Iterable[Folder], special: dict[str, str]) -> Places:
    """`special` has the ids of folders by Graph's own names for them."""
    there = {each.id: each for each in folders}
    uses = {id_: USES[name] for name, id_ in special.items()}
    paths: dict[str, str] = {}

    def path_of(folder: Folder, depth: int = 0) -> str:
        if folder.id not in paths:
            above = there.get(folder.parent_id or "")
            start = f"{path_of(above, depth + 1)}{DELIMITER}" if above and depth < len(there) else ""
            own = INBOX if uses.get(folder.id) == "\\Inbox" else folder.name.replace(DELIMITER, "%2F")
            paths[folder.id] = start + own
        return paths[folder.id]

    def place_of(folder: Folder) -> Place:
        path = path_of(folder)
        above = there.get(folder.parent_id or "")
        parent = paths[above.id] if above else ""
        return Place(folder.id, folder.name, path, parent, uses.get(folder.id), folder.total, folder.unread)

    order = list(USES.values())
    listed = sorted(
        (place_of(each) for each in there.values()),
        key=lambda each: (order.index(each.use) if each.use else len(order), each.path.casefold()),
    )
    return Places(tuple(listed))


class _Kept:
    """The lists of folders that were read lately, by whose right: two people may be shown different ones."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._found: dict[Key, tuple[float, Places]] = {}

    def get(self, key: Key) -> Places | None:
        with self._lock:
            until, places = self._found.get(key, (0.0, None))
        return places if until > self._clock() else None

    def put(self, key: Key, places: Places) -> None:
        with self._lock:
            self._found.pop(key, None)
            self._found[key] = (self._clock() + KEPT_FOR, places)
            while len(self._found) > MOST_KEPT:
                del self._found[next(iter(self._found))]

    def forget(self, key: Key) -> None:
        with self._lock:
            self._found.pop(key, None)


_kept: WeakKeyDictionary[GraphRequests, _Kept] = WeakKeyDictionary()  # each app has its own


def read_places(acting: Acting) -> Places:
    """As they are now: a request for the folders (for each 200), and one for which of them is which."""
    reading = acting.services.mail.reading

    def ask(token: str) -> Places:
        folders = reading.folders(token, acting.address)
        return places_of(folders, reading.special_folders(token, acting.address))

    with told(FOLDER):
        places = acting.ask(ask)
    _lists(acting).put(_key(acting), places)
    return places


def known_places(acting: Acting) -> Places:
    """As they were within the last minute."""
    return _lists(acting).get(_key(acting)) or read_places(acting)


def forget_places(acting: Acting) -> None:
    """They were changed."""
    _lists(acting).forget(_key(acting))


def place_at(acting: Acting, path: str) -> Place:
    """The folder that a program names. Raises NotFound (FolderNotFound), and Invalid for all folders at once."""
    if path.casefold() == ALL.casefold():
        raise Invalid("This needs a single folder.", code="InvalidPath")
    kept = _lists(acting).get(_key(acting))
    found = (kept.find(path) if kept else None) or read_places(acting).find(path)
    if found is None:
        raise not_there(FOLDER)
    return found


def _lists(acting: Acting) -> _Kept:
    return _kept.setdefault(acting.services.mail.requests, _Kept())


def _key(acting: Acting) -> Key:
    return acting.account.tenant_id, acting.address.lower(), str(acting.person.id) if acting.person else ""
