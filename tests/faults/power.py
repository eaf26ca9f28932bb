"""A power cut: PostgreSQL is gone, and so is everything that it wrote and did not have synced."""

import struct
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.faults.own_postgres import OwnPostgres
from tests.faults.shims import compiled

HEAD = struct.Struct("=5Q")  # as in shims/power.c
WRITTEN, SYNCED = 1, 2


@dataclass(frozen=True)
class Write:
    """The file `inode` was `size` bytes long and had the bytes `replaced` at `place`. `at`: the end of its record."""

    inode: int
    at: int
    place: int
    size: int
    replaced: bytes


class Power:
    """Of a PostgreSQL that is not running yet."""

    def __init__(self, postgres: OwnPostgres) -> None:
        self._postgres = postgres
        self._journal = postgres.folder.parent / "journal"
        shim = compiled("power", postgres.folder.parent)
        postgres.environment |= {"LD_PRELOAD": str(shim), "AFFIX_POWER_JOURNAL": str(self._journal)}

    def cut(self) -> int:
        """How many writes it took."""
        self._postgres.kill()
        lost = self._not_synced()
        paths = {each.stat().st_ino: each for each in self._postgres.folder.rglob("*") if each.is_file()}
        for each in reversed(lost):
            if each.inode in paths:
                _take_back(paths[each.inode], each)
        self._journal.unlink(missing_ok=True)
        return len(lost)

    def _not_synced(self) -> list[Write]:
        synced: dict[int, int] = defaultdict(int)
        writes = []
        for kind, write in _records(self._journal):
            if kind == SYNCED:
                synced[write.inode] = max(synced[write.inode], write.place)
            else:
                writes.append(write)
        return [each for each in writes if each.at > synced[each.inode]]


def _records(journal: Path) -> Iterator[tuple[int, Write]]:
    there, at = journal.read_bytes() if journal.exists() else b"", 0
    while at + HEAD.size <= len(there):
        kind, inode, place, size, count = HEAD.unpack_from(there, at)
        replaced = there[at + HEAD.size : at + HEAD.size + count]
        at += HEAD.size + count
        yield kind, Write(inode, at, place, size, replaced)


def _take_back(path: Path, write: Write) -> None:
    with path.open("r+b") as file:
        file.seek(write.place)
        file.write(write.replaced)
        file.truncate(write.size)
