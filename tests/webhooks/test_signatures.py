"""Receivers can tell that a delivery is ours, also while its secret is being replaced."""

import json
from datetime import timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks.webhooks import WebhookVerificationError

from server.clock import now
from server.services import Services
from tests.conftest import Control, Someone
from tests.steps import execute
from tests.webhooks.steps import PATH, added, heard, let_time_pass, shown, signed


def proven(ana: Someone, hook: dict[str, Any], control: Control, work: Any) -> dict[str, Any]:
    """What comes to the address when somebody wants to see whether something does."""
    ana.post(f"{PATH}/{hook['id']}/test", None, expect=202)
    work()
    return heard(control)[-1]


def test_it_is_verified_by_the_words_of_the_convention_and_by_its_library(
    ana: Someone, hook: dict[str, Any], control: Control, work: Any
) -> None:
    one = proven(ana, hook, control, work)
    headers, body = one["headers"], one["body"]
    number, moment = headers["webhook-id"], headers["webhook-timestamp"]
    assert headers["webhook-signature"] == signed(hook["secret"], number, moment, body)
    assert abs(int(moment) - now().timestamp()) < 60
    verifier = Verifier(hook["secret"])
    assert verifier.verify(body, headers)["type"] == "webhookTest"
    others = {
        "written anew": (json.dumps(json.loads(body)), headers),
        "under another number": (body, {**headers, "webhook-id": "msg_0"}),
        "at another moment": (body, {**headers, "webhook-timestamp": str(int(moment) - 1)}),
    }
    for what, (altered, named) in others.items():
        with pytest.raises(WebhookVerificationError):
            verifier.verify(altered, named)
            pytest.fail(what)
    late = str(int(moment) - 301)
    again = {**headers, "webhook-timestamp": late, "webhook-signature": signed(hook["secret"], number, late, body)}
    with pytest.raises(WebhookVerificationError, match="too old"):
        verifier.verify(body, again)


def test_each_address_has_a_secret_of_its_own_that_is_shown_once_and_kept_sealed(
    ana: Someone, hook: dict[str, Any], services: Services
) -> None:
    other = added(ana, "/other")
    assert hook["secret"].startswith("whsec_")
    assert hook["secret"] != other["secret"]
    for answer in (ana.raw("GET", PATH), ana.raw("GET", f"{PATH}/{hook['id']}"), ana.raw("GET", "/api/activity")):
        assert hook["secret"] not in answer.get_data(as_text=True)
        assert "sealed" not in answer.get_data(as_text=True)
    with services.database.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT webhooks::text || sealed::text FROM webhooks").scalars().all()
        raw = connection.exec_driver_sql("SELECT sealed FROM webhooks").scalars().all()
    assert not any(hook["secret"].removeprefix("whsec_") in row for row in rows)
    assert not any(hook["secret"].encode() in each for each in raw)


def test_the_old_secret_signs_as_well_for_a_day(
    ana: Someone, hook: dict[str, Any], services: Services, control: Control, work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = ana("PATCH", f"{PATH}/{hook['id']}", json={"newSecret": True})
    assert changed["secret"] != hook["secret"]
    assert changed["oldSecretUntil"] is not None
    one = proven(ana, hook, control, work)
    assert len(one["headers"]["webhook-signature"].split(" ")) == 2
    for secret in (hook["secret"], changed["secret"]):
        assert Verifier(secret).verify(one["body"], one["headers"])["id"] == one["headers"]["webhook-id"]

    tomorrow = now() + timedelta(hours=24, minutes=1)
    monkeypatch.setattr("server.webhooks.deliver.now", lambda: tomorrow)
    with pytest.raises(WebhookVerificationError, match="new"):  # the moment is of tomorrow
        Verifier(changed["secret"]).verify(*_body_and_headers(proven(ana, hook, control, work)))
    one = heard(control)[-1]
    assert one["headers"]["webhook-signature"] == signed(
        changed["secret"], one["headers"]["webhook-id"], one["headers"]["webhook-timestamp"], one["body"]
    )


def _body_and_headers(one: dict[str, Any]) -> tuple[str, dict[str, str]]:
    return one["body"], one["headers"]


def test_a_secret_that_cannot_be_opened_is_replaced_by_a_new_one(
    ana: Someone, hook: dict[str, Any], services: Services, control: Control, work: Any
) -> None:
    other = added(ana, "/other")
    execute(services, "UPDATE webhooks SET sealed = (SELECT sealed FROM webhooks WHERE id = :id)", id=other["id"])
    ana.post(f"{PATH}/{hook['id']}/test", None, expect=202)
    work()
    assert heard(control) == []
    [delivery] = ana.get(f"{PATH}/{hook['id']}/deliveries")["deliveries"]
    assert (delivery["state"], "secret" in delivery["problem"]) == ("failed", True)
    fresh = ana("PATCH", f"{PATH}/{hook['id']}", json={"newSecret": True})
    let_time_pass(services)
    one = proven(ana, hook, control, work)
    assert Verifier(fresh["secret"]).verify(one["body"], one["headers"])
    assert shown(ana, hook)["oldSecretUntil"] is None
