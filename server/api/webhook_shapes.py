"""What requests about webhooks may look like."""

from typing import Annotated, Literal

from pydantic import Field

from server.api.shapes import Moment, Page, Shape, Text, Word

Events = Annotated[list[Word], Field(min_length=1, max_length=100)]


class WebhookRequest(Shape):
    """`events` are some of GET /api/admin/webhook-events."""

    url: Text
    events: Events
    title: Text | None = None


class WebhookChange(Shape):
    """At least one of them."""

    url: Text | None = None
    events: Events | None = None
    title: Text | None = None
    state: Literal["active", "paused"] | None = None
    new_secret: bool = Field(False, alias="newSecret")


class DeliveryList(Page):
    state: Literal["waiting", "delivered", "failed"] | None = None


class ReplayRequest(Shape):
    """`from` and `to` are moments; what was to be told at `to` itself is left out."""

    since: Moment = Field(alias="from")
    until: Moment | None = Field(None, alias="to")
    state: Literal["failed", "delivered"] = "failed"
