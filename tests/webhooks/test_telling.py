"""What happens is told to the addresses that want to know: ids, states and names, and nothing of the mail."""

from typing import Any

import pytest

from server.autopilot import watching
from server.services import Services
from server.settings import Settings
from server.webhooks import connections
from tests.activity.steps import SENDER, STRANGER, fail_downloads, mend, rule_for
from tests.conftest import Control, Someone, mime
from tests.steps import SUPPORT, contact, context, execute, item_of, reference
from tests.webhooks.steps import deliveries, happened, heard, types

SECRET = "Secret"  # in all that may not be told
LICENSES = "/api/admin/licenses"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Every run of the worker finds the mailboxes due."""
    return Settings(**{**settings.model_dump(), "poll_seconds": 0})


@pytest.fixture
def look(services: Services, work: Any) -> Any:
    """The mailboxes are looked at."""

    def looked() -> None:
        execute(services, "UPDATE watches SET due_at = now()")
        watching.ring_for_overdue(services)
        work()

    return looked


def opened(person: Someone, control: Control, subject: str = f"{SECRET} offer") -> dict[str, Any]:
    raw = mime(subject, f"<{subject[-5:].strip()}@tailspin.example>", STRANGER, body=f"{SECRET} words")
    item = item_of(control.deliver(SUPPORT, raw), SUPPORT)
    context(person, item)
    return item


def told(control: Control) -> list[dict[str, Any]]:
    """The bodies, the oldest first."""
    return [each["told"] for each in heard(control)]


def test_a_save_is_told_with_ids_and_names(
    ana: Someone, ben: Someone, hook: dict[str, Any], control: Control, work: Any
) -> None:
    record = contact(ben)
    [save] = ben.save(opened(ben, control), record)
    work()
    [one] = heard(control)
    body = one["told"]
    assert (body["type"], body["tenant"]) == ("messageSaved", ana.get("/api/me")["tenant"]["id"])
    assert body["id"] == one["headers"]["webhook-id"]
    assert body["data"] == {
        "save": {"id": save["id"], "state": "saved", "reasonCode": None, "how": "manual"},
        "message": {"id": body["data"]["message"]["id"], "internetMessageId": "<offer@tailspin.example>"},
        "mailbox": SUPPORT,
        "record": {"destination": "local", "type": "contact", "id": record["id"], "name": "Purchasing"},
        "rule": None,
        "by": {**body["data"]["by"], "address": "ben@contoso.example"},
    }
    [delivery] = deliveries(ana, hook)
    assert (delivery["state"], delivery["attempts"], delivery["status"]) == ("delivered", 1, 204)
    assert (delivery["nextAt"], delivery["problem"]) == (None, None)


def test_all_that_becomes_of_a_save_is_told_and_nothing_of_the_mail(
    ana: Someone, ben: Someone, hook: dict[str, Any], control: Control, work: Any
) -> None:
    item, record, other = opened(ben, control), contact(ben), contact(ben, "Quality", "quality@adatum.example")
    fail_downloads(control)
    [save] = ben.save(item, record)
    work()
    mend(control)
    ben.post(f"/api/saves/{save['id']}/retry", None)
    work()
    ben("PATCH", f"/api/saves/{save['id']}", json={"record": reference(other)})
    work()
    ben("DELETE", f"/api/saves/{save['id']}")
    work()
    assert types(control) == [
        "messageSaveFailed",
        "messageSaved",
        "messageSaveMoved",
        "messageSaved",
        "messageSaveUndone",
    ]
    found = [each["data"] for each in told(control)]
    assert found[0]["save"]["reasonCode"] == "message_gone"
    assert [each["record"]["name"] for each in found] == ["Purchasing", "Purchasing", "Quality", "Quality", "Quality"]
    assert {each["save"]["id"] for each in found} == {save["id"]}
    assert SECRET not in str(heard(control))


def test_all_that_becomes_of_a_rule_a_licence_and_a_mailbox_is_told(
    ana: Someone, ben: Someone, hook: dict[str, Any], control: Control, look: Any
) -> None:
    license = ana.post(LICENSES, {"mailbox": SUPPORT}, expect=201)
    opened(ana, control)
    rule = rule_for(ben, control, contact(ben))
    path = f"/api/rules/{rule['id']}"
    look()
    ana("DELETE", f"{LICENSES}/{license['id']}")
    look()
    ana.post(LICENSES, {"mailbox": SUPPORT}, expect=201)
    look()
    for change in ({"state": "paused"}, {"state": "active"}, {"owner": "me"}):
        ana("PATCH", path, json=change)
    ana("DELETE", path)
    look()
    assert happened(control) == [
        "licenseAssigned",
        "ruleStarted",
        "licenseEnded",
        "mailboxTroubled",
        "licenseAssigned",
        "mailboxRecovered",
        "rulePaused",
        "ruleResumed",
        "ruleTakenOver",
        "ruleRemoved",
    ]
    found = {each["type"]: each["data"] for each in told(control)}
    assert found["ruleStarted"]["rule"] == {
        "id": rule["id"],
        "kind": "address",
        "scope": "mailbox",
        "state": "active",
        "reasonCode": None,
    }
    assert found["ruleTakenOver"]["by"]["id"] == ana.get("/api/me")["person"]["id"]
    assert found["mailboxTroubled"] == {"mailbox": SUPPORT, "health": {"state": "unlicensed"}}
    assert found["licenseEnded"]["license"]["state"] == "ended"
    assert SENDER not in str(heard(control))


def test_a_rule_about_a_conversation_does_not_give_its_subject_away(
    ana: Someone, ben: Someone, hook: dict[str, Any], control: Control, look: Any
) -> None:
    ana.post(LICENSES, {"mailbox": SUPPORT}, expect=201)
    item, record = opened(ben, control), contact(ben)
    wanted = {"kind": "conversation", "mailbox": SUPPORT, "item": item, "record": reference(record), "pastToo": True}
    assert SECRET in ben.post("/api/rules", wanted, expect=201)["title"]
    look()
    assert {"ruleStarted", "messageSaved"} <= set(types(control))
    assert SECRET not in str(heard(control))


def test_a_connection_that_runs_out_is_told_once_and_one_that_is_lost_when_it_is(
    ana: Someone, ben: Someone, hook: dict[str, Any], services: Services, control: Control, look: Any
) -> None:
    ana.post(LICENSES, {"mailbox": SUPPORT}, expect=201)
    rule_for(ben, control, contact(ben))
    look()
    control("DELETE", "webhooks")
    connections.tell_of_expiring(services)
    execute(services, "UPDATE grants SET updated_at = now() - interval '80 days'")
    for _ in range(2):
        connections.tell_of_expiring(services)
    control("POST", "world", json={"revoke": "ben", "expireTokens": "ben"})
    look()
    assert sorted(types(control)) == ["connectionExpiring", "connectionLost", "mailboxTroubled"]
    found = {each["type"]: each["data"] for each in told(control)}
    assert found["connectionExpiring"]["person"]["address"] == "ben@contoso.example"
    assert found["connectionExpiring"]["mailboxes"] == [SUPPORT]
    assert found["connectionExpiring"]["until"] is not None
    assert found["connectionLost"]["mailboxes"] == [SUPPORT]
    assert found["mailboxTroubled"]["health"]["state"] == "authenticationError"
