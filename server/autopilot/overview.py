"""Who may see which rules, in which order they are listed and how they are shown."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, tuple_
from sqlalchemy.orm import Session

from server.access import enter, may_read, row_of_tenant
from server.auth.callers import Caller
from server.autopilot.matching import Seen, looks_for
from server.autopilot.reach import holds_in, mailboxes_of, rules_in
from server.clock import iso
from server.errors import NotFound
from server.licensing import license_json
from server.mailboxes import attachments_of
from server.models import Mailbox, Membership, Person, Rule, RuleKind, RuleMessage, RuleState
from server.paging import cursor_of, read_cursor
from server.people import person_json, person_of
from server.services import Services


def find(
    services: Services, caller: Caller, mailbox: str | None, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """The rules of the mailboxes that the caller may read, and those that the caller carries; newest first."""
    after = read_cursor(cursor)
    with services.database.session.begin() as session:
        person = person_of(session, caller)
    conditions = [Rule.state != RuleState.removed, _within_reach(services, caller, person, mailbox)]
    if after:
        conditions.append(tuple_(Rule.created_at, Rule.id) < after)
    query = select(Rule).where(Rule.tenant_id == caller.tenant_id, *conditions)
    with services.database.session() as session:
        found = list(session.scalars(query.order_by(Rule.created_at.desc(), Rule.id.desc()).limit(limit + 1)))
        shown = [full_json(services, session, each, person) for each in found[:limit]]
    return shown, cursor_of(found[-2].created_at, found[-2].id) if len(found) > limit else None


def _within_reach(services: Services, caller: Caller, person: Person, address: str | None) -> ColumnElement[bool]:
    """Raises NotFound for a mailbox that the caller may not read, as for one that is not there."""
    if address is not None:
        mailbox = enter(services, caller, address)
        if mailbox is None:
            raise NotFound()
        return holds_in([mailbox.id])
    return or_(holds_in(readable(services, caller, person)), Rule.person_id == person.id)


def readable(services: Services, caller: Caller, person: Person) -> list[UUID]:
    """The mailboxes with rules that the caller may read. Only those: a proof that aged costs a question to Graph."""
    rules = select(Rule.id).where(Rule.tenant_id == caller.tenant_id, Rule.state != RuleState.removed)
    with services.database.session() as session:
        mine = list(session.scalars(select(Membership.mailbox_id).where(Membership.person_id == person.id)))
        with_rules = [each for each in mine if session.scalar(rules.where(holds_in([each])).limit(1))]
    return [each for each in with_rules if may_read(services, caller, person, each)]


def one(services: Services, caller: Caller, rule_id: UUID) -> dict[str, Any]:
    person, rule = visible(services, caller, rule_id)
    with services.database.session() as session:
        return full_json(services, session, session.get_one(Rule, rule.id), person)


def visible(services: Services, caller: Caller, rule_id: UUID) -> tuple[Person, Rule]:
    """The rule, if the caller carries it or may read a mailbox where it holds. Else there is no such rule."""
    person, rule = row_of_tenant(services, caller, Rule, rule_id)
    if rule.person_id == person.id:
        return person, rule
    if rule.mailbox is not None:
        if not enter(services, caller, rule.mailbox.address):
            raise NotFound()
        return person, rule
    with services.database.session() as session:
        held = {each.id for each in mailboxes_of(session, rule)}
    if held.isdisjoint(readable(services, caller, person)):
        raise NotFound()
    return person, rule


def looking_for(session: Session, mailbox: Mailbox, seen: Seen) -> list[Rule]:
    """The rules that hold in a mailbox and that a message is a case for, whatever state they are in."""
    rules = rules_in(session, mailbox)
    messages = messages_of(session, rules, seen.message_ids)
    return [each for each in rules if looks_for(each, seen, messages)]


def messages_of(session: Session, rules: Sequence[Rule], message_ids: Iterable[str]) -> dict[UUID, set[str]]:
    """Which of the Message-IDs belong to the conversation of which rule."""
    conversations = [each.id for each in rules if each.kind == RuleKind.conversation]
    found: dict[UUID, set[str]] = {}
    if not conversations:
        return found
    query = select(RuleMessage.rule_id, RuleMessage.internet_message_id).where(
        RuleMessage.rule_id.in_(conversations), RuleMessage.internet_message_id.in_(list(message_ids))
    )
    for rule_id, message_id in session.execute(query):
        found.setdefault(rule_id, set()).add(message_id)
    return found


def full_json(services: Services, session: Session, rule: Rule, viewer: Person) -> dict[str, Any]:
    """As `rule_json`; of a rule for everywhere also the mailboxes where it holds, with their licence. Of somebody
    else's rule only those that the viewer uses too: which others that person may read is nobody's business.
    """
    shown = rule_json(services, rule, viewer)
    if rule.mailbox is None:
        shown["mailboxes"] = [
            {"address": each.address, "license": license_json(services, session, each)["state"]}
            for each in mailboxes_of(session, rule)
            if rule.person_id == viewer.id or session.get(Membership, (each.id, viewer.id)) is not None
        ]
    elif rule.person_id != viewer.id and session.get(Membership, (rule.mailbox.id, viewer.id)) is None:
        shown |= without_subject(rule)
    return shown


def without_subject(rule: Rule) -> dict[str, str]:
    """What is shown in place of a conversation's subject to who may change the rule, but not read the mailbox."""
    return {"title": rule.plain_title, "value": ""} if rule.kind == RuleKind.conversation else {}


def rule_json(services: Services, rule: Rule, viewer: Person) -> dict[str, Any]:
    mailbox, is_match = rule.mailbox, rule.kind == RuleKind.match
    record = {
        "destination": rule.destination,
        "type": rule.record_type,
        "id": rule.record_id,
        "name": rule.record_name,
    }
    shown = {
        "id": str(rule.id),
        "kind": rule.kind.value,
        "scope": rule.scope.value,
        "value": rule.value,
        "title": rule.title,
        "mailbox": {"id": str(mailbox.id), "address": mailbox.address, "name": mailbox.name} if mailbox else None,
        "record": None if is_match else record,
        "state": rule.state.value,
        "reason": rule.reason,
        "reasonCode": rule.reason_code,
        "attachments": attachments_of(services, mailbox, rule.attachments["mode"]),
        "internalToo": rule.internal_too,
        "privateToo": rule.private_too,
        "byApplication": rule.by_application,
        "madeBy": person_json(rule.maker, viewer),
        "carriedBy": person_json(rule.person, viewer),
        "mayRemove": rule.person_id == viewer.id and rule.state != RuleState.removed,
        "since": iso(rule.since),
        "createdAt": iso(rule.created_at),
    }
    return {**shown, "destination": rule.destination, "options": rule.options} if is_match else shown
