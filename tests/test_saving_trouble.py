"""Saves while Microsoft 365 is busy, refuses, or asks for more of the person."""

import base64
import email.utils
import math
import time
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from server.delivery import ring_for_overdue
from tests.conftest import Control, Someone, mime
from tests.steps import SUPPORT, contact, item_of, reference, save_of

MIME = "*/$value"


@pytest.fixture
def record(ana: Someone) -> dict[str, Any]:
    return contact(ana)


@pytest.fixture
def in_support(control: Control) -> dict[str, Any]:
    return item_of(control.deliver(SUPPORT, mime()), SUPPORT)


@pytest.fixture
def work_until(services: Any, work: Any) -> Callable[[Callable[[], bool]], None]:
    """Run the worker and ring for what is overdue, as the sweep does, until something is so."""

    def until(condition: Callable[[], bool]) -> None:
        limit = time.monotonic() + 20
        while True:
            ring_for_overdue(services)
            work()
            if condition():
                return
            assert time.monotonic() < limit, "it did not come to that in 20 seconds"

    return until


def fault(control: Control, **order: Any) -> None:
    control("POST", "faults", json={"service": "graph", **order})


def told(form: str, seconds: int) -> tuple[dict[str, str], float]:
    """A header that asks for so many seconds, or till the whole second after them; and when that is over."""
    end = math.ceil(time.time()) + seconds
    if form == "date":
        return {"Retry-After": email.utils.formatdate(end, usegmt=True)}, end
    return {"Retry-After": str(seconds)}, time.time() + seconds


# Busy


busy = pytest.mark.parametrize("status", [429, 503])
in_both_forms = pytest.mark.parametrize("form", ["seconds", "date"])


@busy
@in_both_forms
def test_a_busy_graph_delays_a_save_as_long_as_it_says_and_no_longer(
    ben: Someone, record: Any, in_support: Any, control: Control, services: Any, work: Any, status: int, form: str
) -> None:
    [save] = ben.save(in_support, record)
    headers, end = told(form, 30)
    began = time.time()
    fault(control, path=MIME, status=status, headers=headers, times=1)
    work()
    waiting = save_of(ben, save)
    assert (waiting["state"], waiting["reasonCode"]) == ("queued", "mail_busy")
    with services.database.session() as session:
        [due_at] = session.scalars(text("SELECT due_at FROM saves"))
    assert end <= due_at.timestamp() <= end + (time.time() - began)


@busy
@in_both_forms
def test_a_save_goes_on_by_itself_once_graph_is_no_longer_busy(
    ben: Someone, record: Any, in_support: Any, control: Control, work_until: Any, status: int, form: str
) -> None:
    [save] = ben.save(in_support, record)
    headers, _ = told(form, 1)
    fault(control, path=MIME, status=status, headers=headers, times=1)
    work_until(lambda: save_of(ben, save)["state"] == "saved")
    assert save_of(ben, save)["reason"] is None
    assert len(ben.emails(record)) == 1
    downloads = sum(each["count"] for each in control.requests("graph") if each["route"].endswith("$value"))
    assert downloads == 2


@pytest.mark.parametrize("order", [{"cut": True}, {"cut": True, "after": True}, {"status": 500}, {"status": 504}])
def test_a_lost_answer_is_asked_for_again(
    ben: Someone, record: Any, in_support: Any, control: Control, work_until: Any, order: dict[str, Any]
) -> None:
    [save] = ben.save(in_support, record)
    fault(control, path=MIME, times=1, **order)
    work_until(lambda: save_of(ben, save)["state"] == "saved")
    assert len(ben.emails(record)) == 1


@pytest.mark.parametrize("settings", [{"max_attempts": 1}], indirect=True)
def test_a_save_that_fails_for_good_says_why_and_is_retried_on_demand(
    ben: Someone, record: Any, in_support: Any, control: Control, work: Any
) -> None:
    [save] = ben.save(in_support, record)
    fault(control, path=MIME, status=503)
    work()
    failed = save_of(ben, save)
    assert (failed["state"], failed["reasonCode"]) == ("failed", "mail_busy")
    assert failed["action"]
    control("DELETE", "faults")
    ben("POST", f"/api/saves/{save['id']}/retry", expect=202)
    work()
    assert save_of(ben, save)["state"] == "saved"
    assert control.messages(SUPPORT)[0]["categories"] == ["Affix: Saved"]


@pytest.mark.parametrize("status", [429, 503, 504])
def test_the_pane_is_told_how_long_to_wait(ben: Someone, in_support: Any, control: Control, status: int) -> None:
    ben.get("/api/me")
    fault(control, path="*/messages/*", status=status, headers={"Retry-After": "17"})
    answer = ben.raw("POST", "/api/context", json={"item": in_support})
    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"], error["retryAfter"]) == (503, "busy", 17)
    assert answer.headers["Retry-After"] == "17"


@pytest.mark.parametrize(
    "value", ["9" * 400, "-1", "\u00b2", "soon", "Thu, 99 Foo 2026 99:99:99 GMT", "1e999", "0x10", ""]
)
def test_an_odd_wish_to_wait_breaks_nothing(
    ben: Someone, record: Any, in_support: Any, control: Control, work: Any, value: str
) -> None:
    [save] = ben.save(in_support, record)
    fault(control, path=MIME, status=429, headers={"Retry-After": value}, times=1)
    fault(control, path="*/messages/*", method="GET", status=503, headers={"Retry-After": value}, times=1)
    work()
    assert save_of(ben, save)["reasonCode"] == "mail_busy"
    assert ben.raw("POST", "/api/context", json={"item": in_support}).status_code in (200, 503)


def test_a_short_wait_is_waited_for_the_person(ben: Someone, in_support: Any, control: Control) -> None:
    fault(control, path="*/messages/*", status=429, headers={"Retry-After": "0"}, times=1)
    assert ben.post("/api/context", {"item": in_support})["mailbox"]["kind"] == "shared"


def test_a_record_that_went_away_meanwhile_fails_the_save_with_something_to_do(
    ben: Someone, record: Any, in_support: Any, services: Any, work: Any
) -> None:
    [save] = ben.save(in_support, record)
    with services.database.engine.begin() as connection:
        connection.execute(text("DELETE FROM local_records"))
    work()
    failed = save_of(ben, save)
    assert (failed["state"], failed["reasonCode"], failed["action"]) == (
        "failed",
        "record_gone",
        "Choose another record.",
    )


# More is asked of the person


def test_a_claims_challenge_is_met_without_the_person_when_that_is_possible(
    ben: Someone, in_support: Any, control: Control
) -> None:
    ben.post("/api/context", {"item": in_support})
    control("POST", "world", json={"claimsChallenge": "ben"})
    control("DELETE", "requests")
    ben.post("/api/context", {"item": in_support})
    assert control.count("graph") == 2


def test_a_claims_challenge_is_handed_to_the_pane_without_a_loop(
    ben: Someone, in_support: Any, control: Control
) -> None:
    ben.post("/api/context", {"item": in_support})
    control("POST", "world", json={"revoke": "ben"})
    control("DELETE", "requests")
    answer = ben.raw("POST", "/api/context", json={"item": in_support})
    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"]) == (401, "insufficient_claims")
    assert '"nbf"' in error["claims"]
    header = answer.headers["WWW-Authenticate"]
    assert header.startswith('Bearer error="insufficient_claims", claims="')
    assert base64.b64decode(header.split('claims="')[1].rstrip('"')).decode() == error["claims"]
    assert control.count("graph") <= 2


def test_asking_again_with_the_same_dead_sign_in_does_not_reach_graph(
    ben: Someone, in_support: Any, control: Control
) -> None:
    control("POST", "world", json={"revoke": "ben"})
    ben.raw("POST", "/api/context", json={"item": in_support})
    control("DELETE", "requests")
    for _ in range(3):
        assert ben.raw("POST", "/api/context", json={"item": in_support}).status_code in (401, 403)
    assert control.count("graph") == 0


def test_the_person_gets_on_once_the_challenge_is_met(
    ben: Someone, someone: Any, in_support: Any, control: Control
) -> None:
    ben.post("/api/context", {"item": in_support})
    control("POST", "world", json={"revoke": "ben"})
    ben("POST", "/api/context", json={"item": in_support}, expect=401)
    again = someone("ben")
    assert again.post("/api/context", {"item": in_support})["mailbox"]["kind"] == "shared"


def test_a_second_factor_is_asked_for_through_the_pane(
    ben: Someone, someone: Any, in_support: Any, control: Control
) -> None:
    control("POST", "world", json={"mfa": "ben"})
    error = ben.post("/api/context", {"item": in_support}, expect=401)["error"]
    assert error["code"] == "insufficient_claims"
    assert control.count("graph") == 0
    with_factor = someone("ben", claims={"amr": ["pwd", "mfa"]})
    with_factor.post("/api/context", {"item": in_support}, expect=200)


def test_a_challenged_worker_stops_and_says_what_to_do(
    ben: Someone, record: Any, in_support: Any, control: Control, work: Any
) -> None:
    [save] = ben.save(in_support, record)
    control("POST", "world", json={"revoke": "ben"})
    work()
    failed = save_of(ben, save)
    assert failed["state"] == "failed"
    assert "Open Affix in Outlook once more" in failed["action"]


def test_missing_consent_leads_to_where_it_is_given(ben: Someone, in_support: Any, control: Control) -> None:
    control("POST", "world", json={"consent": {"delegated": []}})
    error = ben.post("/api/context", {"item": in_support}, expect=403)["error"]
    assert error["code"] == "consent_required"
    assert error["consentUrl"].startswith("https://login.microsoftonline.com/")
    assert control.count("graph") == 0


def test_saves_of_others_wait_for_nobody(
    ben: Someone, ana: Someone, record: Any, in_support: Any, control: Control, work: Any
) -> None:
    other = item_of(control.deliver("sales@contoso.example", mime(message_id="<2@x>")), "sales@contoso.example")
    fault(control, path=f"*{SUPPORT.replace('@', '%40')}*/$value", status=503)
    fault(control, path=f"*{SUPPORT}*/$value", status=503)
    [slow], [fast] = ben.save(in_support, record), ana.save(other, record)
    work()
    assert (save_of(ben, slow)["state"], save_of(ana, fast)["state"]) == ("queued", "saved")
    body = {"item": in_support, "records": [reference(record)]}
    assert ben.post("/api/saves", body, expect=202)["saves"][0]["id"] == slow["id"]
