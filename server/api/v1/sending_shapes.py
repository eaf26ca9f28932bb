"""Bodies of sending and of the outbox, with the names that clients of the account API use."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints

from server.api.shapes import ItemId, Moment, Shape, Text
from server.api.v1.authentication_shapes import AccountId

MOST_FILES = 100
Line = Annotated[str, StringConstraints(max_length=998, pattern=r"^[^\x00\r\n]*$")]
HeaderName = Annotated[str, StringConstraints(max_length=100, pattern=r"^[A-Za-z0-9-]+$")]
MessageId = Annotated[str, StringConstraints(max_length=998, pattern=r"^<[^<>\s\x00]+@[^<>\s\x00]+>$")]
Attempts = Annotated[int, Field(ge=1, le=100)]


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, dict) else value


def _no_nul(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not hold NUL")
    return value


Content = Annotated[str, AfterValidator(_no_nul)]


class Person(Shape):
    name: Line | None = None
    address: Annotated[str, StringConstraints(min_length=3, max_length=320)]


People = Annotated[list[Person], Field(max_length=500), BeforeValidator(_one_or_many)]


class FileAsked(Shape):
    """`content` in base64, or `reference`: the id of an attachment of a message of the account. `cid` is the name by
    which an image stands in the HTML.
    """

    filename: Line | None = None
    content: Content | None = None
    encoding: Literal["base64"] = "base64"
    content_type: Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00\r\n]*$")] | None = Field(
        None, alias="contentType"
    )
    cid: Line | None = None
    content_disposition: Literal["inline", "attachment"] | None = Field(None, alias="contentDisposition")
    reference: ItemId | None = None


class ReferenceAsked(Shape):
    """`message` is an id of the account's messages. `inline` repeats what it says (forwards do so by themselves)."""

    message: ItemId
    action: Literal["reply", "reply-all", "forward"] = "reply"
    inline: bool | None = None
    forward_attachments: bool = Field(False, alias="forwardAttachments")
    ignore_missing: bool = Field(False, alias="ignoreMissing")


class SubmitRequest(Shape):
    """A message to send from the account's mailbox. `text` or `html` is needed; of both, Exchange sends the HTML with a
    text that it writes itself. Without `from` it is the mailbox itself.
    """

    to: People | None = None
    cc: People | None = None
    bcc: People | None = None
    from_: Person | None = Field(None, alias="from")
    reply_to: People | None = Field(None, alias="replyTo")
    subject: Text | None = None
    text: Content | None = None
    html: Content | None = None
    attachments: Annotated[list[FileAsked], Field(max_length=MOST_FILES)] | None = None
    headers: Annotated[dict[HeaderName, Line], Field(max_length=20)] | None = None
    importance: Literal["low", "normal", "high"] | None = None
    read_receipt: bool | None = Field(None, alias="readReceipt")
    delivery_receipt: bool | None = Field(None, alias="deliveryReceipt")
    reference: ReferenceAsked | None = None
    send_at: Moment | None = Field(None, alias="sendAt")
    delivery_attempts: Attempts = Field(10, alias="deliveryAttempts")
    message_id: MessageId | None = Field(None, alias="messageId")
    raw: Any = None
    template: Any = None
    mail_merge: Any = Field(None, alias="mailMerge")


class OutboxPage(BaseModel):
    """`page` counts from 0."""

    account: AccountId | None = None
    page: Annotated[int, Field(ge=0, le=100000)] = 0
    page_size: Annotated[int, Field(ge=1, le=1000)] = Field(20, alias="pageSize")


class Submitted(BaseModel):
    response: str
    message_id: str = Field(alias="messageId")
    send_at: str = Field(alias="sendAt")
    queue_id: str = Field(alias="queueId")


class Envelope(BaseModel):
    from_: str = Field(alias="from")
    to: list[str]


class Failure(BaseModel):
    """`command` is what an administrator of Exchange Online runs to allow it."""

    code: str
    message: str | None
    command: str | None


class Progress(BaseModel):
    status: Literal["queued", "processing", "submitted", "error"]
    error: Failure | None


class OutboxMessage(BaseModel):
    queue_id: str = Field(alias="queueId")
    account: str
    source: str
    message_id: str = Field(alias="messageId")
    envelope: Envelope
    subject: str
    created: str
    scheduled: str
    next_attempt: str | None = Field(alias="nextAttempt")
    attempts_made: int = Field(alias="attemptsMade")
    attempts: int
    state: Literal["queued", "sending", "sent", "failed"]
    progress: Progress


class Outbox(BaseModel):
    total: int
    page: int
    pages: int
    messages: list[OutboxMessage]


class Withdrawn(BaseModel):
    """`message` says why it is too late, where it was not taken back."""

    deleted: bool
    queue_id: str = Field(alias="queueId")
    message: str | None
