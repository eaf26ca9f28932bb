"""What is forgotten after so many days, what stays, and that the audit log can be verified all the same."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from server import retention
from server.administration import chain
from server.clock import now
from server.services import Services
from tests.autopilot.stories import SENDER, license_for, looking, numbers, order, ruled
from tests.conftest import Control, Someone
from tests.simulator.seed import CONTOSO, FABRIKAM
from tests.steps import ANA, SUPPORT, contact, context, execute, item_of, reference, rewrite, with_files
from tests.upkeep.conftest import Operator

DAYS = {"activity_days": 30, "file_days": 30, "poll_seconds": 0}
LATER = timedelta(days=31)


def audit(administrator: Someone) -> list[str]:
    return [each["what"] for each in administrator.get("/api/admin/audit?limit=100")["audit"]]


def exclude(administrator: Someone, domain: str) -> None:
    administrator.post("/api/admin/exclusions", {"kind": "domain", "value": domain})


def ages(services: Services, days: int) -> None:
    """All that happened so far happened so much earlier. The chain is written anew, as it would have been then."""
    earlier = f"at = at - interval '{days} days'"
    rewrite(services, f"UPDATE activities SET {earlier}")
    rewrite(services, "DELETE FROM audit_entries")
    rewrite(services, "DELETE FROM audit_heads")
    rewrite(services, f"UPDATE sightings SET {earlier}")
    rewrite(
        services,
        "SELECT append_to_audit(tenant_id, at, id, NULL, jsonb_build_array(tenant_id, id, to_char(at AT TIME ZONE"
        " 'UTC', 'YYYY-MM-DD\"T\"HH24\\:MI\\:SS.US'), what, person_id, save_id, detail, is_automatic)::text)"
        " FROM (SELECT * FROM activities WHERE NOT is_automatic ORDER BY id) line",
    )


def count(services: Services, what: str) -> int:
    with services.database.session() as session:
        return int(session.scalar(text(f"SELECT count(*) FROM {what}")) or 0)


@pytest.mark.parametrize("settings", [DAYS], indirect=True)
def test_old_links_of_the_audit_log_are_forgotten_and_the_rest_is_still_one_chain(
    ana: Someone,
    their_administrator: Someone,
    services: Services,
    operator: Operator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    exclude(their_administrator, "woodgrove.example")
    for number in range(5):
        exclude(ana, f"tailspin-{number}.example")
    ages(services, 31)
    exclude(ana, "wingtip.example")
    noted = chain.verify(services.database, CONTOSO.id)
    assert (noted.links, noted.wrong) == (6, ())
    retention.forget_old(services)
    retention.forget_old(services)
    found = chain.verify(services.database, CONTOSO.id, noted.head)
    assert (found.forgotten, found.wrong) == (5, ())
    assert audit(ana) == ["exclusion_added"]
    assert count(services, "activities") == 1
    assert chain.verify(services.database, FABRIKAM.id).wrong == ()
    rewrite(services, "DELETE FROM audit_entries WHERE number = 6")
    assert chain.verify(services.database, CONTOSO.id).wrong != ()


@pytest.mark.parametrize("settings", [DAYS], indirect=True)
def test_whoever_forgets_links_without_saying_so_is_found_out(
    ana: Someone, services: Services, operator: Operator
) -> None:
    for number in range(3):
        exclude(ana, f"tailspin-{number}.example")
    assert "3 links; the newest is 3:" in operator("audit", "verify", "--tenant", CONTOSO.id)
    execute(services, "SET LOCAL affix.forgetting = 'on'; DELETE FROM audit_entries WHERE number = 1")
    said = operator.fails("audit", "verify")
    assert "After 0 comes 2" in said and "FIX" in said


@pytest.mark.parametrize("settings", [DAYS], indirect=True)
def test_what_autopilot_saw_is_emptied_and_nothing_is_saved_a_second_time(
    ana: Someone, control: Control, services: Services, work: Any
) -> None:
    record, look = contact(ana), looking(services, work)
    item = item_of(control.deliver(SUPPORT, order(0, sender="hello@wingtip.example")), SUPPORT)
    context(ana, item)
    license_for(ana, SUPPORT)
    ruled(ana, {"kind": "address", "mailbox": SUPPORT, "value": SENDER, "record": reference(record)})
    look()
    control.deliver(SUPPORT, order(1))
    undone = control.deliver(SUPPORT, order(2))
    look()
    [save] = [each for each in context(ana, item_of(undone, SUPPORT))["saves"]]
    ana("DELETE", f"/api/saves/{save['id']}")
    assert numbers(ana, record) == ["1"]
    retention.forget_old(services, now() + LATER)
    assert count(services, "sightings WHERE subject <> '' OR from_address <> ''") == 0
    assert count(services, "activities") == 0
    execute(services, "UPDATE watched_folders SET link = NULL, total = NULL, unread = NULL")
    execute(services, "UPDATE watches SET full_at = NULL")
    look()
    assert numbers(ana, record) == ["1"]
    assert chain.verify(services.database, CONTOSO.id).wrong == ()


@pytest.mark.parametrize("settings", [DAYS], indirect=True)
def test_lines_are_not_shown_any_more_once_their_time_is_over(
    ana: Someone, control: Control, services: Services, work: Any
) -> None:
    ana.save(item_of(control.deliver(ANA, order(1))), contact(ana))
    work()
    assert len(ana.get("/api/activity")["activity"]) == 1
    ages(services, 31)
    assert ana.get("/api/activity")["activity"] == []


@pytest.mark.parametrize("settings", [DAYS], indirect=True)
def test_files_are_forgotten_and_the_email_says_which_and_why(
    ana: Someone, control: Control, services: Services, work: Any
) -> None:
    record = contact(ana)
    ana.save(item_of(control.deliver(ANA, with_files(("order.pdf", b"x" * 5000)))), record)
    work()
    [email] = ana.emails(record)
    path = f"/api/records/local/contact/{record['id']}/emails/{email['id']}"
    retention.forget_old(services, now() + timedelta(days=29))
    assert count(services, "local_pieces") == 2
    retention.forget_old(services, now() + LATER)
    assert (count(services, "local_pieces"), count(services, "local_blobs"), count(services, "local_files")) == (
        0,
        0,
        0,
    )
    [email] = ana.emails(record)
    assert [each["name"] for each in email["missing"]] == ["order.pdf", "message.eml"]
    assert email["missing"][0]["message"] == "order.pdf was kept for 30 days, as long as files are kept here."
    assert "See the files" in ana.get(path)["text"]
    assert ana("GET", f"{path}/mime", expect=404)


def test_nothing_is_ever_forgotten_unless_somebody_says_so(
    ana: Someone, control: Control, services: Services, work: Any
) -> None:
    ana.save(item_of(control.deliver(ANA, with_files(("order.pdf", b"x" * 5000)))), contact(ana))
    work()
    retention.forget_old(services, now() + timedelta(days=10_000))
    assert (count(services, "local_pieces"), len(audit(ana))) == (2, 1)
