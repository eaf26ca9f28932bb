"""The systems that a tenant saves to, for its administrators. Secrets go in and never come out."""

import json
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request

from server import destination_settings
from server.api.guard import caller, listing, services
from server.api.shapes import DestinationChange, DestinationRemoval, DestinationRequest

LINES = "application/x-ndjson"


def routes(admin: APIBlueprint) -> None:
    """For the blueprint that has asked for the role."""

    @admin.get("/destinations")
    def list_destinations() -> dict[str, Any]:
        """Where emails can be saved to: configured systems, then the built-in one. What is secret is masked."""
        return listing("destinations", destination_settings.listed(services(), caller().tenant_id), None)

    @admin.get("/destination-kinds")
    def list_destination_kinds() -> dict[str, Any]:
        """The kinds of systems that can be configured, and what is asked of each as a JSON schema."""
        return {"kinds": destination_settings.all_kinds()}

    @admin.post("/destinations")
    @admin.input(DestinationRequest)
    def add_destination(json_data: DestinationRequest) -> tuple[dict[str, Any], int]:
        """Configure a system to save to. Its name is what records carry, and stays."""
        wanted = json_data
        tenant_id, by = caller().tenant_id, caller()
        found = destination_settings.add(
            services(), tenant_id, by, wanted.kind, wanted.name, wanted.title, wanted.settings, wanted.again
        )
        return found, 201

    @admin.get("/destinations/<name>")
    def show_destination(name: str) -> dict[str, Any]:
        """One of them."""
        return destination_settings.one(services(), caller().tenant_id, name)

    @admin.patch("/destinations/<name>")
    @admin.input(DestinationChange)
    def change_destination(name: str, json_data: DestinationChange) -> dict[str, Any]:
        """Give it another title or other settings. Settings that are left out stay, as do secrets that come back
        masked; null takes a setting away.
        """
        wanted = json_data
        return destination_settings.change(
            services(), caller().tenant_id, caller(), name, wanted.title, wanted.settings
        )

    @admin.delete("/destinations/<name>")
    @admin.input(DestinationRemoval, location="query")
    def remove_destination(name: str, query_data: DestinationRemoval) -> dict[str, Any]:
        """No longer save there. What was saved stays there; rules for it stop. While saves wait for it this is refused
        with their number, unless `force` is true: then they fail.
        """
        return destination_settings.remove(services(), caller().tenant_id, caller(), name, query_data.force)

    @admin.post("/destinations/<name>/check")
    def check_destination(name: str) -> dict[str, Any] | Response:
        """Ask the system step by step whether it can be used, and what to do where it cannot. Who accepts
        application/x-ndjson gets each step in a line of its own as soon as it is known.
        """
        steps = destination_settings.check(services(), caller().tenant_id, name)
        if request.accept_mimetypes.best == LINES:
            return Response((f"{json.dumps(step)}\n" for step in steps), mimetype=LINES)
        return {"steps": list(steps)}
