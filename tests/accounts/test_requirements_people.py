"""What programs cannot do past the people whose mailboxes these are, and that nothing which failed is lost."""

from datetime import timedelta
from typing import Any

import pytest

from server.services import Services
from tests.accounts.conftest import program_of
from tests.accounts.guide import connected, delegated
from tests.activity.steps import arrives, fail_downloads, mend, rule_for
from tests.conftest import Control, Someone
from tests.simulator.hooks import HOST as HOOKS
from tests.steps import SUPPORT, contact, context, execute, item_of
from tests.webhooks.steps import PATH as WEBHOOKS
from tests.webhooks.steps import deliveries, fault, heard, let_time_pass

LICENSES = "/api/admin/licenses"
TWO_DAYS = timedelta(days=2)


def test_requirement_20_rights_in_a_shared_mailbox_are_each_persons_own(
    app: Any, program: Someone, ana: Someone, ben: Someone, mallory: Someone, control: Control, work: Any
) -> None:
    connected(program, control, "main", "ana@contoso.example")
    program("POST", "/v1/account", delegated("shared-support", SUPPORT, "main"), expect=200)
    ana.post(LICENSES, {"mailbox": SUPPORT}, expect=201)
    rule = rule_for(ben, control, contact(ben))
    item = item_of(arrives(control, "Order 4713"), SUPPORT)
    work()

    seen, refused = context(ben, item), mallory.post("/api/context", {"item": item}, expect=403)
    assert [each["id"] for each in seen["rules"]] == [rule["id"]]
    assert refused["error"]["code"] == "mailbox_access_denied"
    path = f"/api/rules/{rule['id']}"
    assert mallory("PATCH", path, json={"state": "paused"}, expect=404)["error"]["code"] == "not_found"
    assert mallory("DELETE", path, expect=404)["error"]["code"] == "not_found"
    assert program("GET", path, expect=401)["error"]["code"] == "unauthenticated"
    assert ana("DELETE", path, expect=403)["error"]["code"] == "not_your_rule"

    reader = program_of(app, ana, ["read"])
    assert reader.get("/v1/account/shared-support/mailboxes")
    for method, address, body in (
        ("GET", "/v1/account/shared-support", None),
        ("DELETE", "/v1/account/shared-support", None),
        ("POST", "/v1/account/shared-support/submit", {"to": [{"address": "a@a.example"}], "text": "Hello"}),
        ("GET", "/v1/settings", None),
    ):
        assert reader(method, address, json=body, expect=403)["error"]["code"] == "missing_scope"


def test_requirement_21_a_webhook_that_failed_days_ago_can_be_sent_again(
    program: Someone, ana: Someone, control: Control, services: Services, work: Any
) -> None:
    program.post("/v1/settings", {"webhooks": f"https://{HOOKS}/program", "webhookEvents": ["accountAdded"]})
    fault(control, status=500)
    connected(program, control, "main", "ana@contoso.example")
    work()
    [hook] = ana.get(WEBHOOKS)["webhooks"]
    for _ in range(9):
        let_time_pass(services)
        work()
    execute(services, "UPDATE deliveries SET created_at = created_at - :by", by=TWO_DAYS)
    [failed] = deliveries(ana, hook, "?state=failed")
    assert (failed["attempts"], failed["problem"]) == (10, "It answered 500.")

    control("DELETE", "faults")
    ana.post(f"{WEBHOOKS}/{hook['id']}/deliveries/{failed['id']}/replay", None, expect=202)
    let_time_pass(services)
    work()

    [came] = heard(control, "/program")
    assert (came["told"]["event"], came["told"]["account"]) == ("accountAdded", "main")
    assert [each["state"] for each in deliveries(ana, hook)] == ["delivered"]


@pytest.mark.parametrize("settings", [{"max_attempts": 1}], indirect=True)
def test_requirement_21_a_save_that_failed_days_ago_can_be_tried_again(
    ben: Someone, control: Control, services: Services, work: Any
) -> None:
    record = contact(ben)
    item = item_of(arrives(control, "Order 4714"), SUPPORT)
    context(ben, item)
    fail_downloads(control)
    [save] = ben.save(item, record)
    work()
    assert ben.get(f"/api/saves/{save['id']}")["state"] == "failed"
    execute(services, "UPDATE saves SET created_at = created_at - :by", by=TWO_DAYS)

    mend(control)
    ben.post(f"/api/saves/{save['id']}/retry", None, expect=202)
    work()

    assert ben.get(f"/api/saves/{save['id']}")["state"] == "saved"
    assert len(ben.emails(record)) == 1
