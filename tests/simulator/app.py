"""The simulated outside as one WSGI application: by the Host header of the real host, or by it as the first segment."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tests.simulator.control import create_control
from tests.simulator.entra import endpoint as entra
from tests.simulator.faults import ConnectionCut, hang_up
from tests.simulator.graph import endpoint as graph
from tests.simulator.graph import uploading
from tests.simulator.hooks import HOST as HOOKS
from tests.simulator.hooks import create_hooks
from tests.simulator.netsuite import endpoint as netsuite
from tests.simulator.world import World

HOSTS = (entra.HOST, graph.HOST, uploading.HOST, HOOKS)
ALLOWED_HEADERS = "Authorization, Content-Type, Prefer, If-Match, ConsistencyLevel, client-request-id, SdkVersion"
SHOWN_HEADERS = "request-id, client-request-id, Retry-After, Preference-Applied, WWW-Authenticate, Location"


def create_simulator(world: World, observer: graph.Observer | None = None) -> Flask:
    """`observer` is called with every Graph call and its answer."""
    app = Flask(__name__, static_folder=None)
    app.config["PROPAGATE_EXCEPTIONS"] = True  # a cut line must reach the server, or the adapter
    app.url_map.merge_slashes = False
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.register_blueprint(create_control(world))
    app.register_blueprint(entra.create_entra(world))
    app.register_blueprint(graph.create_graph(world, observer))
    app.register_blueprint(uploading.create_uploads(world))
    app.register_blueprint(netsuite.create_netsuite(world))
    app.register_blueprint(create_hooks(world))
    app.register_error_handler(HTTPException, _refuse)
    app.before_request(_allow_preflight)
    app.after_request(_allow_other_origins)
    app.wsgi_app = _by_host(app.wsgi_app)  # type: ignore[method-assign]
    return app


def is_known(host: str) -> bool:
    """Whether this real host is part of the simulated world. NetSuite has some for each account."""
    return host in HOSTS or netsuite.HOST.fullmatch(host) is not None


def serve(app: Flask, port: int, host: str = "127.0.0.1") -> BaseWSGIServer:
    """A threaded server with keep-alive, not yet running: call serve_forever() on it, and shutdown() from elsewhere."""
    return make_server(host, port, app, threaded=True, request_handler=_Handler)


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Counts are kept instead, see /control/requests."""


def _by_host(inner: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Puts the real host first in the path, and notes the raw path below it and the address that the caller uses."""

    def routed(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        raw = environ.get("REQUEST_URI") or quote(environ["PATH_INFO"])
        seen = environ.get("HTTP_HOST", "")
        host = seen.partition(":")[0].lower()
        if is_known(host):
            base = f"https://{host}"
        else:
            host, _, rest = raw.lstrip("/").partition("/")
            if not is_known(host):
                return inner(environ, start_response)  # the control interface
            base, raw = f"{environ['wsgi.url_scheme']}://{seen}/{host}", "/" + rest
        if environ.get("QUERY_STRING") and "?" not in raw:
            raw += "?" + environ["QUERY_STRING"]
        environ.update({"simulator.base": base, "simulator.path": raw})
        environ["PATH_INFO"] = f"/{host}" + raw.partition("?")[0]  # still quoted: Graph splits it before it unquotes
        try:
            return inner(environ, start_response)
        except ConnectionCut:
            hang_up(environ)
            raise

    return routed


def _refuse(error: HTTPException) -> tuple[Response, int]:
    """An address that nobody has, or another method than it takes."""
    status = error.code or 500
    code = "not_found" if status == 404 else error.name.lower().replace(" ", "_")
    return jsonify(error={"code": code, "message": error.description}), status


def _allow_preflight() -> Response | None:
    return Response(status=204) if request.method == "OPTIONS" else None


def _allow_other_origins(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Allow-Headers"] = ALLOWED_HEADERS
    response.headers["Access-Control-Allow-Methods"] = "GET, POST, PATCH, PUT, DELETE"
    response.headers["Access-Control-Expose-Headers"] = SHOWN_HEADERS
    return response
