"""Many messages: filter, sort or search, page by page. https://learn.microsoft.com/graph/api/user-list-messages"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from tests.simulator.graph import access
from tests.simulator.graph.call import Answer, Call, GraphError
from tests.simulator.graph.filtering import PROPERTIES, Filter, Value, check_efficient, ordering
from tests.simulator.graph.finding import folder_asked
from tests.simulator.graph.kql import found_by
from tests.simulator.graph.messages import shown
from tests.simulator.graph.options import LISTING, check_options
from tests.simulator.graph.routing import of_mailbox
from tests.simulator.mailbox import Folder, Item, Mailbox

USUAL_PAGE, LARGEST_PAGE = 10, 1000


@of_mailbox("GET", "/messages")
def list_all(call: Call) -> Answer:
    """Of all folders, drafts and deleted items too."""
    mailbox = access.mail(call)
    access.check_folder(call, mailbox, mailbox.folders[0])
    return _listed(call, mailbox, None, f"users('{mailbox.account.id}')/messages")


@of_mailbox("GET", "/mailFolders/{folder}/messages")
def list_folder(call: Call) -> Answer:
    mailbox = access.mail(call)
    folder = folder_asked(call, mailbox, call.params["folder"])
    context = f"users('{mailbox.account.id}')/mailFolders('{call.params['folder']}')/messages"
    return _listed(call, mailbox, folder, context)


def page_size(call: Call) -> int:
    """Raises GraphError for a page that Graph would not give."""
    preferred = call.preference("odata.maxpagesize")
    return _number(call, "$top", int(preferred) if preferred and preferred.isdecimal() else USUAL_PAGE, 1, LARGEST_PAGE)


def paged(call: Call, found: list[Any], show: Callable[[Any], Any], skip: str = "$skip") -> dict[str, Any]:
    """One page of what was found, with the link to the next, which keeps the caller's options."""
    size, skipped = page_size(call), _number(call, skip, 0, 0, None)
    answer: dict[str, Any] = {"@odata.count": len(found)} if call.query.get("$count") == "true" else {}
    answer["value"] = [show(one) for one in found[skipped : skipped + size]]
    if len(found) > skipped + size:
        options = {**call.query, skip: str(skipped + size)}
        answer["@odata.nextLink"] = f"{call.base}{call.path}?{urlencode(options, safe='$(),/')}"
    return answer


def _listed(call: Call, mailbox: Mailbox, folder: Folder | None, context: str) -> Answer:
    is_search = "$search" in call.query
    check_options(call, LISTING | {"$skiptoken"} if is_search else LISTING)
    now = call.world.time()
    items = [item for item in mailbox.items.values() if folder in {None, item.folder} and item.readable_from <= now]
    found = _chosen(call, items)
    chosen = call.query.get("$select", "")
    body = {"@odata.context": f"{call.base}/v1.0/$metadata#{context}{f'({chosen})' if chosen else ''}"}
    skip = "$skiptoken" if is_search else "$skip"
    body.update(paged(call, found, lambda item: shown(call, mailbox, item), skip))
    return Answer(json=body)


def _chosen(call: Call, items: list[Item]) -> list[Item]:
    query = call.query
    if "$search" in query:
        for other in ("$filter", "$orderby", "$skip", "$count"):
            if other in query:
                message = f"The query parameter '{other}' is not supported with '$search'."
                raise GraphError(400, f"SearchWith{other[1:].capitalize()}", message)
        return found_by(query["$search"], items)
    condition = Filter(query["$filter"]) if query.get("$filter") else None
    order = ordering(query["$orderby"]) if query.get("$orderby") else []
    check_efficient(condition, order)
    found = _newest_first([item for item in items if condition is None or condition.matches(item)])
    for name, descending in reversed(order):
        found.sort(key=_sortable(PROPERTIES[name]), reverse=descending)
    return found


def _newest_first(items: list[Item]) -> list[Item]:
    return sorted(reversed(items), key=lambda item: item.received_at, reverse=True)


def _sortable(value: Value) -> Callable[[Item], Any]:
    def of(item: Item) -> Any:
        found = value(item)
        return found.lower() if isinstance(found, str) else found

    return of


def _number(call: Call, name: str, usual: int, least: int, most: int | None) -> int:
    text = call.query.get(name)
    if text is None:
        return usual
    if not text.isdecimal() or int(text) < least or (most is not None and int(text) > most):
        message = f"Invalid value '{text}' specified for {name} query option."
        raise GraphError(400, "ErrorInvalidUrlQuery", message)
    return int(text)
