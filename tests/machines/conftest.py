"""Machines for these tests: in networks of their own where that is allowed, else in folders of their own alone."""

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import create_engine

from tests.autopilot.watched import BASE
from tests.conftest import Control, _empty
from tests.faults.sizes import Figure
from tests.launching import environment
from tests.machines import network
from tests.machines.farm import WEB, WORKERS, Farm, notifications_reach
from tests.machines.network import Cable
from tests.machines.postgres import postgres_at
from tests.pane.servers import served, three_free_ports
from tests.simulator.world import World

NEVER = 100_000  # seconds: nothing is found by looking that was not announced
SETTINGS = {
    "base_url": BASE,
    "poll_seconds": NEVER,
    "lease_seconds": 2,
    "sweep_seconds": 1,
    "worker_threads": 6,
    "web_workers": 1,
}


@pytest.fixture
def figure() -> Figure:
    """Notes what was measured; `pytest -rP` shows it."""
    return lambda name, value: (sys.stdout.write(f"figure: {name}: {value}\n"), None)[1]


@pytest.fixture(scope="session")
def no_network() -> str | None:
    """Why machines have no networks of their own."""
    return network.why_not()


@pytest.fixture(scope="session")
def cables(no_network: str | None) -> Iterator[list[Cable]]:
    if no_network:
        yield []
        return
    with network.network(WEB + WORKERS) as made:
        yield made


@pytest.fixture(scope="session")
def external() -> Iterator[str]:
    """The address of a PostgreSQL that is nobody's own, with `{host}` in it."""
    with postgres_at(three_free_ports()) as address:
        yield address


@pytest.fixture
def emptied(external: str) -> str:
    engine = create_engine(external.format(host="127.0.0.1").replace("postgresql:", "postgresql+psycopg:"))
    _empty(engine)
    engine.dispose()
    return external


@pytest.fixture
def farm(control: Control, world: World, emptied: str, cables: list[Cable], tmp_path: Path) -> Iterator[Farm]:
    settings = environment(emptied, **SETTINGS)
    with served(control.simulator, "0.0.0.0" if cables else "127.0.0.1") as simulator_url:
        farm = Farm(control, world, settings, urlsplit(simulator_url).port or 0, emptied, tmp_path, cables)
        notifications_reach(farm)
        control("POST", "world", json={"notifications": {"base": 0.5, "states": False}})
        yield farm
        farm.lose_all()
        world.notifier.clear()
