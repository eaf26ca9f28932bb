"""How it stands with an account, from its first look to an outage and back, and what programs are told of that."""

from typing import Any

from server.services import Services
from tests.accounts.guide import connected, delegated, shown
from tests.autopilot.watched import become_due
from tests.conftest import Control, Someone
from tests.webhooks.steps import added, heard

ANA, SUPPORT = "ana@contoso.example", "support@contoso.example"
OF_STATES = ["accountAdded", "accountInitialized", "authenticationSuccess", "connectError", "accountDeleted"]


def told(control: Control) -> list[tuple[str, str]]:
    return [(each["told"]["account"], each["told"]["event"]) for each in heard(control, "/told")]


def test_an_account_is_added_initialized_and_deleted(
    ana: Someone, program: Someone, control: Control, sweep: Any
) -> None:
    added(ana, "/told", OF_STATES)
    connected(program, control, "mine", ANA)
    assert (shown(program, "mine")["state"], shown(program, "mine")["lastError"]) == ("connecting", None)

    sweep()
    found = shown(program, "mine")
    program("DELETE", "/v1/account/mine", expect=200)
    sweep()

    assert found["syncTime"].endswith("Z")
    assert sorted(told(control)) == sorted(
        ("mine", each) for each in ("accountAdded", "accountInitialized", "accountDeleted", "authenticationSuccess")
    )


def test_an_outage_shows_and_ends(
    ana: Someone, program: Someone, control: Control, services: Services, sweep: Any
) -> None:
    added(ana, "/told", OF_STATES)
    connected(program, control, "main", ANA)
    program("POST", "/v1/account", delegated("support", SUPPORT, "main"), expect=200)
    sweep()
    control("DELETE", "webhooks")

    control("POST", "faults", json={"service": "graph", "path": "/v1.0/users/support*", "status": 503})
    states = []
    for _ in range(3):
        become_due(services)
        sweep()
        states.append(shown(program, "support")["state"])
    refused = program.raw("GET", "/v1/account/support/mailboxes")

    assert states == ["disconnected", "disconnected", "connectError"]
    assert shown(program, "support")["lastError"]["serverResponseCode"] == "ConnectionError"
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (503, "ConnectionError")
    assert shown(program, "main")["state"] == "syncing"  # another mailbox, which answers
    assert told(control) == [("support", "connectError")]

    control("DELETE", "faults")
    become_due(services)
    sweep()

    assert shown(program, "support")["state"] == "syncing"
    assert program.raw("GET", "/v1/account/support/mailboxes").status_code == 200


def test_an_account_and_a_rule_in_one_mailbox_share_the_look_at_it(
    ana: Someone, program: Someone, control: Control, sweep: Any
) -> None:
    connected(program, control, "support", ANA, SUPPORT)
    sweep()
    looked_at = shown(program, "support")["syncTime"]

    item = control.deliver(SUPPORT, b"From: a@tailspin.example\r\nSubject: Hello\r\n\r\nHello\r\n")
    health = ana.post("/api/context", {"item": {"id": item["ewsId"], "idFormat": "ews", "owner": SUPPORT}})["health"]

    assert health["syncedAt"] == looked_at
