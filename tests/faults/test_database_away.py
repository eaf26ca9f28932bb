"""PostgreSQL is shut down under a running service and comes back: both sides go on by themselves."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import requests

from server import migrate
from server.db import Database
from tests.bench.desk import Desk, opened_desk
from tests.launching import ROOT, until
from tests.simulator.demo.database import EmbeddedPostgres

AGAIN = (
    "import pathlib, sys; from tests.simulator.demo.database import EmbeddedPostgres as P; P(pathlib.Path(sys.argv[1]))"
)


class OwnPostgres:
    """A database of this test alone, since the others need theirs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url = EmbeddedPostgres(folder).url
        database = Database("postgresql+psycopg://" + self.url.split("://", 1)[1], 1)
        migrate.upgrade(database.engine)
        database.close()

    def stop(self) -> None:
        # By its own note: the package knows nothing of a server that another process started.
        note = self._folder / "postmaster.pid"
        if not note.exists():
            return
        server = psutil.Process(int(note.read_text().split()[0]))
        server.send_signal(signal.SIGINT)  # sessions end, nothing is lost: the "fast" shutdown of PostgreSQL
        until(lambda: not note.exists(), "PostgreSQL has shut down")

    def start(self) -> None:
        # In another process: in this one the package believes that it still runs.
        subprocess.run([sys.executable, "-W", "ignore", "-c", AGAIN, self._folder], cwd=ROOT, check=True)


@pytest.fixture
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnPostgres]:
    postgres = OwnPostgres(tmp_path_factory.mktemp("pg") / "d")
    yield postgres
    postgres.stop()


def is_refused(desk: Desk) -> bool:
    try:
        desk.ask("ben", "GET", "/api/saves")
    except requests.HTTPError as refused:
        return bool(refused.response.status_code == 503)
    return False


def test_web_and_worker_go_on_when_the_database_is_back(own_postgres: OwnPostgres, tmp_path: Path) -> None:
    with opened_desk(own_postgres.url, tmp_path, sweep_seconds=1) as desk:
        desk.save("ben", desk.deliver("support", 1))
        own_postgres.stop()
        until(lambda: is_refused(desk), "the service says that it is busy")
        until(lambda: "worker_interrupted" in desk.worker_log.read_text(), "the worker notices")
        own_postgres.start()
        save = until(lambda: saved_again(desk), "a message is saved again")
        assert save["state"] == "saved"


def saved_again(desk: Desk) -> dict[str, str] | None:
    return None if is_refused(desk) else desk.save("ben", desk.deliver("support", 2))
