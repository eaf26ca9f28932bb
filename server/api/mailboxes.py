"""The mailboxes that the caller was proven to read."""

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint

from server import mailboxes
from server.api.guard import caller, listing, services
from server.api.shapes import MailboxStatement


def routes(api: APIBlueprint) -> None:
    @api.get("/mailboxes")
    def list_mailboxes() -> dict[str, Any]:
        """The caller's mailboxes, the latest proof first."""
        return listing("mailboxes", mailboxes.known(services(), caller()), None)

    @api.patch("/mailboxes/<uuid:mailbox_id>")
    @api.input(MailboxStatement)
    def state_kind(mailbox_id: UUID, json_data: MailboxStatement) -> dict[str, Any]:
        """What the person says of a mailbox whose kind nothing else tells. Counts for that person alone."""
        return mailboxes.state_kind(services(), caller(), mailbox_id, json_data.kind)
