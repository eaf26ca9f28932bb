"""Refusals before the simulator, as a busy Exchange gives them, and a journal of who came in spite of them."""

import math
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

import psycopg
from flask import Flask

from tests.simulator.demo.rerouting import SENT_AT

ON_THE_WAY = 0.3  # seconds between having been let go and having been sent
LOOK = 0.01  # seconds between two looks whether a pause is written down
PAUSED = "SELECT extract(epoch FROM max(until))::float8 FROM pauses WHERE name LIKE %s"
ROUNDING = 0.001  # seconds


@dataclass
class Visit:
    """When it was sent. Where it was refused: `until` when nobody was to come, and from when on all processes could
    know of that, None if they could not in time.
    """

    sent: float
    until: float = 0.0
    noted: float | None = None


@dataclass(frozen=True)
class Refusal:
    """The answer. Once it is sent, `then` is called, before the line takes another request."""

    body: bytes
    then: Callable[[], None]

    def __iter__(self) -> Iterator[bytes]:
        yield self.body

    def close(self) -> None:
        self.then()


class Throttle:
    """Of the requests to a mailbox 30 % are answered with 429, and 10 % of the others with 503; half of the refusals
    say in seconds how long to wait, half as a date, at most `longest` seconds.

    What a request takes on the way, and a process to tell the others, is a matter of the machine. So each is judged by
    when it was sent, and each pause counts from when it was written down for all, as `database_url` shows.
    """

    def __init__(self, simulator: Flask, mailbox: str, chance: random.Random, longest: int, database_url: str) -> None:
        self._inner = simulator.wsgi_app
        simulator.wsgi_app = self._answer  # type: ignore[method-assign]
        self._mailbox, self._chance, self._longest = mailbox, chance, longest
        self._database_url = database_url
        self._lock = threading.Lock()
        self._is_on = False
        self._visits: list[Visit] = []

    def begin(self) -> None:
        self._is_on = True

    def end(self) -> None:
        self._is_on = False

    def forget(self) -> None:
        with self._lock:
            self._visits.clear()

    def count(self) -> int:
        return len(self._visits)

    def refused(self) -> int:
        return len([each for each in self._visits if each.until])

    def noted(self) -> int:
        """Pauses that all processes could know of before they were over."""
        return len([each for each in self._visits if each.noted is not None])

    def too_early(self) -> list[float]:
        """How many seconds before the end of a pause somebody sent a request who could know of it."""
        return [
            round(pause.until - visit.sent, 2)
            for visit in self._visits
            for pause in self._visits
            if pause.noted is not None and pause.noted + ON_THE_WAY < visit.sent < pause.until
        ]

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if f"/users/{self._mailbox}/" not in environ["PATH_INFO"]:
            return self._inner(environ, start_response)
        with self._lock:
            visit = Visit(float(environ[f"HTTP_{SENT_AT.upper().replace('-', '_')}"]))
            self._visits.append(visit)
            status = self._status() if self._is_on else None
            wish = self._wish(visit) if status else ""
        if status is None:
            return self._inner(environ, start_response)
        body = b'{"error": {"code": "TooManyRequests", "message": "Please wait."}}'
        start_response(status, [("Retry-After", wish), ("Content-Type", "application/json"), _length(body)])
        return Refusal(body, lambda: self._note(visit))

    def _status(self) -> str | None:
        if self._chance.random() < 0.3:
            return "429 Too Many Requests"
        return "503 Service Unavailable" if self._chance.random() < 0.1 else None

    def _wish(self, visit: Visit) -> str:
        now, seconds = time.time(), self._chance.randint(1, self._longest)
        if self._chance.random() < 0.5:
            visit.until = now + seconds
            return str(seconds)
        visit.until = math.ceil(now) + seconds
        return formatdate(visit.until, usegmt=True)

    def _note(self, visit: Visit) -> None:
        with psycopg.connect(self._database_url, autocommit=True) as connection:
            while time.time() < visit.until:
                [until] = connection.execute(PAUSED, [f"%{self._mailbox}%"]).fetchone() or [None]
                if until is not None and until > visit.until - ROUNDING:
                    visit.noted = time.time()
                    return
                time.sleep(LOOK)


def _length(body: bytes) -> tuple[str, str]:
    return "Content-Length", str(len(body))
