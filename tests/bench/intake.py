"""Notifications in a storm: how soon they are answered while workers have all hands full, and what each one costs."""

import json
import random
import re
import statistics
import subprocess
from pathlib import Path
from typing import Any

import psutil

from tests.bench.figures import Figure
from tests.bench.sender import CONNECTIONS, Answer, send_all
from tests.bench.singles import SAVED
from tests.bench.watched import BUSY, SUPPORT, Watched, warmed_up
from tests.launching import ended, until
from tests.simulator.notifying import envelope

NOTIFICATIONS = 5000
ROUNDS = 2
TIMES = 2  # so often each message is announced
TOGETHER = 10  # notifications in a POST
LATE, PATIENCE = 3.0, 10.0  # seconds: then Graph tries again; then it thinks ill of the whole address


def measure(database_url: str, folder: Path, size: int = NOTIFICATIONS) -> list[Figure]:
    """Workers stopped and running in turns. What they are told of in the first half they have to do in the second."""
    stopped: list[Answer] = []
    running: list[Answer] = []
    commits = 0
    with warmed_up(database_url, folder, web_workers=2) as there:
        there.desk.end_worker()
        for number in range(ROUNDS):
            before = there.number("SELECT pg_current_wal_insert_lsn()::text")
            stopped += send_all(there.hook, _announcements(there, size // ROUNDS // 2, number))
            commits += commits_since(there, before)
            with ended(there.desk.start_worker()) as worker:
                bodies, saved = _announcements(there, size // ROUNDS, number), there.number(SAVED)
                until(lambda: there.number(SAVED) > saved, "workers are busy")  # noqa: B023  (called at once)
                running += send_all(there.hook, bodies)
                assert there.number(BUSY), "the workers had nothing left to do"
                worker.end()
    return [*_latencies(stopped, running), _cost(stopped, commits)]


def measure_quickly(database_url: str, folder: Path) -> list[Figure]:
    return measure(database_url, folder, size=1000)


def _announcements(there: Watched, count: int, seed: int) -> list[bytes]:
    """New messages, each announced twice and in any order, some in each POST."""
    world = there.desk.world
    there.alter(notifications={"drop": 1})
    there.deliver(count // TIMES)
    with world.lock:
        mailbox = world.mailbox(SUPPORT)
        [subscription] = world.subscriptions.running(world.now())
        assert mailbox
        items = list(mailbox.items.values())[-(count // TIMES) :]
        told = [envelope.change(subscription, "created", each.key, each) for each in items] * TIMES
    random.Random(seed).shuffle(told)
    parcels = (told[start : start + TOGETHER] for start in range(0, len(told), TOGETHER))
    return [json.dumps({"value": each}).encode() for each in parcels]


def _latencies(stopped: list[Answer], running: list[Answer]) -> list[Figure]:
    name = f"{len(running)} POSTs of {TOGETHER} notifications while workers run"
    alone, busy = _p99(stopped), _p99(running)
    return [
        Figure(f"{name}: answers after more than 3 s", _later(running, LATE), "answers", 0),
        Figure(f"{name}: answers after more than 10 s", _later(running, PATIENCE), "answers", 0),
        Figure(f"{name}: answers other than 202", sum(status != 202 for status, _ in running), "answers", 0),
        Figure(f"{name}: slowest answer", round(max(seconds for _, seconds in running), 3), "s", LATE),
        Figure(f"{name}: p99", round(busy, 3), "s", None, f"{CONNECTIONS} connections"),
        Figure(
            f"{name}: p99 against that of stopped workers",
            round(busy / alone, 2),
            "x",
            3,
            f"{len(stopped)} POSTs, p99 {alone:.3f} s",
        ),
    ]


def _cost(answers: list[Answer], commits: int) -> Figure:
    return Figure("commits that write, for each POST", round(commits / len(answers), 3), "commits", 1, "one each: 1")


def _p99(answers: list[Answer]) -> float:
    return statistics.quantiles([seconds for _, seconds in answers], n=100, method="inclusive")[-1]


def _later(answers: list[Answer], limit: float) -> int:
    return sum(seconds > limit for _, seconds in answers)


def commits_since(there: Watched, place: str) -> int:
    """As PostgreSQL's own log of changes has them."""
    log = Path(there.number("SHOW data_directory")) / "pg_wal"
    server: Any = psutil.Process(there.number("SELECT pg_backend_pid()")).parent()
    program = Path(server.exe()).with_name("pg_waldump")
    command = [str(program), "--path", str(log), "--rmgr", "Transaction", "--start", place]
    listed = subprocess.run(
        [*command, "--end", there.number("SELECT pg_current_wal_flush_lsn()::text")],
        capture_output=True,
        text=True,
        check=True,
    )
    return len(re.findall(r"desc: COMMIT ", listed.stdout))
