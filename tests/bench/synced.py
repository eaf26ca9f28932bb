"""How often PostgreSQL has the disk keep what it wrote, as strace sees it. It distorts time: for counts only."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.launching import until

CALLS = "fdatasync,fsync"
RETURNED = re.compile(r"(?:fdatasync|fsync)(?:\(\d+\)| resumed>\)) += 0$", re.MULTILINE)


def why_not() -> str | None:
    """Why it cannot be counted on this machine."""
    program = shutil.which("strace")
    if program is None:
        return "there is no strace here"
    tried = subprocess.run([program, "-e", f"trace={CALLS}", "true"], capture_output=True, text=True)
    return None if tried.returncode == 0 else "strace is not allowed to look here"


class Syncs:
    """Each one stands in the file before the process that waited for it goes on."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def count(self) -> int:
        return len(RETURNED.findall(self._file.read_text()))


@contextmanager
def syncs_of(postmaster: psutil.Process, folder: Path) -> Iterator[Syncs]:
    """Of this PostgreSQL with all its processes, those to come too."""
    family = [postmaster, *postmaster.children(recursive=True)]
    there = [word for each in family for word in ("-p", str(each.pid))]
    file, said = folder / "syncs", folder / "strace.log"
    with said.open("wb") as output:
        command = ["strace", "-f", "-o", str(file), "-e", f"trace={CALLS}", "-e", "signal=none", *there]
        watching = subprocess.Popen(command, stderr=output)
    try:
        until(lambda: said.read_text().count(" attached") >= len(family), f"strace looks at all, see {said}")
        yield Syncs(file)
    finally:
        watching.terminate()
        watching.wait()
