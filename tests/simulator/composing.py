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

MOST_HEADERS = 5  # of one's own


class Unfit(ValueError):
    """The JSON is no message. `code` is what Graph calls that."""

    def __init__(self, message: str, code: str = "BadRequest") -> None:
        super().__init__(message)
        self.code = code


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


def own_headers(value: Any) -> list[tuple[str, str]]:
    """https://learn.microsoft.com/graph/api/resources/internetmessageheader. Raises Unfit."""
    try:
        found = [(str(one["name"]), str(one["value"])) for one in value or []]
    except (KeyError, TypeError) as error:
        raise Unfit("a header is {name, value}") from error
    for name, _ in found:
        if not name.lower().startswith("x-"):
            sentence = f"The internet message header name '{name}' should start with 'x-' or 'X-'."
            raise Unfit(sentence, "InvalidInternetMessageHeader")
    if len(found) > MOST_HEADERS:
        sentence = f"Maximum number of headers in one message should be less than or equal to {MOST_HEADERS}."
        raise Unfit(sentence, "InvalidInternetMessageHeaderCollection")
    return found


def composed(
    shown: dict[str, Any], author: Address, now: datetime, domain: str, sender: Address | None = None
) -> bytes:
    """The MIME of a draft. `sender` is who really sends, where that is not the author. Raises Unfit."""
    mail = EmailMessage()
    mail["From"] = email.utils.formataddr((author.name, author.address))
    if sender:
        mail["Sender"] = email.utils.formataddr((sender.name, sender.address))
    for header, name in _PEOPLE:
        people = addresses(shown.get(name))
        if people:
            mail[header] = ", ".join(email.utils.formataddr((who.name, who.address)) for who in people)
    mail["Subject"] = " ".join(str(shown.get("subject") or "").split())
    mail["Date"] = email.utils.format_datetime(now)
    mail["Message-ID"] = shown.get("internetMessageId") or f"<{uuid.uuid4().hex.upper()}@{domain}>"
    for name in ("In-Reply-To", "References"):
        if shown.get(name):
            mail[name] = shown[name]
    if shown.get("importance") in ("low", "high"):
        mail["Importance"] = shown["importance"]
    for header, name in _RECEIPTS:
        if shown.get(name):
            mail[header] = author.address
    for name, value in own_headers(shown.get("internetMessageHeaders")):
        mail[name] = value
    _write_body(mail, shown.get("body") or {})
    for one in attachments(shown.get("attachments")):
        kind, _, form = one.content_type.partition("/")
        place = "inline" if one.is_inline else "attachment"
        cid = f"<{one.content_id}>" if one.content_id else None
        mail.add_attachment(one.content, kind, form or "octet-stream", disposition=place, filename=one.name, cid=cid)
    return mail.as_bytes()


_PEOPLE = (("To", "toRecipients"), ("Cc", "ccRecipients"), ("Bcc", "bccRecipients"), ("Reply-To", "replyTo"))
_RECEIPTS = (
    ("Return-Receipt-To", "isDeliveryReceiptRequested"),
    ("Disposition-Notification-To", "isReadReceiptRequested"),
)


def _write_body(mail: EmailMessage, body: dict[str, Any]) -> None:
    content = str(body.get("content") or "")
    if str(body.get("contentType", "text")).lower() == "html":
        mail.set_content(html.to_text(content))
        mail.add_alternative(content, subtype="html")
    else:
        mail.set_content(content)
