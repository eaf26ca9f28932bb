"""Bytes in the database: written and read a megabyte at a time, each content once for each tenant."""

import hashlib
import io
from collections.abc import Callable, Collection
from typing import Any, BinaryIO, cast
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, delete, exists, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from server.destinations.base import DestinationError
from server.destinations.local.tables import LocalBlob, LocalEmail, LocalFile, LocalPiece

PIECE = 1024 * 1024  # bytes
_TRIES = 5


def put(connection: Connection, tenant: str, size: int, sha256: str, open_content: Callable[[], BinaryIO]) -> UUID:
    """Store this content, or find it stored. It cannot be removed before the transaction ends."""
    for _ in range(_TRIES):
        held = select(LocalBlob.id).where(LocalBlob.tenant_id == tenant, LocalBlob.sha256 == sha256)
        found = connection.scalar(held.with_for_update(read=True, key_share=True))
        if found is not None:
            return found
        new = upsert(LocalBlob).values(id=uuid4(), tenant_id=tenant, sha256=sha256, size=size)
        # When another transaction stores the same at this moment, this waits for it and then inserts nothing.
        blob_id = connection.scalar(new.on_conflict_do_nothing().returning(LocalBlob.id))
        if blob_id is not None:
            _write(connection, blob_id, size, sha256, open_content)
            return cast(UUID, blob_id)
    raise DestinationError("The record store is busy with the same file.", permanent=False, code="busy")


def _write(connection: Connection, blob_id: UUID, size: int, sha256: str, open_content: Callable[[], BinaryIO]) -> None:
    digest, written, number = hashlib.sha256(), 0, 0
    with open_content() as content:
        while piece := content.read(PIECE):
            digest.update(piece)
            written += len(piece)
            connection.execute(insert(LocalPiece).values(blob_id=blob_id, number=number, content=piece))
            number += 1
    if (written, digest.hexdigest()) != (size, sha256):
        raise DestinationError("A file changed while it was read.", permanent=False, code="content_changed")


def remove_unused(connection: Connection, candidates: Collection[UUID]) -> None:
    """Delete those of these that no email needs any more."""
    # The lock waits for savers that found a blob here and are about to refer to it; only then is it asked who does.
    # It goes in the same order as theirs, so that nobody waits in a circle.
    held = select(LocalBlob.id).where(LocalBlob.id.in_(candidates)).order_by(LocalBlob.sha256)
    connection.execute(held.with_for_update())
    connection.execute(
        delete(LocalBlob).where(
            LocalBlob.id.in_(candidates),
            ~exists().where(LocalEmail.mime_blob_id == LocalBlob.id),
            ~exists().where(LocalFile.blob_id == LocalBlob.id),
        )
    )


def reader(engine: Engine, blob_id: UUID, size: int) -> BinaryIO:
    """A file over a blob. No connection is held between two reads, however slow the reader is."""
    return cast(BinaryIO, io.BufferedReader(_BlobFile(engine, blob_id, size), PIECE))


class _BlobFile(io.RawIOBase):
    def __init__(self, engine: Engine, blob_id: UUID, size: int) -> None:
        self._engine, self._blob_id, self._size = engine, blob_id, size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        if self._position >= self._size:
            return 0
        number, offset = divmod(self._position, PIECE)
        piece = self._piece(number)[offset : offset + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def _piece(self, number: int) -> bytes:
        wanted = select(LocalPiece.content).where(LocalPiece.blob_id == self._blob_id, LocalPiece.number == number)
        with self._engine.connect() as connection:
            found = connection.scalar(wanted)
        if found is None:
            raise OSError("the email was removed while it was read")
        return found
