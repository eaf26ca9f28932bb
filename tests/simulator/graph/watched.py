"""What a subscription may watch, and who may: the resource and the permissions.

https://learn.microsoft.com/graph/outlook-change-notifications-overview
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from tests.simulator.graph import access
from tests.simulator.graph.call import Call, GraphError
from tests.simulator.graph.filtering import Filter
from tests.simulator.graph.finding import folder_asked
from tests.simulator.graph.routing import segments_of
from tests.simulator.mailbox import Folder, Item, Mailbox

PERMISSIONS = ("Mail.Read", "Mail.ReadBasic")  # to be allowed to write is not enough, nor is any .Shared


@dataclass(frozen=True)
class Watched:
    mailbox: Mailbox
    folder: Folder | None
    condition: str
    matches: Callable[[Item], bool] | None


def watched(call: Call, resource: str) -> Watched:
    """Raises GraphError."""
    path, _, query = resource.partition("?")
    params = _named(segments_of(path))
    if params is None:
        raise invalid(f"Invalid resource: '{resource}'.")
    options = dict(parse_qsl(query, keep_blank_values=True))
    if options.keys() - {"$filter"}:
        raise invalid(f"Query options of the resource are not supported: {', '.join(sorted(options))}.")
    asked = replace(call, params=params)
    mailbox = access.mailbox_asked(asked)
    _check_permission(asked, mailbox)
    folder = folder_asked(asked, mailbox, params["folder"]) if "folder" in params else None
    condition = options.get("$filter", "")
    return Watched(mailbox, folder, condition, Filter(condition).matches if condition else None)


def invalid(message: str) -> GraphError:
    return GraphError(400, "InvalidRequest", message)


def _named(segments: list[str]) -> dict[str, str] | None:
    """Mailbox and folder of me/messages, users/{id}/messages, .../mailFolders/{id}/messages."""
    match [part.lower() for part in segments]:
        case ["me", *below]:
            params, rest = {}, segments[1:]
        case ["users", _, *below]:
            params, rest = {"user": segments[1]}, segments[2:]
        case _:
            return None
    match below:
        case ["messages"]:
            return params
        case ["mailfolders", _, "messages"]:
            return {**params, "folder": rest[1]}
    return None


def _check_permission(call: Call, mailbox: Mailbox) -> None:
    if call.bearer.is_app_only:
        access.check_application(call, mailbox, PERMISSIONS)
        return
    own = mailbox.account.id == access.person(call).id
    if not own or not call.bearer.scopes & set(PERMISSIONS):
        raise GraphError(403, "ErrorAccessDenied", access.DENIED)
