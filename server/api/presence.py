"""Who is filing a message right now."""

from typing import Any

from apiflask import APIBlueprint

from server import presence
from server.api.guard import caller, services
from server.api.shapes import PresenceEnd, PresenceStatement


def routes(api: APIBlueprint) -> None:
    @api.put("/presence")
    @api.input(PresenceStatement)
    def be_present(json_data: PresenceStatement) -> dict[str, Any]:
        """The caller is choosing records for a message, or saving it. Forgotten after 45 seconds, unless said again."""
        said = json_data
        return presence.be_present(services(), caller(), said.mailbox, said.message, said.records)

    @api.delete("/presence")
    @api.input(PresenceEnd, location="query")
    def leave(query_data: PresenceEnd) -> dict[str, Any]:
        """The caller is done with it."""
        return presence.leave(services(), caller(), query_data.mailbox, query_data.message)
