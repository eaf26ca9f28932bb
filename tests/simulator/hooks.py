"""Somebody's receiver of webhooks, at https://hooks.adatum.example/<any path>: keeps what it is sent, and takes it.

GET on the same address shows what came there, the newest first: in the demo a browser does that.
"""

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, jsonify, request

from tests.simulator import faults
from tests.simulator.traffic import Visit
from tests.simulator.world import World

HOST = "hooks.adatum.example"
MOST = 10_000  # are kept


@dataclass(frozen=True)
class Heard:
    """One request. `headers` are by their names in small letters."""

    at: str
    path: str
    body: str
    headers: dict[str, str] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        return {"at": self.at, "path": self.path, "headers": self.headers, "body": self.body}


def create_hooks(world: World) -> Blueprint:
    hooks = Blueprint("hooks", __name__, url_prefix=f"/{HOST}")

    @hooks.post("/", defaults={"rest": ""})
    @hooks.post("/<path:rest>")
    def hear(rest: str) -> Response:
        path = request.environ["simulator.path"]
        world.traffic.count(Visit("webhooks", "POST", path))
        fault = world.faults.take("webhooks", "POST", path)
        if fault:
            faults.suffer(fault, request.environ.get("simulator.patience"))
        if fault is None or fault.after or fault.status is None:
            named = {name.lower(): value for name, value in request.headers.items()}
            with world.lock:
                world.heard.append(Heard(world.now().isoformat(), path, request.get_data(as_text=True), named))
                del world.heard[:-MOST]
        if fault and fault.status:
            return Response(str(fault.body or ""), fault.status, fault.headers)
        return Response(status=204)

    @hooks.get("/", defaults={"rest": ""})
    @hooks.get("/<path:rest>")
    def show(rest: str) -> Response:
        with world.lock:
            return jsonify(heard=[each.shown() for each in reversed(world.heard)][:100])

    return hooks
