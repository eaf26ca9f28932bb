"""Attachments: https://learn.microsoft.com/graph/api/attachment-get"""

import base64
from typing import Any

from tests.simulator import ids
from tests.simulator.graph import access, shape
from tests.simulator.graph.call import Answer, Call, GraphError
from tests.simulator.graph.finding import item_asked, parsed_id
from tests.simulator.graph.options import check_options, names, narrowed
from tests.simulator.graph.routing import of_message
from tests.simulator.mailbox import Item, Mailbox
from tests.simulator.mime import Attachment, read_mail

KINDS = {
    "file": "#microsoft.graph.fileAttachment",
    "item": "#microsoft.graph.itemAttachment",
    "reference": "#microsoft.graph.referenceAttachment",
}
FILE_NAMES = {"contentBytes", "contentId", "contentLocation"}
ITEM_EXPANSION = "microsoft.graph.itemattachment/item"
OVERHEAD = 138  # Exchange counts the attachment's properties too, so `size` is never the size of the bytes


@of_message("GET", "/attachments")
def read_all(call: Call) -> Answer:
    """A $filter is ignored, as in Graph."""
    check_options(call, {"$select", "$expand", "$filter", "$top", "$skip", "$count", "$orderby"})
    mailbox = access.mail(call)
    item = item_asked(call, mailbox)
    listing = listed(call, mailbox, item, call.query.get("$select", ""), call.query.get("$expand", ""))
    context = f"{_context(call, mailbox)}/attachments"
    return Answer(json={"@odata.context": context, "value": listing})


@of_message("GET", "/attachments/{attachment}")
def read(call: Call) -> Answer:
    check_options(call, {"$select", "$expand"})
    mailbox = access.mail(call)
    item = item_asked(call, mailbox)
    found = attachment_asked(call, mailbox, item)
    one = shown_attachment(
        call, mailbox, item, found, names(call.query.get("$select", "")), call.query.get("$expand", "")
    )
    return Answer(json={"@odata.context": f"{_context(call, mailbox)}/attachments/$entity", **one})


@of_message("GET", "/attachments/{attachment}/$value")
def read_content(call: Call) -> Answer:
    mailbox = access.mail(call)
    item = item_asked(call, mailbox)
    attachment = attachment_asked(call, mailbox, item)
    if attachment.kind == "reference":
        raise GraphError(405, "ErrorInvalidRequest", "A reference attachment has no content: $value is not allowed.")
    kind = "text/plain" if attachment.kind == "item" else attachment.content_type
    return Answer(octets=attachment.content, headers={"Content-Type": kind})


def listed(call: Call, mailbox: Mailbox, item: Item, select: str, expand: str) -> list[dict[str, Any]]:
    return [shown_attachment(call, mailbox, item, one, names(select), expand) for one in item.attachments]


def attachment_id(mailbox: Mailbox, item: Item, attachment: Attachment, immutable: bool) -> str:
    owner = mailbox.id_of(item, immutable)
    return ids.ItemId(owner.mailbox, owner.key, immutable, ids.attachment_key(attachment.number)).rest()


def shown_attachment(
    call: Call,
    mailbox: Mailbox,
    item: Item,
    attachment: Attachment,
    chosen: list[str] | None = None,
    expand: str = "",
) -> dict[str, Any]:
    full: dict[str, Any] = {
        "@odata.type": KINDS[attachment.kind],
        "@odata.mediaContentType": attachment.content_type,
        "id": attachment_id(mailbox, item, attachment, call.wants_immutable_ids),
        "lastModifiedDateTime": shape.moment(item.received_at),
        "name": attachment.name,
        "contentType": None if attachment.kind == "item" else attachment.content_type,
        "size": len(attachment.content) + OVERHEAD + 2 * len(attachment.name),
        "isInline": attachment.is_inline,
    }
    if attachment.kind == "file":
        full["contentId"] = attachment.content_id
        full["contentLocation"] = attachment.content_location
        full["contentBytes"] = base64.b64encode(attachment.content).decode()
    full = narrowed(full, chosen or [], "microsoft.graph.attachment", also=FILE_NAMES)
    if expand.lower() == ITEM_EXPANSION:
        full.update({"item": _inner(call, attachment)} if attachment.kind == "item" else {})
    elif expand:
        raise GraphError(400, "RequestBroker--ParseUri", f"Could not find a property named '{expand}'.")
    return full


def _inner(call: Call, attachment: Attachment) -> dict[str, Any]:
    """The message within the message. It has no mailbox of its own, and its id leads nowhere."""
    mail = read_mail(attachment.content)
    sent = shape.moment(mail.sent_at)
    return {
        "@odata.type": "#microsoft.graph.message",
        "id": "",
        "createdDateTime": sent,
        "receivedDateTime": sent,
        "sentDateTime": sent,
        "hasAttachments": bool(mail.attachments),
        "internetMessageId": mail.message_id,
        "subject": mail.subject,
        "importance": mail.importance,
        "isRead": True,
        "isDraft": mail.unsent,
        "body": shape.chosen_body(call, *shape.bodies(mail)),
        "sender": shape.recipient(mail.sender),
        "from": shape.recipient(mail.author),
        "toRecipients": shape.recipients(mail.to),
        "ccRecipients": shape.recipients(mail.cc),
        "bccRecipients": [],
        "replyTo": shape.recipients(mail.reply_to),
    }


def attachment_asked(call: Call, mailbox: Mailbox, item: Item) -> Attachment:
    """The attachment in the address. Raises GraphError."""
    wanted = parsed_id(call.params["attachment"])
    keys = (mailbox.id_of(item).key, mailbox.id_of(item, True).key)
    for one in item.attachments:
        if wanted.key in keys and wanted.attachment == ids.attachment_key(one.number):
            return one
    raise GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def _context(call: Call, mailbox: Mailbox) -> str:
    owner = f"{call.base}/v1.0/$metadata#users('{mailbox.account.id}')"
    return f"{owner}/messages('{call.params['message']}')"
