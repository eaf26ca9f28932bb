"""Files of emails that were saved long ago: the originals and attachments go, the text stays on its record."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Engine, delete, exists, or_, select, update

from server.destinations.local import blobs
from server.destinations.local.tables import LocalEmail, LocalFile

BATCH = 50  # emails of one transaction
CODE = "files_forgotten"
ORIGINAL = "message.eml"


def forget_files(engine: Engine, tenant: str, before: datetime, days: int) -> int:
    """Of a tenant's emails that were saved before that moment. Each says from then on what is missing and why.
    Returns of how many.
    """
    count = 0
    for batch in _batches(engine, tenant, before):
        with engine.begin() as connection:
            count += sum(_forget(connection, each, days) for each in batch)
    return count


def _batches(engine: Engine, tenant: str, before: datetime) -> Iterator[list[UUID]]:
    wanted = select(LocalEmail.id).where(LocalEmail.tenant_id == tenant, LocalEmail.saved_at < before, _has_files())
    wanted = wanted.order_by(LocalEmail.id).limit(BATCH)
    batch: list[UUID] = []
    while True:
        with engine.connect() as connection:
            batch = list(connection.scalars(wanted.where(LocalEmail.id > batch[-1]) if batch else wanted))
        if not batch:
            return
        yield batch


def _has_files() -> ColumnElement[bool]:
    return or_(LocalEmail.mime_blob_id.is_not(None), exists().where(LocalFile.email_id == LocalEmail.id))


def _forget(connection: Connection, email_id: UUID, days: int) -> bool:
    wanted = select(LocalEmail.mime_blob_id, LocalEmail.mime_size, LocalEmail.missing)
    row = connection.execute(wanted.where(LocalEmail.id == email_id, _has_files()).with_for_update()).one_or_none()
    if row is None:
        return False  # taken off its record meanwhile
    gone = delete(LocalFile).where(LocalFile.email_id == email_id)
    files = connection.execute(
        gone.returning(LocalFile.number, LocalFile.name, LocalFile.size, LocalFile.blob_id)
    ).all()
    missing = [
        *row.missing,
        *(_line(each.name, each.size, days) for each in sorted(files, key=lambda file: file.number)),
    ]
    if row.mime_blob_id:
        missing.append(_line(ORIGINAL, row.mime_size, days))
    connection.execute(
        update(LocalEmail).where(LocalEmail.id == email_id).values(mime_blob_id=None, mime_size=None, missing=missing)
    )
    blobs.remove_unused(connection, {each.blob_id for each in files} | ({row.mime_blob_id} - {None}))
    return True


def _line(name: str, size: int | None, days: int) -> dict[str, Any]:
    said = f"{name} was kept for {days} days, as long as files are kept here."
    return {"name": name, "size": size, "code": CODE, "message": said}
