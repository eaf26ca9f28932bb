"""Processes of the service's true parts in which many threads ask for one mailbox at the same time."""

import multiprocessing
import os
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from server.http import Session
from server.mail.base import MailBusy
from server.services import Services
from server.settings import load
from server.wiring import build
from tests.launching import LIMIT
from tests.simulator.demo.processes import end_with_parent
from tests.simulator.demo.rerouting import reroute
from tests.simulator.seed import CONTOSO

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["pytest", "tests.simulator.__main__"])  # as tests/faults/nursery.py, which shares it


@dataclass(frozen=True)
class Crowd:
    """So many threads that ask so many times each, for a tenant. Patient ones wait for a short pause to end."""

    mailbox: str
    token: str
    threads: int = 1
    times: int = 1
    patient: bool = False
    tenant: str = CONTOSO.id


@dataclass(frozen=True)
class Outcome:
    """`code` "" when it was answered; `began` and `ended` by the clock of the machine."""

    code: str
    retry_after: float | None
    began: float
    ended: float


class Place:
    """One process. What a crowd met there is told when all of it is through."""

    def __init__(self, settings: Mapping[str, str], simulator_url: str) -> None:
        self._pipe, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_run, args=(dict(settings), simulator_url, theirs))
        self._process.start()
        theirs.close()

    def send(self, crowd: Crowd) -> None:
        self._pipe.send(crowd)

    def is_through(self) -> bool:
        return self._pipe.poll()

    def outcomes(self) -> list[Outcome]:
        assert self._pipe.poll(LIMIT), "the crowd is not through"
        found: list[Outcome] = self._pipe.recv()
        return found

    def ask(self, crowd: Crowd) -> list[Outcome]:
        self.send(crowd)
        return self.outcomes()

    def kill(self) -> None:
        """As when the power goes."""
        self._process.kill()
        self._process.join(LIMIT)
        self._pipe.close()


def _run(settings: dict[str, str], simulator_url: str, pipe: multiprocessing.connection.Connection) -> None:
    os.environ.update(settings)
    end_with_parent(os.getppid())
    services = build(load(), reroute(Session(), simulator_url))
    while True:
        crowd = pipe.recv()
        with ThreadPoolExecutor(crowd.threads) as threads:
            visits = [threads.submit(_visit, services, crowd) for _ in range(crowd.threads)]
            pipe.send([outcome for visit in visits for outcome in visit.result()])


def _visit(services: Services, crowd: Crowd) -> list[Outcome]:
    return [_outcome(services, crowd) for _ in range(crowd.times)]


def _outcome(services: Services, crowd: Crowd) -> Outcome:
    began = time.time()
    code, retry_after = "", None
    try:
        with services.counts.of(crowd.tenant):
            if crowd.patient:
                services.mail.can_read(crowd.token, crowd.mailbox)
            else:
                services.mail.requests.json("GET", ("users", crowd.mailbox, "mailFolders", "inbox"), crowd.token)
    except MailBusy as busy:
        code, retry_after = busy.code, busy.retry_after
    return Outcome(code, retry_after, began, time.time())
