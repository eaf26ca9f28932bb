"""One machine: a folder of its own, where possible a network of its own, and the processes of the service on it."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.launching import LIMIT, is_live, until
from tests.machines import network
from tests.machines.network import Cable
from tests.pane.servers import three_free_ports
from tests.simulator.__main__ import main
from tests.simulator.demo.processes import end_with_parent

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["pytest", "tests.simulator.__main__"])  # as tests/faults/nursery.py, which shares it
AT_HOME = ("home", "data", "work", "temporary")


@dataclass
class Machine:
    """`folder` holds all that its processes can write to; what they say is in `log`, beside it."""

    folder: Path
    settings: Mapping[str, str]
    simulator_port: int
    cable: Cable | None = None
    processes: list[multiprocessing.process.BaseProcess] = field(default_factory=list)
    _port: int = 0

    @property
    def log(self) -> Path:
        return self.folder.with_suffix(".log")

    @property
    def url(self) -> str:
        return f"http://{self.cable.address if self.cable else '127.0.0.1'}:{self._port}"

    def worker(self, **settings: object) -> None:
        self._start("worker", settings)

    def web(self) -> None:
        """It answers when this returns."""
        self._port = three_free_ports()
        address = self.cable.address if self.cable else "127.0.0.1"
        self._start("service", {}, f"{address}:{self._port}")
        until(lambda: is_live(self._port, address), f"the service answers at {self.url}, see {self.log}")

    def files(self) -> list[str]:
        """All that its processes have left on its disk."""
        return [str(each.relative_to(self.folder)) for each in self.folder.rglob("*") if each.is_file()]

    def kill(self) -> None:
        """As when its power goes."""
        for process in self.processes:
            if process.is_alive() and process.pid:
                for each in (*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)):
                    each.send_signal(signal.SIGKILL)
            process.join(LIMIT)
        self.processes.clear()

    def _start(self, role: str, settings: Mapping[str, object], *arguments: str) -> None:
        for name in AT_HOME:
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.log.touch()
        host = self.cable.host if self.cable else "127.0.0.1"
        more = {f"AFFIX_{name.upper()}": str(value) for name, value in settings.items()}
        place = {
            "HOME": str(self.folder / "home"),
            "XDG_CACHE_HOME": str(self.folder / "home/cache"),
            "AFFIX_DATA_DIR": str(self.folder / "data"),
            "TMPDIR": str(self.folder / "temporary"),
            "AFFIX_DATABASE_URL": self.settings["AFFIX_DATABASE_URL"].format(host=host),
        }
        wanted = {**self.settings, **more, **place}
        network_name = self.cable.name if self.cable else None
        words = (role, f"http://{host}:{self.simulator_port}", *arguments)
        process = _CONTEXT.Process(target=_run, args=(wanted, self.folder, self.log, network_name, words))
        process.start()
        self.processes.append(process)


def _run(settings: dict[str, str], folder: Path, log: Path, namespace: str | None, words: tuple[str, ...]) -> None:
    if namespace:
        network.enter(namespace)
    os.environ.update(settings)
    os.chdir(folder / "work")
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(output, 1)
    os.dup2(output, 2)
    parent = os.getppid()  # the process that all are forked off, which ends with the tests
    end_with_parent(parent)
    role, *arguments = words
    sys.exit(main([role, str(parent), *arguments]))
