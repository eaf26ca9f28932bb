"""A machine that is gone from one moment to the next, without a word to anybody: others go on where it stopped."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from server.settings import Settings
from tests.conftest import mime
from tests.faults.gate import Gate
from tests.faults.sizes import Figure, sized
from tests.launching import until
from tests.machines.farm import Farm
from tests.machines.machine import Machine
from tests.steps import SUPPORT, contact, item_of, save_of

MIME = ("GET", "*/messages/*/$value")
TOKEN = ("POST", "*/oauth2/v2.0/token")
USUAL = tuple(Settings.model_fields[name].default for name in ("lease_seconds", "sweep_seconds"))
LEASE, SWEEP = sized((2, 1), USUAL)  # seconds
TAKEN_OVER_WITHIN = 30.0


@pytest.fixture
def _cables(no_network: str | None) -> None:
    if no_network:
        pytest.skip(no_network)


def test_an_installation_that_says_nothing_else_takes_over_in_time() -> None:
    assert sum(USUAL) < TAKEN_OVER_WITHIN


@contextmanager
def unplugged(machine: Machine) -> Iterator[None]:
    assert machine.cable
    machine.cable.pull()
    try:
        yield
    finally:
        machine.cable.plug_in()


# With the lock under which a token is renewed nobody else gets on before PostgreSQL notices that the machine is gone.
@pytest.mark.parametrize("point", sized([MIME], [MIME, TOKEN]), ids=lambda point: point[0])
@pytest.mark.usefixtures("_cables")
def test_what_a_vanished_machine_had_in_hand_is_saved_by_another_and_once(
    farm: Farm, figure: Figure, point: tuple[str, str]
) -> None:
    farm.web()
    gate = Gate(farm.control.simulator)
    ben = farm.person("ben")
    record = contact(ben)
    item = item_of(farm.control.deliver(SUPPORT, mime("Order", "<order@adatum.example>")), SUPPORT)
    [save] = ben.save(item, record)
    if point == TOKEN:
        farm.control("POST", "world", json={"expireTokens": ["ben"]})
    gate.close(*point, "before")
    lost = farm.worker(lease_seconds=LEASE, sweep_seconds=SWEEP)
    gate.wait()
    other = farm.worker(lease_seconds=LEASE, sweep_seconds=SWEEP)
    until(lambda: "worker_started" in other.log.read_text(), "the other one works")
    with unplugged(lost):
        began = time.monotonic()
        gate.open()
        until(lambda: save_of(ben, save)["state"] == "saved", "the other one saved it", 2 * TAKEN_OVER_WITHIN)
        took = time.monotonic() - began
        figure("taken over after s", round(took, 1))
        assert took < TAKEN_OVER_WITHIN
        other.kill()
    # The one that was away does what it can now: what it has in hand is nobody's any more.
    [second] = ben.save(
        item_of(farm.control.deliver(SUPPORT, mime("Later", "<later@adatum.example>")), SUPPORT), record
    )
    until(lambda: save_of(ben, second)["state"] == "saved", "the machine that was away works again", 60)
    assert sorted(each["internetMessageId"] for each in ben.emails(record)) == [
        "<later@adatum.example>",
        "<order@adatum.example>",
    ]
