"""A receiver, however odd, wastes a bounded amount of time and room, and is who its certificate says."""

import base64
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from server.auth.sealing import Sealer
from server.http import Session
from server.webhooks import posting
from server.webhooks.posting import Courier, Outcome
from tests.webhooks.receiver import NAME, TAKEN, Receiver, receiving

SEALER = Sealer([base64.b64encode(b"k" * 32).decode()])


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[Receiver]:
    with receiving(tmp_path) as found:
        yield found


@pytest.fixture
def post(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Any:
    """To the receiver, whose name leads to this machine: the operator allowed that one."""
    truly = socket.getaddrinfo

    def look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        return truly("127.0.0.1" if host == NAME else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    http = Session()
    http.verify = str(receiver.trust)
    courier = Courier(http, SEALER, (NAME,))

    def posted(path: str = "/x?y=1", name: str = NAME) -> Outcome:
        return courier.post(f"https://{name}:{receiver.port}{path}", {"webhook-id": "msg_1"}, '{"a":"ä"}')

    yield posted
    http.close()


def test_what_is_sent_arrives_to_the_letter_under_the_receivers_name(post: Any, receiver: Receiver) -> None:
    assert (post().problem, post().status) == (None, 204)
    head, _, body = receiver.requests[0].partition(b"\r\n\r\n")
    assert body == '{"a":"ä"}'.encode()
    assert head.startswith(b"POST /x?y=1 HTTP/1.1\r\n")
    assert f"host: {NAME}:{receiver.port}".encode() in head.lower()
    assert b"accept-encoding: identity" in head.lower()
    assert receiver.asked_for == [NAME]
    assert receiver.lines == 1  # the line is used again


def test_the_pinned_address_is_where_it_goes_while_the_name_is_what_is_proven(receiver: Receiver) -> None:
    """The name itself leads nowhere."""
    http = Session()
    http.verify = str(receiver.trust)
    request = http.prepare_request(requests.Request("POST", f"https://{NAME}:{receiver.port}/", data=b"1"))
    request.headers["Host"] = NAME
    request.address = "127.0.0.1"  # type: ignore[attr-defined]
    assert http.send(request, timeout=5).status_code == 204
    assert receiver.asked_for == [NAME]
    request.url = f"https://other.example.com:{receiver.port}/"
    with pytest.raises(requests.exceptions.SSLError):
        http.send(request, timeout=5)
    http.close()


def test_a_certificate_that_nobody_knows_is_not_trusted(post: Any, receiver: Receiver) -> None:
    http = Session()
    outcome = Courier(http, SEALER, (NAME,)).post(f"https://{NAME}:{receiver.port}/", {}, "{}")
    assert (outcome.problem, outcome.is_away) == ("Its certificate cannot be trusted, or is for another name.", True)
    assert receiver.requests == []
    http.close()


def endless(line: ssl.SSLSocket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
    for _ in range(2000):
        line.sendall(b"x" * 50_000)


def drips_headers(line: ssl.SSLSocket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\n")
    for count in range(1000):
        line.sendall(f"X-{count}: 1\r\n"[count % 2 :].encode())
        time.sleep(0.05)


def drips_body(line: ssl.SSLSocket) -> None:
    line.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n")
    for _ in range(1000):
        line.sendall(b"x")
        time.sleep(0.05)


def says_nothing(line: ssl.SSLSocket) -> None:
    line.settimeout(10)
    line.recv(1)


def says_nonsense(line: ssl.SSLSocket) -> None:
    line.sendall(b"\x00\x01 nonsense\r\n\r\n")


def hangs_up(line: ssl.SSLSocket) -> None:
    line.close()


def test_of_an_endless_answer_only_the_beginning_is_read(post: Any, receiver: Receiver) -> None:
    receiver.answer = endless
    outcome = post()
    assert (outcome.problem, outcome.status, len(outcome.answer)) == (None, 200, posting.LONGEST_ANSWER)
    receiver.answer = lambda line: line.sendall(TAKEN)
    assert post().status == 204
    assert receiver.lines == 2  # nobody reads the rest


@pytest.mark.parametrize("odd", [drips_headers, drips_body, says_nothing])
def test_who_takes_his_time_is_not_waited_for(
    odd: Any, post: Any, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "WHOLE", 0.5)
    receiver.answer = odd
    begun = time.monotonic()
    outcome = post()
    assert time.monotonic() - begun < 5
    assert (outcome.problem, outcome.is_away) == ("It took too long to answer.", True)


@pytest.mark.parametrize("odd", [says_nonsense, hangs_up])
def test_what_is_no_answer_is_none(odd: Any, post: Any, receiver: Receiver) -> None:
    receiver.answer = odd
    outcome = post()
    assert (outcome.problem, outcome.status, outcome.is_away) == ("Nobody answered there.", None, True)


def test_odd_bytes_of_an_answer_can_be_kept(post: Any, receiver: Receiver) -> None:
    receiver.answer = lambda line: line.sendall(b"HTTP/1.1 500 No\r\nContent-Length: 4\r\n\r\n\x00\xff\xfea")
    assert (post().problem, post().answer) == ("It answered 500.", "\ufffd\ufffd\ufffda")


def test_when_to_try_again_is_read_in_both_forms(post: Any, receiver: Receiver) -> None:
    for told, least, most in (("7", 7, 7), ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0), ("999999999", 86400, 86400)):
        receiver.answer = lambda line, told=told: line.sendall(
            f"HTTP/1.1 503 Later\r\nRetry-After: {told}\r\nContent-Length: 0\r\n\r\n".encode()
        )
        outcome = post()
        assert outcome.is_away
        assert least <= outcome.wait <= most
    receiver.answer = lambda line: line.sendall(b"HTTP/1.1 503 Later\r\nRetry-After: soon\r\nContent-Length: 0\r\n\r\n")
    assert post().wait is None


def leads_elsewhere(line: ssl.SSLSocket) -> None:
    line.sendall(b"HTTP/1.1 302 Found\r\nLocation: https://elsewhere.example/\r\nContent-Length: 100000000\r\n\r\n")
    for _ in range(2000):
        line.sendall(b"x" * 50_000)


def test_of_an_answer_that_leads_elsewhere_only_the_beginning_is_read(post: Any, receiver: Receiver) -> None:
    receiver.answer = leads_elsewhere
    outcome = post()
    assert (outcome.status, outcome.problem) == (302, "It answered 302, and leads elsewhere.")
    assert len(outcome.answer) == posting.LONGEST_ANSWER


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(b"Retry-After: Mon, 01 Jan 99999999999 00:00:00 GMT", id="a-moment-beyond-time"),
        pytest.param(b"Location: //[", id="a-place-that-is-none"),
        pytest.param(b"Location: \xff", id="a-byte-that-is-no-letter"),
    ],
)
def test_odd_headers_are_a_failure_like_others(post: Any, receiver: Receiver, headers: bytes) -> None:
    answer = b"HTTP/1.1 302 Found\r\n" + headers + b"\r\nContent-Length: 0\r\n\r\n"
    receiver.answer = lambda line: line.sendall(answer)
    outcome = post()
    assert (outcome.status, outcome.wait) == (302, None)
