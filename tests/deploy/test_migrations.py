"""A release is rolled out while the one before is at work: the schema grows under it, and it misses nothing."""

import ast
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from server import create_app, migrate
from server.db import Database
from server.errors import Busy
from server.http import Session
from server.migrations import meanwhile
from server.settings import Settings
from tests.deploy import additions
from tests.launching import LIMIT, until

# The first release that is rolled out under load has all migrations up to this one; there is none before it.
FIRST_RELEASE = "0019"
# Tables that are never large: an index of theirs is there in a moment.
SMALL = {"procrastinate_jobs"}
Steps = Callable[[str, str], dict[str, list[str]]]


def revisions() -> list[str]:
    """Oldest first."""
    scripts = ScriptDirectory(str(migrate.MIGRATIONS))
    return [each.revision for each in scripts.walk_revisions()][::-1]


@pytest.fixture
def steps(empty_database: Engine) -> Steps:
    """What each migration after the first of two revisions, up to the second one, takes from the release before it."""

    def take(first: str, last: str) -> dict[str, list[str]]:
        migrate.upgrade(empty_database, first)
        found = {}
        with empty_database.connect() as connection:
            before = additions.read(connection)
        for revision in (each for each in revisions() if first < each <= last):
            migrate.upgrade(empty_database, revision)
            with empty_database.connect() as connection:
                after = additions.read(connection)
            found[revision], before = additions.taken(before, after), after
        return found

    return take


def test_no_migration_takes_anything_from_the_release_before(steps: Steps) -> None:
    assert {name: lines for name, lines in steps(FIRST_RELEASE, migrate.newest()).items() if lines} == {}


def test_what_is_taken_would_be_noticed(steps: Steps) -> None:
    """Of the time before the first release, when nobody was at work meanwhile."""
    found = steps("0004", "0007")
    assert "watches.folders_at is gone" in found["0005"]
    assert "pauses.mailbox is gone" in found["0007"] and "pauses.name has to be given" in found["0007"]
    assert found["0006"] == []


def test_a_required_column_and_a_new_limit_would_be_noticed(empty_database: Engine) -> None:
    def after(statement: str) -> list[str]:
        with empty_database.begin() as connection:
            before = additions.read(connection)
            connection.execute(text(statement))
            return additions.taken(before, additions.read(connection))

    with empty_database.begin() as connection:
        connection.execute(text("CREATE TABLE shelves (id int PRIMARY KEY, title text, place text DEFAULT '')"))
    assert after("ALTER TABLE shelves ADD height int NOT NULL") == ["shelves.height has to be given"]
    assert after("ALTER TABLE shelves ADD width int NOT NULL DEFAULT 0, ADD depth int") == []
    assert after("ALTER TABLE shelves ALTER place SET NOT NULL") == ["shelves.place may not be empty any more"]
    assert after("ALTER TABLE shelves ALTER place DROP DEFAULT") == ["shelves.place does not fill itself any more"]
    assert after("ALTER TABLE shelves ALTER title TYPE varchar(5)") == [
        "shelves.title was text and is character varying(5)"
    ]
    assert after("CREATE UNIQUE INDEX one_title ON shelves (title)") == ["shelves is limited by one_title"]
    assert after("ALTER INDEX one_title RENAME TO only_title") == []
    assert after("CREATE INDEX places ON shelves (place)") == []
    assert after("ALTER TABLE shelves ADD CHECK (id > 0)") == ["shelves is limited by shelves_id_check"]
    assert after("CREATE UNIQUE INDEX one_depth ON shelves (id, depth) WHERE depth > 0") == [
        "shelves is limited by one_depth"
    ]
    assert after("DROP TABLE shelves") == ["shelves is gone"]


def test_a_release_goes_on_at_a_database_that_is_newer_than_itself(settings: Settings, empty_database: Engine) -> None:
    """Its processes are started anew until the last machine has the next release, or when that is withdrawn."""
    migrate.upgrade(empty_database)
    with empty_database.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    migrate.upgrade(empty_database)
    address = empty_database.url.render_as_string(hide_password=False)
    app = create_app(settings, Session(), Database(address, 2))
    assert app.test_client().get("/health/ready").status_code == 200
    app.extensions["affix"].close()


def test_a_release_is_not_ready_before_its_migrations_ran(settings: Settings, empty_database: Engine) -> None:
    migrate.upgrade(empty_database, revisions()[-2])
    address = empty_database.url.render_as_string(hide_password=False)
    app = create_app(settings, Session(), Database(address, 2))
    assert app.test_client().get("/health/ready").status_code == 503
    app.extensions["affix"].close()


@pytest.fixture
def half_a_second(monkeypatch: pytest.MonkeyPatch) -> float:
    """For which a migration waits for a table at most, so that these tests are short."""
    monkeypatch.setattr(migrate, "LOCK_SECONDS", 0.5)
    return migrate.LOCK_SECONDS


def test_a_migration_that_has_to_wait_for_a_table_lets_others_use_it(
    empty_database: Engine, half_a_second: float
) -> None:
    """Somebody reads for long; who comes after a waiting migration would wait behind it, all of them."""
    migrate.upgrade(empty_database, "0001")
    waits: list[float] = []
    upgrading = threading.Thread(target=migrate.upgrade, args=(empty_database,))
    with empty_database.connect() as reader, empty_database.connect() as other:
        reader.execute(text("SELECT count(*) FROM saves"))
        upgrading.start()
        began = time.monotonic()
        while time.monotonic() - began < 3 * half_a_second:
            asked = time.monotonic()
            other.execute(text("SELECT count(*) FROM saves"))
            other.rollback()
            waits.append(time.monotonic() - asked)
        reader.rollback()
        upgrading.join(migrate.PATIENCE)
    assert half_a_second / 2 < max(waits) < half_a_second + 1
    assert migrate.is_current(empty_database)


def test_a_migration_for_which_there_is_no_room_is_begun_anew_by_the_next_call(
    empty_database: Engine, half_a_second: float
) -> None:
    """0003 changes the table of saves."""
    migrate.upgrade(empty_database, "0001")
    with empty_database.connect() as reader:
        reader.execute(text("SELECT count(*) FROM saves"))
        with pytest.raises(Busy):
            migrate.upgrade(empty_database, patience=0)
        assert reader.scalar(text("SELECT version_num FROM alembic_version")) == "0002"
        assert not reader.scalar(text("SELECT to_regclass('rules')"))
    migrate.upgrade(empty_database)
    assert migrate.is_current(empty_database)


def test_an_index_is_made_while_others_write_to_the_table(empty_database: Engine) -> None:
    """One of the writers takes long; the index waits for it, and the other one for nobody."""
    with empty_database.begin() as connection:
        connection.execute(text("CREATE TABLE shelves (id int)"))
        connection.execute(text("CREATE INDEX places ON shelves (id) WHERE id > 5"))  # of a try that was cut off

    def migrating() -> None:
        with empty_database.connect() as connection:
            connection.execute(text("SET lock_timeout = 100"))
            connection.commit()
            context = MigrationContext.configure(connection)
            with Operations.context(context), context.begin_transaction():
                meanwhile.create_index("places", "shelves", ["id"])

    with empty_database.connect() as slow, empty_database.connect() as other:
        slow.execute(text("INSERT INTO shelves VALUES (1)"))
        with ThreadPoolExecutor(1) as pool:
            made = pool.submit(migrating)
            until(lambda: waits_for_an_index(other), "the index waits for the slow writer")
            other.execute(text("INSERT INTO shelves VALUES (2)"))
            other.commit()
            assert not made.done()
            slow.commit()
            made.result()
        told = other.execute(text("SELECT indexdef FROM pg_indexes WHERE indexname = 'places'")).scalar_one()
        valid = other.scalar(text("SELECT indisvalid FROM pg_index WHERE indexrelid = 'places'::regclass"))
    assert valid and "WHERE" not in told


def test_two_that_upgrade_at_once_do_not_wait_for_each_other(empty_database: Engine) -> None:
    """An index that is made while others write waits for every statement that runs, and so for one that only waits."""
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(migrate.upgrade, empty_database) for _ in range(2)]
        for each in both:
            each.result(LIMIT)
    assert migrate.is_current(empty_database)


def waits_for_an_index(connection: Connection) -> bool:
    found = connection.scalar(
        text("SELECT 1 FROM pg_stat_activity WHERE query LIKE '%INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'")
    )
    connection.rollback()
    return bool(found)


def test_tables_that_are_there_get_indices_while_others_write_to_them() -> None:
    wrong = []
    for path in sorted((migrate.MIGRATIONS / "versions").glob("*.py")):
        calls = [each for each in ast.walk(ast.parse(path.read_text())) if isinstance(each, ast.Call)]
        made = {ast.unparse(call.args[0]) for call in calls if ast.unparse(call.func) == "op.create_table"}
        indexed = {ast.unparse(call.args[1]) for call in calls if ast.unparse(call.func) == "op.create_index"}
        if path.name[:4] > FIRST_RELEASE:
            wrong += [f"{path.name}: {table}" for table in sorted(indexed - made - {repr(each) for each in SMALL})]
    assert wrong == []
