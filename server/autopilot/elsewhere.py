"""Mail that somebody sent in a shared mailbox's name, of which Exchange keeps the copy in their own Sent Items.

Whether the shared mailbox gets one too is a setting of Exchange (MessageCopyForSentAsEnabled and its like), which Graph
does not tell. So the people whose rules hold in such a mailbox are looked at too: nothing but what they sent, and of
that nothing but what bears the mailbox's address. Where both copies exist the record gets one.

https://learn.microsoft.com/exchange/recipients-in-exchange-online/manage-user-mailboxes/automatically-save-sent-items-in-delegator-s-mailbox
"""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, all_, and_, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server import licensing
from server.autopilot import exclusions
from server.autopilot.matching import Known, decide, seen_in
from server.autopilot.overview import messages_of
from server.autopilot.reach import rules_in
from server.autopilot.taking import look_up, save_matches, sighted
from server.clock import now
from server.doorbell import ring_for_sent_place
from server.errors import AffixError
from server.mail.base import MailError, MailItem
from server.mailboxes import own
from server.models import Mailbox, Person, Rule, RuleState, SentPlace
from server.people import as_person, own_domains
from server.services import Services

EVERY = timedelta(minutes=5)
LATE = timedelta(minutes=10)  # for which a message may come to Sent Items after its own time
MOST_RUNG = 200

log = structlog.get_logger(__name__)


def ring_for_overdue(services: Services) -> None:
    """Begin to look where a rule was started, and ring for what is due."""
    elsewhere = select(Rule.mailbox_id, Rule.person_id, func.min(Rule.since), func.clock_timestamp())
    elsewhere = elsewhere.join(Person, Rule.person_id == Person.id).join(Mailbox, Rule.mailbox_id == Mailbox.id)
    elsewhere = elsewhere.where(
        Rule.state == RuleState.active,
        Rule.by_application.is_(False),
        Person.address != "",
        Mailbox.address != all_(Person.addresses),
        ~select(SentPlace).where(_is_of(Rule.mailbox_id, Rule.person_id)).correlate(Rule).exists(),
    )
    elsewhere = elsewhere.group_by(Rule.mailbox_id, Rule.person_id).limit(MOST_RUNG)
    names = ["mailbox_id", "person_id", "read_until", "due_at"]
    with services.database.session.begin() as session:
        session.execute(insert(SentPlace).from_select(names, elsewhere).on_conflict_do_nothing())
        due = select(SentPlace).where(SentPlace.due_at <= func.clock_timestamp()).order_by(SentPlace.due_at)
        for place in session.scalars(due.limit(MOST_RUNG)):
            ring_for_sent_place(session, place.mailbox_id, place.person_id)


def look_soon(session: Session, mailbox_id: UUID) -> None:
    """Something was sent in the mailbox's name."""
    session.execute(update(SentPlace).where(SentPlace.mailbox_id == mailbox_id).values(due_at=now()))
    for place in session.scalars(select(SentPlace).where(SentPlace.mailbox_id == mailbox_id)):
        ring_for_sent_place(session, place.mailbox_id, place.person_id)


def look(services: Services, mailbox_id: UUID, person_id: UUID) -> None:
    """Look once into the person's Sent Items; nothing if it is not due."""
    place, begun = _claimed(services, mailbox_id, person_id), now()
    if place is None:
        return
    with services.database.session.begin() as session:
        mailbox, person = session.get_one(Mailbox, mailbox_id), session.get_one(Person, person_id)
        rules = _rules(session, mailbox, person)
        if not rules:
            session.execute(delete(SentPlace).where(_is_of(mailbox_id, person_id)))
            return
        if not licensing.is_licensed(services, session, mailbox):
            return
        domains, excluded = own_domains(session, mailbox.tenant_id), exclusions.of_tenant(session, mailbox.tenant_id)
    since = place.read_until - LATE
    try:
        items = _sent_for(services, mailbox, person, since)
        found = [(each, seen_in(mailbox.address, each)) for each in items]
        records = look_up(services, mailbox.tenant_id, rules, [seen for _, seen in found], domains, excluded)
    except (MailError, AffixError) as error:
        log.info("sent_items_not_read", person=str(person_id), code=error.code)
        return
    with services.database.session.begin() as session:
        rules = _rules(session, mailbox, person)
        home = own(session, person)
        for item, seen in found:
            known = Known(domains, messages_of(session, rules, set(seen.message_ids)), records, excluded)
            decision = decide(rules, seen, known)
            if sighted(session, mailbox, item, decision) and decision.matches:
                save_matches(session, services, home, item, decision.matches)
        services.ring_for_saves(session, home.id)
        session.execute(update(SentPlace).where(_is_of(mailbox_id, person_id)).values(read_until=begun))


def _sent_for(services: Services, mailbox: Mailbox, person: Person, since: datetime) -> list[MailItem]:
    """What the person sent in the mailbox's name, the oldest first."""

    def ask(token: str) -> list[MailItem]:
        own_mail = services.mail.sending.sent(token, person.address, since)
        ids = [each.id for each in own_mail if each.from_.address == mailbox.address]
        return [services.mail.item(token, person.address, each) for each in ids]

    return as_person(services, person, ask)


def _claimed(services: Services, mailbox_id: UUID, person_id: UUID) -> SentPlace | None:
    due = update(SentPlace).where(_is_of(mailbox_id, person_id), SentPlace.due_at <= func.clock_timestamp())
    with services.database.session.begin() as session:
        mine = due.values(due_at=func.clock_timestamp() + EVERY).returning(SentPlace.mailbox_id)
        if session.execute(mine).one_or_none() is None:
            return None
        return session.get_one(SentPlace, (mailbox_id, person_id))


def _rules(session: Session, mailbox: Mailbox, person: Person) -> list[Rule]:
    """Those of the person alone: with nobody else's right their mail is read."""
    there = rules_in(session, mailbox)
    return [each for each in there if each.person_id == person.id and _holds_here(each)]


def _holds_here(rule: Rule) -> bool:
    return rule.state == RuleState.active and not rule.by_application and rule.mailbox_id is not None


def _is_of(mailbox_id: object, person_id: object) -> ColumnElement[bool]:
    return and_(SentPlace.mailbox_id == mailbox_id, SentPlace.person_id == person_id)
