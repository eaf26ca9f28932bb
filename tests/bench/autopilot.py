"""What Autopilot costs: requests to Graph in bursts and in silence, and how soon mail is on the record."""

from pathlib import Path

from tests.bench import backlog, burst, idle, singles
from tests.bench.figures import Figure


def measure(database_url: str, folder: Path) -> list[Figure]:
    parts = (burst.text_only, burst.marked, burst.whole, idle.week, singles.one_by_one, backlog.drained)
    return [figure for part in parts for figure in part(database_url, folder)]


def measure_quickly(database_url: str, folder: Path) -> list[Figure]:
    """The same with fewer messages and a shorter silence."""
    return [
        *burst.text_only(database_url, folder, size=100, rounds=0),
        *burst.marked(database_url, folder, size=100, rounds=1),
        *burst.whole(database_url, folder, size=100, rounds=0),
        *idle.week(database_url, folder, days=2),
        *singles.one_by_one(database_url, folder, size=10),
        *backlog.drained(database_url, folder, size=200),
    ]
