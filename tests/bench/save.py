"""What a look at a message and a save cost: requests to Graph, round trips, memory, CPU, transactions."""

import os
from collections.abc import Callable
from pathlib import Path

import psycopg

from tests.bench.desk import Desk, opened_desk
from tests.bench.figures import Figure
from tests.bench.processes import cpu_seconds, peak_memory
from tests.simulator.faults import Fault

DELAY = 0.5  # seconds that each Graph request takes while round trips are counted: more than all the rest
SAVES = 20
MEGABYTE = 1024 * 1024
LARGE_FILES = 2  # of 9 MB each: with base64 the message is a little smaller than the 25 MB that are taken

Part = Callable[[str, Path], list[Figure]]


def counts(database_url: str, folder: Path) -> list[Figure]:
    """Exact figures: the same at every run, on every machine."""
    with opened_desk(database_url, folder) as desk:
        return [*_context(desk), _save(desk, "with files and mark", 3)]


def counts_without_mark(database_url: str, folder: Path) -> list[Figure]:
    with opened_desk(database_url, folder, mark_messages=False) as desk:
        desk.show("ben", desk.deliver("support", 1))
        return [_save(desk, "with files, without mark", 2)]


def _context(desk: Desk) -> list[Figure]:
    item = desk.deliver("support", 1)
    cold = _requests_of(desk, lambda: desk.show("ben", item))
    warm = _requests_of(desk, lambda: desk.show("ben", item))
    # Another person with another mailbox, so that nothing is known yet.
    cold_trips = _round_trips(desk, "ana", desk.deliver("sales", 1))
    warm_trips = _round_trips(desk, "ben", item)
    return [
        Figure("Graph requests of the first look at a message", cold, "requests", None, "item, profile, userPurpose"),
        Figure(
            "round trips to Graph, one after another, of the first look",
            cold_trips,
            "trips",
            None,
            "profile beside the item",
        ),
        Figure("Graph requests of a further look", warm, "requests", 2, "1: the item proves the right to read it"),
        Figure("round trips to Graph, one after another, of a further look", warm_trips, "trips", None),
    ]


def _round_trips(desk: Desk, person: str, item: dict[str, str]) -> int:
    delay = Fault(service="graph", delay_ms=DELAY * 1000)
    desk.world.faults.order(delay)
    try:
        return int(desk.show(person, item) / DELAY)
    finally:
        desk.world.faults.clear()


def _save(desk: Desk, name: str, limit: int) -> Figure:
    item = desk.deliver("support", 2)
    desk.show("ben", item)
    count = _requests_of(desk, lambda: desk.save("ben", item))
    return Figure(
        f"Graph requests of a save {name}", count, "requests", limit, "naive: 5 to 6, EmailEngine: 3 and more"
    )


def _requests_of(desk: Desk, act: Callable[[], object]) -> int:
    desk.forget_requests()
    act()
    return desk.graph_requests()


def memory(database_url: str, folder: Path) -> list[Figure]:
    """Of a worker that never did anything else."""
    with opened_desk(database_url, folder) as desk:
        at_start = peak_memory(desk.worker)
        files = tuple(os.urandom(9 * MEGABYTE) for _ in range(LARGE_FILES))
        save = desk.save("ben", desk.deliver("support", 1, files))
        assert save["state"] == "saved", save
        peak = peak_memory(desk.worker)
    return [
        Figure("memory of a worker at its start", round(at_start / MEGABYTE), "MB", None),
        Figure("memory of a worker at its highest, saving 25 MB", round(peak / MEGABYTE), "MB", 200),
    ]


def spent(database_url: str, folder: Path) -> list[Figure]:
    """For information: both depend on the machine, or on what runs in the background."""
    with opened_desk(database_url, folder) as desk:
        desk.save("ben", desk.deliver("support", 1))
        items = [desk.deliver("support", number) for number in range(2, SAVES + 2)]
        before, transactions = _cpu(desk), _transactions(database_url)
        for item in items:
            desk.save("ben", item)
        cpu = (_cpu(desk) - before) / SAVES
        written = (_transactions(database_url) - transactions) / SAVES
    return [
        Figure("CPU of a save, web and worker, with the questions after its state", round(cpu * 1000, 1), "ms", None),
        Figure("transactions and savepoints that write, per save", written, "", None, "3 commits alone, 0.3 in bursts"),
    ]


def _cpu(desk: Desk) -> float:
    return cpu_seconds(desk.web) + cpu_seconds(desk.worker)


def _transactions(database_url: str) -> int:
    with psycopg.connect(database_url, autocommit=True) as connection:
        [number] = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone() or [0]
    return int(number)


def measure(database_url: str, folder: Path) -> list[Figure]:
    parts: tuple[Part, ...] = (counts, counts_without_mark, memory, spent)
    return [figure for part in parts for figure in part(database_url, folder)]
