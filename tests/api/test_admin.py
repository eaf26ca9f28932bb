"""What administrators see and do, that nobody else does, and that no tenant reaches another."""

import uuid
from datetime import timedelta
from typing import Any

from apiflask import APIFlask

from server.clock import iso, now
from tests.api.routes import filled, routes
from tests.conftest import Control, Someone, mime
from tests.steps import ANA, BEN, CLEO, SALES, SUPPORT, contact, context, item_of

LICENSES = "/api/admin/licenses"
FOREIGN = "help@fabrikam.example"


def assign(person: Someone, mailbox: str, expect: int = 201, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = person.post(LICENSES, {"mailbox": mailbox, **more}, expect=expect)
    return found


def refused(person: Someone, **body: Any) -> str:
    return str(person.post(LICENSES, body, expect=400)["error"]["code"])


def test_nobody_but_administrators_reaches_any_of_it(app: APIFlask, ben: Someone, ana: Someone) -> None:
    tried = 0
    found = assign(ana, SUPPORT)
    for method, rule in routes(app, "/api/admin/"):
        path = filled(rule, {"license_id": found["id"]})
        for body in ({}, {"mailbox": SALES}):
            answer = ben.raw(method, path, json=body)
            assert (answer.status_code, answer.get_json()["error"]["code"]) == (403, "administrators_only"), rule
        tried += 1
    assert tried >= 5
    assert [each["mailbox"] for each in ana.get(LICENSES)["licenses"]] == [SUPPORT]


def test_a_licence_is_assigned_once(ana: Someone) -> None:
    found = assign(ana, SUPPORT)
    assert (found["mailbox"], found["state"], found["expiresAt"]) == (SUPPORT, "licensed", None)
    assert found["assignedBy"]["id"] == ana.get("/api/me")["person"]["id"]
    assert found["assignedAt"]
    assert assign(ana, SUPPORT.title(), expect=200)["id"] == found["id"]
    listed = ana.get(LICENSES)
    assert [each["id"] for each in listed["licenses"]] == [found["id"]]
    assert (listed["seats"], listed["next"]) == ({"all": None, "taken": 1}, None)


def test_its_end_is_changed_by_assigning_again(ana: Someone) -> None:
    first, second = (iso(now() + timedelta(days=days)) for days in (1, 2))
    found = assign(ana, SUPPORT, expiresAt=first)
    assert found["expiresAt"] == first
    assert assign(ana, SUPPORT, expect=200, expiresAt=second)["expiresAt"] == second
    assert assign(ana, SUPPORT, expect=200)["expiresAt"] == second
    assert assign(ana, SUPPORT, expect=200, expiresAt="2099-06-01T02:00:00+02:00")["expiresAt"].startswith(
        "2099-06-01T00:00"
    )
    assert ana.get(LICENSES)["seats"]["taken"] == 1


def test_what_cannot_be_a_licence_is_refused(ana: Someone) -> None:
    assert refused(ana, mailbox="support") == "invalid_address"
    assert refused(ana, mailbox="") == "invalid_address"
    assert refused(ana, mailbox=f"{SUPPORT}, {SALES}") == "invalid_address"
    assert refused(ana, mailbox=SUPPORT, expiresAt=iso(now() - timedelta(seconds=1))) == "invalid_expiry"
    for odd in (
        "soon",
        "2099-01-01",
        "2099-01-01T00:00:00",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
        1,
    ):
        assert refused(ana, mailbox=SUPPORT, expiresAt=odd) == "invalid_request", odd
    assert ana.get(LICENSES)["licenses"] == []


def test_a_licence_is_taken_away_once(ana: Someone) -> None:
    found = assign(ana, SUPPORT)
    ended = ana("DELETE", f"{LICENSES}/{found['id']}", expect=200)
    assert (ended["id"], ended["state"]) == (found["id"], "ended")
    ana("DELETE", f"{LICENSES}/{found['id']}", expect=404)
    listed = ana.get(LICENSES)
    assert (listed["licenses"], listed["seats"]["taken"]) == ([], 0)


def test_who_assigned_and_took_away_is_written_down(ana: Someone, ben: Someone) -> None:
    found = assign(ana, SUPPORT)
    ana("DELETE", f"{LICENSES}/{found['id']}")
    lines = ana.get("/api/activity")["activity"]
    assert [(each["what"], each["mailbox"], each["save"]) for each in lines] == [
        ("license_ended", SUPPORT, None),
        ("license_assigned", SUPPORT, None),
    ]
    assert ben.get("/api/activity")["activity"] == []


def test_tenants_never_see_each_others_licences_and_mailboxes(ana: Someone, their_administrator: Someone) -> None:
    ours, theirs = assign(ana, SUPPORT), assign(their_administrator, FOREIGN)
    for person, own, other in ((ana, ours, theirs), (their_administrator, theirs, ours)):
        strange = person.raw("DELETE", f"{LICENSES}/{uuid.uuid4()}")
        answer = person.raw("DELETE", f"{LICENSES}/{other['id']}")
        assert (answer.status_code, answer.get_data()) == (404, strange.get_data())
        assert [each["id"] for each in person.get(LICENSES)["licenses"]] == [own["id"]]
        assert person.get(LICENSES)["seats"]["taken"] == 1
        assert [each["address"] for each in person.get("/api/admin/mailboxes")["mailboxes"]] == [own["mailbox"]]
    assert assign(their_administrator, SUPPORT)["id"] != ours["id"]  # a name is no door either


def test_the_known_mailboxes_are_shown_with_kind_licence_and_members(
    ana: Someone, ben: Someone, control: Control
) -> None:
    for person, mailbox in ((ana, SUPPORT), (ben, SUPPORT), (ben, BEN), (ben, CLEO)):
        context(person, item_of(control.deliver(mailbox, mime(subject="Secret offer", to=mailbox)), mailbox))
    assign(ana, SUPPORT)
    assign(ana, SALES)
    answer = ana.raw("GET", "/api/admin/mailboxes")
    shown = {each["address"]: each for each in answer.get_json()["mailboxes"]}
    assert {name: (each["kind"], each["license"]["state"], each["members"]) for name, each in shown.items()} == {
        BEN: ("personal", "missing", 1),
        CLEO: ("personal", "missing", 1),
        SALES: ("unknown", "licensed", 0),
        SUPPORT: ("shared", "licensed", 2),
    }
    assert shown[SUPPORT]["purpose"] == "shared"
    assert "Secret offer" not in answer.get_data(as_text=True)


def test_without_exchanges_word_it_shows_what_members_proved(ana: Someone, ben: Someone, control: Control) -> None:
    control("POST", "world", json={"consent": {"application": []}})
    for mailbox in (BEN, CLEO):
        context(ben, item_of(control.deliver(mailbox, mime(to=mailbox)), mailbox))
    shown = ana.get("/api/admin/mailboxes")["mailboxes"]
    assert [(each["address"], each["kind"], each["purpose"]) for each in shown] == [
        (BEN, "personal", None),
        (CLEO, "unknown", None),
    ]


def test_many_mailboxes_come_in_pages(ana: Someone) -> None:
    wanted = [ANA, BEN, CLEO, SALES, SUPPORT]
    for mailbox in wanted:
        assign(ana, mailbox)
    found, cursor = [], ""
    while cursor is not None:
        page = ana.get(f"/api/admin/mailboxes?limit=2&cursor={cursor}")
        assert len(page["mailboxes"]) <= 2
        found += [each["address"] for each in page["mailboxes"]]
        cursor = page["next"]
    assert found == wanted


def test_destinations_are_shown_with_their_types(ana: Someone) -> None:
    contact(ana)
    [local] = ana.get("/api/admin/destinations")["destinations"]
    assert local["name"] == "local"
    assert "contact" in {each["type"] for each in local["types"]}
