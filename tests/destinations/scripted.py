"""A destination as over a network, in memory: it blocks, refuses, is away or loses its answers as a test says."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

from sqlalchemy import delete

from server.clock import now
from server.destinations import Kind, Parts, forget, register
from server.destinations.base import DestinationError, Record
from server.destinations.ledger import Progress, Put
from server.models import ConfiguredDestination
from server.services import Services
from tests.conftest import Someone
from tests.destinations.sample import ACCOUNTS, Config, SampleDestination
from tests.launching import LIMIT
from tests.simulator.seed import CONTOSO

AWAY = DestinationError("The shelf does not answer.", permanent=False, code="unreachable")


@dataclass
class Script:
    """What the system does and what was asked of it. `asked` holds ("put", subject), ("look_up", key) and ("take_off",
    reference); those that are `held` by name wait; `refuses` names an error by subject or name of
    request. `loses` answers: so many are not heard, though the system did what it was asked.
    """

    asked: list[tuple[str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    away: DestinationError | None = None
    refuses: dict[str, DestinationError] = field(default_factory=dict)
    loses: int = 0
    delay: float = 0.0  # seconds
    at_once: int | None = None
    peak: int = 0
    _held: str = ""
    _inside: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _reached: threading.Event = field(default_factory=threading.Event)
    _opened: threading.Event = field(default_factory=threading.Event)

    def count(self, name: str) -> int:
        return [each for each, _ in self.asked].count(name)

    @contextmanager
    def held(self, name: str) -> Iterator[threading.Event]:
        """Requests of that name wait until the block ends; the event says that one came."""
        self._held, self._reached, self._opened = name, threading.Event(), threading.Event()
        try:
            yield self._reached
        finally:
            self.let_go()

    def let_go(self) -> None:
        self._held = ""
        self._opened.set()

    @contextmanager
    def request(self, name: str, about: str) -> Iterator[None]:
        with self._lock:
            self.asked.append((name, about))
            self.times.append(time.monotonic())
            self._inside += 1
            self.peak = max(self.peak, self._inside)
            is_held, opened = self._held == name, self._opened
        try:
            if is_held:
                self._reached.set()
                assert opened.wait(LIMIT), "nobody lets the request go on"
            if self.delay:
                threading.Event().wait(self.delay)
            refused = self.away or self.refuses.get(about) or self.refuses.get(name)
            if refused:
                raise DestinationError(
                    refused.message, permanent=refused.permanent, code=refused.code, retry_after=refused.retry_after
                )
            yield
            with self._lock:
                is_lost, self.loses = self.loses > 0, max(0, self.loses - 1)
            if is_lost:
                raise DestinationError("The answer was lost.", permanent=False, code="unreachable")
        finally:
            with self._lock:
                self._inside -= 1


SCRIPTS: dict[str, Script] = {}


class ScriptedDestination(SampleDestination):
    kind, kind_title = "scripted", "Scripted"

    def __init__(self, name: str, tenant: str, config: Config, parts: Parts) -> None:
        super().__init__(name, tenant, config, parts)
        self.script = SCRIPTS.setdefault(config.token.get_secret_value(), Script())

    @property
    def at_once(self) -> int | None:
        return self.script.at_once

    def get(self, tenant: str, type: str, id: str) -> Record:
        if "get" in self.script.refuses:
            with self.script.request("get", id):
                pass
        return super().get(tenant, type, id)

    def put(self, email: Any, files: Any, progress: Progress) -> Put:
        with self.script.request("put", email.subject):
            return super().put(email, files, progress)

    def look_up(self, key: str) -> Put | None:
        with self.script.request("look_up", key):
            return super().look_up(key)

    def take_off(self, reference: str, files: Any) -> None:
        with self.script.request("take_off", reference):
            super().take_off(reference, files)


@dataclass
class Shelf:
    """A scripted destination that a tenant has configured."""

    name: str
    script: Script
    destination: ScriptedDestination

    def record(self, person: Someone, name: str = "Purchasing") -> dict[str, Any]:
        wanted = {"destination": self.name, "type": "person", "name": name}
        found: dict[str, Any] = person.post("/api/records", wanted, expect=201)
        return found

    @property
    def mails(self) -> list[str]:
        """The keys of the emails that the system itself has."""
        return list(self.destination.mails)


def configure(services: Services, name: str = "shelf", tenant_id: str = CONTOSO.id) -> Shelf:
    """As an administrator does."""
    row = ConfiguredDestination(
        id=uuid4(), tenant_id=tenant_id, name=name, kind="scripted", title=f"the {name}", version=1
    )
    row.created_at = row.changed_at = now()
    services.destinations.seal(row, {"token": name})
    with services.database.session.begin() as session:
        session.add(row)
    services.destinations.look_again(tenant_id)
    found = services.destinations.of(tenant_id)[name]
    assert isinstance(found, ScriptedDestination)
    return Shelf(name, found.script, found)


def unconfigure(services: Services, name: str = "shelf", tenant_id: str = CONTOSO.id) -> None:
    with services.database.session.begin() as session:
        session.execute(delete(ConfiguredDestination).where(ConfiguredDestination.name == name))
    services.destinations.look_again(tenant_id)


@contextmanager
def known() -> Iterator[None]:
    """The kind is known, and its systems are empty."""
    register(cast(Kind, ScriptedDestination))
    try:
        yield
    finally:
        for script in SCRIPTS.values():
            script.let_go()
        forget("scripted")
        SCRIPTS.clear()
        ACCOUNTS.clear()
