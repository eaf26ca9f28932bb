"""Who may see which backfills, in which order they are listed and how they are shown."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.orm import Session

from server.access import may_read, row_of_tenant
from server.auth.callers import Caller
from server.clock import iso
from server.errors import NotFound
from server.models import Backfill, BackfillState, Mailbox, Membership, Person, Rule, Save, SaveState
from server.paging import cursor_of, read_cursor
from server.people import person_json, person_of
from server.services import Services

SHOWN = (SaveState.queued, SaveState.saved, SaveState.partial, SaveState.failed, SaveState.undone)
ENDED = (BackfillState.done, BackfillState.undone)


def find(services: Services, caller: Caller, wanted: dict[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
    """Those in mailboxes that the caller may read and of rules that the caller carries; newest first."""
    with services.database.session.begin() as session:
        person = person_of(session, caller)
    query = select(Backfill).join(Backfill.rule).where(Backfill.tenant_id == caller.tenant_id)
    query = query.where(or_(Backfill.mailbox_id.in_(_readable(services, caller, person)), Rule.person_id == person.id))
    if wanted["rule"]:
        query = query.where(Backfill.rule_id == wanted["rule"])
    if wanted["mailbox"]:
        query = query.where(Backfill.mailbox.has(Mailbox.address == wanted["mailbox"].lower()))
    after, limit = read_cursor(wanted["cursor"]), wanted["limit"]
    if after:
        query = query.where(tuple_(Backfill.created_at, Backfill.id) < after)
    query = query.order_by(Backfill.created_at.desc(), Backfill.id.desc()).limit(limit + 1)
    with services.database.session() as session:
        found = list(session.scalars(query))
        shown = _all_json(session, found[:limit], person)
    return shown, cursor_of(found[-2].created_at, found[-2].id) if len(found) > limit else None


def _readable(services: Services, caller: Caller, person: Person) -> list[UUID]:
    # Only where there are some: each mailbox whose proof has aged costs a question to Graph.
    some = select(Backfill.mailbox_id).where(Backfill.tenant_id == caller.tenant_id)
    mine = select(Membership.mailbox_id).where(Membership.person_id == person.id, Membership.mailbox_id.in_(some))
    with services.database.session() as session:
        known = list(session.scalars(mine))
    return [each for each in known if may_read(services, caller, person, each)]


def one(services: Services, caller: Caller, backfill_id: UUID) -> dict[str, Any]:
    person, row = visible_backfill(services, caller, backfill_id)
    with services.database.session() as session:
        return backfill_json(session, row, person)


def visible_backfill(services: Services, caller: Caller, backfill_id: UUID) -> tuple[Person, Backfill]:
    person, row = row_of_tenant(services, caller, Backfill, backfill_id)
    if row.rule.person_id != person.id and not may_read(services, caller, person, row.mailbox_id):
        raise NotFound()
    return person, row


def backfill_json(session: Session, row: Backfill, viewer: Person) -> dict[str, Any]:
    return _all_json(session, [row], viewer)[0]


def _all_json(session: Session, rows: Sequence[Backfill], viewer: Person) -> list[dict[str, Any]]:
    saves: dict[UUID, Counter[SaveState]] = defaultdict(Counter)
    counted = select(Save.backfill_id, Save.state, func.count()).group_by(Save.backfill_id, Save.state)
    for backfill_id, state, count in session.execute(counted.where(Save.backfill_id.in_([each.id for each in rows]))):
        saves[UUID(str(backfill_id))][SaveState.queued if state == SaveState.saving else state] += count
    return [_json(each, saves[each.id], viewer) for each in rows]


def _json(row: Backfill, saves: Counter[SaveState], viewer: Person) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "rule": str(row.rule_id),
        "title": row.rule.title,
        "mailbox": {"id": str(row.mailbox_id), "address": row.mailbox.address},
        "state": row.state.value,
        "reason": row.reason,
        "since": iso(row.since),
        "until": iso(row.until),
        "position": iso(row.position),
        "progress": _progress(row),
        "seen": row.seen,
        "matched": row.matched,
        "saves": {each.value: saves[each] for each in SHOWN},
        "startedBy": person_json(row.person, viewer),
        "createdAt": iso(row.created_at),
        "finishedAt": iso(row.finished_at),
    }


def _progress(row: Backfill) -> float:
    """How much of the time was looked at: 0 to 1."""
    if row.state in ENDED or row.until == row.since:
        return 1.0
    return round((row.position - row.since) / (row.until - row.since), 3)
