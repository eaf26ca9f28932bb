"""Transfer encodings and character sets, decoded in pieces, so that a big part never lies in memory as a whole.

Broken encodings give what can be saved of them, as Python's `email` package does: nothing here raises.
"""

import binascii
import codecs
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_LONG_PADDING = re.compile(rb"={3,}")
_QUADS = re.compile(rb"\A(?:=*+[^=]=*+[^=]=?[^=]{2})*+")  # padding signs that end nothing are passed over
_PADDED_QUAD = re.compile(rb"\A=*+[^=]=*+[^=](?:==|=?[^=]=)")
_UU_BEGIN = re.compile(rb"(?:\A|[\r\n])begin [0-7]{1,6} [^\r\n]*(?:\r\n|\r|\n)")
_UU_WINDOW = 65536
_UU_LINES = 450_000  # of 45 bytes each: more than the biggest message that is taken
_QP_WINDOW = 1024 * 1024

# What senders mean when they name a smaller or unregistered character set (WHATWG Encoding Standard, "labels").
_CHARSETS = {
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "windows-874": "cp874",
    "x-mac-roman": "mac_roman",
    "unicode-1-1-utf-7": "utf-7",
}
# Not character sets of mail, though Python knows them by name: escapes, or slower than linear.
_REFUSED_CODECS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}


def decode_transfer(encoding: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The decoded bytes of a part. An unknown encoding means that the bytes stand as they are (RFC 2045, 6.4)."""
    if encoding == "base64":
        return _base64(pieces)
    if encoding == "quoted-printable":
        return _quoted_printable(pieces)
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        return _uuencode(pieces)
    return iter(pieces)


def decode_charset(raw: bytes, charset: str | None) -> str:
    """Text by the charset that the sender names, else by the one that fits. Unreadable bytes become U+FFFD."""
    named = _codec(charset)
    for codec in (named, "utf-8"):
        if codec and codec != "ascii":
            try:
                return raw.decode(codec)
            except (UnicodeError, ValueError):
                continue
    return raw.decode(named if named not in (None, "ascii", "utf-8") else "cp1252", errors="replace")


def _codec(charset: str | None) -> str | None:
    if not charset or len(charset) > 40 or not charset.isascii() or "\0" in charset:
        return None
    name = charset.strip().lower()
    try:
        found = codecs.lookup(_CHARSETS.get(name, name))
    except LookupError:
        return None
    is_text: bool = getattr(found, "_is_text_encoding", True)
    refused = not is_text or found.name.replace("-", "_") in _REFUSED_CODECS
    return None if refused else found.name


def _base64(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Ignores foreign characters and stops at the first complete padding, as `binascii` does on a whole text."""
    waiting = b""
    for piece in pieces:
        text = waiting + piece.translate(None, _NOT_BASE64)
        if b"=" not in text:
            whole = len(text) - len(text) % 4
            yield binascii.a2b_base64(text[:whole])
            waiting = text[whole:]
            continue
        text = _LONG_PADDING.sub(b"==", text)
        whole = _QUADS.match(text).end()  # type: ignore[union-attr]  # it matches the empty text too
        yield binascii.a2b_base64(text[:whole].replace(b"=", b""))
        waiting = text[whole:]
        if end := _PADDED_QUAD.match(waiting):
            yield _base64_rest(end.group().replace(b"=", b""))
            return
    yield _base64_rest(waiting.replace(b"=", b""))


def _base64_rest(letters: bytes) -> bytes:
    """Two or three letters without their padding still hold a byte or two; a single letter holds none."""
    if len(letters) < 2:
        return b""
    return binascii.a2b_base64(letters + b"=" * (4 - len(letters)))


def _quoted_printable(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Cut after line ends, or before an escape when a line never ends: no escape spans two calls."""
    waiting = b""
    for piece in pieces:
        text = waiting + piece
        end = text.rfind(b"\n") + 1
        if not end and len(text) > _QP_WINDOW:
            end = text.find(b"=", len(text) - 3) if b"=" in text[-3:] else len(text)
        yield binascii.a2b_qp(text[:end])
        waiting = text[end:]
    yield binascii.a2b_qp(waiting)


def _uuencode(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The first file in the text. Text without a "begin" line is no uuencode and stands as it is."""
    source = iter(pieces)
    head = b""
    for piece in source:
        head += piece
        if _UU_BEGIN.search(head) or len(head) > _UU_WINDOW:
            break
    begin = _UU_BEGIN.search(head)
    if begin is None:
        yield head
        yield from source
        return
    left = _UU_LINES
    for lines in _lines(head[begin.end() :], source):
        end = next((number for number, line in enumerate(lines) if line[:3] == b"end" and line.strip() == b"end"), None)
        yield b"".join(map(_uu_line, lines[: min(left, len(lines) if end is None else end)]))
        left -= len(lines)
        if end is not None or left <= 0:
            return


def _lines(head: bytes, rest: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Whole lines, as many as a piece has."""
    for piece in rest:
        *lines, head = (head[:_UU_WINDOW] + piece).split(b"\n")
        yield lines
    yield head.split(b"\n")


def _uu_line(line: bytes) -> bytes:
    """Some encoders pad lines wrongly: then the length that the first character announces decides."""
    line = line.rstrip(b"\r")
    if not line:
        return b""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        length = (((line[0] - 32) & 63) * 4 + 5) // 3
    try:
        return binascii.a2b_uu(line[:length])
    except binascii.Error:
        return b""


class PieceReader(io.RawIOBase):
    """A readable binary file over pieces that are made only when they are read."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(buffer), len(self._rest))
        buffer[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count
