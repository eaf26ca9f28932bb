"""A gate before the simulator, at which a request can be held for as long as a test needs."""

import fnmatch
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Literal

from flask import Flask

from tests.launching import LIMIT

Moment = Literal["before", "half", "after"]


class Gate:
    """Holds the first request that fits: before it is acted on, when half of the answer was sent, or before all of it.

    Who is killed while held has still asked: the request is acted on when the gate opens, as at a true server.
    """

    def __init__(self, simulator: Flask) -> None:
        self._inner = simulator.wsgi_app
        simulator.wsgi_app = self._answer  # type: ignore[method-assign]
        self._lock = threading.Lock()
        self._wanted: tuple[str, str, Moment] | None = None
        self._reached, self._opened = threading.Event(), threading.Event()

    def close(self, method: str, path: str, moment: Moment) -> None:
        """`path` with asterisks, without the host."""
        self._reached, self._opened = threading.Event(), threading.Event()
        self._wanted = (method, path, moment)

    def wait(self) -> None:
        """Until a request is held."""
        assert self._reached.wait(LIMIT), "nobody came to the gate"

    def open(self) -> None:
        self._wanted = None
        self._opened.set()

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        moment = self._moment_for(environ)
        if moment == "before":
            self._hold()
        answer = self._inner(environ, start_response)
        if moment == "after":
            self._hold()
        return self._in_halves(answer) if moment == "half" else answer

    def _moment_for(self, environ: dict[str, Any]) -> Moment | None:
        with self._lock:
            if self._wanted is None:
                return None
            method, path, moment = self._wanted
            if environ["REQUEST_METHOD"] != method or not fnmatch.fnmatchcase(environ["PATH_INFO"], path):
                return None
            self._wanted = None
            return moment

    def _in_halves(self, answer: Iterable[bytes]) -> Iterator[bytes]:
        whole = b"".join(answer)
        yield whole[: len(whole) // 2]
        self._hold()
        yield whole[len(whole) // 2 :]

    def _hold(self) -> None:
        self._reached.set()
        self._opened.wait(LIMIT)
