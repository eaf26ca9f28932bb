"""F22: no room is left, for the database or for what programs write to their logs."""

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.settings import Settings
from tests.conftest import Someone
from tests.faults.announcer import Announcer
from tests.faults.nursery import fork_service, fork_worker
from tests.faults.own_postgres import OwnPostgres, give, open_folder, opened_postgres
from tests.faults.sizes import Figure, sized
from tests.faults.stage import Stage
from tests.faults.test_killed_web import ask
from tests.faults.test_storm import service_of
from tests.faults.watched import Watched
from tests.launching import until
from tests.pane.servers import three_free_ports
from tests.simulator.world import World
from tests.steps import SUPPORT

VOLUME_MB = 100  # what the database takes at the beginning, and half as much again
TIMES = sized(1, 10)
TOGETHER = 100  # notifications in a POST
REFUSED = 5  # POSTs in a row
FULL = Path("/dev/full")  # takes nothing: what is written there fails as on a full disk


@pytest.fixture
def volume() -> Iterator[Path]:
    """A small one."""
    folder = open_folder()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={VOLUME_MB}m", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode:
        folder.rmdir()
        pytest.skip(f"a small volume cannot be mounted here: {mounted.stderr.strip()}")
    give(folder)
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)
    folder.rmdir()


@pytest.fixture
def small_postgres(volume: Path) -> Iterator[OwnPostgres]:
    with opened_postgres(volume, max_wal_size="2MB", min_wal_size="2MB") as postgres:
        yield postgres


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """That on the small volume, for who asks for one."""
    if "small_postgres" not in request.fixturenames:
        return str(request.getfixturevalue("own_postgres").url)
    return str(request.getfixturevalue("small_postgres").url)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The app of this process has to have connections of its own."""
    return settings.model_copy(update={"lease_seconds": 2})


def test_nothing_is_acknowledged_that_found_no_room_and_all_goes_on_when_there_is_some(
    stage: Stage, world: World, ana: Someone, ben: Someone, small_postgres: OwnPostgres, volume: Path, figure: Figure
) -> None:
    watched = Watched(stage, world, ana)
    watched.licensed(SUPPORT)
    watched.rule(ben)
    service = service_of(stage, workers=1)
    watched.until_connected()
    watched.heard()
    service.running["worker 0"].kill()
    announcer = Announcer(world, service.url)
    for _ in range(TIMES):
        fill(volume)
        until(lambda: is_refused(announcer), "what finds no room is refused", 60)
        assert set(announcer.statuses) <= {202, 500, 503, 0}
        (volume / "ballast").unlink()
        freed = time.monotonic()
        if not small_postgres.is_running():  # it gives up when it cannot even recover; any init system starts it again
            small_postgres.launch()
        until(lambda: announcer.announce(TOGETHER) == 202, "there is room again")
        figure("taken in again after s", round(time.monotonic() - freed, 1))
    assert not announcer.lost(small_postgres.url)
    assert not announcer.torn(small_postgres.url)


def test_the_service_goes_on_when_its_log_takes_nothing(stage: Stage) -> None:
    port = three_free_ports()
    web = fork_service(stage.settings, FULL, stage.simulator_url, port)
    work = fork_worker(stage.settings, FULL, stage.simulator_url)
    stage.started += [web, work]
    first, second = (ask(stage, port, stage.deliver(number)) for number in range(2))
    stage.wait_until_saved(first, second)


def fill(volume: Path) -> None:
    """To the last block."""
    with (volume / "ballast").open("wb", buffering=0) as ballast:
        piece = bytes(64 * 1024)
        while piece:
            try:
                ballast.write(piece)
            except OSError:
                piece = piece[: len(piece) // 2]
    os.chmod(volume / "ballast", 0o600)


def is_refused(announcer: Announcer) -> bool:
    """So often in a row that it is not one transaction alone."""
    announcer.announce(TOGETHER)
    return len(announcer.statuses) >= REFUSED and 202 not in announcer.statuses[-REFUSED:]
