"""From an id in the address to the item, with Exchange's refusals."""

from tests.simulator import ids
from tests.simulator.graph import access
from tests.simulator.graph.call import Call, GraphError
from tests.simulator.mailbox import Folder, Item, Mailbox


def parsed_id(text: str) -> ids.ItemId:
    try:
        return ids.parse_rest(text)
    except ids.Malformed as error:
        raise GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.") from error


def folder_asked(call: Call, mailbox: Mailbox, name: str) -> Folder:
    """By well-known name or id; a delegate needs a right to it. Raises GraphError."""
    folder = mailbox.folder(name)
    if folder is None:
        _check_owner(parsed_id(name), mailbox)
        raise GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    access.check_folder(call, mailbox, folder)
    return folder


def item_asked(call: Call, mailbox: Mailbox) -> Item:
    """The message in the address. Raises GraphError."""
    wanted = parsed_id(call.params["message"])
    _check_owner(wanted, mailbox)
    item = mailbox.find(wanted)
    elsewhere = (
        item is not None
        and "folder" in call.params
        and folder_asked(call, mailbox, call.params["folder"]) is not item.folder
    )
    if item is None or elsewhere or wanted.attachment or item.readable_from > call.world.time():
        raise GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    access.check_folder(call, mailbox, item.folder)
    return item


def _check_owner(wanted: ids.ItemId, mailbox: Mailbox) -> None:
    if wanted.mailbox != mailbox.guid:
        raise GraphError(404, "ErrorInvalidMailboxItemId", "Item Id doesn't belong to the current mailbox.")
