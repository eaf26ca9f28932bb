"""How many requests are at one mailbox at a time, and that none is sent during a pause. Of one process alone."""

import threading
from collections.abc import Callable

import pytest

from server.http import Session
from server.mail.base import MailBusy
from server.mail.graph.requests import GraphRequests
from server.mail.graph.seats import Seats
from server.traffic.pauses import LONGEST, Pauses
from tests.conftest import Control, mime
from tests.simulator.adapter import mount

SUPPORT = "support@contoso.example"


def test_no_more_than_the_seats_are_taken_at_a_mailbox() -> None:
    seats, inside, most = Seats(seats=2), [0], [0]
    lock, everybody = threading.Lock(), threading.Barrier(10)

    def visit() -> None:
        everybody.wait(10)
        for _ in range(50):
            with seats.at("support@x.example"):
                with lock:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                with lock:
                    inside[0] -= 1

    threads = [threading.Thread(target=visit) for _ in range(10)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(10)
    assert 1 <= most[0] <= 2


def test_nobody_is_overtaken_again_and_again() -> None:
    seats, everybody, request = Seats(seats=1), threading.Barrier(6), threading.Event()
    served: list[int] = []
    least_served: list[int] = []  # by how often, each time that a thread is through

    def visit(number: int) -> None:
        everybody.wait(10)
        for _ in range(30):
            with seats.at("support@x.example"):
                served.append(number)
                request.wait(0.001)  # as long as one takes; the others get into the line meanwhile
        least_served.append(min(served.count(each) for each in range(6)))

    threads = [threading.Thread(target=visit, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(10)
    assert least_served[0] >= 20


def test_who_waits_too_long_is_told_that_it_is_busy() -> None:
    seats = Seats(seats=1, patience=0.01)
    with seats.at("support@x.example"):
        with pytest.raises(MailBusy) as refused, seats.at("Support@X.example"):
            pass
        assert refused.value.code == "no_seat"
        with seats.at("sales@x.example"):
            pass


def test_a_seat_is_free_again_after_a_failure() -> None:
    seats = Seats(seats=1, patience=0.01)
    for _ in range(3):
        with pytest.raises(ValueError, match="odd"), seats.at("support@x.example"):
            raise ValueError("odd")


# Pauses


def test_nobody_sends_during_a_pause_and_other_mailboxes_go_on() -> None:
    seats = Seats()
    assert seats.pause("Support@x.example", 60) == 60
    with pytest.raises(MailBusy) as refused, seats.at("support@X.example"):
        pass
    assert refused.value.code == "paused"
    assert 59 < (refused.value.retry_after or 0) <= 60
    with seats.at("sales@x.example"):
        pass


def test_who_waits_for_a_seat_when_a_pause_begins_is_told_at_once() -> None:
    seats, refused = Seats(seats=1), []

    def visit() -> None:
        with pytest.raises(MailBusy) as busy, seats.at("support@x.example"):
            pass
        refused.append(busy.value.code)

    waiting = threading.Thread(target=visit)
    with seats.at("support@x.example"):
        waiting.start()
        seats.pause("support@x.example", 60)
        waiting.join(5)
    assert refused == ["paused"]


def test_a_pause_grows_while_graph_refuses_without_saying_for_how_long() -> None:
    now = [100.0]
    pauses = Pauses(lambda: now[0])
    lengths = []
    for _ in range(7):
        lengths.append(pauses.begin("support", None))
        now[0] += lengths[-1] / 2
        assert pauses.begin("support", None) == lengths[-1] / 2, "refused together: one pause"
        now[0] += lengths[-1] / 2
        assert pauses.left("support") == 0
    assert lengths == [10, 20, 40, 80, 160, LONGEST, LONGEST]
    pauses.forget("support")
    assert pauses.begin("support", None) == 10


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    pauses = Pauses(lambda: 0.0)
    pauses.begin("support", 60)
    pauses.begin("support", 2)
    pauses.forget("support")
    assert pauses.left("support") == 60


# Through a request


@pytest.fixture
def graph(control: Control) -> Callable[[Seats], GraphRequests]:
    def build(seats: Seats) -> GraphRequests:
        session = Session()
        mount(session, control.simulator)
        return GraphRequests(session, "graph.microsoft.com", seats)

    return build


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {"Retry-After": "17"}, 17),
        (503, {"Retry-After": "17"}, 17),
        (504, {"Retry-After": "17"}, 17),
        (429, {}, 10),
        (429, {"Retry-After": "soon"}, 10),
    ],
)
def test_a_refusal_begins_a_pause(
    control: Control, graph: Callable[[Seats], GraphRequests], status: int, headers: dict[str, str], wait: float
) -> None:
    token = control.token("ben", "graph")
    control("POST", "faults", json={"service": "graph", "status": status, "headers": headers, "times": 1})
    graph_requests = graph(Seats())
    path = ("users", SUPPORT, "mailFolders", "inbox")
    with pytest.raises(MailBusy) as refused:
        graph_requests.json("GET", path, token)
    assert refused.value.retry_after == wait
    with pytest.raises(MailBusy) as refused:
        graph_requests.json("GET", path, token)
    assert refused.value.code == "paused"
    assert graph_requests.json("GET", ("me",), token)["mail"] == "ben@contoso.example"


@pytest.mark.parametrize("order", [{"status": 503}, {"status": 500}, {"status": 429, "headers": {"Retry-After": "0"}}])
def test_other_trouble_begins_none(
    control: Control, graph: Callable[[Seats], GraphRequests], order: dict[str, object]
) -> None:
    token = control.token("ben", "graph")
    control("POST", "faults", json={"service": "graph", "times": 1, **order})
    graph_requests = graph(Seats())
    path = ("users", SUPPORT, "mailFolders", "inbox")
    with pytest.raises(MailBusy):
        graph_requests.json("GET", path, token)
    assert graph_requests.json("GET", path, token)["id"]


def test_a_seat_is_held_until_a_download_is_read(control: Control, graph: Callable[[Seats], GraphRequests]) -> None:
    message = control.deliver(SUPPORT, mime())
    token = control.token("ben", "graph")
    graph_requests = graph(Seats(seats=1, patience=0.01))
    path = ("users", SUPPORT, "messages", message["id"], "$value")
    with graph_requests.send("GET", path, token, stream=True) as answer:
        with pytest.raises(MailBusy) as refused:
            graph_requests.json("GET", ("users", SUPPORT, "mailFolders", "inbox"), token)
        assert refused.value.code == "no_seat"
        assert answer.content
    assert graph_requests.json("GET", ("users", SUPPORT, "mailFolders", "inbox"), token)["id"]
