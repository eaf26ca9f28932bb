"""Folders: https://learn.microsoft.com/graph/api/resources/mailfolder"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from tests.simulator.graph import access
from tests.simulator.graph.call import Answer, Call, GraphError
from tests.simulator.graph.finding import folder_asked
from tests.simulator.graph.listing import paged
from tests.simulator.graph.options import check_options, narrowed, selected
from tests.simulator.graph.routing import of_mailbox
from tests.simulator.mailbox import Folder, Mailbox

KIND = "microsoft.graph.mailFolder"
OPTIONS = {"$select", "$top", "$skip", "$count", "$filter", "$expand", "$orderby"}


@of_mailbox("GET", "/mailFolders")
def list_top(call: Call) -> Answer:
    mailbox = access.mail(call)
    return _children(call, mailbox, mailbox.folders[0])


@of_mailbox("GET", "/mailFolders/{folder}/childFolders")
def list_children(call: Call) -> Answer:
    mailbox = access.mail(call)
    return _children(call, mailbox, folder_asked(call, mailbox, call.params["folder"]))


@of_mailbox("GET", "/mailFolders/{folder}")
def read(call: Call) -> Answer:
    check_options(call, {"$select", "$expand"})
    mailbox = access.mail(call)
    folder = folder_asked(call, mailbox, call.params["folder"])
    return Answer(json=_entity(call, mailbox, folder))


@of_mailbox("POST", "/mailFolders")
def make_top(call: Call) -> Answer:
    mailbox = access.mail(call, writing=True)
    return _made(call, mailbox, mailbox.folders[0])


@of_mailbox("POST", "/mailFolders/{folder}/childFolders")
def make_child(call: Call) -> Answer:
    mailbox = access.mail(call, writing=True)
    return _made(call, mailbox, folder_asked(call, mailbox, call.params["folder"]))


@of_mailbox("PATCH", "/mailFolders/{folder}")
def rename(call: Call) -> Answer:
    mailbox = access.mail(call, writing=True)
    folder = folder_asked(call, mailbox, call.params["folder"])
    wanted = call.json()
    if wanted.keys() != {"displayName"} or folder.well_known:
        raise GraphError(400, "ErrorInvalidRequest", "Only the name of a folder that was made can be changed.")
    folder.name = _free_name(call, mailbox, folder.parent)
    return Answer(json=_entity(call, mailbox, folder))


@of_mailbox("DELETE", "/mailFolders/{folder}")
def remove(call: Call) -> Answer:
    """Into the deleted items with all that is in it; from there for good."""
    mailbox = access.mail(call, writing=True)
    folder = folder_asked(call, mailbox, call.params["folder"])
    if folder.well_known:
        raise GraphError(403, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted.")
    bin_ = mailbox.folder_at("deleteditems")
    if mailbox.path_of(folder).startswith("deleteditems/"):
        mailbox.remove_folder(folder)
    else:
        folder.parent = bin_
    return Answer(204)


def _children(call: Call, mailbox: Mailbox, parent: Folder) -> Answer:
    check_options(call, OPTIONS)
    hidden = call.query.get("includeHiddenFolders", "").lower() == "true"
    found = [folder for folder in mailbox.folders if folder.parent is parent and (hidden or not folder.hidden)]
    counts = counted(call, mailbox)
    page = paged(call, found, lambda folder: shown(call, mailbox, folder, counts))
    return Answer(json={"@odata.context": _context(call, mailbox), **page})


def _made(call: Call, mailbox: Mailbox, parent: Folder) -> Answer:
    folder = mailbox.make_folder(_free_name(call, mailbox, parent), parent)
    return Answer(201, _entity(call, mailbox, folder))


def _free_name(call: Call, mailbox: Mailbox, parent: Folder | None) -> str:
    """The name in the body, which no other folder there may have."""
    name = call.json().get("displayName")
    if not isinstance(name, str) or not name.strip():
        raise GraphError(400, "ErrorInvalidFolderName", "A folder needs a displayName.")
    if any(folder.parent is parent and folder.name.lower() == name.lower() for folder in mailbox.folders):
        raise GraphError(409, "ErrorFolderExists", "A folder with the specified name already exists.")
    return name


@dataclass
class Counts:
    total: int = 0
    unread: int = 0
    octets: int = 0


def counted(call: Call, mailbox: Mailbox) -> dict[Folder, Counts]:
    """What is in each folder. A message that cannot be read yet counts only where counts are ahead."""
    now, ahead = call.world.time(), call.world.syncing.counts_ahead
    counts: dict[Folder, Counts] = defaultdict(Counts)
    for item in mailbox.items.values():
        if ahead or item.readable_from <= now:
            inside = counts[item.folder]
            inside.total += 1
            inside.unread += not item.is_read
            inside.octets += len(item.mail.raw)
    return counts


def shown(call: Call, mailbox: Mailbox, folder: Folder, counts: dict[Folder, Counts]) -> dict[str, Any]:
    inside = counts[folder]
    full = {
        "id": folder.id.rest(),
        "displayName": folder.name,
        "parentFolderId": (folder.parent or folder).id.rest(),
        "childFolderCount": sum(child.parent is folder and not child.hidden for child in mailbox.folders),
        "unreadItemCount": inside.unread,
        "totalItemCount": inside.total,
        "sizeInBytes": inside.octets,
        "isHidden": folder.hidden,
    }
    return narrowed(full, selected(call), KIND)


def _entity(call: Call, mailbox: Mailbox, folder: Folder) -> dict[str, Any]:
    full = shown(call, mailbox, folder, counted(call, mailbox))
    return {"@odata.context": _context(call, mailbox) + "/$entity", **full}


def _context(call: Call, mailbox: Mailbox) -> str:
    return f"{call.base}/v1.0/$metadata#users('{mailbox.account.id}')/mailFolders"
