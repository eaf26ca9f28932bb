"""The stream of accounts' changes of state."""

from contextlib import ExitStack
from typing import Any

from apiflask import APIBlueprint
from flask import Response, request

from server.accounts import streams
from server.api.guard import services
from server.api.v1.guard import holder, needs
from server.api.v1.share import Share

EVENTS: dict[int | str, Any] = {200: {"description": "Server-sent events", "content": {"text/event-stream": {}}}}
CROWDED = "Too many programs listen already. Try again in a moment, or ask GET /v1/accounts."


def routes(v1: APIBlueprint) -> None:
    share = Share(CROWDED)

    @v1.get("/changes")
    @needs("accounts")
    @v1.doc(responses=EVENTS)
    def stream_changes() -> Response:
        """Server-sent events, one for each account that changes its state: {"account", "type": "state", "key": the
        state, "payload": {"error", "at"}}. The stream ends after a minute; whoever comes again with the header
        Last-Event-ID misses nothing.
        """
        parts, tenant = services(), holder().tenant_id
        with ExitStack() as held:
            held.enter_context(share.taken())
            heard = request.headers.get("Last-Event-ID", "")
            is_number = heard.isascii() and heard.isdecimal() and len(heard) < 10
            after = int(heard) if is_number else streams.newest(parts, tenant)
            told = streams.stream(parts, tenant, after)
            answer = Response(told, mimetype="text/event-stream", headers={"X-Accel-Buffering": "no"})
            answer.call_on_close(held.pop_all().close)
        return answer
