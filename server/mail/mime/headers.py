"""Header blocks as they stand in the source, and what their values mean.

Values are kept as bytes: names and subjects arrive as encoded words (RFC 2047), as parameter values (RFC 2231), as raw
UTF-8 (RFC 6532) or in a character set that nobody names. Every pattern is linear; long values are cut before decoding.
"""

import binascii
import email.utils
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import Message
from itertools import islice
from mmap import mmap

from server.mail.mime.decoding import decode_charset

Source = mmap | bytes
LARGEST_BLOCK = 512 * 1024  # bytes of headers
MOST_LINES = 10_000
LONGEST_TEXT = 8192  # characters of a subject, a name or a list of parameters; more is not mail
LONGEST_ID = 998  # a line of a message (RFC 5322, 2.1.1)
MOST_REFERENCES = 200

_LINE = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_FIELD_START = re.compile(rb"\A(?:[!-9;-~]*+[ \t]*+:|[ \t]|[\r\n])")
_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?([^\r\n]{0,500}?)\?=")
_ID = re.compile(r"<[^<>\s]{1,996}>")


class TooComplex(Exception):
    """The message is beyond a limit; the sentence says which."""


class Headers:
    """The fields of one part in their order: lower-case names and unfolded values."""

    def __init__(self, fields: list[tuple[str, bytes]]) -> None:
        self.fields = fields

    def first(self, name: str) -> bytes:
        """The first value of that name; empty when there is none."""
        return next((value for field, value in self.fields if field == name), b"")

    def every(self, name: str) -> list[bytes]:
        return [value for field, value in self.fields if field == name]

    def text(self, name: str) -> str:
        """A value as a person reads it."""
        return decode_words(present(self.first(name)))


def read_headers(source: Source, start: int, limit: int, largest: int = LARGEST_BLOCK) -> tuple[Headers, int]:
    """The header block at `start` and where the body begins. A line that is no field begins the body, as in `email`.

    Raises TooComplex when it is larger than that many bytes or has too many lines.
    """
    fields: list[tuple[str, list[bytes]]] = []
    position, line = start, b""
    for number, line in enumerate(_header_lines(source, start, min(limit, start + largest))):
        if number >= MOST_LINES:
            raise TooComplex("It has too many headers.")
        position += len(line)
        _add_line(fields, line)
    is_ended = position > start and not line.strip(b"\r\n")
    if not is_ended and start + largest < limit and _is_cut(source, position, start + largest):
        raise TooComplex("Its headers are longer than can be read.")
    return Headers([(name, b"".join(lines).strip()) for name, lines in fields]), position


def first_headers(source: Source) -> tuple[Headers, int]:
    """As much of the message's own headers as can be read, however many there are, and where they or we end."""
    fields: list[tuple[str, list[bytes]]] = []
    position = 0
    for line in islice(_header_lines(source, 0, min(len(source), LARGEST_BLOCK)), MOST_LINES):
        position += len(line)
        _add_line(fields, line)
    return Headers([(name, b"".join(lines).strip()) for name, lines in fields]), position


def _add_line(fields: list[tuple[str, list[bytes]]], line: bytes) -> None:
    name, colon, value = line.partition(b":")
    if line[:1] in (b" ", b"\t"):
        if fields:
            fields[-1][1].append(line.rstrip(b"\r\n"))
    elif colon and name:
        fields.append((name.decode("ascii", "replace").strip().lower(), [value.rstrip(b"\r\n")]))


def _is_cut(source: Source, position: int, limit: int) -> bool:
    """Whether a field begins at this position and does not end before the limit."""
    line = _LINE.match(source, position, limit)
    return line is not None and line.end() == limit and bool(_FIELD_START.match(line.group()[:LONGEST_ID] or b" "))


def _header_lines(source: Source, start: int, limit: int) -> Iterator[bytes]:
    """The lines of the block with the empty one that ends it. A mailbox file's "From " line may come first."""
    for found in _LINE.finditer(source, start, limit):
        line = found.group()
        is_postmark = found.start() == start and line.startswith(b"From ")
        if not line or not (is_postmark or _FIELD_START.match(line)):
            return
        yield line if not is_postmark else line.replace(b":", b" ")
        if not line.strip(b"\r\n"):
            return


def present(raw: bytes) -> str:
    """Header bytes as text: UTF-8 when they are, else as Windows wrote them."""
    return decode_charset(raw[: LONGEST_TEXT * 4], None)


def decode_words(text: str) -> str:
    """Encoded words become text; blanks between two of them are no part of it (RFC 2047, 6.2)."""
    if "=?" not in text:
        return text.strip()
    text = text[:LONGEST_TEXT]
    pieces: list[str] = []
    pending: tuple[str, bytes] | None = None
    position = 0
    for word in _WORD.finditer(text):
        between = text[position : word.start()]
        charset, raw = word[1].split("*")[0].lower(), _word_bytes(word[2], word[3])
        if pending and pending[0] == charset and not between.strip():
            pending = (charset, pending[1] + raw)  # a character may be split between two words
        else:
            pieces += [_pending_text(pending), between if between.strip() or pending is None else ""]
            pending = (charset, raw)
        position = word.end()
    return "".join([*pieces, _pending_text(pending), text[position:]]).strip()


def _pending_text(pending: tuple[str, bytes] | None) -> str:
    return decode_charset(pending[1], pending[0]) if pending else ""


def _word_bytes(encoding: str, encoded: str) -> bytes:
    raw = encoded.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    try:
        return binascii.a2b_base64(raw.rstrip(b"=") + b"==")
    except binascii.Error:
        return raw


def parameters(raw: bytes) -> tuple[str, dict[str, str]]:
    """The first word of a Content-Type or Content-Disposition, lower-case, and its parameters, decoded."""
    # Latin-1 keeps every byte, whatever the sender meant; `present` finds out afterwards.
    carrier = Message()
    carrier["Content-Type"] = raw[:LONGEST_TEXT].decode("latin-1").replace("\r", " ").replace("\n", " ")
    found = carrier.get_params(failobj=[("", "")])
    values: dict[str, str] = {}
    for name, value in found[1:]:
        values.setdefault(name.lower(), _parameter_text(value))
    return "".join(found[0][0].lower().split()[:1]), values


def _parameter_text(value: str | tuple[str | None, str | None, str]) -> str:
    if isinstance(value, tuple):
        return decode_charset(value[2].encode("latin-1", "replace"), value[0])
    return decode_words(present(value.encode("latin-1", "replace")))


def boundary_of(raw: bytes) -> bytes | None:
    """The boundary of a multipart, byte by byte as it was sent."""
    carrier = Message()
    carrier["Content-Type"] = raw[:LONGEST_TEXT].decode("latin-1").replace("\r", " ").replace("\n", " ")
    found = carrier.get_boundary()
    return None if found is None else found.encode("latin-1", "replace")


def date_of(raw: bytes) -> datetime | None:
    """An aware moment in UTC, or None when nobody can tell. A date without a zone is taken as UTC."""
    try:
        found = email.utils.parsedate_to_datetime(present(raw)[:200])
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def id_of(raw: bytes) -> str | None:
    """A message id with its angle brackets, or whatever stands in its place."""
    text = present(raw).strip()[:LONGEST_ID]
    found = _ID.search(text)
    return found.group() if found else text or None


def ids_of(raw: bytes) -> tuple[str, ...]:
    return tuple(_ID.findall(present(raw))[:MOST_REFERENCES])
