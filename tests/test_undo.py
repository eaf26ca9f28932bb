"""Undo of what was saved to a system that is slow, refuses, is away, or whose caller dies in the middle."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest
from sqlalchemy import text

from server.delivery import ring_for_overdue
from server.destinations import Kind, forget, register
from server.destinations.base import DestinationError
from server.services import Services
from tests.autopilot.asking import licensed
from tests.autopilot.past_mail import ago, arrive, asked_for, letter, ruled, shown, turn
from tests.conftest import Control, Someone, mime
from tests.destinations.scripted import AWAY, ScriptedDestination, Shelf, configure, known, unconfigure
from tests.launching import LIMIT
from tests.simulator.seed import CONTOSO
from tests.steps import ANA, SUPPORT, context, item_of, reference, save_of

REFUSED = DestinationError("The shelf lets nothing go.", permanent=True, code="undo_refused")
TIME_PASSES = "UPDATE saves SET lease_until = lease_until - interval '1 hour', due_at = due_at - interval '1 hour'"


@pytest.fixture
def shelf(services: Services) -> Iterator[Shelf]:
    with known():
        yield configure(services)


@pytest.fixture
def record(shelf: Shelf, ana: Someone) -> dict[str, Any]:
    return shelf.record(ana)


@pytest.fixture
def in_support(control: Control) -> dict[str, Any]:
    return item_of(control.deliver(SUPPORT, mime()), SUPPORT)


@pytest.fixture
def saved(ben: Someone, record: Any, in_support: Any, work: Any) -> dict[str, Any]:
    [save] = ben.save(in_support, record)
    work()
    found = save_of(ben, save)
    assert found["state"] == "saved"
    return found


@pytest.fixture
def time_passes(services: Services, work: Any) -> Callable[[], None]:
    """Leases end and waits are over; then workers do what is due."""

    def run() -> None:
        with services.database.engine.begin() as connection:
            connection.execute(text(TIME_PASSES))
            connection.execute(text("UPDATE outages SET until = now()"))
        ring_for_overdue(services)
        work()

    return run


class Killed(BaseException):
    """The process is no more."""


def undo(person: Someone, save: dict[str, Any]) -> Any:
    return person.raw("DELETE", f"/api/saves/{save['id']}")


def die_at(shelf: Shelf, name: str, after: bool = False) -> None:
    """Whoever sends the next request of that name dies, before or after the system did what it was asked."""
    act = getattr(shelf.destination, name)

    def then_die(*args: Any) -> None:
        delattr(shelf.destination, name)
        if after:
            act(*args)
        raise Killed

    setattr(shelf.destination, name, then_die)


def test_nothing_is_locked_while_the_system_takes_its_time(
    ben: Someone, ana: Someone, saved: Any, shelf: Shelf, in_support: Any, services: Services
) -> None:
    with ThreadPoolExecutor(1) as threads, shelf.script.held("take_off") as reached:
        answer = threads.submit(undo, ben, saved)
        assert reached.wait(LIMIT)
        with services.database.engine.begin() as connection:
            connection.execute(text("SELECT * FROM saves, messages FOR UPDATE NOWAIT"))
            [idle] = connection.execute(
                text("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'")
            ).one()
        assert idle == 0
        assert [each["id"] for each in context(ana, in_support)["saves"]] == [saved["id"]]
        shelf.script.let_go()
        assert answer.result().get_json()["state"] == "undone"
    assert shelf.mails == []


def test_who_undoes_the_same_meanwhile_gets_the_same_answer(
    ben: Someone, ana: Someone, saved: Any, shelf: Shelf, services: Services
) -> None:
    with ThreadPoolExecutor(2) as threads, shelf.script.held("take_off") as reached:
        first = threads.submit(undo, ben, saved)
        assert reached.wait(LIMIT)
        second = threads.submit(undo, ana, saved)
        shelf.script.let_go()
        assert {each.result().get_json()["state"] for each in (first, second)} == {"undone"}
    assert shelf.script.count("take_off") == 1
    assert [each["what"] for each in ben.get("/api/activity")["activity"]].count("undone") == 1


def test_what_is_being_undone_is_neither_moved_nor_asked_for_again(
    ben: Someone, ana: Someone, saved: Any, shelf: Shelf, in_support: Any
) -> None:
    other = shelf.record(ana, "Other")
    wanted = {"item": in_support, "records": [reference(saved["record"])]}
    with ThreadPoolExecutor(1) as threads, shelf.script.held("take_off") as reached:
        answer = threads.submit(undo, ben, saved)
        assert reached.wait(LIMIT)
        moved = ana("PATCH", f"/api/saves/{saved['id']}", json={"record": reference(other)}, expect=503)
        again = ana.post("/api/saves", wanted, expect=503)
        shelf.script.let_go()
        assert answer.result().get_json()["state"] == "undone"
    assert {each["error"]["code"] for each in (moved, again)} == {"being_undone"}


@pytest.mark.parametrize("refused", [REFUSED, AWAY], ids=["refused", "away"])
def test_what_the_system_does_not_let_go_stays_as_it_was_and_says_why(
    ben: Someone, saved: Any, shelf: Shelf, refused: DestinationError, time_passes: Any
) -> None:
    shelf.script.refuses["take_off"] = refused
    answer = undo(ben, saved)
    assert answer.status_code == (400 if refused.permanent else 503)
    error = answer.get_json()["error"]
    assert (error["code"], error["message"]) == (refused.code, refused.message)
    assert save_of(ben, saved) == saved
    shelf.script.refuses.clear()
    time_passes()
    assert len(shelf.mails) == 1, "nobody undoes later what was answered with an error"
    assert undo(ben, saved).get_json()["state"] == "undone"
    assert shelf.mails == []


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_an_undo_whose_process_was_killed_is_finished_by_a_worker(
    ben: Someone, saved: Any, shelf: Shelf, control: Control, time_passes: Any, work: Any, after: bool
) -> None:
    die_at(shelf, "take_off", after)
    with pytest.raises(Killed):
        undo(ben, saved)
    work()
    assert save_of(ben, saved)["state"] == "saving", "its lease runs"
    puts = shelf.script.count("put")
    time_passes()
    assert save_of(ben, saved)["state"] == "undone"
    assert (shelf.mails, shelf.script.count("put")) == ([], puts)
    assert control.messages(SUPPORT)[0]["categories"] == []
    assert [each["what"] for each in ben.get("/api/activity")["activity"]] == ["undone", "saved"]


def test_a_worker_goes_on_with_it_until_the_system_answers(
    ben: Someone, saved: Any, shelf: Shelf, time_passes: Any
) -> None:
    die_at(shelf, "take_off")
    with pytest.raises(Killed):
        undo(ben, saved)
    shelf.script.away = AWAY
    for _ in range(12):
        time_passes()
    assert shelf.script.count("take_off") > 3
    assert save_of(ben, saved)["state"] == "queued"
    assert "the shelf" in save_of(ben, saved)["reason"]
    shelf.script.away = None
    time_passes()
    assert save_of(ben, saved)["state"] == "undone"
    assert shelf.mails == []


def test_a_worker_that_is_refused_leaves_it_as_it_was(ben: Someone, saved: Any, shelf: Shelf, time_passes: Any) -> None:
    die_at(shelf, "take_off")
    with pytest.raises(Killed):
        undo(ben, saved)
    shelf.script.refuses["take_off"] = REFUSED
    time_passes()
    assert save_of(ben, saved) == saved


def test_an_undo_that_kills_whoever_tries_it_is_given_up(
    ben: Someone, saved: Any, shelf: Shelf, time_passes: Any
) -> None:
    die_at(shelf, "take_off")
    with pytest.raises(Killed):
        undo(ben, saved)
    for _ in range(2):
        assert save_of(ben, saved)["state"] == "saving"
        die_at(shelf, "take_off")
        time_passes()
    time_passes()
    assert save_of(ben, saved) == saved


def test_the_same_email_from_another_mailbox_is_saved_after_it_was_taken_off_and_stays(
    ben: Someone, ana: Someone, record: Any, saved: Any, shelf: Shelf, control: Control, work: Any, time_passes: Any
) -> None:
    with ThreadPoolExecutor(1) as threads, shelf.script.held("take_off") as reached:
        answer = threads.submit(undo, ben, saved)
        assert reached.wait(LIMIT)
        [hers] = ana.save(item_of(control.deliver(ANA, mime())), record)
        work()
        waiting = save_of(ana, hers)
        assert (waiting["state"], waiting["reasonCode"]) == ("queued", "being_undone")
        shelf.script.let_go()
        assert answer.result().get_json()["state"] == "undone"
    time_passes()
    assert save_of(ana, hers)["state"] == "saved"
    assert len(shelf.mails) == 1


def test_an_email_that_another_save_is_just_putting_there_stays(
    ben: Someone, ana: Someone, record: Any, saved: Any, shelf: Shelf, control: Control, work: Any
) -> None:
    [hers] = ana.save(item_of(control.deliver(ANA, mime())), record)
    act = shelf.destination.save_email

    def undo_first(*args: Any) -> Any:
        assert undo(ben, saved).get_json()["state"] == "undone"
        return act(*args)

    shelf.destination.save_email = undo_first  # type: ignore[method-assign]
    work()
    assert save_of(ana, hers)["state"] == "saved"
    assert (len(shelf.mails), shelf.script.count("take_off")) == (1, 0)


def test_a_save_of_which_the_outcome_is_unknown_is_looked_for_before_it_is_undone(
    ben: Someone, record: Any, shelf: Shelf, in_support: Any, work: Any, time_passes: Any
) -> None:
    shelf.script.loses = 1
    [save] = ben.save(in_support, record)
    work()
    assert (save_of(ben, save)["state"], len(shelf.mails)) == ("queued", 1)
    assert undo(ben, save).get_json()["state"] == "undone"
    time_passes()
    assert (shelf.mails, shelf.script.count("put")) == ([], 1)


# All that a rule saved


@pytest.fixture
def backfilled(ana: Someone, ben: Someone, record: Any, control: Control, work: Any) -> dict[str, Any]:
    """Three messages from before a rule, saved."""
    licensed(ana, SUPPORT)
    arrive(control, *(letter(number, ago(days=number)) for number in (1, 2, 3)))
    started = asked_for(ben, ruled(ben, record))
    work()
    assert shown(ben, started)["saves"]["saved"] == 3
    return started


def test_all_is_undone_while_nothing_is_locked(
    ben: Someone, backfilled: Any, shelf: Shelf, services: Services, work: Any
) -> None:
    ben("DELETE", f"/api/backfills/{backfilled['id']}", expect=202)
    with ThreadPoolExecutor(1) as threads, shelf.script.held("take_off") as reached:
        working = threads.submit(work)
        assert reached.wait(LIMIT)
        with services.database.engine.begin() as connection:
            connection.execute(text("SELECT * FROM saves, messages, backfills FOR UPDATE NOWAIT"))
        shelf.script.let_go()
        working.result()
    assert (shown(ben, backfilled)["state"], shelf.mails) == ("undone", [])
    assert shelf.script.count("take_off") == 3


def test_what_the_system_does_not_let_go_of_them_stays_and_is_counted(
    ben: Someone, backfilled: Any, shelf: Shelf, work: Any
) -> None:
    shelf.script.refuses[shelf.mails[0]] = REFUSED
    ben("DELETE", f"/api/backfills/{backfilled['id']}", expect=202)
    work()
    found = shown(ben, backfilled)
    assert (found["state"], found["saves"]["saved"], found["saves"]["undone"]) == ("failed", 1, 2)
    assert found["reason"].startswith("1 of its emails") and REFUSED.message in found["reason"]


def test_all_is_undone_in_the_end_though_the_system_was_away_and_a_process_died(
    ben: Someone, backfilled: Any, shelf: Shelf, services: Services, work: Any, time_passes: Any
) -> None:
    shelf.script.away = AWAY
    ben("DELETE", f"/api/backfills/{backfilled['id']}", expect=202)
    work()
    found = shown(ben, backfilled)
    assert (found["state"], found["reason"], found["saves"]["saved"]) == ("undoing", AWAY.message, 3)
    shelf.script.away = None
    die_at(shelf, "take_off", after=True)
    with pytest.raises(Killed):
        turn(services, backfilled)
    time_passes()
    turn(services, backfilled)
    assert (shown(ben, backfilled)["state"], shelf.mails) == ("undone", [])


# Moves


def test_a_move_that_the_old_record_does_not_let_go_says_where_the_email_is_as_well(
    ben: Someone, ana: Someone, saved: Any, shelf: Shelf, work: Any
) -> None:
    shelf.script.refuses["take_off"] = REFUSED
    other = shelf.record(ana, "Other")
    ben("PATCH", f"/api/saves/{saved['id']}", json={"record": reference(other)})
    work()
    moved = save_of(ben, saved)
    assert (moved["state"], moved["reasonCode"]) == ("partial", "stays_on_old_record")
    assert "Purchasing" in moved["reason"] and REFUSED.message in moved["reason"]
    assert (len(ben.emails(other)), len(shelf.mails)) == (1, 2)


def test_what_leaves_a_record_by_a_move_is_not_taken_for_there_by_another_save(
    ben: Someone, ana: Someone, record: Any, saved: Any, shelf: Shelf, control: Control, work: Any, time_passes: Any
) -> None:
    other = shelf.record(ana, "Other")
    ben("PATCH", f"/api/saves/{saved['id']}", json={"record": reference(other)})
    with ThreadPoolExecutor(1) as threads, shelf.script.held("take_off") as reached:
        moving = threads.submit(work)
        assert reached.wait(LIMIT)
        [hers] = ana.save(item_of(control.deliver(ANA, mime())), record)
        work()
        assert save_of(ana, hers)["reasonCode"] == "being_undone"
        shelf.script.let_go()
        moving.result()
    time_passes()
    assert (save_of(ana, hers)["state"], save_of(ben, saved)["state"]) == ("saved", "saved")
    assert len(shelf.mails) == 2


# A destination that is no longer there


def test_what_is_for_a_destination_that_is_gone_fails_and_is_retried_when_it_is_back(
    ben: Someone, record: Any, shelf: Shelf, in_support: Any, services: Services, work: Any
) -> None:
    [save] = ben.save(in_support, record)
    unconfigure(services)
    work()
    failed = save_of(ben, save)
    assert (failed["state"], failed["reasonCode"]) == ("failed", "unknown_destination")
    assert "shelf" in failed["reason"] and failed["action"].startswith("Retry")
    assert [each["id"] for each in context(ben, in_support)["saves"]] == [save["id"]]
    assert ben.get("/api/activity")["activity"][0]["what"] == "failed"
    configure(services)
    ben("POST", f"/api/saves/{save['id']}/retry", expect=202)
    work()
    assert save_of(ben, save)["state"] == "saved"


def test_what_was_saved_to_a_destination_that_is_gone_is_not_undone_but_says_so(
    ben: Someone, saved: Any, shelf: Shelf, services: Services, in_support: Any
) -> None:
    unconfigure(services)
    answer = undo(ben, saved)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "unknown_destination")
    assert save_of(ben, saved) == saved
    assert [each["id"] for each in context(ben, in_support)["saves"]] == [saved["id"]]


def test_what_is_for_a_destination_whose_settings_are_of_no_use_waits_until_they_are_mended(
    ben: Someone, record: Any, shelf: Shelf, in_support: Any, services: Services, work: Any, time_passes: Any
) -> None:
    [save] = ben.save(in_support, record)
    forget("scripted")
    services.destinations.look_again(CONTOSO.id)
    change = "UPDATE destinations SET version = version + 1"
    with services.database.engine.begin() as connection:
        connection.execute(text(change))
    work()
    waiting = save_of(ben, save)
    assert (waiting["state"], waiting["reasonCode"]) == ("queued", "destination_away")
    assert "An administrator has to connect it again" in waiting["reason"]
    register(cast(Kind, ScriptedDestination))
    services.destinations.look_again(CONTOSO.id)
    time_passes()
    assert save_of(ben, save)["state"] == "saved"
