"""The network between the service and Microsoft is slow, loses, breaks and falls silent: all is saved, and once."""

import random
import socket
import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from tests.conftest import mime
from tests.faults.proxy import Proxy
from tests.faults.sizes import Figure, sized
from tests.faults.stage import Stage, large_message
from tests.launching import until
from tests.simulator.world import World

MESSAGES, LARGE = sized((6, 1), (90, 15))
BROKEN = sized(8, 90)  # lines that break somewhere
LATENCY, LOSS = 2.0, 0.05  # seconds, and the share of pieces that come later still
SILENCE = sized(1.0, 40.0)  # seconds; more than the 30 for which anything is waited for, in the whole size
LONGEST = sized(60.0, 900.0)  # seconds until all is saved
in_whole_size = pytest.mark.skipif(not sized(False, True), reason="takes long, so the usual run does without it")


@pytest.fixture
def network(stage: Stage, world: World) -> Iterator[Proxy]:
    """Between the workers and all that they talk to."""
    there = urlsplit(stage.simulator_url)
    address = socket.gethostbyname(str(there.hostname))
    # Who was cut off is still there in the eyes of the other side, and may come again at once.
    stage.control("POST", "world", json={"throttling": {"concurrency": 100}})
    with Proxy((address, there.port or 80)) as network:
        stage.simulator_url = network.url
        yield network


def ask(stage: Stage, count: int, large: int = 0) -> list[str]:
    """So many saves, of which so many are of messages with a large file."""
    raws = [
        large_message(number) if number < large else mime(f"Order {number}", f"<{number}@adatum.example>")
        for number in range(count)
    ]
    return [stage.ask(raw) for raw in raws]


def until_all_are_saved_once(stage: Stage, saves: list[str]) -> None:
    waiting = set(saves)

    def all_saved() -> bool:
        waiting.difference_update([each for each in waiting if stage.state(each) == "saved"])
        return not waiting

    until(all_saved, f"{len(saves)} saves are saved", LONGEST)
    found = [each["internetMessageId"] for each in stage.emails()]
    assert sorted(found) == sorted(f"<{number}@adatum.example>" for number in range(len(saves)))


def test_lines_that_break_anywhere_cost_no_email(stage: Stage, network: Proxy, figure: Figure) -> None:
    chance = random.Random(5)
    saves = ask(stage, MESSAGES, LARGE)
    for _ in range(BROKEN):
        network.break_answers(int(10 ** chance.uniform(0, 5)), is_reset=chance.random() < 0.5)
    stage.worker(worker_threads=4)
    until_all_are_saved_once(stage, saves)
    figure("lines that were made", network.made)


@in_whole_size
@pytest.mark.parametrize("break_all", [Proxy.reset, Proxy.cut], ids=["reset", "cut"])
def test_all_lines_breaking_at_once_costs_no_email(
    stage: Stage, network: Proxy, world: World, break_all: Callable[[Proxy], None]
) -> None:
    stage.control("POST", "faults", json=[{"service": "graph", "delay_ms": 100}])
    saves = ask(stage, MESSAGES)
    stage.worker(worker_threads=2)
    for number in range(1, MESSAGES, 3):
        until(lambda least=number: downloads(world) >= least, "messages are fetched")
        break_all(network)
    until_all_are_saved_once(stage, saves)


@in_whole_size
def test_a_slow_line_that_loses_some_costs_time_alone(stage: Stage, network: Proxy, figure: Figure) -> None:
    network.latency, network.loss = LATENCY, LOSS
    saves = ask(stage, MESSAGES)
    began = time.monotonic()
    stage.worker(worker_threads=4)
    until_all_are_saved_once(stage, saves)
    figure("all were saved after s", round(time.monotonic() - began, 1))


def test_a_line_that_falls_silent_is_given_up_and_what_waits_goes_on(
    stage: Stage, network: Proxy, world: World, figure: Figure
) -> None:
    saves = ask(stage, MESSAGES)
    worker = stage.worker(worker_threads=2, sweep_seconds=1)
    until(lambda: downloads(world) > 1, "messages are fetched")
    network.freeze()
    began = time.monotonic()
    until(lambda: time.monotonic() - began > SILENCE, "the silence lasts", SILENCE + 10)
    if SILENCE > 30:
        assert "not_saved" in (stage.folder / "worker.log").read_text(), "nobody waits there for ever"
    network.thaw()
    until_all_are_saved_once(stage, saves)
    figure("all were saved after s", round(time.monotonic() - began - SILENCE, 1))
    worker.finish()


def downloads(world: World) -> int:
    routes = world.traffic.report()["routes"]
    return sum(int(str(each["count"])) for each in routes if str(each["route"]).endswith("$value"))
