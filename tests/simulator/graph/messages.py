"""One message: read it, read its MIME, change it, move it. https://learn.microsoft.com/graph/api/resources/message"""

from typing import Any

from tests.simulator.graph import access, attachments, shape
from tests.simulator.graph.call import Answer, Call, GraphError
from tests.simulator.graph.changes import apply_changes, check_etag
from tests.simulator.graph.drafts import written
from tests.simulator.graph.finding import folder_asked, item_asked
from tests.simulator.graph.options import READING, check_options, expansions, narrowed, selected
from tests.simulator.graph.properties import chosen_properties
from tests.simulator.graph.routing import of_message
from tests.simulator.mailbox import Item, Mailbox

KIND = "microsoft.graph.message"
SOMETIMES = {
    "internetMessageHeaders",
    "meetingMessageType",
    "startDateTime",
    "endDateTime",
    "location",
    "isAllDay",
    "type",
}


@of_message("GET")
def read(call: Call) -> Answer:
    check_options(call, READING)
    mailbox = access.mail(call)
    item = item_asked(call, mailbox)
    return Answer(json=_entity(call, mailbox, shown(call, mailbox, item)))


@of_message("GET", "/$value")
def read_mime(call: Call) -> Answer:
    mailbox = access.mail(call)
    item = item_asked(call, mailbox)
    raw = written(call, mailbox, item) if item.is_draft else item.mail.raw
    return Answer(octets=raw, headers={"Content-Type": "text/plain"})


@of_message("PATCH")
def change(call: Call) -> Answer:
    mailbox = access.mail(call, writing=True)
    item = item_asked(call, mailbox)
    check_etag(call, item)
    apply_changes(call, mailbox, item)
    return Answer(json=_entity(call, mailbox, shape.message(call, mailbox, item)))


@of_message("DELETE")
def remove(call: Call) -> Answer:
    mailbox = access.mail(call, writing=True)
    item = item_asked(call, mailbox)
    check_etag(call, item)
    if item.folder.well_known == "deleteditems":
        mailbox.remove(item)
    else:
        mailbox.move(item, mailbox.folder_at("deleteditems"), call.world.now())
    return Answer(204)


@of_message("POST", "/permanentDelete")
def remove_for_good(call: Call) -> Answer:
    """https://learn.microsoft.com/graph/api/message-permanentdelete"""
    mailbox = access.mail(call, writing=True)
    mailbox.remove(item_asked(call, mailbox))
    return Answer(204)


@of_message("POST", "/move")
def move(call: Call) -> Answer:
    mailbox = access.mail(call, writing=True)
    item = item_asked(call, mailbox)
    mailbox.move(item, folder_asked(call, mailbox, _destination(call)), call.world.now())
    return Answer(201, _entity(call, mailbox, shape.message(call, mailbox, item)))


@of_message("POST", "/copy")
def copy(call: Call) -> Answer:
    mailbox = access.mail(call, writing=True)
    item = item_asked(call, mailbox)
    twin = mailbox.copy(item, folder_asked(call, mailbox, _destination(call)), call.world.now())
    return Answer(201, _entity(call, mailbox, shape.message(call, mailbox, twin)))


def shown(call: Call, mailbox: Mailbox, item: Item) -> dict[str, Any]:
    """The message with the $select and $expand of the call."""
    chosen = selected(call)
    extra = shape.on_request(call, item, chosen)
    full = narrowed(shape.message(call, mailbox, item, chosen), chosen, KIND, extra, SOMETIMES)
    for name, inner in expansions(call).items():
        if name == "attachments":
            full[name] = attachments.listed(call, mailbox, item, inner.get("$select", ""), inner.get("$expand", ""))
        elif name == "singleValueExtendedProperties":
            found = chosen_properties(item, inner.get("$filter", ""))
            full.update({name: found} if found else {})
        elif name == "extensions":
            access.settings(call)
            full[name] = list(item.extensions.values())
        else:
            raise GraphError(
                400, "RequestBroker--ParseUri", f"Could not find a property named '{name}' on type '{KIND}'."
            )
    return full


def _entity(call: Call, mailbox: Mailbox, full: dict[str, Any]) -> dict[str, Any]:
    chosen = call.query.get("$select", "")
    listed = f"({chosen})" if chosen else ""
    return {
        "@odata.context": f"{call.base}/v1.0/$metadata#users('{mailbox.account.id}')/messages{listed}/$entity",
        **full,
    }


def _destination(call: Call) -> str:
    """The folder in the body, in the CSDL's spelling or the documentation's."""
    body = call.json()
    name = body.get("destinationId") or body.get("DestinationId")
    if not isinstance(name, str):
        raise GraphError(400, "ErrorInvalidParameter", "The parameter DestinationId is missing.")
    return name
