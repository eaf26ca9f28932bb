"""From a message as Graph's JSON has it to MIME: what Outlook writes when somebody drafts and sends."""

import base64
import binascii
import email.utils
import uuid
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from tests.simulator import html
from tests.simulator.mime import Address, Attachment


class Unfit(ValueError):
    """The JSON is no message."""


def addresses(value: Any) -> list[Address]:
    """Of a list of recipients. Raises Unfit."""
    try:
        pairs = [(one["emailAddress"].get("name"), one["emailAddress"]["address"]) for one in value or []]
        return [Address(str(name or address), address) for name, address in pairs if "@" in address]
    except (KeyError, TypeError, AttributeError) as error:
        raise Unfit("a recipient is {emailAddress: {name, address}}") from error


def attachments(value: Any) -> list[Attachment]:
    """Of a list of fileAttachments. Raises Unfit."""
    try:
        return [
            Attachment(
                "file",
                str(one["name"]),
                str(one.get("contentType") or "application/octet-stream"),
                base64.b64decode(one["contentBytes"], validate=True),
                bool(one.get("isInline")),
                one.get("contentId"),
            )
            for one in value or []
        ]
    except (KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise Unfit("an attachment is {name, contentType, contentBytes}") from error


def composed(
    shown: dict[str, Any], author: Address, now: datetime, domain: str, sender: Address | None = None
) -> bytes:
    """The MIME of a draft. `sender` is who really sends, where that is not the author. Raises Unfit."""
    mail = EmailMessage()
    mail["From"] = email.utils.formataddr((author.name, author.address))
    if sender:
        mail["Sender"] = email.utils.formataddr((sender.name, sender.address))
    for header, name in (("To", "toRecipients"), ("Cc", "ccRecipients"), ("Bcc", "bccRecipients")):
        people = addresses(shown.get(name))
        if people:
            mail[header] = ", ".join(email.utils.formataddr((who.name, who.address)) for who in people)
    mail["Subject"] = " ".join(str(shown.get("subject") or "").split())
    mail["Date"] = email.utils.format_datetime(now)
    mail["Message-ID"] = shown.get("internetMessageId") or f"<{uuid.uuid4().hex.upper()}@{domain}>"
    for name in ("In-Reply-To", "References"):
        if shown.get(name):
            mail[name] = shown[name]
    _write_body(mail, shown.get("body") or {})
    for one in attachments(shown.get("attachments")):
        kind, _, form = one.content_type.partition("/")
        mail.add_attachment(one.content, kind, form or "octet-stream", filename=one.name, cid=one.content_id)
    return mail.as_bytes()


def _write_body(mail: EmailMessage, body: dict[str, Any]) -> None:
    content = str(body.get("content") or "")
    if str(body.get("contentType", "text")).lower() == "html":
        mail.set_content(html.to_text(content))
        mail.add_alternative(content, subtype="html")
    else:
        mail.set_content(content)
