"""Whether the audit log is as it was written: each tenant's lines are a chain, of which nothing can be changed, taken
out or slipped in without all that follows being another chain.

The database's triggers write it (migration 0020): a link's `content` is the SHA-256 of its line or note as text, its
`digest` SHA-256(digest before || number as 8 bytes, big-endian || content), and the first one follows on
SHA-256("affix audit " + tenant). Here it is computed again, without those triggers. Whoever can write to the database
as they like could write another chain from some link on; so a link that was noted elsewhere can be asked for.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, and_, case, cast, exists, func, not_, select, text
from sqlalchemy.orm import Session

from server.db import Database
from server.errors import Invalid
from server.models import Activity, AuditEntry, AuditHead

BATCH = 5000  # links that are read at once
TRIMMED = "trimmed"  # the word of a note that everything up to `through` is forgotten; `digest` is that of `through`
MOST_TOLD = 20  # findings of one tenant

# With the moment in the same transaction as the note, to the letter what `_rows` computes again.
TELL = text(
    "SELECT append_to_audit(:tenant, moment, NULL, note, jsonb_build_array(CAST(:tenant AS text),"
    " to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US'), note)::text)"
    " FROM (SELECT clock_timestamp() AS moment, CAST(:note AS jsonb) AS note) told"
)


def _moment(at: Any) -> ColumnElement[str]:
    return func.to_char(func.timezone("UTC", at), 'YYYY-MM-DD"T"HH24:MI:SS.US')


# To the letter what migration 0020 has.
LINE = func.jsonb_build_array(
    Activity.tenant_id,
    Activity.id,
    _moment(Activity.at),
    Activity.what,
    Activity.person_id,
    Activity.save_id,
    Activity.detail,
    Activity.is_automatic,
)


@dataclass(frozen=True)
class Link:
    """Where a chain is: what an operator notes elsewhere. Written "number:digest", the digest in hexadecimal."""

    number: int
    digest: bytes

    def __str__(self) -> str:
        return f"{self.number}:{self.digest.hex()}"


@dataclass(frozen=True)
class Verified:
    """What became of a tenant's chain: its newest link, how many are there and since when, and what is wrong."""

    tenant_id: str
    head: Link | None
    links: int
    forgotten: int
    wrong: tuple[str, ...]


def read_link(written: str) -> Link:
    """Raises Invalid."""
    number, _, digest = written.partition(":")
    try:
        link = Link(int(number), bytes.fromhex(digest))
    except ValueError:
        raise Invalid("A link is written as its number, a colon and its digest.") from None
    if len(link.digest) != hashlib.sha256().digest_size:
        raise Invalid("The digest of a link has 64 digits.")
    return link


def tell(session: Session, tenant_id: str, what: str, **about: Any) -> None:
    """Chain what the operator did, or what was forgotten, as the last thing in the session's transaction."""
    session.flush()
    session.execute(TELL, {"tenant": tenant_id, "note": json.dumps({"what": what, **about})})


def hold(session: Session, tenant_id: str) -> None:
    """Nobody else adds to the tenant's chain until the session's transaction ends."""
    session.execute(select(AuditHead.number).where(AuditHead.tenant_id == tenant_id).with_for_update())


def notes(session: Session, tenant_id: str) -> list[tuple[int, datetime, dict[str, Any]]]:
    """What operators did and what was forgotten, the oldest first."""
    told = select(AuditEntry.number, AuditEntry.at, AuditEntry.note).where(
        AuditEntry.tenant_id == tenant_id, AuditEntry.note.is_not(None)
    )
    return [(number, at, note or {}) for number, at, note in session.execute(told.order_by(AuditEntry.number))]


def heads(database: Database) -> list[tuple[str, Link]]:
    with database.session() as session:
        found = session.scalars(select(AuditHead).order_by(AuditHead.tenant_id))
        return [(each.tenant_id, Link(each.number, each.digest)) for each in found]


def verify(database: Database, tenant_id: str, noted: Link | None = None) -> Verified:
    """Go through a tenant's whole chain as it is at this moment. `noted` is a link that it has to go through."""
    with (
        database.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection,
        connection.begin(),
    ):
        connection.execute(text("SET TRANSACTION READ ONLY"))
        return _Walk(connection, tenant_id, noted).through()


class _Walk:
    def __init__(self, connection: Connection, tenant_id: str, noted: Link | None) -> None:
        self._connection, self._tenant, self._noted = connection, tenant_id, noted
        self._wrong: list[str] = []
        self._links = 0

    def through(self) -> Verified:
        start = self._start()
        last = start
        if self._noted and self._noted.number == start.number:
            self._passes(start)
        for row in self._rows():
            last = self._follows(last, row)
        self._ends_at(last)
        self._has_every_line()
        head = last if last.number else None
        return Verified(self._tenant, head, self._links, start.number, tuple(self._wrong[:MOST_TOLD]))

    def _start(self) -> Link:
        """What the first link that is there follows on: what the newest note about forgotten ones says."""
        newest = (
            select(AuditEntry.note)
            .where(AuditEntry.tenant_id == self._tenant, AuditEntry.note["what"].astext == TRIMMED)
            .order_by(AuditEntry.number.desc())
            .limit(1)
        )
        note = self._connection.scalar(newest)
        if note:
            return Link(int(note["through"]), bytes.fromhex(note["digest"]))
        return Link(0, hashlib.sha256(b"affix audit " + self._tenant.encode()).digest())

    def _rows(self) -> Iterator[Any]:
        told = func.jsonb_build_array(AuditEntry.tenant_id, _moment(AuditEntry.at), AuditEntry.note)
        said = case((AuditEntry.note.is_not(None), cast(told, Text)), else_=cast(LINE, Text)).label("said")
        lines = and_(Activity.id == AuditEntry.activity_id, Activity.tenant_id == AuditEntry.tenant_id)
        query = (
            select(*AuditEntry.__table__.columns, Activity.id.label("line"), Activity.at.label("line_at"), said)
            .select_from(AuditEntry)
            .outerjoin(Activity, lines)
            .where(AuditEntry.tenant_id == self._tenant)
            .order_by(AuditEntry.number)
            .limit(BATCH)
        )
        # From the lowest number on: a link below the start would be one that the notes do not tell of.
        place = -1
        while rows := self._connection.execute(query.where(AuditEntry.number > place)).all():
            yield from rows
            place = rows[-1].number

    def _follows(self, last: Link, row: Any) -> Link:
        self._links += 1
        if row.number != last.number + 1:
            self._is_wrong(f"After {last.number} comes {row.number}: links are missing or too many.")
        if row.activity_id is not None and row.line is None:
            self._is_wrong(f"The line of link {row.number} is gone.")
        elif hashlib.sha256((row.said or "").encode()).digest() != row.content:
            self._is_wrong(f"The line of link {row.number} was changed.")
        elif row.line is not None and row.line_at != row.at:
            self._is_wrong(f"The time of link {row.number} was changed.")
        if hashlib.sha256(last.digest + row.number.to_bytes(8, "big") + row.content).digest() != row.digest:
            self._is_wrong(f"Link {row.number} does not follow on the one before it.")
        link = Link(row.number, row.digest)
        if self._noted and self._noted.number == link.number:
            self._passes(link)
        return link

    def _passes(self, link: Link) -> None:
        if self._noted and self._noted.digest != link.digest:
            self._is_wrong(f"Link {link.number} is not the one that was noted.")
        self._noted = None

    def _ends_at(self, last: Link) -> None:
        head = self._connection.execute(
            select(AuditHead.number, AuditHead.digest).where(AuditHead.tenant_id == self._tenant)
        ).one_or_none()
        if last.number == 0 and head is None:
            pass
        elif head is None or (head.number, head.digest) != (last.number, last.digest):
            self._is_wrong(f"The chain ends at {last.number}, and not where its newest link should be.")
        if self._noted and self._noted.number > last.number:
            self._is_wrong(f"The chain does not reach link {self._noted.number}, which was noted.")
        elif self._noted:
            self._is_wrong(f"Link {self._noted.number}, which was noted, is forgotten already: it tells nothing.")

    def _has_every_line(self) -> None:
        chained = exists().where(AuditEntry.activity_id == Activity.id, AuditEntry.tenant_id == Activity.tenant_id)
        loose = select(func.count()).select_from(Activity)
        count = self._connection.scalar(
            loose.where(Activity.tenant_id == self._tenant, not_(Activity.is_automatic), ~chained)
        )
        if count:
            self._is_wrong(f"{count} lines are in the log without being in the chain.")

    def _is_wrong(self, what: str) -> None:
        self._wrong.append(what)
