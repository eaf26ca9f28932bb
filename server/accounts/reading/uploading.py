"""A message put into a folder. Microsoft 365 makes every message that comes so a draft, whatever the folder."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate
from typing import Any

from server.accounts.acting import Acting
from server.accounts.reading.changing import Change, flags_patch
from server.accounts.reading.folders import place_at
from server.accounts.reading.refusals import FOLDER, told
from server.errors import Invalid

LARGEST = 3 * 1024 * 1024 - 64 * 1024  # bytes of MIME: Graph takes 4 MB in a request, in base64


@dataclass(frozen=True)
class Written:
    """What MIME is to be made of. People are (name, address)."""

    from_: tuple[str, str]
    to: Sequence[tuple[str, str]] = ()
    cc: Sequence[tuple[str, str]] = ()
    bcc: Sequence[tuple[str, str]] = ()
    reply_to: Sequence[tuple[str, str]] = ()
    subject: str = ""
    text: str | None = None
    html: str | None = None


def composed(written: Written) -> bytes:
    """Raises Invalid for addresses that cannot stand in a header."""
    mail = EmailMessage()
    try:
        mail["From"] = _person(written.from_)
        for name in ("to", "cc", "bcc", "reply_to"):
            people = [_person(each) for each in getattr(written, name)]
            if people:
                mail[name.replace("_", "-").title()] = people
        mail["Subject"] = written.subject
    except (ValueError, UnicodeError, IndexError, HeaderParseError):
        raise Invalid("The subject or an address cannot stand in a message.", code="InvalidMessage") from None
    domain = written.from_[1].rpartition("@")[2]
    mail["Date"], mail["Message-ID"] = formatdate(), f"<{uuid.uuid4().hex}@{domain}>"
    if written.text is not None or written.html is None:
        mail.set_content(written.text or "")
    if written.html is not None:
        (mail.set_content if written.text is None else mail.add_alternative)(written.html, subtype="html")
    return mail.as_bytes()


def _person(person: tuple[str, str]) -> Address:
    return Address(display_name=person[0], addr_spec=person[1])


def upload(acting: Acting, path: str, mime: bytes, flags: Change) -> dict[str, Any]:
    """{"id", "path", "uid", "messageId", "draft"}. Never tried twice: it would be there twice."""
    if len(mime) > LARGEST:
        raise Invalid("Microsoft 365 takes messages of up to 3 MB in this way.", code="TooLarge")
    patch, place, reading = flags_patch(flags), place_at(acting, path), acting.services.mail.reading
    with told(FOLDER):
        made = acting.ask(lambda token: reading.add(token, acting.address, place.id, mime))
        if patch:
            acting.ask(lambda token: reading.change(token, acting.address, made.id, patch))
    answer = {"id": made.id, "path": place.path, "uid": None}
    return {**answer, "messageId": made.internet_message_id, "draft": made.is_draft}
