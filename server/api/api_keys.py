"""The keys of programs, for administrators. A key is shown once, when it is made."""

from typing import Annotated, Any
from uuid import UUID

from apiflask import APIBlueprint
from pydantic import Field

from server import api_keys
from server.api.guard import caller, listing, services
from server.api.shapes import Page, Shape, Word
from server.auth.api_keys import SCOPES


class ApiKeyRequest(Shape):
    """`scopes` are some of GET /api/admin/api-scopes. Without `expiresInDays` the key is good for a year."""

    name: Word
    scopes: Annotated[list[Word], Field(min_length=1, max_length=20)]
    expires_in_days: int | None = Field(None, alias="expiresInDays", ge=1, le=api_keys.MOST_DAYS)


def routes(admin: APIBlueprint) -> None:
    """For the blueprint that has asked for the role."""

    @admin.get("/api-scopes")
    def list_api_scopes() -> dict[str, Any]:
        """What an API key may be good for."""
        return {"scopes": [{"name": name, "title": title} for name, title in SCOPES.items()]}

    @admin.get("/api-keys")
    def list_api_keys() -> dict[str, Any]:
        """The keys of programs, also those that expired or were revoked. Never the keys themselves."""
        return listing("apiKeys", api_keys.listed(services(), caller().tenant_id), None)

    @admin.post("/api-keys")
    @admin.input(ApiKeyRequest)
    def make_api_key(json_data: ApiKeyRequest) -> tuple[dict[str, Any], int]:
        """Make a key for a program. The answer has the key, which is not shown again."""
        asked = json_data
        made = api_keys.make(services(), caller().tenant_id, caller(), asked.name, asked.scopes, asked.expires_in_days)
        return made, 201

    @admin.delete("/api-keys/<uuid:key_id>")
    def revoke_api_key(key_id: UUID) -> dict[str, Any]:
        """Let nobody in with it any more, from now on."""
        return api_keys.revoke(services(), caller().tenant_id, caller(), key_id)

    @admin.get("/api-keys/<uuid:key_id>/uses")
    @admin.input(Page, location="query")
    def list_uses(key_id: UUID, query_data: Page) -> dict[str, Any]:
        """What it was used for in the last 90 days, the newest first."""
        found, following = api_keys.uses(services(), caller().tenant_id, key_id, query_data.limit, query_data.cursor)
        return listing("uses", found, following)
