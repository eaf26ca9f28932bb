"""Processes of the service that start in a moment, because they are forked off one that has imported everything."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil

from tests.launching import LIMIT, is_live, until
from tests.simulator.__main__ import main
from tests.simulator.demo.processes import end_with_parent

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["pytest", "tests.simulator.__main__"])


class Forked:
    """One process of the service, with its children."""

    def __init__(self, settings: Mapping[str, str], log: Path, role: str, *arguments: str) -> None:
        self._process = _CONTEXT.Process(target=_run, args=(dict(settings), str(log), role, arguments))
        self._process.start()

    @property
    def pid(self) -> int:
        assert self._process.pid
        return self._process.pid

    def kill(self) -> None:
        """As when the power goes: no handler runs, nothing is said goodbye to."""
        self._signal(signal.SIGKILL)
        self._process.join(LIMIT)

    def kill_a_child(self) -> None:
        """One of its processes alone, whichever is the oldest."""
        assert self._process.pid
        children = until(lambda: psutil.Process(self._process.pid).children(), "it has children")
        children[0].send_signal(signal.SIGKILL)

    def stop(self) -> None:
        """It stands still, wherever it is, until `go_on`."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._signal(signal.SIGCONT)

    def finish(self) -> None:
        """It is asked to end, and does so when it is through with what it has in hand."""
        assert self._process.pid
        os.kill(self._process.pid, signal.SIGTERM)
        self._process.join(LIMIT)
        assert self._process.exitcode == 0

    def _signal(self, number: signal.Signals) -> None:
        if self._process.is_alive() and self._process.pid:
            process = psutil.Process(self._process.pid)
            for each in (process, *process.children(recursive=True)):
                each.send_signal(number)


def fork_worker(settings: Mapping[str, str], log: Path, simulator_url: str) -> Forked:
    return Forked(settings, log, "worker", simulator_url)


def fork_service(settings: Mapping[str, str], log: Path, simulator_url: str, port: int) -> Forked:
    """The web processes; they answer when this returns."""
    started = Forked(settings, log, "service", simulator_url, str(port))
    until(lambda: is_live(port), f"the service answers at port {port}, see {log}")
    return started


def _run(settings: dict[str, str], log: str, role: str, arguments: tuple[str, ...]) -> None:
    os.environ.update(settings)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    parent = os.getppid()  # the process that all are forked off, which ends with the tests
    end_with_parent(parent)
    sys.exit(main([role, str(parent), *arguments]))
