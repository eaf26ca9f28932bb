"""Records chosen while a message is still being written, from the person's side: choose, see, withdraw, say "sent".

The worker's side, which looks whether it was sent and then has it saved as any other message, is in sent.py.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, select, text, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server.access import enter, may_read, row_of_tenant
from server.activity import note_mailbox
from server.auth.callers import Caller
from server.clock import iso, now
from server.detection import ItemHint, Located, locate
from server.errors import Conflict, NotFound
from server.mail.base import MailItem
from server.mailboxes import attachments_of, own
from server.models import Outgoing, OutgoingState, Person
from server.models.outgoing import FIRST_WAIT
from server.paging import cursor_of, read_cursor
from server.people import person_json, person_of
from server.queueing import RecordRef
from server.saving import find_record
from server.services import Services

log = structlog.get_logger(__name__)

JUST = timedelta(minutes=10)  # whoever sends while the choice is on its way has sent what was a draft when they chose
WAITS = text("state = 'waiting'")


def choose(
    services: Services, caller: Caller, hint: ItemHint, records: list[RecordRef], attachments: str | None
) -> dict[str, Any]:
    """Have the draft saved to these records once it was sent, in place of what was chosen for it before.

    The draft is read as the caller, in whichever mailbox Outlook put it: that proves the right and fixes its identity.
    Raises Conflict for a message that is no draft.
    """
    found = [(ref, find_record(services, caller, ref)) for ref in dict.fromkeys(records)]
    located = locate(services, caller, hint)
    if not located.item.is_draft and not _was_just_sent(located):
        raise Conflict("This message was sent already. Save it as any other message.", code="already_sent")
    chosen = [
        {"destination": ref.destination, "type": ref.type, "id": ref.id, "name": record.name} for ref, record in found
    ]
    wanted = {"mode": attachments_of(services, located.mailbox, attachments)}
    with services.database.session.begin() as session:
        own(session, located.person)  # it may be found in the Sent Items there
        row = _chosen(session, located, chosen, wanted)
        note_mailbox(session, "outgoing_chosen", row.person, row.mailbox, name=names_of(row), outgoing=str(row.id))
        if not located.item.is_draft:
            services.ring_for_outgoing(session, row.id)
        return outgoing_json(row, located.person)


def _was_just_sent(located: Located) -> bool:
    item = located.item
    is_own = located.person.owns(item.from_.address) or item.from_.address == located.mailbox.address
    return is_own and item.sent_at is not None and item.sent_at > now() - JUST


def _chosen(session: Session, located: Located, records: list[dict[str, Any]], attachments: dict[str, Any]) -> Outgoing:
    """The one row that waits for the draft, with this choice."""
    item, moment = located.item, now()
    values = {
        "person_id": located.person.id,
        "folder_id": item.folder_id,
        "internet_message_id": item.internet_message_id,
        "subject": item.subject,
        "from_address": item.from_.address,
        "mailbox_kind": located.kind,
        "records": records,
        "attachments": attachments,
        "reason_code": None,
        "reason": None,
        "action": None,
        "failures": 0,
        "due_at": moment + timedelta(seconds=FIRST_WAIT if item.is_draft else 0),
        "lease_until": None,
        "fresh_at": moment,
    }
    row = insert(Outgoing).values(
        tenant_id=located.mailbox.tenant_id,
        mailbox_id=located.mailbox.id,
        immutable_id=item.id,
        state=OutgoingState.waiting,
        fence=0,
        created_at=moment,
        **values,
    )
    row = row.on_conflict_do_update(
        index_elements=["mailbox_id", "immutable_id"],
        index_where=WAITS,
        set_={**values, "fence": Outgoing.fence + 1},
    )
    return session.scalars(row.returning(Outgoing), execution_options={"populate_existing": True}).one()


def waiting_for(services: Services, located: Located) -> dict[str, Any] | None:
    """What was chosen for the draft that is open, by whomever."""
    if not located.item.is_draft:
        return None
    with services.database.session() as session:
        waiting = (Outgoing.state == OutgoingState.waiting, *_of_item(located.mailbox.id, located.item))
        found = session.scalars(select(Outgoing).where(*waiting)).one_or_none()
        return outgoing_json(found, located.person) if found else None


def _of_item(mailbox_id: UUID, item: MailItem) -> tuple[ColumnElement[bool], ...]:
    return Outgoing.mailbox_id == mailbox_id, Outgoing.immutable_id == item.id


def find(services: Services, caller: Caller, wanted: dict[str, Any]) -> tuple[list[dict[str, Any]], str | None]:
    """The caller's own, newest first; with `mailbox` everybody's there. `item` is an immutable id. Raises NotFound."""
    with services.database.session.begin() as session:
        person = person_of(session, caller)
    conditions: list[ColumnElement[bool]] = [Outgoing.tenant_id == caller.tenant_id]
    if wanted["mailbox"]:
        mailbox = enter(services, caller, wanted["mailbox"])
        if mailbox is None:
            raise NotFound()
        conditions.append(Outgoing.mailbox_id == mailbox.id)
    else:
        conditions.append(Outgoing.person_id == person.id)
    if wanted["item"]:
        conditions.append(Outgoing.immutable_id == wanted["item"])
    if wanted["state"]:
        conditions.append(Outgoing.state == OutgoingState(wanted["state"]))
    after = read_cursor(wanted["cursor"])
    if after:
        conditions.append(tuple_(Outgoing.created_at, Outgoing.id) < after)
    order = (Outgoing.created_at.desc(), Outgoing.id.desc())
    with services.database.session() as session:
        found = list(session.scalars(select(Outgoing).where(*conditions).order_by(*order).limit(wanted["limit"] + 1)))
        shown = [outgoing_json(each, person) for each in found[: wanted["limit"]]]
    more = len(found) > wanted["limit"]
    return shown, cursor_of(found[-2].created_at, found[-2].id) if more else None


def one(services: Services, caller: Caller, outgoing_id: UUID) -> dict[str, Any]:
    person, row = _visible(services, caller, outgoing_id)
    return outgoing_json(row, person)


def withdraw(services: Services, caller: Caller, outgoing_id: UUID) -> dict[str, Any]:
    """The draft is not saved when it is sent. What was sent already keeps its saves: those are undone one by one."""
    person, _ = _visible(services, caller, outgoing_id)
    with services.database.session.begin() as session:
        row = locked(session, outgoing_id)
        if row.state == OutgoingState.sent:
            raise Conflict("This message was sent already; undo its saves instead.", code="already_sent")
        if row.state == OutgoingState.waiting:
            row.ended("withdrawn", "The choice was taken back before the message was sent.", None, now())
            note_mailbox(session, "outgoing_withdrawn", person, row.mailbox, name=names_of(row), outgoing=str(row.id))
        return outgoing_json(row, person)


def hint_sent(services: Services, caller: Caller, outgoing_id: UUID) -> dict[str, Any]:
    """Somebody says that it is being sent. Only a hint: a worker looks at once, and often for a while."""
    person, _ = _visible(services, caller, outgoing_id)
    with services.database.session.begin() as session:
        row = locked(session, outgoing_id)
        if row.state == OutgoingState.waiting:
            row.freshen(now())
            services.ring_for_outgoing(session, row.id)
        return outgoing_json(row, person)


def locked(session: Session, outgoing_id: UUID) -> Outgoing:
    return session.get_one(Outgoing, outgoing_id, with_for_update={"of": Outgoing}, populate_existing=True)


def names_of(row: Outgoing) -> str:
    return ", ".join(each["name"] for each in row.records)


def _visible(services: Services, caller: Caller, outgoing_id: UUID) -> tuple[Person, Outgoing]:
    """If the caller chose it or may read the mailbox that the draft is in. Raises NotFound."""
    person, row = row_of_tenant(services, caller, Outgoing, outgoing_id)
    if row.person_id != person.id and not may_read(services, caller, person, row.mailbox_id):
        raise NotFound()
    return person, row


def outgoing_json(row: Outgoing, viewer: Person) -> dict[str, Any]:
    mailbox = row.mailbox
    return {
        "id": str(row.id),
        "state": row.state.value,
        "reason": row.reason,
        "reasonCode": row.reason_code,
        "action": row.action,
        "records": row.records,
        "attachments": row.attachments["mode"],
        "message": {"id": row.immutable_id, "internetMessageId": row.internet_message_id, "subject": row.subject},
        "mailbox": {"id": str(mailbox.id), "address": mailbox.address, "kind": row.mailbox_kind},
        "chosenBy": person_json(row.person, viewer),
        "createdAt": iso(row.created_at),
        "settledAt": iso(row.settled_at),
    }
