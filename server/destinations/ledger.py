"""What was saved to systems that we reach over a network: our own list of it, and on top of it saving once for ever.

An answer may be lost after the system did what it was asked. So a save is written down before it is tried; whoever
finds an attempt that did not end asks the system before trying again; what is known to be there costs no request.
"""

import uuid
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, BinaryIO

from sqlalchemy import ColumnElement, DateTime, Engine, Index, MetaData, Text, delete, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from server.destinations.base import (
    Destination,
    DestinationError,
    EmailContent,
    EmailToSave,
    FileToSave,
    Link,
    Missing,
    Page,
    Party,
    Saved,
    SavedEmail,
    SavedFile,
)
from server.destinations.border import (
    cursor_of,
    identifier,
    invalid,
    moment_of,
    not_found,
    page_size,
    place_of,
    storable,
    storable_or_none,
    translated,
)

LONGEST_KEY = 200
LONGEST_LINE = 1000  # characters of a subject, a name, an address
LONGEST_PREVIEW = 500
MOST_PARTIES = 5000
IN_HAND = 60.0  # seconds for which nobody else tries the same email; a saver that lives renews it with each file
WAIT = 2.0  # seconds until somebody who found it in hand asks again


class LedgerBase(DeclarativeBase):
    metadata = MetaData(naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"})
    type_annotation_map = {str: Text, datetime: DateTime(timezone=True), dict[str, Any]: JSONB}  # noqa: RUF012


class LedgerEntry(LedgerBase):
    """An email on a record of a system, or an attempt at it: then `reference` is None. `details` is what is shown of
    it, `places` where its files are, by number and hash.
    """

    __tablename__ = "ledger_entries"
    __table_args__ = (
        Index("uq_ledger_entries_key", "tenant_id", "destination", "key", unique=True),
        Index("ix_ledger_entries_reference", "tenant_id", "destination", "reference"),
        Index("ix_ledger_entries_record", "tenant_id", "destination", "record_type", "record_id", "saved_at", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    tenant_id: Mapped[str]
    destination: Mapped[str]
    key: Mapped[str]
    record_type: Mapped[str]
    record_id: Mapped[str]
    saved_at: Mapped[datetime]
    reference: Mapped[str | None]
    link: Mapped[str | None]
    details: Mapped[dict[str, Any]]
    places: Mapped[dict[str, Any]]
    in_hand_until: Mapped[datetime | None]


@dataclass(frozen=True)
class Put:
    """What a system made of an email: its id there, a link to it, and the files that it refused, by their number.
    `original` is the place of the message as it came, where that is kept.
    """

    reference: str
    link: str | None = None
    refused: Mapping[int, Missing] = field(default_factory=dict)
    original: str | None = None


class Progress:
    """Where the files of one email are already, so that another attempt does not send them again."""

    def __init__(self, places: dict[str, str], note: Callable[[dict[str, str]], None]) -> None:
        self._places = places
        self._note = note

    def place(self, number: int | str, sha256: str) -> str | None:
        """`number` is "original" for the message as it came."""
        return self._places.get(f"{number} {sha256}") or None

    def note(self, number: int | str, sha256: str, place: str) -> None:
        """Written down at once: after a crash the file is not sent a second time. "" for what was taken away again."""
        self._places[f"{number} {sha256}"] = place
        self._note(self._places)


class LedgerDestination(Destination):
    """A system of one tenant that is reached over a network. A real one says how an email is put there, found again,
    taken off and read; the rest is here.
    """

    def __init__(self, name: str, title: str, tenant: str, engine: Engine) -> None:
        self.name, self.title, self.tenant = name, title, tenant
        self._engine = engine

    # What a system has to say

    def too_much(self, email: EmailToSave) -> Mapping[int, Missing]:
        """The files that the system would not take, by their number, as far as that is known without asking."""
        return {}

    @abstractmethod
    def put(self, email: EmailToSave, files: Sequence[tuple[int, FileToSave]], progress: Progress) -> Put:
        """Write the email to its record, with these of its files. Raises record_gone."""

    @abstractmethod
    def look_up(self, key: str) -> Put | None:
        """What an attempt of which the outcome is unknown made of the email with this key."""

    @abstractmethod
    def take_off(self, reference: str, files: Sequence[str]) -> None:
        """Take away an email and its files, by the places that were noted. That it is gone already is no error. Raises
        undo_refused.
        """

    @abstractmethod
    def read(self, reference: str) -> tuple[str, str | None]:
        """Text and HTML of an email as the system keeps it. Raises not_found."""

    @abstractmethod
    def read_file(self, place: str) -> BinaryIO:
        """The bytes of a file at a place that was noted. Raises not_found."""

    # Saving

    def save_email(self, tenant: str, email: EmailToSave) -> Saved:
        if not 0 < len(email.key) <= LONGEST_KEY or email.key != storable(email.key, LONGEST_KEY):
            raise invalid("The key of a save must be short text.")
        if tenant != self.tenant:
            raise not_found("The record is gone.", code="record_gone")
        too_much = self.too_much(email)
        email = replace(email, missing=(*email.missing, *too_much.values()))
        files = [(number, each) for number, each in enumerate(email.files) if number not in too_much]
        entry, is_new = self._begin(email, files)
        if entry.reference is not None:
            return _saved(entry, is_repeat=True)
        try:
            found = None if is_new else self.look_up(email.key)
            progress = Progress(dict(entry.places), lambda places: self._noted(entry.id, places))
            done = _with_its_files(found, entry) if found else self.put(email, files, progress)
        except DestinationError as error:
            self._gave_up(entry.id, forget=error.permanent and is_new)
            raise
        return _saved(self._finish(entry, done), is_repeat=found is not None)

    def find_saved(self, tenant: str, key: str) -> Saved | None:
        entry = self._entry(tenant, LedgerEntry.key == key)
        if entry is None:
            return None
        if entry.reference is None:
            found = self.look_up(key)
            if found is None:
                return None
            entry = self._finish(entry, _with_its_files(found, entry))
        return _saved(entry, is_repeat=True)

    def remove_email(self, tenant: str, reference: str) -> None:
        entry = self._entry(tenant, LedgerEntry.reference == reference)
        if entry is None:
            return
        self.take_off(reference, list(entry.places.values()))
        with self._transaction() as connection:
            connection.execute(delete(LedgerEntry).where(LedgerEntry.id == entry.id))

    # Reading

    def emails(self, tenant: str, type: str, id: str, limit: int = 20, cursor: str | None = None) -> Page[SavedEmail]:
        """What was saved from here. That emails came there on other ways is not known here."""
        record = self.get(tenant, type, id)
        wanted = select(LedgerEntry.__table__).where(
            *self._mine(tenant),
            LedgerEntry.record_type == record.type,
            LedgerEntry.record_id == record.id,
            LedgerEntry.reference.is_not(None),
        )
        if cursor is not None:
            saved_at, entry_id = place_of(cursor, str, str)
            place = tuple_(moment_of(str(saved_at)), identifier(str(entry_id)))
            wanted = wanted.where(tuple_(LedgerEntry.saved_at, LedgerEntry.id) < place)
        size = page_size(limit)
        with self._transaction() as connection:
            order = (LedgerEntry.saved_at.desc(), LedgerEntry.id.desc())
            rows = connection.execute(wanted.order_by(*order).limit(size + 1)).all()
        last = rows[size - 1] if len(rows) > size else None
        following = cursor_of(last.saved_at.isoformat(), str(last.id)) if last is not None else None
        return Page(tuple(_email_of(row) for row in rows[:size]), following)

    def email(self, tenant: str, reference: str) -> EmailContent:
        entry = self._saved_entry(tenant, reference)
        text, html = self.read(reference)
        to, cc, bcc = (tuple(Party(**each) for each in entry.details[name]) for name in ("to", "cc", "bcc"))
        return EmailContent(_email_of(entry), to, cc, bcc, text, html)

    def mime(self, tenant: str, reference: str) -> BinaryIO:
        entry = self._saved_entry(tenant, reference)
        original = entry.details.get("original")
        if original is None:
            raise not_found("The original of this email is not kept there.")
        return self.read_file(original)

    def attachment(self, tenant: str, reference: str, number: int) -> tuple[SavedFile, BinaryIO]:
        entry = self._saved_entry(tenant, reference)
        file = next((each for each in _email_of(entry).files if each.number == number), None)
        place = entry.places.get(f"{number} {file.sha256}") if file else None
        if file is None or place is None:
            raise not_found("There is no such file.")
        return file, self.read_file(place)

    # The table

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        with translated(), self._engine.begin() as connection:
            yield connection

    def _mine(self, tenant: str) -> tuple[ColumnElement[bool], ...]:
        return LedgerEntry.tenant_id == tenant, LedgerEntry.destination == self.name

    def _entry(self, tenant: str, condition: ColumnElement[bool]) -> Any:
        if tenant != self.tenant:
            return None
        with self._transaction() as connection:
            wanted = select(LedgerEntry.__table__).where(*self._mine(tenant), condition)
            return connection.execute(wanted).one_or_none()

    def _saved_entry(self, tenant: str, reference: str) -> Any:
        entry = self._entry(tenant, LedgerEntry.reference == storable(reference, LONGEST_LINE))
        if entry is None:
            raise not_found("There is no such email.")
        return entry

    def _begin(self, email: EmailToSave, files: Sequence[tuple[int, FileToSave]]) -> tuple[Any, bool]:
        """The entry, in hand for us unless it is saved already; and whether nobody tried before."""
        values = {
            "tenant_id": self.tenant,
            "destination": self.name,
            "key": email.key,
            "record_type": email.record_type,
            "record_id": email.record_id,
            "saved_at": email.saved_at,
            "details": {**_details(email), "files": [_file_json(*each) for each in files]},
            "in_hand_until": _soon(),
        }
        first = insert(LedgerEntry).values(id=uuid.uuid4(), places={}, **values).on_conflict_do_nothing()
        free = or_(LedgerEntry.in_hand_until.is_(None), LedgerEntry.in_hand_until < func.clock_timestamp())
        table = LedgerEntry.__table__
        with self._transaction() as connection:
            new = connection.execute(first.returning(table)).one_or_none()
            if new is not None:
                return new, True
            mine = (*self._mine(self.tenant), LedgerEntry.key == email.key)
            again = update(LedgerEntry).where(*mine, LedgerEntry.reference.is_(None), free).values(values)
            taken = connection.execute(again.returning(table)).one_or_none()
            entry = taken or connection.execute(select(table).where(*mine)).one_or_none()
        if entry is None or (taken is None and entry.reference is None):
            raise DestinationError("It is being saved there just now.", permanent=False, code="busy", retry_after=WAIT)
        return entry, False

    def _noted(self, id: uuid.UUID, places: dict[str, str]) -> None:
        with self._transaction() as connection:
            mine = update(LedgerEntry).where(LedgerEntry.id == id)
            connection.execute(mine.values(places=places, in_hand_until=_soon()))

    def _gave_up(self, id: uuid.UUID, forget: bool) -> None:
        """Another may try. What certainly left nothing behind is forgotten."""
        mine = LedgerEntry.id == id
        with self._transaction() as connection:
            if forget:
                connection.execute(delete(LedgerEntry).where(mine))
            else:
                connection.execute(update(LedgerEntry).where(mine).values(in_hand_until=None))

    def _finish(self, entry: Any, put: Put) -> Any:
        """The entry as it is now."""
        refused = [_missing_json(each) for each in put.refused.values()]
        late = {
            "files": [each for each in entry.details["files"] if each["number"] not in put.refused],
            "missing": [*entry.details["missing"], *refused],
            "original": put.original,
        }
        done = update(LedgerEntry).where(LedgerEntry.id == entry.id).returning(LedgerEntry.__table__)
        values = {"reference": put.reference, "link": put.link, "details": {**entry.details, **late}}
        with self._transaction() as connection:
            return connection.execute(done.values(in_hand_until=None, **values)).one()


def _with_its_files(found: Put, entry: Any) -> Put:
    """Of an attempt whose outcome was not known: which files are there is told by the places that it noted."""
    gaps = {
        each["number"]: Missing(each["name"], each["size"], "file_refused", f"{each['name']} was left out there.")
        for each in entry.details["files"]
        if not entry.places.get(f"{each['number']} {each['sha256']}")
    }
    original = found.original or entry.places.get(f"original {entry.details['mime_sha256']}") or None
    return replace(found, refused={**gaps, **found.refused}, original=original)


def _saved(entry: Any, is_repeat: bool) -> Saved:
    missing = tuple(Missing(**each) for each in entry.details["missing"])
    return Saved(entry.reference, entry.link, missing, is_repeat)


def _soon() -> ColumnElement[datetime]:
    return func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, IN_HAND)


def _details(email: EmailToSave) -> dict[str, Any]:
    return {
        "internet_message_id": storable_or_none(email.internet_message_id, LONGEST_LINE),
        "subject": _line(email.subject),
        "mailbox": _line(email.mailbox),
        "mailbox_kind": _line(email.mailbox_kind),
        "sent_by": _party(email.sent_by),
        "on_behalf_of": _party(email.on_behalf_of) if email.on_behalf_of else None,
        "saved_by": _party(email.saved_by),
        "saved_by_id": _line(email.saved_by_id),
        "how": _line(email.how),
        "sent_at": email.sent_at.isoformat() if email.sent_at else None,
        "received_at": email.received_at.isoformat() if email.received_at else None,
        "mime_sha256": email.mime.sha256 if email.mime else None,
        "mime_size": email.mime.size if email.mime else None,
        "preview": storable(email.preview, LONGEST_PREVIEW),
        "note": storable_or_none(email.note, LONGEST_LINE),
        "to": [_party(each) for each in email.to[:MOST_PARTIES]],
        "cc": [_party(each) for each in email.cc[:MOST_PARTIES]],
        "bcc": [_party(each) for each in email.bcc[:MOST_PARTIES]],
        "links": [{"name": _line(each.name), "url": storable(each.url, 4000)} for each in email.links],
        "missing": [_missing_json(each) for each in email.missing],
    }


def _email_of(entry: Any) -> SavedEmail:
    known = entry.details
    plain = ("internet_message_id", "subject", "mailbox", "mailbox_kind", "saved_by_id", "how", "mime_sha256")
    return SavedEmail(
        reference=entry.reference,
        record_type=entry.record_type,
        record_id=entry.record_id,
        saved_at=entry.saved_at,
        sent_by=Party(**known["sent_by"]),
        on_behalf_of=Party(**known["on_behalf_of"]) if known["on_behalf_of"] else None,
        saved_by=Party(**known["saved_by"]),
        mime_size=known["mime_size"],
        preview=known["preview"],
        note=known["note"],
        files=tuple(SavedFile(**each) for each in known["files"]),
        links=tuple(Link(**each) for each in known["links"]),
        missing=tuple(Missing(**each) for each in known["missing"]),
        sent_at=_moment_in(known["sent_at"]),
        received_at=_moment_in(known["received_at"]),
        **{name: known[name] for name in plain},
    )


def _moment_in(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _file_json(number: int, file: FileToSave) -> dict[str, Any]:
    return {
        "number": number,
        "name": _line(file.name),
        "content_type": _line(file.content_type),
        "size": file.size,
        "sha256": file.sha256,
        "is_inline": file.is_inline,
        "content_id": storable_or_none(file.content_id, LONGEST_LINE),
    }


def _line(text: str) -> str:
    return storable(text, LONGEST_LINE)


def _party(party: Party) -> dict[str, str]:
    return {"name": _line(party.name), "address": _line(party.address)}


def _missing_json(missing: Missing) -> dict[str, Any]:
    return {**asdict(missing), "name": _line(missing.name), "message": _line(missing.message)}
