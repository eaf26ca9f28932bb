"""People: from a validated caller to a row with Graph's own word on who that is, and acting as that person."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server.auth.callers import Caller
from server.auth.new_grants import Newcomer
from server.clock import now
from server.errors import InsufficientClaims, Unauthenticated
from server.mail.base import MailChallenge, Profile
from server.models import Person
from server.services import Services

DELETED = "person_deleted"  # why a rule stopped or a save failed
DELETED_REASON = "The person whose connection this needs was deleted from Affix."
PROFILE_MAX_AGE = timedelta(hours=24)
ADMINISTRATOR = "Affix.Administrator"  # the app role's value in the app registration

T = TypeVar("T")


def person_of(session: Session, caller: Caller) -> Person:
    """The caller's row, made at the first visit. Identity is (tenant, object id); the rest is for showing."""
    return _person(session, caller.tenant_id, caller.oid, caller.name)


def person_of_newcomer(session: Session, newcomer: Newcomer) -> Person:
    """The row of somebody who just left a grant."""
    return _person(session, newcomer.tenant_id, newcomer.oid, newcomer.name)


def _person(session: Session, tenant_id: str, oid: str, name: str) -> Person:
    mine = select(Person).where(Person.tenant_id == tenant_id, Person.oid == oid)
    found = session.scalars(mine).one_or_none()
    if found:
        return found
    first = insert(Person).values(tenant_id=tenant_id, oid=oid, name=name, address="", addresses=[])
    session.execute(first.on_conflict_do_nothing())
    return session.scalars(mine).one()


def needs_profile(person: Person) -> bool:
    return person.profile_at is None or person.profile_at < now() - PROFILE_MAX_AGE


def learn(person: Person, profile: Profile) -> None:
    """Take over what Graph says of the person."""
    person.name = profile.name or person.name
    person.address = profile.address
    person.addresses = list(profile.addresses)
    person.profile_at = now()


def own_domains(session: Session, tenant_id: str) -> frozenset[str]:
    """The domains in which people of the tenant have addresses."""
    each = select(func.unnest(Person.addresses).label("address")).where(Person.tenant_id == tenant_id).subquery()
    return frozenset(session.scalars(select(func.split_part(each.c.address, "@", 2)).distinct()))


def person_json(person: Person, viewer: Person | None = None) -> dict[str, Any]:
    """Who it is; to somebody who looks also whether it is they."""
    shown = {"id": str(person.id), "name": person.name, "address": person.address}
    return {**shown, "me": person.id == viewer.id} if viewer else shown


def known_person(services: Services, caller: Caller) -> Person:
    """The caller with a profile that is fresh enough; asks Graph only when it is not."""
    with services.database.session.begin() as session:
        person = person_of(session, caller)
    if not needs_profile(person):
        return person
    profile = as_caller(services, caller, services.mail.profile)
    with services.database.session.begin() as session:
        person = person_of(session, caller)
        learn(person, profile)
    return person


def is_administrator(caller: Caller) -> bool:
    return ADMINISTRATOR in caller.roles


def as_caller(services: Services, caller: Caller, call: Callable[[str], T]) -> T:
    """Do something at Graph as the caller. A challenge is tried once with more claims, then handed to the pane.

    https://learn.microsoft.com/entra/identity-platform/claims-challenge: never again with the same token.
    """
    token = services.tokens.for_caller(caller)
    try:
        with services.counts.of(caller.tenant_id):
            return call(token)
    except MailChallenge as challenge:
        claims = challenge.claims or None
    try:
        with services.counts.of(caller.tenant_id):
            return call(services.tokens.for_caller(caller, claims, rejected=token))
    except MailChallenge as challenge:
        if challenge.claims:
            raise InsufficientClaims(challenge.claims) from None
        raise Unauthenticated() from None


def as_person(services: Services, person: Person, call: Callable[[str], T]) -> T:
    """Do something at Graph as a person who is not there, by the grant that they left. Raises
    MailChallenge in the end.
    """
    token = services.tokens.for_person(person.tenant_id, person.oid)
    with services.counts.of(person.tenant_id):
        try:
            return call(token)
        except MailChallenge as challenge:
            claims = challenge.claims or None
        return call(services.tokens.for_person(person.tenant_id, person.oid, claims, rejected=token))


def as_application(services: Services, tenant_id: str, call: Callable[[str], T]) -> T:
    """Do something at Graph with the right that the tenant gave to Affix itself. Raises MailChallenge in the end."""
    token = services.tokens.for_app(tenant_id)
    with services.counts.of(tenant_id):
        try:
            return call(token)
        except MailChallenge as challenge:
            return call(services.tokens.for_app(tenant_id, challenge.claims or None, rejected=token))


def as_carrier(services: Services, tenant_id: str, person: Person | None, call: Callable[[str], T]) -> T:
    """As the person; as Affix itself where there is none."""
    if person is None:
        return as_application(services, tenant_id, call)
    return as_person(services, person, call)
