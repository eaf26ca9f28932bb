"""Delta page by page: the links, and what becomes of them. https://learn.microsoft.com/graph/delta-query-overview"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl, quote

from tests.simulator.graph.call import Answer, Call, GraphError
from tests.simulator.graph.listing import page_size
from tests.simulator.mailbox import Folder, Mailbox
from tests.simulator.syncing import PREFIX, SyncState

TOKENS = ("$skiptoken", "$deltatoken")
NOT_FOUND = "The sync state generation is not found; generation=149;[highest=157]"


def check_first(call: Call, allowed: Iterable[str], resource: str) -> None:
    """What the first call may ask. Raises GraphError."""
    wrong = [name for name in call.query if name.startswith("$") and name not in {*allowed, *TOKENS}]
    if wrong:
        raise unsupported(resource, wrong[0])


def unsupported(resource: str, name: str) -> GraphError:
    message = (
        f"The following parameters are not supported with change tracking over the '{resource}' resource: '{name}'."
    )
    return GraphError(400, "ErrorInvalidUrlQuery", message)


def options_of(call: Call) -> str:
    """The query without tokens: an empty $deltatoken means to start anew."""
    kept = (part for part in call.query_string.split("&") if part.partition("=")[0].replace("%24", "$") not in TOKENS)
    return "&".join(part for part in kept if part)


def continued(call: Call, mailbox: Mailbox, folder: Folder | None) -> SyncState | None:
    """What the link in the call leads to; None for a first call. Raises GraphError where it leads nowhere any more."""
    query = call.query
    token = query.get("$skiptoken") or query.get("$deltatoken")
    if not token:
        return None
    if not token.startswith(PREFIX):
        raise GraphError(400, "BadRequest", "Badly formed token.")
    if query.keys() - set(TOKENS):
        raise GraphError(400, "BadRequest", "The options of change tracking are fixed by its first request.")
    syncing = call.world.syncing
    state = syncing.states.get(token)
    if state and (state.mailbox, state.folder) != (mailbox, folder):
        raise GraphError(400, "BadRequest", "Badly formed token.")
    if state is None or syncing.is_over(token, call.world.time()):
        raise _sync_state_not_found(call, _address(call, mailbox, folder), state.options if state else "")
    return state if call.preference("odata.maxpagesize") is None else replace(state, size=page_size(call))


def page(call: Call, state: SyncState, kind: str, fits: Callable[[Any], bool], show: Callable[[Any], Any]) -> Answer:
    """The next page of the round. `show` may find that there is nothing left to show."""
    syncing = call.world.syncing
    empty = bool(syncing.empty_pages) and state.pages % (syncing.empty_pages + 1) < syncing.empty_pages
    told = state.told or ()
    places = islice((place for place in range(state.at, len(told)) if fits(told[place])), 0 if empty else state.size)
    taken = list(places)
    rows = [show(told[place]) for place in taken]
    at = taken[-1] + 1 if taken else state.at
    body: dict[str, Any] = {"@odata.context": f"{call.base}/v1.0/$metadata#Collection({kind})"}
    body["value"] = [row for row in rows if row is not None]
    if empty or any(fits(entry) for entry in told[at:]):
        state = replace(state, at=at, pages=state.pages + 1)
        name, parameter = "@odata.nextLink", "$skiptoken"
    else:
        state = replace(state, since=state.upto, told=None, at=0, pages=0)
        name, parameter = "@odata.deltaLink", "$deltatoken"
    token = syncing.link_to(state, call.world.time())
    body[name] = f"{_address(call, state.mailbox, state.folder)}?{parameter}={token}"
    return Answer(json=body)


def option(state: SyncState, name: str) -> str:
    return dict(parse_qsl(state.options, keep_blank_values=True)).get(name, "")


def _address(call: Call, mailbox: Mailbox, folder: Folder | None) -> str:
    owner = f"users('{mailbox.account.id}')" if "user" in call.params else "me"
    below = f"mailFolders('{quote(folder.id.rest(), safe='=')}')/messages" if folder else "mailFolders"
    return f"{call.base}/v1.0/{owner}/{below}/delta"


def _sync_state_not_found(call: Call, address: str, options: str) -> GraphError:
    """Both spellings of the code are met, and a third code; 410 says where to start anew."""
    refusal = call.world.syncing.refusal
    if refusal == "badRequest":
        return GraphError(400, "syncStateNotFound", NOT_FOUND)
    location = {"Location": f"{address}?{options}{'&' if options else ''}$deltatoken="}
    return GraphError(410, "resyncRequired" if refusal == "resync" else "SyncStateNotFound", NOT_FOUND, location)
