"""Who lets Affix read a watched mailbox: the people whose active rules hold there, those who carry its accounts, or the
tenant's own consent.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from server.accounts import states
from server.accounts.references import BadDelegation, carrier_of, users_of
from server.auth.refusals import GrantLost
from server.autopilot.reach import mailboxes_of
from server.clock import now
from server.errors import AffixError
from server.models import Access, Account, Grant, Mailbox, Person, Rule, RuleState, Watch
from server.services import Services
from server.webhooks.events import tell_of_connection

log = structlog.get_logger(__name__)

TRIED_EVERY = timedelta(days=7)

_READERS = select(Account).where(
    Account.mailbox_id == bindparam("mailbox"), Account.paused_at.is_(None), Account.access != Access.unset
)
_READERS = _READERS.order_by(Account.created_at, Account.id)


def carriers_of(rules: Iterable[Rule]) -> list[Person]:
    """The people whose rights are at hand, each once."""
    active = [rule for rule in rules if rule.state == RuleState.active and not rule.by_application]
    return list({rule.person_id: rule.person for rule in active}.values())


@dataclass(frozen=True)
class Reader:
    """An account for which a mailbox is read, and whose right carries it; None is Affix itself."""

    account: Account
    person: Person | None


def readers_in(session: Session, mailbox_id: UUID) -> list[Reader]:
    """The mailbox's accounts that are not paused and that somebody's right carries, the oldest first."""
    found = []
    for account in session.scalars(_READERS, {"mailbox": mailbox_id}):
        with suppress(BadDelegation):  # then nobody lets it in; its state says why
            found.append(Reader(account, carrier_of(session, account)))
    return found


def people_of(rules: Iterable[Rule], readers: Iterable[Reader]) -> list[Person]:
    """The people whose rights are at hand, each once."""
    carrying = [each.person for each in readers if each.person is not None]
    return list({person.id: person for person in (*carriers_of(rules), *carrying)}.values())


def in_turn(rules: Iterable[Rule], watch: Watch, readers: Sequence[Reader] = ()) -> list[Person | None]:
    """Who is tried first: whoever carried it last, since their access token is at hand. None is Affix itself, for rules
    and accounts that stand on what the tenant granted to it.
    """
    known = list(rules)
    people = sorted(people_of(known, readers), key=lambda person: (person.id != watch.carrier_id, str(person.id)))
    granted = any(rule.by_application and rule.state == RuleState.active for rule in known)
    granted = granted or any(each.person is None for each in readers)
    return [*people, None] if granted else [*people]


def note_lost(services: Services, person: Person, error: GrantLost) -> None:
    """Keep since when a person's grant is refused, so that those concerned can be told."""
    log.warning("grant_lost", person=str(person.id), code=error.code)
    theirs = update(Grant).where(Grant.tenant_id == person.tenant_id, Grant.oid == person.oid)
    with services.database.session.begin() as session:
        lost = theirs.where(Grant.lost_at.is_(None)).values(lost_at=func.clock_timestamp())
        if session.scalar(lost.returning(Grant.oid)):
            tell_of_connection(session, "connectionLost", person, carried_by(session, person), None)
            states.note_grant(services, session, person)


def carried_by(session: Session, person: Person) -> list[Mailbox]:
    """The mailboxes that are read by the person's right, and perhaps by others' too."""
    mine = select(Rule).where(Rule.person_id == person.id, Rule.state == RuleState.active)
    rules = session.scalars(mine.where(Rule.by_application.is_(False))).all()
    for_rules = [each for rule in rules for each in mailboxes_of(session, rule)]
    theirs = session.scalars(select(Account).where(Account.person_id == person.id)).all()
    accounts = [each for account in theirs for each in (account, *users_of(session, account))]
    for_accounts = [each.mailbox for each in accounts if each.mailbox is not None]
    return list({each.id: each for each in (*for_rules, *for_accounts)}.values())


def try_the_others(services: Services, people: Iterable[Person]) -> None:
    """Renew the grants of those who stand by, now and then: one that nobody uses for 90 days ends, and one that was
    revoked is better noticed while another still carries the mailbox.
    """
    oids = {person.oid: person for person in people}
    idle = select(Grant).where(Grant.oid.in_(oids), Grant.lost_at.is_(None), Grant.updated_at < now() - TRIED_EVERY)
    with services.database.session() as session:
        found = list(session.scalars(idle))
    for grant in found:
        try:
            services.tokens.for_person(grant.tenant_id, grant.oid)
        except GrantLost as lost:
            note_lost(services, oids[grant.oid], lost)
        except AffixError as error:
            log.info("grant_not_tried", person=grant.oid, code=error.code)
