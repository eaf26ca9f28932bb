"""The control interface, and the simulator on a port of its own."""

import base64
import threading
from collections.abc import Callable, Iterator

import pytest
import requests
from flask import Flask

from tests.simulator.app import serve
from tests.simulator.world import World
from tests.test_simulator.cast import GRAPH, MAIL, Caller, Control, at

PERSON = Callable[..., Caller]
BOX = "support@contoso.example"
LIST = at(BOX, "/messages")


def test_a_reset_brings_the_start_back(world: World, control: Control) -> None:
    control.deliver(BOX)
    control.world(userPurpose={"support": "room"})
    control.world(reset=True)
    assert control.ask("GET", f"messages?mailbox={BOX}") == {"messages": []}
    assert {box["address"]: box["userPurpose"] for box in control.world()["mailboxes"]}[BOX] == "shared"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "tokens", {"user": "nobody"}, 404),
        ("POST", "tokens", {"user": "ben", "kind": "magic"}, 400),
        ("POST", "tokens", {"user": "ben", "key": "golden"}, 400),
        ("POST", "tokens", ["ben"], 400),
        ("POST", "messages?mailbox=nobody", {}, 404),
        ("POST", "messages?mailbox=ben&received=soon", {}, 400),
        ("POST", "moves", {"mailbox": "ben", "id": "AAMk", "folder": "inbox"}, 404),
        ("POST", "faults", {"statuss": 500}, 400),
        ("POST", "faults", {"status": "many"}, 400),
        ("POST", "world", {"weather": "rain"}, 400),
        ("POST", "world", {"rights": [{"person": "ben", "mailbox": "cleo", "right": "everything"}]}, 400),
        ("POST", "world", {"userPurpose": {"ben": "delegate"}}, 400),
        ("POST", "world", {"throttling": {"retryAfterForm": "moon"}}, 400),
        ("POST", "world", {"throttling": {"speed": 1}}, 400),
        ("POST", "world", {"latency_ms": -1}, 400),
        ("POST", "world", {"latency_ms": [2, 1]}, 400),
        ("POST", "attachments", {"mailbox": "ben"}, 400),
    ],
)
def test_the_control_interface_refuses_nonsense(
    simulator: Flask, method: str, path: str, body: object, status: int
) -> None:
    answer = simulator.test_client().open(f"/control/{path}", method=method, json=body)
    assert answer.status_code == status and answer.json["error"]["message"]


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("PUT", "/control/tokens", 405)])
def test_an_address_that_nobody_has_is_refused_in_json(simulator: Flask, method: str, path: str, status: int) -> None:
    answer = simulator.test_client().open(path, method=method)
    assert answer.status_code == status and answer.json["error"]["code"] in {"not_found", "method_not_allowed"}


def test_many_messages_arrive_at_once(control: Control) -> None:
    one = {"mailbox": "ben", "mime": base64.b64encode(MAIL).decode()}
    asked = [one, {**one, "folder": "archive", "read": True, "received": "2026-11-20T08:00:00+00:00"}]
    found = control.ask("POST", "messages", json={"messages": asked})["messages"]
    shown = control.ask("GET", "messages?mailbox=ben")["messages"]
    assert [one["id"] for one in found] == [one["id"] for one in shown]
    assert [(one["folder"], one["isRead"]) for one in shown] == [("inbox", False), ("archive", True)]


@pytest.mark.parametrize("wrong", [{"mailbox": "nobody"}, {"mime": "!"}, {"received": "soon"}])
def test_of_many_messages_none_arrives_where_one_is_wrong(simulator: Flask, wrong: dict[str, str]) -> None:
    one = {"mailbox": "ben", "mime": base64.b64encode(MAIL).decode()}
    client = simulator.test_client()
    assert client.post("/control/messages", json={"messages": [one, {**one, **wrong}]}).status_code in {400, 404}
    assert client.get("/control/messages?mailbox=ben").json == {"messages": []}


def test_the_ledger_shows_what_is_outside_at_the_start(control: Control) -> None:
    ledger = control.ask("GET", "ledger")
    assert (ledger["emails"], ledger["files"]) == ([], [])
    assert {one["service"] for one in ledger["records"]} == {"netsuite"}


@pytest.fixture
def address(simulator: Flask) -> Iterator[str]:
    """The simulator on a port of this machine."""
    server = serve(simulator, 0)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_over_http_links_lead_back_to_the_port(address: str, control: Control) -> None:
    for _ in range(3):
        control.deliver("ben")
    with requests.Session() as session:
        headers = {"Authorization": f"Bearer {control.token('ben', 'graph')}", "Origin": "http://outlook.example"}
        page = session.get(f"{address}/graph.microsoft.com/v1.0/me/messages?$top=2", headers=headers)
        assert page.headers["Access-Control-Allow-Origin"] == "*"
        link = page.json()["@odata.nextLink"]
        assert link.startswith(f"{address}/graph.microsoft.com/v1.0/")
        assert len(session.get(link, headers=headers).json()["value"]) == 1
        found = session.get(f"{address}/login.microsoftonline.com/common/v2.0/.well-known/openid-configuration").json()
        assert found["jwks_uri"].startswith(f"{address}/login.microsoftonline.com/")
        assert session.get(found["jwks_uri"]).json()["keys"]
        asked = session.options(f"{address}/graph.microsoft.com/v1.0/me", headers={"Origin": "http://outlook.example"})
        assert "Prefer" in asked.headers["Access-Control-Allow-Headers"] and asked.status_code == 204


def test_over_http_the_host_header_alone_is_enough(address: str, control: Control) -> None:
    headers = {"Authorization": f"Bearer {control.token('ben', 'graph')}", "Host": "graph.microsoft.com"}
    found = requests.get(f"{address}/v1.0/me", headers=headers, timeout=5).json()
    assert found["@odata.context"].startswith(GRAPH)


@pytest.mark.parametrize("fault", [{"cut": True}, {"cut_after": 9}])
def test_over_http_a_cut_line_is_cut(address: str, control: Control, fault: dict[str, object]) -> None:
    control.fault(service="graph", times=1, **fault)
    headers = {"Authorization": f"Bearer {control.token('ben', 'graph')}"}
    with requests.Session() as session, pytest.raises(requests.RequestException) as raised:
        session.get(f"{address}/graph.microsoft.com/v1.0/me", headers=headers, timeout=5)
    assert not isinstance(raised.value, requests.Timeout)
