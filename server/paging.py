"""Cursors of lists that are ordered by time: opaque outside, the last row's time and id inside."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from server.errors import Invalid

LINE = re.compile(r"([a-z])([1-9][0-9]{0,9})", re.ASCII)
LARGEST = 2**31 - 1  # of an integer in PostgreSQL


@dataclass(frozen=True)
class Place:
    """Where a line stands in a list made of several tables: its moment, its table's letter and its number there."""

    at: datetime
    table: str
    number: int


def cursor_of(moment: datetime, row_id: UUID | str) -> str:
    return base64.urlsafe_b64encode(f"{moment.isoformat()}|{row_id}".encode()).decode()


def read_cursor(cursor: str | None) -> tuple[datetime, UUID] | None:
    """Raises Invalid for what did not come from `cursor_of`."""
    if not cursor:
        return None
    try:
        moment, row_id = _opened(cursor)
        return moment, UUID(row_id)
    except (binascii.Error, ValueError, UnicodeError):
        raise _invalid() from None


def read_place(cursor: str | None) -> Place | None:
    """As `read_cursor`, of a list whose ids are a letter and a number."""
    if not cursor:
        return None
    try:
        moment, line_id = _opened(cursor)
    except (binascii.Error, ValueError, UnicodeError):
        raise _invalid() from None
    line = line_of(line_id)
    if line is None or moment.tzinfo is None or not 1 < moment.year < 9999:
        raise _invalid()
    return Place(moment, *line)


def line_of(line_id: str) -> tuple[str, int] | None:
    """The letter and the number that such an id is made of; None for what is no such id."""
    found = LINE.fullmatch(line_id)
    return (found[1], int(found[2])) if found and int(found[2]) <= LARGEST else None


def _opened(cursor: str) -> tuple[datetime, str]:
    moment, _, row_id = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
    return datetime.fromisoformat(moment), row_id


def _invalid() -> Invalid:
    return Invalid("This is not a cursor of this list.", code="invalid_cursor")
