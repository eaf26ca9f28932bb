"""The service's own programs, started by a test as the demo starts them, and ended or killed at its will."""

import base64
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import psutil
import requests

from tests.simulator.hooks import HOST as HOOKS
from tests.simulator.seed import AFFIX_APP, AFFIX_SECRET, CONTOSO, FABRIKAM

ROOT = Path(__file__).parent.parent
LIMIT = 30.0  # seconds for what should take less than one
PAUSES = (0.02, 0.2)  # seconds between two looks, at first and in the end: each of them takes what others need
LATE = 0.05  # of the time waited so far, by which the end of a long wait may be noticed late

T = TypeVar("T")


def until(look: Callable[[], T | None], what: str, limit: float = LIMIT) -> T:
    """Look until there is something to see, and give it. Fails with `what` was waited for when the limit is over."""
    began = time.monotonic()
    first, last = PAUSES
    while True:
        found = look()
        if found:
            return found
        waited = time.monotonic() - began
        assert waited < limit, f"not within {limit:.0f} s: {what}"
        time.sleep(min(max(first, waited * LATE), last))


def environment(database_url: str, **settings: object) -> dict[str, str]:
    """The settings of a service in the simulated world; more of them by their own names."""
    named = {
        "client_id": AFFIX_APP,
        "client_secret": AFFIX_SECRET,
        "tenants": f"{CONTOSO.id},{FABRIKAM.id}",
        "secret_keys": base64.b64encode(b"k" * 32).decode(),
        "database_url": database_url,
        "database_pool": 10,
        "webhook_hosts": HOOKS,
        **settings,
    }
    return {**os.environ, **{f"AFFIX_{name.upper()}": str(value) for name, value in named.items()}}


class Program:
    """One process and its children, with what it said in a file."""

    def __init__(self, command: list[str], settings: Mapping[str, str], log: Path) -> None:
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=ROOT, env=settings, stdout=output, stderr=subprocess.STDOUT
            )
        self.log = log

    @property
    def pid(self) -> int:
        return self._process.pid

    def family(self) -> list[psutil.Process]:
        """The process and its children."""
        process = psutil.Process(self.pid)
        return [process, *process.children(recursive=True)]

    def signal(self, number: int) -> None:
        for each in self.family():
            each.send_signal(number)

    def kill(self) -> None:
        """As the system does when it has no memory left: at once, and all of them."""
        if self._process.poll() is None:
            for each in self.family():
                each.kill()
            self._process.wait(LIMIT)

    def end(self) -> None:
        """Ask it to end, as a new release does."""
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(LIMIT)


def worker(simulator_url: str, settings: Mapping[str, str], log: Path) -> Program:
    return Program(["tests.simulator", "worker", str(os.getpid()), simulator_url], settings, log)


def service(
    simulator_url: str, port: int, settings: Mapping[str, str], log: Path, program: str = "tests.simulator"
) -> Program:
    """The web processes; they answer when this returns. `program` may be another one with the same arguments."""
    role = ["service"] if program == "tests.simulator" else []
    started = Program([program, *role, str(os.getpid()), simulator_url, str(port)], settings, log)
    until(lambda: is_live(port), f"the service answers at port {port}, see {log}")
    return started


def is_live(port: int, address: str = "127.0.0.1") -> bool:
    try:
        return requests.get(f"http://{address}:{port}/health/live", timeout=5).ok
    except requests.RequestException:
        return False


@contextmanager
def ended(program: Program) -> Iterator[Program]:
    """The program runs until the end of the block, if it lives that long."""
    try:
        yield program
    finally:
        program.kill()
