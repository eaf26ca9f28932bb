"""One request through Graph: find the address, take a seat at the mailbox, suffer the faults on order, act, answer."""

import json
import random
from collections import deque
from contextlib import ExitStack
from typing import Any

from tests.simulator import faults
from tests.simulator.graph import access
from tests.simulator.graph.call import Answer, Call, GraphError
from tests.simulator.graph.routing import Route, find_route
from tests.simulator.traffic import Visit

VERSION = "/v1.0"
JSON_TYPE = "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"


def answer(call: Call) -> Answer:
    try:
        given = _answered(call)
    except GraphError as error:
        given = refusal(call, error)
    if given.json is not None:
        given.headers.setdefault("Content-Type", JSON_TYPE)
    given.headers["request-id"] = call.request_id
    given.headers["client-request-id"] = call.header("client-request-id") or call.request_id
    if call.preferences_applied and given.status < 400:
        given.headers["Preference-Applied"] = ", ".join(dict.fromkeys(call.preferences_applied))
    if call.observer:
        call.observer(call, given)
    return given


def refusal(call: Call, error: GraphError) -> Answer:
    """The error envelope, see https://learn.microsoft.com/graph/errors."""
    inner = {
        "date": call.world.now().strftime("%Y-%m-%dT%H:%M:%S"),
        "request-id": call.request_id,
        "client-request-id": call.header("client-request-id") or call.request_id,
    }
    body = {"error": {"code": error.code, "message": error.message, "innerError": inner}}
    return Answer(error.status, body, headers=dict(error.headers))


def _answered(call: Call) -> Answer:
    version, _, rest = call.path.lstrip("/").partition("/")
    if f"/{version}" != VERSION:
        raise GraphError(400, "BadRequest", f"Invalid version: {version}.")
    app, kind = access.claimed(call)
    try:
        route, call.params = find_route(call.method, rest)
    except GraphError:
        call.world.traffic.count(Visit("graph", call.method, "unknown", None, kind, batched=call.batched))
        raise
    mailbox = access.who_is_asked(call) if route.template[0] in {"me", "users"} else None
    if access.counts(app):
        call.world.traffic.count(Visit("graph", call.method, route.shown, mailbox, kind, batched=call.batched))
    with ExitStack() as seats:
        if mailbox and len(route.template) > (1 if route.template[0] == "me" else 2):
            inside = seats.enter_context(call.world.traffic.inside(app, mailbox, access.counts(app)))
            _throttle(call, app, mailbox, inside)
        if route.shown != "/$batch":  # its parts take their own time
            faults.pass_time(random.uniform(*call.world.limits.latency), call.patience)
        return _act_with_faults(call, route)


def _throttle(call: Call, app: str, mailbox: str, inside: int) -> None:
    """Four requests of one application at one mailbox at once, and 10,000 in ten minutes, of which the refused ones
    are a part too. Raises GraphError 429."""
    limits, now = call.world.limits, call.world.time()
    with call.world.lock:
        recent = call.world.recent.setdefault((app, mailbox), deque())
        while recent and recent[0] <= now - limits.window:
            recent.popleft()
        recent.append(now)
        over = "RequestRate" if len(recent) > limits.requests else ""
    over = "MailboxConcurrency" if inside > limits.concurrency else over
    if over:
        if access.counts(app):
            call.world.traffic.throttle(mailbox)
        message = f"Application is over its {over} limit."
        raise GraphError(429, "ApplicationThrottled", message, limits.retry_headers(now))


def _act_with_faults(call: Call, route: Route) -> Answer:
    fault = call.world.faults.take("graph", call.method, call.path)
    if fault and not fault.after:
        _suffer(call, fault)
    given = _acted(call, route)
    if fault and fault.after:
        _suffer(call, fault)
    given.cut_after = fault.cut_after if fault else None
    return given


def _acted(call: Call, route: Route) -> Answer:
    with call.world.lock:
        call.bearer = access.verified_bearer(call)
    if route.takes_lock:
        return route.action(call)
    with call.world.lock:
        return route.action(call)


def _suffer(call: Call, fault: faults.Fault) -> None:
    faults.suffer(fault, call.patience)
    if fault.status is not None:
        code, message = _named(fault)
        raise GraphError(fault.status, code, message, fault.headers)


def _named(fault: faults.Fault) -> tuple[str, str]:
    usual = {
        401: ("InvalidAuthenticationToken", "Access token has expired or is not yet valid."),
        403: ("ErrorAccessDenied", access.DENIED),
        404: ("ErrorItemNotFound", "The specified object was not found in the store."),
        410: ("SyncStateNotFound", "The sync state generation is not found; generation=149;[highest=157]"),
        412: ("ErrorIrresolvableConflict", "The change key passed in the request does not match."),
        429: ("ApplicationThrottled", "Application is over its MailboxConcurrency limit."),
        503: ("ServiceUnavailable", "The service is temporarily unavailable."),
        504: ("GatewayTimeout", "The server did not respond in time."),
    }
    body: Any = fault.body
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        return str(body["error"].get("code")), str(body["error"].get("message"))
    return usual.get(fault.status or 500, ("InternalServerError", "An internal error occurred."))


def as_json(given: Answer) -> bytes:
    return json.dumps(given.json, ensure_ascii=False).encode("utf-8", "replace")
