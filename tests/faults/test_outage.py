"""A business system is away for a while: nothing is lost, nothing is there twice, hardly anything is asked meanwhile,
and afterwards all of it is saved about as soon as it could be.
"""

import time
from typing import Any

import pytest

from server.services import Services
from tests.conftest import Someone
from tests.faults.sizes import Figure, sized
from tests.faults.stage import Stage
from tests.launching import until
from tests.simulator.demo.netsuite import integration, upload
from tests.simulator.seed import CONTOSO
from tests.simulator.world import World
from tests.steps import reference

OUTAGE = sized(12.0, 600.0)  # seconds
EMAILS = sized(30, 400)
LATENCY = sized(0.02, 0.1)  # seconds that the system takes for each request
ATTEMPT = 2.0  # seconds that the first pause lasts, so that no two attempts are nearer
REQUESTS = 3  # of one attempt at most: a token, a look whether the email is there, and the email
LATE = 2.0  # seconds between the end of a pause and the request that finds out
MOST = 1.5  # times as long as without an outage
TOKEN = "oauth2/v1/token"
WAYS: dict[str, dict[str, Any]] = {"refuses": {"status": 503}, "cuts": {"cut": True}}


@pytest.fixture
def netsuite(stage: Stage, world: World, ana: Someone) -> dict[str, Any]:
    """A contact in NetSuite, which the tenant has configured."""
    ours = integration(CONTOSO.id)
    upload(world, ours)
    wanted = {"kind": "netsuite", "name": "netsuite", "title": "NetSuite", "settings": ours.settings}
    ana.post("/api/admin/destinations", wanted, expect=201)
    found: list[dict[str, Any]] = ana.get("/api/records?destination=netsuite&type=contact&q=Wingtip")["records"]
    return found[0]


def requests(stage: Stage) -> int:
    return sum(each["count"] for each in stage.control.requests("netsuite") if TOKEN not in each["route"])


def ask(stage: Stage, record: dict[str, Any], numbers: range) -> list[str]:
    wanted = [reference(record)]
    return [
        stage.ben.post("/api/saves", {"item": stage.deliver(number), "records": wanted, "attachments": "none"})[
            "saves"
        ][0]["id"]
        for number in numbers
    ]


@pytest.mark.parametrize("way", WAYS)
def test_an_outage_costs_a_few_requests_and_no_email(
    stage: Stage, netsuite: dict[str, Any], world: World, services: Services, figure: Figure, way: str
) -> None:
    account = world.netsuite.account("1234567")
    assert account is not None
    account.latency = (LATENCY, LATENCY)

    def on_record() -> int:
        return len(account.records["message"])

    # How long it takes where nothing is wrong.
    before = ask(stage, netsuite, range(EMAILS))
    began = time.monotonic()
    worker = stage.worker(mark_messages="false")
    until(lambda: on_record() == EMAILS, "all are on the record", 600)
    usual = time.monotonic() - began

    worker.stop()
    waiting = ask(stage, netsuite, range(EMAILS, EMAILS + 1))
    stage.control("POST", "faults", json={"service": "netsuite", **WAYS[way]})
    stage.control("DELETE", "requests")
    struck = time.monotonic()
    worker.go_on()
    until(lambda: "NetSuite" in str(stage.ben.get(f"/api/saves/{waiting[0]}")["reason"]), "the outage is noticed")
    waiting += ask(stage, netsuite, range(EMAILS + 1, 2 * EMAILS))
    until(lambda: time.monotonic() - struck > OUTAGE, "the outage lasts", OUTAGE + 60)
    attempts = requests(stage)
    assert on_record() == EMAILS
    assert {stage.state(each) for each in waiting} == {"queued"}, "nothing is given up"

    stage.control("DELETE", "faults")
    ended = time.monotonic()
    until(lambda: on_record() > EMAILS, "it is noticed that the system is back", 60)
    noticed = time.monotonic() - ended
    until(lambda: on_record() == 2 * EMAILS, "all are on the record", 1200)
    took = time.monotonic() - ended
    figure("requests while it was away", attempts)
    figure(
        "s until that was noticed, until all were saved, usual", (round(noticed, 1), round(took, 1), round(usual, 1))
    )

    assert attempts <= REQUESTS * (OUTAGE / ATTEMPT + 2)
    until(lambda: all(stage.state(each) == "saved" for each in (*before, *waiting)), "all saves say so", 60)
    subjects = [str(each["subject"]) for each in account.records["message"].values()]
    assert sorted(subjects) == sorted(f"Order {number}" for number in range(2 * EMAILS))
    if OUTAGE > 60:  # of a short outage and few emails it says nothing
        assert took <= MOST * usual
