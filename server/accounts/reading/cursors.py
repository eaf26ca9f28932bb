"""Cursors of message lists: opaque outside; inside, Graph's link to the next page and how many messages came before it.

A cursor is good for the account, the folder, the page size and the search for which it was given, and for nothing else.
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass

from server.errors import Invalid
from server.settings import Settings

MAC_BYTES = 16
MOST_BEFORE = 2**31 - 1


@dataclass(frozen=True)
class Cursor:
    """`link` leads to the page; where it is "", `before` messages are skipped."""

    before: int
    link: str = ""


class Cursors:
    """For one list: `about` is all that tells it from others."""

    def __init__(self, settings: Settings, *about: object) -> None:
        secrets = (each.get_secret_value().encode() for each in settings.secret_keys)
        self._keys = [hashlib.sha256(b"affix cursor key\0" + each).digest() for each in secrets]
        self._about = json.dumps(about, default=str).encode()

    def write(self, cursor: Cursor) -> str:
        text = json.dumps([cursor.before, cursor.link], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(self._mac(self._keys[0], text) + text).decode().rstrip("=")

    def read(self, text: str) -> Cursor:
        """Raises Invalid for what did not come from `write` for the same list."""
        try:
            opened = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
            mac, content = opened[:MAC_BYTES], opened[MAC_BYTES:]
            if any(hmac.compare_digest(mac, self._mac(key, content)) for key in self._keys):
                before, link = json.loads(content)
                return Cursor(int(before), str(link))
        except (binascii.Error, ValueError):
            pass
        raise Invalid("This is not a cursor of this list. Begin at the first page.", code="InvalidCursor")

    def _mac(self, key: bytes, text: bytes) -> bytes:
        return hmac.digest(key, self._about + b"\0" + text, "sha256")[:MAC_BYTES]
