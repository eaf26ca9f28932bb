"""F24: the clocks of workers go wrong, at the start or in the middle of what they have in hand. Leases and turns go by
the database's time, so that nothing is done twice; and what is told carries the right time as soon as a clock is right.
"""

import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Someone
from tests.faults.shims import compiled
from tests.faults.sizes import sized
from tests.faults.stage import Stage, large_message
from tests.launching import ended, until, worker
from tests.simulator.world import World
from tests.webhooks.steps import added, heard

MIME = "*/messages/*/$value"
MINUTES, DAY = 60, 24 * 3600
# What happens to the clocks of the two workers while one of them has something in hand: NTP steps them, a day is
# skipped, an hour comes twice.
STEPS = sized(
    [(10 * MINUTES, -10 * MINUTES), (-10 * MINUTES, DAY)],
    [(10 * MINUTES, -10 * MINUTES), (-10 * MINUTES, DAY), (DAY, -DAY), (60 * MINUTES, 0), (-60 * MINUTES, 0)] * 4,
)
START = (10 * MINUTES, -DAY)  # by which they are wrong when the workers start
LEASE = 2.0  # seconds, as on the stage
TOLERANCE = 30  # seconds between a timestamp and the moment in which it was heard


class Clock:
    """Of the processes that are started with `settings`."""

    def __init__(self, shim: Path, path: Path, zone: str, wrong_by: int) -> None:
        self._path = path
        self.is_wrong_by(wrong_by)
        self.settings = {"LD_PRELOAD": str(shim), "AFFIX_CLOCK": str(path), "TZ": zone}

    def is_wrong_by(self, seconds: int) -> None:
        with self._path.open("r+b" if self._path.exists() else "wb") as file:
            file.write(struct.pack("=q", seconds))


@pytest.fixture
def clocks(stage: Stage, tmp_path: Path) -> Iterator[tuple[Clock, Clock]]:
    """Of two workers, each of which does one thing at a time."""
    shim = compiled("clock", tmp_path)
    one = Clock(shim, tmp_path / "one", "America/New_York", START[0])
    clocks = one, Clock(shim, tmp_path / "other", "Asia/Kathmandu", START[1])
    with ExitStack() as stack:
        for each in clocks:
            settings = {**stage.settings, "AFFIX_WORKER_THREADS": "1", **each.settings}
            stack.enter_context(ended(worker(stage.simulator_url, settings, tmp_path / "worker.log")))
        yield clocks


def test_nothing_is_done_twice_when_clocks_are_set(
    stage: Stage, world: World, ana: Someone, clocks: tuple[Clock, Clock]
) -> None:
    added(ana, events=["messageSaved"])
    for number, steps in enumerate(STEPS):
        before = downloads(world)
        with stage.at_request("GET", MIME, "half") as reached:
            first = stage.ask(large_message(2 * number))
            reached()
            for clock, seconds in zip(clocks, steps, strict=True):
                clock.is_wrong_by(seconds)
            second = stage.ask(large_message(2 * number + 1))  # the other worker has its turn
            until(lambda: stage.state(second) == "saved", "the other message is saved")  # noqa: B023  (called at once)
            held_since = time.monotonic()
            until(lambda: time.monotonic() - held_since > 2 * LEASE, "the lease would be over")  # noqa: B023
            assert stage.state(first) == "saving"
        stage.wait_until_saved(first, second)
        assert downloads(world) - before == 2
    for clock in clocks:
        clock.is_wrong_by(0)
    last = stage.ask(large_message(1000))
    [told] = until(lambda: told_of(stage, last), "it is told")
    assert abs(int(told["headers"]["webhook-timestamp"]) - time.time()) < TOLERANCE
    assert len(stage.emails()) == 2 * len(STEPS) + 1


def downloads(world: World) -> int:
    routes = world.traffic.report()["routes"]
    return sum(int(str(each["count"])) for each in routes if str(each["route"]).endswith("$value"))


def told_of(stage: Stage, save_id: str) -> list[dict[str, Any]]:
    return [each for each in heard(stage.control) if each["told"]["data"]["save"]["id"] == save_id]
