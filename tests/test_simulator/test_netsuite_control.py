"""What tests and the demo order at NetSuite: certificates, token pairs, lost permissions, and a reset."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from flask import Flask

from tests.simulator.app import serve
from tests.simulator.world import World
from tests.test_simulator.cast import Control
from tests.test_simulator.netsuite_asking import (
    CERTIFICATE,
    CLIENT,
    FABRIKAM,
    RECORD,
    REST,
    RESTLET,
    TOKEN,
    Integration,
    ask_token,
    assertion,
    key_for,
    public_pem,
    refusal,
)
from tests.test_simulator.test_netsuite_messages import message

SCRIPT = f"{RESTLET}?script=customscript_affix_save_email&deploy=customdeploy_affix_save_email"
PEM = public_pem(key_for("ES256"))
KEY = {"certificateId": CERTIFICATE, "clientId": CLIENT, "certificate": PEM}


def test_a_certificate_is_registered_and_taken_away(control: Control, http: requests.Session) -> None:
    assert ask_token(http, assertion()).status_code == 400
    shown = control.ask("POST", "netsuite", json={"account": "1234567", **KEY})
    assert shown == {"account": "1234567", "certificates": [CERTIFICATE]}
    assert ask_token(http, assertion()).status_code == 200
    control.ask("POST", "netsuite", json={**KEY, "certificate": None})
    assert ask_token(http, assertion()).status_code == 400


@pytest.mark.parametrize("name", ["7654321_SB1", FABRIKAM])
def test_an_account_goes_by_id_or_label(control: Control, http: requests.Session, name: str) -> None:
    control.ask("POST", "netsuite", json={"account": name, **KEY})
    url = TOKEN.replace("1234567", FABRIKAM)
    assert ask_token(http, assertion(aud=url), url=url).status_code == 200
    assert ask_token(http, assertion()).status_code == 400, "of the other account it is not"


def test_a_token_pair_is_registered(control: Control, world: World) -> None:
    pair = {"consumerKey": "a", "token": "b", "consumerSecret": "c", "tokenSecret": "d"}
    control.ask("POST", "netsuite", json={"tokenPair": pair})
    assert world.netsuite.accounts[0].token_pairs == {("a", "b"): ("c", "d")}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("netsuite", {"account": "999", **KEY}, 404),
        ("netsuite", {**KEY, "certificate": "no certificate"}, 400),
        ("netsuite", {"certificateId": "x", "certificate": PEM}, 400),
        ("netsuite", {"tokenPair": {"consumerKey": "a"}}, 400),
        ("netsuite", {"tokenPair": "a"}, 400),
        ("world", {"netsuite": {"account": "999", "limit": 1}}, 404),
        ("world", {"netsuite": {"weather": "rain"}}, 400),
        ("world", {"netsuite": "fast"}, 400),
        ("world", {"netsuite": {"limit": "many"}}, 400),
        ("world", {"netsuite": {"limit": -1}}, 400),
        ("world", {"netsuite": {"latency_ms": -1}}, 400),
        ("world", {"netsuite": {"withhold": "Magic"}}, 400),
        ("world", {"netsuite": {"withhold": "Contacts (Magic)"}}, 400),
        ("world", {"netsuite": {"grant": ["Contacts", 7]}}, 400),
    ],
)
def test_nonsense_is_refused(simulator: Flask, path: str, body: object, status: int) -> None:
    answer = simulator.test_client().post(f"/control/{path}", json=body)
    assert answer.status_code == status and answer.get_json()["error"]["message"]


PERMISSIONS = [
    ("Contacts", "GET", "/contact/108", None),
    ("Contacts", "GET", "/contact", None),
    ("Contacts (Create)", "POST", "/contact", {"lastName": "Purchasing"}),
    ("Contacts (Edit)", "PATCH", "/contact/108", {"phone": "1"}),
    ("Contacts (Full)", "DELETE", "/contact/108", None),
    ("Customers", "GET", "/customer/104", None),
    ("Customers", "POST", "/lead", {"companyName": "Proseware"}),
    ("Vendors", "GET", "/vendor", None),
    ("Partners", "GET", "/partner", None),
    ("Employees", "GET", "/employee/101", None),
    ("Cases", "POST", "/supportcase", {"title": "Help", "company": {"id": "104"}}),
    ("Find Transaction", "GET", "/opportunity", None),
    ("Track Messages", "GET", "/message/eid:mb-1", None),
    ("Track Messages (Create)", "POST", "/message", message()),
    ("Documents and Files", "GET", f"{REST}/document/v1/metadata-catalog", None),
    ("Documents and Files", "POST", "/customer/104/!attach/file/1", {}),
    ("REST Web Services", "GET", "/customer/104", None),
    ("SuiteAnalytics Workbook", "GET", "/contact?q=email EMPTY", None),
    ("SuiteAnalytics Workbook", "POST", f"{REST}/query/v1/suiteql", {"q": "SELECT id FROM contact"}),
]


@pytest.mark.parametrize(("permission", "method", "path", "body"), PERMISSIONS)
def test_a_permission_that_is_withheld_is_named(
    netsuite: Integration, control: Control, permission: str, method: str, path: str, body: Any
) -> None:
    control.world(netsuite={"withhold": [permission]})
    answer = netsuite.ask(method, path, json=body, headers={"Prefer": "transient"})
    assert refusal(answer) == (403, "INSUFFICIENT_PERMISSION")
    assert f"-> {permission.partition(' (')[0]}' permission" in answer.json()["o:errorDetails"][0]["detail"]
    control.world(netsuite={"grant": [permission]})
    assert netsuite.ask(method, path, json=body, headers={"Prefer": "transient"}).status_code != 403


def test_a_level_that_is_withheld_leaves_those_below(netsuite: Integration, control: Control) -> None:
    control.world(netsuite={"withhold": "Contacts (Create)"})
    assert netsuite.get("/contact/108").status_code == 200
    assert refusal(netsuite.ask("DELETE", "/contact/108"))[0] == 403, "Full is above Create"


def test_the_catalog_leaves_out_what_the_role_may_not_see(netsuite: Integration, control: Control) -> None:
    control.world(netsuite={"withhold": ["Vendors", "Cases"]})
    names = {one["name"] for one in netsuite.get("/metadata-catalog").json()["items"]}
    assert not names & {"vendor", "supportcase"} and "contact" in names
    assert refusal(netsuite.get("/metadata-catalog/vendor"))[0] == 403
    control.world(netsuite={"grant": True})
    assert netsuite.get("/metadata-catalog/vendor").status_code == 200


def test_tokens_are_expired_on_order(netsuite: Integration, control: Control) -> None:
    control.world(netsuite={"expireTokens": True})
    assert refusal(netsuite.get("/customer")) == (401, "INVALID_LOGIN")
    netsuite.sign_in()
    assert netsuite.get("/customer").status_code == 200


def test_a_restlet_is_there_only_where_it_is_installed(netsuite: Integration, control: Control) -> None:
    control.world(netsuite=[{"restletInstalled": False}, {"account": FABRIKAM, "limit": 1}])
    answer = netsuite.post(SCRIPT, {"action": "ping"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "SSS_INVALID_SCRIPTLET_ID")


@pytest.mark.parametrize(
    ("headers", "octets", "status"), [({"Content-Type": "text/plain"}, b"hello", 415), ({}, b"hello", 415)]
)
def test_a_restlet_takes_json(netsuite: Integration, headers: dict[str, str], octets: bytes, status: int) -> None:
    answer = netsuite.ask("POST", SCRIPT, headers=headers, data=octets)
    assert answer.status_code == status and answer.json()["error"]["code"]
    headers = {"Content-Type": "application/json"}
    assert netsuite.ask("POST", SCRIPT, headers=headers, data=octets).status_code == 400


def test_a_reset_brings_the_start_back(netsuite: Integration, control: Control, world: World) -> None:
    netsuite.made("/message", message())
    control.world(netsuite={"limit": 1, "withhold": "Contacts"})
    before = control.ask("GET", "ledger")["records"]
    control.world(reset=True)
    ledger = control.ask("GET", "ledger")
    assert (ledger["emails"], ledger["records"]) == ([], before)
    account = world.netsuite.accounts[0]
    assert (account.limit, account.withheld, account.certificates) == (5, set(), {})


def test_the_ledger_has_the_sample_records_and_the_people(control: Control) -> None:
    records = control.ask("GET", "ledger")["records"]
    shown = {(one["account"], one["type"], one["name"], one.get("number"), one.get("email")) for one in records}
    assert {
        ("1234567", "customer", "Adatum", None, None),
        ("1234567", "contact", "Adatum Legal", None, "legal@adatum.example"),
        ("1234567", "opportunity", "Adatum: order 4711", "D-4711", None),
        ("1234567", "supportcase", "Tailspin: claim 52", "C-52", None),
        ("1234567", "employee", "Ana", None, "ana@contoso.example"),
        ("7654321_SB1", "employee", "Eve", None, "eve@fabrikam.example"),
    } <= shown


@pytest.fixture
def address(simulator: Flask) -> Iterator[str]:
    """The simulator on a port of this machine."""
    server = serve(simulator, 0)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_over_http_an_account_is_the_first_segment(address: str, control: Control) -> None:
    """Locations and links then lead back to the port, and the token is asked for as the caller sees its address."""
    control.ask("POST", "netsuite", json=KEY)
    base = address + "/" + REST.removeprefix("https://")
    with requests.Session() as http:
        url = f"{base}/auth/oauth2/v1/token"
        token = ask_token(http, assertion(aud=url), url=url).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        made = http.post(f"{base}/record/v1/message", json=message())
        assert made.headers["Location"].startswith(f"{base}/record/v1/message/")
        assert http.get(made.headers["Location"]).json()["externalId"] == "mb-1"
        page = http.get(f"{base}/record/v1/contact?limit=1").json()
        assert all(link["href"].startswith(base) for link in page["links"])


def test_over_http_the_host_header_alone_is_enough(address: str, control: Control) -> None:
    control.ask("POST", "netsuite", json=KEY)
    host = {"Host": RECORD.split("/")[2]}
    with requests.Session() as http:
        http.headers.update(host)
        url = address + "/services/rest/auth/oauth2/v1/token"
        token = ask_token(http, assertion(), url=url).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        made = http.post(f"{address}/services/rest/record/v1/message", json=message(), headers=headers)
        assert made.headers["Location"].startswith(f"{RECORD}/message/")


def test_over_http_a_cut_line_is_cut(address: str, control: Control) -> None:
    control.fault(service="netsuite", cut=True, times=1)
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{address}/{RECORD.removeprefix('https://')}/customer", timeout=5)
