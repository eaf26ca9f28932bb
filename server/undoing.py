"""Undo: an email leaves its record, unless the same email is saved there from another mailbox too.

As with saving, no transaction is open while a destination is asked: the save is claimed, with a lease and a new fence,
and `undoing` says what for. A worker finishes what a process that died has begun. Whoever saves an email under a key
that is being taken off waits until that is over; both look under a lock on the key.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from server import leases, outages
from server.activity import note
from server.clock import now
from server.destinations.base import DestinationError
from server.errors import Busy
from server.models import DONE, Person, Save, SaveState
from server.places import destination_of
from server.queueing import hold_message
from server.services import Services

PATIENCE = 10.0  # seconds for which somebody waits for another one who undoes the same
LOOK = 0.05  # seconds between two looks
BEING_SAVED = "This message is being saved at this moment. Try again in a second."
BEING_UNDONE = "This message is being taken off the record at this moment. Try again in a second."
AGAIN = timedelta(seconds=30)  # until a worker tries again what the destination cannot do now

Place = dict[str, Any]  # "destination", "key", "reference"

log = structlog.get_logger(__name__)


class TakenOver(Exception):
    """Another process has the save in hand by now."""


def undo(
    services: Services,
    save_id: UUID,
    person: Person,
    enter: Callable[[Session], object] | None = None,
    **detail: Any,
) -> Save:
    """Take the email off its record for the person. `enter` is called first in the transaction that claims the save,
    and may refuse; `detail` goes into the activity.

    Raises Busy while it is being saved, and DestinationError; then everything is as it was before.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        with services.database.session.begin() as session:
            if enter:
                enter(session)
            save = locked(session, save_id)
            places = _claim(services, session, save, person, detail)
        if save.state == SaveState.undone:
            return save
        if places is not None:
            try:
                return _take_off(services, save, places)
            except TakenOver:
                log.warning("undo_taken_over", save=str(save_id))
        if time.monotonic() > deadline:
            raise Busy(BEING_UNDONE, code="being_undone", retry_after=2)
        time.sleep(LOOK)


def locked(session: Session, save_id: UUID) -> Save:
    hold_message(session, session.get_one(Save, save_id).message_id)
    return session.get_one(Save, save_id, with_for_update={"of": Save}, populate_existing=True)


def is_in_hand(save: Save) -> bool:
    """Of a save that is locked: whether a process works on it at this moment."""
    return save.state == SaveState.saving and save.lease_until is not None and save.lease_until > now()


def _claim(
    services: Services, session: Session, save: Save, person: Person, detail: dict[str, Any]
) -> list[Place] | None:
    """Where the email has to be taken off, and it is claimed for that; if from nowhere, it is undone already. None
    while somebody else undoes it. Raises Busy.
    """
    if save.state == SaveState.undone:
        return []
    if is_in_hand(save):
        if save.undoing:
            return None
        raise Busy(BEING_SAVED, code="being_saved", retry_after=2)
    save.begin_undoing(person.id, detail, now() + timedelta(seconds=services.settings.lease_seconds))
    session.flush()
    places = _places(session, save)
    if not places:
        _undone(services, session, save)
    return places


def finish(services: Services, claimed: Save) -> None:
    """Go on, as a worker, with an undo that another process left. Nobody waits for the answer."""
    try:
        with services.database.session.begin() as session:
            save = _still_claimed(session, claimed)
            places = _places(session, save)
        _take_off(services, save, places, is_last_try=False)
    except TakenOver:
        log.warning("undo_taken_over", save=str(claimed.id))
    except DestinationError as error:
        log.warning("save_not_undone", save=str(claimed.id), code=error.code)
    except Exception:
        # As with saving, one strange message must not stop the others.
        log.exception("undo_not_foreseen", save=str(claimed.id))


def _places(session: Session, save: Save) -> list[Place]:
    """From where the email is, and from where a move that is still to be done has yet to take it; but not from where
    another save keeps it.
    """
    here = {"destination": save.destination, "key": save.key, "reference": save.reference}
    return [
        place
        for place in sorted((here, save.leaving or {"key": None}), key=lambda each: each["key"] or "")
        if place["key"] is not None and not kept_by_another(session, save, place["key"])
    ]


def _take_off(services: Services, save: Save, places: list[Place], *, is_last_try: bool = True) -> Save:
    name, title = save.destination, save.destination
    try:
        with leases.kept(services, [save]):
            for place in places:
                name = title = place["destination"]
                destination = destination_of(services, save.tenant_id, name)
                title = destination.title
                reference = place["reference"]
                if reference is None:
                    found = destination.find_saved(save.tenant_id, place["key"])
                    reference = found.reference if found else None
                if reference is not None:
                    if not leases.renew(services, [save]):
                        raise TakenOver
                    destination.remove_email(save.tenant_id, reference)
    except DestinationError as error:
        _give_back(services, save, name, title, error, is_last_try)
        raise
    except Exception:
        _give_back(services, save, name, title, None, is_last_try=True)
        raise
    with services.database.session.begin() as session:
        save = _still_claimed(session, save)
        for name in sorted({place["destination"] for place in places}):
            outages.over(services, session, save.tenant_id, name)
        _undone(services, session, save)
        return save


def _give_back(
    services: Services, claimed: Save, name: str, title: str, error: DestinationError | None, is_last_try: bool
) -> None:
    with services.database.session.begin() as session:
        save = _still_claimed(session, claimed)
        if error:
            outages.refused(services, session, save, name, title, error)
        if is_last_try or (error and error.permanent):
            save.stays()
        else:
            save.undone_later(now() + AGAIN)


def _undone(services: Services, session: Session, save: Save) -> None:
    undoing = save.undoing or {}
    save.undone()
    save.message.mark_at = now()
    note(session, "undone", session.get_one(Person, UUID(undoing["by"])), save, **undoing["detail"])


def _still_claimed(session: Session, claimed: Save) -> Save:
    hold_message(session, claimed.message_id)
    mine = select(Save).where(Save.id == claimed.id, Save.fence == claimed.fence, Save.undoing.is_not(None))
    save = session.scalars(mine.with_for_update(of=Save)).one_or_none()
    if save is None:
        raise TakenOver
    return save


def kept_by_another(session: Session, save: Save, key: str) -> bool:
    """Whether another live save put the very same email on the same record (from another mailbox), or is doing so.

    Nobody else comes to another conclusion about this key before the session's transaction ends; `save` is locked.
    """
    _hold_key(session, save, key)
    others = select(Save.id).where(
        Save.tenant_id == save.tenant_id,
        Save.key == key,
        Save.id != save.id,
        Save.state.in_((*DONE, SaveState.saving)),
        Save.undoing.is_(None),
    )
    return session.scalars(others.limit(1)).one_or_none() is not None


def is_being_taken_off(session: Session, save: Save, key: str) -> bool:
    """Whether another save is just leaving the record with the very same email. As for `kept_by_another`."""
    _hold_key(session, save, key)
    leaving_it = Save.leaving["key"].astext == key
    others = select(Save.id).where(
        Save.tenant_id == save.tenant_id,
        Save.id != save.id,
        or_(
            Save.undoing.is_not(None) & or_(Save.key == key, leaving_it),
            leaving_it & Save.leaving.has_key("begun"),
        ),
    )
    return session.scalars(others.limit(1)).one_or_none() is not None


def _hold_key(session: Session, save: Save, key: str) -> None:
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"key|{save.tenant_id}|{key}", 0))))
