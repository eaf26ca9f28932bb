"""Whatever happens on the way to somebody else's server, who asks there is back within a limit."""

import socket
import ssl
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from server import http
from server.http import Session
from tests.faults.proxy import Proxy
from tests.webhooks.receiver import NAME, Receiver, receiving

CONNECT, BETWEEN = 1.0, 0.2  # seconds: to connect, and between two bytes
SLACK = 1.0  # seconds by which a busy machine may notice it later
LONG = b"x" * 200_000
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
Answer = Callable[[ssl.SSLSocket], None]


def trickling(at_once: bytes, piece: bytes) -> Answer:
    """A piece each 0.1 seconds, without an end."""

    def answer(line: ssl.SSLSocket) -> None:
        line.sendall(at_once)
        while True:
            line.sendall(piece)
            time.sleep(0.1)

    return answer


def silent(line: ssl.SSLSocket) -> None:
    line.recv(1)


def whole(line: ssl.SSLSocket) -> None:
    line.sendall(HEAD + LONG)


ANSWERS: dict[str, Answer] = {
    "says nothing": silent,
    "sends its first line without an end": trickling(b"HTTP/1.1 ", b"2"),
    "sends headers without an end": trickling(b"HTTP/1.1 200 OK\r\n", b"X-Y: z\r\n"),
    "sends a body without an end": trickling(HEAD, b"x"),
    "sends pieces without an end": trickling(CHUNKED, b"1\r\nx\r\n"),
    "sends sizes of pieces without an end": trickling(CHUNKED, b"0"),
}


def die_while_kept(proxy: Proxy, ask: Callable[[], int]) -> None:
    ask()
    proxy.freeze()


LINES: dict[str, Callable[[Proxy, Callable[[], int]], object]] = {
    "is dead": lambda proxy, ask: proxy.freeze(),
    "died while it was kept": die_while_kept,
    "has nobody at its end": lambda proxy, ask: proxy.refuse(),
    "breaks in the middle of an answer": lambda proxy, ask: proxy.break_answers(100_000),
    "is cut in the middle of an answer, below TLS": lambda proxy, ask: proxy.break_answers(100_000, is_reset=False),
}


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with receiving(tmp_path) as found:
        found.answer = whole
        yield found


@pytest.fixture
def proxy(receiver: Receiver) -> Iterator[Proxy]:
    with Proxy(("127.0.0.1", receiver.port)) as proxy:
        yield proxy


@pytest.fixture
def ask(proxy: Proxy, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Bytes of the answer, over the session that the whole service uses."""
    truly = socket.getaddrinfo

    def look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        return truly("127.0.0.1" if host == NAME else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    session = Session()
    session.verify = str(receiver.trust)

    def asked(is_stream: bool = False, between: float = BETWEEN) -> int:
        address = f"https://{NAME}:{proxy.port}/"
        with session.post(address, b"?", timeout=(CONNECT, between), stream=is_stream) as answer:
            return sum(len(piece) for piece in answer.iter_content(4096))

    return asked


@pytest.mark.parametrize("is_stream", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("way", ANSWERS)
def test_who_waits_for_a_server_that_never_ends_is_back_in_time(
    ask: Any, receiver: Receiver, way: str, is_stream: bool
) -> None:
    receiver.answer = ANSWERS[way]
    began = time.monotonic()
    with pytest.raises(requests.RequestException):
        ask(is_stream)
    assert time.monotonic() - began < http.PATIENCE * BETWEEN + SLACK


@pytest.mark.parametrize("way", LINES)
def test_who_waits_on_a_line_that_breaks_is_back_in_time_and_takes_no_half_for_the_whole(
    ask: Any, proxy: Proxy, way: str
) -> None:
    LINES[way](proxy, lambda: int(ask(between=5.0)))
    began = time.monotonic()
    with pytest.raises(requests.RequestException):
        ask()
    assert time.monotonic() - began < CONNECT + http.PATIENCE * BETWEEN + SLACK


@pytest.mark.parametrize(
    "before",
    [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nX-Y: z\r\n", b"HTTP/1.1 200 OK\r\nX-Y", b"HTTP/1.1 200 OK\r\n\r\nha"],
)
@pytest.mark.parametrize("is_stream", [False, True], ids=["whole", "streamed"])
def test_an_answer_that_breaks_off_before_it_said_how_long_it_is_is_no_answer(
    ask: Any, receiver: Receiver, before: bytes, is_stream: bool
) -> None:
    """The line ends below TLS, without the word that ends it."""

    def break_off(line: ssl.SSLSocket) -> None:
        line.sendall(before)
        socket.socket.shutdown(line, socket.SHUT_RDWR)

    receiver.answer = break_off
    with pytest.raises(requests.RequestException):
        ask(is_stream)


def test_an_answer_that_says_nothing_of_its_length_is_whole_where_tls_ends(ask: Any, receiver: Receiver) -> None:
    def end(line: ssl.SSLSocket) -> None:
        line.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + LONG)
        line.unwrap()

    receiver.answer = end
    assert ask(between=5.0) == len(LONG)


def test_a_long_answer_takes_its_time_as_long_as_it_comes(ask: Any, receiver: Receiver) -> None:
    def steadily(line: ssl.SSLSocket) -> None:
        line.sendall(HEAD)
        for first in range(0, len(LONG), 20_000):
            time.sleep(0.15)
            line.sendall(LONG[first : first + 20_000])

    receiver.answer = steadily
    began = time.monotonic()
    assert ask(between=0.5) == len(LONG)
    assert time.monotonic() - began > http.PATIENCE * 0.5


def test_no_answer_takes_longer_than_the_longest(ask: Any, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LONGEST", 0.5)
    receiver.answer = trickling(CHUNKED, b"1000\r\n" + b"x" * 4096 + b"\r\n")
    began = time.monotonic()
    with pytest.raises(requests.RequestException):
        ask(True, between=5.0)
    assert time.monotonic() - began < 0.5 + SLACK
