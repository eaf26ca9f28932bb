"""How a mailbox does, and its work list: what came in and is on no record yet."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from server import overview, unfiled
from server.api.guard import caller, listing, services
from server.api.shapes import ListedMessages, UnfiledList


def routes(api: APIBlueprint) -> None:
    @api.get("/mailboxes/<uuid:mailbox_id>/overview")
    def show_overview(mailbox_id: UUID) -> dict[str, Any]:
        """How the mailbox does: its health, its licence, its rules, and what these saved in the last seven days."""
        return overview.of_mailbox(services(), caller(), mailbox_id)

    @api.get("/mailboxes/<uuid:mailbox_id>/unfiled")
    @api.input(UnfiledList, location="query")
    def list_unfiled(mailbox_id: UUID, query_data: UnfiledList) -> dict[str, Any]:
        """Mail from outside in the inbox of the last 30 days that is on no record, the latest first, each with the
        record that fits best; with `dismissed` what somebody took off this list."""
        found, following = unfiled.find(services(), caller(), mailbox_id, **query_data.model_dump())
        return listing("unfiled", found, following)

    @api.post("/mailboxes/<uuid:mailbox_id>/unfiled/dismiss")
    @api.input(ListedMessages)
    def dismiss_unfiled(mailbox_id: UUID, json_data: ListedMessages) -> dict[str, Any]:
        """Take messages off the list without saving them, for all who may read the mailbox."""
        return {"dismissed": unfiled.dismiss(services(), caller(), mailbox_id, json_data.messages)}

    @api.post("/mailboxes/<uuid:mailbox_id>/unfiled/restore")
    @api.input(ListedMessages)
    def restore_unfiled(mailbox_id: UUID, json_data: ListedMessages) -> dict[str, Any]:
        """Put messages back on the list."""
        return {"restored": unfiled.restore(services(), caller(), mailbox_id, json_data.messages)}
