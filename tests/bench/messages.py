"""What a message costs from its announcement until it is saved: commits, and processor time against a script that
takes the same message apart, cleans it and writes one row.
"""

import io
import time
from pathlib import Path
from typing import Any

import psycopg

from server.mail.html import safe_html, text_of
from server.mail.mime import open_message
from tests.bench.figures import Figure
from tests.bench.intake import commits_since
from tests.bench.processes import cpu_seconds
from tests.bench.rounds import in_turns, ratio
from tests.bench.singles import SAVED
from tests.bench.watched import SUPPORT, Watched, order, warmed_up
from tests.launching import until

BURST, SINGLES, ROUNDS = 500, 60, 9
PLACE = "SELECT pg_current_wal_insert_lsn()::text"
TABLE = "CREATE TABLE inline_messages (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, subject text, body text)"
ROW = "INSERT INTO inline_messages (subject, body) VALUES (%s, %s)"


def measure(
    database_url: str, folder: Path, burst: int = BURST, singles: int = SINGLES, rounds: int = ROUNDS
) -> list[Figure]:
    """Text only, one web process and one worker."""
    with warmed_up(database_url, folder, keep_mime=False, mark_messages=False) as there:
        there.database.execute(TABLE)
        alone = _alone(there, singles)
        before = there.number(PLACE)
        sides = {"ours": lambda _: _of_burst(there, burst), "script": lambda _: _of_script(there, burst)}
        found = in_turns(sides, rounds)
        commits = commits_since(there, before) / burst / rounds - 1  # the script's own, one for each
        there.database.execute("DROP TABLE inline_messages")
    many = ratio(found["ours"], found["script"])
    script = many.reference
    return [
        Figure(
            f"burst of {burst}, text only: CPU per message, web and worker, against an inline script",
            many.median,
            "x",
            2,
            f"{many.ours * 1000:.2f} ms to {script * 1000:.2f} ms; {many.spread()}",
        ),
        Figure(f"burst of {burst}, text only: commits that write per message", commits, "commits", 0.3),
        Figure(
            f"{singles} single messages, text only: CPU per message against that script",
            alone[0] / script,
            "x",
            None,
            f"{alone[0] * 1000:.2f} ms",
        ),
        Figure(f"{singles} single messages, text only: commits that write per message", alone[1], "commits", 3),
    ]


def measure_quickly(database_url: str, folder: Path) -> list[Figure]:
    return measure(database_url, folder, burst=100, singles=10, rounds=2)


def _cpu(there: Watched) -> float:
    return sum(map(cpu_seconds, [*there.desk.web_processes, there.desk.worker]))


def _alone(there: Watched, count: int) -> tuple[float, float]:
    """Processor seconds and commits of each; the next one arrives when nothing of the last one is left to do."""
    before, place = _cpu(there), there.number(PLACE)
    for _ in range(count):
        saved = there.number(SAVED)
        there.deliver(1)
        until(lambda: there.number(SAVED) > saved, "the message is saved")  # noqa: B023  (called at once)
        there.wait_until_quiet()
    return (_cpu(there) - before) / count, commits_since(there, place) / count


def _of_burst(there: Watched, count: int) -> float:
    before, saved = _cpu(there), there.number(SAVED)
    there.burst(count)
    until(lambda: there.number(SAVED) >= saved + count, "all are saved", 120)
    there.wait_until_quiet()
    return (_cpu(there) - before) / count


def _of_script(there: Watched, count: int) -> float:
    database: psycopg.Connection[Any] = there.database
    raw = [order(number, SUPPORT) for number in range(count)]
    began = time.process_time()
    for each in raw:
        with open_message(io.BytesIO(each)) as message:
            text = message.text or text_of(message.html or "")
            safe_html(message.html or text)
        database.execute(ROW, (message.subject, text))
    return (time.process_time() - began) / count
