"""All that somebody has to do, the worst first."""

from datetime import timedelta
from typing import Any

from server.clock import iso, now
from server.services import Services
from tests.activity.steps import fail_downloads
from tests.admin.conftest import Look
from tests.autopilot.asking import lose_right
from tests.autopilot.stories import SENDER, license_for, opened, order, ruled
from tests.conftest import Control, Someone
from tests.simulator.seed import CONTOSO
from tests.steps import BEN, SALES, SUPPORT, contact, execute, item_of, reference

PATH = "/api/admin/attention"


def found(person: Someone) -> list[tuple[str, str, str, str | None]]:
    return [(each["urgency"], each["what"], each["code"], each["mailbox"]) for each in person.get(PATH)["attention"]]


def test_there_is_nothing_to_do_while_all_is_well(
    ana: Someone, ben: Someone, record: Any, reached: None, look: Look
) -> None:
    ruled(ben, {"kind": "address", "mailbox": SUPPORT, "value": SENDER, "record": reference(record)})
    look()
    assert found(ana) == []


def test_what_does_not_work_comes_before_what_will_end(
    ana: Someone, ben: Someone, control: Control, record: Any, reached: None, look: Look, services: Services
) -> None:
    opened(ben, control, BEN)
    license_for(ana, BEN)
    for mailbox in (SUPPORT, BEN):
        ruled(ben, {"kind": "address", "mailbox": mailbox, "value": SENDER, "record": reference(record)})
    ana.post("/api/admin/licenses", {"mailbox": SALES, "expiresAt": iso(now() + timedelta(days=20))})
    execute(services, "UPDATE grants SET updated_at = now() - interval '85 days'")
    lose_right(control, BEN)
    look()
    execute(services, "UPDATE grants SET updated_at = now() - interval '85 days'")
    shown = ana.get(PATH)["attention"]
    assert [(each["urgency"], each["what"], each["code"], each["mailbox"]) for each in shown] == [
        ("now", "health", "accessLost", SUPPORT),
        ("now", "rule", "access_lost", SUPPORT),
        ("soon", "connection", "connection_ends", BEN),
        ("soon", "license", "expires", SALES),
    ]
    assert all(each["message"] and each["action"] for each in shown)
    assert shown[2]["until"] < shown[3]["until"]
    page = ana.get(f"{PATH}?limit=3")
    assert [each["what"] for each in ana.get(f"{PATH}?limit=3&cursor={page['next']}")["attention"]] == ["license"]
    assert ana("GET", f"{PATH}?cursor=x", expect=400)["error"]["code"] == "invalid_cursor"


def test_what_rests_because_somebody_wanted_it_is_no_trouble(
    ana: Someone, ben: Someone, record: Any, reached: None, look: Look
) -> None:
    ruled(ben, {"kind": "address", "mailbox": SUPPORT, "value": SENDER, "record": reference(record)})
    ana.post("/api/admin/exclusions", {"kind": "domain", "value": "adatum.example"})
    look()
    assert found(ana) == []


def test_a_destination_that_is_away_and_emails_that_failed_are_named(
    ana: Someone, ben: Someone, control: Control, work: Any, services: Services, their_administrator: Someone
) -> None:
    fail_downloads(control)
    ben.save(item_of(control.deliver(SUPPORT, order(1)), SUPPORT), contact(ana))
    work()
    away = "INSERT INTO outages VALUES (:tenant, 'netsuite', 'NetSuite', 'reconnect', now(), now(), 2)"
    execute(services, away, tenant=CONTOSO.id)
    assert found(ana) == [("now", "destination", "reconnect", None), ("soon", "saves", "failed", None)]
    [destination, saves] = ana.get(PATH)["attention"]
    assert (destination["name"], saves["message"]) == ("netsuite", "1 email could not be saved.")
    assert found(their_administrator) == []
