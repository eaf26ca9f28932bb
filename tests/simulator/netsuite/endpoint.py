"""NetSuite over HTTP. The hosts of an account are 1234567.suitetalk.api.netsuite.com and its neighbours."""

import re
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, request
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import BaseConverter

from tests.simulator.faults import ConnectionCut, hang_up
from tests.simulator.netsuite import problems
from tests.simulator.netsuite.call import Answer, Call
from tests.simulator.netsuite.service import answer
from tests.simulator.world import World

HOST = re.compile(r"[a-z0-9-]+\.(?:suitetalk\.api|restlets\.api|app)\.netsuite\.com")
METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE"]


class HostConverter(BaseConverter):
    """A host of some account, as the first segment of a path."""

    regex = HOST.pattern


def create_netsuite(world: World) -> Blueprint:
    netsuite = Blueprint("netsuite", __name__)

    @netsuite.record_once
    def know_hosts(state: BlueprintSetupState) -> None:
        state.app.url_map.converters["netsuite_host"] = HostConverter

    @netsuite.route("/<netsuite_host:host>/<path:rest>", methods=METHODS)
    def everything(host: str, rest: str) -> Response:
        path, _, query = request.environ["simulator.path"].partition("?")
        label, kind, *_ = host.split(".")
        account = world.netsuite.account(label)
        if account is None:
            refused = problems.no_such_address(path)
            return _response(Answer(404, refused.body(), headers={"Content-Type": problems.MEDIA_TYPE}))
        call = Call(
            world=world,
            account=account,
            kind=kind,
            base=request.environ["simulator.base"],
            method=request.method,
            path=path,
            query_string=query,
            headers={name.lower(): value for name, value in request.headers.items()},
            octets=request.get_data(),
            patience=request.environ.get("simulator.patience"),
        )
        return _response(answer(call))

    return netsuite


def _response(given: Answer) -> Response:
    body = given.body()
    headers = {"Content-Type": "application/json; charset=UTF-8", **given.headers}
    if given.cut_after is None:
        return Response(body, given.status, headers)
    headers["Content-Length"] = str(len(body))
    return Response(_cut(body[: given.cut_after], request.environ), given.status, headers)


def _cut(body: bytes, environ: dict[str, Any]) -> Iterator[bytes]:
    yield body
    hang_up(environ)
    raise ConnectionCut
