"""The one session through which Affix talks to the world: with time limits, without proxies and cookies."""

import http.client
import io
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPResponse, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

TIMEOUT = (5.0, 30.0)  # seconds: to connect, and between two bytes
PATIENCE = 2.0  # times the limit between two bytes: within that an answer is whole, unless it is a long one
LEAST_RATE = 16 * 1024.0  # bytes a second on average, of a long one
LONGEST = 600.0  # seconds, of any
PINNED_POOLS = 32  # addresses to which a connection is kept


class Session(requests.Session):
    """A requests session with default time limits.

    msal takes this session too and then ignores its own limits, so they have to live here. `trust_env` is off because
    REQUESTS_CA_BUNDLE and .netrc would otherwise override what the caller decided.
    """

    def __init__(self, pool: int = 64) -> None:
        super().__init__()
        self.trust_env = False
        # One session serves everybody: what Entra sets for one person must not go along for another.
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.mount("https://", PinningAdapter(pool_connections=8, pool_maxsize=pool))

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """To what is pinned nothing follows. Even where no redirect is wanted `requests` would read the whole answer,
        however large, and take its Location apart.
        """
        if getattr(resp.request, "address", None) is not None:
            return None
        return super().get_redirect_target(resp)

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = TIMEOUT
        return super().request(method, url, *args, **kwargs)


def was_never_reached(error: requests.RequestException) -> bool:
    """Whether there was no connection, so that nothing was sent: nobody listens, or the name is not known just now."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)


class _InTime(io.RawIOBase):
    """What comes from a line, as long as it comes fast enough. The time limit of a socket is for each read alone: who
    sends a byte now and then could keep a reader for ever. Raises TimeoutError.
    """

    def __init__(self, line: socket.socket, source: io.RawIOBase) -> None:
        self._line, self._source = line, source
        self._limit: float | None = line.gettimeout()
        self._began = time.monotonic()
        self._received = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._limit is None:
            return self._source.readinto(buffer)
        allowed = min(PATIENCE * self._limit + self._received / LEAST_RATE, LONGEST)
        left = self._began + allowed - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer takes too long")
        with self._limited_to(left):
            count = self._source.readinto(buffer)
        self._received += count or 0
        return count

    @contextmanager
    def _limited_to(self, left: float) -> Iterator[None]:
        if self._limit is None or left >= self._limit:
            yield
            return
        self._line.settimeout(left)
        try:
            yield
        finally:
            self._line.settimeout(self._limit)

    def close(self) -> None:
        self._source.close()
        super().close()


class _Lines(io.BufferedReader):
    last = b""  # line that was read

    def readline(self, size: int | None = -1, /) -> bytes:
        self.last = super().readline(size)
        return self.last


class _WholeAnswer(http.client.HTTPResponse):
    """In time, and with all its headers: `http.client` takes the end of a line for the end of the headers, and so an
    answer that broke off before it said how long it is for an empty one that is whole.
    """

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp: _Lines = _Lines(_InTime(sock, self.fp.detach()))

    def begin(self) -> None:
        lines = self.fp
        super().begin()
        if lines.last.strip(b"\r\n") or not lines.last:
            raise http.client.RemoteDisconnected("the answer broke off in its headers")


class _PlainConnection(HTTPConnection):
    response_class = _WholeAnswer


class _SecuredConnection(HTTPSConnection):
    response_class = _WholeAnswer

    def connect(self) -> None:
        super().connect()
        if isinstance(self.sock, ssl.SSLSocket):
            # An answer that says nothing of its length ends with TLS, not where somebody cut the line below it.
            self.sock.suppress_ragged_eofs = False  # type: ignore[attr-defined]


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SecuredPool(HTTPSConnectionPool):
    ConnectionCls = _SecuredConnection


class TimelyAdapter(HTTPAdapter):
    """An answer that trickles in is given up. One has twice the time limit between two bytes, and then has to come at a
    rate of its own; see PATIENCE, LEAST_RATE and LONGEST. Headers count as well.
    """

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecuredPool}


class PinningAdapter(TimelyAdapter):
    """Where a request has an `address`, the connection goes to that one, whatever the name in the URL leads to by now.
    The name is still what the TLS handshake asks for and what the certificate has to bear. The caller sets the Host
    header. What is read from there in one go, such as all headers of an answer, takes no longer than the time limit.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._pinned = PoolManager(PINNED_POOLS, maxsize=4)
        self._pinned.pool_classes_by_scheme = {"https": _PinnedPool}

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        address = getattr(request, "address", None)
        if address is None:
            return super().get_connection_with_tls_context(request, verify, proxies, cert)
        place, tls = self.build_connection_pool_key_attributes(request, verify, cert)
        name = place["host"].strip("[]")
        named = {**tls, "server_hostname": name, "assert_hostname": name}
        return self._pinned.connection_from_host(address, place["port"], place["scheme"], named)

    def close(self) -> None:
        self._pinned.clear()
        super().close()


class _PinnedConnection(HTTPSConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # urllib3 does so too
        with limited(self.timeout or TIMEOUT[1], lambda: _hang_up(self.sock)):
            return super().getresponse()


class _PinnedPool(HTTPSConnectionPool):
    ConnectionCls = _PinnedConnection


@contextmanager
def limited(seconds: Any, end: Callable[[], object]) -> Iterator[None]:
    """Call `end` from another thread if the block runs for longer. A time limit of a socket is for each read alone, so
    that who sends a byte now and then could keep a reader for ever.
    """
    timer = threading.Timer(float(seconds), end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _hang_up(line: socket.socket | None) -> None:
    """The thread that reads there finds the end. Past the TLS object, which that thread is using."""
    with suppress(OSError, TypeError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)  # type: ignore[arg-type]
