"""The referee of message identity: whether two messages with the same Message-ID are the same message.

It covers what the sender wrote: six header values as they stand, unfolded, and of every part its type, name
and decoded bytes. It leaves out what transport adds or changes: other headers, boundaries, transfer
encodings, Bcc. Line ends within a text are content: nobody on the way changes them without changing the text.
"""

import hashlib

from server.mail.mime.headers import Headers
from server.mail.mime.structure import Part

_IDENTITY = (
    "message-id", "from", "sender", "reply-to", "date", "subject", "to", "cc",
    "resent-from", "resent-to", "resent-date",
)  # fmt: skip


def content_digest(root: Part, hashes: dict[Part, tuple[int, str]]) -> str:
    """`hashes` has the size and the SHA-256 of each leaf's decoded bytes."""
    digest = hashlib.sha256()
    for part in root.walk():
        if part is root or (part.parent is not None and part.parent.holds_message):
            _add(digest, *_header_values(part.headers))
        if not part.children:
            size, sha256 = hashes[part]
            charset = part.parameter("charset") if part.content_type.startswith("text/") else None
            _add(digest, part.content_type, (charset or "").lower(), part.file_name or "", str(size), sha256)
        elif part.is_message:
            _add(digest, part.content_type, part.file_name or "")
    return digest.hexdigest()


def digest_without_structure(headers: Headers, body: tuple[int, str]) -> str:
    """For a message whose parts could not be read: the same headers, and its body as it was sent."""
    digest = hashlib.sha256()
    _add(digest, *_header_values(headers), str(body[0]), body[1])
    return digest.hexdigest()


def _header_values(headers: Headers) -> list[bytes]:
    values: list[bytes] = []
    for name in _IDENTITY:
        stated = headers.every(name)
        values += [name.encode(), str(len(stated)).encode(), *stated]
    return values


def _add(digest: "hashlib._Hash", *values: bytes | str) -> None:
    """Each value with its length before it, so that no two lists of values look the same."""
    for value in values:
        raw = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        digest.update(len(raw).to_bytes(8, "big"))
        digest.update(raw)
