"""translateExchangeIds: https://learn.microsoft.com/graph/api/user-translateexchangeids"""

from collections.abc import Callable
from typing import Any

from tests.simulator import ids
from tests.simulator.graph import access
from tests.simulator.graph.call import Answer, Call, GraphError
from tests.simulator.graph.people import PRIVILEGES, READ_ALL
from tests.simulator.graph.routing import of_mailbox
from tests.simulator.mailbox import Mailbox

AT_MOST = 1000
PARSERS: dict[str, Callable[[str], ids.ItemId]] = {
    "entryId": ids.parse_entry,
    "immutableEntryId": ids.parse_entry,
    "ewsId": ids.parse_ews,
    "restId": ids.parse_rest,
    "restImmutableEntryId": ids.parse_rest,
}


@of_mailbox("POST", "/translateExchangeIds")
def translate(call: Call) -> Answer:
    mailbox = _mailbox(call)
    body = call.json()
    inputs, source, target = (_parameter(body, name) for name in ("inputIds", "sourceIdType", "targetIdType"))
    if not isinstance(inputs, list) or not all(isinstance(text, str) for text in inputs):
        raise GraphError(400, "ErrorInvalidParameter", "The parameter inputIds is missing or no list of texts.")
    if source not in PARSERS or target not in PARSERS:
        raise GraphError(400, "BadRequest", f"Id types are {', '.join(PARSERS)}.")
    if len(inputs) > AT_MOST:
        raise GraphError(400, "ErrorInvalidParameter", f"At most {AT_MOST} ids can be translated at once.")
    context = f"{call.base}/v1.0/$metadata#Collection(microsoft.graph.convertIdResult)"
    return Answer(json={"@odata.context": context, "value": [_one(mailbox, text, source, target) for text in inputs]})


def _mailbox(call: Call) -> Mailbox:
    """Another person's mailbox needs more than User.Read, but no right on that mailbox."""
    mailbox = access.mailbox_asked(call)
    wide = {"User.ReadBasic.All", *READ_ALL}
    if call.bearer.is_app_only:
        allowed = bool(call.bearer.roles & wide)
    else:
        own = mailbox.account.id == access.person(call).id
        allowed = bool(call.bearer.scopes & (wide | ({"User.Read"} if own else set())))
    if not allowed:
        raise GraphError(403, "Authorization_RequestDenied", PRIVILEGES)
    return mailbox


def _parameter(body: dict[str, Any], name: str) -> Any:
    """In the documentation's spelling, or the CSDL's, which begins with a capital."""
    return body.get(name, body.get(name[0].upper() + name[1:]))


def _one(mailbox: Mailbox, text: str, source: str, target: str) -> dict[str, Any]:
    try:
        known = PARSERS[source](text)
    except ids.Malformed:
        return _failed(text, "ErrorInvalidIdMalformed", "Id is malformed.")
    if known.mailbox != mailbox.guid:
        return _failed(text, "ErrorInvalidMailboxItemId", "Item Id doesn't belong to the current mailbox.")
    item = mailbox.find(known)
    if item is None or known.immutable != ("mmutable" in source):
        return _failed(text, "ErrorItemNotFound", "The specified object was not found in the store.")
    owner = mailbox.id_of(item, "mmutable" in target)
    found = ids.ItemId(owner.mailbox, owner.key, owner.immutable, known.attachment)
    spelled = found.entry() if target.endswith("ntryId") and "rest" not in target else found.rest()
    return {"sourceId": text, "targetId": found.ews() if target == "ewsId" else spelled}


def _failed(text: str, code: str, message: str) -> dict[str, Any]:
    return {"sourceId": text, "targetId": None, "errorDetails": {"code": code, "message": message}}
