"""Who is choosing records for an email, or saving it, right now: so that two people do not do it twice.

Only colleagues who may read the email are told, and nobody of themselves. A pane says it again from time to time; one
that went away is forgotten.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import and_, case, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server.access import reader_of
from server.auth.callers import Caller
from server.clock import iso, now
from server.models import Opening, Person, Presence
from server.openings import forget_old, same_email, unknown
from server.people import person_of
from server.services import Services

LIFE = timedelta(seconds=45)
MOST_SHOWN = 20


def be_present(
    services: Services, caller: Caller, mailbox_id: UUID, immutable_id: str, records: list[str]
) -> dict[str, Any]:
    """The caller is filing this message, and may already know to which records (names). Counts for 45 seconds, and
    instead of what the caller filed before. Answers until when, and who else is at it.
    """
    person = reader_of(services, caller, mailbox_id)
    moment = now()
    with services.database.session.begin() as session:
        email = unknown(person.tenant_id, mailbox_id, immutable_id)
        _know(session, email)
        row = insert(Presence).values(
            person_id=person.id,
            mailbox_id=mailbox_id,
            immutable_id=immutable_id,
            records=records,
            since=moment,
            until=moment + LIFE,
        )
        fresh = row.excluded
        is_same = and_(Presence.mailbox_id == fresh.mailbox_id, Presence.immutable_id == fresh.immutable_id)
        goes_on = and_(is_same, Presence.until > moment)
        changed = {name: fresh[name] for name in ("mailbox_id", "immutable_id", "records", "until")}
        since = case((goes_on, Presence.since), else_=fresh.since)
        session.execute(row.on_conflict_do_update(index_elements=["person_id"], set_={**changed, "since": since}))
        known = session.get(Opening, (mailbox_id, immutable_id), populate_existing=True)
        return {"until": iso(moment + LIFE), "presence": others(session, known or email, person)}


def _know(session: Session, email: Opening) -> None:
    """An item that was not opened before is known by its id alone."""
    names = ("mailbox_id", "immutable_id", "tenant_id", "internet_message_id", "from_address", "subject", "sent_at")
    row = insert(Opening).values(opened_at=email.opened_at, **{name: getattr(email, name) for name in names})
    key = ["mailbox_id", "immutable_id"]
    session.execute(row.on_conflict_do_update(index_elements=key, set_={"opened_at": row.excluded.opened_at}))


def leave(services: Services, caller: Caller, mailbox_id: UUID | None, immutable_id: str | None) -> dict[str, Any]:
    """The caller is done. With a message only if it is that one: in another window there may be another."""
    with services.database.session.begin() as session:
        mine = delete(Presence).where(Presence.person_id == person_of(session, caller).id)
        mine = mine.where(Presence.mailbox_id == mailbox_id) if mailbox_id else mine
        session.execute(mine.where(Presence.immutable_id == immutable_id) if immutable_id else mine)
    return {"until": None}


def others(session: Session, email: Opening, viewer: Person) -> list[dict[str, Any]]:
    """Who but the viewer is filing this email, in whichever mailbox, the first one first."""
    now_there = _alive(viewer).where(Opening.tenant_id == email.tenant_id, same_email(Opening, email))
    return [_json(each) for each in session.scalars(now_there.order_by(Presence.since).limit(MOST_SHOWN))]


def others_of(
    session: Session, mailbox_id: UUID, immutable_ids: Collection[str], viewer: Person
) -> dict[str, list[dict[str, Any]]]:
    """Who but the viewer is filing these messages of a mailbox, by message."""
    found: dict[str, list[dict[str, Any]]] = {}
    there = _alive(viewer).where(Presence.mailbox_id == mailbox_id, Presence.immutable_id.in_(immutable_ids))
    for each in session.scalars(there.order_by(Presence.since)):
        found.setdefault(each.immutable_id, []).append(_json(each))
    return found


def _alive(viewer: Person) -> Any:
    item = and_(Presence.mailbox_id == Opening.mailbox_id, Presence.immutable_id == Opening.immutable_id)
    return select(Presence).join(Opening, item).where(Presence.until > now(), Presence.person_id != viewer.id)


def _json(presence: Presence) -> dict[str, Any]:
    person = presence.person
    return {
        "person": {"id": str(person.id), "name": person.name or person.address},
        "records": presence.records,
        "since": iso(presence.since),
    }


def forget(services: Services) -> None:
    """Whoever did not say it again, and emails that nobody opened for a day."""
    with services.database.session.begin() as session:
        session.execute(delete(Presence).where(Presence.until < now()))
    # By itself: who is there again changes the email first and then the presence.
    with services.database.session.begin() as session:
        forget_old(session)
