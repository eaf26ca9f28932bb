"""The destination's interface over the built-in tables: one transaction for each call."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import BinaryIO

from sqlalchemy import Connection, Engine

from server.destinations.base import (
    Destination,
    EmailContent,
    EmailToSave,
    Page,
    Record,
    RecordType,
    Saved,
    SavedEmail,
    SavedFile,
    Suggestion,
)
from server.destinations.border import translated
from server.destinations.local import blobs, creating, emails, records


class LocalDestination(Destination):
    kind = records.NAME
    name = records.NAME
    title = "Affix records"

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with translated(), self._engine.begin() as connection:
            yield connection

    def types(self) -> tuple[RecordType, ...]:
        return records.TYPES

    def search(
        self, tenant: str, query: str, type: str | None = None, limit: int = 20, cursor: str | None = None
    ) -> Page[Record]:
        with self._transaction() as connection:
            return records.search(connection, tenant, query, type, limit, cursor)

    def find_by_addresses(self, tenant: str, addresses: Sequence[str]) -> list[Suggestion]:
        with self._transaction() as connection:
            return records.find_by_addresses(connection, tenant, addresses)

    def find_matches(self, tenant: str, addresses: Sequence[str]) -> dict[str, list[Suggestion]]:
        with self._transaction() as connection:
            return records.find_matches(connection, tenant, addresses)

    def find_by_numbers(self, tenant: str, text: str) -> list[Suggestion]:
        return self.find_by_numbers_of_each(tenant, [text])[text]

    def find_by_numbers_of_each(self, tenant: str, texts: Sequence[str]) -> dict[str, list[Suggestion]]:
        with self._transaction() as connection:
            return records.find_by_numbers_of_each(connection, tenant, texts)

    def get(self, tenant: str, type: str, id: str) -> Record:
        with self._transaction() as connection:
            return records.get(connection, tenant, type, id)

    def create(self, tenant: str, type: str, values: dict[str, str]) -> Record:
        kind = records.type_named(type)
        with self._transaction() as connection:
            record_id = creating.create(connection, tenant, kind, values)
            return records.get(connection, tenant, type, str(record_id))

    def save_email(self, tenant: str, email: EmailToSave) -> Saved:
        with self._transaction() as connection:
            return emails.save(connection, tenant, email)

    def find_saved(self, tenant: str, key: str) -> Saved | None:
        with self._transaction() as connection:
            return emails.find_saved(connection, tenant, key)

    def remove_email(self, tenant: str, reference: str) -> None:
        with self._transaction() as connection:
            emails.remove(connection, tenant, reference)

    def emails(self, tenant: str, type: str, id: str, limit: int = 20, cursor: str | None = None) -> Page[SavedEmail]:
        with self._transaction() as connection:
            record = records.get(connection, tenant, type, id)
            return emails.of_record(connection, tenant, record.id, limit, cursor)

    def email(self, tenant: str, reference: str) -> EmailContent:
        with self._transaction() as connection:
            return emails.read(connection, tenant, reference)

    def mime(self, tenant: str, reference: str) -> BinaryIO:
        with self._transaction() as connection:
            blob_id, size = emails.mime_blob(connection, tenant, reference)
        return blobs.reader(self._engine, blob_id, size)

    def attachment(self, tenant: str, reference: str, number: int) -> tuple[SavedFile, BinaryIO]:
        with self._transaction() as connection:
            file, blob_id = emails.file_blob(connection, tenant, reference, number)
        return file, blobs.reader(self._engine, blob_id, file.size)
