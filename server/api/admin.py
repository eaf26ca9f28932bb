"""What only administrators may see and do. Every route of this blueprint asks for the role before anything else."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from server.administration import attention, licenses, mailboxes, rules
from server.administration.statistics import statistics
from server.api import api_keys, audit, destinations, exclusions, webhooks
from server.api.admin_shapes import AllMailboxes, AllRules, Period
from server.api.guard import caller, listing, require_administrator, services
from server.api.shapes import LicenseRequest, Page


def routes(api: APIBlueprint) -> None:
    admin = APIBlueprint("admin", __name__, url_prefix="/admin")
    admin.before_request(require_administrator)

    @admin.get("/licenses")
    def list_licenses() -> dict[str, Any]:
        """The tenant's licences for Autopilot, and how many seats there are and are taken."""
        found, seats = licenses.listed(services(), caller())
        return {**listing("licenses", found, None), "seats": seats}

    @admin.post("/licenses")
    @admin.input(LicenseRequest)
    def assign_license(json_data: LicenseRequest) -> tuple[dict[str, Any], int]:
        """Give a mailbox a licence. 201 for a new one; 200 when it has one already, with the end that is asked for."""
        found, fresh = licenses.assign(services(), caller(), json_data.mailbox, json_data.expires_at)
        return found, 201 if fresh else 200

    @admin.delete("/licenses/<uuid:license_id>")
    def end_license(license_id: UUID) -> dict[str, Any]:
        """Take a licence away. The mailbox's rules stay, and rest."""
        return licenses.end(services(), caller(), license_id)

    @admin.get("/mailboxes")
    @admin.input(AllMailboxes, location="query")
    def list_all_mailboxes(query_data: AllMailboxes) -> dict[str, Any]:
        """The mailboxes that Affix knows in the tenant: licence, health, who carries them. Nothing of their mail."""
        found, following = mailboxes.find(
            services(), caller(), query_data.q, query_data.state, query_data.limit, query_data.cursor
        )
        return listing("mailboxes", found, following)

    @admin.get("/rules")
    @admin.input(AllRules, location="query")
    def list_all_rules(query_data: AllRules) -> dict[str, Any]:
        """All rules of the tenant, newest first, with who carries them and what they saved."""
        asked = query_data
        found, following = rules.find(
            services(), caller(), asked.mailbox, asked.state, asked.q, asked.limit, asked.cursor
        )
        return listing("rules", found, following)

    @admin.get("/attention")
    @admin.input(Page, location="query")
    def list_attention(query_data: Page) -> dict[str, Any]:
        """All that somebody has to do, the worst first, each with what to do."""
        found, following = attention.find(services(), caller(), query_data.limit, query_data.cursor)
        return listing("attention", found, following)

    @admin.get("/statistics")
    @admin.input(Period, location="query")
    def show_statistics(query_data: Period) -> dict[str, Any]:
        """What was saved, failed and waits, and what that asked of Microsoft Graph: sums for charts."""
        return statistics(services(), caller(), query_data.days)

    audit.routes(admin)
    destinations.routes(admin)
    webhooks.routes(admin)
    api_keys.routes(admin)
    exclusions.admin_routes(admin)
    api.register_blueprint(admin)
