"""Notifications from a process of their own, as Graph sends them, with the time that each answer took."""

import itertools
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from http.client import HTTPConnection
from multiprocessing import get_context
from urllib.parse import urlsplit

CONNECTIONS = 16
PATIENCE = 30.0  # seconds: more than Graph's, so that late answers are measured too
HEADERS = {"Content-Type": "application/json"}

Answer = tuple[int, float]  # status and seconds; 0 where none came


def send_all(url: str, bodies: Sequence[bytes]) -> list[Answer]:
    """As fast as they are answered."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_send_all, url, bodies).result()


def _send_all(url: str, bodies: Sequence[bytes]) -> list[Answer]:
    waiting = iter(bodies)
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return list(itertools.chain.from_iterable(pool.map(lambda _: _send_some(url, waiting), range(CONNECTIONS))))


def _send_some(url: str, waiting: Iterator[bytes]) -> list[Answer]:
    parts = urlsplit(url)
    connection = HTTPConnection(str(parts.hostname), parts.port, timeout=PATIENCE)
    try:
        return [_answer(connection, parts.path, body) for body in waiting]
    finally:
        connection.close()


def _answer(connection: HTTPConnection, path: str, body: bytes) -> Answer:
    began = time.monotonic()
    try:
        connection.request("POST", path, body, HEADERS)
        answer = connection.getresponse()
        answer.read()
    except OSError:
        connection.close()
        return 0, time.monotonic() - began
    return answer.status, time.monotonic() - began
