"""What requests may look like. Whatever is not named here is ignored; whatever is wrong is answered with 400."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from server.activity import Kind


def _storable(value: str) -> str:
    if "\x00" in value:
        raise ValueError("must not hold NUL")
    return value


def _moment(value: object) -> object:
    """ISO 8601 with an offset. The last years of all are refused, since another offset would lead out of them."""
    if not isinstance(value, str):
        return value
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None or not 1 < moment.year < 9999:
        raise ValueError("must be a moment such as 2030-01-31T12:00:00Z")
    return moment.astimezone(UTC)


def _id(value: object) -> object:
    return UUID(value) if isinstance(value, str) else value


Text = Annotated[str, StringConstraints(max_length=2048), AfterValidator(_storable)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_storable)]

ItemId = Annotated[str, StringConstraints(min_length=1, max_length=1024), AfterValidator(_storable)]
Id = Annotated[UUID, BeforeValidator(_id)]
Moment = Annotated[datetime, BeforeValidator(_moment)]


class Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True, populate_by_name=True)


def _one_is_required(schema: dict[str, Any]) -> None:
    schema["anyOf"] = [{"required": [name]} for name in schema["properties"]]
    for each in schema["properties"].values():
        each.pop("default", None)  # what is left out stays as it is


class AtLeastOne(Shape):
    """A body that has to name one of its fields."""

    model_config = ConfigDict(json_schema_extra=_one_is_required)

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("one of its fields is needed")
        return self


class Item(Shape):
    """An item in Outlook, as Office.js describes it. All but the id are hints."""

    id: ItemId
    id_format: Literal["ews", "rest", "immutable"] = Field("ews", alias="idFormat")
    internet_message_id: Text | None = Field(None, alias="internetMessageId")
    owner: Text | None = None
    profile_address: Text | None = Field(None, alias="profileAddress")
    mailbox: Text | None = None
    participants: Annotated[list[Text], Field(max_length=100)] | None = None


class ContextRequest(Shape):
    item: Item


class RecordReference(Shape):
    destination: Word
    type: Word
    id: Word


class SaveRequest(Shape):
    """`attachments` is a word, or the ids of the attachments wanted."""

    item: Item
    records: Annotated[list[RecordReference], Field(min_length=1, max_length=20)]
    attachments: Literal["none", "files", "all"] | Annotated[list[Text], Field(max_length=200)] | None = None


class OutgoingRequest(Shape):
    """`attachments` is a word: which ones a draft will have is known only when it is sent."""

    item: Item
    records: Annotated[list[RecordReference], Field(min_length=1, max_length=20)]
    attachments: Literal["none", "files", "all"] | None = None


class SuggestionRequest(Shape):
    """The people and the subject of a message that is still being written."""

    addresses: Annotated[list[Text], Field(max_length=100)]
    subject: Text = ""


class MoveRequest(Shape):
    record: RecordReference


class MailboxChange(Shape):
    """At least one of them. `attachments` null: as everywhere."""

    kind: Literal["shared", "delegate", "personal"] = "shared"
    attachments: Literal["none", "files", "all"] | None = None


class PreferenceChange(Shape):
    """At least one of them."""

    tab: Literal["save", "autopilot"] | None = None
    remind_on_send: bool | None = Field(None, alias="remindOnSend")


class PresenceStatement(Shape):
    """`mailbox` is its id, `message` the immutable id of the item. `records` are names, for colleagues to read."""

    mailbox: Id
    message: ItemId
    records: Annotated[list[Text], Field(max_length=20)] = Field(default_factory=list)


class PresenceEnd(BaseModel):
    mailbox: UUID | None = None
    message: ItemId | None = None


class OpenMessage(BaseModel):
    mailbox: UUID
    message: ItemId


class LicenseRequest(Shape):
    """Without `expiresAt` the licence has no end; one that is there keeps its own."""

    mailbox: Text
    expires_at: Moment | None = Field(None, alias="expiresAt")


class DestinationRequest(Shape):
    """`settings` are those of the kind (GET /api/admin/destination-kinds). `again`: it is the very system that had this
    name before it was removed.
    """

    kind: Word
    name: Word
    title: Text | None = None
    settings: dict[str, Any]
    again: bool = False


class DestinationChange(Shape):
    """At least one of them."""

    title: Text | None = None
    settings: dict[str, Any] | None = None


class DestinationRemoval(BaseModel):
    """`force`: what waits to be saved there may fail."""

    force: bool = False


class MatchOptions(Shape):
    """Of a rule that matches: in which order records of several types count, whom it never looks for, and whether mail
    of people whom nobody knows is skipped or kept for review.
    """

    order: Annotated[list[Word], Field(min_length=1, max_length=20)] | None = None
    excluded_domains: Annotated[list[Word], Field(max_length=1000)] = Field(
        default_factory=list, alias="excludedDomains"
    )
    excluded_addresses: Annotated[list[Word], Field(max_length=1000)] = Field(
        default_factory=list, alias="excludedAddresses"
    )
    unmatched: Literal["skip", "review"] = "skip"


class RuleRequest(Shape):
    """`value` is the address or the domain; a conversation has `item` instead, the message that is open. One that
    matches has `options` and a `destination` instead of a record. `pastToo` asks for what came before as well: of a
    conversation all, else of the last `pastDays`.
    """

    kind: Word
    scope: Word = "mailbox"
    mailbox: Text | None = None
    record: RecordReference | None = None
    value: Text | None = None
    item: Item | None = None
    attachments: Literal["none", "files", "all"] | None = None
    internal_too: bool = Field(False, alias="internalToo")
    private_too: bool = Field(False, alias="privateToo")
    past_too: bool = Field(False, alias="pastToo")
    past_days: Annotated[int, Field(ge=1, le=365)] = Field(30, alias="pastDays")
    destination: Word | None = None
    options: MatchOptions | None = None


class RuleChange(Shape):
    """At least one of them. `options` are those of a rule that matches."""

    state: Literal["active", "paused"] | None = None
    owner: Literal["me"] | None = None
    options: MatchOptions | None = None


class NewRecord(BaseModel):
    """The fields beside destination and type are those of the record type."""

    model_config = ConfigDict(extra="allow")
    destination: Word | None = None
    type: Word


class Page(BaseModel):
    limit: Annotated[int, Field(ge=1, le=100)] = 25
    cursor: Text | None = None


class RecordSearch(Page):
    q: Text = ""
    type: Word | None = None
    destination: Word | None = None


class SaveList(Page):
    state: Literal["queued", "saving", "saved", "partial", "failed", "undone"] | None = None
    mailbox: Text | None = None
    message: Text | None = None


class OutgoingList(Page):
    """`item` is an immutable id."""

    mailbox: Text | None = None
    item: Text | None = None
    state: Literal["waiting", "sent", "ended"] | None = None


class RuleList(Page):
    mailbox: Text | None = None


class ActivityList(Page):
    """`from` and `to` are moments; what happened at `to` itself is left out."""

    kind: Literal["autopilot"] | Kind | None = None
    mailbox: Text | None = None
    state: (
        Literal["failed", "partial", "saving", "queued", "saved", "duplicate", "undone", "skipped", "review"] | None
    ) = None
    rule: UUID | None = None
    since: Moment | None = Field(None, alias="from")
    until: Moment | None = Field(None, alias="to")


class RetryRequest(Shape):
    """Which failed saves to try again: without `mailbox` the caller's own; by when they were asked for."""

    mailbox: Text | None = None
    kind: Literal["autopilot", "manual"] | None = None
    since: Moment | None = Field(None, alias="from")
    until: Moment | None = Field(None, alias="to")


class ReviewedSave(Shape):
    """Where to save what was left for review; `attachments` as in SaveRequest."""

    records: Annotated[list[RecordReference], Field(min_length=1, max_length=20)]
    attachments: Literal["none", "files", "all"] | Annotated[list[Text], Field(max_length=200)] | None = None


class PreviewRequest(RuleRequest):
    """A rule as it would be started, and of how many days the mail is looked at. The mailbox has to be named."""

    days: Annotated[int, Field(ge=1, le=365)] = 30


class BackfillRequest(Shape):
    """`mailbox` is needed for a rule that holds everywhere."""

    days: Annotated[int, Field(ge=1, le=365)] = 30
    mailbox: Text | None = None


class BackfillChange(Shape):
    state: Literal["running", "paused"]


class BackfillList(Page):
    rule: UUID | None = None
    mailbox: Text | None = None


class UnfiledList(Page):
    dismissed: bool = False


class ListedMessages(Shape):
    """Messages of a work list, by the ids that it gave."""

    messages: Annotated[list[ItemId], Field(min_length=1, max_length=100)]
