"""Refusals before the simulator, as a busy Exchange gives them, and a journal of who came in spite of them."""

import math
import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

from flask import Flask

ON_THE_WAY = 0.3  # seconds within which a request may come that was sent before the refusal was heard


@dataclass(frozen=True)
class Visit:
    """When it came. `refused_at` and `until`, from when to when nobody was to come, where it was refused."""

    came: float
    refused_at: float = 0.0
    until: float = 0.0


class Throttle:
    """Of the requests to a mailbox 30 % are answered with 429, and 10 % of the others with 503; half of the refusals
    say in seconds how long to wait, half as a date, at most `longest` seconds.
    """

    def __init__(self, simulator: Flask, mailbox: str, chance: random.Random, longest: int) -> None:
        self._inner = simulator.wsgi_app
        simulator.wsgi_app = self._answer  # type: ignore[method-assign]
        self._mailbox, self._chance, self._longest = mailbox, chance, longest
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

    def too_early(self) -> list[float]:
        """How many seconds before the end of a pause somebody came."""
        refusals = [each for each in self._visits if each.until]
        return [
            round(refusal.until - visit.came, 2)
            for visit in self._visits
            for refusal in refusals
            if refusal.refused_at + ON_THE_WAY < visit.came < refusal.until
        ]

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if f"/users/{self._mailbox}/" not in environ["PATH_INFO"]:
            return self._inner(environ, start_response)
        with self._lock:
            status = self._status() if self._is_on else None
            visit, wish = self._refusal() if status else (Visit(time.time()), "")
            self._visits.append(visit)
        if status is None:
            return self._inner(environ, start_response)
        start_response(status, [("Retry-After", wish), ("Content-Type", "application/json")])
        return [b'{"error": {"code": "TooManyRequests", "message": "Please wait."}}']

    def _status(self) -> str | None:
        if self._chance.random() < 0.3:
            return "429 Too Many Requests"
        return "503 Service Unavailable" if self._chance.random() < 0.1 else None

    def _refusal(self) -> tuple[Visit, str]:
        now, seconds = time.time(), self._chance.randint(1, self._longest)
        if self._chance.random() < 0.5:
            return Visit(now, now, now + seconds), str(seconds)
        end = math.ceil(now) + seconds
        return Visit(now, now, end), formatdate(end, usegmt=True)
