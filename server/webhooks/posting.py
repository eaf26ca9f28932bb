"""One delivery over the network: to the address that was vetted, within limits of time and size."""

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError
from urllib3.util import Timeout

from server.auth.sealing import Sealer
from server.clock import now
from server.http import limited, was_never_reached
from server.webhooks import guard

CONNECT, WHOLE = 5.0, 15.0  # seconds
MOST_ADDRESSES = 3  # of one name that are tried, one after another
LONGEST_ANSWER = 4096  # bytes that are read of it
LONGEST_WAIT = 24 * 3600.0  # seconds, whatever Retry-After says
GONE = 410
TOO_LATE = "It took too long to answer."
AWAY = (408, 429, 502, 503, 504)  # it is not this delivery, but the receiver that has to be waited for


@dataclass(frozen=True)
class Outcome:
    """What came of one try. `status` is None where nobody answered; `answer` is the beginning of what was answered.

    `problem` is a sentence, None when it was taken. `is_away`: the next one would fare no better just now. `wait` is
    for how many seconds the receiver wants to be left alone.
    """

    problem: str | None
    status: int | None = None
    answer: str = ""
    seconds: float = 0.0
    is_away: bool = False
    wait: float | None = None

    @property
    def is_gone(self) -> bool:
        return self.status == GONE


class Courier:
    """`known_hosts` may be in a network of our own: the operator said so. `sealer` opens the secrets."""

    def __init__(self, http: requests.Session, sealer: Sealer, known_hosts: tuple[str, ...]) -> None:
        self.sealer = sealer
        self._http = http
        self._known_hosts = frozenset(known_hosts)

    def check(self, url: str) -> None:
        """Raises guard.Refused for an address to which nothing is ever sent."""
        guard.vetted(url, self._known_hosts)

    def post(self, url: str, headers: dict[str, str], body: str) -> Outcome:
        begun = time.monotonic()
        try:
            addresses = guard.vetted(url, self._known_hosts)[:MOST_ADDRESSES]
            status, told, answer = self._post_to_first(url, addresses, headers, body.encode(), begun)
        except guard.Refused as refused:
            return Outcome(refused.message, seconds=time.monotonic() - begun, is_away=True)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            # Its text may show the whole address, which may hold a secret.
            took = time.monotonic() - begun
            return Outcome(_why(error, took), seconds=took, is_away=True)
        took = time.monotonic() - begun
        if took >= WHOLE:  # what it said so far may not be all
            return Outcome(TOO_LATE, status, answer, took, is_away=True)
        wait = _wait(told.get("Retry-After"))
        if 200 <= status < 300:
            return Outcome(None, status, answer, took)
        sentence = (
            f"It answered {status}." if not 300 <= status < 400 else f"It answered {status}, and leads elsewhere."
        )
        return Outcome(sentence, status, answer, took, status in AWAY, wait)

    def _post_to_first(
        self, url: str, addresses: list[str], headers: dict[str, str], body: bytes, begun: float
    ) -> tuple[int, Any, str]:
        """To the next address only where nothing was sent to the one before."""
        for address in addresses[:-1]:
            try:
                return self._post(url, address, headers, body, begun)
            except requests.ConnectionError as error:
                if not was_never_reached(error) or time.monotonic() - begun >= WHOLE:
                    raise
        return self._post(url, addresses[-1], headers, body, begun)

    def _post(self, url: str, address: str, headers: dict[str, str], body: bytes, begun: float) -> tuple[int, Any, str]:
        parts = urlsplit(url)
        request = self._http.prepare_request(requests.Request("POST", url, data=body, headers={**headers}))
        request.headers["Host"] = parts.netloc
        request.headers["Accept-Encoding"] = "identity"  # nothing is unpacked
        request.address = address  # type: ignore[attr-defined]  # of PinningAdapter
        rest = max(WHOLE - (time.monotonic() - begun), 0.1)
        limits = Timeout(connect=min(CONNECT, rest), total=rest)
        answer = self._http.send(request, stream=True, allow_redirects=False, timeout=limits)  # type: ignore[arg-type]
        try:
            with limited(max(0.0, WHOLE - (time.monotonic() - begun)), lambda: _hang_up(answer)):
                text = answer.raw.read(LONGEST_ANSWER, decode_content=False)
        finally:
            answer.close()
        return answer.status_code, answer.headers, text.decode("utf-8", "replace").replace("\x00", "\ufffd")


def _hang_up(answer: requests.Response) -> None:
    with suppress(ValueError, RuntimeError, OSError):
        answer.raw.shutdown()


def _why(error: Exception, took: float) -> str:
    if took >= WHOLE or isinstance(error, requests.Timeout):
        return TOO_LATE
    if isinstance(error, requests.exceptions.SSLError):
        return "Its certificate cannot be trusted, or is for another name."
    return "Nobody answered there."


def _wait(value: str | None) -> float | None:
    """Retry-After in either form: seconds, or a date (RFC 9110, 10.2.3)."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return min(float(value.strip()[:9]), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
        until = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return min(max((until - now()).total_seconds(), 0.0), LONGEST_WAIT)
    except (ValueError, TypeError, OverflowError):
        return None
