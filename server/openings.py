"""Which email is open: remembered when somebody opens it, so that it is found again without asking Graph."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server.clock import now
from server.detection import Located
from server.mail.base import MailItem
from server.models import Mailbox, Message, Opening

KEPT = timedelta(days=1)
KEY = ("mailbox_id", "immutable_id")
TOLD = ("internet_message_id", "from_address", "subject", "sent_at", "opened_at")


def remember(session: Session, located: Located) -> Opening:
    """The email that was just opened."""
    email = email_of(located.mailbox, located.item)
    key, told = ({name: getattr(email, name) for name in names} for names in (KEY, TOLD))
    row = insert(Opening).values(tenant_id=email.tenant_id, **key, **told)
    session.execute(row.on_conflict_do_update(index_elements=KEY, set_=told))
    return email


def email_of(mailbox: Mailbox, item: MailItem) -> Opening:
    """An item as if somebody had just opened it. Not stored."""
    return Opening(
        tenant_id=mailbox.tenant_id,
        mailbox_id=mailbox.id,
        immutable_id=item.id,
        internet_message_id=item.internet_message_id,
        from_address=item.from_.address,
        subject=item.subject,
        sent_at=item.sent_at,
        opened_at=now(),
    )


def unknown(tenant_id: str, mailbox_id: UUID, immutable_id: str) -> Opening:
    """An item of which only the id is known: the same email is not found in other mailboxes. Not stored."""
    return Opening(
        tenant_id=tenant_id,
        mailbox_id=mailbox_id,
        immutable_id=immutable_id,
        internet_message_id=None,
        from_address="",
        subject="",
        sent_at=None,
        opened_at=now(),
    )


def same_email(kind: type[Message] | type[Opening], email: Opening) -> ColumnElement[bool]:
    """Which rows are this item, or the same email in another mailbox."""
    this_one = and_(kind.mailbox_id == email.mailbox_id, kind.immutable_id == email.immutable_id)
    if not email.internet_message_id:
        return this_one
    # A Message-ID alone is the sender's word; sender, subject and time have to agree before what a colleague does with
    # an email is shown.
    elsewhere = and_(
        kind.tenant_id == email.tenant_id,
        kind.internet_message_id == email.internet_message_id,
        kind.from_address == email.from_address,
        kind.subject == email.subject,
        kind.sent_at == email.sent_at if email.sent_at else kind.sent_at.is_(None),
        kind.mailbox_id != email.mailbox_id,
    )
    return or_(this_one, elsewhere)


def forget_old(session: Session) -> None:
    session.execute(delete(Opening).where(Opening.opened_at < now() - KEPT))
