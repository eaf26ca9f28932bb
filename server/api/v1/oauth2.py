"""What accounts may have as their `provider`: names for Affix's registration in Entra."""

from typing import Annotated, Any, Literal

from apiflask import APIBlueprint
from pydantic import BaseModel, Field, StringConstraints

from server.accounts import registrations
from server.api.guard import services
from server.api.shapes import AtLeastOne, Shape
from server.api.v1.guard import holder, needs
from server.models import RegistrationKind

Name = Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
Description = Annotated[str, StringConstraints(max_length=1024, pattern=r"^[^\x00]*$")]


class AppRequest(Shape):
    """`outlook`: people sign in. `outlookService`: what the organisation granted to Affix itself. The client id and its
    secret are those of this deployment.
    """

    provider: Literal["outlook", "outlookService"]
    name: Name
    description: Description = ""


class AppChange(AtLeastOne):
    """What is not named stays."""

    name: Name = ""
    description: Description = ""


class AppPage(BaseModel):
    """`page` counts from 0."""

    page: Annotated[int, Field(ge=0, le=100000)] = 0
    page_size: Annotated[int, Field(ge=1, le=1000)] = Field(20, alias="pageSize")


class App(BaseModel):
    """`accounts` is how many have it as their provider. Those with `legacy` are always there."""

    id: str
    name: str
    description: str
    provider: Literal["outlook", "outlookService"]
    enabled: bool
    legacy: bool
    clientId: str
    accounts: int
    created: str | None
    updated: str | None


class AppList(BaseModel):
    total: int
    page: int
    pages: int
    apps: list[App]


class AppMade(BaseModel):
    id: str
    created: bool


class AppChanged(BaseModel):
    id: str
    updated: bool


class AppRemoved(BaseModel):
    id: str
    deleted: bool


class Lacking(BaseModel):
    permission: str
    kind: Literal["application"]
    required: bool
    purpose: str


class AppVerified(BaseModel):
    """`success`: Entra gave a token, and nothing lacks that is required. `error` is why it gave none: {"code",
    "message"}, and with `consentUrl` where an administrator consents.
    """

    success: bool
    missing: list[Lacking]
    error: dict[str, Any] | None


def routes(v1: APIBlueprint) -> None:
    @v1.get("/oauth2")
    @needs("accounts")
    @v1.input(AppPage, location="query")
    @v1.output(AppList)
    def list_apps(query_data: AppPage) -> dict[str, Any]:
        """The OAuth2 applications that accounts may name."""
        return registrations.listed(services(), holder().tenant_id, query_data.page, query_data.page_size)

    @v1.post("/oauth2")
    @needs("accounts")
    @v1.input(AppRequest)
    @v1.output(AppMade)
    def add_app(json_data: AppRequest) -> dict[str, Any]:
        """Another name for one of the two kinds, under an id of its own."""
        asked = json_data
        kind = RegistrationKind(asked.provider)
        return registrations.add(services(), holder().tenant_id, kind, asked.name, asked.description)

    @v1.get("/oauth2/<app>")
    @needs("accounts")
    @v1.output(App)
    def show_app(app: str) -> dict[str, Any]:
        """One of them."""
        return registrations.one(services(), holder().tenant_id, app)

    @v1.put("/oauth2/<app>")
    @needs("accounts")
    @v1.input(AppChange)
    @v1.output(AppChanged)
    def change_app(app: str, json_data: AppChange) -> dict[str, Any]:
        """Call it otherwise. What is not named stays."""
        said = json_data.model_dump(exclude_unset=True)
        return registrations.change(services(), holder().tenant_id, app, said.get("name"), said.get("description"))

    @v1.delete("/oauth2/<app>")
    @needs("accounts")
    @v1.output(AppRemoved)
    def remove_app(app: str) -> dict[str, Any]:
        """Forget the name. Refused as long as accounts have it."""
        return registrations.remove(services(), holder().tenant_id, app)

    @v1.post("/oauth2/<app>/verify")
    @needs("accounts")
    @v1.output(AppVerified)
    def verify_app(app: str) -> dict[str, Any]:
        """Ask Entra for a token of Affix itself, and say what the registration lacks."""
        return registrations.verify(services(), holder().tenant_id, app)
