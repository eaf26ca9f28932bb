"""The next destination: a class of sixty lines keeps the contract, and nothing else has to know of it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import Engine

from server.destinations import Parts
from server.destinations.base import Destination, Record
from server.services import Services
from server.settings import Settings
from tests.autopilot.asking import licensed
from tests.autopilot.stories import OTHER, looking, often
from tests.conftest import Control, Someone, mime
from tests.destinations import sample
from tests.destinations.contract import DestinationContract
from tests.destinations.keyed import SAMPLE, registered
from tests.destinations.sample import Config, SampleDestination
from tests.steps import SUPPORT, contact, context, item_of, reference, save_of, with_files

ADDRESS = "purchasing@adatum.example"


@pytest.fixture(autouse=True)
def known() -> Iterator[None]:
    with registered(SampleDestination):
        yield


class TestSampleDestination(DestinationContract):
    @pytest.fixture
    def destination(self, engine: Engine, tenant: str) -> Destination:
        parts = Parts(requests.Session(), engine, str, str)
        return SampleDestination("sample", tenant, Config(token="t"), parts)  # type: ignore[arg-type]

    @pytest.fixture
    def record(self, destination: Destination, tenant: str) -> Record:
        return destination.create(tenant, "person", {"name": self.words, "address": self.address})

    @pytest.fixture
    def other(self, destination: Destination, tenant: str) -> Record:
        return destination.create(tenant, "person", {"name": "Somebody else"})


def test_it_is_no_longer_than_it_says() -> None:
    lines = Path(sample.__file__).read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line.strip()]) <= 60


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return often(settings)


def test_a_new_kind_of_destination_is_configured_and_does_all_that_a_destination_does(
    ana: Someone, ben: Someone, eve: Someone, control: Control, services: Services, work: Any
) -> None:
    added = ana.post("/api/admin/destinations", SAMPLE, expect=201)
    assert (added["builtIn"], [each["type"] for each in added["types"]]) == (False, ["person"])

    # It is offered first, and its records are made, found and suggested.
    assert [each["name"] for each in ben.get("/api/me")["destinations"]] == ["shelf", "local"]
    fields = {"destination": "shelf", "type": "person", "name": "Purchasing", "address": ADDRESS}
    person = ben.post("/api/records", fields, expect=201)
    assert [each["id"] for each in ben.get("/api/records?q=purch")["records"]] == [person["id"]]
    assert ben.get(f"/api/records/shelf/person/{person['id']}")["name"] == "Purchasing"
    item = item_of(control.deliver(SUPPORT, with_files(("offer.pdf", b"offer"))), SUPPORT)
    [suggested] = context(ben, item)["suggestions"]
    assert (suggested["destination"], suggested["because"]) == ("shelf", f"{ADDRESS} is on this email.")

    # An email is saved to it once, with its file.
    [save] = ben.save(item, person)
    [again] = ben.save(item, person)
    work()
    assert (save["id"], save_of(ben, save)["state"]) == (again["id"], "saved")
    [email] = ben.emails(person)
    path = f"/api/records/shelf/person/{person['id']}/emails/{email['id']}"
    assert ben.get(path)["text"].strip() == "See the files."
    assert ben.raw("GET", f"{path}/attachments/0").get_data() == b"offer"
    assert b"Subject: Files" in ben.raw("GET", f"{path}/mime").get_data()

    # It is moved to the built-in destination and back, and undone.
    local = contact(ben)
    for there, here in ((local, person), (person, local)):
        ben("PATCH", f"/api/saves/{save['id']}", json={"record": reference(there)})
        work()
        assert (len(ben.emails(there)), ben.emails(here)) == (1, [])
    ben("DELETE", f"/api/saves/{save['id']}")
    assert ben.emails(person) == []

    # Autopilot goes on with it: for one sender, and for whoever has a record there.
    licensed(ana, SUPPORT)
    rule = {"kind": "address", "mailbox": SUPPORT, "value": ADDRESS, "record": reference(person)}
    ben.post("/api/rules", rule, expect=201)
    look = looking(services, work)
    look()
    control.deliver(SUPPORT, with_files(message_id="<2@adatum.example>"))
    look()
    assert "<2@adatum.example>" in [each["internetMessageId"] for each in ben.emails(person)]
    ana.post("/api/rules", {"kind": "match", "mailbox": SUPPORT, "destination": "shelf"}, expect=201)
    look()
    other = ana.post("/api/records", {**fields, "name": "Quality", "address": OTHER}, expect=201)
    control.deliver(SUPPORT, mime("From another", "<3@tailspin.example>", OTHER))
    look()
    assert [each["how"] for each in ben.emails(other)] == ["autopilot:match"]

    # Nobody of another tenant knows of it.
    assert [each["name"] for each in eve.get("/api/me")["destinations"]] == ["local"]
    eve("GET", f"/api/records/shelf/person/{person['id']}", expect=404)
