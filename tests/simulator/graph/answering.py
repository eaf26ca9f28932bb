"""Drafts that answer or forward a message, with what was written before below an empty line.

https://learn.microsoft.com/graph/api/message-createreply, .../message-createreplyall, .../message-createforward
"""

import re
from typing import Any

from tests.simulator.graph import access, shape
from tests.simulator.graph.call import Answer, Call, GraphError
from tests.simulator.graph.drafts import as_shown, composed
from tests.simulator.graph.finding import item_asked
from tests.simulator.graph.routing import of_message
from tests.simulator.mailbox import Item, Mailbox
from tests.simulator.mime import Address, read_mail


@of_message("POST", "/createReply")
def reply(call: Call) -> Answer:
    return _draft(call, "RE: ", lambda item, own: {"toRecipients": shape.recipients(_authors(item))})


@of_message("POST", "/createReplyAll")
def reply_to_all(call: Call) -> Answer:
    def people(item: Item, own: Address) -> dict[str, Any]:
        others = [who for who in item.mail.to if who.address != own.address]
        return {
            "toRecipients": shape.recipients([*_authors(item), *others]),
            "ccRecipients": shape.recipients([who for who in item.mail.cc if who.address != own.address]),
        }

    return _draft(call, "RE: ", people)


@of_message("POST", "/createForward")
def forward(call: Call) -> Answer:
    return _draft(call, "FW: ", lambda item, own: {"attachments": as_shown(item)["attachments"]})


def _draft(call: Call, prefix: str, more: Any) -> Answer:
    mailbox = access.mail(call, writing=True)
    item = item_asked(call, mailbox)
    own = Address(mailbox.account.name, mailbox.address)
    shown = {
        "subject": prefix + re.sub(r"(?i)^((re|fwd?):\s*)+", "", item.subject),
        "body": {"contentType": "text", "content": f"\n\n{item.mail.text_body}"},
        "In-Reply-To": item.internet_message_id,
        "References": " ".join([*dict.fromkeys(item.mail.references), item.internet_message_id]),
        **more(item, own),
        **_wished(call),
    }
    now = call.world.now().replace(microsecond=0)
    mail = read_mail(composed(call, mailbox, shown, own))
    draft = mailbox.deliver(mail, mailbox.folder_at("drafts"), now, is_read=True, is_draft=True, has_headers=False)
    return Answer(201, _entity(call, mailbox, draft))


def _wished(call: Call) -> dict[str, Any]:
    """What the body asks to be written otherwise. A comment never becomes part of the draft: a known issue."""
    body = call.json() if call.body else {}
    wished = body.get("message", body.get("Message")) or {}
    if not isinstance(wished, dict):
        raise GraphError(400, "BadRequest", "message is an object.")
    if wished.get("body") and body.get("comment", body.get("Comment")):
        raise GraphError(
            400, "ErrorInvalidRequest", "Either a comment or the body of a message can be given, not both."
        )
    return {name: value for name, value in wished.items() if not name.startswith("@")}


def _entity(call: Call, mailbox: Mailbox, draft: Item) -> dict[str, Any]:
    context = f"{call.base}/v1.0/$metadata#users('{mailbox.account.id}')/messages/$entity"
    return {"@odata.context": context, **shape.message(call, mailbox, draft)}


def _authors(item: Item) -> list[Address]:
    return item.mail.reply_to or ([item.mail.author] if item.mail.author else [])
