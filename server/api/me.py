"""Who is asking, and what Affix can do for them."""

from typing import Any

from apiflask import APIBlueprint

from server import context
from server.api.guard import caller, services


def routes(api: APIBlueprint) -> None:
    @api.get("/me")
    def show_me() -> dict[str, Any]:
        """The person, their own mailbox and the others known, the destinations and their latest saves."""
        return context.of_person(services(), caller())
