"""Messages that are still being written: the records chosen for them, and records that fit."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from server import context, outgoing
from server.api.guard import caller, listing, services
from server.api.items import hint_of
from server.api.shapes import OutgoingList, OutgoingRequest, SuggestionRequest
from server.queueing import RecordRef


def routes(api: APIBlueprint) -> None:
    @api.post("/outgoing")
    @api.input(OutgoingRequest)
    def choose_records(json_data: OutgoingRequest) -> tuple[dict[str, Any], int]:
        """Have a saved draft saved to records once it was sent. 202: that is on disk, in place of an earlier choice."""
        records = [RecordRef(each.destination, each.type, each.id) for each in json_data.records]
        found = outgoing.choose(services(), caller(), hint_of(json_data.item), records, json_data.attachments)
        return {"outgoing": found}, 202

    @api.get("/outgoing")
    @api.input(OutgoingList, location="query")
    def list_outgoing(query_data: OutgoingList) -> dict[str, Any]:
        """The caller's own, or those of a mailbox that the caller may read; newest first."""
        found, cursor = outgoing.find(services(), caller(), query_data.model_dump())
        return listing("outgoing", found, cursor)

    @api.get("/outgoing/<uuid:outgoing_id>")
    def one_outgoing(outgoing_id: UUID) -> dict[str, Any]:
        """One draft with what was chosen for it: waiting, sent, or ended with the reason."""
        return outgoing.one(services(), caller(), outgoing_id)

    @api.delete("/outgoing/<uuid:outgoing_id>")
    def withdraw_choice(outgoing_id: UUID) -> dict[str, Any]:
        """Take the choice back before the message is sent."""
        return outgoing.withdraw(services(), caller(), outgoing_id)

    @api.post("/outgoing/<uuid:outgoing_id>/sent")
    def hint_sent(outgoing_id: UUID) -> tuple[dict[str, Any], int]:
        """Say that the message is being sent. A hint: it only makes Affix look sooner."""
        return outgoing.hint_sent(services(), caller(), outgoing_id), 202

    @api.post("/suggestions")
    @api.input(SuggestionRequest)
    def suggest_records(json_data: SuggestionRequest) -> dict[str, Any]:
        """Records that fit a message by its people and its subject, each with the reason."""
        found = context.suggested_for(services(), caller(), json_data.addresses, json_data.subject)
        return {"suggestions": found}
