"""Sending from an account's mailbox, and the outbox."""

import mimetypes
from typing import Any

from apiflask import APIBlueprint
from flask import request

from server.accounts.reading.ids import message_id, parts_of
from server.accounts.reading.refusals import told
from server.accounts.sending import outbox, submitting
from server.accounts.sending.files import NewFile
from server.accounts.sending.submitting import Asked
from server.api.guard import services
from server.api.v1.guard import about, holder, need, needs, takes_header
from server.api.v1.large import Outline, decoded_base64, takes_large
from server.api.v1.sending_shapes import (
    FileAsked,
    Outbox,
    OutboxMessage,
    OutboxPage,
    SubmitRequest,
    Submitted,
    Withdrawn,
)
from server.errors import Invalid
from server.mail.graph.sending import File

LONGEST_KEY = 255
KEY = {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[ -~]+$"}
KEY_MEANS = "The same for each repetition of one request, which then sends one message. It is known for 30 days."
LONGEST_BODY = 3 * 1024 * 1024  # bytes of the text that Graph takes in one request, with room for the rest
UNSUPPORTED = ("raw", "template", "mail_merge")
PARTS = {"to", "cc", "bcc", "from_", "reply_to", "subject", "headers", "importance", "read_receipt", "delivery_receipt"}
UNNAMED = "attachment"


def routes(v1: APIBlueprint) -> None:
    @v1.post("/account/<account>/submit")
    @needs("send")
    @takes_header("Idempotency-Key", KEY, KEY_MEANS)
    @takes_large(SubmitRequest, "text", "html", "attachments.*.content")
    @v1.output(Submitted)
    def submit_message(account: str, json_data: SubmitRequest, outline: Outline) -> dict[str, Any]:
        """Queue a message to be sent from the account's mailbox. The answer means that it is on disk. What passes on
        something of a message of the account (a forward, a reply that quotes, an attachment by reference) needs the
        scope `read` too.
        """
        if _passes_on(json_data):
            need("read")
        asked = _asked(json_data, outline)
        with told():
            return submitting.submit(services(), holder().tenant_id, account, asked)

    @v1.get("/outbox")
    @needs("send")
    @v1.input(OutboxPage, location="query")
    @v1.output(Outbox)
    def list_outbox(query_data: OutboxPage) -> dict[str, Any]:
        """What is not sent yet or could not be, the newest first."""
        about(query_data.account)
        wanted = query_data.account, query_data.page, query_data.page_size
        return outbox.page(services(), holder().tenant_id, *wanted)

    @v1.get("/outbox/<queue_id>")
    @needs("send")
    @v1.output(OutboxMessage)
    def show_queued(queue_id: str) -> dict[str, Any]:
        """One message, also after it was sent, for 30 days."""
        return outbox.one(services(), holder().tenant_id, queue_id)

    @v1.delete("/outbox/<queue_id>")
    @needs("send")
    @v1.output(Withdrawn)
    def withdraw_queued(queue_id: str) -> dict[str, Any]:
        """Take a message back, or learn that it is too late."""
        return outbox.withdraw(services(), holder().tenant_id, queue_id)


def _passes_on(wanted: SubmitRequest) -> bool:
    """Whether it says anything of another message, which may be sent to anybody."""
    about_it = wanted.reference
    quotes = about_it is not None and (
        about_it.action == "forward" or bool(about_it.inline) or about_it.forward_attachments
    )
    return quotes or any(each.reference is not None for each in wanted.attachments or [])


def _asked(wanted: SubmitRequest, outline: Outline) -> Asked:
    for name in UNSUPPORTED:
        if getattr(wanted, name) is not None:
            raise Invalid(f"{name}: Affix does not send messages of this kind.", code="not_supported")
    message = wanted.model_dump(by_alias=True, exclude_none=True, include=PARTS)
    for name, value in (("text", wanted.text), ("html", wanted.html)):
        if value is not None:
            message[name] = _whole(value, outline)
    if wanted.reference:
        message["reference"] = {
            **wanted.reference.model_dump(by_alias=True, exclude_none=True),
            "message": message_id(wanted.reference.message),
        }
    return Asked(
        message=message,
        files=[_file(each, outline) for each in wanted.attachments or []],
        digest=outline.digest(),
        key=_key(),
        message_id=wanted.message_id,
        send_at=wanted.send_at,
        attempts=wanted.delivery_attempts,
    )


def _key() -> str | None:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return None
    if not 1 <= len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Invalid(f"Idempotency-Key: 1 to {LONGEST_KEY} printable characters.", code="invalid_idempotency_key")
    return key


def _whole(value: str, outline: Outline) -> str:
    long = outline.long(value)
    text = value if long is None else long.text(LONGEST_BODY)
    if "\x00" in text:
        raise Invalid("text, html: must not hold NUL.")
    return text


def _file(wanted: FileAsked, outline: Outline) -> NewFile:
    name = wanted.filename or ""
    kind = wanted.content_type or mimetypes.guess_type(name)[0] or ""
    is_inline = wanted.content_disposition == "inline" or (wanted.content_disposition is None and bool(wanted.cid))
    cid = wanted.cid.strip("<>") if wanted.cid else None
    if (wanted.content is None) == (wanted.reference is None):
        raise Invalid("attachments: each needs either content or reference.", code="attachment")
    if wanted.reference is not None:
        return NewFile(File(name, kind, 0, is_inline, cid), source=_source(wanted.reference))
    content = str(wanted.content)
    long = outline.long(content)
    file = File(name or UNNAMED, kind or "application/octet-stream", 0, is_inline, cid)
    return NewFile(file, long.decoded if long else lambda: decoded_base64(iter([content.encode()])))


def _source(reference: str) -> dict[str, str]:
    message, attachment = parts_of(reference)
    return {"message": message, "attachment": attachment}
