"""A mailbox's categories with colours: https://learn.microsoft.com/graph/api/outlookuser-list-mastercategories

It belongs to the mailbox settings, so a delegate gets 403; the names on a message are free to all who may write it.
"""

import re
import uuid

from tests.simulator.graph import access
from tests.simulator.graph.call import Answer, Call, GraphError
from tests.simulator.graph.routing import of_mailbox
from tests.simulator.mailbox import Mailbox

COLOR = re.compile(r"^(none|preset([0-9]|1[0-9]|2[0-4]))$")


@of_mailbox("GET", "/outlook/masterCategories")
def list_all(call: Call) -> Answer:
    mailbox = access.settings(call)
    return Answer(json={"@odata.context": _context(call, mailbox), "value": mailbox.categories})


@of_mailbox("GET", "/outlook/masterCategories/{category}")
def read(call: Call) -> Answer:
    mailbox = access.settings(call)
    return Answer(json={"@odata.context": _context(call, mailbox) + "/$entity", **_asked(call, mailbox)})


@of_mailbox("POST", "/outlook/masterCategories")
def make(call: Call) -> Answer:
    mailbox = access.settings(call, writing=True)
    body = call.json()
    name, color = body.get("displayName"), body.get("color", "none")
    if not isinstance(name, str) or not name.strip() or not COLOR.match(str(color)):
        raise GraphError(400, "ErrorInvalidArgument", "A category needs a displayName and a known color.")
    if any(known["displayName"].lower() == name.lower() for known in mailbox.categories):
        raise GraphError(409, "CategoryNameDuplicate", "A category with this name already exists.")
    category = {"id": str(uuid.uuid4()), "displayName": name, "color": str(color)}
    mailbox.categories.append(category)
    return Answer(201, {"@odata.context": _context(call, mailbox) + "/$entity", **category})


@of_mailbox("PATCH", "/outlook/masterCategories/{category}")
def change(call: Call) -> Answer:
    """The colour only; the name is for ever."""
    mailbox = access.settings(call, writing=True)
    category, body = _asked(call, mailbox), call.json()
    if body.keys() - {"color"} or not COLOR.match(str(body.get("color"))):
        raise GraphError(400, "ErrorInvalidPropertySet", "Only the color of a category can be changed.")
    category["color"] = str(body["color"])
    return Answer(json={"@odata.context": _context(call, mailbox) + "/$entity", **category})


@of_mailbox("DELETE", "/outlook/masterCategories/{category}")
def remove(call: Call) -> Answer:
    mailbox = access.settings(call, writing=True)
    mailbox.categories.remove(_asked(call, mailbox))
    return Answer(204)


def _asked(call: Call, mailbox: Mailbox) -> dict[str, str]:
    for category in mailbox.categories:
        if category["id"] == call.params["category"]:
            return category
    raise GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def _context(call: Call, mailbox: Mailbox) -> str:
    return f"{call.base}/v1.0/$metadata#users('{mailbox.account.id}')/outlook/masterCategories"
