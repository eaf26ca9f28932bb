"""Tells in time that the connection of a person runs out by whose right mailboxes are read."""

from sqlalchemy import and_, or_, select

from server.autopilot.carriers import carried_by
from server.autopilot.health import GRANT_LIFETIME, WARNED_BEFORE
from server.clock import now
from server.models import Grant, Person
from server.services import Services
from server.webhooks.events import tell_of_connection


def tell_of_expiring(services: Services) -> None:
    """Once for each connection, a fortnight before it ends if nobody uses it."""
    ends_soon = and_(Grant.lost_at.is_(None), Grant.updated_at < now() - GRANT_LIFETIME + WARNED_BEFORE)
    is_news = or_(Grant.warned_at.is_(None), Grant.warned_at < Grant.updated_at)
    of_person = and_(Person.tenant_id == Grant.tenant_id, Person.oid == Grant.oid)
    mine = select(Grant, Person).join(Person, of_person).where(ends_soon, is_news).limit(100)
    with services.database.session.begin() as session:
        for grant, person in session.execute(mine.with_for_update(of=Grant, skip_locked=True)).all():
            grant.warned_at = now()
            mailboxes = carried_by(session, person)
            if mailboxes:
                until = grant.updated_at + GRANT_LIFETIME
                tell_of_connection(session, "connectionExpiring", person, mailboxes, until)
