"""The settings that programs may see and change: where they are told what happens, and how."""

from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import BaseModel, Field, StringConstraints

from server.api.guard import services
from server.api.shapes import AtLeastOne, Shape, Word
from server.api.v1.authentication_shapes import Url
from server.api.v1.guard import holder, needs
from server.errors import Invalid
from server.webhooks import of_programs
from server.webhooks.of_programs import Wanted

Value = Annotated[str, StringConstraints(max_length=2000)]


class CustomHeader(Shape):
    key: Word
    value: Value


class SettingsChange(AtLeastOne):
    """What is not named stays as it is. `webhooks` is an https address, "" for none; `webhookEvents` are some names, or
    "*". `serviceUrl` and `notificationBaseUrl` are the operator's and only shown.
    """

    webhooks_enabled: bool | None = Field(None, alias="webhooksEnabled")
    webhooks: Url | None = None
    webhook_events: Annotated[list[Word], Field(max_length=100)] | None = Field(None, alias="webhookEvents")
    webhooks_custom_headers: Annotated[list[CustomHeader], Field(max_length=20)] | None = Field(
        None, alias="webhooksCustomHeaders"
    )
    service_secret: Value | None = Field(None, alias="serviceSecret")
    inbox_new_only: bool | None = Field(None, alias="inboxNewOnly")
    service_url: Url | None = Field(None, alias="serviceUrl")
    notification_base_url: Url | None = Field(None, alias="notificationBaseUrl")


class HeaderShown(BaseModel):
    key: str
    value: str


class SettingsShown(BaseModel):
    """Values of headers and secrets are never shown again."""

    webhooksEnabled: bool
    webhooks: str
    webhookEvents: list[str]
    webhooksCustomHeaders: list[HeaderShown]
    inboxNewOnly: bool
    serviceSecret: str | None
    serviceUrl: str
    notificationBaseUrl: str


class Updated(BaseModel):
    updated: list[str]


def routes(v1: APIBlueprint) -> None:
    @v1.get("/settings")
    @needs("webhooks")
    @v1.output(SettingsShown)
    def show_settings() -> dict[str, Any]:
        """All of them; which ones a query asks for makes no difference."""
        return of_programs.settings_of(services(), holder().tenant_id)

    @v1.post("/settings")
    @needs("webhooks")
    @v1.input(SettingsChange)
    @v1.output(Updated)
    def change_settings(json_data: SettingsChange) -> dict[str, Any]:
        """Have an https address told what happens: to all accounts, and to what Affix saves."""
        asked, own = json_data, services().settings.base_url
        if asked.service_url and asked.service_url.rstrip("/") != own:
            raise Invalid(f"serviceUrl: this service is {own}; its operator sets that.", code="not_here")
        headers = asked.webhooks_custom_headers
        wanted = Wanted(
            url=asked.webhooks,
            is_enabled=asked.webhooks_enabled,
            events=asked.webhook_events,
            headers={each.key: each.value for each in headers} if headers is not None else None,
            service_secret=asked.service_secret,
            inbox_only=asked.inbox_new_only,
        )
        if wanted != Wanted():
            of_programs.change(services(), holder().tenant_id, wanted)
        aliases = {name: str(field.alias or name) for name, field in SettingsChange.model_fields.items()}
        return {"updated": sorted(aliases[name] for name in asked.model_fields_set)}
