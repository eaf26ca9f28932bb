"""The world of one run: the true service, a simulated Microsoft 365, two workers, and time that passes on request."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, text

from server import create_app
from server.db import Database, address_of
from server.http import Session
from server.settings import Settings
from tests.autopilot.machine.workers import Bells, Crash, Worker
from tests.autopilot.watched import BASE
from tests.conftest import Control, Someone, sibling
from tests.simulator.adapter import mount
from tests.simulator.mailbox import Item, Mailbox
from tests.simulator.world import World

# What is due later is in these columns; what says when mail counts is in others, and stays.
PASSING = ("due_at", "lease_until", "mark_at", "rest_until", "full_at", "synced_at", "outage_at", "last_notified_at")
PASSING_OF = {
    "subscriptions": ("created_at", "doubted_at", "expires_at"),
    "procrastinate_jobs": ("scheduled_at",),
    "pauses": ("until",),
    "memberships": ("proven_at",),
}
A_WHILE = 4000  # seconds; nobody has to wait for longer than an hour
MOST_CLICKS = 3
COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type = 'timestamp with time zone'
"""
EMPTY = """
    SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""


class Stage:
    """Everything that has to be there, new for each run. `engine` is the tests' own way into the database. Service and
    workers have engines of their own, and what `engine_of_apps` has compiled.
    """

    def __init__(
        self, engine: Engine, engine_of_apps: Engine, world: World, control: Control, settings: Settings
    ) -> None:
        self._engine_of_apps = engine_of_apps
        self.engine, self.world, self.control, self.settings = engine, world, control, settings
        world.reset()
        world.notifier.behaviour.gather = 0.002
        with engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # what happened is kept otherwise
            connection.execute(text(f"TRUNCATE {self._value(EMPTY)} RESTART IDENTITY CASCADE"))
        session = Session()
        mount(session, control.simulator)
        self.app = create_app(settings, session, self._database())
        self.app.testing = True
        world.reach(BASE, self.app)
        self._people = {name: self._someone(name) for name in ("ana", "ben")}
        self._signed_out: set[str] = set()
        self._workers: dict[int, Worker] = {}
        self._bells = Bells(self._row)
        self._columns = [
            (table, column)
            for table, column in self._all(COLUMNS)
            if column in PASSING or column in PASSING_OF.get(table, ())
        ]

    def close(self) -> None:
        self.world.notifier.clear()
        self.world.notifier.is_settled(10)
        self.begin_anew()
        self.app.extensions["affix"].close()

    def _database(self) -> Database:
        address, engine = address_of(self.settings), sibling(self._engine_of_apps)
        return Database(address, self.settings.database_pool, self.settings.lease_seconds, engine)

    # The database, beside the service

    def _run(self, statement: str, **values: Any) -> None:
        with self.engine.begin() as connection:
            connection.execute(text(statement), values)

    def _all(self, statement: str, **values: Any) -> list[Any]:
        with self.engine.begin() as connection:
            return list(connection.execute(text(statement), values))

    def _row(self, statement: str, **values: Any) -> Any:
        with self.engine.begin() as connection:
            found = connection.execute(text(statement), values)
            return found.mappings().first() if found.returns_rows else None

    def _value(self, statement: str) -> Any:
        return self._all(statement)[0][0]

    def states(self) -> dict[str, str]:
        """The state of each rule."""
        return {str(rule): state for rule, state in self._all("SELECT id, state FROM rules")}

    def counts_from(self, rule_id: str, moment: datetime) -> None:
        """The service's own clock does not jump along when the world's does."""
        self._run("UPDATE rules SET since = :moment WHERE id = :rule", moment=moment, rule=rule_id)

    # Time

    def now(self) -> datetime:
        return self.world.now()

    def tick(self) -> datetime:
        """Another second has begun, so that nobody can mistake before for after."""
        self.world.advance(2)
        return self.world.now()

    def pass_time(self, seconds: float) -> None:
        """What was to happen within that time is due, and who had something in hand for as long has it no more."""
        for table, column in self._columns:
            self._run(f"UPDATE {table} SET {column} = {column} - make_interval(secs => :seconds)", seconds=seconds)
        self.tick()

    def begin_anew(self) -> None:
        """The workers are started again: what one had in mind for some time is over as well."""
        for number in list(self._workers):
            self._workers.pop(number).close()

    def _worker(self, number: int) -> Worker:
        if number not in self._workers:
            self._workers[number] = Worker(self.settings, self.control.simulator, self._database())
        return self._workers[number]

    # Work

    def work(self, number: int = 0) -> bool:
        """One worker does all that is due. False if it died over it; another takes its place."""
        self.heard()
        worker = self._worker(number)
        try:
            worker.work(self._bells)
        except Crash:
            self._workers.pop(number).close()
            return False
        finally:
            worker.points.forget()
        self.heard()
        return True

    def crash_at(self, point: int) -> None:
        points = self._worker(0).points
        points.expect(point, points.die)

    def interrupt_at(self, request: int, event: Callable[[], None]) -> None:
        """Before its so many-th request to Graph the next worker stands still, until `event` has happened."""
        self._worker(0).points.expect(request, event, requests_only=True)

    def heard(self) -> None:
        """What is announced has arrived, but for what is held."""
        assert self.world.notifier.is_settled(10)

    # People

    def person(self, name: str) -> Someone:
        return self._people[name]

    def _someone(self, name: str) -> Someone:
        """With a token that is good by the true clock too, behind which the world's is never."""
        moment = int(time.time())
        return Someone(self.app.test_client(), self.control.token(name, claims={"iat": moment, "nbf": moment}))

    def sign_out(self, name: str) -> None:
        self.control("POST", "world", json={"revoke": name})
        self._signed_out.add(name)

    def sign_in(self, name: str) -> None:
        """And open Affix once, where that is needed."""
        if name in self._signed_out:
            self._signed_out.remove(name)
            self._people[name] = self._someone(name)
            self.ask(name, "GET", f"/api/rules?mailbox={name}@contoso.example")

    def known_to(self, name: str) -> list[str]:
        """The mailboxes that the person was proven to read, as the service has it."""
        known = """
            SELECT mailboxes.address FROM memberships JOIN mailboxes ON mailboxes.id = memberships.mailbox_id
            JOIN people ON people.id = memberships.person_id WHERE people.address = :address
        """
        return [address for (address,) in self._all(known, address=f"{name}@contoso.example")]

    def ask(self, name: str, method: str, path: str, json: Any = None) -> Any:
        """Ask as the pane does: again with a new token when the one that the service had got for it was over, and later
        when somebody was asked to leave the mailbox alone for a while."""
        with self._at_peace():
            for _ in range(MOST_CLICKS):
                answer = self.person(name).raw(method, path, json=json)
                if answer.status_code == 503:
                    self.pass_time(A_WHILE)
                elif answer.status_code == 401:
                    self._people[name] = self._someone(name)
                else:
                    return answer
        raise AssertionError(answer.get_data(as_text=True))

    @contextmanager
    def _at_peace(self) -> Iterator[None]:
        """While people click, Microsoft 365 works; the troubles go on afterwards."""
        waiting = self.world.faults.waiting()
        self.world.faults.clear()
        yield
        for each in waiting:
            self.world.faults.order(each)

    # Mail

    def item(self, mailbox: str, immutable_id: str) -> tuple[Mailbox, Item]:
        box = self.world.mailbox(mailbox)
        assert box is not None
        return box, next(each for each in box.items.values() if box.id_of(each, immutable=True).rest() == immutable_id)

    def deliver(self, mailbox: str, raw: bytes, folder: str, received: datetime | None = None) -> tuple[str, datetime]:
        """The new item's immutable id, and when it was received."""
        box, item = self.world.deliver(mailbox, raw, folder, received)
        return box.id_of(item, immutable=True).rest(), item.received_at

    def move(self, mailbox: str, immutable_id: str, folder: str) -> None:
        with self.world.lock:
            box, item = self.item(mailbox, immutable_id)
            box.move(item, box.folder_at(folder), self.world.now())

    def remove(self, mailbox: str, immutable_id: str) -> None:
        with self.world.lock:
            box, item = self.item(mailbox, immutable_id)
            box.remove(item)

    def read(self, mailbox: str, immutable_id: str) -> None:
        with self.world.lock:
            box, item = self.item(mailbox, immutable_id)
            item.is_read = not item.is_read
            box.change(item, self.world.now(), {"isRead"})

    def lose_subscription(self, mailbox: str) -> None:
        """Microsoft 365 has forgotten it, and tells nobody."""
        with self.world.lock:
            for one in self.world.subscriptions.running(self.world.now()):
                if one.mailbox.address == mailbox:
                    one.expires_at = datetime.fromtimestamp(0, UTC)
