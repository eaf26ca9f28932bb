"""Requests that the simulated Microsoft sends itself, to addresses that applications gave it."""

import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import requests
from werkzeug.test import EnvironBuilder, run_wsgi_app

Application = Callable[..., Iterable[bytes]]
Answered = tuple[int, dict[str, str], bytes]
LONGEST = 10.0  # seconds: nobody is waited for any longer


class Unreachable(ConnectionError):
    """Nobody answered."""


class TooSlow(TimeoutError):
    """No answer came in time."""


class Outgoing:
    """Where addresses lead: to an application in this process, to another address, or out into the network."""

    def __init__(self) -> None:
        self.applications: dict[str, Application] = {}  # by the beginning of the addresses that lead to it
        self.rewrites: dict[str, str] = {}  # the beginning of an address -> what stands there instead
        self.deliver: Callable[[str, str, dict[str, str], bytes], Answered] = self._delivered

    def send(self, url: str, method: str, headers: dict[str, str], body: bytes, patience: float) -> Answered:
        """`patience` in seconds. Raises TooSlow or Unreachable."""
        outcome: list[Any] = []

        def ask() -> None:
            try:
                outcome.append(self.deliver(url, method, headers, body))
            except Exception as error:  # whatever goes wrong over there, for us nobody answered
                outcome.append(error)

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        asking.join(patience)
        if not outcome or isinstance(outcome[0], requests.Timeout):
            raise TooSlow(url)
        if isinstance(outcome[0], Exception):
            raise Unreachable(url) from outcome[0]
        status, answered_headers, answered = outcome[0]
        return status, answered_headers, answered

    def _delivered(self, url: str, method: str, headers: dict[str, str], body: bytes) -> Answered:
        start = _longest_start(url, self.applications)
        if start is not None:
            return _ask_application(self.applications[start], url, method, headers, body)
        start = _longest_start(url, self.rewrites)
        if start is not None:
            url = self.rewrites[start].rstrip("/") + url[len(start) :]
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(method, url, headers=headers, data=body, timeout=LONGEST, allow_redirects=False)
            return answer.status_code, dict(answer.headers), answer.content


def _longest_start(url: str, known: Iterable[str]) -> str | None:
    """An address begins with another one where that one ends at a slash, a question mark, or its own end."""
    found = [start for start in known if url.startswith(start) and url[len(start) : len(start) + 1] in {"", "/", "?"}]
    return max(found, key=len, default=None)


def _ask_application(app: Application, url: str, method: str, headers: dict[str, str], body: bytes) -> Answered:
    parts = urlsplit(url)
    builder = EnvironBuilder(
        path=parts.path or "/",
        query_string=parts.query,
        base_url=f"{parts.scheme}://{parts.netloc}/",
        method=method,
        headers=list(headers.items()),
        data=body,
    )
    chunks, status, answered = run_wsgi_app(app, builder.get_environ(), buffered=True)
    return int(status.split()[0]), dict(answered), b"".join(chunks)
