"""Saves: asked for, followed, undone, moved and retried."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from server import following, saving
from server.api.guard import caller, listing, services
from server.api.items import hint_of
from server.api.shapes import MoveRequest, SaveList, SaveRequest
from server.queueing import RecordRef


def routes(api: APIBlueprint) -> None:
    @api.post("/saves")
    @api.input(SaveRequest)
    def create_saves(json_data: SaveRequest) -> tuple[dict[str, Any], int]:
        """Ask for an email to be saved to one or more records. 202: it is on disk and a worker will do it."""
        records = [RecordRef(each.destination, each.type, each.id) for each in json_data.records]
        found = saving.save_later(services(), caller(), hint_of(json_data.item), records, json_data.attachments)
        return {"saves": found}, 202

    @api.get("/saves")
    @api.input(SaveList, location="query")
    def list_saves(query_data: SaveList) -> dict[str, Any]:
        """The caller's own saves, or those of a mailbox that the caller may read; newest first."""
        found, cursor = following.find(services(), caller(), query_data.model_dump())
        return listing("saves", found, cursor)

    @api.get("/saves/<uuid:save_id>")
    def one_save(save_id: UUID) -> dict[str, Any]:
        """One save, with its state and the reason for it."""
        return following.one(services(), caller(), save_id)

    @api.delete("/saves/<uuid:save_id>")
    def undo_save(save_id: UUID) -> dict[str, Any]:
        """Take the email off the record again."""
        return saving.unsave(services(), caller(), save_id)

    @api.patch("/saves/<uuid:save_id>")
    @api.input(MoveRequest)
    def move_save(save_id: UUID, json_data: MoveRequest) -> dict[str, Any]:
        """Move the email to another record: saved there first, then taken off the old one."""
        record = json_data.record
        return saving.move(services(), caller(), save_id, RecordRef(record.destination, record.type, record.id))

    @api.post("/saves/<uuid:save_id>/retry")
    def retry_save(save_id: UUID) -> tuple[dict[str, Any], int]:
        """Try a failed or partial save once more."""
        return saving.retry(services(), caller(), save_id), 202
