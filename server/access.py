"""What is within a person's reach: rows of their own tenant, and mailboxes that Graph lets them read."""

from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from server.auth.callers import Caller
from server.clock import now
from server.detection import ADDRESS, mailbox_row, proven
from server.errors import Invalid, NotFound
from server.mail.base import MailAccessDenied, MailGone
from server.models import Backfill, Mailbox, Membership, Outgoing, Person, Rule, Save
from server.people import as_caller, known_person, person_of
from server.services import Services

Row = TypeVar("Row", Save, Rule, Backfill, Outgoing)


def row_of_tenant(services: Services, caller: Caller, kind: type[Row], row_id: UUID) -> tuple[Person, Row]:
    """Who asks, and the save, rule, backfill or outgoing message of that id. What another tenant has is not there:
    raises NotFound.
    """
    with services.database.session.begin() as session:
        person = person_of(session, caller)
        row = session.get(kind, row_id)
    if row is None or row.tenant_id != caller.tenant_id:
        raise NotFound()
    return person, row


def may_read(services: Services, caller: Caller, person: Person, mailbox_id: object) -> bool:
    """Whether the person may read a mailbox, by a proof that is fresh enough or a new one from Graph."""
    with services.database.session() as session:
        membership = session.get(Membership, (mailbox_id, person.id))
    if membership is None:
        return False
    if is_proven(services, membership):
        return True
    try:
        as_caller(services, caller, lambda token: services.mail.can_read(token, membership.mailbox.address))
    except (MailAccessDenied, MailGone):
        return False
    with services.database.session.begin() as session:
        session.get_one(Membership, (mailbox_id, person.id)).proven_at = now()
    return True


def is_proven(services: Services, membership: Membership) -> bool:
    """Whether Graph let the person in so recently that it is not asked again."""
    return membership.proven_at > now() - timedelta(seconds=services.settings.access_max_age)


def reader_of(services: Services, caller: Caller, mailbox_id: UUID) -> Person:
    """Who asks, if they may read the mailbox. Raises NotFound."""
    with services.database.session.begin() as session:
        person = person_of(session, caller)
    if not may_read(services, caller, person, mailbox_id):
        raise NotFound()
    return person


def enter(services: Services, caller: Caller, address: str) -> Mailbox | None:
    """The mailbox of that address, if the person may read it, also when they never opened anything in it with Affix."""
    if not ADDRESS.match(address):
        raise Invalid("A mailbox is named by its email address.", code="invalid_address")
    person = known_person(services, caller)
    address = person.address if person.owns(address) else address.lower()
    with services.database.session() as session:
        mailbox = session.scalars(
            select(Mailbox).where(Mailbox.tenant_id == person.tenant_id, Mailbox.address == address)
        ).one_or_none()
        known = mailbox and session.get(Membership, (mailbox.id, person.id))
    if mailbox and known:
        return mailbox if may_read(services, caller, person, mailbox.id) else None
    try:
        as_caller(services, caller, lambda token: services.mail.can_read(token, address))
    except (MailAccessDenied, MailGone):
        return None
    with services.database.session.begin() as session:
        mailbox = mailbox_row(session, person, address, ())
    proven(services, caller, person, mailbox)
    return mailbox


def mailbox_of(services: Services, caller: Caller, mailbox_id: UUID) -> tuple[Person, Mailbox]:
    """Who asks, and the mailbox of that id, if they may read it, also when they never opened anything in it. Raises
    NotFound.
    """
    person, mailbox = named_mailbox(services, caller, mailbox_id)
    entered = enter(services, caller, mailbox.address)
    if entered is None or entered.id != mailbox.id:
        raise NotFound()
    return person, entered


def named_mailbox(services: Services, caller: Caller, mailbox_id: UUID) -> tuple[Person, Mailbox]:
    """Who asks, and the tenant's mailbox of that id, whether or not they may read it. Raises NotFound."""
    with services.database.session() as session:
        mailbox = session.get(Mailbox, mailbox_id)
    if mailbox is None or mailbox.tenant_id != caller.tenant_id:
        raise NotFound()
    return known_person(services, caller), mailbox
