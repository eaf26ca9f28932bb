"""Emails on the built-in records: row, message and files in one transaction."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, tuple_

from server.destinations.base import (
    DestinationError,
    EmailContent,
    EmailToSave,
    FileToSave,
    Link,
    MimeToSave,
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
)
from server.destinations.local import blobs
from server.destinations.local.tables import LocalEmail, LocalFile, LocalRecord

_LONGEST_KEY = 200
_LONGEST_LINE = 1000  # characters of a subject, a name, an address
_LONGEST_BODY = 2_000_000
_LONGEST_PREVIEW = 500
_MOST_PARTIES = 5000

_listed: list[ColumnElement[Any]] = [
    column for column in LocalEmail.__table__.columns if column.name not in ("text", "html", "to", "cc", "bcc")
]


def save(connection: Connection, tenant: str, email: EmailToSave) -> Saved:
    if not 0 < len(email.key) <= _LONGEST_KEY or email.key != storable(email.key, _LONGEST_KEY):
        raise invalid("The key of a save must be short text.")
    # A second saver of the same key waits here, instead of storing the whole message and failing at the end.
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{tenant} {email.key}", 0))))
    found = find_saved(connection, tenant, email.key)
    if found is not None:
        return found
    record_id = _held_record(connection, tenant, email)
    stored = _stored_blobs(connection, tenant, email)
    email_id = uuid4()
    connection.execute(insert(LocalEmail).values(id=email_id, **_row(tenant, email, record_id, stored)))
    files = [_file_row(email_id, number, file, stored) for number, file in enumerate(email.files)]
    if files:
        connection.execute(insert(LocalFile), files)
    return Saved(str(email_id), missing=tuple(email.missing))


def _held_record(connection: Connection, tenant: str, email: EmailToSave) -> UUID:
    wanted = select(LocalRecord.id).where(
        LocalRecord.tenant_id == tenant,
        LocalRecord.type == email.record_type,
        LocalRecord.id == identifier(email.record_id),
    )
    found = connection.scalar(wanted.with_for_update(read=True, key_share=True))
    if found is None:
        raise not_found("The record is gone.", code="record_gone")
    return found


def _stored_blobs(connection: Connection, tenant: str, email: EmailToSave) -> dict[str, UUID]:
    """The message and its files by their hash; in the order of the hashes, so savers never wait in a circle."""
    contents: dict[str, MimeToSave | FileToSave] = {file.sha256: file for file in email.files}
    if email.mime is not None:
        contents[email.mime.sha256] = email.mime
    return {
        sha256: blobs.put(connection, tenant, content.size, sha256, content.open)
        for sha256, content in sorted(contents.items())
    }


def _row(tenant: str, email: EmailToSave, record_id: UUID, stored: dict[str, UUID]) -> dict[str, Any]:
    return {
        "tenant_id": tenant,
        "key": email.key,
        "record_id": record_id,
        "internet_message_id": storable_or_none(email.internet_message_id, _LONGEST_LINE),
        "subject": _line(email.subject),
        "mailbox": _line(email.mailbox),
        "mailbox_kind": _line(email.mailbox_kind),
        "sent_by_name": _line(email.sent_by.name),
        "sent_by_address": _line(email.sent_by.address),
        "on_behalf_of": _parties([email.on_behalf_of] if email.on_behalf_of else []),
        "saved_by_id": _line(email.saved_by_id),
        "saved_by_name": _line(email.saved_by.name),
        "saved_by_address": _line(email.saved_by.address),
        "saved_at": email.saved_at,
        "how": _line(email.how),
        "sent_at": email.sent_at,
        "received_at": email.received_at,
        "to": _parties(email.to),
        "cc": _parties(email.cc),
        "bcc": _parties(email.bcc),
        "text": storable(email.text, _LONGEST_BODY),
        "html": storable_or_none(email.html, _LONGEST_BODY),
        "preview": storable(email.preview, _LONGEST_PREVIEW),
        "note": storable_or_none(email.note, _LONGEST_LINE),
        "links": [{"name": _line(link.name), "url": storable(link.url, 4000)} for link in email.links],
        "missing": [
            {**asdict(each), "name": _line(each.name), "message": _line(each.message)} for each in email.missing
        ],
        "mime_blob_id": stored[email.mime.sha256] if email.mime else None,
        "mime_sha256": email.mime.sha256 if email.mime else None,
        "mime_size": email.mime.size if email.mime else None,
    }


def _line(text: str) -> str:
    return storable(text, _LONGEST_LINE)


def _parties(parties: Sequence[Party]) -> list[dict[str, str]]:
    return [{"name": _line(each.name), "address": _line(each.address)} for each in parties[:_MOST_PARTIES]]


def _file_row(email_id: UUID, number: int, file: FileToSave, stored: dict[str, UUID]) -> dict[str, Any]:
    return {
        "email_id": email_id,
        "number": number,
        "name": _line(file.name),
        "content_type": _line(file.content_type),
        "size": file.size,
        "sha256": file.sha256,
        "is_inline": file.is_inline,
        "content_id": storable_or_none(file.content_id, _LONGEST_LINE),
        "blob_id": stored[file.sha256],
    }


def find_saved(connection: Connection, tenant: str, key: str) -> Saved | None:
    wanted = select(LocalEmail.id, LocalEmail.missing).where(LocalEmail.tenant_id == tenant, LocalEmail.key == key)
    row = connection.execute(wanted).one_or_none()
    return None if row is None else Saved(str(row.id), missing=_missing(row.missing), is_repeat=True)


def remove(connection: Connection, tenant: str, reference: str) -> None:
    """Take an email away, and the bytes that nothing else needs. Nothing happens when it is gone."""
    try:
        email_id = identifier(reference)
    except DestinationError:
        return
    files = select(LocalFile.blob_id).where(LocalFile.email_id == email_id)
    gone = delete(LocalEmail).where(LocalEmail.tenant_id == tenant, LocalEmail.id == email_id)
    file_blobs = set(connection.scalars(files))
    removed = connection.execute(gone.returning(LocalEmail.mime_blob_id)).one_or_none()
    if removed is not None:
        blobs.remove_unused(connection, file_blobs | ({removed.mime_blob_id} - {None}))


def of_record(connection: Connection, tenant: str, record_id: str, limit: int, cursor: str | None) -> Page[SavedEmail]:
    wanted = (
        select(*_listed, LocalRecord.type.label("record_type"))
        .join(LocalRecord, LocalRecord.id == LocalEmail.record_id)
        .where(LocalEmail.tenant_id == tenant, LocalEmail.record_id == identifier(record_id))
    )
    if cursor is not None:
        saved_at, email_id = place_of(cursor, str, str)
        wanted = wanted.where(
            tuple_(LocalEmail.saved_at, LocalEmail.id) < tuple_(moment_of(str(saved_at)), identifier(str(email_id)))
        )
    size = page_size(limit)
    rows = connection.execute(wanted.order_by(LocalEmail.saved_at.desc(), LocalEmail.id.desc()).limit(size + 1)).all()
    files = _files(connection, [row.id for row in rows[:size]])
    last = rows[size - 1] if len(rows) > size else None
    following = cursor_of(last.saved_at.isoformat(), str(last.id)) if last is not None else None
    return Page(tuple(_saved_email(row, files.get(row.id, [])) for row in rows[:size]), following)


def _files(connection: Connection, emails: list[UUID]) -> dict[UUID, list[SavedFile]]:
    rows = connection.execute(
        select(LocalFile.__table__).where(LocalFile.email_id.in_(emails)).order_by(LocalFile.email_id, LocalFile.number)
    )
    found: dict[UUID, list[SavedFile]] = {}
    for row in rows:
        found.setdefault(row.email_id, []).append(file_of(row))
    return found


def file_of(row: Any) -> SavedFile:
    return SavedFile(row.number, row.name, row.content_type, row.size, row.sha256, row.is_inline, row.content_id)


def _saved_email(row: Any, files: Sequence[SavedFile]) -> SavedEmail:
    return SavedEmail(
        reference=str(row.id),
        record_type=row.record_type,
        record_id=str(row.record_id),
        internet_message_id=row.internet_message_id,
        subject=row.subject,
        mailbox=row.mailbox,
        mailbox_kind=row.mailbox_kind,
        sent_by=Party(row.sent_by_name, row.sent_by_address),
        on_behalf_of=next(iter(_parties_of(row.on_behalf_of)), None),
        saved_by=Party(row.saved_by_name, row.saved_by_address),
        saved_by_id=row.saved_by_id,
        saved_at=row.saved_at,
        how=row.how,
        sent_at=row.sent_at,
        received_at=row.received_at,
        mime_sha256=row.mime_sha256,
        mime_size=row.mime_size,
        preview=row.preview,
        note=row.note,
        files=tuple(files),
        links=tuple(Link(**each) for each in row.links),
        missing=_missing(row.missing),
    )


def _missing(stored: list[dict[str, Any]]) -> tuple[Missing, ...]:
    return tuple(Missing(**each) for each in stored)


def _parties_of(stored: list[dict[str, Any]]) -> tuple[Party, ...]:
    return tuple(Party(**each) for each in stored)


def read(connection: Connection, tenant: str, reference: str) -> EmailContent:
    row = connection.execute(
        select(LocalEmail.__table__, LocalRecord.type.label("record_type"))
        .join(LocalRecord, LocalRecord.id == LocalEmail.record_id)
        .where(LocalEmail.tenant_id == tenant, LocalEmail.id == identifier(reference))
    ).one_or_none()
    if row is None:
        raise not_found("There is no such email.")
    files = _files(connection, [row.id]).get(row.id, [])
    to, cc, bcc = (_parties_of(each) for each in (row.to, row.cc, row.bcc))
    return EmailContent(_saved_email(row, files), to, cc, bcc, row.text, row.html)


def mime_blob(connection: Connection, tenant: str, reference: str) -> tuple[UUID, int]:
    """The blob of the message and its size."""
    wanted = select(LocalEmail.mime_blob_id, LocalEmail.mime_size).where(
        LocalEmail.tenant_id == tenant, LocalEmail.id == identifier(reference)
    )
    row = connection.execute(wanted).one_or_none()
    if row is None or row.mime_blob_id is None:
        raise not_found("There is no such email, or it was saved without its original.")
    return row.mime_blob_id, row.mime_size


def file_blob(connection: Connection, tenant: str, reference: str, number: int) -> tuple[SavedFile, UUID]:
    wanted = (
        select(LocalFile.__table__)
        .join(LocalEmail, LocalEmail.id == LocalFile.email_id)
        .where(LocalEmail.tenant_id == tenant, LocalEmail.id == identifier(reference), LocalFile.number == number)
    )
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise not_found("There is no such file.")
    return file_of(row), row.blob_id
