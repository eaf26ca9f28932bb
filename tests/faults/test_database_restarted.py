"""The database is ended without a word while mail is announced, or does not answer: nobody is told that something was
taken in when it was not, and all that was is saved.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.settings import Settings
from tests.conftest import Someone
from tests.faults.announcer import Announcer
from tests.faults.own_postgres import OwnPostgres, url_of
from tests.faults.proxy import Proxy
from tests.faults.sizes import Figure, sized
from tests.faults.stage import Stage
from tests.faults.test_storm import Service, service_of, wait_for
from tests.faults.watched import Watched
from tests.launching import until
from tests.simulator.world import World
from tests.steps import SUPPORT

RESTARTS, MESSAGES = sized((2, 20), (20, 1000))
PAUSE = sized(2.0, 5.0)  # seconds between two restarts
HEALED_WITHIN = 2.0  # seconds
ANSWERED_WITHIN, GRAPHS_LIMIT = 2.0, 3.0  # seconds: Graph counts an answer after three as none
AT_ONCE = 20  # POSTs: more than there are threads that may wait for the database
SETTLED_WITHIN = 60.0


@pytest.fixture
def line(own_postgres: OwnPostgres) -> Iterator[Proxy]:
    """Between everybody and the database."""
    with Proxy(("127.0.0.1", own_postgres.port)) as line:
        yield line


@pytest.fixture
def database(line: Proxy) -> str:
    return url_of(line.port)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The app of this process has to have connections of its own."""
    return settings.model_copy(update={"lease_seconds": 2})


@pytest.fixture
def storm(stage: Stage, world: World, ana: Someone, ben: Someone) -> Watched:
    """Ben's rule on the shared mailbox; nobody works yet."""
    storm = Watched(stage, world, ana)
    storm.licensed(SUPPORT)
    storm.rule(ben, attachments="none")
    return storm


def announced_to(storm: Watched, world: World, workers: int) -> tuple[Service, Announcer]:
    service = service_of(storm.stage, workers)
    storm.until_connected()
    storm.heard()
    return service, Announcer(world, service.url)


def test_nothing_is_acknowledged_that_was_not_taken_in_when_the_database_cannot_be_reached(
    storm: Watched, world: World, line: Proxy, own_postgres: OwnPostgres, figure: Figure
) -> None:
    """F20: it does not answer, as behind a broken switch; and nobody listens there."""
    service, announcer = announced_to(storm, world, workers=1)
    service.running["worker 0"].kill()
    assert announcer.announce() == 202
    for name, go_away, come_back in (("freeze", line.freeze, line.thaw), ("refuse", line.refuse, line.listen)):
        go_away()
        took = announced_at_once(announcer, AT_ONCE)
        assert announcer.statuses[-AT_ONCE:] == [503] * AT_ONCE
        # Each has its own patience; the longest is what a busy machine makes of it, and Graph's own limit.
        assert min(took) < ANSWERED_WITHIN and max(took) < GRAPHS_LIMIT, took
        come_back()
        figure(f"{name}: answered after s, healed after s", (round(max(took), 2), healed(announcer)))
    assert not announcer.lost(own_postgres.url)


def test_no_mail_is_lost_or_saved_twice_though_the_database_is_ended_again_and_again(
    storm: Watched, world: World, own_postgres: OwnPostgres, figure: Figure
) -> None:
    """F19: with two web processes and two workers, and an answer to each notification only when it is stored."""
    _, announcer = announced_to(storm, world, workers=2)
    storm.notifications(duplicate=2, batch=5, delay_ms=[0, 1000], base=0.5, states=False)
    begun, slowest = time.monotonic(), 0.0
    for number in range(MESSAGES):
        storm.arrive()
        wait_for(begun + (number + 1) * PAUSE * RESTARTS / MESSAGES)
        if (number + 1) % (MESSAGES // RESTARTS) == 0:
            own_postgres.stop_at_once()
            assert announcer.announce() in (0, 500, 503)
            own_postgres.start()
            slowest = max(slowest, healed(announcer))
    until(lambda: world.notifier.is_settled(0.5), "all was acknowledged", SETTLED_WITHIN)
    until(storm.is_at_rest, "nobody has anything in hand", SETTLED_WITHIN)
    storm.until_all_saved(SETTLED_WITHIN)
    figure("notifications that had to be sent again", storm.stage.control("GET", "notifications")["failed"])
    figure("slowest to heal, s", slowest)


def announced_at_once(announcer: Announcer, count: int) -> list[float]:
    """Seconds that each of so many POSTs at the same moment took."""

    def timed(_: int) -> float:
        began = time.monotonic()
        announcer.announce()
        return time.monotonic() - began

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(timed, range(count)))


def healed(announcer: Announcer) -> float:
    """Seconds until a notification is taken in again."""
    began = time.monotonic()
    until(lambda: announcer.announce() == 202, "a notification is taken in", HEALED_WITHIN)
    return round(time.monotonic() - began, 2)
