"""Configured destinations over time and processes: changes are noticed, keys rotate, and a broken one stays alone."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select, text

from server import configured, create_app, doctor
from server.auth.sealing import Sealer
from server.destination_settings import rows_of
from server.http import Session
from server.models import ConfiguredDestination
from server.services import Services
from server.settings import Settings
from server.wiring import build
from tests.autopilot.asking import licensed
from tests.autopilot.stories import SENDER, health, looking, numbers, often, opened, order
from tests.conftest import Control, Someone, mime
from tests.destinations.keyed import CANARY, KEYED, SAMPLE, KeyedDestination, registered
from tests.destinations.sample import SampleDestination
from tests.simulator.adapter import mount
from tests.simulator.seed import CONTOSO
from tests.steps import SUPPORT, contact, context, item_of

PATH = "/api/admin/destinations"
KEY = base64.b64encode(b"k" * 32).decode()  # the one of the usual settings
NEW_KEY = base64.b64encode(b"n" * 32).decode()


@pytest.fixture(autouse=True)
def known() -> Iterator[None]:
    with registered(SampleDestination, KeyedDestination):
        yield


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return often(settings)


@pytest.fixture
def process(settings: Settings, control: Control) -> Iterator[Any]:
    """Starts another process's service, with other settings."""
    started: list[Services] = []

    def start(**more: Any) -> Services:
        http = Session()
        mount(http, control.simulator)
        started.append(build(Settings(**{**settings.model_dump(), **more}), http))
        return started[-1]

    yield start
    for each in started:
        each.close()


def sealed(services: Services) -> list[bytes]:
    with services.database.session() as session:
        query = select(ConfiguredDestination.sealed).order_by(ConfiguredDestination.created_at)
        return [bytes(each) for each in session.scalars(query)]


def names(services: Services) -> list[str]:
    return list(services.destinations.of(CONTOSO.id))


def test_a_tenant_has_several_of_one_kind_and_the_first_is_where_new_records_go(ana: Someone, ben: Someone) -> None:
    ana.post(PATH, SAMPLE, expect=201)
    ana.post(PATH, {**SAMPLE, "name": "attic", "settings": {"token": "another"}}, expect=201)
    assert [each["name"] for each in ben.get("/api/me")["destinations"]] == ["shelf", "attic", "local"]
    here = ben.post("/api/records", {"type": "person", "name": "Pat"}, expect=201)
    there = ben.post("/api/records", {"type": "person", "name": "Pat", "destination": "attic"}, expect=201)
    assert (here["destination"], there["destination"]) == ("shelf", "attic")
    assert [each["id"] for each in ben.get("/api/records?q=pat&destination=attic")["records"]] == [there["id"]]
    found = {each["destination"] for each in ben.get("/api/records?q=pat")["records"]}
    assert found == {"shelf", "attic"}


def test_another_process_notices_what_was_added_changed_and_removed(
    ana: Someone, process: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = process()
    assert names(other) == ["local"]
    ana.post(PATH, KEYED, expect=201)
    assert names(other) == ["local"]  # it looks again after a while
    monkeypatch.setattr(configured, "LOOK_AGAIN", -1.0)
    assert names(other) == ["erp", "local"]
    made = other.destinations.of(CONTOSO.id)["erp"]
    assert other.destinations.of(CONTOSO.id)["erp"] is made
    ana("PATCH", f"{PATH}/erp", json={"title": "Our ERP"})
    changed = other.destinations.of(CONTOSO.id)["erp"]
    assert (changed is made, changed.title) == (False, "Our ERP")
    ana("DELETE", f"{PATH}/erp")
    assert names(other) == ["local"]
    assert 0 < LOOK_AGAIN <= 5


LOOK_AGAIN = configured.LOOK_AGAIN
DUE = text("UPDATE watches SET due_at = now()")


def test_one_that_cannot_be_opened_leaves_the_others_working_and_doctor_says_so(
    ana: Someone, process: Any, services: Services, settings: Settings, control: Control
) -> None:
    ana.post(PATH, KEYED, expect=201)
    ana.post(PATH, SAMPLE, expect=201)
    stranger = Sealer([NEW_KEY])
    with services.database.session.begin() as session:
        row = session.scalars(select(ConfiguredDestination).where(ConfiguredDestination.name == "erp")).one()
        row.sealed, row.version = stranger.seal(b"{}", "elsewhere"), row.version + 1
    services.destinations.look_again(CONTOSO.id)
    assert names(services) == ["shelf", "local"]
    assert [each["name"] for each in ana.get("/api/me")["destinations"]] == ["shelf", "local"]
    shown = {each["name"]: each for each in ana.get(PATH)["destinations"]}
    assert (shown["erp"]["settings"], shown["erp"]["types"]) == (None, [])
    assert "AFFIX_SECRET_KEYS" in shown["erp"]["warnings"][0]["message"]
    [step] = ana.post(f"{PATH}/erp/check", None)["steps"]
    assert (step["ok"], "anew" in step["action"]) == (False, True)
    findings = list(doctor.check_destinations(services, CONTOSO.id))
    assert [(each.ok, each.what.split(":")[0]) for each in findings] == [
        (False, "Destination erp"),
        (True, "Destination shelf"),
    ]
    assert CANARY not in repr(findings)
    # Its settings are entered anew, as the action says.
    mended = ana("PATCH", f"{PATH}/erp", json={"settings": KEYED["settings"]})
    assert mended["warnings"] == []
    assert names(services) == ["erp", "shelf", "local"]


def test_one_whose_kind_is_not_installed_or_wants_other_settings_now_says_so(ana: Someone, services: Services) -> None:
    ana.post(PATH, KEYED, expect=201)
    ana.post(PATH, SAMPLE, expect=201)
    with services.database.session.begin() as session:
        row = session.scalars(select(ConfiguredDestination).where(ConfiguredDestination.name == "shelf")).one()
        row.kind = "abacus"
        other = session.scalars(select(ConfiguredDestination).where(ConfiguredDestination.name == "erp")).one()
        services.destinations.seal(other, {"account": "A1", "keys": [{"id": "k1"}]})
        other.version += 1
    warnings = {each["name"]: each["warnings"] for each in ana.get(PATH)["destinations"]}
    assert "kind abacus" in warnings["shelf"][0]["message"]
    assert "do not fit this version (keys)" in warnings["erp"][0]["message"]


def test_settings_are_sealed_with_the_new_key_once_it_stands_in_front(
    ana: Someone, process: Any, services: Services
) -> None:
    ana.post(PATH, KEYED, expect=201)
    [before] = sealed(services)
    both = process(secret_keys=(NEW_KEY, KEY))
    assert names(both) == ["erp", "local"]
    [after] = sealed(services)
    assert (Sealer([NEW_KEY]).needs_resealing(before), Sealer([NEW_KEY]).needs_resealing(after)) == (True, False)
    assert names(both) == ["erp", "local"]
    assert sealed(services) == [after]
    without_the_old = process(secret_keys=(NEW_KEY,))
    assert names(without_the_old) == ["erp", "local"]
    [row] = rows_of(without_the_old, CONTOSO.id)
    assert without_the_old.destinations.settings_of(row)["keys"][0]["secret"] == CANARY
    assert row.version == 1


def test_without_the_built_in_destination_it_is_hidden_everywhere(
    ana: Someone, control: Control, process: Any, settings: Settings
) -> None:
    record = contact(ana, address="purchasing@adatum.example")
    item = item_of(control.deliver(SUPPORT, mime()), SUPPORT)
    http = Session()
    mount(http, control.simulator)
    app = create_app(Settings(**{**settings.model_dump(), "built_in_destination": False}), http)
    try:
        there = Someone(app.test_client(), ana.token)
        assert there.get("/api/me")["destinations"] == []
        assert there.get(PATH)["destinations"] == []
        assert context(there, item)["suggestions"] == []
        there("GET", f"/api/records/local/contact/{record['id']}", expect=404)
        there("GET", f"{PATH}/local", expect=404)
        new = {"type": "contact", "name": "N", "address": "n@adatum.example"}
        there.post("/api/records", new, expect=404)
        body = {"item": item, "records": [{"destination": "local", "type": "contact", "id": record["id"]}]}
        assert there.post("/api/saves", body, expect=400)["error"]["code"] == "unknown_destination"
        # Its name stays its own, for the day when it is shown again.
        assert there.post(PATH, {**SAMPLE, "name": "local"}, expect=409)["error"]["code"] == "name_taken"
        there.post(PATH, SAMPLE, expect=201)
        assert [each["name"] for each in there.get("/api/me")["destinations"]] == ["shelf"]
    finally:
        app.extensions["affix"].close()


class TestMatchingRules:
    """A rule that looks for records in a destination which is not there, or out of order."""

    @pytest.fixture
    def rule(self, ana: Someone, control: Control, services: Services, work: Any) -> str:
        ana.post(PATH, SAMPLE, expect=201)
        opened(ana, control, SUPPORT)
        licensed(ana, SUPPORT)
        made = ana.post("/api/rules", {"kind": "match", "mailbox": SUPPORT, "destination": "shelf"}, expect=201)
        looking(services, work)()
        return f"/api/rules/{made['id']}"

    def test_it_stops_with_a_reason_when_the_destination_is_gone_and_catches_up_when_it_is_back(
        self, ana: Someone, control: Control, services: Services, work: Any, rule: str
    ) -> None:
        look = looking(services, work)
        with services.database.session.begin() as session:  # taken away by nobody who would have stopped the rule
            session.delete(session.scalars(select(ConfiguredDestination)).one())
        services.destinations.look_again(CONTOSO.id)
        control.deliver(SUPPORT, order(1))
        look()
        stopped = ana.get(rule)
        assert (stopped["state"], stopped["reasonCode"]) == ("stopped", "destination_gone")
        look()
        assert health(ana, control, SUPPORT)["state"] != "connect_error"
        person = {"type": "person", "name": "Purchasing", "address": SENDER, "destination": "shelf"}
        ana.post(PATH, SAMPLE, expect=201)
        record = ana.post("/api/records", person, expect=201)
        ana("PATCH", rule, json={"state": "active"})
        look()
        assert numbers(ana, record) == ["1"]

    def test_mail_waits_while_the_destination_cannot_be_used(
        self, ana: Someone, control: Control, services: Services, work: Any, rule: str
    ) -> None:
        look = looking(services, work)
        person = {"type": "person", "name": "Purchasing", "address": SENDER, "destination": "shelf"}
        record = ana.post("/api/records", person, expect=201)
        with services.database.session.begin() as session:
            row = session.scalars(select(ConfiguredDestination)).one()
            row.kind, row.version = "abacus", row.version + 1
        services.destinations.look_again(CONTOSO.id)
        control.deliver(SUPPORT, order(1))
        look()
        assert ana.get(rule)["state"] == "active"
        with services.database.session.begin() as session:
            row = session.scalars(select(ConfiguredDestination)).one()
            row.kind, row.version = "sample", row.version + 1
        services.destinations.look_again(CONTOSO.id)
        with services.database.session.begin() as session:
            session.execute(DUE)
        look()
        assert numbers(ana, record) == ["1"]
