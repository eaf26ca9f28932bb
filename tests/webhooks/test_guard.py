"""Nothing is sent into networks that are not public, whatever a name leads to, and whenever it leads there."""

import socket
from typing import Any

import pytest
import requests

from server.services import Services
from server.webhooks import guard
from tests.conftest import Control, Someone, mime
from tests.simulator.adapter import SimulatorAdapter
from tests.simulator.hooks import HOST
from tests.steps import SUPPORT, contact, item_of
from tests.webhooks.steps import PATH, deliveries, let_time_pass

PUBLIC = "93.184.216.34"
UNREACHABLE = "2606:4700:4700::1111"
# Families as in Stripe's smokescreen and in what cloud providers keep for themselves.
NOT_PUBLIC = """
127.0.0.1 127.255.255.254 0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1
169.254.169.254 169.254.0.1 168.63.129.16 100.64.0.1 100.127.255.254 192.0.0.1 192.0.0.192 192.0.2.1
192.88.99.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1
255.255.255.255 ::1 :: fd00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1
::ffff:10.0.0.1 ::ffff:8.8.8.8 ::8.8.8.8 64:ff9b::a9fe:a9fe 64:ff9b::808:808 64:ff9b:1::1 2002:a9fe:a9fe::
2002:808:808::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:db8::1 2001:20::1 3fff::1 100::1 5f00::1
2606:4700::5efe:10.0.0.1 2606:4700::200:5efe:10.0.0.1
""".split()
ARE_PUBLIC = ["8.8.8.8", "1.1.1.1", PUBLIC, "100.63.255.255", "172.32.0.1", "2606:4700:4700::1111", "2a00:1450::1"]

BAD_URLS = {
    "http://hooks.example.com/": "invalid_url",
    "file:///etc/passwd": "invalid_url",
    "gopher://hooks.example.com/": "invalid_url",
    "hooks.example.com": "invalid_url",
    "": "invalid_url",
    "https://": "invalid_url",
    "https:///x": "invalid_url",
    "https://user:pass@hooks.example.com/": "invalid_url",
    "https://user@hooks.example.com/": "invalid_url",
    "https://hooks.example.com/#part": "invalid_url",
    "https://hooks.example.com\\@10.0.0.1/": "invalid_url",
    "https://hooks.example.com/\r\nHost: x": "invalid_url",
    "https://hooks.example.com/ x": "invalid_url",
    "https://hooks.example.com\t/": "invalid_url",
    "https://h\u043e\u043eks.example.com/": "invalid_url",
    "https://hooks.example.com/" + "x" * 2000: "invalid_url",
    "https://[::1/": "invalid_url",
    "https://[1.2.3.4]/": "invalid_url",
    "https://hooks.example.com:22/": "invalid_port",
    "https://hooks.example.com:25/": "invalid_port",
    "https://hooks.example.com:80/": "invalid_port",
    "https://hooks.example.com:0/": "invalid_port",
    "https://hooks.example.com:5432/": "invalid_port",
    "https://hooks.example.com:6379/": "invalid_port",
    "https://hooks.example.com:65536/": "invalid_port",
    "https://localhost/": "invalid_host",
    "https://localhost./": "invalid_host",
    "https://intranet/": "invalid_host",
    "https://hooks..example.com/": "invalid_host",
    "https://-hooks.example.com/": "invalid_host",
    "https://2130706433/": "invalid_host",
    "https://0x7f.1/": "invalid_host",
    "https://0x7f000001/": "invalid_host",
    "https://127.1/": "invalid_host",
    "https://0177.0.0.1/": "invalid_host",
    "https://8.8.8.010/": "invalid_host",
    "https://127.0.0.1/": "private_address",
    "https://169.254.169.254/latest/meta-data/": "private_address",
    "https://[::1]/": "private_address",
    "https://[::ffff:169.254.169.254]/": "private_address",
    "https://[64:ff9b::a9fe:a9fe]:8443/": "private_address",
}


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What the name servers say, which a test may change; a name that is not in it is not there."""
    known: dict[str, list[str]] = {}
    truly = socket.getaddrinfo

    def look_up(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host not in known:
            return truly(host, port, *args, **{**kwargs, "flags": socket.AI_NUMERICHOST})
        return [(0, 0, 0, "", (address, port)) for address in known[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return known


@pytest.fixture
def sent_to(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The address and the name of each connection that was asked for; who listens there is somebody we know."""
    truly = SimulatorAdapter.send
    found: list[str] = []

    def send(self: SimulatorAdapter, request: Any, *args: Any, **kwargs: Any) -> Any:
        if "webhook-id" in request.headers:
            found.append(f"{request.address} {request.headers['Host']}")
            if request.address == UNREACHABLE:
                raise requests.ConnectTimeout("nobody is there")
            request.url, request.headers["Host"] = request.url.replace("hooks.example.com", HOST), HOST
        return truly(self, request, *args, **kwargs)

    monkeypatch.setattr(SimulatorAdapter, "send", send)
    return found


def test_addresses_that_are_not_public_are_told_apart() -> None:
    assert [each for each in NOT_PUBLIC if guard.is_public(each)] == []
    assert [each for each in ARE_PUBLIC if not guard.is_public(each)] == []


def test_bad_addresses_are_refused_by_name_of_what_is_wrong(ana: Someone) -> None:
    for url, code in BAD_URLS.items():
        error = ana.post(PATH, {"url": url, "events": ["messageSaved"]}, expect=400)["error"]
        assert error["code"] == code, url
        assert "x" * 100 not in error["message"]
    assert ana.get(PATH)["webhooks"] == []


def test_a_name_with_one_private_address_among_public_ones_is_refused(ana: Someone, names: Any) -> None:
    body = {"url": "https://hooks.example.com/x", "events": ["messageSaved"]}
    assert ana.post(PATH, body, expect=400)["error"]["code"] == "unknown_host"
    names["hooks.example.com"] = [PUBLIC, "10.0.0.7"]
    assert ana.post(PATH, body, expect=400)["error"]["code"] == "private_address"
    names["hooks.example.com"] = [PUBLIC, "2606:4700:4700::1111"]
    hook = ana.post(PATH, body, expect=201)
    error = ana("PATCH", f"{PATH}/{hook['id']}", json={"url": "https://127.0.0.1/"}, expect=400)["error"]
    assert error["code"] == "private_address"


def test_the_connection_goes_to_the_address_that_was_vetted_and_a_name_that_turns_inward_gets_nothing(
    ana: Someone, ben: Someone, names: Any, sent_to: list[str], services: Services, control: Control, work: Any
) -> None:
    names["hooks.example.com"] = [PUBLIC]
    hook = ana.post(PATH, {"url": "https://hooks.example.com/x", "events": ["messageSaved"]}, expect=201)
    record = contact(ben)
    ben.save(item_of(control.deliver(SUPPORT, mime()), SUPPORT), record)
    work()
    assert deliveries(ana, hook)[0]["state"] == "delivered"
    assert sent_to == [f"{PUBLIC} hooks.example.com"]
    names["hooks.example.com"] = ["169.254.169.254"]
    ben.save(item_of(control.deliver(SUPPORT, mime(message_id="<2@x.example>")), SUPPORT), record)
    work()
    found = deliveries(ana, hook)[0]
    assert (found["state"], found["status"], found["attempts"]) == ("waiting", None, 1)
    assert "does not lead to a public address" in found["problem"]
    assert len(sent_to) == 1
    names["hooks.example.com"] = [UNREACHABLE, PUBLIC]
    let_time_pass(services)
    work()
    assert {each["state"] for each in deliveries(ana, hook)} == {"delivered"}
    assert [each.split()[0] for each in sent_to[1:]] == [UNREACHABLE, PUBLIC]
