"""A running service with one web process and one worker, and a person who works with it over HTTP."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import requests

from tests.auth.pane import pane_token
from tests.launching import Program, ended, environment, service, until, worker
from tests.pane.servers import served, three_free_ports
from tests.simulator.app import create_simulator
from tests.simulator.world import World

SETTLE_SECONDS = 60.0


class Desk:
    """`web` and `worker` are the processes; counts are those of the simulated world. `record` takes what is saved."""

    def __init__(
        self, world: World, simulator: str, port: int, web: Program, work: Program, start_worker: Callable[[], Program]
    ) -> None:
        self.world, self.simulator = world, simulator
        self.start_worker, self.end_worker = start_worker, work.end
        self.web_processes = [each.pid for each in web.family()[1:]]
        self.web, self.worker, self.worker_log = self.web_processes[0], work.pid, work.log
        self.url = f"http://127.0.0.1:{port}"
        self._tokens: dict[str, str] = {}
        self.record: dict[str, Any] = {}

    def ask(self, person: str, method: str, path: str, json: Any = None) -> Any:
        token = self._tokens.setdefault(person, pane_token(self.world, person))
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.request(method, self.url + path, json=json, headers=headers, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def deliver(self, mailbox: str, number: int, files: tuple[bytes, ...] = (b"offer",)) -> dict[str, Any]:
        """A message with files arrives; gives the item as the pane names it."""
        address = f"{mailbox}@contoso.example"
        delivered, item = self.world.deliver(address, _message(address, number, files))
        return {"id": delivered.id_of(item).ews(), "idFormat": "ews", "owner": address}

    def show(self, person: str, item: dict[str, Any]) -> float:
        """Ask for the context of an item; gives the seconds that it took."""
        began = time.monotonic()
        self.ask(person, "POST", "/api/context", {"item": item})
        return time.monotonic() - began

    def save(self, person: str, item: dict[str, Any]) -> dict[str, Any]:
        """Save the item with its files, and wait until all is done, the mark too."""
        record = {name: self.record[name] for name in ("destination", "type", "id")}
        body = {"item": item, "records": [record], "attachments": "all"}
        [save] = self.ask(person, "POST", "/api/saves", body)["saves"]
        return until(lambda: self._settled(person, save["id"]), "the save is settled", SETTLE_SECONDS)

    def _settled(self, person: str, save_id: str) -> dict[str, Any] | None:
        save: dict[str, Any] = self.ask(person, "GET", f"/api/saves/{save_id}")
        is_done = save["state"] in ("saved", "partial", "failed") and save["category"]["state"] != "pending"
        return save if is_done else None

    def forget_requests(self) -> None:
        self.world.traffic.clear()

    def graph_requests(self) -> int:
        routes = self.world.traffic.report()["routes"]
        return sum(int(str(each["count"])) for each in routes if each["service"] == "graph")


def own_record(desk: Desk) -> dict[str, Any]:
    """A contact of the built-in destination."""
    wanted = {"destination": "local", "type": "contact", "name": "A", "address": "a@a.example"}
    found: dict[str, Any] = desk.ask("ana", "POST", "/api/records", wanted)
    return found


@contextmanager
def opened_desk(
    database_url: str,
    folder: Path,
    record: Callable[[Desk], dict[str, Any]] = own_record,
    program: str = "tests.simulator",
    **settings: object,
) -> Iterator[Desk]:
    """`record` gives the one that everything is saved to; `program` may be another one that serves."""
    world, port = World(), three_free_ports()
    named, logs = environment(database_url, **{"web_workers": 1, **settings}), Path(mkdtemp(dir=folder))
    with ExitStack() as stack:
        simulator = stack.enter_context(served(create_simulator(world)))
        web = stack.enter_context(ended(service(simulator, port, named, logs / "service.log", program)))
        start_worker = partial(worker, simulator, named, logs / "worker.log")
        work = stack.enter_context(ended(start_worker()))
        until(lambda: re.search("worker_started", work.log.read_text()), "the worker has started")
        stack.callback(world.close)
        desk = Desk(world, simulator, port, web, work, start_worker)
        desk.record = record(desk)
        yield desk


def _message(to: str, number: int, files: tuple[bytes, ...]) -> bytes:
    message = EmailMessage()
    message["From"] = "Purchasing <purchasing@adatum.example>"
    message["To"] = to
    message["Subject"] = f"Order {number}"
    message["Message-ID"] = f"<{number}.{to}>"
    message.set_content("Please see the files.\n")
    for index, file in enumerate(files):
        message.add_attachment(file, maintype="application", subtype="pdf", filename=f"file {index}.pdf")
    return message.as_bytes()
