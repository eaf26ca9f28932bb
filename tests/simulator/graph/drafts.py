"""Drafts and sending: https://learn.microsoft.com/graph/api/user-post-messages, .../message-send, .../user-sendmail

As somebody else: https://learn.microsoft.com/graph/outlook-send-mail-from-other-user
"""

import base64
import binascii
from datetime import datetime
from typing import Any

from tests.simulator import composing
from tests.simulator.directory import Account
from tests.simulator.graph import access, shape
from tests.simulator.graph.attachments import KINDS, attachment_asked, shown_attachment
from tests.simulator.graph.call import Answer, Call, GraphError
from tests.simulator.graph.finding import folder_asked, item_asked
from tests.simulator.graph.routing import of_mailbox, of_message
from tests.simulator.mailbox import Item, Mailbox
from tests.simulator.mime import Address, Attachment, read_mail

LARGEST_REQUEST = 4 * 1024 * 1024  # bytes
LARGEST_FILE = 3 * 1024 * 1024  # that comes in one request


@of_mailbox("POST", "/messages", "/mailFolders/{folder}/messages")
def make(call: Call) -> Answer:
    """A draft, from JSON or from base64 of MIME."""
    mailbox = access.mail(call, writing=True)
    folder = folder_asked(call, mailbox, call.params.get("folder", "drafts"))
    if call.header("Content-Type").startswith("text/plain"):
        raw = _decoded(call.body)
    else:
        raw = composed(call, mailbox, call.json(), _author(call, mailbox, call.json()))
    now = call.world.now().replace(microsecond=0)
    item = mailbox.deliver(read_mail(raw), folder, now, is_read=True, is_draft=True, has_headers=False)
    context = f"{call.base}/v1.0/$metadata#users('{mailbox.account.id}')/messages/$entity"
    return Answer(201, {"@odata.context": context, **shape.message(call, mailbox, item)})


@of_message("POST", "/attachments")
def attach(call: Call) -> Answer:
    mailbox = access.mail(call, writing=True)
    item = item_asked(call, mailbox)
    check_draft(item)
    if len(call.body) > LARGEST_REQUEST:
        raise GraphError(413, "RequestEntityTooLarge", "The request is larger than 4 MB.")
    if call.json().get("@odata.type") != KINDS["file"]:
        raise GraphError(400, "ErrorInvalidRequest", "An attachment needs the @odata.type of what it is.")
    try:
        [given] = composing.attachments([call.json()])
    except composing.Unfit as error:
        raise GraphError(400, error.code, str(error)) from error
    if len(given.content) >= LARGEST_FILE:
        raise GraphError(400, "ErrorAttachmentSizeLimitExceeded", "The attachment is larger than 3 MB.")
    return Answer(201, shown_attachment(call, mailbox, item, add(call, mailbox, item, given)))


@of_message("DELETE", "/attachments/{attachment}")
def detach(call: Call) -> Answer:
    mailbox = access.mail(call, writing=True)
    item = item_asked(call, mailbox)
    item.attachments.remove(attachment_asked(call, mailbox, item))
    mailbox.change(item, call.world.now())
    return Answer(204)


def add(call: Call, mailbox: Mailbox, item: Item, given: Attachment) -> Attachment:
    """One more attachment of a draft."""
    added = item.attach(given)
    mailbox.change(item, call.world.now())
    return added


@of_message("POST", "/send")
def send(call: Call) -> Answer:
    mailbox = access.mail(call, writing=True)
    item = item_asked(call, mailbox)
    check_draft(item)
    author = item.mail.author or Address(mailbox.account.name, mailbox.address)
    # The very item goes to the sent items, under the same immutable id, as it went out and with the time of that.
    item.mail = read_mail(_deliver(call, mailbox, as_shown(item), author, _sender(call, mailbox, author)))
    item.is_draft, item.received_at = False, item.mail.sent_at or call.world.now()
    if mailbox.address in call.world.sent_elsewhere and not call.bearer.is_app_only:
        mailbox.remove(item)
        _keep(call, access.person(call).address, item.mail.raw)
    else:
        mailbox.move(item, mailbox.folder_at("sentitems"), call.world.now())
    return Answer(202)


@of_mailbox("POST", "/sendMail")
def send_mail(call: Call) -> Answer:
    mailbox = access.mailbox_asked(call)
    body = call.json()
    shown = body.get("message", body.get("Message"))
    if not isinstance(shown, dict):
        raise GraphError(400, "ErrorInvalidParameter", "The parameter message is missing.")
    author = _author(call, mailbox, shown)
    raw = _deliver(call, mailbox, shown, author, _sender(call, mailbox, author))
    if body.get("saveToSentItems", body.get("SaveToSentItems", True)):
        _keep(call, mailbox.address, raw)
    if author.address != mailbox.address and author.address in call.world.message_copies:
        _keep(call, author.address, raw)
    return Answer(202)


def _keep(call: Call, address: str, raw: bytes) -> None:
    """A copy in the Sent Items of this mailbox."""
    call.world.deliver(address, raw, "sentitems", is_read=True, has_headers=False)


def as_shown(item: Item) -> dict[str, Any]:
    """What the draft says, as the JSON that it could be made of."""
    mail = item.mail
    body = {"contentType": "text", "content": mail.text_body}
    if mail.html_body is not None:
        body = {"contentType": "html", "content": mail.html_body}
    return {
        "subject": mail.subject,
        "body": body,
        "from": shape.recipient(mail.author),
        "replyTo": shape.recipients(mail.reply_to),
        "importance": item.importance,
        "isDeliveryReceiptRequested": bool(mail.header("Return-Receipt-To")),
        "isReadReceiptRequested": bool(mail.header("Disposition-Notification-To")),
        "internetMessageHeaders": [
            {"name": name, "value": value} for name, value in mail.headers if name.lower().startswith("x-")
        ],
        "toRecipients": shape.recipients(mail.to),
        "ccRecipients": shape.recipients(mail.cc),
        "bccRecipients": shape.recipients(mail.bcc),
        "internetMessageId": item.internet_message_id,
        "In-Reply-To": mail.header("In-Reply-To"),
        "References": mail.header("References"),
        "attachments": [
            {
                "name": one.name,
                "contentType": one.content_type,
                "contentBytes": base64.b64encode(one.content).decode(),
                "isInline": one.is_inline,
                "contentId": one.content_id,
            }
            for one in item.attachments
        ],
    }


def written(call: Call, mailbox: Mailbox, item: Item) -> bytes:
    """The draft as MIME, with its files."""
    shown = as_shown(item)
    return composed(call, mailbox, shown, _author(call, mailbox, shown))


def rewrite(call: Call, mailbox: Mailbox, item: Item, shown: dict[str, Any]) -> None:
    """The draft, written anew; the caller notes the change. Raises GraphError."""
    without_files = {**shown, "attachments": []}  # those are the item's own as long as it is a draft
    item.mail = read_mail(composed(call, mailbox, without_files, _author(call, mailbox, shown)))
    mailbox.rename(item, item.mail.message_id or item.internet_message_id)


def composed(
    call: Call,
    mailbox: Mailbox,
    shown: dict[str, Any],
    author: Address,
    sender: Address | None = None,
    at: datetime | None = None,
) -> bytes:
    try:
        return composing.composed(shown, author, at or call.world.now(), mailbox.account.tenant.domain, sender)
    except composing.Unfit as error:
        raise GraphError(400, error.code, str(error)) from error


def _decoded(body: bytes) -> bytes:
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error as error:
        raise GraphError(400, "ErrorMimeContentInvalidBase64String", "The MIME content is not base64.") from error


def _author(call: Call, mailbox: Mailbox, shown: dict[str, Any]) -> Address:
    try:
        named = composing.addresses([shown["from"]] if shown.get("from") else [])
    except composing.Unfit as error:
        raise GraphError(400, "BadRequest", str(error)) from error
    return named[0] if named else Address(mailbox.account.name, mailbox.address)


def check_draft(item: Item) -> None:
    if not item.is_draft:
        raise GraphError(400, "ErrorInvalidRequest", "The message is not a draft.")


def _sender(call: Call, mailbox: Mailbox, author: Address) -> Address | None:
    """Who is named as the sender beside the author, if anybody. Raises GraphError without the scope, full access to the
    mailbox in the address, or the right to the author's name."""
    if call.bearer.is_app_only:
        access.check_application(call, mailbox, ("Mail.Send",))
        return None
    sender, named = access.person(call), call.world.mailbox(author.address, call.bearer.tenant_id)
    own_mailbox, own_name = mailbox.account is sender, named is not None and named.account is sender
    wanted = {"Mail.Send", "Mail.Send.Shared"} if own_mailbox and own_name else {"Mail.Send.Shared"}
    if not wanted & call.bearer.scopes:
        raise GraphError(403, "ErrorAccessDenied", access.DENIED)
    if not own_mailbox and "full" not in _rights(call, sender, mailbox):
        raise GraphError(403, "ErrorAccessDenied", access.DENIED)
    if own_name or "sendAs" in _rights(call, sender, named):
        return None
    if "sendOnBehalf" in _rights(call, sender, named):
        return Address(sender.name, sender.address)
    message = "The user account which was used to submit this request does not have the right to send mail on behalf"
    raise GraphError(403, "ErrorSendAsDenied", f"{message} of the specified sending account.")


def _rights(call: Call, sender: Account, mailbox: Mailbox | None) -> set[str]:
    return {right.right for right in call.world.rights_of(sender, mailbox)} if mailbox else set()


def _deliver(call: Call, mailbox: Mailbox, shown: dict[str, Any], author: Address, sender: Address | None) -> bytes:
    """To everybody in this world; what others get does not show who got a blind copy. The sender's copy comes back."""
    moment = call.world.now()  # of the message, whoever has it
    kept = composed(call, mailbox, shown, author, sender, moment)
    mail = read_mail(kept)
    people = [*mail.to, *mail.cc, *mail.bcc]
    if not people:
        raise GraphError(400, "ErrorInvalidRecipients", "At least one recipient is not valid.")
    open_ = {**shown, "bccRecipients": [], "internetMessageId": mail.message_id}
    raw = composed(call, mailbox, open_, author, sender, moment)
    for address in dict.fromkeys(who.address for who in people):
        if call.world.mailbox(address):
            call.world.deliver(address, raw)
    return kept
