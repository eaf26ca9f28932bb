"""Records at hand in a mailbox: the favourites of all who may read it, and those that mail was saved to lately."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from server.access import reader_of
from server.auth.callers import Caller
from server.clock import iso, now
from server.errors import Conflict
from server.models import Favorite, Mailbox, Save, SaveState
from server.queueing import RecordRef
from server.records import record_json
from server.saving import find_record
from server.services import Services

MOST_FAVORITES = 50
MOST_RECENTS = 10
LOOKED_THROUGH = 500  # saves, the latest of a mailbox, so that a rule with thousands does not slow down the pane


def of_mailbox(services: Services, caller: Caller, mailbox_id: UUID) -> dict[str, Any]:
    """Raises NotFound if the caller may not read the mailbox."""
    reader_of(services, caller, mailbox_id)
    with services.database.session() as session:
        return {"favorites": favorites(session, mailbox_id), "recents": recents(session, mailbox_id)}


def add(services: Services, caller: Caller, mailbox_id: UUID, ref: RecordRef) -> dict[str, Any]:
    """Keep a record at hand; one that is there is shown as it is called now. Answers all favourites of the mailbox."""
    person = reader_of(services, caller, mailbox_id)
    shown = record_json(find_record(services, caller, ref))
    key = {
        "mailbox_id": mailbox_id,
        "destination": ref.destination,
        "record_type": ref.type,
        "record_id": ref.id,
    }
    with services.database.session.begin() as session:
        session.get_one(Mailbox, mailbox_id, with_for_update=True)  # one at a time, so that they stay within the limit
        if session.get(Favorite, tuple(key.values())) is None:
            _refuse_too_many(session, mailbox_id)
        row = insert(Favorite).values(shown=shown, person_id=person.id, added_at=now(), **key)
        session.execute(row.on_conflict_do_update(index_elements=list(key), set_={"shown": shown}))
        return {"favorites": favorites(session, mailbox_id)}


def remove(services: Services, caller: Caller, mailbox_id: UUID, ref: RecordRef) -> dict[str, Any]:
    """Whoever added it, and also when the record is gone. Answers the favourites that are left."""
    reader_of(services, caller, mailbox_id)
    with services.database.session.begin() as session:
        for each in _rows(session, mailbox_id):
            if (each.destination, each.record_type, each.record_id) == (ref.destination, ref.type, ref.id):
                session.delete(each)
        session.flush()
        return {"favorites": favorites(session, mailbox_id)}


def _refuse_too_many(session: Session, mailbox_id: UUID) -> None:
    there = select(func.count()).select_from(Favorite).where(Favorite.mailbox_id == mailbox_id)
    if session.scalars(there).one() >= MOST_FAVORITES:
        raise Conflict(
            f"This mailbox has {MOST_FAVORITES} favourites already. Remove one first.", code="too_many_favorites"
        )


def favorites(session: Session, mailbox_id: UUID) -> list[dict[str, Any]]:
    """Records by their name, each with who added it and when."""
    found = [_favorite_json(each) for each in _rows(session, mailbox_id)]
    return sorted(found, key=lambda each: str(each["name"]).casefold())


def _rows(session: Session, mailbox_id: UUID) -> list[Favorite]:
    there = select(Favorite).where(Favorite.mailbox_id == mailbox_id).order_by(Favorite.added_at)
    return list(session.scalars(there, execution_options={"populate_existing": True}))


def _favorite_json(favorite: Favorite) -> dict[str, Any]:
    person = favorite.person
    return {
        **favorite.shown,
        "destination": favorite.destination,
        "type": favorite.record_type,
        "id": favorite.record_id,
        "addedBy": {"id": str(person.id), "name": person.name or person.address},
        "addedAt": iso(favorite.added_at),
    }


def recents(session: Session, mailbox_id: UUID) -> list[dict[str, Any]]:
    """The records of the latest saves from this mailbox, by anybody, each once; not of what was undone or failed."""
    record = (Save.destination, Save.record_type, Save.record_id)
    latest = select(*record, Save.record_name, Save.created_at, Save.state).where(Save.mailbox_id == mailbox_id)
    saves = latest.order_by(Save.created_at.desc()).limit(LOOKED_THROUGH).subquery().c
    each = (saves.destination, saves.record_type, saves.record_id)
    stands = saves.state.not_in((SaveState.undone, SaveState.failed))
    once = select(*each, saves.record_name, saves.created_at).where(stands).ext(distinct_on(*each))
    records = once.order_by(*each, saves.created_at.desc()).subquery().c
    query = select(records.destination, records.record_type, records.record_id, records.record_name)
    return [
        {"destination": destination, "type": type, "id": id, "name": name}
        for destination, type, id, name in session.execute(
            query.order_by(records.created_at.desc()).limit(MOST_RECENTS)
        )
    ]
