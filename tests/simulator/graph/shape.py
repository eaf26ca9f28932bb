"""A message as Graph shows it."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from tests.simulator import html
from tests.simulator.graph.call import Call
from tests.simulator.mailbox import Item, Mailbox
from tests.simulator.mime import Address, Mail

KINDS = {
    "REQUEST": ("#microsoft.graph.eventMessageRequest", "meetingRequest"),
    "CANCEL": ("#microsoft.graph.eventMessage", "meetingCancelled"),
    "REPLY": ("#microsoft.graph.eventMessageResponse", "meetingAccepted"),
}
WEB = "https://outlook.office365.com/owa/?ItemID="


def moment(when: datetime | None) -> str | None:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if when else None


def recipient(who: Address | None) -> dict[str, Any] | None:
    return {"emailAddress": {"name": who.name, "address": who.address}} if who else None


def recipients(people: Iterable[Address]) -> list[Any]:
    return [recipient(who) for who in people]


def message(call: Call, mailbox: Mailbox, item: Item, chosen: Sequence[str] = ()) -> dict[str, Any]:
    """All properties but those that must be asked for by name (see `on_request`).

    What is costly to make is None where something else is chosen.
    """
    mail, change_key = item.mail, item.change_key

    def where_chosen(name: str, make: Callable[[], Any]) -> Any:
        return make() if not chosen or name in chosen else None

    kind, meeting = KINDS.get(mail.calendar_method or "", (None, None))
    shown: dict[str, Any] = {"@odata.type": kind} if kind else {}
    shown.update(
        {
            "@odata.etag": f'W/"{change_key}"',
            "id": item_id(call, mailbox, item),
            "createdDateTime": moment(item.received_at),
            "lastModifiedDateTime": moment(item.modified_at),
            "changeKey": change_key,
            "categories": list(item.categories),
            "receivedDateTime": moment(item.received_at),
            "sentDateTime": moment(mail.sent_at or item.received_at),
            "hasAttachments": any(not attachment.is_inline for attachment in item.attachments),
            "internetMessageId": item.internet_message_id,
            "subject": item.subject,
            "bodyPreview": where_chosen("bodyPreview", lambda: preview(item)),
            "importance": item.importance,
            "parentFolderId": where_chosen("parentFolderId", item.folder.id.rest),
            "conversationId": item.conversation_id,
            "conversationIndex": "AQHa" + change_key[:24],
            "isDeliveryReceiptRequested": bool(mail.header("Return-Receipt-To")) if item.is_draft else None,
            "isReadReceiptRequested": bool(mail.header("Disposition-Notification-To")),
            "isRead": item.is_read,
            "isDraft": item.is_draft,
            "webLink": where_chosen("webLink", lambda: WEB + quote(mailbox.id_of(item).ews(), safe="")),
            "inferenceClassification": "focused",
            "body": where_chosen("body", lambda: body(call, item)),
            "sender": recipient(mail.sender),
            "from": recipient(mail.author),
            "toRecipients": recipients(mail.to),
            "ccRecipients": recipients(mail.cc),
            "bccRecipients": recipients(mail.bcc) if item.is_draft or item.folder.well_known == "sentitems" else [],
            "replyTo": recipients(mail.reply_to),
            "flag": {"flagStatus": item.flag},
        }
    )
    if meeting:
        shown["meetingMessageType"] = meeting
    return shown


def on_request(call: Call, item: Item, chosen: Sequence[str]) -> dict[str, Any]:
    """What comes only when $select names it; of a message that was written here, Exchange keeps no headers."""
    extra: dict[str, Any] = {"uniqueBody": body(call, item) if "uniqueBody" in chosen else None}
    if item.has_headers and "internetMessageHeaders" in chosen:
        extra["internetMessageHeaders"] = [{"name": name, "value": value} for name, value in item.mail.headers]
    return extra


def item_id(call: Call, mailbox: Mailbox, item: Item) -> str:
    return mailbox.id_of(item, call.wants_immutable_ids).rest()


def body(call: Call, item: Item) -> dict[str, str]:
    return chosen_body(call, *bodies(item.mail))


def chosen_body(call: Call, markup: str, text: str) -> dict[str, str]:
    """HTML unless text is preferred; made safe unless unsafe HTML is preferred."""
    if call.preference("outlook.body-content-type") == "text":
        return {"contentType": "text", "content": text}
    unsafe = call.preference("outlook.allow-unsafe-html") is not None
    return {"contentType": "html", "content": markup if unsafe else html.sanitised(markup)}


def preview(item: Item) -> str:
    return " ".join(text_of(item).split())[:255]


def text_of(item: Item) -> str:
    return bodies(item.mail)[1]


def bodies(mail: Mail) -> tuple[str, str]:
    """The body as HTML and as text, whichever of the two the sender wrote."""
    if mail.html_body is not None:
        return mail.html_body, html.to_text(mail.html_body) or mail.text_body
    return html.from_text(mail.text_body), mail.text_body
