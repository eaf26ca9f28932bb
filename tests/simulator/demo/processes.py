"""Child processes: each with a log of its own, none outliving the demo, and none dying without a word."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

END_SECONDS = 15.0  # a request or a save under way may finish
LAST_LINES = 15
PR_SET_PDEATHSIG = 1  # prctl(2)


@dataclass
class Child:
    name: str
    process: subprocess.Popen[bytes]
    log: Path

    def obituary(self) -> str:
        """How it ended, and its last words."""
        lines = self.log.read_text(errors="replace").splitlines()[-LAST_LINES:]
        return "\n".join([f"{self.name} ended with status {self.process.returncode}; the end of {self.log}:", *lines])


class Children:
    def __init__(self, logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._all: list[Child] = []

    def start(self, name: str, command: list[str]) -> None:
        log = self._logs / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the demo alone, which then ends its children in order
            )
        self._all.append(Child(name, process, log))

    def first_dead(self) -> Child | None:
        return next((child for child in self._all if child.process.poll() is not None), None)

    def stop(self) -> None:
        """Ask all to end, then insist."""
        for child in self._all:
            _signal_group(child, signal.SIGTERM)
        deadline = time.monotonic() + END_SECONDS
        for child in self._all:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                print(f"{child.name} did not end in {END_SECONDS:.0f} s and is killed", file=sys.stderr)
            _signal_group(child, signal.SIGKILL)
            child.process.wait()


def _signal_group(child: Child, number: signal.Signals) -> None:
    # gunicorn takes its signal in the first process; the whole group is killed, so that no grandchild stays behind.
    try:
        if number == signal.SIGKILL:
            os.killpg(child.process.pid, number)
        elif child.process.poll() is None:
            child.process.send_signal(number)
    except ProcessLookupError:
        pass


def end_with_parent(parent: int) -> None:
    """In a child: ask Linux for SIGTERM when the demo dies, even by SIGKILL. Other systems offer nothing like it."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("the demo ended before its child began")
