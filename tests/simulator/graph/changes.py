"""PATCH of a message: https://learn.microsoft.com/graph/api/message-update"""

from collections.abc import Callable
from typing import Any

from tests.simulator.graph.call import Call, GraphError
from tests.simulator.graph.drafts import as_shown, rewrite
from tests.simulator.graph.properties import set_properties
from tests.simulator.mailbox import Item, Mailbox

DRAFT_ONLY = {
    *("subject", "body", "toRecipients", "ccRecipients", "bccRecipients", "replyTo", "from", "internetMessageId"),
    *("isDeliveryReceiptRequested", "isReadReceiptRequested"),
}


def check_etag(call: Call, item: Item) -> None:
    """Raises GraphError 412 where the caller saw another version."""
    given = call.header("If-Match")
    if given and given != "*" and given not in {item.etag, item.etag.removeprefix("W/"), item.change_key}:
        message = (
            "The send or update operation could not be performed because the change key passed in the request "
            "does not match the current change key for the item."
        )
        raise GraphError(412, "ErrorIrresolvableConflict", message)


def apply_changes(call: Call, mailbox: Mailbox, item: Item) -> None:
    """All or nothing. Raises GraphError for what may not be changed."""
    body = {name: value for name, value in call.json().items() if not name.startswith("@")}
    for name in body:
        if name not in _SETTERS and not (name in DRAFT_ONLY and item.is_draft):
            message = f"The property '{name}' is read-only and cannot be set, or it can be set on drafts only."
            raise GraphError(400, "ErrorInvalidPropertySet", message)
    before = dict(item.__dict__)
    try:
        for name in body.keys() & _SETTERS.keys():
            _SETTERS[name](item, body[name])
        if body.keys() & DRAFT_ONLY:
            rewrite(call, mailbox, item, {**as_shown(item), **body})
    except GraphError:
        item.__dict__.update(before)
        raise
    mailbox.change(item, call.world.now(), () if body.keys() & DRAFT_ONLY else body)


def _wrong(name: str, expected: str) -> GraphError:
    return GraphError(400, "BadRequest", f"Cannot convert the value of '{name}' to the expected type '{expected}'.")


def _set_categories(item: Item, value: Any) -> None:
    """Replaced whole: a category that is left out is gone."""
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise _wrong("categories", "Collection(Edm.String)")
    if any(not name.strip() or len(name) > 255 for name in value):
        raise GraphError(400, "ErrorInvalidArgument", "A category needs a name of at most 255 characters.")
    item.categories = list(dict.fromkeys(value))


def _set_read(item: Item, value: Any) -> None:
    if not isinstance(value, bool):
        raise _wrong("isRead", "Edm.Boolean")
    item.is_read = value


def _set_flag(item: Item, value: Any) -> None:
    status = value.get("flagStatus") if isinstance(value, dict) else None
    if status not in {"notFlagged", "complete", "flagged"}:
        raise _wrong("flag", "microsoft.graph.followupFlag")
    item.flag = status


def _set_importance(item: Item, value: Any) -> None:
    if value not in {"low", "normal", "high"}:
        raise _wrong("importance", "microsoft.graph.importance")
    item.importance = value


def _set_properties(item: Item, value: Any) -> None:
    item.properties = dict(item.properties)
    set_properties(item, value)


_SETTERS: dict[str, Callable[[Item, Any], None]] = {
    "categories": _set_categories,
    "isRead": _set_read,
    "flag": _set_flag,
    "importance": _set_importance,
    "singleValueExtendedProperties": _set_properties,
}
