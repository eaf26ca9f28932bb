"""What a save to NetSuite costs: requests, exactly counted, and how near a drain comes to what the account allows."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tests.bench.desk import Desk, opened_desk
from tests.bench.figures import Figure
from tests.launching import until
from tests.simulator.demo.netsuite import integration, upload
from tests.simulator.seed import CONTOSO

PLAIN = 20
FILES = 3
DRAINED = 150
LATENCY = 0.1  # seconds that each request takes while a drain is measured; true ones take longer
DRAIN_SECONDS = 300.0
TOKEN = "oauth2/v1/token"


@contextmanager
def connected_desk(database_url: str, folder: Path, name: str, **settings: object) -> Iterator[Desk]:
    """With a NetSuite account, under that name, as the only destination, and a contact there as the record."""
    contact = partial(_contact, name)
    with opened_desk(database_url, folder, contact, built_in_destination="false", **settings) as desk:
        try:
            yield desk
        finally:
            desk.ask("ana", "DELETE", f"/api/admin/destinations/{name}?force=true")


def _contact(name: str, desk: Desk) -> dict[str, Any]:
    ours = integration(CONTOSO.id)
    upload(desk.world, ours)
    wanted = {"kind": "netsuite", "name": name, "settings": ours.settings}
    desk.ask("ana", "POST", "/api/admin/destinations", wanted)
    [found] = desk.ask("ana", "GET", "/api/records?q=Wingtip Logistics&type=contact")["records"]
    return dict(found)


def requests(desk: Desk) -> int:
    """To NetSuite, but for the few that fetch a token."""
    routes = desk.world.traffic.report()["routes"]
    asked = [each for each in routes if each["service"] == "netsuite" and TOKEN not in str(each["route"])]
    return sum(int(str(each["count"])) for each in asked)


def counts(database_url: str, folder: Path) -> list[Figure]:
    with connected_desk(database_url, folder, "counted") as desk:
        first_cost = _cost(desk, lambda: _saved(desk, "ben", desk.deliver("support", 0, ())))
        plain = [desk.deliver("support", number, ()) for number in range(1, PLAIN + 1)]
        plain_cost = _cost(desk, lambda: [_saved(desk, "ben", each) for each in plain]) / PLAIN
        with_files = desk.deliver("support", 100, tuple(b"file %d" % number for number in range(FILES)))
        files_cost = _cost(desk, lambda: _saved(desk, "ben", with_files))
        twin = _twin(desk)
        duplicate_cost = _cost(desk, lambda: _saved(desk, "ana", twin))
    return [
        Figure("NetSuite requests of the first save, nobody known yet", first_cost, "requests", 2, "who; message"),
        Figure("NetSuite requests of a save without files", plain_cost, "requests", 2, "ExtendSync: not stated"),
        Figure(
            f"NetSuite requests of a save with {FILES} files", files_cost, "requests", 2 + FILES, "one for each file"
        ),
        Figure("NetSuite requests of a save that is there already", duplicate_cost, "requests", 0),
    ]


def _cost(desk: Desk, act: Callable[[], object]) -> int:
    desk.forget_requests()
    act()
    return requests(desk)


def _saved(desk: Desk, person: str, item: dict[str, Any]) -> None:
    save = desk.save(person, item)
    assert save["state"] == "saved", save


def _twin(desk: Desk) -> dict[str, Any]:
    """The same email in a second mailbox; the first copy is saved."""
    raw = b"From: purchasing@adatum.example\r\nTo: support@contoso.example, sales@contoso.example\r\nSubject: Twice\r\n"
    raw += b"Message-ID: <twice@adatum.example>\r\nDate: Mon, 16 Nov 2026 09:00:00 +0000\r\n\r\nFor both.\r\n"
    items = []
    for name in ("support", "sales"):
        mailbox, item = desk.world.deliver(f"{name}@contoso.example", raw)
        items.append({"id": mailbox.id_of(item).ews(), "idFormat": "ews", "owner": f"{name}@contoso.example"})
    _saved(desk, "ben", items[0])
    return items[1]


def drain(database_url: str, folder: Path) -> list[Figure]:
    """All was asked for while no worker ran; then one works it off, by the one request at a time that is allowed."""
    with connected_desk(database_url, folder, "drained", mark_messages=False) as desk:
        items = [desk.deliver("support", number, ()) for number in range(DRAINED)]
        desk.end_worker()
        record = {name: desk.record[name] for name in ("destination", "type", "id")}
        for each in items:
            desk.ask("ben", "POST", "/api/saves", {"item": each, "records": [record], "attachments": "none"})
        account = desk.world.netsuite.account("1234567")
        assert account is not None
        account.latency = (LATENCY, LATENCY)
        desk.forget_requests()
        worker = desk.start_worker()
        try:
            until(lambda: requests(desk) > 0, "the first request to NetSuite")
            began = time.monotonic()
            until(lambda: len(account.records["message"]) == DRAINED, "all are on the record", DRAIN_SECONDS)
            took = time.monotonic() - began
        finally:
            worker.end()
        asked = requests(desk)
        peaks = [each for each in desk.world.traffic.report()["peaks"] if str(each["mailbox"]).startswith("netsuite")]
        refused = sum(int(str(each["throttled"])) for each in peaks)
        most = max(int(str(each["concurrent"])) for each in peaks)
    ideal = asked * LATENCY
    return [
        Figure(f"{DRAINED} emails, one request at a time, against what that allows", took / ideal, "x", 1.10),
        Figure("most requests at once, of 1", most, "", 1),
        Figure("requests refused for there being too many", refused, "", 0),
        Figure("requests for each email of the drain", asked / DRAINED, "requests", 2),
    ]


def measure(database_url: str, folder: Path) -> list[Figure]:
    return [*counts(database_url, folder), *drain(database_url, folder)]
