"""Those for whom Autopilot saves nothing: everybody may read the list, administrators change it."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from server.api.admin_shapes import ExclusionList, ExclusionRequest
from server.api.guard import caller, listing, services
from server.autopilot import exclusions


def routes(api: APIBlueprint) -> None:
    @api.get("/exclusions")
    @api.input(ExclusionList, location="query")
    def list_exclusions(query_data: ExclusionList) -> dict[str, Any]:
        """Addresses and domains for which Autopilot saves nothing."""
        asked = query_data
        found, following = exclusions.listed(services(), caller().tenant_id, asked.q, asked.limit, asked.cursor)
        return listing("exclusions", found, following)


def admin_routes(admin: APIBlueprint) -> None:
    """The same list, beside what only administrators do with it."""
    routes(admin)

    @admin.post("/exclusions")
    @admin.input(ExclusionRequest)
    def add_exclusion(json_data: ExclusionRequest) -> tuple[dict[str, Any], int]:
        """Exclude an address, or a domain with all below it. 201 for a new one, 200 for one that is there already."""
        found, is_new = exclusions.add(services(), caller(), json_data.kind, json_data.value, json_data.note)
        return found, 201 if is_new else 200

    @admin.delete("/exclusions/<uuid:exclusion_id>")
    def remove_exclusion(exclusion_id: UUID) -> dict[str, Any]:
        """Take an exclusion back. Rules that rested for it go on with what comes from now on."""
        return exclusions.remove(services(), caller(), exclusion_id)
