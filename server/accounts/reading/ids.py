"""Ids of things that belong to a message: its text and its attachments. Each names its message too, so that one id is
enough to ask for it.
"""

import base64
import binascii

from server.errors import Invalid
from server.mail.graph.ids import rest_id

TEXT = "text"


def message_id(text: str) -> str:
    """An immutable id of Graph's, as it stands in addresses. Raises Invalid for what cannot be one."""
    found = rest_id(text, "immutable")
    if found is None:
        raise invalid()
    return found


def text_id(message: str) -> str:
    return part_id(message, TEXT)


def part_id(message: str, part: str) -> str:
    """Neither of the two has a slash."""
    return base64.urlsafe_b64encode(f"{message}/{part}".encode()).decode().rstrip("=")


def parts_of(text: str) -> tuple[str, str]:
    """The ids of the message and of its part. Raises Invalid for what did not come from `part_id`."""
    try:
        opened = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        raise invalid() from None
    message, _, part = opened.partition("/")
    if part_id(message, part) != text or rest_id(message, "immutable") is None or rest_id(part, "immutable") is None:
        raise invalid()
    return message, part


def invalid() -> Invalid:
    return Invalid("This is not an id of something in a mailbox.", code="InvalidId")
