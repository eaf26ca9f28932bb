"""Files of submissions: in the database, in pieces, so that nobody ever holds one whole."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from server.db import Database
from server.errors import Invalid
from server.mail.graph.sending import LARGEST_FILE, RANGE, File
from server.models import SubmissionFile, SubmissionPiece

PIECE = RANGE
TOO_LARGE = "attachments: all files together may have 150 MB."


@dataclass(frozen=True)
class NewFile:
    """`content` gives its bytes; None for one of another message, `source` {"message", "attachment"}."""

    file: File
    content: Callable[[], Iterator[bytes]] | None = None
    source: dict[str, Any] | None = None


def store(session: Session, submission_id: UUID, files: Sequence[NewFile]) -> None:
    """Raises Invalid when they are too large."""
    left = LARGEST_FILE
    for position, new in enumerate(files):
        file_id = uuid4()
        row = SubmissionFile(
            id=file_id,
            submission_id=submission_id,
            position=position,
            name=new.file.name,
            content_type=new.file.content_type,
            is_inline=new.file.is_inline,
            content_id=new.file.content_id,
            size=0,
            source=new.source,
        )
        session.add(row)
        session.flush()
        if new.content is not None:
            size = _write(session, file_id, new.content(), left)
            left -= size
            session.execute(update(SubmissionFile).where(SubmissionFile.id == file_id).values(size=size))


def _write(session: Session, file_id: UUID, parts: Iterator[bytes], most: int) -> int:
    size, number, held = 0, 0, bytearray()
    for part in parts:
        held += part
        size += len(part)
        if size > most:
            raise Invalid(TOO_LARGE, code="too_large")
        while len(held) >= PIECE:
            _put(session, file_id, number, bytes(held[:PIECE]))
            number += 1
            del held[:PIECE]
    if held:
        _put(session, file_id, number, bytes(held))
    return size


def _put(session: Session, file_id: UUID, number: int, content: bytes) -> None:
    session.execute(insert(SubmissionPiece).values(file_id=file_id, number=number, content=content))


def of_submission(session: Session, submission_id: UUID) -> list[SubmissionFile]:
    mine = select(SubmissionFile).where(SubmissionFile.submission_id == submission_id)
    return list(session.scalars(mine.order_by(SubmissionFile.position)))


def forget(session: Session, submission_id: UUID) -> None:
    session.execute(delete(SubmissionFile).where(SubmissionFile.submission_id == submission_id))


def reader(database: Database, file_id: UUID) -> Callable[[int, int], bytes]:
    """Gives `length` bytes from `first` on. No connection is held in between."""

    def read(first: int, length: int) -> bytes:
        found = b""
        while len(found) < length:
            number, offset = divmod(first + len(found), PIECE)
            wanted = func.substr(SubmissionPiece.content, offset + 1, length - len(found))
            mine = SubmissionPiece.file_id == file_id, SubmissionPiece.number == number
            with database.session() as session:
                piece = session.scalar(select(wanted).where(*mine))
            if not piece:
                raise LookupError("a piece of a file is missing")
            found += bytes(piece)
        return found

    return read
