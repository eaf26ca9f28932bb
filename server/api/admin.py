"""What only administrators may see and do. Every route of this blueprint asks for the role before anything else."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from server import administration
from server.api import destinations, exclusions
from server.api.guard import caller, listing, require_administrator, services
from server.api.shapes import LicenseRequest, Page


def routes(api: APIBlueprint) -> None:
    admin = APIBlueprint("admin", __name__, url_prefix="/admin")
    admin.before_request(require_administrator)

    @admin.get("/licenses")
    def list_licenses() -> dict[str, Any]:
        """The tenant's licences for Autopilot, and how many seats there are and are taken."""
        found, seats = administration.licenses(services(), caller())
        return {**listing("licenses", found, None), "seats": seats}

    @admin.post("/licenses")
    @admin.input(LicenseRequest)
    def assign_license(json_data: LicenseRequest) -> tuple[dict[str, Any], int]:
        """Give a mailbox a licence. 201 for a new one; 200 when it has one already, with the end that is asked for."""
        found, fresh = administration.assign_license(services(), caller(), json_data.mailbox, json_data.expires_at)
        return found, 201 if fresh else 200

    @admin.delete("/licenses/<uuid:license_id>")
    def end_license(license_id: UUID) -> dict[str, Any]:
        """Take a licence away. The mailbox's rules stay, and rest."""
        return administration.end_license(services(), caller(), license_id)

    @admin.get("/mailboxes")
    @admin.input(Page, location="query")
    def list_all_mailboxes(query_data: Page) -> dict[str, Any]:
        """The mailboxes that Affix knows in the tenant, with their licence. Nothing of their mail."""
        found, following = administration.mailboxes(services(), caller(), query_data.limit, query_data.cursor)
        return listing("mailboxes", found, following)

    destinations.routes(admin)
    exclusions.admin_routes(admin)
    exclusions.routes(api)  # everybody may read the list
    api.register_blueprint(admin)
