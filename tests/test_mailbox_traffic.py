"""Seats and pauses that processes share through PostgreSQL. A process is told by its session, so one suffices here."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest
from psycopg.rows import TupleRow
from sqlalchemy import create_engine, text

from server.db import StandingConnection
from server.mail.base import MailBusy
from server.mail.graph.seats import SEATS, Seats
from server.traffic import MOST_SEATS, Processes, TooBusy
from server.traffic import Seats as SeatsAnywhere
from tests.launching import until

SUPPORT, SALES = "support@x.example", "sales@x.example"
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
NewProcess = Callable[..., Seats]


@pytest.fixture
def new_process(database: str) -> Iterator[NewProcess]:
    """The seats as another process has them."""
    standing: list[StandingConnection] = []

    def start(address: str = database, silence: int = 60, patience: float = 5.0) -> Seats:
        standing.append(StandingConnection(address, silence))
        return Seats(patience=patience, others=Processes(standing[-1]))

    yield start
    for each in standing:
        each.close()


@pytest.fixture
def look(database: str) -> Iterator[psycopg.Connection[TupleRow]]:
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


def all_seats(seats: Seats, mailbox: str = SUPPORT) -> ExitStack:
    taken = ExitStack()
    for _ in range(SEATS):
        taken.enter_context(seats.at(mailbox))
    return taken


def code_at(seats: Seats, mailbox: str = SUPPORT) -> str:
    try:
        with seats.at(mailbox):
            return ""
    except MailBusy as busy:
        return busy.code


def pauses(look: psycopg.Connection[TupleRow]) -> list[str]:
    return [row[0] for row in look.execute("SELECT name FROM pauses").fetchall()]


def locks(look: psycopg.Connection[TupleRow]) -> int:
    row = look.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'").fetchone()
    return int(row[0]) if row else 0


def end_sessions(look: psycopg.Connection[TupleRow]) -> None:
    look.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )


def test_four_seats_are_all_there_are_for_everybody(new_process: NewProcess) -> None:
    first, second = new_process(), new_process(patience=0.05)
    with first.at(SUPPORT), first.at(SUPPORT), second.at(SUPPORT):
        with second.at(SUPPORT):
            assert code_at(second) == "no_seat"
            assert code_at(second, SALES) == ""
        assert code_at(second, SUPPORT.title()) == ""


def test_no_lock_is_left_when_all_have_gone(new_process: NewProcess, look: psycopg.Connection[TupleRow]) -> None:
    first, second = new_process(), new_process(patience=0.05)
    with all_seats(first):
        assert locks(look) == SEATS
        assert code_at(second) == "no_seat"
    assert code_at(second) == ""
    assert locks(look) == 0


def test_a_process_that_waits_is_let_in_before_those_who_sit_there_return(new_process: NewProcess) -> None:
    greedy, waiting = new_process(), new_process()
    came = threading.Event()

    def visit() -> None:
        with waiting.at(SUPPORT):
            came.set()

    taken, thread = all_seats(greedy), threading.Thread(target=visit)
    with taken:
        thread.start()
        visits = 0
        while not came.is_set() and visits < 100:  # it would be let in by chance otherwise, after many
            taken.close()
            taken = all_seats(greedy)
            visits += 1
        taken.close()
        thread.join(10)
    assert came.is_set()
    assert visits < 100


def test_a_process_that_stands_still_loses_its_seats(new_process: NewProcess) -> None:
    still, other = new_process(silence=1), new_process()
    with all_seats(still):
        began = time.monotonic()
        assert code_at(other) == ""
        assert time.monotonic() - began < 4
    assert code_at(still) == ""


# Pauses


def test_the_later_end_of_two_pauses_counts(new_process: NewProcess) -> None:
    first, second, third = new_process(), new_process(), new_process()
    second.pause(SUPPORT, 60)
    first.pause(SUPPORT, 5)
    with pytest.raises(MailBusy) as refused, third.at(SUPPORT):
        pass
    assert refused.value.code == "paused"
    assert 55 < (refused.value.retry_after or 0) <= 60
    assert code_at(third, SALES) == ""


def test_a_pause_that_is_over_is_forgotten_at_the_next_visit(
    new_process: NewProcess, look: psycopg.Connection[TupleRow]
) -> None:
    first, second = new_process(), new_process()
    first.pause(SUPPORT, 0.05)
    first.pause(SALES, 60)
    until(lambda: code_at(second) == "", "the pause is over")
    assert pauses(look) == [SALES]


def test_who_meets_a_pause_while_it_waits_keeps_nobody_waiting(
    new_process: NewProcess, look: psycopg.Connection[TupleRow]
) -> None:
    first, second = new_process(), new_process()
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.append(code_at(second)))
    with all_seats(first):
        thread.start()
        until(lambda: locks(look) == SEATS + 1, "it waits")
        first.pause(SUPPORT, 60)
        thread.join(5)
    assert found == ["paused"]
    assert locks(look) == 0


# The database is not always there


def test_requests_go_on_while_the_database_is_away(new_process: NewProcess) -> None:
    alone = new_process(NOWHERE, patience=0.05)
    with all_seats(alone):
        assert code_at(alone) == "no_seat"
    alone.pause(SUPPORT, 60)
    assert code_at(alone) == "paused"
    assert code_at(alone, SALES) == ""


def test_a_session_that_was_ended_is_followed_by_another(
    new_process: NewProcess, look: psycopg.Connection[TupleRow]
) -> None:
    first, second = new_process(), new_process(patience=0.05)
    with first.at(SUPPORT):
        end_sessions(look)
        with all_seats(second):
            assert code_at(second) == "no_seat"
        with first.at(SUPPORT):
            assert locks(look) == 1
    assert locks(look) == 0


def test_a_table_that_is_not_there_yet_stops_nobody(new_process: NewProcess, database: str) -> None:
    engine = create_engine("postgresql+psycopg://" + database.split("://", 1)[1])
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE pauses RENAME TO hidden"))
    try:
        assert code_at(new_process()) == ""
    finally:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE hidden RENAME TO pauses"))
        engine.dispose()


# Not only at mailboxes


@pytest.mark.parametrize("count", [1, 2, MOST_SEATS])
def test_a_place_of_any_name_has_as_many_seats_as_it_is_said_to_have(
    database: str, count: int, look: psycopg.Connection[TupleRow]
) -> None:
    standing = [StandingConnection(database, 60) for _ in range(2)]
    first, second = (SeatsAnywhere(count, 0.05, Processes(each)) for each in standing)
    try:
        with ExitStack() as taken:
            for number in range(count):
                taken.enter_context((first, second)[number % 2].at("netsuite:1234567"))
            for each in (first, second):
                with pytest.raises(TooBusy) as refused, each.at("netsuite:1234567"):
                    pass
                assert (refused.value.code, refused.value.retry_after) == ("no_seat", None)
            assert locks(look) == count
        second.pause("netsuite:1234567", 60)
        with pytest.raises(TooBusy) as refused, first.at("netsuite:1234567"):
            pass
        assert refused.value.code == "paused"
        assert 55 < (refused.value.retry_after or 0) <= 60
        with first.at("netsuite:7654321_sb1"):
            pass
    finally:
        for each in standing:
            each.close()


@pytest.mark.parametrize("count", [0, MOST_SEATS + 1])
def test_a_place_without_seats_or_with_too_many_is_refused(count: int) -> None:
    with pytest.raises(ValueError, match="seats"):
        SeatsAnywhere(count)
