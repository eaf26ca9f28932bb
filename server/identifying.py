"""Which email is this? Settled once for each item, and the same for its copies in other mailboxes."""

from sqlalchemy import Select, func, select

from server import copying
from server.mail.mime import MimeMessage
from server.models import Message
from server.services import Services


def identify(services: Services, message: Message, copy: MimeMessage | None) -> str:
    """Settle, once for each item, which email it is. Two items of one mailbox whose bytes differ are two emails to the
    person who sees both, even if they only travelled differently; in two mailboxes they are copies of one.
    """
    identity = copying.identity_of(message, copy)
    sha256 = copy.mime_sha256 if copy else None
    others = select(Message.id).where(
        Message.mailbox_id == message.mailbox_id, Message.id != message.id, Message.identity == identity
    )
    with services.database.session.begin() as session:
        words = copying.identity_of(message, None)
        for subject in sorted({f"identity|{message.mailbox_id}|{identity}", f"words|{message.tenant_id}|{words}"}):
            session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(subject, 0))))
        row = session.get_one(Message, message.id)
        if row.identity is None:
            twin = session.scalar(others.where(Message.mime_sha256 != sha256).limit(1)) if sha256 else None
            row.identity = copying.identity_of_twin(identity, sha256) if twin and sha256 else identity
            row.identity = session.scalar(_known_elsewhere(message, copy, words).limit(1)) or row.identity
            row.mime_sha256 = sha256
        return row.identity


def _known_elsewhere(message: Message, copy: MimeMessage | None, words: str) -> Select[str | None]:
    """Of the copy in another mailbox, where one of the two was identified by Graph's words alone: then these decide."""
    query = select(Message.identity).where(
        Message.tenant_id == message.tenant_id, Message.mailbox_id != message.mailbox_id
    )
    if copy is not None:
        return query.where(Message.identity == words)
    return query.where(
        Message.internet_message_id == message.internet_message_id,
        Message.internet_message_id.is_not(None),
        Message.from_address == message.from_address,
        Message.subject == message.subject,
        Message.sent_at == message.sent_at,
        Message.identity.is_not(None),
    )
