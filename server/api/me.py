"""Who is asking, and what Affix can do for them."""

from typing import Any

from apiflask import APIBlueprint

from server import context, preferences
from server.api.guard import caller, services
from server.api.shapes import PreferenceChange


def routes(api: APIBlueprint) -> None:
    @api.get("/me")
    def show_me() -> dict[str, Any]:
        """The person, their own mailbox and the others known, the destinations and their latest saves."""
        return context.of_person(services(), caller())

    @api.patch("/me")
    @api.input(PreferenceChange)
    def change_preferences(json_data: PreferenceChange) -> dict[str, Any]:
        """What the person prefers, in every Outlook: the tab that the pane opens with, the reminder on sending."""
        return preferences.choose(services(), caller(), json_data.model_dump(exclude_none=True))
