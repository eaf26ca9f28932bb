"""The main job with NetSuite, through the whole service: from a click in Outlook to the record, and back again."""

from typing import Any

import pytest

from tests.conftest import Control, Someone, mime
from tests.simulator.netsuite.accounts import Account
from tests.steps import SUPPORT, item_of, reference, save_of, with_files

MESSAGES = "/services/rest/record/v1/message"
POISON = {"title": "Bad Request", "o:errorDetails": [{"detail": "The moon is wrong.", "o:errorCode": "USER_ERROR"}]}


@pytest.fixture
def contact(ana: Someone, ben: Someone, account: Account, settings_of_account: Any, request: Any) -> dict[str, Any]:
    """A record of an account that an administrator has configured, with settings changed as a test asks."""
    settings = {**settings_of_account, **getattr(request, "param", {})}
    wanted = {"kind": "netsuite", "name": "netsuite", "title": "NetSuite", "settings": settings}
    ana.post("/api/admin/destinations", wanted, expect=201)
    found: dict[str, Any] = ben.get("/api/records?q=Adatum+Purchasing&type=contact")["records"][0]
    return found


def in_netsuite(control: Control) -> list[dict[str, Any]]:
    return [each for each in control("GET", "ledger")["emails"] if each["service"] == "netsuite"]


def test_an_email_is_saved_shown_moved_and_undone(
    ben: Someone, control: Control, contact: Any, work: Any, account: Account
) -> None:
    item = item_of(control.deliver(SUPPORT, with_files(("offer.pdf", b"offer"), ("inline.png", b"logo"))), SUPPORT)
    [save] = ben.save(item, contact)
    work()
    assert save_of(ben, save)["state"] == "saved"
    [found] = in_netsuite(control)
    assert save_of(ben, save)["link"].endswith(f"?id={found['id']}")
    assert (found["record"], found["incoming"]) == ({"type": "contact", "id": contact["id"]}, True)
    assert found["author"] == {"id": contact["id"], "email": "purchasing@adatum.example"}
    assert len(found["files"]) == 2
    # It is shown as it is kept there.
    [listed] = ben.emails(contact)
    path = f"/api/records/netsuite/contact/{contact['id']}/emails/{listed['id']}"
    assert ben.get(path)["text"].strip() == "See the files."
    assert ben.raw("GET", f"{path}/attachments/0").get_data() == b"offer"
    # It goes to another record, and there it stays alone.
    deal = ben.get("/api/records?type=opportunity")["records"][0]
    ben("PATCH", f"/api/saves/{save['id']}", json={"record": reference(deal)})
    work()
    [found] = in_netsuite(control)
    assert found["record"] == {"type": "opportunity", "id": deal["id"]}
    assert (ben.emails(contact), len(ben.emails(deal)), len(account.files)) == ([], 1, 2)
    # And away.
    ben("DELETE", f"/api/saves/{save['id']}")
    work()
    assert (in_netsuite(control), account.files, ben.emails(deal)) == ([], {}, [])


def test_what_a_colleague_wrote_is_outgoing(ben: Someone, control: Control, contact: Any, work: Any) -> None:
    raw = mime(sender="ben@contoso.example", to="purchasing@adatum.example")
    ben.save(item_of(control.deliver("ben@contoso.example", raw, "sentitems")), contact)
    work()
    [found] = in_netsuite(control)
    assert (found["incoming"], found["recipient"]["id"]) == (False, contact["id"])
    assert found["author"]["email"] == "ben@contoso.example"


@pytest.mark.parametrize("contact", [{"restlet_script": None, "restlet_deployment": None}], indirect=True)
def test_a_poisonous_message_is_parked_with_netsuites_reason_and_stops_nobody(
    ben: Someone, control: Control, contact: Any, work: Any
) -> None:
    items = [item_of(control.deliver(SUPPORT, mime(message_id=f"<{number}@x>")), SUPPORT) for number in range(3)]
    fault = {"service": "netsuite", "method": "POST", "path": MESSAGES, "status": 400, "body": POISON}
    control("POST", "faults", json=[fault])
    [poisoned] = ben.save(items[0], contact)
    work()
    control("DELETE", "faults")
    others = [save for item in items[1:] for save in ben.save(item, contact)]
    work()
    found = save_of(ben, poisoned)
    assert (found["state"], found["reason"]) == ("failed", "NetSuite refused this: The moon is wrong.")
    assert [save_of(ben, each)["state"] for each in others] == ["saved", "saved"]
    ben.post(f"/api/saves/{poisoned['id']}/retry", {})
    work()
    assert save_of(ben, poisoned)["state"] == "saved"
    assert len(in_netsuite(control)) == 3


def test_what_netsuite_does_not_let_go_stays_and_says_why(
    ben: Someone, control: Control, contact: Any, work: Any, account: Account
) -> None:
    [save] = ben.save(item_of(control.deliver(SUPPORT, mime()), SUPPORT), contact)
    work()
    account.messages_removable = False
    answer = ben.raw("DELETE", f"/api/saves/{save['id']}").get_json()
    work()
    told = [str(answer), str(save_of(ben, save))]
    assert any("Delete it in NetSuite" in each for each in told), told
    assert len(in_netsuite(control)) == len(ben.emails(contact)) == 1
