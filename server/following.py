"""Following saves: who may see them, in which order they are listed and how they are shown."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, tuple_

from server.access import may_read, row_of_tenant
from server.auth.callers import Caller
from server.clock import iso
from server.errors import NotFound
from server.models import DONE, Mailbox, Message, Person, Save, SaveState
from server.paging import cursor_of, read_cursor
from server.people import person_json, person_of
from server.services import Services


def find(services: Services, caller: Caller, wanted: dict[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
    """The caller's saves, newest first; with `mailbox` everybody's there, if the caller may read it."""
    with services.database.session.begin() as session:
        person = person_of(session, caller)
    conditions = _conditions(services, caller, person, wanted)
    after = read_cursor(wanted["cursor"])
    if after:
        conditions.append(tuple_(Save.created_at, Save.id) < after)
    query = select(Save).join(Message, Save.message_id == Message.id).where(*conditions)
    with services.database.session() as session:
        found = list(session.scalars(query.order_by(Save.created_at.desc(), Save.id.desc()).limit(wanted["limit"] + 1)))
        shown = [save_json(each, person) for each in found[: wanted["limit"]]]
    more = len(found) > wanted["limit"]
    return shown, cursor_of(found[-2].created_at, found[-2].id) if more else None


def _conditions(
    services: Services, caller: Caller, person: Person, wanted: dict[str, Any]
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Save.tenant_id == caller.tenant_id]
    if wanted["state"]:
        conditions.append(Save.state == SaveState(wanted["state"]))
    if wanted["message"]:
        named = (Message.internet_message_id == wanted["message"], Message.immutable_id == wanted["message"])
        conditions.append(or_(*named))
    if not wanted["mailbox"]:
        return [*conditions, Save.person_id == person.id]
    with services.database.session() as session:
        address = wanted["mailbox"].lower()
        mailbox = session.scalars(
            select(Mailbox).where(Mailbox.tenant_id == caller.tenant_id, Mailbox.address == address)
        ).one_or_none()
    if mailbox is None or not may_read(services, caller, person, mailbox.id):
        raise NotFound()
    return [*conditions, Message.mailbox_id == mailbox.id]


def one(services: Services, caller: Caller, save_id: UUID) -> dict[str, Any]:
    person, save = visible(services, caller, save_id)
    return save_json(save, person)


def visible(services: Services, caller: Caller, save_id: UUID) -> tuple[Person, Save]:
    """The save, if the caller made it or may read the mailbox that it came from. Else there is no such save."""
    person, save = row_of_tenant(services, caller, Save, save_id)
    if save.person_id != person.id and not may_read(services, caller, person, save.message.mailbox_id):
        raise NotFound()
    return person, save


def save_json(save: Save, viewer: Person) -> dict[str, Any]:
    message, saver, outage = save.message, save.person, save.waits_for
    return {
        "id": str(save.id),
        "state": save.state.value,
        "reason": outage.words if outage else save.reason,
        "reasonCode": "destination_away" if outage else save.reason_code,
        "action": save.action,
        "missing": save.missing,
        "record": {
            "destination": save.destination,
            "type": save.record_type,
            "id": save.record_id,
            "name": save.record_name,
        },
        "link": save.link,
        "message": {
            "id": message.immutable_id,
            "internetMessageId": message.internet_message_id,
            "subject": message.subject,
            "sentBy": message.sender_address or message.from_address,
        },
        "mailbox": {
            "id": str(message.mailbox_id),
            "address": message.mailbox.address,
            "kind": save.mailbox_kind,
        },
        "savedBy": person_json(saver, viewer),
        "how": save.how,
        "attachments": save.attachments.get("ids", save.attachments["mode"]),
        "category": _category_json(save),
        "createdAt": iso(save.created_at),
        "savedAt": iso(save.saved_at),
    }


def _category_json(save: Save) -> dict[str, str | None]:
    message = save.message
    if message.category_problem:
        return {"state": "refused", "message": message.category_problem}
    if save.state not in (*DONE, SaveState.failed):
        return {"state": "pending", "message": None}
    # Nothing is set and nothing is due: marks are switched off.
    unset = "off" if message.mark_at is None else "pending"
    return {"state": "set" if message.category else unset, "message": None}
