"""What has to come of it all: which emails may be on a record, and which must. Knows nothing of how the service works.

A look at a mailbox saves what is there and wanted at that moment. Nobody says when a look happens, so whatever one
could have saved between two events may be on the record; and when everything has settled one has happened, so whatever
it could save must be.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

UNWATCHED = ("junkemail", "deleteditems")
Entry = tuple[str, str]  # name of a record, and Message-ID


@dataclass
class Slot:
    """A rule that a person may have, and how it stands. `mailbox` None is everywhere: in those of `found_in`, from that
    moment on for sure, since the person had to be met there first. `went_on` is when it was resumed after it had
    stopped: what came before is caught up with, unless a colleague's rule had it looked at meanwhile.
    """

    name: str
    person: str
    mailbox: str | None
    wish: dict[str, str]
    senders: frozenset[str]
    record: str
    id: str | None = None
    state: str = "absent"
    since: datetime | None = None
    went_on: datetime | None = None
    found_in: dict[str, datetime] = field(default_factory=dict)

    def wants(self, copy: "Copy") -> bool:
        here = self.mailbox in (None, copy.mailbox) and copy.is_watched and copy.sender in self.senders
        return here and self.since is not None and not _is_before(copy.received, self.since)

    def surely_wants(self, copy: "Copy") -> bool:
        if not self.wants(copy) or (self.went_on and _is_before(copy.received, self.went_on)):
            return False
        since = self.since if self.mailbox else self.found_in.get(copy.mailbox)
        return since is not None and not _is_before(copy.received, since)


@dataclass
class Copy:
    """One message in one mailbox; `folder` None is gone."""

    message_id: str
    sender: str
    mailbox: str
    immutable_id: str
    received: datetime
    folder: str | None

    @property
    def is_watched(self) -> bool:
        return self.folder is not None and self.folder not in UNWATCHED


@dataclass
class Model:
    """`rights` and `licensed` hold what is there at the moment: (person, mailbox), and mailboxes."""

    slots: list[Slot]
    rights: set[tuple[str, str]]
    licensed: set[str]
    copies: list[Copy] = field(default_factory=list)
    ever_lost: set[tuple[str, str]] = field(default_factory=set)
    may: set[Entry] = field(default_factory=set)
    must: set[Entry] = field(default_factory=set)

    def note(self) -> None:
        """Something has happened."""
        self.may |= {(slot.record, each.message_id) for slot, each in self._pairs() if slot.wants(each)}

    def settled(self) -> None:
        """Everything was looked at, and all that was due was done."""
        self.note()
        self.must |= {(slot.record, each.message_id) for slot, each in self._pairs() if slot.surely_wants(each)}

    def _pairs(self) -> Iterator[tuple[Slot, Copy]]:
        """The rules that work, and what lies where they do."""
        for slot in self.slots:
            if slot.state == "active":
                yield from ((slot, each) for each in self.copies if self._reaches(slot, each.mailbox))

    def _reaches(self, slot: Slot, mailbox: str) -> bool:
        return mailbox in self.licensed and (slot.person, mailbox) in self.rights

    def has_right(self, slot: Slot) -> bool:
        """To make and resume the rule."""
        return slot.mailbox is None or (slot.person, slot.mailbox) in self.rights

    def has_license(self, slot: Slot) -> bool:
        return slot.mailbox is None or slot.mailbox in self.licensed


def on_record(record: str, entries: Iterable[Entry]) -> set[str]:
    return {message_id for name, message_id in entries if name == record}


def _is_before(moment: datetime, since: datetime) -> bool:
    # Mailboxes count in whole seconds.
    return moment < since.replace(microsecond=0)
