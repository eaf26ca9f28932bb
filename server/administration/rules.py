"""All rules of a tenant, whoever carries them, with what they saved. Of a conversation its subject is not told."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select, tuple_
from sqlalchemy.orm import Session

from server.auth.callers import Caller
from server.autopilot.overview import rule_json, without_subject
from server.autopilot.reach import holds_in, mailboxes_of
from server.clock import iso
from server.models import DONE, Mailbox, Person, Rule, RuleKind, RuleState, Save
from server.paging import cursor_of, read_cursor
from server.people import person_of
from server.services import Services

MOST_MAILBOXES = 50  # that are named of a rule for everywhere


def find(
    services: Services,
    caller: Caller,
    mailbox: str | None,
    state: str | None,
    q: str | None,
    limit: int,
    cursor: str | None,
) -> tuple[list[dict[str, Any]], str | None]:
    """A page, newest first; removed ones only when they are asked for."""
    with services.database.session.begin() as session:
        person = person_of(session, caller)
    after = read_cursor(cursor)
    with services.database.session() as session:
        conditions = [Rule.tenant_id == caller.tenant_id, _in_state(state)]
        if mailbox:
            conditions.append(_in_mailbox(session, caller.tenant_id, mailbox))
        if q:
            conditions.append(_named(q.strip()))
        if after:
            conditions.append(tuple_(Rule.created_at, Rule.id) < after)
        query = (
            select(Rule)
            .join(Rule.person)
            .outerjoin(Mailbox, Rule.mailbox_id == Mailbox.id)
            .where(*conditions)
            .order_by(Rule.created_at.desc(), Rule.id.desc())
        )
        rows = session.scalars(query.limit(limit + 1)).all()
        shown = _shown(services, session, rows[:limit], person)
    return shown, cursor_of(rows[-2].created_at, rows[-2].id) if len(rows) > limit else None


def _in_state(state: str | None) -> ColumnElement[bool]:
    return Rule.state == RuleState(state) if state else Rule.state != RuleState.removed


def _in_mailbox(session: Session, tenant_id: str, address: str) -> ColumnElement[bool]:
    mine = select(Mailbox.id).where(Mailbox.tenant_id == tenant_id, Mailbox.address == address.strip().lower())
    mailbox_id = session.scalar(mine)
    return holds_in([mailbox_id]) if mailbox_id else false()


def _named(q: str) -> ColumnElement[bool]:
    texts = (Rule.record_name, Person.name, Person.address, Mailbox.address, Mailbox.name)
    title = and_(
        Rule.kind != RuleKind.conversation,
        or_(Rule.title.icontains(q, autoescape=True), Rule.value.icontains(q, autoescape=True)),
    )
    return or_(title, *(each.icontains(q, autoescape=True) for each in texts))


def _shown(services: Services, session: Session, rules: Sequence[Rule], viewer: Person) -> list[dict[str, Any]]:
    ids = [each.id for each in rules]
    counted = select(Save.rule_id, func.count(), func.max(Save.saved_at)).where(Save.rule_id.in_(ids))
    of_rules = session.execute(counted.where(Save.state.in_(DONE)).group_by(Save.rule_id))
    saved: dict[UUID | None, tuple[int, Any]] = {rule_id: (count, last) for rule_id, count, last in of_rules}
    return [_rule_json(services, session, each, viewer, *saved.get(each.id, (0, None))) for each in rules]


def _rule_json(
    services: Services, session: Session, rule: Rule, viewer: Person, count: int, last: Any
) -> dict[str, Any]:
    shown = rule_json(services, rule, viewer)
    if rule.person_id != viewer.id:
        shown |= without_subject(rule)
    boxes = [rule.mailbox] if rule.mailbox else mailboxes_of(session, rule)
    return {
        **shown,
        "mailboxes": [{"address": each.address} for each in boxes[:MOST_MAILBOXES]],
        "mailboxCount": len(boxes),
        "saved": {"count": count, "lastAt": iso(last)},
    }
