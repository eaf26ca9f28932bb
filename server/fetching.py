"""Fetches a message to be saved: nothing at all where its text is here already, else its MIME."""

from typing import IO

from server import copying, readers
from server.mail.base import Body, MailGone, MailTooLarge
from server.models import Message, MessageBody, Save
from server.services import Services


def fetch(services: Services, saves: list[Save], file: IO[bytes]) -> Body | None:
    """Write the MIME of the saves' message to `file`; where that is not needed or too large, return its text instead.

    Raises MailError and AffixError.
    """
    message = saves[0].message
    kept = _kept_body(services, saves)
    return kept or readers.as_reader(services, saves[0], lambda token: _fetch(services, token, message, file))


def _kept_body(services: Services, saves: list[Save]) -> Body | None:
    """The text that came when the message was seen, where nothing else is wanted: nothing has to be fetched then."""
    if services.settings.keep_mime or any(copying.wants_files(save) for save in saves):
        return None
    with services.database.session() as session:
        kept = session.get(MessageBody, saves[0].message_id)
    return Body(kept.text, kept.html) if kept else None


def _fetch(services: Services, token: str, message: Message, file: IO[bytes]) -> Body | None:
    """Write the message's MIME to `file`. When it is larger than allowed, return its text instead."""
    try:
        return _fetch_item(services, token, message, message.immutable_id, file)
    except MailGone:
        return _fetch_item(services, token, message, _found_again(services, token, message), file)


def _fetch_item(services: Services, token: str, message: Message, item_id: str, file: IO[bytes]) -> Body | None:
    file.seek(0)
    file.truncate()
    mailbox = message.mailbox.address
    try:
        services.mail.download(token, mailbox, item_id, file, services.settings.max_message_bytes)
    except MailTooLarge:
        return services.mail.body(token, mailbox, item_id)
    return None


def _found_again(services: Services, token: str, message: Message) -> str:
    """Immutable ids change too (restored, or moved to the archive and back): then a single item
    with its Message-ID counts.
    """
    wanted = message.internet_message_id
    found = services.mail.find(token, message.mailbox.address, wanted) if wanted else []
    if len(found) != 1:
        raise MailGone("The message was deleted, or moved to another mailbox.")
    return found[0].id
