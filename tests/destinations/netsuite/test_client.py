"""What NetSuite answers, and what becomes of it: a success, or one error with a sentence that helps."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from typing import Any

import pytest
import requests

from server.destinations.netsuite import errors
from server.destinations.netsuite.client import Client
from server.destinations.netsuite.config import Config
from server.destinations.netsuite.errors import NetSuiteError
from server.destinations.netsuite.suiteql import part, query
from server.http import Session
from server.traffic import Seats
from tests.conftest import Control
from tests.destinations.netsuite.conftest import FreeSeats
from tests.simulator.adapter import mount
from tests.simulator.netsuite.accounts import Account

CUSTOMERS = query("SELECT c.id AS ID, c.companyname AS Name, c.url FROM customer c ORDER BY c.id")
RECORDS = "/services/rest/record/*"
RESTLETS = "/app/site/hosting/restlet.nl"
QUERIES = "/services/rest/query/v1/suiteql"


def fault(control: Control, **order: Any) -> None:
    control("POST", "faults", json=[{"service": "netsuite", **order}])


def refused(client: Client, method: str = "GET", *path: str, **kwargs: Any) -> NetSuiteError:
    with pytest.raises(NetSuiteError) as error:
        client.rest(method, path or ("record", "v1", "customer"), **kwargs)
    return error.value


def rest_error(code: str, detail: str) -> dict[str, Any]:
    return {"title": "x", "status": 400, "o:errorDetails": [{"detail": detail, "o:errorCode": code}]}


# What works


def test_rows_come_as_texts_under_names_in_lower_case(client: Client) -> None:
    rows = client.query(CUSTOMERS, 2)
    assert [row["name"] for row in rows.items] == ["Adatum", "Northwind"]
    assert all(isinstance(value, str) and name == name.lower() for row in rows.items for name, value in row.items())
    assert all("links" not in row for row in rows.items)
    assert rows.has_more


def test_the_case_of_names_and_the_kind_of_values_do_not_matter(client: Client, control: Control) -> None:
    """Names may change with a release (section_156257796125)."""
    page = {"items": [{"links": [], "ID": 1, "Name": None, "uRL": True}], "hasMore": False}
    fault(control, path=QUERIES, status=200, body=page, times=1)
    assert client.query(CUSTOMERS).items == ({"id": "1", "url": "True"},)


def test_pages_of_a_query_follow_each_other(client: Client) -> None:
    names = [row["name"] for offset in (0, 2) for row in client.query(CUSTOMERS, 2, offset).items]
    assert names == ["Adatum", "Northwind", "Tailspin", "Wingtip"]
    assert not client.query(CUSTOMERS, 2, 2).has_more


def test_a_created_record_is_named_by_its_address(client: Client, account: Account) -> None:
    answer = client.rest("POST", ("record", "v1", "lead"), body={"companyName": "Fourth Coffee"})
    assert answer.location is not None
    assert account.records["lead"][answer.location]["companyName"] == "Fourth Coffee"


def test_a_value_in_a_path_cannot_leave_its_place(client: Client) -> None:
    error = refused(client, "GET", "record", "v1", "customer", "../contact/108?fields=email#x")
    assert error.permanent
    found = client.rest("GET", ("record", "v1", "customer", "104"), params={"fields": "companyName"}).json()
    assert found["companyName"] == "Adatum"


def test_the_restlet_answers(client: Client, account: Account) -> None:
    assert client.restlet({"action": "ping"}, is_write=False) == {"version": "1"}


def test_each_request_takes_a_seat_of_its_account(client: Client, seats: FreeSeats) -> None:
    client.query(CUSTOMERS)
    assert seats.names == {"netsuite:1234567"}


# What passes


@pytest.mark.parametrize(
    "order", [{"status": 500}, {"status": 502}, {"status": 503}, {"status": 504}, {"cut": True}, {"status": 302}]
)
@pytest.mark.parametrize(("method", "is_unknown"), [("GET", False), ("POST", True)])
def test_after_an_outage_the_outcome_of_a_write_is_unknown(
    client: Client, control: Control, order: dict[str, Any], method: str, is_unknown: bool
) -> None:
    fault(control, path=RECORDS, **order)
    body = {"companyName": "Fourth Coffee"} if method == "POST" else None
    path = ("record", "v1", "lead") if method == "POST" else ("record", "v1", "customer")
    error = refused(client, method, *path, body=body)
    assert (error.code, error.permanent, error.is_outcome_unknown) == ("unreachable", False, is_unknown)


def test_an_answer_that_breaks_off_is_no_answer(client: Client, control: Control) -> None:
    fault(control, path=RECORDS, cut_after=3)
    assert refused(client).code == "unreachable"


def test_an_answer_that_takes_too_long_is_given_up(client: Client, control: Control) -> None:
    fault(control, path=RECORDS, delay_ms=40_000)
    error = refused(client, "POST", "record", "v1", "lead", body={"companyName": "Fourth Coffee"}, seconds=1)
    assert (error.code, error.is_outcome_unknown) == ("unreachable", True)


def test_an_answer_that_trickles_in_is_given_up_too(config: Config, account: Account, control: Control) -> None:
    """The limits of the session are between two bytes; this one is for the whole."""

    class Trickling(Session):
        def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
            answer = super().send(request, **kwargs)
            if "oauth2" not in str(request.url):
                answer.iter_content = lambda *_: repeat(b"x")  # type: ignore[assignment]
            return answer

    session = Trickling()
    mount(session, control.simulator)
    error = refused(Client(config, session, FreeSeats()), seconds=0.01)
    assert error.code == "unreachable"
    assert "ReadTimeout" in error.message


def test_a_server_that_cannot_be_reached_did_nothing(config: Config, account: Account, control: Control) -> None:
    class Nowhere(Session):
        def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
            if "oauth2" in str(request.url):
                return super().send(request, **kwargs)
            raise requests.ConnectTimeout(f"{request.headers} {request.url}")

    session = Nowhere()
    mount(session, control.simulator)
    client = Client(config, session, FreeSeats())
    error = refused(client, "POST", "record", "v1", "lead", body={"companyName": "x"})
    assert (error.code, error.is_outcome_unknown) == ("unreachable", False)
    assert client.tokens.get() not in error.message


@pytest.mark.parametrize("body", ["<html>Maintenance</html>", "{", "[]", "null", "[" * 100_000])
def test_an_answer_that_is_no_object_is_unreachable(client: Client, control: Control, body: str) -> None:
    fault(control, path=QUERIES, status=200, body=body)
    with pytest.raises(NetSuiteError) as error:
        client.query(CUSTOMERS)
    assert (error.value.code, error.value.permanent, error.value.is_outcome_unknown) == ("unreachable", False, False)


@pytest.mark.parametrize("body", [{}, {"items": 1}, {"items": [1]}, {"items": None}])
def test_a_page_without_rows_is_no_page(client: Client, control: Control, body: Any) -> None:
    fault(control, path=QUERIES, status=200, body=body)
    with pytest.raises(NetSuiteError) as error:
        client.query(CUSTOMERS)
    assert error.value.code == "unreachable"


def test_an_unreadable_answer_of_the_restlet_leaves_the_outcome_open(client: Client, control: Control) -> None:
    fault(control, path=RESTLETS, status=200, body="<html>")
    with pytest.raises(NetSuiteError) as error:
        client.restlet({"action": "message"})
    assert error.value.is_outcome_unknown


def test_a_redirection_is_not_followed_with_the_token(client: Client, control: Control) -> None:
    fault(control, path=RECORDS, status=302, headers={"Location": "https://evil.example/"})
    error = refused(client)
    assert (error.code, error.status) == ("unreachable", 302)


# Too many requests


def test_too_many_requests_wait_as_long_as_netsuite_wishes(client: Client, control: Control, seats: FreeSeats) -> None:
    fault(control, path=RECORDS, status=429, headers={"Retry-After": "17"})
    error = refused(client)
    assert (error.code, error.permanent, error.retry_after) == ("throttled", False, 17)
    assert seats.pauses == [17]


def test_an_outage_with_a_time_to_come_back_is_a_pause(client: Client, control: Control, seats: FreeSeats) -> None:
    fault(control, path=RECORDS, status=503, headers={"Retry-After": "9"}, times=1)
    error = refused(client)
    assert (error.code, error.retry_after, seats.pauses) == ("unreachable", 9, [9])


def test_an_account_at_its_limit_refuses_rest_and_restlets_alike(
    client: Client, account: Account, seats: FreeSeats
) -> None:
    account.limit = 0
    assert (error := refused(client)).code == "throttled"
    assert (error.status, error.retry_after) == (429, 1)
    with pytest.raises(NetSuiteError) as by_restlet:
        client.restlet({"action": "ping"})
    assert (by_restlet.value.code, by_restlet.value.status) == ("throttled", 400)
    assert by_restlet.value.reason == "SSS_REQUEST_LIMIT_EXCEEDED"
    assert not by_restlet.value.is_outcome_unknown
    assert len(seats.pauses) == 2


def test_a_seat_is_held_until_the_answer_is_read(config: Config, account: Account, http: Session) -> None:
    class OneSeat(FreeSeats):
        def __init__(self) -> None:
            super().__init__()
            self.lock, self.inside, self.most = threading.Semaphore(1), 0, 0

        @contextmanager
        def at(self, name: str) -> Iterator[None]:
            with self.lock:
                self.inside += 1
                self.most = max(self.most, self.inside)
                yield
                self.inside -= 1

    seats = OneSeat()
    client = Client(config, http, seats)
    threads = [threading.Thread(target=client.query, args=(CUSTOMERS,)) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert (seats.most, seats.inside) == (1, 0)


def test_while_netsuite_wants_to_be_left_alone_nothing_is_sent(
    config: Config, account: Account, http: Session, control: Control
) -> None:
    client = Client(config, http, Seats(1))
    fault(control, path=RECORDS, status=429, headers={"Retry-After": "30"}, times=1)
    assert refused(client).retry_after == 30
    sent = control.count("netsuite")
    error = refused(client)
    assert (error.code, error.permanent, error.is_outcome_unknown) == ("throttled", False, False)
    assert error.retry_after is not None and 0 < error.retry_after <= 30
    assert control.count("netsuite") == sent


def test_a_request_does_not_wait_for_a_seat_for_ever(config: Config, account: Account, http: Session) -> None:
    seats = Seats(1, patience=0.01)
    client = Client(config, http, seats)
    with seats.at("netsuite:1234567"):
        error = refused(client)
    assert (error.code, error.permanent, error.is_outcome_unknown) == ("busy", False, False)


# What does not pass


@pytest.mark.parametrize(
    ("withheld", "ask", "named"),
    [
        ("Customers", lambda client: client.rest("GET", ("record", "v1", "customer")), "Lists -> Customers"),
        ("REST Web Services", lambda client: client.rest("GET", ("record", "v1", "customer")), "REST Web Services"),
        ("SuiteAnalytics Workbook", lambda client: client.query(CUSTOMERS), "Reports -> SuiteAnalytics Workbook"),
    ],
)
def test_a_missing_permission_is_named(client: Client, account: Account, withheld: str, ask: Any, named: str) -> None:
    account.withheld.add(withheld)
    with pytest.raises(NetSuiteError) as error:
        ask(client)
    assert (error.value.code, error.value.permanent) == ("permission", True)
    assert error.value.message.startswith("The role of Affix in NetSuite lacks the permission ")
    assert named in error.value.message


def test_what_is_not_there_is_not_found(client: Client) -> None:
    error = refused(client, "GET", "record", "v1", "customer", "999999")
    assert (error.code, error.permanent, error.status) == ("not_found", True, 404)


def test_a_refusal_is_told_in_netsuites_own_words(client: Client) -> None:
    error = refused(client, "POST", "record", "v1", "contact", body={"email": "pat@harbour.example"})
    assert (error.code, error.permanent, error.status, error.reason) == ("refused", True, 400, "USER_ERROR")
    assert error.message == "NetSuite refused this: Please enter value(s) for: Name."
    assert not error.is_outcome_unknown


def test_a_query_that_netsuite_refuses_is_permanent(client: Client) -> None:
    with pytest.raises(NetSuiteError) as error:
        client.query(query("SELECT {nothing} FROM customer", nothing=part("no_such_column")))
    assert error.value.permanent


def test_a_restlet_that_is_not_installed_is_said_to_be_missing(client: Client, account: Account) -> None:
    account.restlet_installed = False
    with pytest.raises(NetSuiteError) as error:
        client.restlet({"action": "ping"})
    assert (error.value.code, error.value.permanent) == ("restlet_missing", True)


def test_an_error_in_a_success_of_the_restlet_is_an_error(client: Client, control: Control) -> None:
    fault(control, path=RESTLETS, status=200, body={"error": {"code": "RCRD_DSNT_EXIST", "message": "It is gone"}})
    with pytest.raises(NetSuiteError) as error:
        client.restlet({"action": "message"})
    assert (error.value.code, error.value.message) == ("not_found", "NetSuite has no such thing. It is gone.")


@pytest.mark.parametrize(
    ("status", "body", "code", "message"),
    [
        (400, rest_error("USER_ERROR", "Error while accessing a resource. Too long."), "refused", "Too long."),
        (400, {"error": {"code": "X", "message": "No\n folder\x00 here"}}, "refused", "No folder here."),
        (400, {"error": '{"code": "X", "message": "Inner"}'}, "refused", "Inner."),
        (400, {"error": "invalid_request", "error_description": "Why"}, "refused", "Why."),
        (400, {"error": {"code": "SSS_REQUEST_LIMIT_EXCEEDED", "message": "Wait"}}, "throttled", "busy"),
        (400, {"error": {"name": "RCRD_DSNT_EXIST", "message": "Gone"}}, "not_found", "Gone."),
        (400, {"o:errorDetails": ["x"]}, "refused", "400"),
        (400, [], "refused", "400"),
        (403, "<html>No</html>", "permission", "may not do this"),
        (404, "<html>No</html>", "not_found", "no such thing"),
        (413, "", "too_large", "larger than NetSuite takes"),
        (418, "", "refused", "418"),
    ],
)
def test_every_form_of_refusal_becomes_a_sentence(
    client: Client, control: Control, status: int, body: Any, code: str, message: str
) -> None:
    fault(control, path=RECORDS, status=status, body=body)
    error = refused(client)
    assert error.code == code
    assert message in error.message
    assert error.message.endswith((".", "…"))
    assert "\n" not in error.message


def test_a_very_long_reason_is_shortened() -> None:
    _, detail = errors.said(b'{"error": {"code": "X", "message": "' + b"y" * 5000 + b'"}}')
    assert len(detail) == errors.LONGEST_DETAIL


@pytest.mark.parametrize(("header", "seconds"), [("5", 5), ("999999999", 3600), ("x", None), ("", None), ("-1", None)])
def test_retry_after_is_read(header: str, seconds: float | None) -> None:
    assert errors.retry_after({"Retry-After": header}) == seconds


def test_retry_after_may_be_a_date() -> None:
    assert errors.retry_after({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}) == 0
    assert errors.retry_after({"Retry-After": "Wed, 21 Oct 2115 07:28:00 GMT"}) == errors.LONGEST_WAIT


def test_logs_hold_codes_and_neither_what_was_sent_nor_what_was_said(
    client: Client, control: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    fault(control, path=RECORDS, status=400, body=rest_error("USER_ERROR", "About the merger"))
    error = refused(client, "POST", "record", "v1", "message", body={"subject": "The merger"})
    printed = "".join(capsys.readouterr())
    assert "About the merger" in error.message
    assert "USER_ERROR" in printed
    assert "merger" not in printed
    assert client.tokens.get() not in printed
