"""Who did what and when in the tenant, as a list and as a file."""

from typing import Any

from apiflask import APIBlueprint
from flask import Response

from server.administration import audit
from server.api.admin_shapes import AuditFilters, AuditList
from server.api.guard import caller, listing, services
from server.clock import now


def routes(admin: APIBlueprint) -> None:
    @admin.get("/audit")
    @admin.input(AuditList, location="query")
    def list_audit(query_data: AuditList) -> dict[str, Any]:
        """What people did in the tenant, newest first, in words. Nothing of their mail."""
        found, following = audit.find(services(), caller(), audit.Wanted(**query_data.model_dump()))
        return listing("audit", found, following)

    @admin.get("/audit.csv")
    @admin.input(AuditFilters, location="query")
    def export_audit(query_data: AuditFilters) -> Response:
        """The same as a file for spreadsheets."""
        pieces = audit.export(services(), caller(), audit.Wanted(**query_data.model_dump()))
        name = f"affix-audit-{now():%Y-%m-%d}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(pieces, content_type="text/csv; charset=utf-8; header=present", headers=headers)
