"""Several processes at one mailbox: together they keep to its limits and to the pauses that it asks for."""

import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from typing import Any

import pytest

from tests.conftest import Control
from tests.crowds import Crowd, Outcome, Place
from tests.launching import environment, until
from tests.pane.servers import served

SUPPORT, SALES = "support@contoso.example", "sales@contoso.example"
NewPlace = Callable[[], Place]


@pytest.fixture
def new_place(control: Control, database: str) -> Iterator[NewPlace]:
    places: list[Place] = []
    with served(control.simulator) as simulator_url:

        def start() -> Place:
            places.append(Place(environment(database), simulator_url))
            return places[-1]

        yield start
        for place in places:
            place.kill()


@pytest.fixture
def token(control: Control) -> str:
    return control.token("ana", "graph", app="5f0c1a52-8d36-4b7e-9a41-2c6d7e8f9a01", scopes=["Mail.ReadWrite.Shared"])


def slow(control: Control, mailbox: str, milliseconds: int, **more: Any) -> None:
    order = {"service": "graph", "path": f"*/{mailbox.replace('@', '%40')}/*", "delay_ms": milliseconds, **more}
    control("POST", "faults", json=[order, {**order, "path": f"*/{mailbox}/*"}])


def peak(control: Control, mailbox: str) -> int:
    peaks = {each["mailbox"]: each["concurrent"] for each in control("GET", "requests")["peaks"]}
    return int(peaks.get(mailbox, 0))


def asked(control: Control, mailbox: str) -> int:
    return sum(each["count"] for each in control.requests("graph") if each["mailbox"] == mailbox)


def codes(outcomes: list[Outcome]) -> set[str]:
    return {each.code for each in outcomes}


def test_all_processes_together_are_four_at_a_mailbox_and_slow_down_no_other(
    new_place: NewPlace, control: Control, token: str
) -> None:
    first, second, elsewhere = new_place(), new_place(), new_place()
    slow(control, SUPPORT, 25)
    for place in (first, second):
        place.send(Crowd(SUPPORT, token, threads=12, times=8))
    until(lambda: peak(control, SUPPORT) == 4, "the mailbox is busy")
    assert codes(elsewhere.ask(Crowd(SALES, token, times=5))) == {""}
    assert not (first.is_through() or second.is_through())
    ends = [outcomes[-1].ended for outcomes in (first.outcomes(), second.outcomes()) if codes(outcomes) == {""}]
    assert len(ends) == 2
    assert peak(control, SUPPORT) == 4
    assert asked(control, SUPPORT) == 2 * 12 * 8


def test_a_person_elsewhere_is_served_while_a_worker_takes_all_it_can_get(
    new_place: NewPlace, control: Control, token: str
) -> None:
    worker, web = new_place(), new_place()
    slow(control, SUPPORT, 50)
    worker.send(Crowd(SUPPORT, token, threads=12, times=15))
    until(lambda: peak(control, SUPPORT) == 4, "the mailbox is busy")
    outcomes = web.ask(Crowd(SUPPORT, token, times=5))
    assert codes(outcomes) == {""}
    assert not worker.is_through()
    assert codes(worker.outcomes()) == {""}


def test_a_killed_process_leaves_its_seats_to_others_at_once(new_place: NewPlace, control: Control, token: str) -> None:
    control("POST", "world", json={"throttling": {"concurrency": 100}})  # the killed ones still ask, in its eyes
    killed, other = new_place(), new_place()
    assert codes(other.ask(Crowd(SALES, token))) == {""}
    slow(control, SUPPORT, 4000)
    killed.send(Crowd(SUPPORT, token, threads=4))
    until(lambda: peak(control, SUPPORT) == 4, "all seats are taken")
    control("DELETE", "faults")
    killed.kill()
    [outcome] = other.ask(Crowd(SUPPORT, token))
    assert outcome.code == ""
    assert outcome.ended - outcome.began < 1.0


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_pause_that_one_process_was_asked_for_is_heeded_by_all(
    new_place: NewPlace, control: Control, token: str, form: str, status: int
) -> None:
    refused, other = new_place(), new_place()
    assert codes(other.ask(Crowd(SALES, token)) + refused.ask(Crowd(SALES, token))) == {""}
    at = time.time() + 2.5
    wish = "2" if form == "seconds" else formatdate(at, usegmt=True)
    slow(control, SUPPORT, 0, status=status, headers={"Retry-After": wish}, times=1)
    [first] = refused.ask(Crowd(SUPPORT, token))
    control("DELETE", "faults")
    control("DELETE", "requests")
    over = first.began + 2 if form == "seconds" else float(int(at))
    assert first.code and first.code != "paused"
    for place in (refused, other):
        outcomes = place.ask(Crowd(SUPPORT, token, threads=4))
        assert codes(outcomes) == {"paused"}
        assert all(0 < (each.retry_after or 0) <= over - each.began + 0.5 for each in outcomes)
    assert codes(other.ask(Crowd(SALES, token))) == {""}
    assert time.time() < over
    assert asked(control, SUPPORT) == 0
    [patient] = other.ask(Crowd(SUPPORT, token, patient=True))
    assert patient.code == ""
    assert patient.ended >= over
    assert asked(control, SUPPORT) == 1
