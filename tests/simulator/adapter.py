"""The simulated outside for one requests.Session, without a network: known hosts in process, all others unreachable."""

import io
from collections.abc import Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from flask import Flask
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.util import Timeout

from tests.simulator.app import is_known
from tests.simulator.faults import AnswerTooLate, ConnectionCut


def mount(session: requests.Session, simulator: Flask) -> None:
    """From now on the session reaches the simulator, by the true addresses, and nothing else over https."""
    session.mount("https://", SimulatorAdapter(simulator))


class SimulatorAdapter(HTTPAdapter):
    def __init__(self, simulator: Flask) -> None:
        super().__init__()
        self._simulator = simulator

    def send(  # type: ignore[override]
        self, request: requests.PreparedRequest, stream: bool = False, timeout: Any = None, **transport: Any
    ) -> requests.Response:
        host = urlsplit(str(request.url)).hostname or ""
        if not is_known(host):
            raise requests.ConnectionError(f"{host} is not part of the simulated world", request=request)
        try:
            status, headers, body = self._called(_environ(request, timeout))
        except AnswerTooLate as error:
            raise requests.ReadTimeout(f"{host} took too long", request=request) from error
        except ConnectionCut as error:
            raise requests.ConnectionError(f"{host} cut the line", request=request) from error
        raw = HTTPResponse(
            body=io.BytesIO(body),
            headers=HTTPHeaderDict(headers),
            status=int(status.split()[0]),
            reason=status.partition(" ")[2],
            preload_content=False,
            request_method=request.method,
        )
        response: requests.Response = self.build_response(request, raw)
        if not stream:
            response.content  # noqa: B018  (reads it)
        return response

    def _called(self, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            started[:] = [status, headers]

        parts: Iterable[bytes] = self._simulator(environ, start_response)
        body = io.BytesIO()
        try:
            with suppress(ConnectionCut):
                body.writelines(parts)  # where it is cut, the rest is missing, and reading the response says so
        finally:
            getattr(parts, "close", lambda: None)()
        return started[0], started[1], body.getvalue()


def _environ(request: requests.PreparedRequest, timeout: Any) -> dict[str, Any]:
    """What a web server would make of the request (PEP 3333)."""
    parts = urlsplit(str(request.url))
    body = _octets(request.body)
    raw = parts.path + (f"?{parts.query}" if parts.query else "")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path, "latin-1"),
        "REQUEST_URI": raw,
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": parts.netloc,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(body)),
        "simulator.patience": _patience(timeout),
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = text
    return environ


def _patience(timeout: Any) -> float | None:
    """How long the caller waits for an answer, in seconds, of any of the forms in which requests takes it."""
    if isinstance(timeout, Timeout):
        return timeout.total  # type: ignore[return-value]  # a number here
    return timeout[1] if isinstance(timeout, tuple) else timeout


def _octets(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if hasattr(body, "read"):
        body = body.read()
    return body if isinstance(body, bytes) else b"".join(body)
