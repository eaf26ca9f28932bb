"""What is new in a folder: https://learn.microsoft.com/graph/delta-query-messages, .../api/message-delta"""

import hashlib
import re
from dataclasses import dataclass, replace
from typing import Any

from tests.simulator.graph import access
from tests.simulator.graph.call import Answer, Call, GraphError
from tests.simulator.graph.filtering import Filter
from tests.simulator.graph.finding import folder_asked
from tests.simulator.graph.listing import page_size
from tests.simulator.graph.messages import shown
from tests.simulator.graph.options import expansions, names
from tests.simulator.graph.rounds import check_first, continued, option, options_of, page, unsupported
from tests.simulator.graph.routing import of_mailbox
from tests.simulator.ids import ItemId
from tests.simulator.journal import Change
from tests.simulator.mailbox import Folder, Item, Mailbox
from tests.simulator.syncing import SyncState

KIND = "#microsoft.graph.message"
FIRST_OPTIONS = {"$select", "$top", "$expand", "$filter", "$orderby"}
FILTER = re.compile(r"^\s*receivedDateTime\s+(ge|gt)\s+\d{4}-\d\d-\d\d\S*\s*$")
ALWAYS_CHANGED = {"changeKey", "lastModifiedDateTime"}
CHANGE_TYPES = {"created", "updated", "deleted"}


@dataclass(frozen=True)
class Entry:
    """One message that a round tells of. `immutable`: only under that kind of id, where it is not None."""

    item: Item
    change: str
    key: bytes = b""  # of what was removed, as the client knows it
    names: frozenset[str] = frozenset()
    immutable: bool | None = None


@of_mailbox("GET", "/mailFolders/{folder}/messages/delta")
def follow(call: Call) -> Answer:
    mailbox = access.mail(call)
    folder = folder_asked(call, mailbox, call.params["folder"])
    state = continued(call, mailbox, folder) or _first(call, mailbox, folder)
    if state.told is None:
        state = _begun(call, state, _happened(call, state, folder))
    immutable, as_first = call.wants_immutable_ids, replace(call, query_string=state.options)
    return page(
        call,
        state,
        "message",
        lambda entry: entry.immutable in {None, immutable},
        lambda entry: _row(as_first, state, entry, immutable),
    )


@of_mailbox("GET", "/messages/delta")
def refuse_whole_mailbox(call: Call) -> Answer:
    """Each folder is followed on its own."""
    raise GraphError(400, "ErrorInvalidRequest", "Change tracking is not supported against 'microsoft.graph.message'.")


def _first(call: Call, mailbox: Mailbox, folder: Folder) -> SyncState:
    """Everything that is there. Raises GraphError."""
    check_first(call, FIRST_OPTIONS, "Messages")
    query = call.query
    if query.get("changeType", "created") not in CHANGE_TYPES:
        raise GraphError(400, "BadRequest", "changeType is one of created, updated, deleted.")
    if query.get("$filter") and not FILTER.match(query["$filter"]):
        raise unsupported("Messages", "$filter")
    if query.get("$orderby") and " ".join(query["$orderby"].split()) != "receivedDateTime desc":
        raise unsupported("Messages", "$orderby")
    if any(inner.keys() & {"$filter", "$orderby"} for inner in expansions(call).values()):
        # Never mended: https://github.com/OData/odata.net/issues/1667
        message = "Parsing OData Select and Expand failed: Value cannot be null. (Parameter 'initialState')"
        raise GraphError(400, "BadRequest", message)
    state = SyncState(mailbox, folder, options_of(call), page_size(call), 0, 0)
    now = call.world.time()
    there = [item for item in mailbox.items.values() if item.folder is folder and item.readable_from <= now]
    if query.get("$filter"):
        condition = Filter(query["$filter"])
        there = _newest_first([item for item in there if condition.matches(item)])
        there = there[: call.world.syncing.filter_limit]
    return _begun(call, state, [Entry(item, "created") for item in there])


def _begun(call: Call, state: SyncState, entries: list[Entry]) -> SyncState:
    """A round with these to tell, in no order unless one was asked for."""
    upto = _readable(call, state.mailbox, state.since)
    wanted, repeated = option(state, "changeType"), call.world.syncing.replays
    entries = sorted((one for one in entries if wanted in {"", one.change}), key=lambda one: _scramble(one.item))
    if repeated and state.since and wanted in {"", "updated"}:
        told = {id(one.item) for one in entries}
        others = [item for item in state.mailbox.items.values() if item.folder is state.folder and id(item) not in told]
        entries += [Entry(item, "updated") for item in sorted(others, key=_scramble)[:repeated]]
    if option(state, "$orderby"):
        entries.sort(key=lambda one: one.item.received_at, reverse=True)
    return replace(state, upto=upto, told=(*entries, *entries[:repeated]))


def _readable(call: Call, mailbox: Mailbox, start: int) -> int:
    """How much of the journal may be told: nothing from the first message on that cannot be read yet."""
    now, end = call.world.time(), len(mailbox.journal)
    for number, change in enumerate(mailbox.journal.between(start, end), start):
        if change.item.readable_from > now:
            return number
    return end


def _happened(call: Call, state: SyncState, folder: Folder) -> list[Entry]:
    """What the changes since the last round amount to, for each message that they concern."""
    upto = _readable(call, state.mailbox, state.since)
    histories: dict[bytes, list[Change]] = {}
    for change in state.mailbox.journal.between(state.since, upto):
        if change.concerns(folder):
            histories.setdefault(change.item.immutable_key, []).append(change)
    return [entry for history in histories.values() for entry in _summed_up(call, state, folder, history)]


def _summed_up(call: Call, state: SyncState, folder: Folder, history: list[Change]) -> list[Entry]:
    first, item = history[0], history[0].item
    was_in, is_in = not first.enters(folder), item.folder is folder and _exists(state.mailbox, item)
    moved_in = any(change.is_move and change.enters(folder) for change in history)
    if not _passes(call, state, item, moved_in):
        return []
    missed = call.world.syncing.hole and moved_in and _was_there(state, folder, item, was_in)
    if not is_in:
        return [Entry(item, "deleted", first.key_before)] if was_in else []
    if not was_in:
        return [Entry(item, "created", immutable=False if missed else None)]
    if first.key_before == item.key:
        changed = [change.names for change in history]
        return [Entry(item, "updated", names=frozenset().union(*changed) if all(changed) else frozenset())]
    entries = [Entry(item, "deleted", first.key_before, immutable=False), Entry(item, "created", immutable=False)]
    return entries if missed else [*entries, Entry(item, "updated", immutable=True)]


def _was_there(state: SyncState, folder: Folder, item: Item, was_in: bool) -> bool:
    earlier = state.mailbox.journal.between(0, state.since)
    return was_in or any(change.item is item and change.leaves(folder) for change in earlier)


def _passes(call: Call, state: SyncState, item: Item, moved_in: bool) -> bool:
    condition = option(state, "$filter")
    if not condition or (moved_in and call.world.syncing.moved_in_passes_filter):
        return True
    return Filter(condition).matches(item)


def _row(call: Call, state: SyncState, entry: Entry, immutable: bool) -> dict[str, Any] | None:
    """The message as it is now; None where it has left since, which the next round will tell."""
    mailbox, item = state.mailbox, entry.item
    if entry.change == "deleted":
        key = item.immutable_key if immutable else entry.key
        gone = ItemId(mailbox.guid, key, immutable).rest()
        return {"@odata.type": KIND, "id": gone, "@removed": {"reason": "deleted"}}
    if item.folder is not state.folder or not _exists(mailbox, item):
        return None
    full = {"@odata.type": KIND, **shown(call, mailbox, item)}
    if entry.change == "updated" and entry.names and call.world.syncing.sparse:
        kept = (entry.names | ALWAYS_CHANGED) & set(names(option(state, "$select")) or full)
        return {name: value for name, value in full.items() if name in kept or name == "id" or name.startswith("@")}
    return full


def _exists(mailbox: Mailbox, item: Item) -> bool:
    return mailbox.items.get(item.immutable_key) is item


def _newest_first(items: list[Item]) -> list[Item]:
    return sorted(items, key=lambda item: item.received_at, reverse=True)


def _scramble(item: Item) -> bytes:
    """Any order but the one of arrival, and the same one each time."""
    return hashlib.sha256(item.immutable_key).digest()
