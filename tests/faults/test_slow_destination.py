"""One tenant's business system takes very long for each email: another tenant does not notice."""

import statistics
import time
from typing import Any

from tests.conftest import Someone, mime
from tests.faults.sizes import Figure, sized
from tests.faults.stage import Stage
from tests.launching import until
from tests.simulator.demo.netsuite import integration, upload
from tests.simulator.seed import CONTOSO
from tests.simulator.world import World
from tests.steps import contact, item_of, reference

LATENCY = sized(3.0, 30.0)  # seconds for each request
WAITING = sized(15, 60)  # saves of the slow system's tenant
EMAILS = sized(3, 15)  # of the other tenant, one after another
SOON = 5.0  # seconds that one of them may take on a machine that has more to do
ADDRESS = "eve@fabrikam.example"


def test_a_slow_system_of_one_tenant_slows_down_no_other(
    stage: Stage, world: World, ana: Someone, eve: Someone, figure: Figure
) -> None:
    ours = integration(CONTOSO.id)
    upload(world, ours)
    ana.post(
        "/api/admin/destinations",
        {"kind": "netsuite", "name": "netsuite", "title": "NetSuite", "settings": ours.settings},
        expect=201,
    )
    [slow, *_] = ana.get("/api/records?destination=netsuite&type=contact&q=Wingtip")["records"]
    record = contact(eve)
    stage.worker(mark_messages="false")
    idle = [seconds_to_save(stage, eve, record, number) for number in range(EMAILS)]
    account = world.netsuite.account("1234567")
    assert account is not None
    account.latency = (LATENCY, LATENCY)
    for number in range(WAITING):
        wanted = {"item": stage.deliver(number), "records": [reference(slow)], "attachments": "none"}
        stage.ben.post("/api/saves", wanted, expect=202)
    until(lambda: sum(each["count"] for each in stage.control.requests("netsuite")) > 3, "the slow one is busy")
    busy = [seconds_to_save(stage, eve, record, number) for number in range(EMAILS, 2 * EMAILS)]
    figure("s of an email, idle and beside the slow one", (statistics.median(idle), statistics.median(busy)))
    assert max(busy) < SOON
    assert len(account.records["message"]) < WAITING, "the slow one is still at it"


def seconds_to_save(stage: Stage, person: Someone, record: dict[str, Any], number: int) -> float:
    item = item_of(stage.control.deliver(ADDRESS, mime(f"Order {number}", f"<e{number}@adatum.example>", to=ADDRESS)))
    began = time.monotonic()
    [save] = person.save(item, record)
    until(lambda: person.get(f"/api/saves/{save['id']}")["state"] == "saved", "it is saved")
    return round(time.monotonic() - began, 2)
