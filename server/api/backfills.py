"""Mail that was there before a rule: what the rule would have saved, and having it saved."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from server.api.guard import caller, listing, services
from server.api.rules import wanted_of
from server.api.shapes import BackfillChange, BackfillList, BackfillRequest, PreviewRequest
from server.autopilot import backfill_overview, past, preview


def routes(api: APIBlueprint) -> None:
    @api.post("/rules/preview")
    @api.input(PreviewRequest)
    def preview_rule(json_data: PreviewRequest) -> dict[str, Any]:
        """What a rule would have saved of the last days. Nothing is saved, and no licence is needed."""
        return preview.preview(services(), caller(), wanted_of(json_data), json_data.days)

    @api.post("/rules/<uuid:rule_id>/backfills")
    @api.input(BackfillRequest)
    def start_backfill(rule_id: UUID, json_data: BackfillRequest) -> tuple[dict[str, Any], int]:
        """Save what a rule would have saved before it was started. 200 with the one that is under way already."""
        found, is_new = past.ask(services(), caller(), rule_id, json_data.mailbox, json_data.days)
        return found, 202 if is_new else 200

    @api.get("/backfills")
    @api.input(BackfillList, location="query")
    def list_backfills(query_data: BackfillList) -> dict[str, Any]:
        """Those of mailboxes that the caller may read, and of rules that the caller carries; newest first."""
        found, following = backfill_overview.find(services(), caller(), query_data.model_dump())
        return listing("backfills", found, following)

    @api.get("/backfills/<uuid:backfill_id>")
    def one_backfill(backfill_id: UUID) -> dict[str, Any]:
        """One backfill: how far it is, and what it saved."""
        return backfill_overview.one(services(), caller(), backfill_id)

    @api.patch("/backfills/<uuid:backfill_id>")
    @api.input(BackfillChange)
    def change_backfill(backfill_id: UUID, json_data: BackfillChange) -> dict[str, Any]:
        """Pause or resume it."""
        return past.change(services(), caller(), backfill_id, json_data.state)

    @api.delete("/backfills/<uuid:backfill_id>")
    def undo_backfill(backfill_id: UUID) -> tuple[dict[str, Any], int]:
        """Take all that it saved off the records again."""
        return past.undo(services(), caller(), backfill_id), 202
