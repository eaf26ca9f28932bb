"""Who did what and when in a tenant: the lines of activity that people caused, without anything of their mail.

What rules did by themselves is not among them; that is in the activity of those who may read the mailbox.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, not_, or_, select, tuple_
from sqlalchemy.orm import Session, contains_eager

from server.activity import KIND_OF_PEOPLE, note_tenant, word
from server.administration.audit_words import CONVERSATION, words_of
from server.administration.csv_text import BOM, csv_row
from server.auth.callers import Caller
from server.clock import iso
from server.models import Activity, Person, Rule, RuleKind
from server.paging import cursor_of, read_place
from server.people import person_json, person_of
from server.services import Services

BATCH = 500  # lines of an export that are read at once
COLUMNS = ("Time (UTC)", "Person", "Address", "Kind", "What", "Mailbox", "Record", "Details")


@dataclass(frozen=True)
class Wanted:
    """Which lines: those between `since` and `until` (which is not in it), by one person, with these letters."""

    kind: str | None = None
    person: UUID | None = None
    q: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int = BATCH
    cursor: str | None = None


def find(services: Services, caller: Caller, wanted: Wanted) -> tuple[list[dict[str, Any]], str | None]:
    """A page, newest first."""
    return _page(services, caller.tenant_id, wanted)


def export(services: Services, caller: Caller, wanted: Wanted) -> Iterator[str]:
    """All of them as CSV (RFC 4180), a piece at a time. That this was asked for is the newest line."""
    asked = {
        name: value for name, value in asdict(wanted).items() if value is not None and name not in ("limit", "cursor")
    }
    with services.database.session.begin() as session:
        note_tenant(
            session, "audit_exported", person_of(session, caller), filters={k: str(v) for k, v in asked.items()}
        )
    return _pieces(services, caller.tenant_id, replace(wanted, limit=BATCH))


def _pieces(services: Services, tenant_id: str, wanted: Wanted) -> Iterator[str]:
    """Each piece is read in a transaction of its own, so that a slow reader holds nothing open."""
    yield BOM + csv_row(COLUMNS)
    more: str | None = ""
    while more is not None:
        found, more = _page(services, tenant_id, replace(wanted, cursor=more))
        if found:
            yield "".join(csv_row(_cells(each)) for each in found)


def _cells(line: dict[str, Any]) -> tuple[str, ...]:
    person, record = line["person"], line["record"]
    return (
        line["at"],
        person["name"],
        person["address"],
        line["kind"],
        line["what"],
        line["mailbox"] or "",
        record["name"] or record["id"] if record else "",
        line["words"],
    )


def _page(services: Services, tenant_id: str, wanted: Wanted) -> tuple[list[dict[str, Any]], str | None]:
    query = (
        select(Activity, KIND_OF_PEOPLE)
        .join(Activity.person)
        .where(Activity.tenant_id == tenant_id, not_(Activity.is_automatic), *_conditions(wanted))
        .options(contains_eager(Activity.person))
        .order_by(Activity.at.desc(), Activity.id.desc())
        .limit(wanted.limit + 1)
    )
    with services.database.session() as session:
        rows = [(line, kind) for line, kind in session.execute(query)]
        shown = rows[: wanted.limit]
        told = _titles_that_may_be_told(session, [line for line, _ in shown])
    last = shown[-1][0] if len(rows) > wanted.limit else None
    return [_json(line, kind, told) for line, kind in shown], cursor_of(last.at, f"a{last.id}") if last else None


def _conditions(wanted: Wanted) -> Iterable[ColumnElement[bool]]:
    after = read_place(wanted.cursor)
    if after:
        yield tuple_(Activity.at, Activity.id) < (after.at, after.number)
    if wanted.since:
        yield Activity.at >= wanted.since
    if wanted.until:
        yield Activity.at < wanted.until
    if wanted.person:
        yield Activity.person_id == wanted.person
    if wanted.kind:
        yield KIND_OF_PEOPLE == wanted.kind
    if wanted.q and wanted.q.strip():
        yield _names(wanted.q.strip())


def _names(q: str) -> ColumnElement[bool]:
    # The title of a rule may be the subject of a conversation, so it is not searched.
    title = and_(word("rule").is_(None), word("title").icontains(q, autoescape=True))
    texts = (Person.name, Person.address, word("mailbox"), word("name"), word("value"))
    return or_(title, *(each.icontains(q, autoescape=True) for each in texts))


def _titles_that_may_be_told(session: Session, lines: Sequence[Activity]) -> set[str]:
    """The ids of the rules among them that are not about a conversation, whose title is its subject."""
    ids = {UUID(line.detail["rule"]) for line in lines if line.detail.get("rule")}
    if not ids:
        return set()
    others = select(Rule.id).where(Rule.id.in_(ids), Rule.kind != RuleKind.conversation)
    return {str(each) for each in session.scalars(others)}


def _json(line: Activity, kind: str, told: set[str]) -> dict[str, Any]:
    detail = dict(line.detail)
    if detail.get("rule") and detail["rule"] not in told:
        detail["title"] = CONVERSATION
    person = line.person
    mailbox, record, name = (detail.pop(each, None) for each in ("mailbox", "record", "name"))
    return {
        "id": f"a{line.id}",
        "at": iso(line.at),
        "what": line.what,
        "kind": kind,
        "person": person_json(person),
        "mailbox": mailbox,
        "record": {"id": record, "name": name} if record else None,
        "words": words_of(
            line.what, person.name or person.address, {**detail, "mailbox": mailbox, "record": record, "name": name}
        ),
        "detail": detail,
    }
