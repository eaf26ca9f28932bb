"""Failures that others were seen to have, as requirements: those about accounts and their right to a mailbox."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter

from server.errors import Busy
from server.http import Session
from server.mail.base import MailBusy
from server.services import Services
from server.settings import Settings
from server.wiring import build
from tests.accounts.guide import Company, connected, delegated, own_tokens, shown
from tests.autopilot.watched import become_due, row, settled
from tests.conftest import Control, Someone, mime
from tests.simulator.world import World
from tests.webhooks.steps import added, heard, let_time_pass

ANA, BEN, MALLORY = "ana@contoso.example", "ben@contoso.example", "mallory@contoso.example"
SUPPORT, SALES = "support@contoso.example", "sales@contoso.example"


BASE = "https://affix.example"
REACHABLE = pytest.mark.parametrize("settings", [{"base_url": BASE}], indirect=True)


@pytest.fixture
def announced(app: Any, world: World) -> Iterator[None]:
    """Microsoft 365 reaches Affix, for as long as that is there."""
    world.reach(BASE, app)
    yield
    world.notifier.clear()
    assert world.notifier.is_settled(10)


def refused(program: Someone, body: dict[str, Any], status: int) -> dict[str, Any]:
    """The error that a request for an account is answered with; no account is stored."""
    error: dict[str, Any] = program("POST", "/v1/account", body, expect=status)["error"]
    assert program("GET", f"/v1/account/{body['account']}", expect=404)["error"]["code"] == "AccountNotFound"
    return error


def refreshes(control: Control) -> int:
    return sum(each["count"] for each in control.requests("entra") if each["grant"] == "refresh_token")


def states(program: Someone, *accounts: str) -> list[str]:
    return [shown(program, each)["state"] for each in accounts]


def test_requirement_01_the_delegated_request_of_the_guide_needs_no_provider(
    program: Someone, company: Company, control: Control
) -> None:
    connected(program, control, "my-account", "user@company.com")

    answer = program("POST", "/v1/account", delegated("shared-support", "support@company.com", "my-account"))

    assert answer == {"account": "shared-support", "state": "new"}
    assert shown(program, "shared-support")["type"] == "delegated"


def test_requirement_03_a_401_forces_one_new_token_and_one_more_try(program: Someone, control: Control) -> None:
    connected(program, control, "mine", ANA)
    program("PUT", "/v1/account/mine/reconnect", expect=200)
    control("DELETE", "requests")

    control("POST", "world", json={"expireTokens": ["ana"]})
    well = program("PUT", "/v1/account/mine/reconnect", expect=200)

    assert (refreshes(control), well["state"]) == (1, "connecting")

    refusal = {"service": "graph", "path": "/v1.0/users/ana*", "status": 401, "times": 2}
    control("POST", "faults", json={**refusal, "body": {"error": {"code": "InvalidAuthenticationToken"}}})
    over = program("PUT", "/v1/account/mine/reconnect", expect=200)

    assert over["state"] == "authenticationError"
    assert ANA in over["lastError"]["response"]
    again = program("PUT", "/v1/account/mine/reconnect", expect=200)
    assert (again["state"], again["lastError"]) == ("connecting", None)


def test_requirement_04_access_is_checked_when_a_mailbox_is_added(program: Someone, control: Control) -> None:
    connected(program, control, "main", MALLORY)

    for body in (delegated("support", SUPPORT, "main"), own_tokens(control, "support", MALLORY, SUPPORT)):
        error = refused(program, body, 403)
        assert error["code"] == "AccessDenied"
        assert MALLORY in error["message"] and SUPPORT in error["message"]
    unknown = refused(program, delegated("nobody", "nobody@contoso.example", "main"), 404)
    assert unknown["code"] == "MailboxNotFound"
    control("POST", "faults", json={"service": "graph", "path": "/v1.0/users/support*", "status": 503})
    assert refused(program, delegated("support", SUPPORT, "main"), 503)["code"] == "busy"


@REACHABLE
def test_requirement_04_a_mailbox_whose_announcements_are_refused_never_says_connected(
    ana: Someone, program: Someone, control: Control, announced: None, sweep: Any
) -> None:
    added(ana, "/told", ["connectError", "accountInitialized"])
    control("POST", "world", json={"consent": {"application": ["MailboxSettings.Read"]}})
    connected(program, control, "support", ANA, SUPPORT)

    sweep()

    found = shown(program, "support")
    assert (found["state"], found["lastError"]["serverResponseCode"]) == ("syncing", "NotAnnounced")
    assert "Mail.Read" in found["lastError"]["response"]
    assert found["outlookSubscription"]["state"]["state"] == "error"
    told = [each["told"] for each in heard(control, "/told")]
    assert [each["event"] for each in told] == ["accountInitialized", "connectError"]
    assert told[1]["data"]["serverResponseCode"] == "NotAnnounced"


@REACHABLE
def test_requirement_04_a_mailbox_whose_announcements_are_agreed_to_and_do_not_come_never_says_connected(
    program: Someone, control: Control, announced: None, services: Services, sweep: Any
) -> None:
    long_ago = (datetime.now(UTC) - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    program("POST", "/v1/account", {**own_tokens(control, "support", ANA, SUPPORT), "notifyFrom": long_ago}, expect=200)
    sweep()
    assert states(program, "support") == ["connected"]
    control("POST", "world", json={"notifications": {"drop": 1.0}})
    row(services, "UPDATE subscriptions SET created_at = now() - interval '1 hour', last_notified_at = NULL")
    a_while_ago = (datetime.now(UTC) - timedelta(minutes=10)).isoformat().replace("+00:00", "Z")
    control("POST", f"messages?mailbox={SUPPORT}&received={a_while_ago}", data=mime())

    become_due(services)
    sweep()

    found = shown(program, "support")
    assert (found["state"], found["lastError"]["serverResponseCode"]) == ("syncing", "NotAnnounced")


def test_requirement_06_bad_delegation_is_refused_with_the_reason(program: Someone, control: Control) -> None:
    connected(program, control, "main", ANA)

    missing = refused(program, delegated("support", SUPPORT, "nothing"), 400)
    itself = refused(program, delegated("support", SUPPORT, "support"), 400)
    alone = {**delegated("support", SUPPORT, "main"), "oauth2": {"auth": {"delegatedAccount": "main"}}}

    assert (missing["code"], itself["code"]) == ("BadDelegation", "BadDelegation")
    assert "“nothing”" in missing["message"] and "its own main account" in itself["message"]
    assert "delegatedUser" in refused(program, alone, 400)["message"]

    program("POST", "/v1/account", delegated("support", SUPPORT, "main"), expect=200)
    program("POST", "/v1/account", delegated("sales", SALES, "support"), expect=200)  # a legal chain
    assert shown(program, "sales")["type"] == "delegated"
    into_a_loop = {"oauth2": {"auth": {"delegatedUser": SUPPORT, "delegatedAccount": "sales"}}}
    loop = program("PUT", "/v1/account/support", into_a_loop, expect=400)["error"]
    assert loop["code"] == "BadDelegation" and "leads back" in loop["message"]
    assert shown(program, "support")["oauth2"]["auth"]["delegatedAccount"] == "main"


def test_requirement_07_a_dead_main_token_is_reported_on_the_main_account_and_on_all_that_use_it(
    program: Someone, control: Control
) -> None:
    connected(program, control, "main", ANA)
    program("POST", "/v1/account", delegated("support", SUPPORT, "main"), expect=200)
    program("POST", "/v1/account", delegated("sales", SALES, "support"), expect=200)
    connected(program, control, "bens", BEN)

    control("POST", "world", json={"revoke": ["ana"]})
    program("PUT", "/v1/account/support/reconnect", expect=200)

    assert states(program, "main", "support", "sales", "bens") == [*["authenticationError"] * 3, "connecting"]
    for account in ("main", "support", "sales"):
        found = shown(program, account)
        assert ANA in found["lastError"]["response"]
        assert "/v1/authentication/form" in found["lastError"]["response"]
        assert "“main”" in found["lastError"]["response"]
        assert (found["delegationError"] is None) == (account == "main")
    heard = program.raw("GET", "/v1/accounts?state=authenticationError").get_json()
    assert [each["account"] for each in heard["accounts"]] == ["main", "sales", "support"]

    program("PUT", "/v1/account/main", {"oauth2": own_tokens(control, "main", ANA)["oauth2"]}, expect=200)

    assert states(program, "main", "support", "sales") == ["connecting"] * 3
    assert shown(program, "support")["delegationError"] is None


@REACHABLE
def test_requirement_07_what_came_while_the_main_token_was_dead_is_told_after_recovery(
    ana: Someone, program: Someone, control: Control, announced: None, services: Services, sweep: Any
) -> None:
    added(ana, "/told", ["messageNew", "authenticationError", "authenticationSuccess", "accountInitialized"])
    connected(program, control, "main", ANA)
    program("POST", "/v1/account", delegated("support", SUPPORT, "main"), expect=200)
    sweep()
    assert states(program, "main", "support") == ["connected"] * 2
    control("DELETE", "webhooks")

    control("POST", "world", json={"revoke": ["ana"]})
    control.deliver(SUPPORT, mime())
    settled(control)
    sweep()
    assert states(program, "main", "support") == ["authenticationError"] * 2
    program("PUT", "/v1/account/main", {"oauth2": own_tokens(control, "main", ANA)["oauth2"]}, expect=200)
    sweep()

    assert states(program, "main", "support") == ["connected"] * 2
    let_time_pass(services)
    sweep()
    told = [(each["told"]["event"], each["told"]["account"]) for each in heard(control, "/told")]
    assert sorted(told) == [
        ("authenticationError", "main"),
        ("authenticationError", "support"),
        ("authenticationSuccess", "main"),
        ("authenticationSuccess", "support"),
        ("messageNew", "support"),
    ]


def test_requirement_08_a_main_account_in_use_cannot_vanish(program: Someone, control: Control) -> None:
    connected(program, control, "main", ANA)
    program("POST", "/v1/account", delegated("support", SUPPORT, "main"), expect=200)
    program("POST", "/v1/account", delegated("sales", SALES, "support"), expect=200)

    error = program("DELETE", "/v1/account/main", expect=409)["error"]

    assert (error["code"], error["accounts"]) == ("AccountInUse", ["sales", "support"])
    assert "“sales”" in error["message"]
    for account in ("sales", "support", "main"):
        assert program("DELETE", f"/v1/account/{account}", expect=200) == {"account": account, "deleted": True}
    assert program.get("/v1/accounts")["total"] == 0


def test_requirement_12_one_person_may_be_used_for_many_mailboxes(program: Someone, control: Control) -> None:
    connected(program, control, "own", ANA)
    connected(program, control, "direct-support", ANA, SUPPORT)
    connected(program, control, "direct-sales", ANA, SALES)
    program("POST", "/v1/account", delegated("support", SUPPORT, "own"), expect=200)

    listed = program.get("/v1/accounts")["accounts"]

    assert {each["account"] for each in listed} == {"own", "direct-support", "direct-sales", "support"}
    kinds = [shown(program, each)["access"] for each in ("own", "direct-support", "direct-sales", "support")]
    assert kinds == ["own", "direct", "direct", "delegated"]
    assert {each["lastError"] for each in listed} == {None}


class NobodyThere(HTTPAdapter):
    """Notes which hosts are asked, and answers nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        self.asked.append(urlsplit(str(request.url)).netloc)
        raise requests.ConnectionError(request=request)


@pytest.mark.parametrize(
    "settings", [{"graph_host": "graph.microsoft.us", "login_host": "login.microsoftonline.us"}], indirect=True
)
def test_requirement_22_the_public_hosts_are_settings(settings: Settings, services: Services) -> None:
    outside, session = NobodyThere(), Session()
    session.mount("https://", outside)
    parts = build(settings, session, services.database)

    with pytest.raises(MailBusy), parts.counts.of(settings.tenants[0]):
        parts.mail.can_read("a token", ANA)
    with pytest.raises(Busy):
        parts.new_grants.prove(settings.tenants[0], "a refresh token")

    assert set(outside.asked) == {"graph.microsoft.us", "login.microsoftonline.us"}
