"""Accounts: what is taken and what is refused, what a change of one leaves as it is, and who sees which."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import event, text

from server.services import Services
from tests.accounts.guide import connected, delegated, own_tokens, shown, tokens_of
from tests.autopilot.watched import subscribed
from tests.conftest import Control, Someone
from tests.simulator.hooks import HOST
from tests.simulator.seed import CONTOSO
from tests.simulator.world import World

ANA, BEN, CLEO, MALLORY = (f"{name}@contoso.example" for name in ("ana", "ben", "cleo", "mallory"))
SUPPORT, SALES = "support@contoso.example", "sales@contoso.example"


def error_of(program: Someone, body: dict[str, Any], status: int = 400) -> str:
    return str(program("POST", "/v1/account", body, expect=status)["error"]["code"])


def by_application(account: str, provider: str = "affix-service", **auth: str) -> dict[str, Any]:
    return {"account": account, "oauth2": {"provider": provider, "auth": auth}}


def allowed(control: Control) -> None:
    """The tenant lets Affix itself read mail."""
    control("POST", "world", json={"consent": {"application": ["Mail.ReadWrite", "MailboxSettings.Read"]}})


def grants(services: Services) -> int:
    with services.database.session() as session:
        return int(session.scalar(text("SELECT count(*) FROM grants WHERE tenant_id = :id"), {"id": CONTOSO.id}) or 0)


@pytest.mark.parametrize(
    "auth",
    [
        {"delegatedUser": "x" * 257, "delegatedAccount": "main"},
        {"delegatedUser": SUPPORT, "delegatedAccount": "x" * 257},
        {"delegatedUser": "two words", "delegatedAccount": "main"},
        {"delegatedAccount": "main"},
        {"delegatedUser": SUPPORT},
        {},
    ],
)
def test_what_names_no_mailbox_or_no_right_is_refused(program: Someone, control: Control, auth: dict[str, str]) -> None:
    connected(program, control, "main", ANA)

    error_of(program, {"account": "support", "oauth2": {"auth": auth}})

    assert program.get("/v1/accounts")["total"] == 1


def test_only_accounts_of_microsoft_365_are_connected(program: Someone) -> None:
    imap = {"account": "a", "imap": {"host": "imap.example.com", "auth": {"user": "a", "pass": "b"}}}
    assert error_of(program, imap) == "OnlyMicrosoft"
    assert error_of(program, {"account": "a/b"}) == "invalid_request"
    assert error_of(program, {"account": ".."}) == "invalid_account"


def test_an_account_without_a_way_to_mail_waits_for_one(program: Someone, control: Control) -> None:
    made = program("POST", "/v1/account", {"account": None, "name": "Later", "email": ANA}, expect=200)
    assert (made["state"], shown(program, made["account"])["state"]) == ("new", "unset")
    assert program("PUT", f"/v1/account/{made['account']}/reconnect", expect=200)["state"] == "unset"
    folders = program.raw("GET", f"/v1/account/{made['account']}/mailboxes")
    assert (folders.status_code, folders.get_json()["error"]["code"]) == (503, "NotSyncing")

    program("PUT", f"/v1/account/{made['account']}", {"oauth2": tokens_of(control, ANA)}, expect=200)

    found = shown(program, made["account"])
    assert (found["state"], found["access"], found["name"]) == ("connecting", "own", "Later")


def test_tokens_are_those_of_whom_the_program_says(program: Someone, control: Control, services: Services) -> None:
    body = own_tokens(control, "mine", ANA)
    before = grants(services)

    assert error_of(program, {**body, "oauth2": {**body["oauth2"], **tokens_of(control, BEN)}}, 403) == "WrongPerson"
    assert error_of(program, {**body, "email": SUPPORT}, 403) == "WrongPerson"
    assert error_of(program, {**body, "expectedEmail": BEN}, 403) == "WrongPerson"
    forged = {**body, "oauth2": {**body["oauth2"], "refreshToken": "1.A-forged"}}
    assert error_of(program, forged, 403) == "token_refused"
    alone = {**body, "oauth2": {"accessToken": body["oauth2"]["accessToken"]}}
    assert error_of(program, alone) == "TokenNeeded"

    assert (program.get("/v1/accounts")["total"], grants(services)) == (0, before)


def test_a_mailbox_may_be_named_by_the_id_of_its_user(program: Someone, control: Control, world: World) -> None:
    connected(program, control, "main", ANA)
    support, sales = world.account(SUPPORT), world.account(SALES)
    assert support is not None and sales is not None

    body = {**delegated("support", support.id, "main"), "email": SUPPORT}
    program("POST", "/v1/account", body, expect=200)

    found = shown(program, "support")
    assert (found["mailbox"], found["oauth2"]["auth"]["delegatedUser"]) == (SUPPORT, support.id)
    assert error_of(program, {**delegated("other", sales.id, "main"), "email": SUPPORT}) == "invalid_address"
    nameless = {"account": "other", "oauth2": delegated("other", sales.id, "main")["oauth2"]}
    assert error_of(program, nameless) == "email_needed"


def test_application_access_needs_a_mailbox_and_the_consent(program: Someone, control: Control) -> None:
    allowed(control)
    assert (
        error_of(program, {"account": "all", "email": SUPPORT, "oauth2": {"provider": "affix-service"}}) == "UserNeeded"
    )
    program("POST", "/v1/account", by_application("by-user", user=SUPPORT), expect=200)
    program("POST", "/v1/account", by_application("by-delegate", delegatedUser=SALES), expect=200)
    program("POST", "/v1/account", delegated("upon", CLEO, "by-user"), expect=200)

    found = shown(program, "by-user")
    assert (found["type"], found["access"], found["mailbox"]) == ("outlookService", "application", SUPPORT)
    assert found["oauth2"] == {"provider": "affix-service", "auth": {"user": SUPPORT}}
    assert shown(program, "upon")["type"] == "delegated"
    fence = {"application": [], "fence": {"roles": ["Mail.Read"], "mailboxes": [SUPPORT]}}
    control("POST", "world", json={"consent": fence})
    control("POST", "world", json={"advance": 100_000})
    error = program("POST", "/v1/account", by_application("more", user=MALLORY), expect=403)["error"]
    assert (error["code"], "Affix itself" in error["message"]) == ("AccessDenied", True)


def test_a_link_to_sign_in_with_stores_nothing(program: Someone) -> None:
    oauth2 = {"authorize": True, "provider": "affix", "auth": {"user": ANA, "delegatedUser": SUPPORT}}
    answer = program("POST", "/v1/account", {"account": "support", "oauth2": oauth2}, expect=200)

    assert list(answer) == ["redirect"]
    assert "/sign-in/" in answer["redirect"]
    assert program.get("/v1/accounts")["total"] == 0


def test_a_change_leaves_as_it_is_what_it_does_not_name(program: Someone, control: Control) -> None:
    connected(program, control, "support", ANA, SUPPORT)

    program("PUT", "/v1/account/support", {"name": "Help", "expectedEmail": BEN}, expect=200)
    wrong = program("PUT", "/v1/account/support", {"oauth2": tokens_of(control, ANA)}, expect=403)["error"]
    kept = shown(program, "support")
    assert (wrong["code"], kept["access"], kept["mailbox"]) == ("WrongPerson", "direct", SUPPORT)
    auth = {"auth": {"user": BEN}, **tokens_of(control, BEN)}
    program("PUT", "/v1/account/support", {"oauth2": auth}, expect=200)

    found = shown(program, "support")
    assert (found["name"], found["expectedEmail"]) == ("Help", BEN)
    assert found["oauth2"] == {"provider": "affix", "auth": {"user": BEN, "delegatedUser": SUPPORT}}
    program("PUT", "/v1/account/support", {"oauth2": {"auth": {"delegatedUser": CLEO}}}, expect=200)
    assert shown(program, "support")["mailbox"] == CLEO
    refused = program("PUT", "/v1/account/support", {"oauth2": {"auth": {"delegatedUser": SALES}}}, expect=403)["error"]
    assert (refused["code"], shown(program, "support")["mailbox"]) == ("AccessDenied", CLEO)
    assert program("PUT", "/v1/account/nobody", {"name": "Help"}, expect=404)["error"]["code"] == "AccountNotFound"


def test_a_direct_account_may_become_a_delegated_one(program: Someone, control: Control, services: Services) -> None:
    connected(program, control, "main", BEN)
    before = grants(services)
    connected(program, control, "support", ANA, SUPPORT)
    assert grants(services) == before + 1

    auth = {"delegatedUser": SUPPORT, "delegatedAccount": "main"}
    program("PUT", "/v1/account/support", {"oauth2": {"provider": None, "auth": auth}}, expect=200)
    assert (shown(program, "support")["access"], shown(program, "support")["type"]) == ("delegated", "delegated")
    assert grants(services) == before  # what nothing stands on any more is not kept

    program("PUT", "/v1/account/support", {"oauth2": {"auth": {"user": ANA}, **tokens_of(control, ANA)}}, expect=200)
    assert shown(program, "support")["oauth2"]["auth"] == {"user": ANA, "delegatedUser": SUPPORT}
    program("DELETE", "/v1/account/main", expect=200)


def test_a_paused_account_rests_until_it_is_resumed(program: Someone, control: Control, sweep: Any) -> None:
    connected(program, control, "mine", ANA)
    sweep()

    assert program("PUT", "/v1/account/mine/pause", expect=200)["state"] == "paused"
    refused = program.raw("GET", "/v1/account/mine/mailboxes")
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (503, "NotSyncing")
    assert "/v1/account/mine/resume" in refused.get_json()["error"]["message"]
    program("PUT", "/v1/account/mine/resume", expect=200)
    sweep()

    assert shown(program, "mine")["state"] == "syncing"
    assert program.raw("GET", "/v1/account/mine/mailboxes").status_code == 200


@pytest.mark.parametrize("settings", [{"base_url": "https://affix.example"}], indirect=True)
def test_a_deleted_account_is_watched_no_longer_and_leaves_no_grant(
    program: Someone, control: Control, world: World, app: Any, services: Services, sweep: Any
) -> None:
    world.reach("https://affix.example", app)
    before = grants(services)
    connected(program, control, "mallorys", MALLORY)
    sweep()
    assert shown(program, "mallorys")["state"] == "connected"
    assert [each["mailbox"] for each in subscribed(control)] == [MALLORY]
    found = shown(program, "mallorys")["outlookSubscription"]
    assert (found["state"]["state"], found["id"]) == ("created", subscribed(control)[0]["id"])

    program("DELETE", "/v1/account/mallorys", expect=200)
    sweep()

    assert (subscribed(control), grants(services)) == ([], before)
    assert program("GET", "/v1/account/mallorys", expect=404)["error"]["code"] == "AccountNotFound"


def test_no_tenant_sees_the_accounts_of_another(program: Someone, eve_program: Someone, control: Control) -> None:
    connected(program, control, "mine", ANA)
    connected(eve_program, control, "eves", "eve@fabrikam.example")

    for method, path, body in (
        ("GET", "", None),
        ("PUT", "", {"name": "Eve"}),
        ("DELETE", "", None),
        ("PUT", "/pause", None),
        ("PUT", "/reconnect", None),
        ("PUT", "/sync", None),
        ("PUT", "/flush", {"flush": True}),
        ("POST", "/verify", {"checks": ["state"], "timeout": 1}),
        ("GET", "/mailboxes", None),
    ):
        refused = eve_program(method, f"/v1/account/mine{path}", body, expect=404)["error"]
        assert refused["code"] == "AccountNotFound", path
    upon = delegated("upon", SUPPORT, "mine")
    assert eve_program("POST", "/v1/account", upon, expect=400)["error"]["code"] == "BadDelegation"
    assert [each["account"] for each in eve_program.get("/v1/accounts")["accounts"]] == ["eves"]


def test_accounts_are_listed_page_by_page_and_by_state(program: Someone, control: Control) -> None:
    connected(program, control, "main", ANA)
    for number in range(3):
        program("POST", "/v1/account", delegated(f"support-{number}", SUPPORT, "main"), expect=200)
    program("PUT", "/v1/account/support-1/pause", expect=200)

    page = program.get("/v1/accounts?page=1&pageSize=3")
    assert (page["total"], page["page"], page["pages"]) == (4, 1, 2)
    assert [each["account"] for each in page["accounts"]] == ["support-2"]
    paused = program.get("/v1/accounts?state=paused")
    assert ([each["account"] for each in paused["accounts"]], paused["total"]) == (["support-1"], 1)
    assert program.get("/v1/accounts?query=MAIN")["total"] == 1
    assert program.raw("GET", "/v1/accounts?state=asleep").status_code == 400


def test_tokens_are_handed_out_only_where_the_operator_lets_them(program: Someone, control: Control) -> None:
    connected(program, control, "mine", ANA)
    assert program("GET", "/v1/account/mine/oauth-token", expect=403)["error"]["code"] == "TokensNotAllowed"


@pytest.mark.parametrize("settings", [{"hand_out_tokens": True}], indirect=True)
def test_a_token_is_handed_out_of_who_signed_in(program: Someone, control: Control) -> None:
    allowed(control)
    connected(program, control, "mine", ANA)
    program("POST", "/v1/account", by_application("all", user=SUPPORT), expect=200)

    found = program("GET", "/v1/account/mine/oauth-token", expect=200)

    assert (found["user"], found["accessToken"].count(".")) == (ANA, 2)
    assert program("GET", "/v1/account/all/oauth-token", expect=403)["error"]["code"] == "TokensNotAllowed"


def test_an_account_may_be_told_of_at_an_address_of_its_own(program: Someone, control: Control) -> None:
    body = {**own_tokens(control, "mine", ANA), "webhooks": f"https://{HOST}/mine"}
    program("POST", "/v1/account", body, expect=200)
    assert shown(program, "mine")["webhooks"] == f"https://{HOST}/mine"

    program("PUT", "/v1/account/mine", {"webhooks": ""}, expect=200)
    assert shown(program, "mine")["webhooks"] is None
    inside = program("PUT", "/v1/account/mine", {"webhooks": "https://127.0.0.1/hook"}, expect=400)["error"]
    assert inside["code"]


def test_new_access_is_noticed_when_the_account_is_used(program: Someone, control: Control, sweep: Any) -> None:
    connected(program, control, "support", ANA, SUPPORT)
    sweep()
    control("POST", "world", json={"rights": [{"person": "ana", "mailbox": SUPPORT, "right": "none"}]})
    program("PUT", "/v1/account/support/sync", expect=200)
    sweep()
    found = shown(program, "support")
    assert (found["state"], found["lastError"]["serverResponseCode"]) == ("authenticationError", "AccessDenied")
    assert ANA in found["lastError"]["response"] and SUPPORT in found["lastError"]["response"]
    assert program.raw("GET", "/v1/account/support/mailboxes").status_code == 503

    control("POST", "world", json={"rights": [{"person": "ana", "mailbox": SUPPORT, "right": "full"}]})

    assert program.raw("GET", "/v1/account/support/mailboxes").status_code == 200
    assert shown(program, "support")["lastError"] is None


def test_two_accounts_that_take_each_other_as_main_account_at_once_make_no_loop(
    app: Any, program: Someone, control: Control
) -> None:
    connected(program, control, "root", ANA)
    for name, mailbox in (("a", SUPPORT), ("b", SALES)):
        program("POST", "/v1/account", delegated(name, mailbox, "root"), expect=200)

    def change(account: str, main: str) -> int:
        someone, auth = Someone(app.test_client(), program.token), {"delegatedAccount": main}
        return someone.raw("PUT", f"/v1/account/{account}", json={"oauth2": {"auth": auth}}).status_code

    with ThreadPoolExecutor(2) as threads:
        statuses = list(threads.map(change, ("a", "b"), ("b", "a")))

    assert sorted(statuses) == [200, 400]
    assert {shown(program, each)["type"] for each in ("a", "b")} == {"delegated"}


def test_an_id_that_is_taken_twice_at_once_is_new_once(app: Any, program: Someone, control: Control) -> None:
    bodies = [own_tokens(control, "mine", ANA) for _ in range(3)]

    def add(body: dict[str, Any]) -> str:
        return str(Someone(app.test_client(), program.token)("POST", "/v1/account", body, expect=200)["state"])

    with ThreadPoolExecutor(3) as threads:
        answered = list(threads.map(add, bodies))

    assert sorted(answered) == ["existing", "existing", "new"]


def test_a_grant_that_went_with_another_account_meanwhile_carries_no_new_one(
    program: Someone, control: Control, services: Services
) -> None:
    """The person's only other account is deleted after the new one was proven, before it is written."""
    connected(program, control, "old", ANA)
    deleted: list[int] = []

    @event.listens_for(services.database.engine, "before_cursor_execute")
    def in_between(connection: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if "pg_advisory_xact_lock" in statement and f"accounts:{CONTOSO.id}" in str(parameters) and not deleted:
            deleted.append(1)
            program("DELETE", "/v1/account/old", expect=200)

    try:
        refused = program("POST", "/v1/account", own_tokens(control, "new", ANA), expect=503)
    finally:
        event.remove(services.database.engine, "before_cursor_execute", in_between)
    assert (refused["error"]["code"], deleted) == ("busy", [1])
    program("GET", "/v1/account/new", expect=404)
    program("POST", "/v1/account", own_tokens(control, "new", ANA), expect=200)
