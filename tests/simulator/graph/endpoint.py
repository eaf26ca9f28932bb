"""Graph over HTTP."""

from collections.abc import Callable, Iterator
from typing import Any

from flask import Blueprint, Response, request

from tests.simulator.faults import ConnectionCut, hang_up
from tests.simulator.graph import (  # noqa: F401  (they register their addresses)
    answering,
    attachments,
    batch,
    categories,
    delta,
    drafts,
    extensions,
    folder_delta,
    folders,
    listing,
    messages,
    people,
    subscribing,
    translating,
    uploading,
)
from tests.simulator.graph.call import Answer, Call, Spelled
from tests.simulator.graph.service import answer, as_json
from tests.simulator.world import World

HOST = "graph.microsoft.com"
METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]
Observer = Callable[[Call, Answer], None]


def create_graph(world: World, observer: Observer | None = None) -> Blueprint:
    """`observer` sees every call and its answer, those inside a batch too."""
    graph = Blueprint("graph", __name__, url_prefix=f"/{HOST}")

    @graph.route("/<path:rest>", methods=METHODS)
    def everything(rest: str) -> Response:
        path, _, query = request.environ["simulator.path"].partition("?")
        call = Call(
            world=world,
            method=request.method,
            path=path,
            query_string=query,
            headers=Spelled(dict(request.headers)),
            body=request.get_data(),
            base=request.environ["simulator.base"],
            patience=request.environ.get("simulator.patience"),
            observer=observer,
        )
        return _response(answer(call))

    return graph


def _response(given: Answer) -> Response:
    body = as_json(given) if given.json is not None else given.octets or b""
    if given.cut_after is None:
        return Response(body, given.status, given.headers)
    headers = {**given.headers, "Content-Length": str(len(body))}
    return Response(_cut(body[: given.cut_after], request.environ), given.status, headers)


def _cut(body: bytes, environ: dict[str, Any]) -> Iterator[bytes]:
    yield body
    hang_up(environ)
    raise ConnectionCut
