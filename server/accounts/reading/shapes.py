"""Messages and folders as JSON, with the names that clients of the account API use."""

from typing import Any

from server.accounts.reading.folders import DELIMITER, Place
from server.accounts.reading.ids import part_id, text_id
from server.clock import iso
from server.mail.base import Address, Attachment, MailItem

SEEN, FLAGGED, DRAFT, ANSWERED = "\\Seen", "\\Flagged", "\\Draft", "\\Answered"


def folder_json(place: Place, with_counts: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "path": place.path,
        "name": place.name,
        "delimiter": DELIMITER,
        "parentPath": place.parent,
        "specialUse": place.use,
        "listed": True,
        "subscribed": True,
        "id": place.id,
    }
    if with_counts:
        found["status"] = {"messages": place.total, "unseen": place.unread}
    return found


def message_json(item: MailItem, path: str | None, use: str | None = None) -> dict[str, Any]:
    """As it stands in a list. `uid` is null: only IMAP numbers messages. Sizes are those that Exchange counts."""
    return {
        "id": item.id,
        "uid": None,
        "path": path,
        "emailId": item.id,
        "threadId": item.conversation_id,
        "date": iso(item.received_at or item.sent_at),
        "flags": flags_of(item),
        "labels": list(item.categories),
        "unseen": not item.is_read,
        "flagged": item.is_flagged,
        "draft": item.is_draft,
        "size": item.size,
        "subject": item.subject,
        "from": address_json(item.from_),
        "sender": address_json(item.sender),
        "replyTo": [address_json(each) for each in item.reply_to],
        "to": [address_json(each) for each in item.to],
        "cc": [address_json(each) for each in item.cc],
        "bcc": [address_json(each) for each in item.bcc],
        "messageId": item.internet_message_id,
        "inReplyTo": item.in_reply_to,
        "preview": item.preview,
        "messageSpecialUse": use,
        "text": {"id": text_id(item.id), "encodedSize": {}},
        "attachments": [attachment_json(item.id, each) for each in item.attachments],
    }


def flags_of(item: MailItem) -> list[str]:
    there = {SEEN: item.is_read, FLAGGED: item.is_flagged, DRAFT: item.is_draft, ANSWERED: item.is_answered}
    return [flag for flag, is_set in there.items() if is_set]


def address_json(address: Address) -> dict[str, str] | None:
    """None for nobody."""
    return {"name": address.name, "address": address.address} if address.name or address.address else None


def attachment_json(message: str, attachment: Attachment) -> dict[str, Any]:
    """Graph knows of each whether the text shows it, and no other disposition."""
    return {
        "id": part_id(message, attachment.id),
        "contentType": attachment.content_type or "application/octet-stream",
        "encodedSize": attachment.size,
        "filename": attachment.name,
        "embedded": attachment.is_inline,
        "inline": attachment.is_inline,
    }


def headers_json(item: MailItem) -> dict[str, list[str]]:
    """Values by name in lower case, in their order. Exchange has none of messages that were sent from the mailbox."""
    found: dict[str, list[str]] = {}
    for name, value in item.headers:
        found.setdefault(name.lower(), []).append(value)
    return found
