"""How much NetSuite takes at once, and how it fails on order."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from tests.launching import until
from tests.test_simulator.cast import Control
from tests.test_simulator.netsuite_asking import (
    ACCOUNT,
    FABRIKAM,
    RECORD,
    REST,
    RESTLET,
    Integration,
    ask_token,
    assertion,
    refusal,
)
from tests.test_simulator.test_netsuite_messages import message

LIMIT = 5
NAME = f"netsuite:{ACCOUNT}"
SCRIPT = f"{RESTLET}?script=customscript_affix_save_email&deploy=customdeploy_affix_save_email"


def peak(control: Control, name: str = NAME) -> dict[str, Any]:
    peaks = control.ask("GET", "requests")["peaks"]
    return next((one for one in peaks if one["mailbox"] == name), {"concurrent": 0, "throttled": 0})


@contextmanager
def in_flight(netsuite: Integration, control: Control, count: int) -> Iterator[list[int]]:
    """So many requests are on their way as long as this lasts: the account is kept busy. Gives their statuses."""
    statuses: list[int] = []
    control.ask("DELETE", "requests")

    def ask() -> None:
        statuses.append(netsuite.get("/customer").status_code)

    threads = [threading.Thread(target=ask) for _ in range(count)]
    with netsuite.account.lock:
        for thread in threads:
            thread.start()
        until(lambda: peak(control)["concurrent"] >= count, f"{count} requests at once")
        yield statuses
    for thread in threads:
        thread.join()


def test_rest_has_429_for_one_request_too_many(netsuite: Integration, control: Control) -> None:
    with in_flight(netsuite, control, LIMIT) as statuses:
        assert refusal(netsuite.get("/customer")) == (429, "CONCURRENCY_LIMIT_EXCEEDED")
    assert statuses == [200] * LIMIT
    assert peak(control) == {"mailbox": NAME, "concurrent": LIMIT + 1, "throttled": 1}
    assert netsuite.get("/customer").status_code == 200


def test_a_restlet_has_400_for_it_and_shares_the_seats(netsuite: Integration, control: Control) -> None:
    with in_flight(netsuite, control, LIMIT):
        answer = netsuite.post(SCRIPT, {"action": "ping"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "SSS_REQUEST_LIMIT_EXCEEDED")


def test_neither_tokens_nor_other_accounts_take_seats(netsuite: Integration, control: Control) -> None:
    with in_flight(netsuite, control, LIMIT):
        assert ask_token(netsuite.http, assertion()).status_code == 200
        assert netsuite.get(f"{RECORD}/customer".replace(ACCOUNT, FABRIKAM)).status_code == 401, "not 429"


def test_the_limit_is_set_by_the_control_interface(netsuite: Integration, control: Control) -> None:
    control.world(netsuite={"limit": 0})
    assert refusal(netsuite.get("/customer"))[0] == 429
    control.world(netsuite={"limit": 1})
    assert netsuite.get("/customer").status_code == 200


def test_each_request_takes_its_time(netsuite: Integration, control: Control) -> None:
    control.world(netsuite={"latency_ms": 60_000})
    with pytest.raises(requests.ReadTimeout):
        netsuite.get("/customer", timeout=0.01)


def test_requests_are_counted_by_what_they_ask_for(netsuite: Integration, control: Control) -> None:
    control.ask("DELETE", "requests")
    netsuite.sign_in()
    netsuite.made("/message", message())
    netsuite.get("/message/eid:mb-1")
    netsuite.get("/supportCase/119")
    netsuite.post("/customer/104/!attach/contact/108", {})
    netsuite.get("/nothing/of/the/kind")
    counted = {(one["service"], one["mailbox"], one["method"], one["route"], one["grant"]) for one in control.routes()}
    record = "/services/rest/record/v1"
    assert counted == {
        ("netsuite", NAME, "POST", "/services/rest/auth/oauth2/v1/token", "client_credentials"),
        ("netsuite", NAME, "POST", f"{record}/message", None),
        ("netsuite", NAME, "GET", f"{record}/message/{{id}}", None),
        ("netsuite", NAME, "GET", f"{record}/supportcase/{{id}}", None),
        ("netsuite", NAME, "POST", f"{record}/customer/{{id}}/!attach/{{kind}}/{{attached}}", None),
        ("netsuite", NAME, "GET", "unknown", None),
    }


@pytest.mark.parametrize(("status", "code"), [(401, "INVALID_LOGIN"), (429, "CONCURRENCY_LIMIT_EXCEEDED")])
def test_a_fault_replaces_the_answer_once(netsuite: Integration, control: Control, status: int, code: str) -> None:
    control.fault(service="netsuite", path="/services/rest/record/v1/message", status=status, times=1)
    assert refusal(netsuite.post("/message", message())) == (status, code)
    assert not netsuite.account.records["message"]
    netsuite.made("/message", message())


def test_a_fault_has_the_body_and_headers_that_are_ordered(netsuite: Integration, control: Control) -> None:
    control.fault(service="netsuite", status=503, body={"maintenance": True}, headers={"Retry-After": "7"}, times=1)
    answer = netsuite.get("/customer")
    assert (answer.status_code, answer.json(), answer.headers["Retry-After"]) == (503, {"maintenance": True}, "7")
    control.fault(service="netsuite", status=500, times=1)
    assert refusal(netsuite.get("/customer")) == (500, "UNEXPECTED_ERROR")
    control.fault(service="netsuite", status=502, times=1)
    assert refusal(netsuite.get("/customer"))[0] == 502


def test_a_fault_of_a_restlet_has_its_form(netsuite: Integration, control: Control) -> None:
    control.fault(service="netsuite", path="/app/site/hosting/*", status=429, times=1)
    answer = netsuite.post(SCRIPT, {"action": "ping"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "SSS_REQUEST_LIMIT_EXCEEDED")


def by_status(netsuite: Integration) -> None:
    assert refusal(netsuite.post("/message", message()))[0] == 500


def by_cut(netsuite: Integration) -> None:
    with pytest.raises(requests.ConnectionError):
        netsuite.post("/message", message())


def by_delay(netsuite: Integration) -> None:
    with pytest.raises(requests.ReadTimeout):
        netsuite.post("/message", message(), timeout=0.01)


@pytest.mark.parametrize(
    ("fault", "lose"), [({"status": 500}, by_status), ({"cut": True}, by_cut), ({"delay_ms": 60_000}, by_delay)]
)
def test_an_answer_is_lost_after_the_message_was_created(
    netsuite: Integration, control: Control, fault: dict[str, Any], lose: Callable[[Integration], None]
) -> None:
    control.fault(service="netsuite", method="POST", path="*/message", times=1, after=True, **fault)
    lose(netsuite)
    assert netsuite.get("/message/eid:mb-1").json()["id"]
    assert refusal(netsuite.post("/message", message())) == (400, "USER_ERROR")


def test_a_lost_refusal_looks_like_any_lost_answer(netsuite: Integration, control: Control) -> None:
    control.fault(service="netsuite", status=500, times=1, after=True)
    assert refusal(netsuite.get("/customer/999"))[0] == 500


def test_an_answer_may_break_off(netsuite: Integration, control: Control) -> None:
    control.fault(service="netsuite", cut_after=7, times=1)
    with pytest.raises(requests.exceptions.RequestException):
        netsuite.get("/customer").json()


def test_the_token_endpoint_has_faults_of_its_own(netsuite: Integration, control: Control) -> None:
    control.fault(service="netsuite", path="*/oauth2/v1/token", status=503, times=1)
    assert netsuite.get("/customer").status_code == 200
    assert ask_token(netsuite.http, assertion()).status_code == 503


def test_two_that_create_the_same_message_at_once_make_one(netsuite: Integration) -> None:
    statuses: list[int] = []
    ready = threading.Barrier(4)

    def create() -> None:
        ready.wait(timeout=10)
        statuses.append(netsuite.post("/message", message()).status_code)

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [204, 400, 400, 400] and len(netsuite.account.records["message"]) == 1


def test_a_large_request_of_a_restlet_is_refused(netsuite: Integration) -> None:
    answer = netsuite.post(SCRIPT, {"action": "file", "contents": "x" * 10 * 1024 * 1024})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "SSS_REQUEST_SIZE_EXCEEDED")
    assert netsuite.http.get(f"{REST}/record/v1/customer", headers=netsuite.headers).status_code == 200
