"""Requests to a server on this machine, by a few threads with connections that stay open."""

import http.client
import itertools
import socket
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

CONNECTIONS = 4


class Refused(Exception):
    """The server under test did not answer as it has to, so its figures would mean nothing."""


def ask_all(url: str, paths_and_headers: Iterable[tuple[str, dict[str, str]]]) -> int:
    """Send all requests, and give how many there were. Raises Refused unless each is answered with 200."""
    waiting = iter(list(paths_and_headers))
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return sum(pool.map(lambda _: _ask_some(url, waiting), range(CONNECTIONS)))


def _ask_some(url: str, waiting: Iterator[tuple[str, dict[str, str]]]) -> int:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        for number in itertools.count():
            request = next(waiting, None)
            if request is None:
                return number
            path, headers = request
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise Refused(f"{path} was answered with {answer.status}")
    finally:
        connection.close()
    return 0
