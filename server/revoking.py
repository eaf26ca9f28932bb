"""Grants that are taken back: by the operator for one person, or for a whole tenant after a break-in.

What is stored is deleted; each process lets go of the tokens that it still has in memory a few seconds later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, any_, delete, func, literal, or_, select, update
from sqlalchemy.orm import Session

from server.administration import chain
from server.auth.graph_tokens import LOOK_AGAIN
from server.errors import NotFound
from server.models import Grant, Person, Watch
from server.services import Services

NOTICED_WITHIN = LOOK_AGAIN  # seconds


@dataclass(frozen=True)
class Granted:
    oid: str
    address: str
    updated_at: datetime
    lost_at: datetime | None


def listed(services: Services, tenant_id: str) -> list[Granted]:
    """Of all the tenant, by address. Never the grants themselves."""
    is_theirs = and_(Person.tenant_id == Grant.tenant_id, Person.oid == Grant.oid)
    query = select(Grant.oid, func.coalesce(Person.address, ""), Grant.updated_at, Grant.lost_at)
    query = query.outerjoin(Person, is_theirs).where(Grant.tenant_id == tenant_id)
    with services.database.session() as session:
        return [Granted(*row) for row in session.execute(query.order_by(Person.address, Grant.oid))]


def person_named(session: Session, tenant_id: str, name: str) -> Person:
    """By object id, or by an address of theirs. Raises NotFound."""
    wanted = name.strip().lower()
    is_named = or_(Person.oid == wanted, Person.address == wanted, literal(wanted) == any_(Person.addresses))
    found = session.scalars(select(Person).where(Person.tenant_id == tenant_id, is_named)).all()
    if len(found) != 1:
        raise NotFound("There is no such person in this tenant." if not found else "Several people have this address.")
    return found[0]


def revoke(services: Services, tenant_id: str, name: str) -> None:
    """Again changes nothing. Raises NotFound."""
    with services.database.session.begin() as session:
        person = person_named(session, tenant_id, name)
        forget(services, session, person)
        chain.tell(session, tenant_id, "grant_revoked", person=str(person.id))


def revoke_all(services: Services, tenant_id: str) -> int:
    """How many there were."""
    with services.database.session.begin() as session:
        gone = session.scalars(delete(Grant).where(Grant.tenant_id == tenant_id).returning(Grant.oid)).all()
        _look_now(session, select(Person.id).where(Person.tenant_id == tenant_id))
        chain.tell(session, tenant_id, "grants_revoked", count=len(gone))
    _let_go(services, tenant_id, gone)
    return len(gone)


def forget(services: Services, session: Session, person: Person) -> None:
    """In the session's own transaction."""
    session.execute(delete(Grant).where(Grant.tenant_id == person.tenant_id, Grant.oid == person.oid))
    _look_now(session, select(Person.id).where(Person.id == person.id))
    _let_go(services, person.tenant_id, [person.oid])


def _look_now(session: Session, people: Select[UUID]) -> None:
    """What is read in these people's names is looked at soon: then it says why it rests. What somebody changes at this
    moment is left to them, so that two never wait for each other.
    """
    mine = select(Watch.mailbox_id).where(Watch.carrier_id.in_(people))
    held = session.scalars(mine.order_by(Watch.mailbox_id).with_for_update(skip_locked=True)).all()
    session.execute(update(Watch).where(Watch.mailbox_id.in_(held)).values(due_at=func.clock_timestamp()))


def _let_go(services: Services, tenant_id: str, oids: Sequence[str]) -> None:
    for oid in oids:
        services.tokens.forget(tenant_id, oid)
