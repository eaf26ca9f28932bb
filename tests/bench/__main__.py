"""`scripts/bench WHAT`: measures, and prints tables; with --json the last line is for programs, and with --keep the
tables are in RESULTS.md too.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from server import migrate
from server.db import Database
from tests.bench import (
    accept,
    accounts,
    auth,
    autopilot,
    hostile,
    intake,
    isolation,
    messages,
    netsuite,
    pane,
    results,
    save,
)
from tests.bench.figures import Figure, as_json, table
from tests.bench.processes import machine
from tests.simulator.demo.database import EmbeddedPostgres

Measure = Callable[[str, Path], list[Figure]]

BUILT: dict[str, Measure] = {
    "auth": auth.measure,
    "save": save.measure,
    "autopilot": autopilot.measure,
    "messages": messages.measure,
    "intake": intake.measure,
    "accept": accept.measure,
    "isolation": isolation.measure,
    "hostile": hostile.measure,
    "pane": pane.measure,
    "accounts": accounts.measure,
}
ELSEWHERE: dict[tuple[str, str], Measure] = {("save", "netsuite"): netsuite.measure}
QUICK: dict[str, Measure] = {
    "autopilot": autopilot.measure_quickly,
    "messages": messages.measure_quickly,
    "intake": intake.measure_quickly,
    "accept": accept.measure_quickly,
    "isolation": isolation.measure_quickly,
    "hostile": hostile.measure_quickly,
    "pane": pane.measure_quickly,
    "accounts": accounts.measure_quickly,
}

RESULTS = Path(__file__).with_name("RESULTS.md")


def main(arguments: list[str]) -> int:
    asked = _parsed(arguments)
    names = list(BUILT) if asked.what == "all" else [asked.what]
    measures = {**BUILT, **QUICK} if asked.quick else BUILT
    began = machine()
    click.echo(began)
    figures: dict[str, list[Figure]] = {}
    for name in names:
        with fresh_database() as (database_url, folder):
            figures[name] = ELSEWHERE.get((name, asked.destination), measures[name])(database_url, folder)
        click.echo(f"\n{name}\n{table(figures[name])}")
        if asked.keep:  # after each, so that what was measured is there whatever becomes of the rest
            RESULTS.write_text(results.page(figures, began, is_quick=asked.quick), encoding="utf-8")
    if asked.json:
        click.echo(as_json([each for found in figures.values() for each in found]))
    return 0


def _parsed(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/bench",
        description="Measures what Affix costs. Figures that fall short are printed like all others.",
    )
    parser.add_argument("what", choices=[*BUILT, "all"])
    parser.add_argument(
        "--destination", choices=["local", "netsuite"], default="local", help="where `save` saves to (default: local)"
    )
    parser.add_argument(
        "--quick", action="store_true", help="with fewer messages or openings, where that can be chosen"
    )
    parser.add_argument("--keep", action="store_true", help=f"write the tables to {RESULTS.name} beside the measures")
    parser.add_argument("--json", action="store_true", help='end with a line {"figures": [...]} for programs')
    return parser.parse_args(arguments)


@contextmanager
def fresh_database() -> Iterator[tuple[str, Path]]:
    """The address of a PostgreSQL with the newest schema, and a folder for logs. Both are gone afterwards."""
    with TemporaryDirectory(prefix="affix-bench-") as folder:
        postgres = EmbeddedPostgres(Path(folder) / "postgres")
        try:
            database = Database("postgresql+psycopg://" + postgres.url.split("://", 1)[1], 1)
            migrate.upgrade(database.engine)
            database.close()
            yield postgres.url, Path(folder)
        finally:
            postgres.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
