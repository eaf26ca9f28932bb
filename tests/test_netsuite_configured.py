"""NetSuite accounts as an administrator connects them: entered once, proven step by step, and used from then on."""

from typing import Any

import pytest

from server.destinations.netsuite import certificate
from server.destinations.netsuite.certificate import Made
from tests.conftest import Control, Someone
from tests.simulator.netsuite.accounts import Account
from tests.simulator.world import World
from tests.steps import SUPPORT, context, item_of, save_of, with_files

PATH = "/api/admin/destinations"
CLIENT_ID = "ab" * 32


def account_of(world: World, name: str) -> Account:
    found = world.netsuite.account(name)
    assert found is not None
    return found


def wanted(account: Account, made: Made, name: str = "netsuite", **more: Any) -> dict[str, Any]:
    """Registers the certificate at the account, and says what is sent to Affix."""
    account.register("cert-1", CLIENT_ID, made.certificate)
    mine = {"id": "cert-1", "private_key": made.private_key, "certificate": made.certificate}
    settings = {"account": account.id, "client_id": CLIENT_ID, "certificates": [mine], "folder": "512", **more}
    return {"kind": "netsuite", "name": name, "title": f"NetSuite {account.id}", "settings": settings}


@pytest.fixture(scope="module")
def made() -> Made:
    return certificate.make()


def test_an_account_is_connected_proven_and_saved_to(
    ana: Someone, ben: Someone, world: World, control: Control, work: Any, made: Made
) -> None:
    account = account_of(world, "1234567")
    added = ana.raw("POST", PATH, json=wanted(account, made))
    assert added.status_code == 201
    assert "PRIVATE KEY" not in added.get_data(as_text=True)
    steps = ana.post(f"{PATH}/netsuite/check", None)["steps"]
    assert [each["message"] for each in steps if not each["ok"]] == []
    assert len(steps) > 5
    assert next(each["name"] for each in ben.get("/api/me")["destinations"]) == "netsuite"
    found = ben.get("/api/records?q=adatum&destination=netsuite")["records"]
    record = found[0]
    item = item_of(control.deliver(SUPPORT, with_files(("offer.pdf", b"offer"))), SUPPORT)
    assert "netsuite" in {each["destination"] for each in context(ben, item)["suggestions"]}
    [save] = ben.save(item, record)
    work()
    assert save_of(ben, save)["state"] == "saved"
    [email] = [each for each in control("GET", "ledger")["emails"] if each["service"] == "netsuite"]
    assert (email["account"], email["record"]["id"], email["subject"]) == ("1234567", record["id"], "Files")


def test_several_accounts_of_a_tenant_stand_beside_each_other(
    ana: Someone, someone: Any, world: World, made: Made
) -> None:
    for name, account in (("production", "1234567"), ("sandbox", "7654321_SB1")):
        ana.post(PATH, wanted(account_of(world, account), made, name), expect=201)
    assert [each["name"] for each in ana.get("/api/me")["destinations"]] == ["production", "sandbox", "local"]
    for name in ("production", "sandbox"):
        steps = ana.post(f"{PATH}/{name}/check", None)["steps"]
        assert all(each["ok"] for each in steps), steps
    assert [each["name"] for each in someone("eve").get("/api/me")["destinations"]] == ["local"]


def test_one_certificate_follows_another_without_a_stop(ana: Someone, world: World, made: Made) -> None:
    account = account_of(world, "1234567")
    ana.post(PATH, wanted(account, made), expect=201)
    ending = certificate.make(days=20)
    account.register("cert-2", CLIENT_ID, ending.certificate)
    second = {"id": "cert-2", "private_key": ending.private_key, "certificate": ending.certificate}
    changed = ana("PATCH", f"{PATH}/netsuite", json={"settings": {"certificates": [second, {"id": "cert-1"}]}})
    assert [each["id"] for each in changed["settings"]["certificates"]] == ["cert-2", "cert-1"]
    assert "cert-2 ends in" in changed["warnings"][0]["message"]
    del account.certificates["cert-2"]
    steps = ana.post(f"{PATH}/netsuite/check", None)["steps"]
    assert [each["message"] for each in steps if not each["ok"]] == []
    assert sum("cert-2" in each["message"] and each["warning"] for each in steps) == 1
    del account.certificates["cert-1"]
    refused = [each for each in ana.post(f"{PATH}/netsuite/check", None)["steps"] if not each["ok"]]
    assert "cert-1" in refused[0]["action"]


def test_what_is_no_key_is_refused_by_the_name_of_its_field(ana: Someone, world: World, made: Made) -> None:
    body = wanted(account_of(world, "1234567"), made)
    body["settings"]["certificates"][0]["private_key"] = "no key at all"
    error = ana.post(PATH, body, expect=400)["error"]
    assert error["fields"][0]["field"].startswith("certificates.0")
    assert "no key at all" not in repr(error)
