"""One-time saves from the person's side: ask, undo, move, retry. What was answered here is on disk.

The worker's side is in delivery.py; how an email leaves its record again is in undoing.py.
"""

from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server import undoing
from server.access import row_of_tenant
from server.activity import note
from server.auth.callers import Caller
from server.clock import now
from server.destinations.base import DestinationError, Record
from server.detection import ItemHint, Located, locate
from server.errors import Busy, Conflict, Invalid, NotFound
from server.following import save_json, visible
from server.mail.base import MailItem
from server.mailboxes import attachments_of
from server.models import Outage, Person, Save, SaveState
from server.people import is_administrator
from server.queueing import RecordRef, Wish, message_row, queue_save
from server.services import Services
from server.undoing import BEING_SAVED, BEING_UNDONE

log = structlog.get_logger(__name__)

Choice = str | list[str] | None


def save_later(
    services: Services, caller: Caller, hint: ItemHint, records: list[RecordRef], choice: Choice
) -> list[dict[str, Any]]:
    """Queue the item for each record. The item is read as the caller first: that proves the right
    and fixes its identity.

    Asking again for the same item and record gives the save that is there; a failed one starts over.
    """
    found = [(ref, find_record(services, caller, ref)) for ref in dict.fromkeys(records)]
    located = locate(services, caller, hint)
    problem = why_not(located.item)
    if problem:
        raise Conflict(problem["message"], code=problem["code"])
    attachments = _choice(services, choice, located)
    with services.database.session.begin() as session:
        message = message_row(session, located.mailbox, located.item)
        wish = Wish(located.person.id, located.kind, attachments)
        saves = [queue_save(session, message, ref, record.name, wish) for ref, record in found]
        if any(save.undoing for save in saves):
            raise Busy(BEING_UNDONE, code="being_undone", retry_after=2)
        if any(save.state == SaveState.queued for save in saves):
            services.ring(session, message.id)
        return [save_json(save, located.person) for save in saves]


def find_record(services: Services, caller: Caller, ref: RecordRef) -> Record:
    """Raises Invalid for a destination that is not there, NotFound for a record that is not there (or not yours), and
    DestinationError. While the destination is away, a record to which emails were saved before is taken as it was then.
    """
    destination = services.destinations.of(caller.tenant_id).get(ref.destination)
    if destination is None:
        raise Invalid("There is no destination of that name.", code="unknown_destination")
    try:
        return _known_record(services, caller, ref) or destination.get(caller.tenant_id, ref.type, ref.id)
    except DestinationError as error:
        if error.code != "not_found":
            raise
        raise NotFound("This record does not exist.", code="record_not_found") from None


def _known_record(services: Services, caller: Caller, ref: RecordRef) -> Record | None:
    """From an earlier save, if the destination has an outage."""
    known = select(Save.record_name).where(
        Save.tenant_id == caller.tenant_id,
        Save.destination == ref.destination,
        Save.record_type == ref.type,
        Save.record_id == ref.id,
    )
    with services.database.session() as session:
        if session.get(Outage, (caller.tenant_id, ref.destination)) is None:
            return None
        name = session.scalar(known.order_by(Save.created_at.desc()).limit(1))
    return Record(ref.destination, ref.type, ref.id, name) if name is not None else None


def why_not(item: MailItem) -> dict[str, str] | None:
    """Why an item cannot be saved at all, or None."""
    if item.is_draft:
        return {
            "code": "is_draft",
            "message": "This is a draft. Send it first; then save it from Sent Items.",
        }
    return None


def retry(services: Services, caller: Caller, save_id: UUID) -> dict[str, Any]:
    """Start a failed or partial save over. It is tried as the person who asks now."""
    person, _ = visible(services, caller, save_id)
    with services.database.session.begin() as session:
        save = undoing.locked(session, save_id)
        if save.state not in (SaveState.failed, SaveState.partial):
            raise Conflict("Only a save that failed or is partial can be retried.", code="nothing_to_retry")
        start_over(session, person, save)
        services.ring(session, save.message_id)
        return save_json(save, person)


def start_over(session: Session, person: Person, save: Save) -> None:
    """Of a save that is locked: from now on it is tried as that person, once somebody rings for it."""
    save.again(now())
    save.person_id = person.id
    note(session, "retried", person, save)


def unsave(services: Services, caller: Caller, save_id: UUID) -> dict[str, Any]:
    """Undo: the email leaves the record, unless the same email is saved there from another mailbox too."""
    person, save = _changeable(services, caller, save_id)
    if save.state != SaveState.undone:
        save = undoing.undo(services, save_id, person)
        with services.database.session.begin() as session:
            services.ring(session, save.message_id)
    return save_json(save, person)


def move(services: Services, caller: Caller, save_id: UUID, ref: RecordRef) -> dict[str, Any]:
    """Move to another record. The worker saves it there first and takes it off the old record after that."""
    record = find_record(services, caller, ref)
    person, _ = _changeable(services, caller, save_id)
    try:
        with services.database.session.begin() as session:
            save = _not_in_hand(session, save_id)
            if save.state == SaveState.undone:
                raise Conflict("This save was undone. Save the message again.", code="undone")
            if (save.destination, save.record_type, save.record_id) != (ref.destination, ref.type, ref.id):
                _head_for(save, ref, record)
                note(session, "moved", person, save)
                services.ring(session, save.message_id)
            return save_json(save, person)
    except IntegrityError:
        raise Conflict("The message is on that record already.", code="already_saved_there") from None


def _head_for(save: Save, ref: RecordRef, record: Record) -> None:
    if save.key and not save.leaving:
        old = {"destination": save.destination, "key": save.key, "reference": save.reference}
        save.leaving = {**old, "name": save.record_name}
    save.destination, save.record_type, save.record_id = ref.destination, ref.type, ref.id
    save.record_name, save.key, save.reference, save.link = record.name, None, None, None
    save.again(now())


def _changeable(services: Services, caller: Caller, save_id: UUID) -> tuple[Person, Save]:
    """As `visible`; administrators may change what was saved by people who left."""
    if not is_administrator(caller):
        return visible(services, caller, save_id)
    return row_of_tenant(services, caller, Save, save_id)


def _not_in_hand(session: Session, save_id: UUID) -> Save:
    save = undoing.locked(session, save_id)
    if undoing.is_in_hand(save) or save.undoing:
        code, sentence = ("being_undone", BEING_UNDONE) if save.undoing else ("being_saved", BEING_SAVED)
        raise Busy(sentence, code=code, retry_after=2)
    return save


def _choice(services: Services, choice: Choice, located: Located) -> dict[str, Any]:
    if choice is None or isinstance(choice, str):
        return {"mode": attachments_of(services, located.mailbox, choice)}
    known = {each.id for each in located.item.attachments}
    if not set(choice) <= known:
        raise Invalid("The message has no attachment with one of these ids.", code="unknown_attachment")
    return {"mode": "list", "ids": list(dict.fromkeys(choice))}
