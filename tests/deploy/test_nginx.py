"""nginx, as the example has it, lets through what Affix takes, and keeps from it who is slow."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from server.services import Services
from tests.autopilot.watched import row
from tests.deploy.load import notification
from tests.deploy.proxies import HOST, Proxy, before
from tests.launching import until
from tests.pane.servers import served
from tests.simulator.world import World

SLOW_CLIENTS = 200
KB = 1024


@pytest.fixture
def service_port(app: Any) -> Iterator[int]:
    with served(app) as url:
        yield int(url.rsplit(":", 1)[1])


@pytest.fixture
def proxy(service_port: int, tmp_path: Path) -> Iterator[Proxy]:
    """Who is slow is cut off after one second instead of ten."""
    folder = tmp_path / "nginx"
    folder.mkdir()
    short = {"client_header_timeout": "1s", "client_body_timeout": "1s"}
    with before(f"http://127.0.0.1:{service_port}", folder, **short) as proxy:
        yield proxy


def post(proxy: Proxy, path: str, body: Any, **more: Any) -> requests.Response:
    return requests.post(proxy.url + path, json=body, verify=proxy.certificate, timeout=15, **more)


def test_people_get_the_pane_by_https_alone(proxy: Proxy) -> None:
    page = requests.get(f"{proxy.url}/addin/taskpane.html", verify=proxy.certificate, timeout=15)
    assert page.status_code == 200 and "office.js" in page.text
    assert "max-age" in page.headers["Strict-Transport-Security"]
    plain = requests.get(f"http://127.0.0.1:{proxy.plain_port}/addin/x?y=1", allow_redirects=False, timeout=15)
    assert (plain.status_code, plain.headers["Location"]) == (308, f"https://{HOST}/addin/x?y=1")


def test_figures_of_the_service_are_not_for_everybody(proxy: Proxy) -> None:
    assert requests.get(f"{proxy.url}/metrics", verify=proxy.certificate, timeout=15).status_code == 404


def test_many_notifications_at_once_are_let_through_and_far_too_many_are_not(
    on_watch: Any, proxy: Proxy, world: World, services: Services
) -> None:
    many = {"value": [notification(world, f"id-{number}") for number in range(1500)]}
    assert post(proxy, "/graph/notifications", many).status_code == 202
    assert row(services, "SELECT count(*) AS n FROM announcements")["n"] == 1500
    assert post(proxy, "/graph/notifications", {"value": "x" * 9000 * KB}).status_code == 413


@pytest.mark.parametrize(("path", "size", "status"), [("/api/saves", 600, 413), ("/v1/account/a/submit", 9000, 401)])
def test_large_bodies_pass_only_where_messages_come_with_their_files(
    proxy: Proxy, path: str, size: int, status: int
) -> None:
    """401 is the service's own word: the body has come through."""
    assert post(proxy, path, {"x": "x" * size * KB}).status_code == status


@pytest.mark.parametrize(
    "begun",
    [
        b"POST /graph/notifications HTTP/1.1\r\nHost: " + HOST.encode() + b"\r\nX-Slow: ",
        b"POST /graph/notifications HTTP/1.1\r\nHost: " + HOST.encode() + b"\r\nContent-Length: 1000\r\n\r\n{",
    ],
    ids=["headers", "body"],
)
def test_clients_that_never_finish_keep_nobody_waiting_and_are_cut_off(
    on_watch: Any, proxy: Proxy, world: World, service_port: int, begun: bytes
) -> None:
    trusting = ssl.create_default_context(cafile=str(proxy.certificate))
    with ExitStack() as opened:
        slow = []
        for _ in range(SLOW_CLIENTS):
            line = opened.enter_context(socket.create_connection(("127.0.0.1", proxy.port)))
            slow.append(opened.enter_context(trusting.wrap_socket(line, server_hostname=HOST)))
        for each in slow:
            each.sendall(begun)
        at_the_service = [
            each
            for each in psutil.Process().net_connections("tcp")
            if each.laddr.port == service_port and each.status == psutil.CONN_ESTABLISHED
        ]
        assert at_the_service == []
        answer = post(proxy, "/graph/notifications", {"value": [notification(world, "some-id")]})
        assert answer.status_code == 202
        until(lambda: all(is_over(each) for each in slow), "nginx has cut all of them off")


def is_over(line: ssl.SSLSocket) -> bool:
    line.setblocking(False)
    try:
        return line.recv(4096) == b""
    except ssl.SSLWantReadError:
        return False
    except OSError:
        return True
