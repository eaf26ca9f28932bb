"""One id for each request, the headers that every answer carries, and one line in the log."""

import re
import time
import uuid

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger(__name__)
_ID = re.compile(r"[A-Za-z0-9-]{8,64}\Z")

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


def install(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    asked = request.headers.get("X-Request-Id", "")
    g.request_id = asked if _ID.match(asked) else str(uuid.uuid4())
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    took = round((time.perf_counter() - g.began) * 1000, 1)
    route = request.url_rule.rule if request.url_rule else "-"
    log.info("request", method=request.method, route=route, status=response.status_code, ms=took)
    return response
