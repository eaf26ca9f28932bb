"""One id for each request, the headers that every answer carries, one line in the log, and one more in the metrics."""

import re
import time
import uuid
from contextlib import ExitStack
from functools import partial

import structlog
from flask import Flask, Response, g, request

from server import tracing
from server.counting import Counts
from server.metrics.families import HTTP_REQUESTS, HTTP_SECONDS

log = structlog.get_logger(__name__)
_ID = re.compile(r"[A-Za-z0-9-]{8,64}\Z")

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


# What a request came for, by how its route begins.
SURFACES = (
    ("/api/", "pane"),
    ("/v1/", "accounts"),
    ("/graph/notifications", "notifications"),
    ("/addin/", "files"),
)
TRACED = ("pane", "accounts", "notifications")


def install(app: Flask, counts: Counts) -> None:
    app.before_request(_begin)
    app.after_request(partial(_end, counts))
    app.teardown_request(_leave)


def _begin() -> None:
    asked = request.headers.get("X-Request-Id", "")
    g.request_id = asked if _ID.match(asked) else str(uuid.uuid4())
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)
    route = request.url_rule.rule if request.url_rule else "-"
    g.trace = ExitStack()
    if surface_of(route) in TRACED:
        g.span = g.trace.enter_context(tracing.span(f"{request.method} {route}", request=g.request_id))


def _end(counts: Counts, response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    took = time.perf_counter() - g.began
    route = request.url_rule.rule if request.url_rule else "-"
    log.info("request", method=request.method, route=route, status=response.status_code, ms=round(took * 1000, 1))
    status = f"{response.status_code // 100}xx"
    tracing.told(g.get("span"), status=response.status_code)
    counts.add(HTTP_REQUESTS, surface_of(route), status, seconds=took, timed=HTTP_SECONDS)
    return response


def _leave(error: BaseException | None) -> None:
    trace = g.get("trace")
    if trace is not None:
        trace.close()


def surface_of(route: str) -> str:
    return next((surface for beginning, surface in SURFACES if route.startswith(beginning)), "other")
