"""One request: find the address, take one of the account's seats, suffer the faults on order, act, answer.

REST and RESTlets share the seats (https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/bridgehead_1525252812.html);
token requests and pages need none.
"""

import random
from contextlib import ExitStack

from tests.simulator import faults
from tests.simulator.netsuite import access, doors, problems
from tests.simulator.netsuite.call import Answer, Call
from tests.simulator.netsuite.problems import Refused
from tests.simulator.netsuite.routing import Route, find_route
from tests.simulator.traffic import Visit

SERVICE = "netsuite"


def answer(call: Call) -> Answer:
    try:
        return _answered(call)
    except Refused as refused:
        return _refusal(call, refused)


def _answered(call: Call) -> Answer:
    name = f"{SERVICE}:{call.account.id}"
    try:
        route = find_route(call)
    except Refused:
        call.world.traffic.count(Visit(SERVICE, call.method, "unknown", name))
        raise
    grant = "client_credentials" if route.is_public and route.kind == "suitetalk" else None
    call.world.traffic.count(Visit(SERVICE, call.method, route.shown(call.params), name, grant=grant))
    with ExitStack() as seats:
        if not route.is_public:
            inside = seats.enter_context(call.world.traffic.inside(SERVICE, name, True))
            if inside > call.account.limit:
                call.world.traffic.throttle(name)
                raise problems.too_many_requests()
        faults.pass_time(random.uniform(*call.account.latency), call.patience)
        return _act_with_faults(call, route)


def _act_with_faults(call: Call, route: Route) -> Answer:
    fault = call.world.faults.take(SERVICE, call.method, call.path)
    if fault and not fault.after and (lost := _suffered(call, fault)):
        return lost
    try:
        given = _acted(call, route)
    except Refused as refused:
        given = _refusal(call, refused)
    if fault and fault.after and (lost := _suffered(call, fault)):
        return lost
    given.cut_after = fault.cut_after if fault else None
    return given


def _acted(call: Call, route: Route) -> Answer:
    if not route.is_public:
        with call.account.lock:
            access.admit(call)
    if not route.is_locked:
        return route.action(call)
    with call.account.lock:
        return route.action(call)


def _refusal(call: Call, refused: Refused) -> Answer:
    """A RESTlet's refusals have a form of their own, and too many requests are a 400 there."""
    if call.kind != "restlets":
        headers = {"Content-Type": problems.MEDIA_TYPE, **refused.headers}
        return Answer(refused.status, refused.body(), headers=headers)
    codes = {401: "INVALID_LOGIN_ATTEMPT", 429: "SSS_REQUEST_LIMIT_EXCEEDED"}
    status = 400 if refused.status == 429 else refused.status
    given = doors.error(status, codes.get(refused.status, refused.code), refused.detail)
    given.headers.update(refused.headers)
    return given


def _suffered(call: Call, fault: faults.Fault) -> Answer | None:
    """The answer that takes the place of the true one. Raises ConnectionCut and AnswerTooLate."""
    faults.suffer(fault, call.patience)
    if fault.status is None:
        return None
    if fault.body is not None:
        return Answer(fault.status, fault.body, headers=dict(fault.headers))
    usual = {401: problems.invalid_login, 429: problems.too_many_requests, 500: problems.unexpected}
    refused = usual.get(fault.status, lambda: problems.unavailable(fault.status or 500))()
    given = _refusal(call, refused)
    given.headers.update(fault.headers)
    return given
