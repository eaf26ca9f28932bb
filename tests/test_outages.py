"""A destination is away for a while, has enough to do, or refuses one email: what waits for it suffers nothing, and
nobody else waits.
"""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from server.autopilot import watching
from server.delivery import ring_for_overdue
from server.destinations.base import DestinationError
from server.jobs import run_worker
from server.places import PREPARING
from server.services import Services
from tests.autopilot.asking import licensed
from tests.conftest import Control, Someone, mime
from tests.destinations.scripted import AWAY, Shelf, configure, known
from tests.launching import LIMIT, until
from tests.steps import BEN, SALES, SUPPORT, contact, item_of, reference, save_of

REFUSED = DestinationError("The shelf takes no such subject.", permanent=True, code="bad_subject")
PAUSE_ENDS = "UPDATE outages SET until = now()"
WAITS_END = "UPDATE saves SET due_at = least(due_at, now()) WHERE state = 'queued'"
SENDER = "purchasing@adatum.example"


@pytest.fixture
def shelf(services: Services) -> Iterator[Shelf]:
    with known():
        yield configure(services)


@pytest.fixture
def record(shelf: Shelf, ana: Someone) -> dict[str, Any]:
    return shelf.record(ana)


@pytest.fixture
def sweep(services: Services, work: Any) -> Callable[[], None]:
    """The pause is over, the sweep rings, and workers do what is due."""

    def run() -> None:
        with services.database.engine.begin() as connection:
            connection.execute(text(PAUSE_ENDS))
        ring_for_overdue(services)
        work()

    return run


@pytest.fixture
def workers(services: Services) -> Iterator[Callable[[int], None]]:
    """Start so many threads that work, with the sweep."""
    ended = threading.Event()
    running: list[threading.Thread] = []

    def go_on() -> None:
        while not ended.is_set():
            ring_for_overdue(services)
            run_worker(services, concurrency=1, wait=False)
            ended.wait(0.1)

    def start(count: int) -> None:
        for _ in range(count):
            running.append(threading.Thread(target=go_on))
            running[-1].start()

    yield start
    ended.set()
    for each in running:
        each.join(LIMIT)


def asked(person: Someone, control: Control, record: dict[str, Any], *subjects: str) -> list[dict[str, Any]]:
    """Saves of new messages with these subjects."""
    return [
        person.save(item_of(control.deliver(SUPPORT, mime(each, f"<{each}@adatum.example>")), SUPPORT), record)[0]
        for each in subjects
    ]


def states(person: Someone, saves: list[dict[str, Any]]) -> list[str]:
    return [save_of(person, each)["state"] for each in saves]


def ruled(person: Someone, mailbox: str, record: dict[str, Any]) -> None:
    wanted = {"kind": "address", "mailbox": mailbox, "value": SENDER, "record": reference(record)}
    person.post("/api/rules", wanted, expect=201)


def look(services: Services) -> None:
    """Autopilot looks at all mailboxes, as soon as somebody works."""
    with services.database.engine.begin() as connection:
        connection.execute(text("UPDATE watches SET due_at = now(), rest_until = NULL"))
    watching.ring_for_overdue(services)


def column(services: Services, what: str) -> list[Any]:
    with services.database.engine.connect() as connection:
        return list(connection.scalars(text(f"SELECT {what}")))


def test_while_a_destination_is_away_only_one_save_asks_at_the_end_of_each_pause_and_no_try_counts(
    ben: Someone, record: Any, shelf: Shelf, control: Control, services: Services, work: Any, sweep: Any
) -> None:
    shelf.script.away = AWAY
    saves = asked(ben, control, record, *"abcdef")
    work()
    begun = len(shelf.script.asked)
    assert begun <= 2, "as many as there are threads"
    for number in range(1, 11):
        work()
        sweep()
        assert len(shelf.script.asked) == begun + number
    assert set(states(ben, saves)) == {"queued"}
    assert max(column(services, "attempts FROM saves")) <= 1
    assert len({about for name, about in shelf.script.asked if name == "put"}) > 1, "not always the same goes first"
    shelf.script.away = None
    sweep()
    with services.database.engine.begin() as connection:
        connection.execute(text(WAITS_END))
    sweep()
    assert set(states(ben, saves)) == {"saved"}
    assert len(shelf.mails) == len(ben.emails(record)) == 6
    assert column(services, "count(*) FROM outages") == [0]


def test_pauses_grow_from_two_seconds_to_thirty(
    ben: Someone, record: Any, shelf: Shelf, control: Control, services: Services, work: Any, sweep: Any
) -> None:
    shelf.script.away = AWAY
    asked(ben, control, record, "a", "b")
    work()
    waits = column(services, "wait FROM outages")
    for _ in range(6):
        sweep()
        waits += column(services, "wait FROM outages")
    assert waits == [2, 4, 8, 16, 30, 30, 30]


@pytest.mark.parametrize(("wished", "least", "most"), [(17.0, 16, 17), (0.0, -1, 1), (1e9, 3599, 3600)])
def test_the_pause_is_as_long_as_the_destination_wishes(
    ben: Someone, record: Any, shelf: Shelf, control: Control, services: Services, work: Any,
    wished: float, least: float, most: float,
) -> None:  # fmt: skip
    shelf.script.away = DestinationError("Later.", permanent=False, code="throttled", retry_after=wished)
    asked(ben, control, record, "a")
    work()
    [left] = column(services, "extract(epoch FROM until - now())::float8 FROM outages")
    assert least <= left <= most


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (AWAY, "does not answer since 20"),
        (DestinationError("Too much.", permanent=False, code="throttled", retry_after=60), "takes no more requests"),
        (DestinationError("Who are you?", permanent=True, code="reconnect"), "does not let Affix in"),
    ],
    ids=["away", "throttled", "disconnected"],
)
def test_everybody_whose_email_waits_is_told_for_whom_and_since_when(
    ben: Someone, record: Any, shelf: Shelf, control: Control, work: Any, error: DestinationError, words: str
) -> None:
    shelf.script.away = error
    tried = asked(ben, control, record, "a")
    work()
    untried = asked(ben, control, record, "b")
    for each in (*tried, *untried):
        shown = save_of(ben, each)
        assert (shown["state"], shown["reasonCode"]) == ("queued", "destination_away")
        assert shown["reason"].startswith(f"Waiting for the shelf: {words}")


def test_what_is_asked_for_meanwhile_is_taken_in_for_a_record_that_is_known(
    ben: Someone, ana: Someone, eve: Someone, record: Any, shelf: Shelf, control: Control, work: Any, sweep: Any
) -> None:
    unknown = shelf.record(ana, "Unknown")
    shelf.script.away = AWAY
    asked(ben, control, record, "a")
    work()
    shelf.script.refuses["get"] = AWAY
    item = item_of(control.deliver(SUPPORT, mime("b", "<b@adatum.example>")), SUPPORT)
    [save] = ben.save(item, record)
    assert save["record"]["name"] == "Purchasing"
    refused = ben.post("/api/saves", {"item": item, "records": [reference(unknown)]}, expect=503)
    assert refused["error"]["code"] == "unreachable"
    shelf.script.refuses.clear()
    shelf.script.away = None
    sweep()
    assert save_of(ben, save)["state"] == "saved"


def test_another_destination_of_the_same_mailbox_goes_on(
    ana: Someone, ben: Someone, record: Any, shelf: Shelf, control: Control, services: Services, work: Any
) -> None:
    local = contact(ana)
    licensed(ana, SUPPORT)
    for each in (record, local):
        ruled(ben, SUPPORT, each)
    work()
    shelf.script.away = AWAY
    for number in range(5):
        control.deliver(SUPPORT, mime(f"Order {number}", f"<{number}@adatum.example>"))
    look(services)
    work()
    assert len(ben.emails(local)) == 5
    assert (shelf.mails, len(shelf.script.asked) <= 5) == ([], True)
    shelf.script.away = None
    with services.database.engine.begin() as connection:
        connection.execute(text(PAUSE_ENDS))
        connection.execute(text(WAITS_END))
    ring_for_overdue(services)
    work()
    assert len(shelf.mails) == 5


def test_a_save_that_goes_first_and_does_not_come_so_far_lets_another_one(
    ben: Someone, record: Any, shelf: Shelf, control: Control, services: Services, work: Any, sweep: Any
) -> None:
    shelf.script.away = AWAY
    saves = asked(ben, control, record, "a", "b", "c")
    work()
    shelf.script.away = None
    control("POST", "faults", json={"service": "graph", "path": "*/$value", "status": 403, "times": 1})
    with services.database.engine.begin() as connection:
        connection.execute(text(WAITS_END))
    sweep()
    assert column(services, "count(*) FROM outages WHERE until <= now() AND probe_id IS NULL") == [1]
    sweep()
    assert sorted(states(ben, saves)) == ["failed", "saved", "saved"]


def test_a_process_that_dies_while_it_goes_first_is_followed_by_another(
    ben: Someone, record: Any, shelf: Shelf, control: Control, services: Services, work: Any, sweep: Any
) -> None:
    shelf.script.away = AWAY
    saves = asked(ben, control, record, "a", "b")
    work()
    shelf.script.away = None
    act = shelf.destination.put

    class Killed(BaseException):
        pass

    def die(*args: Any) -> Any:
        shelf.destination.put = act  # type: ignore[method-assign]
        raise Killed

    shelf.destination.put = die  # type: ignore[method-assign]
    with services.database.engine.begin() as connection:
        connection.execute(text(WAITS_END))
    sweep()
    assert shelf.mails == []
    work()
    assert shelf.mails == [], "its lease runs"
    with services.database.engine.begin() as connection:
        connection.execute(text("UPDATE saves SET lease_until = lease_until - interval '1 hour'"))
    sweep()
    sweep()
    with services.database.engine.begin() as connection:
        connection.execute(text("UPDATE ledger_entries SET in_hand_until = NULL"))
        connection.execute(text(WAITS_END))
    sweep()
    assert states(ben, saves) == ["saved", "saved"]
    assert len(shelf.mails) == 2


def test_a_lost_answer_begins_an_outage_and_ends_in_one_email(
    ben: Someone, record: Any, shelf: Shelf, control: Control, services: Services, work: Any, sweep: Any
) -> None:
    shelf.script.loses = 1
    saves = asked(ben, control, record, "a")
    work()
    assert (states(ben, saves), len(shelf.mails)) == (["queued"], 1)
    with services.database.engine.begin() as connection:
        connection.execute(text(WAITS_END))
    sweep()
    assert (states(ben, saves), len(shelf.mails), shelf.script.count("put")) == (["saved"], 1, 1)


# One email alone


def test_an_email_that_the_destination_refuses_fails_with_its_words_and_stops_nobody(
    ben: Someone, record: Any, shelf: Shelf, control: Control, services: Services, work: Any
) -> None:
    shelf.script.refuses["poison"] = REFUSED
    poison, *others = asked(ben, control, record, "poison", *"abcd")
    work()
    failed = save_of(ben, poison)
    assert (failed["state"], failed["reasonCode"], failed["reason"]) == ("failed", "bad_subject", REFUSED.message)
    assert failed["action"]
    assert set(states(ben, others)) == {"saved"}
    assert column(services, "count(*) FROM outages") == [0]
    assert shelf.script.asked.count(("put", "poison")) == 1


def test_a_refusal_at_the_end_of_an_outage_shows_that_the_destination_is_back(
    ben: Someone, record: Any, shelf: Shelf, control: Control, services: Services, work: Any, sweep: Any
) -> None:
    shelf.script.away = AWAY
    poison, *others = asked(ben, control, record, "poison", *"abcd")
    work()
    shelf.script.away, shelf.script.refuses["poison"] = None, REFUSED
    with services.database.engine.begin() as connection:
        connection.execute(text("UPDATE saves SET due_at = now() - interval '1 hour' WHERE state = 'queued'"))
        connection.execute(
            text("UPDATE saves SET due_at = now() - interval '1 day' WHERE id = :id"), {"id": poison["id"]}
        )
    sweep()
    assert states(ben, [poison, *others]) == ["failed", *["saved"] * 4]


def test_an_email_on_which_the_destination_never_answers_does_not_keep_the_others(
    ben: Someone, record: Any, shelf: Shelf, control: Control, services: Services, work: Any, sweep: Any
) -> None:
    shelf.script.refuses["poison"] = AWAY
    poison, *others = asked(ben, control, record, "poison", *"abcd")
    for _ in range(4):
        sweep()
    assert set(states(ben, others)) == {"saved"}
    for _ in range(20):
        with services.database.engine.begin() as connection:
            connection.execute(text(WAITS_END))
        [more] = asked(ben, control, record, f"more-{len(shelf.mails)}")
        sweep()
        sweep()
        assert states(ben, [more]) == ["saved"]
    failed = save_of(ben, poison)
    assert (failed["state"], failed["reason"]) == ("failed", AWAY.message)


def test_an_email_that_is_in_somebody_elses_hands_waits_alone_and_says_nothing_of_the_destination(
    ben: Someone, record: Any, shelf: Shelf, control: Control, services: Services, work: Any, sweep: Any
) -> None:
    shelf.script.refuses["mine"] = DestinationError("Too many at once.", permanent=False, code="busy", retry_after=60)
    mine, *others = asked(ben, control, record, "mine", "a", "b")
    work()
    assert (states(ben, [mine]), set(states(ben, others))) == (["queued"], {"saved"})
    assert column(services, "max(attempts) FILTER (WHERE state = 'queued') FROM saves") == [0]
    assert column(services, "count(*) FROM outages") == [0]
    shelf.script.away = AWAY
    asked(ben, control, record, "c")
    work()
    shelf.script.away = None
    with services.database.engine.begin() as connection:
        connection.execute(
            text("UPDATE saves SET due_at = now() - interval '1 day' WHERE id = :id"), {"id": mine["id"]}
        )
    sweep()
    assert column(services, "count(*) FROM outages") == [1], "it was not asked, so nobody knows"


# So many at once


def test_a_slow_destination_with_one_place_keeps_no_other_mailbox_waiting(
    ana: Someone, ben: Someone, record: Any, shelf: Shelf, control: Control, services: Services, work: Any, workers: Any
) -> None:
    local = contact(ana)
    for mailbox in (SUPPORT, SALES):
        licensed(ana, mailbox)
    ruled(ana, SUPPORT, record)
    ruled(ana, SALES, local)
    work()
    shelf.script.at_once = 1
    with shelf.script.held("put") as reached:
        for number in range(12):
            control.deliver(SUPPORT, mime(f"Order {number}", f"<{number}@adatum.example>"))
        look(services)
        workers(4)
        assert reached.wait(LIMIT)
        for number in range(5):
            control.deliver(SALES, mime(f"Order {number}", f"<s{number}@adatum.example>", to=SALES))
        look(services)
        until(lambda: len(ana.emails(local)) == 5, "the other mailbox's are saved")
        assert len(shelf.mails) <= 1
    until(lambda: len(ana.emails(record)) == 12, "and then those of the slow one")
    assert shelf.script.peak <= 1 + PREPARING


def test_what_people_ask_for_themselves_finds_a_place_beside_autopilot(
    ana: Someone, ben: Someone, record: Any, shelf: Shelf, control: Control, services: Services, work: Any, workers: Any
) -> None:
    licensed(ana, SUPPORT)
    ruled(ben, SUPPORT, record)
    work()
    shelf.script.at_once, shelf.script.delay = 1, 0.1
    for number in range(30):
        control.deliver(SUPPORT, mime(f"Order {number}", f"<{number}@adatum.example>"))
    look(services)
    workers(4)
    until(lambda: len(shelf.mails) >= 2, "Autopilot is at it")
    [mine] = ben.save(item_of(control.deliver(BEN, mime("Mine", "<mine@adatum.example>"))), record)
    until(lambda: save_of(ben, mine)["state"] == "saved", "it is saved")
    assert len(shelf.mails) < 25


def test_all_that_is_asked_for_at_once_is_saved_one_after_the_other_without_the_sweep(
    ben: Someone, record: Any, shelf: Shelf, control: Control, services: Services
) -> None:
    shelf.script.at_once = 1
    saves = asked(ben, control, record, *"abcdefghij")
    for _ in saves:
        run_worker(services, concurrency=8, wait=False)
    assert set(states(ben, saves)) == {"saved"}
    assert shelf.script.peak <= 1 + PREPARING + 1


# What takes long, and what kills


@pytest.mark.parametrize("settings", [{"lease_seconds": 1}], indirect=True)
def test_a_save_that_takes_longer_than_its_lease_is_nobody_elses_while_its_process_lives(
    ben: Someone, record: Any, shelf: Shelf, control: Control, services: Services, workers: Any
) -> None:
    saves = asked(ben, control, record, "a")
    with shelf.script.held("put") as reached:
        workers(2)
        assert reached.wait(LIMIT)
        [began] = column(services, "lease_until FROM saves")
        until(lambda: column(services, "lease_until FROM saves")[0] > began + timedelta(seconds=2), "it is prolonged")
        ring_for_overdue(services)
    until(lambda: states(ben, saves) == ["saved"], "it is saved")
    assert column(services, "(attempts, deaths)::text FROM saves") == ["(1,0)"]
    assert shelf.script.count("put") == 1


def test_those_that_died_with_a_message_that_kills_its_worker_are_saved(
    ben: Someone, record: Any, shelf: Shelf, control: Control, services: Services, work: Any
) -> None:
    saves = asked(ben, control, record, *"abcdef", "killer")
    with services.database.engine.begin() as connection:  # all of them were in the hands of one process
        connection.execute(text("UPDATE saves SET state = 'saving', lease_until = now() - interval '1 hour'"))
    act, died = shelf.destination.put, []

    class Killed(BaseException):
        pass

    def kill(email: Any, *rest: Any) -> Any:
        if email.subject == "killer":
            died.append(email.subject)
            raise Killed
        return act(email, *rest)

    shelf.destination.put = kill  # type: ignore[method-assign]
    for _ in range(10):
        ring_for_overdue(services)
        work()
        with services.database.engine.begin() as connection:
            connection.execute(text("UPDATE saves SET lease_until = now() - interval '1 hour' WHERE state = 'saving'"))
            connection.execute(text("UPDATE ledger_entries SET in_hand_until = NULL"))
            connection.execute(text(PAUSE_ENDS))
    assert states(ben, saves) == [*["saved"] * 6, "failed"]
    assert save_of(ben, saves[-1])["reasonCode"] == "interrupted"
    assert len(died) == 2, "the third death was before"
