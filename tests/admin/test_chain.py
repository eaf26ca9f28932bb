"""The audit log is only ever added to, and a chain tells of everything else that happened to it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.administration import chain
from server.administration.chain import Link, Verified
from server.services import Services
from tests.conftest import Control, Someone
from tests.simulator.seed import CONTOSO, FABRIKAM
from tests.steps import execute, item_of, rewrite


def verified(services: Services, tenant: str = CONTOSO.id, noted: Link | None = None) -> Verified:
    return chain.verify(services.database, tenant, noted)


def exclude(ana: Someone, *domains: str) -> None:
    for each in domains:
        ana.post("/api/admin/exclusions", {"kind": "domain", "value": each})


@pytest.fixture
def five(ana: Someone) -> None:
    exclude(ana, *(f"tailspin-{n}.example" for n in range(5)))


def test_every_line_of_a_person_is_a_link_and_those_of_rules_are_not(
    ana: Someone, ben: Someone, control: Control, record: Any, services: Services, work: Any
) -> None:
    assert verified(services) == Verified(CONTOSO.id, None, 0, 0, ())
    exclude(ana, "tailspin.example")
    item = item_of(control.deliver("ben@contoso.example", b"From: a@adatum.example\r\nSubject: x\r\n\r\nHi\r\n"))
    ben.save(item, record)
    work()
    found = verified(services)
    assert (found.links, found.wrong) == (len(ana.get("/api/admin/audit")["audit"]), ())
    assert found.head is not None and found.head.number == found.links == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE activities SET what = 'exclusion_removed'",
        "UPDATE activities SET is_automatic = true",
        "DELETE FROM activities",
        "TRUNCATE activities",
        "UPDATE audit_entries SET activity_id = NULL",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries",
    ],
)
def test_what_is_written_cannot_be_changed_or_taken_out(five: None, services: Services, statement: str) -> None:
    with pytest.raises(DBAPIError, match="only ever added to"):
        execute(services, statement)
    assert verified(services).wrong == ()


THIRD = "(SELECT activity_id FROM audit_entries WHERE number = 3)"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (f"UPDATE activities SET what = 'exclusion_removed' WHERE id = {THIRD}", "line of link 3 was changed"),
        (f"UPDATE activities SET detail = '{{}}' WHERE id = {THIRD}", "line of link 3 was changed"),
        (f"UPDATE activities SET is_automatic = true WHERE id = {THIRD}", "line of link 3 was changed"),
        (f"UPDATE activities SET at = at + interval '1 microsecond' WHERE id = {THIRD}", "line of link 3 was changed"),
        (f"UPDATE activities SET person_id = '{{other}}' WHERE id = {THIRD}", "line of link 3 was changed"),
        (f"DELETE FROM activities WHERE id = {THIRD}", "line of link 3 is gone"),
        ("DELETE FROM audit_entries WHERE number = 3", "After 2 comes 4"),
        ("DELETE FROM audit_entries WHERE number = 1", "After 0 comes 2"),
        ("DELETE FROM audit_entries WHERE number = 5", "chain ends at 4"),
        ("UPDATE audit_entries SET content = sha256('x') WHERE number = 3", "Link 3 does not follow"),
        ("UPDATE audit_heads SET number = 4", "chain ends at 5"),
        ("DELETE FROM audit_heads", "chain ends at 5"),
        (
            "INSERT INTO activities (tenant_id, at, what, person_id, detail, is_automatic)"
            " SELECT tenant_id, at, what, person_id, detail, false FROM activities LIMIT 1",
            "1 lines are in the log without being in the chain",
        ),
    ],
)
def test_whoever_changes_it_past_the_triggers_is_found_out(
    five: None, ben: Someone, services: Services, statement: str, said: str
) -> None:
    other = ben.get("/api/me")["person"]["id"]
    rewrite(services, statement.replace("{other}", other))
    assert any(said in each for each in verified(services).wrong), verified(services).wrong


def test_another_chain_in_its_place_is_told_by_a_link_that_was_noted(
    five: None, ana: Someone, services: Services
) -> None:
    noted = verified(services).head
    assert noted is not None and verified(services, noted=noted).wrong == ()
    rewrite(services, "DELETE FROM activities WHERE detail ->> 'value' = 'tailspin-2.example'")
    rewrite(services, "DELETE FROM audit_entries")
    rewrite(services, "DELETE FROM audit_heads")
    again = (
        "SELECT append_to_audit(tenant_id, at, id, NULL, jsonb_build_array(tenant_id, id,"
        " to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24\\:MI\\:SS.US'),"
        " what, person_id, save_id, detail, is_automatic)::text)"
        " FROM activities ORDER BY id"
    )
    rewrite(services, again)
    exclude(ana, "woodgrove.example")
    assert verified(services).wrong == ()
    assert verified(services, noted=noted).wrong == ("Link 5 is not the one that was noted.",)
    late = Link(6, bytes(32))
    assert verified(services, noted=late).wrong == ("The chain does not reach link 6, which was noted.",)


def test_many_who_write_at_once_make_one_chain_for_each_tenant(
    five: None, their_administrator: Someone, services: Services
) -> None:
    """Each in a connection of its own, with several lines in one transaction and with some that come to nothing."""
    exclude(their_administrator, "woodgrove.example")
    line = text(
        "INSERT INTO activities (tenant_id, at, what, person_id, detail, is_automatic)"
        " SELECT tenant_id, clock_timestamp(), 'caught_up', id, '{}', false FROM people"
    )
    people = 2

    def write(number: int) -> None:
        with services.database.engine.connect() as connection:
            for _ in range(10):
                connection.execute(line)
                connection.execute(line)
                connection.rollback() if number % 4 == 3 else connection.commit()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(write, range(8)))
    for tenant, before in ((CONTOSO.id, 5), (FABRIKAM.id, 1)):
        found = verified(services, tenant)
        assert (found.links - before, found.wrong) == (6 * 10 * people, ())


def test_what_the_operator_did_is_chained_too_and_cannot_be_reworded(five: None, services: Services) -> None:
    with services.database.session.begin() as session:
        chain.tell(session, CONTOSO.id, "grants_revoked", count=3)
    assert (verified(services).links, verified(services).wrong) == (6, ())
    with services.database.session() as session:
        [(number, _, note)] = chain.notes(session, CONTOSO.id)
    assert (number, note) == (6, {"what": "grants_revoked", "count": 3})
    rewrite(services, 'UPDATE audit_entries SET note = \'{"what": "grants_revoked", "count": 2}\' WHERE number = 6')
    assert verified(services).wrong == ("The line of link 6 was changed.",)


def test_one_tenants_chain_says_nothing_of_another(
    five: None, their_administrator: Someone, services: Services
) -> None:
    exclude(their_administrator, "woodgrove.example")
    rewrite(services, "DELETE FROM audit_entries WHERE tenant_id = :tenant", tenant=CONTOSO.id)
    assert verified(services).wrong
    assert verified(services, FABRIKAM.id).wrong == ()
    assert [tenant for tenant, _ in chain.heads(services.database)] == sorted((CONTOSO.id, FABRIKAM.id))
