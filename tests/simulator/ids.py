"""Exchange's item ids: one key per item, spelled in five formats.

The REST spelling maps "/" to "-" and "+" to "_" of the base64 that EWS uses (the reverse of base64url), see
https://learn.microsoft.com/graph/outlook-immutable-id and .../api/user-translateexchangeids. The layout inside is ours.
Every id carries both special letters, and neighbouring items differ only in the case of letters, because real ids are
case-sensitive and hold both, and a client that forgets it should fail here.
"""

import base64
import binascii
import uuid
from dataclasses import dataclass

FORMATS = ("entryId", "ewsId", "immutableEntryId", "restId", "restImmutableEntryId")

_PROVIDER = bytes.fromhex("9a64c1d0e2f74b5c8d3e6f7081a2b3c4")
_REST = b"\x00\x03\x24\x00"
_IMMUTABLE = b"\x00\x09\x00\x2e"
_MARKER = b"\xfb\xef\xff"
_TAIL = b"\x00\x00"
_TO_REST = str.maketrans("/+", "-_")
_FROM_REST = str.maketrans("-_", "/+")


class Malformed(ValueError):
    """The text is no id of Exchange."""


@dataclass(frozen=True)
class ItemId:
    """What an id says: the mailbox, the item's (or folder's) key, and for an attachment the key of that too."""

    mailbox: uuid.UUID
    key: bytes
    immutable: bool = False
    attachment: bytes = b""

    def rest(self) -> str:
        return self.ews().translate(_TO_REST)

    def ews(self) -> str:
        return base64.b64encode(self._packed()).decode()

    def entry(self) -> str:
        """The binary form: url-safe base64 with the number of padding signs appended instead of them."""
        text = base64.urlsafe_b64encode(b"\x00\x00\x00\x00" + self._packed()).decode()
        return text.rstrip("=") + str(text.count("="))

    def _packed(self) -> bytes:
        if self.immutable:
            head = _IMMUTABLE + self.mailbox.bytes + _PROVIDER
        else:
            head = _REST + str(self.mailbox).encode() + b"\x00\x46\x00\x00\x00\x00\x00" + _PROVIDER
        return head + _MARKER + self.key + _TAIL + self.attachment


def parse_rest(text: str) -> ItemId:
    """The id as Graph takes it in an address. Raises Malformed."""
    if "/" in text or "+" in text:
        raise Malformed(text)
    return parse_ews(text.translate(_FROM_REST))


def parse_ews(text: str) -> ItemId:
    """The id as EWS and Office.js spell it. Raises Malformed."""
    try:
        return _unpacked(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError) as error:
        raise Malformed(text) from error


def parse_entry(text: str) -> ItemId:
    """The id in its binary form. Raises Malformed."""
    if text[-1:] not in {"0", "1", "2"}:
        raise Malformed(text)
    try:
        packed = base64.b64decode(text[:-1] + "=" * int(text[-1]), altchars=b"-_", validate=True)
        if packed[:4] != b"\x00\x00\x00\x00":
            raise Malformed(text)
        return _unpacked(packed[4:])
    except (binascii.Error, ValueError) as error:
        raise Malformed(text) from error


def item_key(seed: uuid.UUID, serial: int) -> bytes:
    """A key of 24 bytes; items 2n and 2n+1 get keys whose base64 is equal but for the case of letters."""
    shared = uuid.uuid5(seed, f"pair {serial // 2}").bytes + uuid.uuid5(seed, "store").bytes[:5]
    return shared + base64.b64decode("kLmN" if serial % 2 == 0 else "KlMn")


def folder_key(seed: uuid.UUID, serial: int) -> bytes:
    """A key of 8 bytes, which tells a folder from an item."""
    return uuid.uuid5(seed, f"folder {serial}").bytes[:8]


def attachment_key(number: int) -> bytes:
    """Which attachment of its item, as 20 bytes."""
    return b"\x01\x12\x00\x10\x00" + uuid.uuid5(uuid.NAMESPACE_OID, str(number)).bytes[:11] + number.to_bytes(4, "big")


def _unpacked(packed: bytes) -> ItemId:
    if packed[:4] == _IMMUTABLE:
        mailbox, rest = uuid.UUID(bytes=packed[4:20]), packed[20:]
    elif packed[:4] == _REST:
        mailbox, rest = uuid.UUID(packed[4:40].decode("ascii")), packed[47:]
    else:
        raise Malformed
    if rest[:16] != _PROVIDER or rest[16:19] != _MARKER:
        raise Malformed
    body = rest[19:]
    sizes = {26: (24, 0), 46: (24, 20), 10: (8, 0)}
    if len(body) not in sizes:
        raise Malformed
    key, attachment = sizes[len(body)]
    if body[key : key + 2] != _TAIL:
        raise Malformed
    return ItemId(mailbox, body[:key], packed[:4] == _IMMUTABLE, body[key + 2 : key + 2 + attachment])
