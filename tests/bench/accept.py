"""What it costs to have notifications in the database before they are answered: against an endpoint that only reads
them, against one that commits for each, and against PostgreSQL itself.
"""

import base64
import json
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import psycopg

from tests.bench import synced
from tests.bench.accept_app import ONE_BY_ONE, PARSE_ONLY, REAL
from tests.bench.figures import Figure
from tests.bench.posts import Poster, poster
from tests.bench.processes import cpu_seconds
from tests.bench.rounds import in_turns, ratio
from tests.bench.watched import SUPPORT, Watched, warmed_up
from tests.simulator.notifying import envelope

CLIENTS = 16, 1
POSTS = {1: 1200, 10: 600, 100: 150}  # of one round, by the notifications in each; a third of it for a single client
ROUNDS = 9
SYNCED_POSTS, LOOKS = 400, 10
ROW = "INSERT INTO raw_announcements SELECT %s, unnest(%s::text[]), now(), 'created'"


@dataclass(frozen=True)
class Spent:
    """Of one POST: seconds of the clock, of the service's processor time, and of that with PostgreSQL's."""

    wall: float
    cpu: float
    with_database: float


class Bench:
    """The service with its worker stopped, a sender, and as many new messages to announce as are wanted."""

    def __init__(self, there: Watched, sender: Poster) -> None:
        self.there, self._sender = there, sender
        self.postmaster: Any = psutil.Process(there.number("SELECT pg_backend_pid()")).parent()
        world = there.desk.world
        with world.lock:
            mailbox = world.mailbox(SUPPORT)
            [subscription] = world.subscriptions.running(world.now())
            assert mailbox
            [item] = list(mailbox.items.values())[-1:]
            self._told = envelope.change(subscription, "created", item.key, item)

    def bodies(self, posts: int, together: int) -> list[bytes]:
        return [json.dumps({"value": [self._one() for _ in range(together)]}).encode() for _ in range(posts)]

    def _one(self) -> dict[str, Any]:
        about = self._told["resourceData"]
        found = about["id"][:-32] + base64.urlsafe_b64encode(uuid.uuid4().bytes * 2)[:32].decode()
        address = self._told["resource"].replace(about["id"], found)
        told = {**about, "id": found, "@odata.id": address}
        return {**self._told, "id": str(uuid.uuid4()), "resource": address, "resourceData": told}

    def send(self, path: str, posts: int, together: int, clients: int) -> Spent:
        bodies = self.bodies(posts, together)
        self.forget()
        own, database = self._own_cpu(), self.database_cpu()
        seconds = self.post(path, bodies, clients)
        spent = self._own_cpu() - own
        return Spent(seconds / posts, spent / posts, (spent + grown(database, self.database_cpu())) / posts)

    def post(self, path: str, bodies: Sequence[bytes], clients: int) -> float:
        return self._sender.send(path, bodies, clients)

    def forget(self) -> None:
        self.there.database.execute("TRUNCATE announcements")

    def _own_cpu(self) -> float:
        return sum(map(cpu_seconds, self.there.desk.web_processes))

    def database_cpu(self) -> dict[int, float]:
        """Of each process of PostgreSQL."""
        found = {}
        for each in self.postmaster.children():
            with suppress(OSError):  # it has ended meanwhile
                found[each.pid] = cpu_seconds(each.pid)
        return found


def grown(before: dict[int, float], after: dict[int, float]) -> float:
    return sum(seconds - before[pid] for pid, seconds in after.items() if pid in before)


def measure(database_url: str, folder: Path, rounds: int = ROUNDS, share: float = 1.0) -> list[Figure]:
    with _bench(database_url, folder) as bench:
        figures = []
        for clients in CLIENTS:
            posts = {together: int(count * share / (3 if clients == 1 else 1)) for together, count in POSTS.items()}
            figures += _against_reading(bench, clients, posts, rounds, 1, least=0.50)
            figures += _against_each(bench, clients, posts, rounds)
            figures += _against_reading(bench, clients, posts, rounds, 100, least=0.45, is_beside_raw=True)
        return [*figures, *_synced(bench, folder, int(SYNCED_POSTS * share))]


def measure_quickly(database_url: str, folder: Path) -> list[Figure]:
    return measure(database_url, folder, rounds=2, share=0.2)


@contextmanager
def _bench(database_url: str, folder: Path) -> Iterator[Bench]:
    settings = {"web_workers": 2, "program": "tests.bench.accept_app"}
    with warmed_up(database_url, folder, **settings) as there, poster(urlsplit(there.desk.url).port or 0) as sender:
        durable = [there.number(f"SHOW {name}") for name in ("fsync", "synchronous_commit")]
        assert durable == ["on", "on"], "this PostgreSQL does not wait for its disk"
        there.desk.end_worker()
        there.database.execute("CREATE TABLE raw_announcements (LIKE announcements INCLUDING ALL)")
        bench = Bench(there, sender)
        for path in (REAL, PARSE_ONLY, ONE_BY_ONE):
            bench.send(path, 200, 1, max(CLIENTS))
        yield bench
        there.database.execute("DROP TABLE raw_announcements")


def _sides(
    bench: Bench, paths: dict[str, str], posts: int, together: int, clients: int
) -> dict[str, Callable[[int], Spent]]:
    def sent(path: str, _: int) -> Spent:
        return bench.send(path, posts, together, clients)

    return {name: partial(sent, path) for name, path in paths.items()}


def _against_reading(
    bench: Bench,
    clients: int,
    posts: dict[int, int],
    rounds: int,
    together: int,
    least: float,
    is_beside_raw: bool = False,
) -> list[Figure]:
    sides = _sides(bench, {"real": REAL, "read": PARSE_ONLY}, posts[together], together, clients)
    if is_beside_raw:
        sides["raw"] = lambda _: _raw(bench, posts[together], together)
    found = in_turns(sides, rounds)
    real, read = found["real"], found["read"]
    name = _name(together, clients)
    rate, cpu = ratio(_rates(real), _rates(read)), ratio(_cpu(real), _cpu(read))
    both = ratio([each.with_database for each in real], _cpu(read))
    reference = f"{rate.ours:.0f} to {rate.reference:.0f} POST/s; prototype 0.42 to 0.55; {rate.spread()}"
    figures = [
        Figure(f"{name}: rate against only reading", rate.median, "x", least, reference, is_least=True),
        Figure(
            f"{name}: CPU of the service against only reading",
            cpu.median,
            "x",
            1.7 if together == 1 else None,
            f"{cpu.ours * 1e6:.0f} us to {cpu.reference * 1e6:.0f} us; {cpu.spread()}",
        ),
        Figure(f"{name}: the same with the CPU of PostgreSQL", both.median, "x", None, f"{both.ours * 1e6:.0f} us"),
    ]
    if is_beside_raw:
        raw = ratio(_rates(real), _rates(found["raw"]))
        rows = f"{raw.ours * together:.0f} to {raw.reference * together:.0f} rows/s"
        reference = f"{rows}; prototype 0.75 of SQLite; {raw.spread()}"
        figures.append(
            Figure(f"{name}: rows against PostgreSQL alone, 100 to a commit", raw.median, "x", 0.7, reference, True)
        )
    return figures


def _against_each(bench: Bench, clients: int, posts: dict[int, int], rounds: int) -> list[Figure]:
    found = in_turns(_sides(bench, {"real": REAL, "each": ONE_BY_ONE}, posts[10], 10, clients), rounds)
    real, each = found["real"], found["each"]
    name = _name(10, clients)
    wall, cpu = ratio([one.wall for one in each], [one.wall for one in real]), ratio(_cpu(each), _cpu(real))
    return [
        Figure(
            f"{name}: how many times slower it is to commit for each",
            wall.median,
            "x",
            1.5,
            f"{1 / wall.reference:.0f} to {1 / wall.ours:.0f} POST/s; prototype 1.5 to 3.0; {wall.spread()}",
            is_least=True,
        ),
        Figure(
            f"{name}: how many times the CPU it takes to commit for each",
            cpu.median,
            "x",
            1.5,
            f"{cpu.reference * 1e6:.0f} us to {cpu.ours * 1e6:.0f} us; prototype 1.6 to 2.1; {cpu.spread()}",
            is_least=True,
        ),
    ]


def _raw(bench: Bench, batches: int, rows: int) -> Spent:
    """One connection that writes as many rows in as many commits, and does nothing else."""
    database: psycopg.Connection[Any] = bench.there.database
    mailbox = bench.there.number("SELECT mailbox_id FROM watches LIMIT 1")
    ids = [[one["resourceData"]["id"] for one in json.loads(body)["value"]] for body in bench.bodies(batches, rows)]
    database.execute("TRUNCATE raw_announcements")
    before, began = bench.database_cpu(), time.monotonic()
    for each in ids:
        database.execute(ROW, (mailbox, each))
    took = time.monotonic() - began
    spent = grown(before, bench.database_cpu()) / batches
    return Spent(took / batches, spent, spent)


def _synced(bench: Bench, folder: Path, posts: int) -> list[Figure]:
    """In a run of its own, since strace distorts time."""
    reason = synced.why_not()
    if reason:
        return [Figure(f"fdatasyncs for each POST are not counted: {reason}", 0, "")]
    with synced.syncs_of(bench.postmaster, folder) as syncs:
        early = sum(_is_early(bench, syncs) for _ in range(LOOKS))
        alone, many = (_syncs(bench, syncs, posts, clients) for clients in (1, max(CLIENTS)))
    return [
        Figure(f"answers of {LOOKS} that came before the disk had what they answer", early, "answers", 0),
        Figure("fdatasyncs for each POST, 1 client", alone, "", 1, "as strace counts them, of all of PostgreSQL"),
        Figure(f"fdatasyncs for each POST, {max(CLIENTS)} clients", many, "", 0.5, "PostgreSQL groups commits"),
    ]


def _is_early(bench: Bench, syncs: synced.Syncs) -> bool:
    bodies, before = bench.bodies(1, 1), syncs.count()
    bench.post(REAL, bodies, 1)
    return syncs.count() == before


def _syncs(bench: Bench, syncs: synced.Syncs, posts: int, clients: int) -> float:
    bodies, before = bench.bodies(posts, 1), syncs.count()
    bench.post(REAL, bodies, clients)
    return round((syncs.count() - before) / posts, 2)  # now and then PostgreSQL has something of its own to keep


def _rates(found: Sequence[Spent]) -> list[float]:
    return [1 / each.wall for each in found]


def _cpu(found: Sequence[Spent]) -> list[float]:
    return [each.cpu for each in found]


def _name(together: int, clients: int) -> str:
    return f"{together} to a POST, {clients} {'clients' if clients > 1 else 'client'}"
