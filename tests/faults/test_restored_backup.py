"""F25: the database is restored from a backup that is older than what was saved since. Affix reads that mail again, and
finds at the destination what is there already.
"""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from server.settings import Settings
from tests.conftest import Someone
from tests.faults.own_postgres import OwnPostgres, program
from tests.faults.sizes import Figure, sized
from tests.faults.stage import Stage
from tests.faults.test_outage import netsuite  # noqa: F401
from tests.faults.watched import Watched
from tests.launching import until
from tests.simulator.world import World
from tests.steps import SUPPORT, reference

EACH = sized(5, 200)  # messages before the backup, and after it
EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"


@pytest.fixture
def database(own_postgres: OwnPostgres) -> str:
    return own_postgres.url


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The app of this process has to have connections of its own."""
    return settings.model_copy(update={"lease_seconds": 2, "base_url": "https://affix.example"})


@pytest.fixture
def on_netsuite(watched: Watched, netsuite: dict[str, Any], ben: Someone) -> Watched:  # noqa: F811
    """Ben's rule on the shared mailbox, with a record in another system."""
    watched.licensed(SUPPORT)
    watched.stage.record = netsuite
    watched.rule(ben, attachments="none")
    return watched


def test_what_was_saved_since_the_backup_is_found_at_the_destination_and_nothing_is_missing(
    on_netsuite: Watched, stage: Stage, world: World, ben: Someone, database: str, tmp_path: Path, figure: Figure
) -> None:
    backup = tmp_path / "backup"
    worker = on_netsuite.worker()
    on_netsuite.until_connected()
    on_netsuite.arrive(EACH)
    until_all_there(on_netsuite, world)
    worker.kill()
    run("pg_dump", database, f"--file={backup}")

    worker = on_netsuite.worker()
    on_netsuite.arrive(EACH)
    by_hand = stage.deliver(10**6)
    on_netsuite.arrived.append("by hand")
    ben.post("/api/saves", {"item": by_hand, "records": [reference(stage.record)], "attachments": "none"}, expect=202)
    until_all_there(on_netsuite, world)
    worker.kill()

    run("psql", database, f"--command={EMPTY}")
    run("psql", database, f"--file={backup}")
    before = on_netsuite.requests()
    on_netsuite.worker()
    on_netsuite.arrive()
    until_all_there(on_netsuite, world)
    figure("messages after the backup, requests to Graph to catch up", (EACH, on_netsuite.requests() - before))


def run(name: str, database: str, *arguments: str) -> None:
    given = ["--quiet", "--set=ON_ERROR_STOP=1"] if name == "psql" else []
    subprocess.run([program(name), *given, *arguments, database], check=True, stdout=subprocess.DEVNULL)


def until_all_there(watched: Watched, world: World) -> None:
    """In NetSuite, each email once, and nobody has anything in hand."""
    account = world.netsuite.account("1234567")
    assert account is not None
    there = account.records["message"]
    until(lambda: len(there) >= len(watched.arrived), f"{len(watched.arrived)} emails are there", 120)
    until(watched.is_at_rest, "nobody has anything in hand", 60)
    subjects = [str(each["subject"]) for each in there.values()]
    assert len(subjects) == len(set(subjects)) == len(watched.arrived)
