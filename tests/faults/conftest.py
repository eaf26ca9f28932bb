"""The stage, set up for each test anew."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.autopilot.watched import BASE
from tests.conftest import Control, Someone
from tests.faults.gate import Gate
from tests.faults.own_postgres import OwnPostgres, opened_postgres
from tests.faults.sizes import Figure
from tests.faults.stage import Stage
from tests.faults.watched import Watched
from tests.launching import environment
from tests.pane.servers import served
from tests.simulator.world import World
from tests.steps import SUPPORT

FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Figure:
    """Notes what was measured. All of it is shown at the end, and by `pytest -rP` with each case."""
    figures = request.config.stash.setdefault(FIGURES, [])

    def note(name: str, value: object) -> None:
        figures.append(f"{request.node.name}: {name}: {value}")
        sys.stdout.write(f"figure: {name}: {value}\n")

    return note


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if figures := config.stash.get(FIGURES, []):
        terminalreporter.section("what was measured")
        for each in figures:
            terminalreporter.write_line(each)


@pytest.fixture
def own_postgres() -> Iterator[OwnPostgres]:
    """A database of this test alone, since the others need theirs."""
    with opened_postgres() as postgres:
        yield postgres


@pytest.fixture
def stage(control: Control, database: str, ben: Someone, ana: Someone, tmp_path: Path) -> Iterator[Stage]:
    record = ana.post(
        "/api/records", {"destination": "local", "type": "contact", "name": "A", "address": "a@a.example"}
    )
    gate = Gate(control.simulator)
    settings = environment(database, lease_seconds=2, sweep_seconds=1, web_workers=2)
    with served(control.simulator) as simulator_url:
        stage = Stage(control, gate, database, simulator_url, settings, tmp_path, ben, record)
        yield stage
        gate.open()
        for process in stage.started:
            process.kill()


@pytest.fixture
def watched(stage: Stage, app: Any, world: World, ana: Someone) -> Iterator[Watched]:
    """What Microsoft announces is taken in by the web process of this test itself."""
    world.reach(BASE, app)
    watched = Watched(stage, world, ana)
    watched.notifications(base=0.5, states=False)  # what was refused is sent again sooner than Graph would
    yield watched
    for process in stage.started:
        process.kill()
    world.notifier.clear()
    assert world.notifier.is_settled(10)


@pytest.fixture
def support(watched: Watched, ben: Someone) -> Watched:
    """Ben's rule on the shared mailbox; the worker is the test's to start."""
    watched.licensed(SUPPORT)
    watched.rule(ben)
    return watched
