"""F23: the power is cut while mail is announced, which takes all that was not synced. What was acknowledged is there.

A process that is killed loses nothing of what it wrote: the system has that. So here each write that no fsync had
confirmed is taken back before PostgreSQL starts again, as shims/power.c noted it.
"""

import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.settings import Settings
from tests.conftest import Someone
from tests.faults.announcer import Announcer
from tests.faults.own_postgres import OwnPostgres
from tests.faults.power import Power
from tests.faults.sizes import Figure, sized
from tests.faults.stage import Stage
from tests.faults.test_storm import service_of
from tests.faults.watched import Watched
from tests.launching import until
from tests.simulator.world import World
from tests.steps import SUPPORT

CUTS = sized(3, 200)
EACH = 20  # notifications at least that are acknowledged between two cuts
SENDERS = 4


@pytest.fixture
def power(own_postgres: OwnPostgres) -> Iterator[Power]:
    own_postgres.stop()
    power = Power(own_postgres)
    own_postgres.start()
    yield power


@pytest.fixture
def database(own_postgres: OwnPostgres, power: Power) -> str:
    return own_postgres.url


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The app of this process has to have connections of its own."""
    return settings.model_copy(update={"lease_seconds": 2})


@pytest.fixture
def announcer(stage: Stage, world: World, ana: Someone, ben: Someone) -> Announcer:
    """One mailbox is watched, and nobody works: what is announced stays noted."""
    watched = Watched(stage, world, ana)
    watched.licensed(SUPPORT)
    watched.rule(ben)
    service = service_of(stage, workers=1)
    watched.until_connected()
    watched.heard()
    service.running["worker 0"].kill()
    return Announcer(world, service.url)


def test_what_was_acknowledged_is_there_after_a_power_cut(
    announcer: Announcer, own_postgres: OwnPostgres, power: Power, figure: Figure
) -> None:
    chance, taken = random.Random(23), 0
    for _ in range(CUTS):
        taken += announce_until_cut(announcer, power, chance.uniform(0, 0.2))
        own_postgres.start()
        assert not announcer.lost(own_postgres.url)
    figure("acknowledged, writes taken by the cuts", (len(announcer.acknowledged), taken))
    assert taken, "there was something to lose"

    # A database that answers before it has synced would have been found out.
    own_postgres.stop()
    own_postgres.set(synchronous_commit="off", wal_writer_delay="10s")
    own_postgres.start()
    announce_until_cut(announcer, power, 0)
    own_postgres.start()
    assert announcer.lost(own_postgres.url)


def announce_until_cut(announcer: Announcer, power: Power, after: float) -> int:
    """The cut comes so many seconds after enough was acknowledged, in the middle of more. How many writes it took."""
    enough, is_over = len(announcer.acknowledged) + EACH, False

    def announce() -> None:
        while not is_over:
            announcer.announce()

    with ThreadPoolExecutor(SENDERS) as pool:
        sending = [pool.submit(announce) for _ in range(SENDERS)]
        until(lambda: len(announcer.acknowledged) >= enough, "notifications are acknowledged")
        time.sleep(after)
        taken = power.cut()
        is_over = True
        for each in sending:
            each.result()
    return taken
