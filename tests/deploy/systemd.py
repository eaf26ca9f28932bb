"""What systemd does for the units in scripts/deploy: it holds the socket, starts instances with it, and hears of them.

See systemd.socket(5), sd_listen_fds(3), sd_notify(3).
"""

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.launching import LIMIT, ROOT, until

START_LIMIT = 90.0  # seconds for what takes three when nobody else is at work on the machine
AFFIX = (sys.executable, "-c", "from server.cli import main; main()")
# The socket becomes file 3, and who reads LISTEN_PID is the very process that was started. What the units forbid
# is forbidden as far as anybody may ask for it by prctl(2): new privileges, and memory that is written and run. Old
# kernels do not know the second.
HAND_OVER = (
    "import ctypes, os, sys; c = ctypes.CDLL(None); c.prctl(38, 1, 0, 0, 0); c.prctl(65, 1, 0, 0, 0);"
    "os.dup2(int(sys.argv[1]), 3); os.environ.update(LISTEN_FDS='1', LISTEN_PID=str(os.getpid()));"
    "os.execv(sys.argv[2], sys.argv[2:])"
)


class Instance:
    """One of affix-web@.service: `affix run` with the socket that all instances share."""

    def __init__(self, name: str, listening: socket.socket, settings: Mapping[str, str], folder: Path) -> None:
        self.log = folder / f"web-{name}.log"
        self._listening, self._settings, self._folder = listening, settings, folder
        self._address = folder / f"notify-{name}"
        self._heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._heard.bind(str(self._address))
        self._process = self._begin()

    def _begin(self) -> "subprocess.Popen[bytes]":
        named = {"NOTIFY_SOCKET": self._address, "HOME": self._folder, "PYTHONPATH": ROOT}
        settings = {**self._settings, **{name: str(value) for name, value in named.items()}}
        number = self._listening.fileno()
        command = [sys.executable, "-c", HAND_OVER, str(number), *AFFIX, "run"]
        with self.log.open("ab") as output:
            return subprocess.Popen(
                command, cwd=self._folder, env=settings, pass_fds=(number,), stdout=output, stderr=subprocess.STDOUT
            )

    def until_ready(self) -> None:
        """As `systemctl start` returns with Type=notify."""

        def is_ready() -> bool:
            assert self._process.poll() is None, self.log.read_text()
            return b"READY=1" in self._words()

        until(is_ready, f"the instance says that it is ready, see {self.log}", START_LIMIT)

    def _words(self) -> list[bytes]:
        """What it said since the last look."""
        words: list[bytes] = []
        while select.select([self._heard], [], [], 0)[0]:
            words += self._heard.recv(4096).split(b"\n")
        return words

    def processes(self) -> set[int]:
        """Those that serve."""
        return {each.pid for each in psutil.Process(self._process.pid).children()}

    def reload(self) -> None:
        """ExecReload=: all processes that served are replaced when this returns."""
        before = self.processes()
        os.kill(self._process.pid, signal.SIGHUP)
        until(
            lambda: self.processes() and not self.processes() & before, f"it was reloaded, see {self.log}", START_LIMIT
        )

    def restart(self) -> None:
        """As `systemctl restart` with KillMode=mixed: asked to end, waited for, started anew, waited for."""
        self._process.terminate()
        assert self._process.wait(START_LIMIT) == 0, self.log.read_text()
        self._words()
        self._process = self._begin()
        self.until_ready()

    def kill(self) -> None:
        if self._process.poll() is None:
            for each in [psutil.Process(self._process.pid), *psutil.Process(self._process.pid).children()]:
                each.kill()
            self._process.wait(LIMIT)
        self._heard.close()


@contextmanager
def instances(count: int, settings: Mapping[str, str], folder: Path) -> Iterator[tuple[str, list[Instance]]]:
    """The address of the socket, and so many instances that are ready."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        started: list[Instance] = []
        try:
            for number in range(count):
                started.append(Instance(str(number + 1), listening, settings, folder))
            for each in started:
                each.until_ready()
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", started
        finally:
            for each in started:
                each.kill()
