"""Open extensions of a message. In a mailbox that is not one's own Graph refuses them, whatever the scopes.

https://learn.microsoft.com/graph/api/resources/opentypeextension
"""

from typing import Any

from tests.simulator.graph import access
from tests.simulator.graph.call import Answer, Call, GraphError
from tests.simulator.graph.finding import item_asked
from tests.simulator.graph.routing import of_message
from tests.simulator.mailbox import Item, Mailbox

KIND = "#microsoft.graph.openTypeExtension"


@of_message("GET", "/extensions")
def list_all(call: Call) -> Answer:
    mailbox, item = _own(call)
    return Answer(json={"@odata.context": _context(call, mailbox), "value": list(item.extensions.values())})


@of_message("GET", "/extensions/{extension}")
def read(call: Call) -> Answer:
    mailbox, item = _own(call)
    name = call.params["extension"].removeprefix("Microsoft.OutlookServices.OpenTypeExtension.")
    if name not in item.extensions:
        raise GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    return Answer(json={"@odata.context": _context(call, mailbox) + "/$entity", **item.extensions[name]})


@of_message("POST", "/extensions")
def make(call: Call) -> Answer:
    """Change tracking does not see it: neither the change key nor the time of the last change moves."""
    mailbox, item = _own(call, writing=True)
    body = call.json()
    name = body.get("extensionName")
    if not isinstance(name, str) or not name:
        raise GraphError(400, "BadRequest", "An open extension needs an extensionName.")
    extension: dict[str, Any] = {
        **body,
        "@odata.type": KIND,
        "id": f"Microsoft.OutlookServices.OpenTypeExtension.{name}",
    }
    item.extensions[name] = extension
    return Answer(201, {"@odata.context": _context(call, mailbox) + "/$entity", **extension})


def _own(call: Call, writing: bool = False) -> tuple[Mailbox, Item]:
    mailbox = access.mail(call, writing)
    if not call.bearer.is_app_only and mailbox.account.id != access.person(call).id:
        raise GraphError(403, "ErrorAccessDenied", access.DENIED)
    return mailbox, item_asked(call, mailbox)


def _context(call: Call, mailbox: Mailbox) -> str:
    owner = f"{call.base}/v1.0/$metadata#users('{mailbox.account.id}')"
    return f"{owner}/messages('{call.params['message']}')/extensions"
