"""POSTs from a process of its own that costs little: what is sent is made beforehand, the answers are hardly read."""

import select
import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context

ANSWERED = b"HTTP/1.1 202 "
PATIENCE = 30  # seconds


class Refused(Exception):
    """Something was not answered with 202, so the figures would mean nothing."""


class Poster:
    """Sends to 127.0.0.1 at `port`."""

    def __init__(self, pool: ProcessPoolExecutor, port: int) -> None:
        self._pool, self._port = pool, port

    def send(self, path: str, bodies: Sequence[bytes], connections: int) -> float:
        """Each connection sends the next as soon as its last one is answered. Gives the seconds that all took."""
        head = f"POST {path} HTTP/1.1\r\nHost: affix.example\r\nContent-Type: application/json\r\n"
        whole = [f"{head}Content-Length: {len(each)}\r\n\r\n".encode() + each for each in bodies]
        return self._pool.submit(_send_all, self._port, whole, connections).result()


@contextmanager
def poster(port: int) -> Iterator[Poster]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield Poster(pool, port)


def _send_all(port: int, requests: Sequence[bytes], connections: int) -> float:
    waiting = iter(requests)
    polled = select.poll()
    there = [socket.create_connection(("127.0.0.1", port)) for _ in range(min(connections, len(requests)))]
    by_number = {each.fileno(): each for each in there}
    answers = dict.fromkeys(by_number, b"")
    began = time.monotonic()
    for each in there:
        each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        each.sendall(next(waiting))
        polled.register(each, select.POLLIN)
    left = len(requests)
    while left:
        ready = polled.poll(PATIENCE * 1000)
        if not ready:
            raise Refused("no answer")
        for number, _ in ready:
            answers[number] += by_number[number].recv(65536)
            if not answers[number].endswith(b"\r\n\r\n"):  # an answer of 202 has no body
                if not ANSWERED.startswith(answers[number][: len(ANSWERED)]):
                    raise Refused(answers[number][:200].decode())
                continue
            if not answers[number].startswith(ANSWERED):
                raise Refused(answers[number][:200].decode())
            answers[number] = b""
            left -= 1
            following = next(waiting, None)
            if following is not None:
                by_number[number].sendall(following)
    took = time.monotonic() - began
    for each in there:
        each.close()
    return took
