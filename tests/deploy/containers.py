"""Runs the steps of a Containerfile without a builder, in a clean folder, and as whoever runs the tests.

What is absolute in the steps lies below that folder. Base images are not there: their programs are this machine's.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ABSOLUTE = re.compile(r"(?<!\S)/(?:build|opt)\b\S*")


@dataclass
class Steps:
    """`root` is a stage's; what a stage leaves in /opt is where the others look for it, since it cannot be moved."""

    context: Path
    folder: Path
    command: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)
    _stage: str = "last"
    _place: str = "/"

    def run(self, text: str) -> None:
        joined = re.sub(r"\\\n", " ", text)
        for line in joined.splitlines():
            if line.strip() and not line.startswith("#"):
                instruction, rest = line.split(maxsplit=1)
                getattr(self, f"_{instruction.lower()}")(rest)

    def _from(self, rest: str) -> None:
        self._stage, self._place = rest.partition(" AS ")[2] or "last", "/"

    def _workdir(self, rest: str) -> None:
        self._place = rest
        self._at(rest).mkdir(parents=True, exist_ok=True)

    def _copy(self, rest: str) -> None:
        *options, source, target = rest.split()
        found = self.context / source
        if options:
            [stage] = [each.removeprefix("--from=") for each in options]
            found = self._at(source, stage)
        wanted = self._at(target)
        if found == wanted:
            return
        wanted.parent.mkdir(parents=True, exist_ok=True)
        if found.is_dir():
            shutil.copytree(found, wanted, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        else:
            shutil.copy(found, wanted)

    def _run(self, rest: str) -> None:
        command = ABSOLUTE.sub(lambda found: str(self._at(found[0])), rest)
        done = subprocess.run(
            ["sh", "-euc", command], cwd=self._at(self._place), env=self._outside(), capture_output=True, text=True
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"

    def _env(self, rest: str) -> None:
        self.environment |= dict(each.split("=", 1) for each in rest.split())

    def _entrypoint(self, rest: str) -> None:
        self.command = [str(self._at(json.loads(rest)[0])), *json.loads(rest)[1:]]

    def _cmd(self, rest: str) -> None:
        self.command += json.loads(rest)

    def _user(self, rest: str) -> None:
        assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", rest), "the service runs as root"

    def _expose(self, rest: str) -> None:
        assert rest.isdigit()

    def _at(self, path: str, stage: str | None = None) -> Path:
        whole = os.path.normpath(os.path.join(self._place, path))
        return (self.folder if whole.startswith("/opt") else self.folder / (stage or self._stage)) / whole[1:]

    def _outside(self) -> dict[str, str]:
        """As a shell has it that knows nothing of the virtual environment in which the tests run."""
        kept = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "PYTHONPATH"}}
        paths = [str(Path(sys.base_prefix) / "bin"), *os.environ["PATH"].split(os.pathsep)]
        return {**kept, "PATH": os.pathsep.join(paths)}
