"""What happened to the messages of one mailbox, in order: the truth behind delta and change notifications."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.simulator.mailbox import Folder, Item


@dataclass(frozen=True)
class Change:
    """One thing that happened. `before` None: the message is new; `after` None: it is gone for good; two folders: it
    was moved; the same folder twice: it was changed. `names` are the properties that changed; none named means all."""

    item: Item
    before: Folder | None
    after: Folder | None
    key_before: bytes
    names: frozenset[str] = frozenset()

    def concerns(self, folder: Folder | None) -> bool:
        """None is the whole mailbox."""
        return folder is None or folder in {self.before, self.after}

    def enters(self, folder: Folder | None) -> bool:
        return self.before is None if folder is None else self.before is not folder and self.after is folder

    def leaves(self, folder: Folder | None) -> bool:
        return self.after is None if folder is None else self.before is folder and self.after is not folder

    @property
    def is_move(self) -> bool:
        return self.before is not None and self.after is not None and self.before is not self.after


class Journal:
    """Callers hold the world's lock. `listener` hears of every change after it is written."""

    def __init__(self, listener: Callable[[Change], None] | None = None) -> None:
        self._changes: list[Change] = []
        self._listener = listener

    def __len__(self) -> int:
        return len(self._changes)

    def write(self, change: Change) -> None:
        self._changes.append(change)
        if self._listener:
            self._listener(change)

    def between(self, start: int, end: int) -> list[Change]:
        return self._changes[start:end]
