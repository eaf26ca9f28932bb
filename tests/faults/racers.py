"""Processes that look at the same mailbox at the same moment."""

import multiprocessing
import multiprocessing.connection
import os
from collections.abc import Mapping
from uuid import UUID

from server.autopilot import sync
from server.http import Session
from server.settings import load
from server.wiring import build
from tests.launching import LIMIT
from tests.simulator.demo.processes import end_with_parent
from tests.simulator.demo.rerouting import reroute

_CONTEXT = multiprocessing.get_context("forkserver")


class Racer:
    """One process, which waits for the word to begin."""

    def __init__(self, settings: Mapping[str, str], simulator_url: str) -> None:
        self._pipe, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_run, args=(dict(settings), simulator_url, theirs))
        self._process.start()
        theirs.close()

    def begin(self, mailbox_id: UUID) -> None:
        self._pipe.send(mailbox_id)

    def wait(self) -> None:
        """Until it is ready to begin, or through."""
        assert self._pipe.poll(LIMIT), "the racer is not through"
        self._pipe.recv()

    def kill(self) -> None:
        self._process.kill()
        self._process.join(LIMIT)
        self._pipe.close()


def _run(settings: dict[str, str], simulator_url: str, pipe: multiprocessing.connection.Connection) -> None:
    os.environ.update(settings)
    end_with_parent(os.getppid())
    services = build(load(), reroute(Session(), simulator_url))
    while True:
        pipe.send(True)
        sync.sync(services, pipe.recv())
