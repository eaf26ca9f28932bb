"""Graph's JSON as the dataclasses of mail/base.py. What a database could not hold is cut out here."""

import re
from datetime import datetime
from typing import Any

from server.mail.base import Address, Attachment, AttachmentKind, Body, MailItem, Part

FIELDS = (
    "id,internetMessageId,conversationId,subject,from,sender,toRecipients,ccRecipients,sentDateTime,receivedDateTime,"
    "isDraft,isRead,flag,bodyPreview,webLink,categories,parentFolderId,internetMessageHeaders"
)
GLANCE = (  # what a list needs
    "id,internetMessageId,conversationId,subject,from,sender,sentDateTime,receivedDateTime,isDraft,hasAttachments"
)
ATTACHMENTS = "attachments($select=id,name,contentType,size,isInline)"
# Exchange shows no headers of messages that were sent from the mailbox, but what it made headers of (MS-OXPROPS).
REFERENCES, IN_REPLY_TO, SENSITIVITY, SIZE, LAST_VERB = 0x1039, 0x1042, 0x0036, 0x0E08, 0x1081
ANSWERED = ("102", "103")  # what was done last: a reply, a reply to all
PROPERTIES = (
    f"singleValueExtendedProperties($filter=id eq 'String 0x{REFERENCES:04x}' or id eq 'String 0x{IN_REPLY_TO:04x}' "
    f"or id eq 'Integer 0x{SENSITIVITY:04x}')"
)
EXPANSIONS = f"{ATTACHMENTS},{PROPERTIES}"
ATTACHMENT_KINDS: dict[str, AttachmentKind] = {"itemAttachment": "item", "referenceAttachment": "reference"}
ITEM_KINDS = {
    "eventMessageRequest": "meetingRequest",
    "eventMessageResponse": "meetingResponse",
    "eventMessage": "meetingMessage",
}
MESSAGE_ID = re.compile(r"<[^<>\s]{1,996}>")
PROPERTY_ID = re.compile(r"\w+ 0x([0-9A-Fa-f]{1,4})\Z")
MOST_REFERENCES = 100
PRIVATE = ("private", "personal", "company-confidential")
PRIVATE_NUMBERS = ("1", "2", "3")  # personal, private, confidential


def item_of(found: dict[str, Any]) -> MailItem:
    from_ = _address(found.get("from"))
    headers, properties = found.get("internetMessageHeaders") or [], _properties(found)
    sensitivity = properties.get(SENSITIVITY, "")
    return MailItem(
        id=str(found["id"]),
        internet_message_id=text_of(found.get("internetMessageId")) or None,
        conversation_id=text_of(found.get("conversationId")) or None,
        subject=text_of(found.get("subject")),
        kind=_kind(str(found.get("@odata.type", ""))),
        from_=from_,
        sender=_address(found.get("sender")) if found.get("sender") else from_,
        to=tuple(_address(each) for each in found.get("toRecipients") or []),
        cc=tuple(_address(each) for each in found.get("ccRecipients") or []),
        sent_at=_moment(found.get("sentDateTime")),
        received_at=_moment(found.get("receivedDateTime")),
        is_draft=bool(found.get("isDraft")),
        preview=text_of(found.get("bodyPreview")),
        web_link=text_of(found.get("webLink")) or None,
        categories=tuple(str(each) for each in found.get("categories") or []),
        etag=found.get("@odata.etag"),
        attachments=tuple(_attachment(each) for each in found.get("attachments") or []),
        references=_references(headers, properties),
        is_private=_header(headers, "sensitivity").lower() in PRIVATE or sensitivity in PRIVATE_NUMBERS,
        body=body_of(found["body"]) if found.get("body") else None,
        folder_id=text_of(found.get("parentFolderId")) or None,
        has_files=bool(found.get("hasAttachments")),
        is_read=bool(found.get("isRead")),
        is_flagged=bool(_is_flagged(found)),
        bcc=tuple(_address(each) for each in found.get("bccRecipients") or []),
        reply_to=tuple(_address(each) for each in found.get("replyTo") or []),
        in_reply_to=_in_reply_to(headers, properties),
        size=_number(properties.get(SIZE)),
        is_answered=properties.get(LAST_VERB) in ANSWERED,
        headers=tuple((text_of(each.get("name")), text_of(each.get("value"))) for each in headers),
    )


def part_of(found: dict[str, Any]) -> Part:
    categories = found.get("categories")
    return Part(
        id=str(found["id"]),
        is_read=_is(found, "isRead"),
        is_flagged=_is_flagged(found),
        is_draft=_is(found, "isDraft"),
        categories=None if categories is None else tuple(str(each) for each in categories),
    )


def _is(found: dict[str, Any], name: str) -> bool | None:
    return None if found.get(name) is None else bool(found[name])


def _is_flagged(found: dict[str, Any]) -> bool | None:
    flag = found.get("flag")
    return flag.get("flagStatus") == "flagged" if isinstance(flag, dict) else None


def lacks_headers(found: dict[str, Any]) -> bool:
    """Whether its headers did not come, or only those that its sender's program added to it."""
    return not found.get("isDraft") and not _header(found.get("internetMessageHeaders") or [], "message-id")


def body_of(found: dict[str, Any]) -> Body:
    content = text_of(found.get("content"))
    return Body("", content) if found.get("contentType") == "html" else Body(content, None)


def _attachment(found: dict[str, Any]) -> Attachment:
    kind = ATTACHMENT_KINDS.get(str(found.get("@odata.type", "")).rpartition(".")[2], "file")
    return Attachment(
        id=str(found["id"]),
        name=text_of(found.get("name")),
        content_type=text_of(found.get("contentType")),
        size=int(found.get("size") or 0),
        kind=kind,
        is_inline=bool(found.get("isInline")),
    )


def _kind(odata_type: str) -> str:
    return ITEM_KINDS.get(odata_type.rpartition(".")[2], "message")


def _references(headers: list[dict[str, Any]], properties: dict[int, str]) -> tuple[str, ...]:
    """The Message-IDs that this message answers or follows, the latest first."""
    followed = _header(headers, "references") or properties.get(REFERENCES, "")
    named = f"{followed} {_header(headers, 'in-reply-to') or properties.get(IN_REPLY_TO, '')}"
    return tuple(dict.fromkeys(reversed(MESSAGE_ID.findall(named))))[:MOST_REFERENCES]


def _in_reply_to(headers: list[dict[str, Any]], properties: dict[int, str]) -> str | None:
    """The one Message-ID that this message answers."""
    found = MESSAGE_ID.search(_header(headers, "in-reply-to") or properties.get(IN_REPLY_TO, ""))
    return found[0] if found else None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _header(headers: list[dict[str, Any]], name: str) -> str:
    return next((text_of(each.get("value")) for each in headers if str(each.get("name", "")).lower() == name), "")


def _properties(found: dict[str, Any]) -> dict[int, str]:
    """Extended properties by their number: Graph writes it in its own way, "Integer 0x0036" comes as "Integer 0x36"."""
    numbers: dict[int, str] = {}
    for each in found.get("singleValueExtendedProperties") or []:
        tag = PROPERTY_ID.match(str(each.get("id")))
        if tag:
            numbers[int(tag[1], 16)] = text_of(each.get("value"))
    return numbers


def _address(found: dict[str, Any] | None) -> Address:
    inner = (found or {}).get("emailAddress") or {}
    return Address(text_of(inner.get("name")), text_of(inner.get("address")).lower())


def text_of(value: object) -> str:
    # PostgreSQL's text takes neither NUL nor lone surrogates; hostile mail has both.
    text = str(value or "").replace("\x00", "")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _moment(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
