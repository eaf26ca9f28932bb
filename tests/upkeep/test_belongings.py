"""`affix export` and `affix delete`: what is stored about a person or a mailbox, and what is left of it afterwards."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from server.clock import now
from server.models import Base
from server.services import Services
from tests.autopilot.stories import SENDER, license_for, looking, numbers, order, ruled
from tests.conftest import Control, Someone
from tests.simulator.seed import CONTOSO, FABRIKAM
from tests.steps import BEN, SUPPORT, contact, context, item_of, reference, save_of
from tests.upkeep.conftest import Operator

TENANT = ("--tenant", CONTOSO.id)
CANARY = "Canary offer 4711"  # a subject in the shared mailbox that is on no record
DAYS = {"poll_seconds": 0}


# What refers to whom, and is taken away or emptied (server/administration/deleting.py); the others say only who it was.
GO_WITH_PERSON = {"memberships", "outgoing", "preferences", "presences", "rules", "saves", "sent_places"}
NAME_A_PERSON = {
    *(
        "accounts",
        "activities",
        "api_keys",
        "backfills",
        "dismissals",
        "exclusions",
        "favorites",
        "licenses",
        "sightings",
    ),
    *("subscriptions", "watches", "webhooks"),
}
GO_WITH_MAILBOX = {
    *("backfills", "dismissals", "favorites", "known_messages", "licenses", "memberships", "messages", "openings"),
    *("outgoing", "rules", "saves", "sent_places", "sightings", "watches"),
    *("announcements", "subscriptions", "watched_folders"),
}
REFUSE_IT = {"accounts"}


def refer_to(*names: str) -> set[str]:
    tables = Base.metadata.tables.values()
    return {table.name for table in tables for key in table.foreign_keys if key.column.table.name in names}


def test_of_every_table_that_refers_to_people_or_mailboxes_it_is_decided_what_becomes_of_it() -> None:
    assert refer_to("people") == GO_WITH_PERSON | NAME_A_PERSON
    assert refer_to("mailboxes", "watches") == GO_WITH_MAILBOX | REFUSE_IT


def exported(operator: Operator, *words: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table."""
    result = operator.run("export", *words[:1], *TENANT, *words[1:])
    assert result.exit_code == 0, result.output
    rows: dict[str, list[dict[str, Any]]] = {}
    for line in result.stdout.splitlines():
        if line.startswith("{"):
            row = json.loads(line)
            rows.setdefault(row.pop("table"), []).append(row)
    return rows


def tables_with(services: Services, words: str) -> set[str]:
    """The tables in which some row has these words, in whatever column and whatever case."""
    names = [*Base.metadata.tables, "local_emails", "local_files", "procrastinate_jobs"]
    with services.database.session() as session:
        return {
            name
            for name in names
            if session.scalar(
                text(f"SELECT EXISTS (SELECT FROM {name} x WHERE x::text ILIKE :like)"), {"like": f"%{words}%"}
            )
        }


@pytest.fixture
def story(ana: Someone, ben: Someone, eve: Someone, control: Control, services: Services, work: Any) -> dict[str, Any]:
    """Ben and Ana read the shared mailbox; Ben's rule saves there, he saves by hand, and he waits for a draft."""
    look, record = looking(services, work), contact(ana)
    before = f"inbox&received={(now() - timedelta(minutes=1)).isoformat().replace('+', '%2B')}"  # the rule, surely
    canary = order(9, subject=CANARY, sender="hello@wingtip.example")
    seen = item_of(control.deliver(SUPPORT, canary, before), SUPPORT)
    for person in (ana, ben):
        context(person, seen)
    eve.get("/api/me")
    license_for(ana, SUPPORT)
    rule = ruled(ben, {"kind": "address", "mailbox": SUPPORT, "value": SENDER, "record": reference(record)})
    look()
    control.deliver(SUPPORT, order(1))
    look()
    [by_hand] = ben.save(item_of(control.deliver(BEN, order(2)), BEN), record)
    work()
    control.deliver(SUPPORT, order(3, subject=f"Re: {CANARY}", sender="hello@wingtip.example"))
    look()
    ben("PATCH", "/api/me", json={"remindOnSend": True})
    assert numbers(ana, record) == ["1", "2"]
    return {"record": record, "rule": rule, "byHand": by_hand, "look": look, "seen": seen}


@pytest.mark.parametrize("settings", [DAYS], indirect=True)
def test_a_persons_export_has_what_refers_to_them_and_neither_secrets_nor_others(
    story: dict[str, Any], services: Services, operator: Operator
) -> None:
    rows = exported(operator, "person", BEN)
    [person] = rows["people"]
    assert person["address"] == BEN
    assert [each["value"] for each in rows["rules"]] == [SENDER]
    assert {each["how"] for each in rows["saves"]} == {"manual", "autopilot:address"}
    assert {each["subject"] for each in rows["messages"]} == {"Order 1", "Order 2"}
    assert rows["preferences"][0]["remind_on_send"] is True
    assert len(rows["memberships"]) >= 2 and len(rows["activities"]) >= 3
    [grant] = rows["grants"]
    assert "sealed" not in grant and grant["version"] >= 1
    assert all(each["oid"] == person["oid"] for each in rows["people"] + rows["grants"])
    assert "person_exported" in operator("audit", "notes", *TENANT)


@pytest.mark.parametrize("settings", [DAYS], indirect=True)
def test_a_mailboxs_export_has_all_that_was_read_from_it(
    story: dict[str, Any], services: Services, operator: Operator
) -> None:
    rows = exported(operator, "mailbox", SUPPORT.upper())
    assert [each["address"] for each in rows["mailboxes"]] == [SUPPORT]
    assert {each["subject"] for each in rows["sightings"]} == {"Order 1", f"Re: {CANARY}"}
    assert [each["subject"] for each in rows["local_emails"]] == ["Order 1"]
    assert {"watches", "rules", "licenses", "memberships", "openings", "activities"} <= rows.keys()
    assert all("link" not in each for each in rows["watched_folders"])
    assert "people" not in rows and "grants" not in rows


@pytest.mark.parametrize("settings", [DAYS], indirect=True)
def test_of_a_deleted_person_nothing_is_left_but_that_somebody_did_it(
    story: dict[str, Any], ana: Someone, control: Control, services: Services, operator: Operator, someone: Any
) -> None:
    oid = exported(operator, "person", BEN)["people"][0]["oid"]
    assert operator.run("delete", "person", *TENANT, BEN, input="n\n").exit_code == 1
    said = operator("delete", "person", *TENANT, "--yes", BEN)
    assert "1  rules stopped" in said and "This stays:" in said
    assert tables_with(services, oid) == set()
    # His own mailbox, and lines of the audit log about it, are another matter.
    assert tables_with(services, BEN) <= {"mailboxes", "activities", "messages", "local_emails", "deliveries"}
    assert tables_with(services, "Ben ") <= {"deliveries"}
    [rule] = [each for each in ana.get("/api/admin/rules")["rules"] if each["id"] == story["rule"]["id"]]
    assert (rule["state"], rule["reasonCode"]) == ("stopped", "person_deleted")
    assert BEN not in operator("grants", "list", *TENANT)
    control.deliver(SUPPORT, order(4))
    story["look"]()
    assert numbers(ana, story["record"]) == ["1", "2"]
    assert {(each["savedByName"], each["savedBy"]) for each in ana.emails(story["record"])} == {("Deleted person", "")}
    assert operator.run("delete", "person", *TENANT, "--yes", BEN).exit_code == 1
    operator("audit", "verify")
    again = someone("ben")
    assert context(again, story["seen"])["mailbox"]["address"] == SUPPORT
    assert again.get("/api/me")["person"]["address"] == BEN
    story["look"]()
    assert numbers(ana, story["record"]) == ["1", "2"]


@pytest.mark.parametrize("settings", [DAYS], indirect=True)
def test_of_a_deleted_mailbox_only_what_is_on_records_is_left(
    story: dict[str, Any], ana: Someone, ben: Someone, control: Control, services: Services, operator: Operator
) -> None:
    said = operator("delete", "mailbox", *TENANT, "--yes", SUPPORT)
    assert "1  rules" in said
    assert tables_with(services, CANARY) == set()
    assert tables_with(services, "wingtip") == set()
    assert tables_with(services, SENDER) <= {"messages", "local_emails", "activities", "local_records", "deliveries"}
    rows = exported(operator, "mailbox", SUPPORT)
    assert not {"watches", "watched_folders", "memberships", "openings", "rule_messages"} & rows.keys()
    assert [each["ended_at"] is not None for each in rows["licenses"]] == [True]
    assert {each["state"] for each in rows["rules"]} == {"removed"}
    assert numbers(ana, story["record"]) == ["1", "2"]
    control.deliver(SUPPORT, order(4))
    story["look"]()
    assert numbers(ana, story["record"]) == ["1", "2"]
    operator("audit", "verify")
    operator("delete", "mailbox", *TENANT, "--yes", SUPPORT)


@pytest.mark.parametrize("settings", [DAYS], indirect=True)
def test_saves_that_wait_fail_and_say_why(
    ana: Someone, ben: Someone, control: Control, operator: Operator, work: Any
) -> None:
    record = contact(ana)
    [save] = ben.save(item_of(control.deliver(BEN, order(5)), BEN), record)
    operator("delete", "mailbox", *TENANT, "--yes", BEN)
    found = save_of(ben, save)
    assert (found["state"], found["reasonCode"]) == ("failed", "mailbox_deleted")
    work()
    assert ana.emails(record) == []


def test_a_tenant_reaches_nothing_of_another(ben: Someone, eve: Someone, operator: Operator) -> None:
    ben.get("/api/me")
    eve.get("/api/me")
    for words in (
        ("export", "person"),
        ("delete", "person", "--yes"),
        ("export", "mailbox"),
        ("delete", "mailbox", "--yes"),
    ):
        result = operator.run(*words, "--tenant", FABRIKAM.id, BEN)
        assert result.exit_code == 1, words
    assert exported(operator, "person", BEN)["people"][0]["address"] == BEN
