"""A message as the rest of the service uses it: who, when, what, the files, and the hashes that tell it from others."""

import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from mmap import ACCESS_READ, mmap
from types import TracebackType
from typing import BinaryIO, Literal, cast

from server.mail.base import Address
from server.mail.mime import bodies
from server.mail.mime.addresses import addresses_of
from server.mail.mime.decoding import PieceReader, decode_charset, decode_transfer
from server.mail.mime.digest import content_digest, digest_without_structure
from server.mail.mime.headers import Headers, Source, TooComplex, date_of, first_headers, id_of, ids_of
from server.mail.mime.names import default_name, safe_name
from server.mail.mime.structure import Part, read_structure

LARGEST_MESSAGE = 150 * 1024 * 1024  # bytes; Exchange Online's own highest setting
LARGEST_BODY = 2 * 1024 * 1024  # bytes of text that are shown; the whole is in the MIME
_PIECE = 256 * 1024


@dataclass(frozen=True)
class Attachment:
    """A file, or a message within the message ("item"). Size in bytes once decoded; `name` is safe
    for a file system.
    """

    name: str
    content_type: str
    size: int
    sha256: str
    is_inline: bool
    content_id: str | None
    kind: Literal["file", "item"]
    _part: Part = field(repr=False)
    _source: Source = field(repr=False)

    def open(self) -> BinaryIO:
        """The decoded bytes, made while they are read. Only while the message itself is open."""
        return _reader(_decoded(self._source, self._part))


@dataclass(eq=False)
class MimeMessage:
    """A parsed message. It holds its file open: close it, or use it in a `with`.

    With `too_complex` set (a sentence), only the hashes, the size and, if they could be read, the headers are there.
    `content_digest` is the same for two copies of a message that travelled differently; see digest.py.
    """

    size: int
    mime_sha256: str
    content_digest: str
    too_complex: str | None
    subject: str
    from_: Address | None
    sender: Address | None
    to: list[Address]
    cc: list[Address]
    bcc: list[Address]
    date: datetime | None
    message_id: str | None
    in_reply_to: str | None
    references: tuple[str, ...]
    source: Source = field(repr=False)
    text: str = ""
    html: str | None = None
    is_body_cut: bool = False
    is_encrypted: bool = False
    meeting: str | None = None
    attachments: list[Attachment] = field(default_factory=list)

    def open(self) -> BinaryIO:
        """The message as it came, byte for byte."""
        return _reader(_pieces(self.source, 0, self.size))

    def close(self) -> None:
        if isinstance(self.source, mmap):
            self.source.close()

    def __enter__(self) -> "MimeMessage":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def open_message(file: str | os.PathLike[str] | BinaryIO) -> MimeMessage:
    """Read a message from a file on disk, by its path or opened in binary. Never raises because of what is in it."""
    if isinstance(file, str | os.PathLike):
        with open(file, "rb") as opened:
            return _read(_contents(opened))
    return _read(_contents(file))


def _contents(file: BinaryIO) -> Source:
    """The file mapped into memory, so that the system can drop its pages at will; its bytes when it is no real file."""
    try:
        number = file.fileno()
    except (OSError, AttributeError):
        file.seek(0)
        return file.read()
    file.flush()
    if os.fstat(number).st_size == 0:
        return b""
    return mmap(number, 0, access=ACCESS_READ)


def _read(source: Source) -> MimeMessage:
    mime_sha256 = _hash(_pieces(source, 0, len(source)))[1]
    try:
        if len(source) > LARGEST_MESSAGE:
            raise TooComplex("It is too large to be read.")
        root = read_structure(source)
    except TooComplex as reason:
        return _unread(source, mime_sha256, str(reason))
    hashes = {part: _hash(_decoded(source, part)) for part in _hashed(root)}
    message = _with_headers(root.headers, source, mime_sha256, content_digest(root, hashes))
    _add_content(message, root, hashes)
    return message


def _unread(source: Source, mime_sha256: str, reason: str) -> MimeMessage:
    headers, body = first_headers(source)
    digest = digest_without_structure(headers, _hash(_pieces(source, body, len(source))))
    message = _with_headers(headers, source, mime_sha256, digest)
    message.too_complex = reason
    return message


def _with_headers(headers: Headers, source: Source, mime_sha256: str, digest: str) -> MimeMessage:
    return MimeMessage(
        size=len(source),
        mime_sha256=mime_sha256,
        content_digest=digest,
        too_complex=None,
        subject=headers.text("subject"),
        from_=next(iter(_people(headers, "from")), None),
        sender=next(iter(_people(headers, "sender")), None),
        to=_people(headers, "to"),
        cc=_people(headers, "cc"),
        bcc=_people(headers, "bcc"),
        date=date_of(headers.first("date")),
        message_id=id_of(headers.first("message-id")),
        in_reply_to=id_of(headers.first("in-reply-to")),
        references=ids_of(headers.first("references")),
        source=source,
    )


def _people(headers: Headers, name: str) -> list[Address]:
    return [person for value in headers.every(name) for person in addresses_of(value)]


def _add_content(message: MimeMessage, root: Part, hashes: dict[Part, tuple[int, str]]) -> None:
    shown = bodies.bodies(root)
    plain, html = shown.get("text/plain"), shown.get("text/html")
    message.text = _text(message.source, plain) if plain else ""
    message.html = _text(message.source, html) if html else None
    message.is_body_cut = any(hashes[part][0] > LARGEST_BODY for part in (plain, html) if part)
    message.is_encrypted = bodies.is_encrypted(root)
    message.meeting = bodies.meeting_method(root)
    referenced = bodies.referenced_ids(message.html or "")
    for number, part in enumerate(bodies.attachments(root), start=1):
        size, sha256 = hashes[part]
        message.attachments.append(
            Attachment(
                name=safe_name(part.file_name) or default_name(part.content_type, number),
                content_type=part.content_type,
                size=size,
                sha256=sha256,
                is_inline=bodies.is_inline(part, referenced),
                content_id=bodies.content_id(part),
                kind="item" if part.is_message else "file",
                _part=part,
                _source=message.source,
            )
        )


def _hashed(root: Part) -> Iterator[Part]:
    """Everything whose bytes matter: leaves, also within attached messages, and the attached messages themselves."""
    for part in root.walk():
        if not part.children or (part.is_message and not part.is_within_message()):
            yield part


def _text(source: Source, part: Part) -> str:
    raw = bytearray()
    for piece in _decoded(source, part):
        raw += piece
        if len(raw) >= LARGEST_BODY:
            break
    return decode_charset(bytes(raw[:LARGEST_BODY]), part.parameter("charset"))


def _decoded(source: Source, part: Part) -> Iterator[bytes]:
    return decode_transfer(part.encoding, _pieces(source, part.body, part.end))


def _pieces(source: Source, start: int, end: int) -> Iterator[bytes]:
    for position in range(start, end, _PIECE):
        yield source[position : min(position + _PIECE, end)]


def _hash(pieces: Iterator[bytes]) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    for piece in pieces:
        size += len(piece)
        digest.update(piece)
    return size, digest.hexdigest()


def _reader(pieces: Iterator[bytes]) -> BinaryIO:
    return cast(BinaryIO, io.BufferedReader(PieceReader(pieces)))
