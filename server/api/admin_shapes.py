"""What requests of administrators may look like; see shapes.py."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from server.activity import Kind
from server.api.shapes import Moment, Page, Shape, Text, Word


class ExclusionRequest(Shape):
    """`value` is an address or a domain; a domain covers all that are below it."""

    kind: Literal["address", "domain"]
    value: Text
    note: Text = ""


class ExclusionList(Page):
    q: Text | None = None


class AllRules(Page):
    mailbox: Text | None = None
    state: Literal["active", "paused", "stopped", "removed"] | None = None
    q: Text | None = None


class AllMailboxes(Page):
    state: Word | None = None
    q: Text | None = None


class Period(BaseModel):
    """Whole days in UTC, today among them."""

    days: Annotated[int, Field(ge=1, le=366)] = 30


class AuditFilters(BaseModel):
    """`from` and `to` are moments; what happened at `to` itself is left out."""

    kind: Kind | None = None
    person: UUID | None = None
    q: Text | None = None
    since: Moment | None = Field(None, alias="from")
    until: Moment | None = Field(None, alias="to")


class AuditList(Page, AuditFilters):
    pass
