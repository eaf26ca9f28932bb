"""What the proxy does to connections is what the other tests believe that it does."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.faults.proxy import Proxy
from tests.launching import until

LONG = b"x" * 100_000


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """Before somebody who answers each piece with a long one."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=answer_all, args=[listening], daemon=True).start()
        with Proxy(listening.getsockname()[:2]) as proxy:
            yield proxy
        listening.shutdown(socket.SHUT_RDWR)


def answer_all(listening: socket.socket) -> None:
    while True:
        try:
            line, _ = listening.accept()
        except OSError:
            return
        threading.Thread(target=answer, args=[line], daemon=True).start()


def answer(line: socket.socket) -> None:
    try:
        with line:
            while line.recv(100):
                line.sendall(LONG)
    except OSError:
        return  # as servers do when the other side is gone


def connected(proxy: Proxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=5)


def heard(line: socket.socket) -> int:
    """Bytes of one answer, or less where the line ends before."""
    line.sendall(b"?")
    count = 0
    while count < len(LONG) and (piece := line.recv(len(LONG))):
        count += len(piece)
    return count


def test_all_goes_through_and_late_where_it_is_told_to(proxy: Proxy) -> None:
    with connected(proxy) as line:
        assert heard(line) == len(LONG)
        proxy.latency = 0.1
        began = time.monotonic()
        assert heard(line) == len(LONG)
        assert time.monotonic() - began >= 0.2


def test_an_answer_breaks_in_its_middle_by_a_reset_or_by_an_end(proxy: Proxy) -> None:
    proxy.break_answers(50_000)
    with connected(proxy) as line, pytest.raises(ConnectionResetError):
        heard(line)
    proxy.break_answers(50_000, is_reset=False)
    with connected(proxy) as line:
        assert heard(line) == 50_000
    with connected(proxy) as line:
        assert heard(line) == len(LONG)


def test_a_frozen_line_is_silent_and_goes_on_afterwards(proxy: Proxy) -> None:
    with connected(proxy) as line:
        assert heard(line) == len(LONG)
        proxy.freeze()
        with connected(proxy) as new:
            for each in (line, new):
                each.settimeout(0.2)
                with pytest.raises(TimeoutError):
                    heard(each)
            proxy.thaw()
            new.settimeout(5)
            assert new.recv(1)


def test_who_asks_when_nobody_listens_is_refused_and_who_was_connected_is_reset(proxy: Proxy) -> None:
    with connected(proxy) as line:
        assert heard(line) == len(LONG)
        proxy.refuse()
        with pytest.raises(ConnectionResetError):
            line.recv(1)
    with pytest.raises(ConnectionRefusedError):
        connected(proxy)
    proxy.listen()
    with connected(proxy) as line:
        assert heard(line) == len(LONG)


def test_all_lines_are_cut_at_once(proxy: Proxy) -> None:
    with connected(proxy) as line, connected(proxy) as other:
        assert heard(line) == heard(other) == len(LONG)
        until(lambda: proxy.made == 2, "both are there")
        proxy.cut()
        assert line.recv(1) == other.recv(1) == b""
