"""Bodies about messages and folders, with the names that clients of the account API use. In what chooses messages
nothing unknown is ignored: a condition that is left out finds, and changes, too much.
"""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from server.accounts.reading.bulk import MOST
from server.accounts.reading.changing import Change
from server.api.shapes import Shape, Text
from server.api.v1.sending_shapes import Content, People, Person
from server.mail.graph.reading import MOST_AT_ONCE
from server.mail.graph.searching import Search

MESSAGE_ID = "message-id"
# What IMAP can look for and Microsoft 365 cannot.
NOT_HERE = ("answered", "deleted", "gmailRaw", "keyword", "larger", "modseq", "seq", "smaller", "uid", "unKeyword")


def _moment(value: object) -> object:
    """A day (from its midnight in UTC), or a moment with an offset."""
    if not isinstance(value, str):
        return value
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None and len(value) == len("2030-01-31"):
        moment = moment.replace(tzinfo=UTC)
    if moment.tzinfo is None or not 1900 < moment.year < 9999:
        raise ValueError("must be a day such as 2030-01-31, or a moment such as 2030-01-31T12:00:00Z")
    return moment.astimezone(UTC)


Path = Annotated[str, StringConstraints(min_length=1, max_length=1024, pattern=r"^[^\x00]*$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
Id = Annotated[str, StringConstraints(min_length=1, max_length=1024, pattern=r"^[^\x00]*$")]
Cursor = Annotated[str, StringConstraints(max_length=8192, pattern=r"^[^\x00]*$")]
Flag = Annotated[str, StringConstraints(min_length=1, max_length=255, pattern=r"^[^\x00]*$")]
When = Annotated[datetime, BeforeValidator(_moment)]
Flags = Annotated[list[Flag], Field(max_length=50)]
Kind = Literal["html", "plain", "*"]


class Strict(Shape):
    model_config = ConfigDict(extra="forbid")


# What is asked for


class FolderQuery(BaseModel):
    """`counters`: how many messages each folder has, and how many of them are unread."""

    counters: bool = False


class FolderPath(BaseModel):
    path: Path


class FolderRequest(Shape):
    """A path as text, or as the list of its parts."""

    path: Path | Annotated[list[Path], Field(min_length=1, max_length=20)]


class FolderChange(Shape):
    path: Path
    new_path: Path | Annotated[list[Path], Field(min_length=1, max_length=20)] = Field(alias="newPath")


class MessagesQuery(BaseModel):
    """`path` is that of a folder, its use (\\Sent), its id, or \\All. A cursor goes before a page's number."""

    path: Path = "INBOX"
    page: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    page_size: Annotated[int, Field(ge=1, le=MOST_AT_ONCE)] = Field(20, alias="pageSize")
    cursor: Cursor | None = None


class SearchQuery(MessagesQuery):
    path: Path = "\\All"


class MessageQuery(BaseModel):
    """`textType`: which text comes along, `maxBytes` how much of it at most. `markAsSeen`: it is read by now."""

    text_type: Kind | None = Field(None, alias="textType")
    max_bytes: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = Field(None, alias="maxBytes")
    mark_as_seen: bool = Field(False, alias="markAsSeen")


class TextQuery(BaseModel):
    text_type: Kind = Field("*", alias="textType")
    max_bytes: Annotated[int, Field(ge=0, le=2**31 - 1)] | None = Field(None, alias="maxBytes")


class DeleteQuery(BaseModel):
    """`force`: for good, not into the trash."""

    force: bool = False


class ManyQuery(BaseModel):
    path: Path


class ManyDeleteQuery(ManyQuery):
    force: bool = False


class Conditions(Strict):
    """All that is named has to hold. `since` and `before` are about when a message was received. Words in `to`, `cc`,
    `bcc` and `body`, and a part of a sender's name or address in `from`, cannot be combined with `seen`, `unseen`,
    `flagged`, `draft`, `header` and `threadId`: Microsoft 365 takes one or the other. `header` knows Message-ID only.
    `emailId` and `emailIds` are ids of messages, and stand alone.
    """

    from_: Words | None = Field(None, alias="from")
    to: Words | None = None
    cc: Words | None = None
    bcc: Words | None = None
    subject: Words | None = None
    body: Words | None = None
    since: When | None = None
    before: When | None = None
    sent_since: When | None = Field(None, alias="sentSince")
    sent_before: When | None = Field(None, alias="sentBefore")
    unseen: bool | None = None
    seen: bool | None = None
    flagged: bool | None = None
    draft: bool | None = None
    header: Annotated[dict[str, Words], Field(min_length=1, max_length=1)] | None = None
    email_id: Id | None = Field(None, alias="emailId")
    email_ids: Annotated[list[Id], Field(min_length=1, max_length=MOST)] | None = Field(None, alias="emailIds")
    thread_id: Id | None = Field(None, alias="threadId")

    @model_validator(mode="before")
    @classmethod
    def _possible(cls, given: object) -> object:
        for name in NOT_HERE:
            if isinstance(given, dict) and name in given:
                raise ValueError(f"Microsoft 365 cannot search for {name}")
        return given

    @model_validator(mode="after")
    def _consistent(self) -> "Conditions":
        if self.seen is not None and self.unseen is not None and self.seen == self.unseen:
            raise ValueError("a message is seen or unseen")
        if self.header and next(iter(self.header)).lower() != MESSAGE_ID:
            raise ValueError("of the headers Microsoft 365 can search for Message-ID only")
        return self

    def ids(self) -> list[str] | None:
        named = [*([self.email_id] if self.email_id else []), *(self.email_ids or [])]
        return named or None

    def search(self) -> Search:
        is_read = self.seen if self.unseen is None else not self.unseen
        return Search(
            from_=self.from_,
            to=self.to,
            cc=self.cc,
            bcc=self.bcc,
            subject=self.subject,
            body=self.body,
            since=self.since,
            before=self.before,
            sent_since=self.sent_since,
            sent_before=self.sent_before,
            is_read=is_read,
            is_flagged=self.flagged,
            is_draft=self.draft,
            message_id=next(iter(self.header.values())) if self.header else None,
            conversation_id=self.thread_id,
        )


class SearchRequest(Strict):
    search: Conditions


class ChangeOf(Shape):
    """`set` is what alone is to be there."""

    add: Flags | None = None
    delete: Flags | None = None
    set: Flags | None = None

    @model_validator(mode="after")
    def _something(self) -> "ChangeOf":
        if self.add is None and self.delete is None and self.set is None:
            raise ValueError("add, delete or set is missing")
        return self

    def change(self) -> Change:
        add, delete, exact = (None if each is None else tuple(each) for each in (self.add, self.delete, self.set))
        return Change(add, delete, exact)


class MessageChange(Shape):
    """At least one of them. Flags are \\Seen and \\Flagged; labels are the categories of Outlook."""

    flags: ChangeOf | None = None
    labels: ChangeOf | None = None

    @model_validator(mode="after")
    def _something(self) -> "MessageChange":
        if self.flags is None and self.labels is None:
            raise ValueError("flags or labels is missing")
        return self

    def both(self) -> tuple[Change, Change]:
        return tuple(each.change() if each else Change() for each in (self.flags, self.labels))  # type: ignore[return-value]


class MoveRequest(Shape):
    path: Path


class UploadRequest(Shape):
    """`raw` is MIME in base64; else a message is made of the other fields. It becomes a draft in either case. Of the
    flags \\Seen and \\Flagged are kept.
    """

    path: Path
    raw: Content | None = None
    flags: Flags | None = None
    from_: Person | None = Field(None, alias="from")
    to: People | None = None
    cc: People | None = None
    bcc: People | None = None
    reply_to: People | None = Field(None, alias="replyTo")
    subject: Text | None = None
    text: Content | None = None
    html: Content | None = None

    @model_validator(mode="after")
    def _something(self) -> "UploadRequest":
        if self.raw is None and self.text is None and self.html is None and self.subject is None:
            raise ValueError("raw, text, html or subject is missing")
        return self


class ManyUpdate(Strict):
    search: Conditions
    update: MessageChange


class ManyMove(Strict):
    search: Conditions
    path: Path


class ManyDelete(Strict):
    search: Conditions


# What is answered


class Counters(BaseModel):
    messages: int
    unseen: int


class FolderShown(BaseModel):
    """`specialUse` is \\Inbox, \\Sent, \\Drafts, \\Trash, \\Junk or \\Archive, or null."""

    path: str
    name: str
    delimiter: str
    parentPath: str
    specialUse: str | None
    listed: bool
    subscribed: bool
    id: str
    status: Counters | None = None


class FolderList(BaseModel):
    mailboxes: list[FolderShown]


class FolderMade(BaseModel):
    path: str
    mailboxId: str
    created: bool


class FolderRenamed(BaseModel):
    path: str
    newPath: str
    renamed: bool


class FolderDeleted(BaseModel):
    path: str
    deleted: bool


class PersonShown(BaseModel):
    name: str
    address: str


class AttachmentShown(BaseModel):
    id: str
    contentType: str
    encodedSize: int
    filename: str
    embedded: bool
    inline: bool


class TextReference(BaseModel):
    """`encodedSize` in bytes, for "plain" and "html", as far as it is known; in a list it is not."""

    id: str
    encodedSize: dict[str, int]


class TextShown(TextReference):
    plain: str | None = None
    html: str | None = None
    hasMore: bool | None = None


class MessageListed(BaseModel):
    """`uid` is null: Microsoft 365 has ids only. `path` is null where the folder is hidden from this account."""

    id: str
    uid: int | None
    path: str | None
    emailId: str
    threadId: str | None
    date: str | None
    flags: list[str]
    labels: list[str]
    unseen: bool
    flagged: bool
    draft: bool
    size: int | None
    subject: str
    from_: PersonShown | None = Field(alias="from")
    sender: PersonShown | None
    replyTo: list[PersonShown | None]
    to: list[PersonShown | None]
    cc: list[PersonShown | None]
    bcc: list[PersonShown | None]
    messageId: str | None
    inReplyTo: str | None
    preview: str
    messageSpecialUse: str | None
    text: TextReference
    attachments: list[AttachmentShown]


class MessageShown(MessageListed):
    text: TextShown
    headers: dict[str, list[str]]


class MessageList(BaseModel):
    total: int | None
    page: int
    pages: int | None
    nextPageCursor: str | None
    prevPageCursor: str | None
    messages: list[MessageListed]


class Texts(BaseModel):
    plain: str | None
    html: str | None
    hasMore: bool


class Done(BaseModel):
    add: bool | None = None
    delete: bool | None = None
    set: bool | None = None


class MessageChanged(BaseModel):
    flags: Done | None = None
    labels: Done | None = None


class MessageAdded(BaseModel):
    id: str
    path: str
    uid: int | None
    messageId: str | None
    draft: bool


class MessageMoved(BaseModel):
    path: str
    id: str
    uid: int | None


class Moved(BaseModel):
    destination: str
    message: str


class MessageDeleted(BaseModel):
    deleted: bool
    moved: Moved | None = None


class Failure(BaseModel):
    id: str
    code: str
    message: str


class ManyDone(BaseModel):
    """`failed` says of each message that was not changed why; `more`: the search finds further ones."""

    failed: list[Failure]
    more: bool


class ManyUpdated(ManyDone):
    flags: Done | None = None
    labels: Done | None = None
    emailIds: list[str]


class ManyMoved(ManyDone):
    """`idMap` has pairs of the id before and the id now."""

    path: str
    idMap: list[list[str]]
    emailIds: list[str]


class Trashed(BaseModel):
    destination: str
    idMap: list[list[str]]
    emailIds: list[str]


class ManyDeleted(ManyDone):
    deleted: bool
    moved: Trashed | None = None
    emailIds: list[str] | None = None


def path_text(path: str | list[str]) -> str:
    """A path of parts; a slash in a part is written %2F."""
    return path if isinstance(path, str) else "/".join(each.replace("/", "%2F") for each in path)
