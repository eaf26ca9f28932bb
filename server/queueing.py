"""From an item in a mailbox and somebody's wish to rows: the message, and a save of it for each record."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server import tracing
from server.clock import now
from server.mail.base import Address, MailItem
from server.models import Mailbox, Message, MessageBody, Save, SaveState


@dataclass(frozen=True)
class RecordRef:
    destination: str
    type: str
    id: str


@dataclass(frozen=True)
class Wish:
    """Whose right it is saved with, from what kind of mailbox, with which attachments, and what it comes from."""

    person_id: UUID
    mailbox_kind: str
    attachments: dict[str, Any]
    how: str = "manual"
    rule_id: UUID | None = None
    backfill_id: UUID | None = None
    by_application: bool = False


def message_row(session: Session, mailbox: Mailbox, item: MailItem) -> Message:
    """The item's row, brought up to what Graph says of it now."""
    values = {
        "internet_message_id": item.internet_message_id,
        "conversation_id": item.conversation_id,
        "subject": item.subject,
        "kind": item.kind,
        "from_name": item.from_.name,
        "from_address": item.from_.address,
        "sender_address": item.sender.address,
        "sent_at": item.sent_at,
        "received_at": item.received_at,
        "web_link": item.web_link,
        "preview": item.preview,
        "attachments": [
            {"id": each.id, "name": each.name, "size": each.size, "kind": each.kind, "inline": each.is_inline}
            for each in item.attachments
        ],
        "recipients": {"to": _addresses(item.to), "cc": _addresses(item.cc)},
        "categories": list(item.categories),
        "etag": item.etag,
    }
    row = insert(Message).values(tenant_id=mailbox.tenant_id, mailbox_id=mailbox.id, immutable_id=item.id, **values)
    row = row.on_conflict_do_update(index_elements=["mailbox_id", "immutable_id"], set_=values)
    message = session.scalars(row.returning(Message), execution_options={"populate_existing": True}).one()
    if item.body is not None:
        body = insert(MessageBody).values(message_id=message.id, text=item.body.text, html=item.body.html)
        session.execute(body.on_conflict_do_nothing())
    return message


def _addresses(found: Iterable[Address]) -> list[dict[str, str]]:
    return [{"name": each.name, "address": each.address} for each in found]


def hold_message(session: Session, message_id: UUID) -> None:
    """Lock the item's row. Whoever changes both an item and a save of it begins with the item: that is the one order in
    which nobody waits for the other.
    """
    session.execute(select(Message.id).where(Message.id == message_id).with_for_update(of=Message))


def queue_save(session: Session, message: Message, ref: RecordRef, record_name: str, wish: Wish) -> Save:
    """The one live save of this message for this record, new or there already; one that failed starts over."""
    moment = now()
    row = insert(Save).values(
        tenant_id=message.tenant_id,
        message_id=message.id,
        mailbox_id=message.mailbox_id,
        person_id=wish.person_id,
        destination=ref.destination,
        record_type=ref.type,
        record_id=ref.id,
        record_name=record_name,
        attachments=wish.attachments,
        mailbox_kind=wish.mailbox_kind,
        missing=[],
        attempts=0,
        fence=0,
        how=wish.how,
        rule_id=wish.rule_id,
        backfill_id=wish.backfill_id,
        by_application=wish.by_application,
        state=SaveState.queued,
        due_at=moment,
        created_at=moment,
        trace=tracing.current(),
    )
    session.execute(row.on_conflict_do_nothing())
    live = select(Save).where(
        Save.message_id == message.id,
        Save.destination == ref.destination,
        Save.record_type == ref.type,
        Save.record_id == ref.id,
        Save.state != SaveState.undone,
    )
    save = session.scalars(live.with_for_update(of=Save)).one()
    if save.state == SaveState.failed:
        save.again(moment)
        save.trace = tracing.current()
        save.person_id, save.attachments, save.by_application = wish.person_id, wish.attachments, wish.by_application
    return save
