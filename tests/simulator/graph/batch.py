"""POST /$batch: https://learn.microsoft.com/graph/json-batching"""

import base64
import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.simulator.graph.call import Answer, Call, GraphError, Spelled
from tests.simulator.graph.routing import route
from tests.simulator.graph.service import answer

AT_MOST = 20
AT_ONCE = 4  # for Outlook, four parts run at the same time

Part = dict[str, Any]


@route("POST", "/$batch", takes_lock=True)
def run_batch(call: Call) -> Answer:
    """200 over all, whatever becomes of the parts; they come back in another order than they were sent."""
    parts = _parts(call)
    done: dict[str, Part] = {}
    while waiting := [part for part in parts if part["id"] not in done]:
        ready = [part for part in waiting if not _needed(part) - done.keys()]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for part, given in zip(ready, pool.map(lambda part: _run(call, part, done), ready), strict=True):
                done[part["id"]] = given
    return Answer(json={"responses": list(reversed(done.values()))})


def _parts(call: Call) -> list[Part]:
    parts = call.json().get("requests")
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise GraphError(400, "BadRequest", "Invalid batch payload format.")
    if not 0 < len(parts) <= AT_MOST:
        raise GraphError(400, "BadRequest", f"Number of requests must be 1 to {AT_MOST}.")
    ids = [part.get("id") for part in parts]
    if not all(isinstance(id_, str) and id_ for id_ in ids) or len({id_.lower() for id_ in ids}) < len(ids):
        raise GraphError(400, "BadRequest", "Every request of a batch needs an id of its own.")
    earlier: set[str] = set()
    for part in parts:
        _check(part, earlier)
        earlier.add(part["id"])
    return parts


def _check(part: Part, earlier: Iterable[str]) -> None:
    url = part.get("url")
    if not isinstance(url, str) or "://" in url or not isinstance(part.get("method"), str):
        raise GraphError(400, "BadRequest", "Every request of a batch needs a method and a relative url.")
    if len(part.get("dependsOn") or []) > 1:
        raise GraphError(400, "BadRequest", "A request of a batch may depend on one other only.")
    if not _needed(part) <= set(earlier):
        raise GraphError(400, "BadRequest", "A request of a batch may depend on an earlier one only.")
    names = {name.lower() for name in part.get("headers") or {}}
    if part.get("body") is not None and "content-type" not in names:
        raise GraphError(400, "BadRequest", "A request of a batch with a body needs a Content-Type header.")


def _needed(part: Part) -> set[str]:
    return set(part.get("dependsOn") or [])


def _run(call: Call, part: Part, done: dict[str, Part]) -> Part:
    if any(done[id_]["status"] >= 400 for id_ in _needed(part)):
        message = "The request was not run because one that it depends on failed."
        return {"id": part["id"], "status": 424, "body": {"error": {"code": "FailedDependency", "message": message}}}
    given = answer(_inner(call, part))
    shown: Part = {"id": part["id"], "status": given.status, "headers": given.headers}
    if given.json is not None:
        shown["body"] = given.json
    elif given.octets:
        shown["body"] = base64.b64encode(given.octets).decode()
    return shown


def _inner(call: Call, part: Part) -> Call:
    path, _, query = part["url"].partition("?")
    headers = Spelled({"Authorization": call.header("Authorization"), **(part.get("headers") or {})})
    return Call(
        world=call.world,
        method=part["method"].upper(),
        path="/v1.0/" + path.lstrip("/"),
        query_string=query,
        headers=headers,
        body=b"" if part.get("body") is None else json.dumps(part["body"]).encode(),
        base=call.base,
        patience=call.patience,
        observer=call.observer,
        batched=True,
    )
