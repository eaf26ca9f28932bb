"""Systems to save to, as administrators configure them: what is asked, what is kept, and what nobody is ever shown."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import text

from server import delivery
from server.destination_settings import rows_of
from server.destinations.base import DestinationError
from server.services import Services
from tests.autopilot.asking import licensed
from tests.autopilot.stories import opened
from tests.conftest import Control, Someone, mime
from tests.destinations.keyed import CANARY, KEYED, SAMPLE, KeyedDestination, registered
from tests.destinations.sample import SampleDestination
from tests.simulator.seed import CONTOSO
from tests.steps import SUPPORT, contact, item_of, reference, save_of

PATH = "/api/admin/destinations"
MASK = "**********"


@pytest.fixture(autouse=True)
def known() -> Iterator[None]:
    with registered(SampleDestination, KeyedDestination):
        yield


@pytest.fixture
def erp(ana: Someone) -> dict[str, Any]:
    found: dict[str, Any] = ana.post(PATH, KEYED, expect=201)
    return found


def refused(person: Someone, method: str, path: str, json: Any, status: int) -> dict[str, Any]:
    error: dict[str, Any] = person(method, path, json=json, expect=status)["error"]
    return error


def kept(services: Services, name: str = "erp") -> dict[str, Any]:
    """The settings as they are stored, in the clear."""
    [row] = [each for each in rows_of(services, CONTOSO.id) if each.name == name]
    return services.destinations.settings_of(row)


# What is asked, and shown


def test_every_kind_says_what_it_has_to_know(ana: Someone) -> None:
    kinds = {each["kind"]: each for each in ana.get("/api/admin/destination-kinds")["kinds"]}
    assert {"netsuite", "sample", "keyed"} <= kinds.keys()
    schema = kinds["keyed"]["settings"]
    assert (kinds["keyed"]["title"], schema["required"]) == ("Keyed", ["account", "keys"])
    assert schema["$defs"]["Key"]["properties"]["secret"]["format"] == "password"


def test_a_destination_is_shown_without_what_is_secret(ana: Someone, erp: Any, services: Services) -> None:
    assert (erp["name"], erp["title"], erp["kind"], erp["builtIn"]) == ("erp", "Keyed", "keyed", False)
    assert erp["settings"] == {
        "account": "A1",
        "keys": [{"id": "k1", "secret": MASK, "ends_in": None}],
        "folder": "7",
        "at_once": 1,
    }
    assert erp["id"] and erp["createdAt"] == erp["changedAt"]
    assert [each["type"] for each in erp["types"]] == ["person"]
    assert ana.get(f"{PATH}/erp") == erp
    listed = ana.raw("GET", PATH)
    assert [each["name"] for each in listed.get_json()["destinations"]] == ["erp", "local"]
    assert CANARY not in listed.get_data(as_text=True)
    with services.database.session() as session:
        stored = session.execute(text("SELECT sealed, to_jsonb(d)::text FROM destinations d")).one()
    assert CANARY.encode() not in bytes(stored[0])
    assert CANARY not in stored[1]


def test_the_built_in_one_is_shown_and_has_no_settings(ana: Someone) -> None:
    local = ana.get(f"{PATH}/local")
    assert (local["builtIn"], local["settings"], local["warnings"]) == (True, None, [])
    assert refused(ana, "PATCH", f"{PATH}/local", {"title": "Ours"}, 409)["code"] == "built_in"
    assert refused(ana, "DELETE", f"{PATH}/local", None, 409)["code"] == "built_in"


@pytest.mark.parametrize("name", ["", "ERP", "a b", "ä", "x" * 41, "a/b", "a_b", "a\nb"])
def test_a_name_is_short_and_plain(ana: Someone, name: str) -> None:
    assert refused(ana, "POST", PATH, {**SAMPLE, "name": name}, 400)["message"].startswith("name")


def test_a_name_is_taken_once_in_a_tenant(ana: Someone, someone: Any, erp: Any) -> None:
    assert refused(ana, "POST", PATH, KEYED, 409)["code"] == "name_taken"
    assert refused(ana, "POST", PATH, {**KEYED, "name": "local"}, 409)["code"] == "name_taken"
    eve = someone("eve", claims={"roles": ["Affix.Administrator"]})
    assert eve.post(PATH, KEYED, expect=201)["id"] != erp["id"]


def test_another_tenant_never_sees_nor_changes_it(ana: Someone, someone: Any, erp: Any) -> None:
    eve = someone("eve", claims={"roles": ["Affix.Administrator"]})
    for method, rest in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/check")):
        answer = eve.raw(method, f"{PATH}/erp{rest}", json={"title": "Mine"})
        strange = eve.raw(method, f"{PATH}/nothing{rest}", json={"title": "Mine"})
        assert (answer.status_code, answer.get_data()) == (404, strange.get_data())
    assert [each["name"] for each in eve.get(PATH)["destinations"]] == ["local"]
    assert [each["name"] for each in eve.get("/api/me")["destinations"]] == ["local"]
    assert ana.get(f"{PATH}/erp") == erp


def test_wrong_settings_are_named_field_by_field_and_never_repeated(ana: Someone) -> None:
    settings = {"account": 7, "keys": [{"id": "k1", "secret": "short"}], "at_once": 0, "colour": "red"}
    answer = ana.raw("POST", PATH, json={**KEYED, "settings": settings})
    error = answer.get_json()["error"]
    assert (answer.status_code, error["code"]) == (400, "invalid_request")
    assert [each["field"] for each in error["fields"]] == ["account", "keys.0.secret", "at_once", "colour"]
    assert "keys.0.secret: A secret has six characters or more." in error["message"]
    assert "short" not in answer.get_data(as_text=True)
    assert refused(ana, "POST", PATH, {**KEYED, "kind": "abacus"}, 400)["code"] == "unknown_kind"
    masked = {**KEYED["settings"], "keys": [{"id": "k1", "secret": MASK}]}
    assert refused(ana, "POST", PATH, {**KEYED, "settings": masked}, 400)["message"].startswith("keys.0.secret")
    assert [each["name"] for each in ana.get(PATH)["destinations"]] == ["local"]


# Changing


def test_what_is_left_out_or_masked_stays(ana: Someone, erp: Any, services: Services) -> None:
    """The whole may be sent back as it was shown, with one thing changed."""
    again = {**erp["settings"], "at_once": 3}
    changed = ana("PATCH", f"{PATH}/erp", json={"settings": again})
    assert changed["settings"] == again
    assert kept(services)["keys"][0]["secret"] == CANARY
    ana("PATCH", f"{PATH}/erp", json={"settings": {"folder": "8"}, "title": "Our ERP"})
    assert (kept(services)["folder"], kept(services)["at_once"]) == ("8", 3)
    assert kept(services)["keys"][0]["secret"] == CANARY
    assert ana.get(f"{PATH}/erp")["title"] == "Our ERP"
    assert ana.get(f"{PATH}/erp")["changedAt"] > erp["changedAt"]


def test_null_takes_a_setting_away(ana: Someone, erp: Any, services: Services) -> None:
    assert ana("PATCH", f"{PATH}/erp", json={"settings": {"folder": None}})["settings"]["folder"] is None
    assert "folder" not in kept(services)
    assert "keys" in refused(ana, "PATCH", f"{PATH}/erp", {"settings": {"keys": None}}, 400)["message"]


def test_objects_in_a_list_keep_their_secrets_by_their_id(ana: Someone, erp: Any, services: Services) -> None:
    both = [{"id": "k2", "secret": "another-secret"}, {"id": "k1", "secret": MASK}]
    ana("PATCH", f"{PATH}/erp", json={"settings": {"keys": both}})
    assert [(each["id"], each["secret"]) for each in kept(services)["keys"]] == [
        ("k2", "another-secret"),
        ("k1", CANARY),
    ]
    ana("PATCH", f"{PATH}/erp", json={"settings": {"keys": [{"id": "k1", "ends_in": 5}]}})
    assert kept(services)["keys"] == [{"id": "k1", "secret": CANARY, "ends_in": 5}]
    unknown = {"settings": {"keys": [{"id": "k3", "secret": MASK}]}}
    assert refused(ana, "PATCH", f"{PATH}/erp", unknown, 400)["message"].startswith("keys.0.secret")


def test_it_stays_the_same_system(ana: Someone, erp: Any) -> None:
    error = refused(ana, "PATCH", f"{PATH}/erp", {"settings": {"account": "A2"}}, 409)
    assert (error["code"], error["message"].split(":")[0]) == ("another_system", "account")
    assert ana.get(f"{PATH}/erp") == erp


def test_a_change_of_nothing_is_refused(ana: Someone, erp: Any) -> None:
    assert refused(ana, "PATCH", f"{PATH}/erp", {}, 400)["code"] == "invalid_request"


def test_who_changed_what_is_written_down_without_settings(ana: Someone, ben: Someone, erp: Any) -> None:
    ana("PATCH", f"{PATH}/erp", json={"title": "Our ERP", "settings": {"folder": "secret-folder"}})
    ana("DELETE", f"{PATH}/erp")
    answer = ana.raw("GET", "/api/activity?kind=destination")
    told = [(each["what"], each["destination"], each["title"]) for each in answer.get_json()["activity"]]
    assert told == [
        ("destination_removed", "erp", "Our ERP"),
        ("destination_changed", "erp", "Our ERP"),
        ("destination_added", "erp", "Keyed"),
    ]
    assert CANARY not in answer.get_data(as_text=True)
    assert "secret-folder" not in answer.get_data(as_text=True)
    assert ben.get("/api/activity")["activity"] == []


# Checking


def test_a_check_goes_step_by_step_and_says_what_to_do(ana: Someone, erp: Any) -> None:
    steps = ana.post(f"{PATH}/erp/check", None)["steps"]
    assert steps == [
        {"ok": True, "message": "A1 answers.", "action": None, "warning": False},
        {"ok": True, "message": "There is a folder.", "action": "Name a folder.", "warning": False},
    ]
    ana("PATCH", f"{PATH}/erp", json={"settings": {"keys": [{"id": "k1", "ends_in": 3}]}})
    assert ana.get(f"{PATH}/erp")["warnings"] == [{"message": "Key k1 ends in 3 days.", "action": "Make another."}]
    *_, last = ana.post(f"{PATH}/erp/check", None)["steps"]
    assert last == {"ok": True, "message": "Key k1 ends in 3 days.", "action": "Make another.", "warning": True}
    assert ana.post(f"{PATH}/local/check", None)["steps"][0]["ok"] is True


def test_who_asks_for_lines_gets_each_step_of_a_check_in_one(ana: Someone, erp: Any) -> None:
    answer = ana.raw("POST", f"{PATH}/erp/check", headers={"Accept": "application/x-ndjson"})
    assert answer.mimetype == "application/x-ndjson" and not answer.is_sequence
    assert [json.loads(line) for line in answer.iter_encoded()] == ana.post(f"{PATH}/erp/check", None)["steps"]


def test_a_check_that_breaks_off_ends_with_the_reason(ana: Someone, erp: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KeyedDestination, "is_away", True)
    first, last = ana.post(f"{PATH}/erp/check", None)["steps"]
    assert (first["ok"], last["ok"], last["message"]) == (True, False, "It does not answer any more.")


# Removing


def test_a_removed_destination_is_offered_to_nobody(ana: Someone, ben: Someone, erp: Any) -> None:
    assert ana("DELETE", f"{PATH}/erp") == {"name": "erp", "stoppedRules": 0, "failedSaves": 0}
    assert [each["name"] for each in ben.get("/api/me")["destinations"]] == ["local"]
    ana("DELETE", f"{PATH}/erp", expect=404)


def test_it_is_not_removed_while_saves_wait_for_it_unless_they_may_fail(
    ana: Someone, ben: Someone, erp: Any, control: Control, work: Any
) -> None:
    person = ana.post("/api/records", {"destination": "erp", "type": "person", "name": "Pat"}, expect=201)
    items = [item_of(control.deliver(SUPPORT, mime(message_id=f"<{n}@x.example>")), SUPPORT) for n in range(2)]
    saves = [ben.save(item, person)[0] for item in items]
    error = refused(ana, "DELETE", f"{PATH}/erp", None, 409)
    assert (error["code"], error["waiting"]) == ("saves_waiting", 2)
    assert "2 saves are still waiting" in error["message"]
    assert ana("DELETE", f"{PATH}/erp?force=true")["failedSaves"] == 2
    work()
    for save in saves:
        now = save_of(ben, save)
        assert (now["state"], now["reasonCode"]) == ("failed", "unknown_destination")
        assert "“erp” was removed" in now["reason"]


def test_what_was_to_leave_a_removed_destination_stays_there_and_arrives(
    ana: Someone, ben: Someone, erp: Any, control: Control, work: Any
) -> None:
    person = ana.post("/api/records", {"destination": "erp", "type": "person", "name": "Pat"}, expect=201)
    [save] = ben.save(item_of(control.deliver(SUPPORT, mime()), SUPPORT), person)
    work()
    local = contact(ben)
    ben("PATCH", f"/api/saves/{save['id']}", json={"record": reference(local)})
    assert refused(ana, "DELETE", f"{PATH}/erp", None, 409)["waiting"] == 1
    ana("DELETE", f"{PATH}/erp?force=true")
    work()
    assert (save_of(ben, save)["state"], len(ben.emails(local))) == ("saved", 1)


def test_rules_that_save_there_stop_with_a_reason_and_go_on_when_it_is_back(
    ana: Someone, ben: Someone, erp: Any, control: Control
) -> None:
    person = ana.post("/api/records", {"destination": "erp", "type": "person", "name": "Pat"}, expect=201)
    licensed(ana, SUPPORT)
    opened(ben, control, SUPPORT)
    wanted = {"kind": "domain", "mailbox": SUPPORT, "value": "adatum.example"}
    rule = ben.post("/api/rules", {**wanted, "record": reference(person)}, expect=201)
    other = ben.post("/api/rules", {**wanted, "record": reference(contact(ben))}, expect=201)
    assert ana("DELETE", f"{PATH}/erp")["stoppedRules"] == 1
    stopped = ben.get(f"/api/rules/{rule['id']}")
    assert (stopped["state"], stopped["reasonCode"]) == ("stopped", "destination_gone")
    assert "“erp”" in stopped["reason"]
    assert ben.get(f"/api/rules/{other['id']}")["state"] == "active"
    error = refused(ben, "PATCH", f"/api/rules/{rule['id']}", {"state": "active"}, 409)
    assert error["code"] == "destination_gone"
    ana.post(PATH, KEYED, expect=201)
    assert ben("PATCH", f"/api/rules/{rule['id']}", json={"state": "active"})["state"] == "active"


def test_a_name_under_which_emails_were_saved_is_for_the_same_system_only(
    ana: Someone, ben: Someone, erp: Any, control: Control, work: Any
) -> None:
    person = ana.post("/api/records", {"destination": "erp", "type": "person", "name": "Pat"}, expect=201)
    ben.save(item_of(control.deliver(SUPPORT, mime()), SUPPORT), person)
    work()
    assert refused(ana, "POST", PATH, KEYED, 409)["code"] == "name_taken"
    ana("DELETE", f"{PATH}/erp")
    assert refused(ana, "POST", PATH, KEYED, 409)["code"] == "name_was_used"
    ana.post(PATH, {**KEYED, "again": True}, expect=201)
    assert len(ben.emails(person)) == 1


# Beside each other


def test_two_administrators_who_add_the_same_name_at_once_add_one(ana: Someone, someone: Any) -> None:
    others = [someone("ana") for _ in range(6)]
    start = Barrier(len(others))

    def add(person: Someone) -> int:
        start.wait(30)
        return person.raw("POST", PATH, json=KEYED).status_code

    with ThreadPoolExecutor(len(others)) as pool:
        answers = list(pool.map(add, others))
    assert sorted(answers) == [201, *[409] * 5]
    assert [each["name"] for each in ana.get(PATH)["destinations"]] == ["erp", "local"]


def test_an_outage_is_shown_and_ends_with_new_settings(
    ana: Someone,
    ben: Someone,
    erp: Any,
    control: Control,
    services: Services,
    work: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*_: Any) -> None:
        raise DestinationError("The key was refused.", permanent=True, code="reconnect")

    person = ana.post("/api/records", {"destination": "erp", "type": "person", "name": "Pat"}, expect=201)
    with monkeypatch.context() as patch:
        patch.setattr(KeyedDestination, "put", away)
        [save] = ben.save(item_of(control.deliver(SUPPORT, mime()), SUPPORT), person)
        work()
    assert save_of(ben, save)["state"] == "queued"
    [warning] = ana.get(f"{PATH}/erp")["warnings"]
    assert warning["message"].startswith("Waiting for Keyed")
    ana("PATCH", f"{PATH}/erp", json={"settings": {"keys": [{"id": "k1", "secret": "the-right-one"}]}})
    assert ana.get(f"{PATH}/erp")["warnings"] == []
    with services.database.session.begin() as session:
        session.execute(text("UPDATE saves SET due_at = now()"))
    delivery.ring_for_overdue(services)
    work()
    assert save_of(ben, save)["state"] == "saved"
