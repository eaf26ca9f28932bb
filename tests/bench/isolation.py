"""Many small tenants beside one that has thousands of saves waiting: how soon their mail is saved, in turns as the
service takes them and, for reference, in the order in which it was rung.
"""

import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from server import doorbell
from server.db import Database
from tests.bench import tenants
from tests.bench.figures import Figure
from tests.bench.tenants import Small
from tests.bench.watched import SUPPORT, Watched, watched
from tests.launching import ended, until
from tests.simulator.seed import CONTOSO

CROWD, SMALL, ROUNDS = 10_000, 50, 3
IN_ORDER = 4000  # of the crowd, that is in the queue for the reference: with all of it the reference takes even longer
PATIENCE = 900.0  # seconds
WAITING = f"SELECT count(*) FROM saves WHERE tenant_id = '{CONTOSO.id}' AND state = 'queued'"
SAVED = """
    SELECT messages.immutable_id, saves.saved_at FROM saves JOIN messages ON messages.id = saves.message_id
    WHERE messages.immutable_id = ANY(%s) AND saves.state = 'saved'
"""
LATER = "now() + interval '1 hour'"
ITS_BELLS = f"split_part(queueing_lock, '@', 2) = '{CONTOSO.id}'"
OF_CROWD = f"UPDATE procrastinate_jobs SET {{}} WHERE status <> 'doing' AND {ITS_BELLS}"
IN_HAND = f"SELECT count(*) FROM procrastinate_jobs WHERE status = 'doing' AND {ITS_BELLS}"
TOO_MANY = f"""
    UPDATE procrastinate_jobs SET scheduled_at = {LATER} WHERE id IN (
        SELECT id FROM procrastinate_jobs WHERE status <> 'doing' AND {ITS_BELLS} ORDER BY id OFFSET %s
    )
"""
FIFO = """
    CREATE FUNCTION fifo() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.priority := 0; RETURN NEW; END $$;
    CREATE TRIGGER fifo BEFORE INSERT ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION fifo();
    UPDATE procrastinate_jobs SET priority = 0 WHERE status <> 'doing'
"""
ORDERLY = "DROP TRIGGER IF EXISTS fifo ON procrastinate_jobs; DROP FUNCTION IF EXISTS fifo"


def measure(database_url: str, folder: Path, crowd: int = CROWD, rounds: int = ROUNDS) -> list[Figure]:
    idle: list[float] = []
    ours: list[float] = []
    with _beside(database_url, folder, crowd) as (there, small):
        for number in range(rounds):
            for is_crowded in (False, True) if number % 2 == 0 else (True, False):
                _let(there, is_crowded)
                (ours if is_crowded else idle).extend(_seconds(there, small))
                assert there.number(WAITING), "the crowd had nothing left to do"
        _let(there, True)
        there.database.execute(TOO_MANY.encode(), (IN_ORDER,))
        there.database.execute(FIFO.encode())
        left = min(IN_ORDER, there.number(WAITING))
        fifo = _seconds(there, small)
    return _figures(crowd, idle, ours, fifo, left)


def measure_quickly(database_url: str, folder: Path) -> list[Figure]:
    return measure(database_url, folder, crowd=600, rounds=1)


@contextmanager
def _beside(database_url: str, folder: Path, crowd: int) -> Iterator[tuple[Watched, Sequence[Small]]]:
    """Contoso with so many saves queued and a worker at them, and fifty tenants whose mail is watched."""
    small = tenants.some(SMALL)
    names = ",".join([CONTOSO.id, *(each.tenant.id for each in small)])
    with watched(database_url, folder, tenants=names, keep_mime=False, mark_messages=False) as there:
        for each in small:
            tenants.settle(there, each)
        there.wait_until_quiet()
        _seconds(there, small)
        there.wait_until_announced()
        there.desk.save("ben", there.desk.deliver("support", 1, ()))
        there.desk.end_worker()
        _queue(there, database_url, crowd)
        with ended(there.desk.start_worker()):
            until(lambda: there.number(WAITING) < crowd, "the crowd's first save is in hand")
            try:
                yield there, small
            finally:
                there.database.execute(ORDERLY.encode())


def _queue(there: Watched, database_url: str, crowd: int) -> None:
    """As many messages, and a save of each as the one that there is: as if people had asked for them by hand."""
    found = [tenants.deliver(there, SUPPORT)[0] for _ in range(crowd)]
    ids = there.database.execute(_copies(there, "messages", _OF_MESSAGE).encode(), (CONTOSO.id, found)).fetchall()
    there.database.execute(_copies(there, "saves", _OF_SAVE).encode(), (CONTOSO.id, [str(each) for (each,) in ids]))
    database = Database("postgresql+psycopg://" + database_url.split("://", 1)[1], 1)
    with database.session.begin() as session:
        for (each,) in ids:
            doorbell.ring(session, each)
    database.close()


_OF_MESSAGE = {"id": "gen_random_uuid()", "immutable_id": "each", "internet_message_id": "'<' || md5(each) || '>'"}
_OF_SAVE = {
    "id": "gen_random_uuid()",
    "message_id": "each::uuid",
    "state": "'queued'",
    "due_at": "now()",
    **dict.fromkeys(("key", "reference", "link", "saved_at", "lease_until"), "NULL"),
}


def _copies(there: Watched, table: str, altered: dict[str, str]) -> str:
    """A statement that copies the one row of a tenant for `each` of some values."""
    query = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s"
    names = [name for (name,) in there.database.execute(query, (table,))]
    values = ", ".join(altered.get(name, f"one.{name}") for name in names)
    one = f"(SELECT * FROM {table} WHERE tenant_id = %s LIMIT 1) AS one, unnest(%s::text[]) AS each"
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {one} RETURNING id"


def _let(there: Watched, is_crowded: bool) -> None:
    """The crowd's bells are answered from now on, or none of them for a while."""
    there.database.execute(OF_CROWD.format(f"scheduled_at = {'NULL' if is_crowded else LATER}").encode())
    until(lambda: (there.number(IN_HAND) > 0) == is_crowded, "workers do for the crowd what they may")


def _seconds(there: Watched, small: Sequence[Small]) -> list[float]:
    """Each gets one message, all at the same time; from its arrival until the destination had it."""
    began = dict(tenants.deliver(there, each.address) for each in small)

    def saved() -> dict[str, float] | None:
        rows = there.database.execute(SAVED, (list(began),)).fetchall()
        return {name: (at - began[name]).total_seconds() for name, at in rows} if len(rows) == len(began) else None

    return list(until(saved, "the mail of all small tenants is saved", PATIENCE).values())


def _figures(crowd: int, idle: list[float], ours: list[float], fifo: list[float], left: int) -> list[Figure]:
    name = f"{SMALL} tenants with a message each beside {crowd} queued saves of another one"
    median, alone, in_order = (statistics.median(each) for each in (ours, idle, fifo))
    p99 = statistics.quantiles(ours, n=100, method="inclusive")[-1]
    return [
        Figure(f"{name}: median until saved", round(median, 3), "s", None, f"alone {alone:.3f} s"),
        Figure(f"{name}: median against that of small tenants alone", round(median / alone, 3), "x", 2),
        Figure(f"{name}: p99 until saved", round(p99, 3), "s", 5),
        Figure(
            f"{name}: how many times sooner than in the order of ringing",
            round(in_order / median, 2),
            "x",
            20,
            f"first in, first out with {left} queued: median {in_order:.1f} s",
            is_least=True,
        ),
    ]
