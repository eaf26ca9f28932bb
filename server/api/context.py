"""Everything that the pane shows of an open message, in one answer."""

from typing import Any

from apiflask import APIBlueprint

from server import context
from server.api.guard import caller, services
from server.api.items import hint_of
from server.api.shapes import ContextRequest


def routes(api: APIBlueprint) -> None:
    @api.post("/context")
    @api.input(ContextRequest)
    def show_context(json_data: ContextRequest) -> dict[str, Any]:
        """Which mailbox is this, what is saved already, which records fit."""
        return context.of_item(services(), caller(), hint_of(json_data.item))
