"""What a destination is: a business system that has records and keeps emails on them.

Every call names the tenant; a destination never shows or changes what belongs to another. Ids,
references and cursors are the destination's own and opaque to everybody else. A saved email is
immutable in all systems that we know of; the key that the caller gives is what makes a repeated
save harmless, so a destination looks it up before it writes.

Files are part of `save_email` and no call of their own: some systems want them before the email, others after it.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, ClassVar, Generic, Protocol, TypeVar

Item = TypeVar("Item")


class DestinationError(Exception):
    """The destination refused or did not answer; the message is a sentence for a person.

    `permanent`: trying the same again cannot help. `retry_after`: seconds that the destination asks us to wait.
    Codes: not_found (no such thing, or not this tenant's), record_gone (the record to save to), conflict (contradicts
    what is stored), invalid_request (the caller's input), undo_refused, or a destination's own. Three say that it is
    the system as a whole that cannot be used now, whatever is asked of it: unreachable, throttled, reconnect.
    """

    def __init__(
        self, message: str, *, permanent: bool, code: str = "refused", retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.permanent = permanent
        self.code = code
        self.retry_after = retry_after


@dataclass(frozen=True)
class Field:
    """Something that a new record is described by."""

    name: str
    title: str
    required: bool = False


@dataclass(frozen=True)
class RecordType:
    """A kind of record. Without fields, records of this kind cannot be created from here."""

    type: str
    title: str
    plural: str
    fields: tuple[Field, ...] = ()


@dataclass(frozen=True)
class Record:
    """A record as search shows it. `link` opens it in its own system; `detail` is a word or two, such as its state."""

    destination: str
    type: str
    id: str
    name: str
    address: str | None = None
    domain: str | None = None
    number: str | None = None
    company: str | None = None
    detail: str | None = None
    link: str | None = None


@dataclass(frozen=True)
class Suggestion:
    """A record that fits a message. `because` is a sentence for a person."""

    record: Record
    because: str


@dataclass(frozen=True)
class Page(Generic[Item]):
    """One page of a list and the cursor of the next one; None at the end."""

    items: tuple[Item, ...]
    next: str | None = None


@dataclass(frozen=True)
class Party:
    """Somebody by name and address; either may be empty."""

    name: str
    address: str


class FileToSave(Protocol):
    """A chosen attachment. `open` gives its decoded bytes, as often as it is asked. Sizes are in bytes."""

    @property
    def name(self) -> str: ...
    @property
    def content_type(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def sha256(self) -> str: ...
    @property
    def is_inline(self) -> bool: ...
    @property
    def content_id(self) -> str | None: ...
    def open(self) -> BinaryIO: ...


@dataclass(frozen=True)
class MimeToSave:
    """The message as it came. `open` gives its bytes from the start, as often as it is asked."""

    size: int
    sha256: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True)
class Link:
    """An attachment that is only a link into a cloud store."""

    name: str
    url: str


@dataclass(frozen=True)
class Missing:
    """Something of the email that is not on the record, and why. `size` in bytes, None when unknown."""

    name: str
    size: int | None
    code: str
    message: str


@dataclass(frozen=True)
class EmailToSave:
    """One email for one record.

    `key` is ours: one for each email and record, the same at every attempt. `mailbox` is where it lies, `sent_by` who
    wrote it (`on_behalf_of` whom), `saved_by` who asked for it, `how` "manual" or what else caused it. `is_incoming`:
    it came from outside the organisation.
    `mime` is None for a message that is larger than the service fetches: then its text is all there is.
    `html` is the sender's own and hostile; whoever shows it cleans it. `note` says what is unusual about this copy.
    """

    key: str
    record_type: str
    record_id: str
    internet_message_id: str | None
    subject: str
    mailbox: str
    mailbox_kind: str
    sent_by: Party
    saved_by: Party
    saved_by_id: str
    saved_at: datetime
    mime: MimeToSave | None
    how: str = "manual"
    is_incoming: bool = True
    on_behalf_of: Party | None = None
    sent_at: datetime | None = None
    received_at: datetime | None = None
    to: Sequence[Party] = ()
    cc: Sequence[Party] = ()
    bcc: Sequence[Party] = ()
    text: str = ""
    html: str | None = None
    preview: str = ""
    note: str | None = None
    files: Sequence[FileToSave] = ()
    links: Sequence[Link] = ()
    missing: Sequence[Missing] = ()


@dataclass(frozen=True)
class Saved:
    """Where an email is now. `missing` holds what the caller already knew of and what the destination refused."""

    reference: str
    link: str | None = None
    missing: tuple[Missing, ...] = ()
    is_repeat: bool = False


@dataclass(frozen=True)
class SavedFile:
    """`number` counts from 0 within the email."""

    number: int
    name: str
    content_type: str
    size: int
    sha256: str
    is_inline: bool
    content_id: str | None = None


@dataclass(frozen=True)
class SavedEmail:
    """An email on a record, as a list shows it."""

    reference: str
    record_type: str
    record_id: str
    internet_message_id: str | None
    subject: str
    mailbox: str
    mailbox_kind: str
    sent_by: Party
    on_behalf_of: Party | None
    saved_by: Party
    saved_by_id: str
    saved_at: datetime
    how: str
    sent_at: datetime | None
    received_at: datetime | None
    mime_sha256: str | None
    mime_size: int | None
    preview: str
    note: str | None
    files: tuple[SavedFile, ...]
    links: tuple[Link, ...]
    missing: tuple[Missing, ...]


@dataclass(frozen=True)
class EmailContent:
    """What is shown when a saved email is opened. `html` is as hostile as it came. `text` is empty where the system
    keeps only one of the two, and that was HTML.
    """

    email: SavedEmail
    to: tuple[Party, ...]
    cc: tuple[Party, ...]
    bcc: tuple[Party, ...]
    text: str
    html: str | None


@dataclass(frozen=True)
class Step:
    """One thing that was looked at when a destination was checked: a sentence, and what to do about it if it is not
    well. `is_warning`: it works today, but will not for ever.
    """

    ok: bool
    message: str
    action: str | None = None
    is_warning: bool = False


class Destination(ABC):
    """One configured business system. Every method may raise DestinationError and nothing else.

    `kind` is the sort of system, `name` what records carry: several of one kind have different names. `keeps_mime` says
    whether the message as it came is kept, and `mime` gives it.
    """

    kind: ClassVar[str]
    name: str
    title: str
    keeps_mime: bool = True

    @property
    def at_once(self) -> int | None:
        """How many emails it can take at the same time; None where that is not limited. A process has a few threads
        more at work for it, which prepare: a system that takes no surplus has to limit its own requests as well.
        """
        return None

    def warnings(self) -> Sequence[Step]:
        """What will need an administrator soon, without asking the system."""
        return ()

    def check(self) -> Iterator[Step]:
        """Prove step by step that it can be used, by asking the system; after a step that failed the rest may be left
        out.
        """
        yield Step(True, f"{self.title}: needs no connection.")

    def check_live(self, type: str, id: str) -> Iterator[Step]:
        """Confirm by writing to the named record what could not be confirmed otherwise, and take it away again."""
        yield from self.check()

    @abstractmethod
    def types(self) -> tuple[RecordType, ...]:
        """The kinds of records that emails can be saved to."""

    @abstractmethod
    def search(
        self, tenant: str, query: str, type: str | None = None, limit: int = 20, cursor: str | None = None
    ) -> Page[Record]:
        """Records by name, address, domain or number, the best first. An empty query lists all."""

    @abstractmethod
    def find_by_addresses(self, tenant: str, addresses: Sequence[str]) -> list[Suggestion]:
        """What belongs to these people, in one round trip for all of them; the best first, each record once."""

    def find_matches(self, tenant: str, addresses: Sequence[str]) -> dict[str, list[Suggestion]]:
        """What belongs to each of these people by themselves. Destinations that can ask for all at once should."""
        return {each: self.find_by_addresses(tenant, [each]) for each in addresses}

    @abstractmethod
    def find_by_numbers(self, tenant: str, text: str) -> list[Suggestion]:
        """Records whose number stands in a text, such as a subject."""

    def find_by_numbers_of_each(self, tenant: str, texts: Sequence[str]) -> dict[str, list[Suggestion]]:
        """The same for each of these texts by itself. Destinations that can ask for all at once should."""
        return {each: self.find_by_numbers(tenant, each) for each in texts}

    @abstractmethod
    def get(self, tenant: str, type: str, id: str) -> Record:
        """One record. Raises not_found."""

    @abstractmethod
    def create(self, tenant: str, type: str, values: dict[str, str]) -> Record:
        """A new record. Raises invalid_request or conflict, with a sentence that names the field."""

    @abstractmethod
    def save_email(self, tenant: str, email: EmailToSave) -> Saved:
        """Put the email on the record; the same key again finds the first one. Raises record_gone."""

    @abstractmethod
    def find_saved(self, tenant: str, key: str) -> Saved | None:
        """Where the email with this key is, or None: the way out when the outcome of a save is unknown."""

    @abstractmethod
    def remove_email(self, tenant: str, reference: str) -> None:
        """Take an email off its record. That it is gone already is no error."""

    @abstractmethod
    def emails(self, tenant: str, type: str, id: str, limit: int = 20, cursor: str | None = None) -> Page[SavedEmail]:
        """The emails on a record, the latest saved first. Raises not_found."""

    @abstractmethod
    def email(self, tenant: str, reference: str) -> EmailContent:
        """One email to read. Raises not_found."""

    @abstractmethod
    def mime(self, tenant: str, reference: str) -> BinaryIO:
        """The message as it was saved, byte for byte; the caller closes it. Raises not_found."""

    @abstractmethod
    def attachment(self, tenant: str, reference: str, number: int) -> tuple[SavedFile, BinaryIO]:
        """One file and its bytes; the caller closes them. Raises not_found."""

    def close(self) -> None:  # noqa: B027 - most destinations hold nothing that has to be closed
        """Let go of connections."""
