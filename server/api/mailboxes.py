"""The mailboxes that the caller was proven to read."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from server import favorites, mailboxes
from server.api.guard import caller, listing, services
from server.api.shapes import MailboxChange
from server.queueing import RecordRef

FAVORITE = "/mailboxes/<uuid:mailbox_id>/favorites/<destination>/<type>/<id>"


def routes(api: APIBlueprint) -> None:
    @api.get("/mailboxes")
    def list_mailboxes() -> dict[str, Any]:
        """The caller's mailboxes, the latest proof first."""
        return listing("mailboxes", mailboxes.known(services(), caller()), None)

    @api.patch("/mailboxes/<uuid:mailbox_id>")
    @api.input(MailboxChange)
    def change_mailbox(mailbox_id: UUID, json_data: MailboxChange) -> dict[str, Any]:
        """What the person says of a mailbox whose kind nothing else tells; that counts for that person alone. Which
        attachments are saved from it from now on; that counts for everybody there.
        """
        return mailboxes.change(services(), caller(), mailbox_id, json_data.model_dump(exclude_unset=True))

    @api.get("/mailboxes/<uuid:mailbox_id>/records")
    def records_at_hand(mailbox_id: UUID) -> dict[str, Any]:
        """The mailbox's favourites, and the records that mail was saved to lately."""
        return favorites.of_mailbox(services(), caller(), mailbox_id)

    @api.put(FAVORITE)
    def add_favorite(mailbox_id: UUID, destination: str, type: str, id: str) -> dict[str, Any]:
        """Keep a record at hand for everybody who may read the mailbox."""
        return favorites.add(services(), caller(), mailbox_id, RecordRef(destination, type, id))

    @api.delete(FAVORITE)
    def remove_favorite(mailbox_id: UUID, destination: str, type: str, id: str) -> dict[str, Any]:
        """No longer keep it at hand."""
        return favorites.remove(services(), caller(), mailbox_id, RecordRef(destination, type, id))
