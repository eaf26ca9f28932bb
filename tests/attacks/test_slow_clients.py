"""Whoever sends or takes as slowly as can be keeps nobody else waiting, and not a thread for ever (A31)."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from tests.conftest import Control
from tests.launching import environment, is_live, service, until
from tests.pane.servers import served, three_free_ports

SLOW = 200  # connections
HEAD = b"POST /graph/notifications HTTP/1.1\r\nHost: affix.example\r\nContent-Type: application/json\r\n"
BEGINNINGS = {
    "half a line": b"POST /graph/noti",
    "no end of the head": HEAD + b"X-Slow: 1\r\n",
    "no body": HEAD + b"Content-Length: 1000\r\n\r\n{",
    "no end of a large body": HEAD + b"Content-Length: 5000000\r\n\r\n" + b" " * 10_000,
    "no end of a body without a length": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
    "nothing after its promise": HEAD + b"Content-Length: 10\r\nExpect: 100-continue\r\n\r\n",
}
DOWNLOADS = b"GET /addin/vendor/msal-browser.min.js HTTP/1.1\r\nHost: affix.example\r\n\r\n" * 100


@pytest.fixture
def port(control: Control, database: str, tmp_path: Path) -> Iterator[int]:
    """Of one web process with its 32 threads."""
    free = three_free_ports()
    settings = environment(database, web_workers=1)
    with served(control.simulator) as simulator:
        program = service(simulator, free, settings, tmp_path / "service.log", "tests.attacks.hasty")
        yield free
        program.kill()


def connected(port: int, said: bytes) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=20)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.sendall(said)
    return line


def slowest(port: int) -> float:
    """Seconds of the slowest of twenty others, one after another."""
    took = []
    with requests.Session() as session:
        for _ in range(20):
            began = time.monotonic()
            assert session.get(f"http://127.0.0.1:{port}/health/live", timeout=20).ok
            took.append(time.monotonic() - began)
    return max(took)


def test_a31_two_hundred_who_send_slowly_keep_nobody_waiting_and_are_cut_off(port: int) -> None:
    with ExitStack() as lines:
        slow = []
        for number in range(SLOW):
            what, said = list(BEGINNINGS.items())[number % len(BEGINNINGS)]
            slow.append((what, lines.enter_context(connected(port, said))))
        assert slowest(port) < 1
        assert [what for what, line in slow if not is_cut_off(line)] == []


def is_cut_off(line: socket.socket) -> bool:
    """Whether the other side has hung up, or does so soon."""
    try:
        while line.recv(65536):
            pass
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
    return True


def test_a31_who_asks_for_much_and_takes_none_of_it_does_not_keep_a_thread(port: int) -> None:
    with ExitStack() as lines:
        for _ in range(40):
            lines.enter_context(connected(port, DOWNLOADS))
        until(lambda: is_live(port), "others are answered again", limit=20)


def test_what_comes_in_pieces_or_several_at_once_or_is_large_is_answered_as_ever(port: int) -> None:
    body = b'{"value": []}'
    said = (HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body) * 3
    for step in (len(said), len(said) // 3 - 5, 40):
        with connected(port, b"") as line:
            for start in range(0, len(said), step):
                line.sendall(said[start : start + step])
            found = b""
            while found.count(b"HTTP/1.1 202") < 3:
                more = line.recv(65536)
                assert more, found
                found += more
    url = f"http://127.0.0.1:{port}/graph/notifications"
    assert requests.post(url, data=b'{"value": [' + b" " * 3_000_000 + b"]}", timeout=20).status_code == 202
    assert requests.post(url, data=iter([b'{"value"', b": []}"]), timeout=20).status_code == 202
    assert requests.post(url, data=b" " * 9_000_000, timeout=20).status_code == 413
