"""The add-in's files as they are served: which there are, how their addresses change with them, compressed once.

A page (`*.html`) is asked for anew each time, and names all else below `at/<id>/`, where the id is a hash of everything
that is served: what such an address gives never changes, so a browser may keep it for ever. Modules and pictures that
are named by relative addresses come along, since they lie below the same id.

What set-up put together in `vendor/` (scripts/bundle.mjs) is used as long as it was made of exactly the sources that
are there. Else, and where no set-up ran, the sources are served as they are. Both follow the disk without a restart.
"""

import gzip
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from threading import Lock

# Which files are served is also known to scripts/bundle.mjs, and so is the format of the listing.
TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".map": "application/json",
    ".png": "image/png",
    ".sha256": "text/plain",
    ".svg": "image/svg+xml",
}
UNCOMPRESSED = {".png"}
MADE = "vendor/"
LISTING = f"{MADE}sources.sha256"
UNSERVED = {"node_modules"}

# The addresses that a page loads by itself and that lie in its own folder.
LOADED = re.compile(rb'(<(?:script|link)\b[^<>]*?\s(?:src|href)=")(?=[\w.])(?![a-z]+:)')
# What it loads ahead of time for one language: see scripts/bundle.mjs.
AHEAD = re.compile(rb'(?<![ \t])[ \t]*+<link [^<>]*? data-language="(\w+)">\n')
ADDRESS = re.compile(r"at/([0-9a-f]+)/(.+)")

Stamp = tuple[int, int]  # time of the last change in nanoseconds, size in bytes


@dataclass(frozen=True)
class File:
    name: str
    content: bytes

    @property
    def kind(self) -> str:
        """Its ending, one of TYPES."""
        return Path(self.name).suffix

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, in hex."""
        return hashlib.sha256(self.content).hexdigest()

    def in_language(self, language: str) -> "File":
        """A page without what it would load ahead of time for people who speak another language."""
        spoken = language.encode()
        return replace(self, content=AHEAD.sub(lambda line: line[0] if line[1] == spoken else b"", self.content))

    @cached_property
    def compressed(self) -> bytes | None:
        """With gzip, where that makes it smaller."""
        small = None if self.kind in UNCOMPRESSED else gzip.compress(self.content, mtime=0)
        return small if small and len(small) < len(self.content) else None


@dataclass(frozen=True)
class Release:
    """Everything that is served at one time, by name below the folder. Pages are as they go out."""

    id: str
    files: dict[str, File]


class PaneFiles:
    """The files below a folder, kept in memory, and read anew when the disk says that they changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._read: dict[str, tuple[Stamp, File]] = {}
        self._release = Release("", {})

    def find(self, address: str) -> tuple[File, bool] | None:
        """The file, and whether the address will always give the same; None when there is no such file.

        An address with the id of another time gives what is there now.
        """
        match = ADDRESS.fullmatch(address)
        wanted, name = match.groups() if match else ("", address)
        release = self._release if wanted and wanted == self._release.id else self._look()
        found = release.files.get(name)
        return (found, wanted == release.id and found.kind != ".html") if found else None

    # Private

    def _look(self) -> Release:
        with self._lock:
            before, self._read = self._read, dict(self._files())
            if stamps(before) != stamps(self._read):
                self._release = released(file for _, file in self._read.values())
            return self._release

    def _files(self) -> Iterator[tuple[str, tuple[Stamp, File]]]:
        """Each file with its stamp; only what has another stamp than before is read."""
        for folder, folders, names in os.walk(self._folder):
            folders[:] = [each for each in folders if each not in UNSERVED]
            for path in (Path(folder, each) for each in names if Path(each).suffix in TYPES):
                name = path.relative_to(self._folder).as_posix()
                try:
                    status = path.stat()
                    stamp = (status.st_mtime_ns, status.st_size)
                    known = self._read.get(name)
                    yield name, known if known and known[0] == stamp else (stamp, File(name, path.read_bytes()))
                except FileNotFoundError:  # a set-up is going on
                    continue


def stamps(read: dict[str, tuple[Stamp, File]]) -> dict[str, Stamp]:
    return {name: stamp for name, (stamp, _) in read.items()}


def released(files: Iterable[File]) -> Release:
    """What is served when these files are there."""
    found = {file.name: file for file in files}
    release_id = hashlib.sha256(listed(found.values()).encode()).hexdigest()[:16]
    made = is_made_of(found)
    for name in [name for name in found if name.endswith(".html") and not name.startswith(MADE)]:
        page = found.get(MADE + name, found[name]) if made else found[name]
        found[name] = File(name, LOADED.sub(rb"\g<1>at/" + release_id.encode() + b"/", page.content))
    return Release(release_id, found)


def is_made_of(files: dict[str, File]) -> bool:
    """Whether what lies in `vendor/` was made of the other files as they are. Lines of files elsewhere do not count."""
    if LISTING not in files:
        return False
    said = files[LISTING].content.decode("utf-8", "replace").splitlines(keepends=True)
    sources = (file for name, file in files.items() if not name.startswith(MADE))
    return "".join(line for line in said if "  ../" not in line) == listed(sources)


def listed(files: Iterable[File]) -> str:
    """Hash and name of each, as the command sha256sum writes them, sorted by name."""
    return "".join(f"{file.digest}  {file.name}\n" for file in sorted(files, key=lambda file: file.name))
