"""Starting a rule: what is offered, where it works, and the same one again."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server import licensing
from server.activity import note_rule
from server.auth.callers import Caller
from server.autopilot import backfill, exclusions
from server.autopilot.overview import full_json
from server.autopilot.reach import mailboxes_of, watch_over_all
from server.autopilot.wanted import Aim, Place, Wanted, aim_of, offered, place_of, terms_of
from server.autopilot.watching import watch_over
from server.clock import now
from server.mailboxes import own
from server.models import Mailbox, Membership, Person, Rule, RuleKind, RuleMessage, RuleState, Scope
from server.people import person_of
from server.services import Services

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def create(services: Services, caller: Caller, wanted: Wanted) -> tuple[dict[str, Any], bool]:
    """Start a rule, and say whether it is new: the same one again gives the one that is there.

    Raises Forbidden for a mailbox that the caller was not proven to read, Conflict (excluded) for people whom an
    administrator excluded, and what `licensing.require` raises.
    """
    kind, scope = offered(wanted)
    place, aim = place_of(services, caller, kind, scope, wanted), aim_of(services, caller, kind, wanted)
    with services.database.session.begin() as session:
        person = person_of(session, caller)
        exclusions.keep(session, person.tenant_id)
        exclusions.refuse_rule(session, person.tenant_id, kind, place.value)
        _hold(services, session, person, place)  # to the end: the same rule is started once
        _require_license(services, session, person, place)
        rule = _same(session, person, kind, scope, place, aim)
        is_new = rule is None
        rule = rule or _add(session, person, kind, scope, place, aim, terms_of(wanted))
        _remember(session, rule, place.message_ids)
        if is_new:
            watch_over_all(services, session, rule)
            note_rule(session, "rule_made", person, rule)
        shown = full_json(services, session, rule, person)
        if wanted.past_days is not None:
            begun = [
                _with_past(services, session, rule, each, person, wanted.past_days)
                for each in _with_past_mail(services, session, rule, place)
            ]
            shown |= {"backfill": begun[0] if begun else None, "backfills": begun}
        return shown, is_new


def _with_past_mail(services: Services, session: Session, rule: Rule, place: Place) -> list[Mailbox]:
    """Where to look for what came before: in the mailbox of the rule or of the conversation, else wherever it holds."""
    if place.mailbox or place.open_in:
        return [each for each in (place.mailbox or place.open_in,) if each]
    return [each for each in mailboxes_of(session, rule) if licensing.is_licensed(services, session, each)]


def _hold(services: Services, session: Session, person: Person, place: Place) -> None:
    if place.mailbox is not None:
        watch_over(services, session, place.mailbox)
        return
    lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:subject, 0))")
    session.execute(lock, {"subject": f"everywhere:{person.tenant_id}"})


def _require_license(services: Services, session: Session, person: Person, place: Place) -> None:
    """For one mailbox its own; everywhere one that is licensed is enough, since the others only rest."""
    if place.mailbox is not None:
        licensing.require(services, session, place.mailbox)
        return
    if place.by_application:
        return
    known = select(Mailbox).join(Membership, Membership.mailbox_id == Mailbox.id)
    reached = list(session.scalars(known.where(Membership.person_id == person.id)))
    if not any(licensing.is_licensed(services, session, each) for each in reached):
        licensing.require(services, session, place.open_in or own(session, person))


def _same(session: Session, person: Person, kind: RuleKind, scope: Scope, place: Place, aim: Aim) -> Rule | None:
    """The live rule that does this already. Of a conversation: one that knows any of these messages."""
    query = select(Rule).where(
        Rule.tenant_id == person.tenant_id,
        Rule.scope == scope,
        Rule.kind == kind,
        Rule.destination == aim.ref.destination,
        Rule.record_type == aim.ref.type,
        Rule.record_id == aim.ref.id,
        Rule.state != RuleState.removed,
    )
    if place.mailbox is not None:
        query = query.where(Rule.mailbox_id == place.mailbox.id)
    elif not place.by_application:
        query = query.where(Rule.person_id == person.id)
    if kind == RuleKind.conversation:
        known = select(RuleMessage.rule_id).where(RuleMessage.internet_message_id.in_(place.message_ids))
        query = query.where(Rule.id.in_(known))
    else:
        query = query.where(Rule.value == place.value)
    return session.scalars(query.order_by(Rule.created_at).limit(1)).one_or_none()


def _add(
    session: Session, person: Person, kind: RuleKind, scope: Scope, place: Place, aim: Aim, terms: dict[str, Any]
) -> Rule:
    moment = now()
    rule = Rule(
        tenant_id=person.tenant_id,
        mailbox=place.mailbox,
        scope=scope,
        person=person,
        maker=person,
        kind=kind,
        value=place.value,
        title=place.title,
        destination=aim.ref.destination,
        record_type=aim.ref.type,
        record_id=aim.ref.id,
        record_name=aim.name,
        options=aim.options,
        by_application=place.by_application,
        state=RuleState.active,
        since=moment,
        created_at=moment,
        **terms,
    )
    session.add(rule)
    session.flush()
    return rule


def _with_past(
    services: Services, session: Session, rule: Rule, mailbox: Mailbox, person: Person, days: int
) -> dict[str, Any]:
    """What came before the rule was started, as well: of a conversation all of it."""
    since = LONG_AGO if rule.kind == RuleKind.conversation else now() - timedelta(days=days)
    started = backfill.start(services, session, rule, mailbox, person, since, now())
    return {"id": str(started.id), "state": started.state.value}


def _remember(session: Session, rule: Rule, message_ids: tuple[str, ...]) -> None:
    rows = [{"rule_id": rule.id, "internet_message_id": each} for each in message_ids]
    if rows:
        session.execute(insert(RuleMessage).values(rows).on_conflict_do_nothing())
