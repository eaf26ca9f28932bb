"""What kind of mailbox it is while Exchange does not say, says it no more, or says something else than before."""

from typing import Any

import pytest
from sqlalchemy import text

from tests.conftest import Control, Someone, mime
from tests.steps import CLEO, SUPPORT, app_only, context, item_of


def without_application(control: Control, *delegated: str) -> None:
    """The tenant consented to nothing that Affix does by itself; and to `delegated` besides the usual."""
    usual = "User.Read Mail.ReadWrite Mail.ReadWrite.Shared Mail.Send Mail.Send.Shared offline_access openid profile"
    consent = {"application": [], "delegated": [*usual.split(), *delegated]}
    control("POST", "world", json={"consent": consent})


@pytest.fixture
def in_support(control: Control) -> dict[str, str]:
    return control.deliver(SUPPORT, mime())


def test_without_application_permission_the_kind_is_unknown(ben: Someone, in_support: Any, control: Control) -> None:
    without_application(control)
    found = context(ben, item_of(in_support, SUPPORT))["mailbox"]
    assert (found["kind"], found["because"], found["certain"]) == ("unknown", "no_application_permission", False)


def test_the_person_may_say_what_nothing_else_tells_and_only_for_themselves(
    ben: Someone, ana: Someone, in_support: Any, control: Control
) -> None:
    without_application(control)
    mailbox = context(ben, item_of(in_support, SUPPORT))["mailbox"]
    stated = ben("PATCH", f"/api/mailboxes/{mailbox['id']}", json={"kind": "shared"})
    assert (stated["kind"], stated["because"], stated["certain"]) == ("shared", "person_says", False)
    assert context(ben, item_of(in_support, SUPPORT))["mailbox"]["because"] == "person_says"
    assert context(ana, item_of(in_support, SUPPORT))["mailbox"]["kind"] == "unknown"


def test_what_exchange_says_cannot_be_overruled(ben: Someone, in_support: Any) -> None:
    mailbox = context(ben, item_of(in_support, SUPPORT))["mailbox"]
    error = ben("PATCH", f"/api/mailboxes/{mailbox['id']}", json={"kind": "personal"}, expect=409)["error"]
    assert error["code"] == "kind_is_known"


def test_exchange_overrules_the_person_once_it_answers(ben: Someone, in_support: Any, control: Control) -> None:
    control("POST", "faults", json={"service": "graph", "path": "*/mailboxSettings/*", "status": 403})
    mailbox = context(ben, item_of(in_support, SUPPORT))["mailbox"]
    ben("PATCH", f"/api/mailboxes/{mailbox['id']}", json={"kind": "delegate"})
    control("DELETE", "faults")
    found = context(ben, item_of(in_support, SUPPORT))["mailbox"]
    assert (found["kind"], found["because"]) == ("shared", "exchange_says_shared")


def test_a_mailbox_of_others_cannot_be_stated(
    mallory: Someone, ben: Someone, in_support: Any, control: Control
) -> None:
    without_application(control)
    mailbox = context(ben, item_of(in_support, SUPPORT))["mailbox"]
    mallory("PATCH", f"/api/mailboxes/{mailbox['id']}", json={"kind": "shared"}, expect=404)


def test_of_a_change_that_is_refused_nothing_is_kept(
    ben: Someone, in_support: Any, control: Control, services: Any
) -> None:
    without_application(control)
    mailbox = context(ben, item_of(in_support, SUPPORT))["mailbox"]
    with services.database.session.begin() as session:
        session.execute(text("UPDATE memberships SET proven_at = now() - interval '2 days'"))
    control("POST", "world", json={"rights": {"person": "ben", "mailbox": SUPPORT, "right": "none"}})
    ben("PATCH", f"/api/mailboxes/{mailbox['id']}", json={"kind": "shared", "attachments": "none"}, expect=404)
    [shown] = ben.get("/api/mailboxes")["mailboxes"]
    assert (shown["id"], shown["kind"]) == (mailbox["id"], "unknown")


def test_the_directory_gives_a_hint_where_it_may_be_read(ben: Someone, in_support: Any, control: Control) -> None:
    without_application(control, "User.Read.All")
    found = context(ben, item_of(in_support, SUPPORT))["mailbox"]
    assert (found["kind"], found["because"], found["certain"]) == ("shared", "directory_hint", False)
    assert found["why"].startswith("Probably")


def test_the_directory_does_not_make_a_person_a_shared_mailbox(ben: Someone, control: Control) -> None:
    without_application(control, "User.Read.All")
    found = context(ben, item_of(control.deliver(CLEO, mime()), CLEO))["mailbox"]
    assert found["kind"] == "unknown"


@pytest.mark.parametrize("status", [403, 404, 429, 500, 503])
def test_a_refusal_to_tell_the_kind_does_not_hide_the_message(
    ben: Someone, in_support: Any, control: Control, status: int
) -> None:
    control("POST", "faults", json={"service": "graph", "path": "*/mailboxSettings/*", "status": status})
    found = context(ben, item_of(in_support, SUPPORT))
    assert found["mailbox"]["kind"] == "unknown"
    assert found["message"]["subject"] == "Order 4711"


@pytest.mark.parametrize("settings", [{"purpose_max_age": 0}], indirect=True)
def test_a_mailbox_that_was_converted_is_noticed_when_the_answer_is_old(
    ben: Someone, in_support: Any, control: Control
) -> None:
    before = context(ben, item_of(in_support, SUPPORT))["mailbox"]
    control("POST", "world", json={"userPurpose": {"support": "user"}})
    after = context(ben, item_of(in_support, SUPPORT))["mailbox"]
    assert (before["kind"], after["kind"]) == ("shared", "delegate")
    assert after["since"] > before["since"]


def test_exchange_is_not_asked_again_while_its_answer_is_fresh(
    ben: Someone, ana: Someone, in_support: Any, control: Control
) -> None:
    context(ben, item_of(in_support, SUPPORT))
    control("POST", "world", json={"userPurpose": {"support": "user"}})
    control("DELETE", "requests")
    assert context(ana, item_of(in_support, SUPPORT))["mailbox"]["kind"] == "shared"
    assert app_only(control) == 0


@pytest.mark.parametrize("settings", [{"purpose_max_age": 0}], indirect=True)
def test_an_old_answer_stands_while_exchange_does_not_answer(ben: Someone, in_support: Any, control: Control) -> None:
    context(ben, item_of(in_support, SUPPORT))
    control("POST", "faults", json={"service": "graph", "path": "*/mailboxSettings/*", "status": 503})
    assert context(ben, item_of(in_support, SUPPORT))["mailbox"]["kind"] == "shared"
