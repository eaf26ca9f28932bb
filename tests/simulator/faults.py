"""Faults on order: a status, a delay or a cut line for requests that match, some times or now and then."""

import fnmatch
import random
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import Any


class ConnectionCut(ConnectionError):
    """The line is dropped without an answer."""


class AnswerTooLate(TimeoutError):
    """The caller, which is in this process, would have given up by now."""


@dataclass
class Fault:
    """`times` None is for ever. `after`: the request is acted on, and then its answer is lost or replaced."""

    service: str | None = None
    method: str | None = None
    path: str | None = None
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: object = None
    delay_ms: float = 0
    cut: bool = False
    cut_after: int | None = None  # bytes of the answer's body that still arrive
    times: int | None = None
    probability: float = 1.0
    after: bool = False

    def fits(self, service: str, method: str, path: str) -> bool:
        return (
            self.service in {None, "*", service}
            and (self.method is None or self.method.upper() in {"*", method})
            and (self.path is None or fnmatch.fnmatchcase(path, self.path))
        )


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._orders: list[Fault] = []

    def order(self, fault: Fault) -> None:
        with self._lock:
            self._orders.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._orders.clear()

    def waiting(self) -> list[Fault]:
        with self._lock:
            return list(self._orders)

    def take(self, service: str, method: str, path: str) -> Fault | None:
        """The first order that fits this request, one use of it spent."""
        with self._lock:
            for fault in self._orders:
                if fault.fits(service, method, path) and random.random() < fault.probability:
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times <= 0:
                            self._orders.remove(fault)
                    return fault
        return None


def hang_up(environ: dict[str, Any]) -> None:
    """Closes the line, where there is one: werkzeug would keep it for the next request, and the caller waiting."""
    line = environ.get("werkzeug.socket")
    if isinstance(line, socket.socket):
        line.shutdown(socket.SHUT_RDWR)


def suffer(fault: Fault, patience: float | None) -> None:
    """Lets the delay pass and cuts the line, as ordered. `patience` is the caller's timeout in seconds, where it is
    known. Raises AnswerTooLate or ConnectionCut."""
    pass_time(fault.delay_ms / 1000, patience)
    if fault.cut:
        raise ConnectionCut


def pass_time(seconds: float, patience: float | None) -> None:
    """Raises AnswerTooLate."""
    if patience is not None and seconds > patience:
        time.sleep(patience)
        raise AnswerTooLate
    time.sleep(seconds)
