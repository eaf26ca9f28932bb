"""All machines of one test, the world around them, and what became of the mail."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg.rows import DictRow, dict_row
from werkzeug.test import Client

from tests.autopilot.watched import BASE, SENDER
from tests.conftest import Control, Someone, mime
from tests.launching import LIMIT, until
from tests.machines.front import Front
from tests.machines.machine import Machine
from tests.machines.network import Cable
from tests.simulator.world import World
from tests.steps import SUPPORT, item_of, reference

WEB, WORKERS = 2, 4


@dataclass
class Farm:
    """`database_url` has `{host}` in it, as each machine sees that of PostgreSQL by another address."""

    control: Control
    world: World
    settings: dict[str, str]
    simulator_port: int
    database_url: str
    folder: Path
    cables: list[Cable]
    front: Front = field(default_factory=Front)
    machines: list[Machine] = field(default_factory=list)
    arrived: list[str] = field(default_factory=list)

    # Machines

    def machine(self) -> Machine:
        """A new one, with nothing on it."""
        number = len(self.machines)
        cable = self.cables[number % len(self.cables)] if self.cables else None
        made = Machine(self.folder / f"machine-{number}", self.settings, self.simulator_port, cable)
        self.machines.append(made)
        return made

    def web(self) -> Machine:
        made = self.machine()
        made.web()
        self.front.machines.append(made.url)
        return made

    def worker(self, **settings: object) -> Machine:
        made = self.machine()
        made.worker(**settings)
        return made

    def start(self, **settings: object) -> None:
        """Two for the web and four that work."""
        for _ in range(WORKERS):
            self.worker(**settings)
        for _ in range(WEB):
            self.web()

    def lose_all(self) -> None:
        """Every machine is gone, with its disk."""
        for each in self.machines:
            each.kill()
        self.front.machines.clear()

    # People and mail

    def person(self, name: str) -> Someone:
        """Whatever they ask for, the next web machine answers."""
        return Someone(Client(self.front), self.control.token(name))  # type: ignore[arg-type]  # of any WSGI application

    def rule(self, person: Someone, record: dict[str, Any], mailbox: str = SUPPORT) -> dict[str, Any]:
        """The person opens some message there, and has the mail of one address saved from then on."""
        hello = mime("Hello", "<hello@tailspin.example>", "news@tailspin.example")
        person.post("/api/context", {"item": item_of(self.control.deliver(mailbox, hello), mailbox)})
        wanted = {"kind": "address", "mailbox": mailbox, "value": SENDER, "record": reference(record)}
        made: dict[str, Any] = person.post("/api/rules", wanted, expect=201)
        until(lambda: self.count("watches WHERE health = 'connected'"), "Microsoft announces the mailbox's mail")
        return made

    def arrive(self, count: int, mailbox: str = SUPPORT) -> None:
        """So many messages that the rule wants."""
        for _ in range(count):
            number = len(self.arrived) + 1
            self.arrived.append(f"<{number}@adatum.example>")
            self.world.deliver(mailbox, mime(f"Order {number}", self.arrived[-1]), "inbox", None)

    def until_all_saved(self, on_record: Callable[[], list[str]], limit: float = LIMIT) -> None:
        """All that arrived is on the record once, and nobody has anything in hand."""
        until(lambda: len(on_record()) >= len(self.arrived), f"{len(self.arrived)} emails are on the record", limit)
        until(lambda: not self.count("saves WHERE state IN ('queued', 'saving')"), "nothing is in hand", limit)
        assert sorted(on_record()) == sorted(self.arrived)

    def peak(self, place: str) -> tuple[int, int]:
        """At a mailbox or an account: the most requests at once, and how many were refused because there were more."""
        peaks = {each["mailbox"]: each for each in self.control("GET", "requests")["peaks"]}
        return (peaks[place]["concurrent"], peaks[place]["throttled"]) if place in peaks else (0, 0)

    # The database, beside the service

    def rows(self, query: LiteralString | bytes) -> list[DictRow]:
        address = self.database_url.format(host="127.0.0.1")
        with psycopg.connect(address, autocommit=True, row_factory=dict_row) as connection:
            return connection.execute(query).fetchall()

    def count(self, what: str) -> int:
        return int(self.rows(f"SELECT count(*) AS n FROM {what}".encode())[0]["n"])


def notifications_reach(farm: Farm) -> None:
    """What Microsoft announces comes to the front, as all else does."""
    farm.world.reach(BASE, farm.front)
