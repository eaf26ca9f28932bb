"""The guide's four checks of a new mailbox are one command, and a mailbox can be tried before it is added."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic, sleep
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from server.cli import cli
from server.services import Services
from tests.accounts.guide import connected, delegated, own_tokens
from tests.conftest import Control, Someone
from tests.launching import environment, until
from tests.simulator.seed import CONTOSO
from tests.simulator.world import World
from tests.webhooks.steps import added

ANA, MALLORY = "ana@contoso.example", "mallory@contoso.example"
SUPPORT = "support@contoso.example"
BASE = "https://affix.example"
REACHABLE = pytest.mark.parametrize("settings", [{"base_url": BASE}], indirect=True)


@pytest.fixture
def announced(app: Any, world: World) -> Iterator[None]:
    """Microsoft 365 reaches Affix."""
    world.reach(BASE, app)
    yield
    world.notifier.clear()
    assert world.notifier.is_settled(10)


def verified(program: Someone, sweep: Any, account: str, **body: Any) -> dict[str, Any]:
    """The answer, while a worker works."""
    with ThreadPoolExecutor(1) as threads:
        asked: Future[Any] = threads.submit(program, "POST", f"/v1/account/{account}/verify", body, expect=200)
        end = monotonic() + 60
        while not asked.done() and monotonic() < end:
            sweep()
            sleep(0.1)
        found: dict[str, Any] = asked.result()
    return found


def checks(found: dict[str, Any]) -> dict[str, bool]:
    return {each["check"]: each["ok"] for each in found["checks"]}


@REACHABLE
def test_an_account_that_works_passes_all_four_checks(
    ana: Someone, program: Someone, control: Control, announced: None, sweep: Any
) -> None:
    added(ana, "/news", ["messageNew"])
    connected(program, control, "support", ANA, SUPPORT)

    found = verified(program, sweep, "support", timeout=30)

    assert checks(found) == {"state": True, "folders": True, "send": True, "webhook": True}, found
    assert found["ok"] is True


def test_what_does_not_work_is_said_with_what_to_do(program: Someone, control: Control, sweep: Any) -> None:
    connected(program, control, "support", ANA, SUPPORT)
    sweep()

    found = verified(program, sweep, "support", checks=["state", "folders", "webhook"], timeout=5)

    assert (found["ok"], checks(found)) == (False, {"state": False, "folders": True, "webhook": False})
    said = {each["check"]: each["message"] for each in found["checks"]}
    assert said["state"].startswith("syncing: ")  # nobody can announce mail to this address
    assert "/v1/settings" in said["webhook"]


def test_a_key_that_may_not_send_proves_no_sending(ana: Someone, app: Any, program: Someone, control: Control) -> None:
    connected(program, control, "mine", ANA)
    made = ana.post("/api/admin/api-keys", {"name": "Reader", "scopes": ["accounts"]}, expect=201)
    reader = Someone(app.test_client(), made["key"])

    error = reader("POST", "/v1/account/mine/verify", {}, expect=403)["error"]

    assert (error["code"], error["scope"]) == ("missing_scope", "send")
    only_folders = reader("POST", "/v1/account/mine/verify", {"checks": ["folders"]}, expect=200)
    assert only_folders["ok"] is True


@pytest.mark.parametrize("settings", [{"web_threads": 4}], indirect=True)
def test_who_verifies_leaves_most_threads_to_others(program: Someone, control: Control, sweep: Any) -> None:
    connected(program, control, "mine", ANA)
    path, folders = "/v1/account/mine/verify", {"checks": ["folders"]}
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(program, "POST", path, {"checks": ["send"], "timeout": 30}, expect=200)
        until(lambda: program.get("/v1/outbox")["messages"], "the first one waits for its message to be sent")
        refused = program.raw("POST", path, json=folders)
        sweep()
        sent = first.result()

    assert (refused.status_code, refused.get_json()["error"]["code"]) == (503, "busy")
    assert int(refused.headers["Retry-After"]) > 0
    assert sent["ok"] is True
    assert program("POST", path, folders, expect=200)["ok"] is True


def test_a_mailbox_is_tried_before_it_is_added_and_nothing_is_stored(
    program: Someone, control: Control, services: Services
) -> None:
    good = program("POST", "/v1/verifyAccount", own_tokens(control, "mine", ANA, SUPPORT), expect=200)
    bad = program("POST", "/v1/verifyAccount", own_tokens(control, "mine", MALLORY, SUPPORT), expect=200)
    lost = program("POST", "/v1/verifyAccount", delegated("mine", SUPPORT, "nothing"), expect=200)

    assert good == {
        "success": True,
        "user": ANA,
        "mailbox": SUPPORT,
        "error": None,
        "code": None,
        "mailboxes": None,
    }
    assert (bad["success"], bad["code"]) == (False, "AccessDenied")
    assert (lost["success"], lost["code"]) == (False, "BadDelegation")
    with services.database.session() as session:
        stored = "SELECT (SELECT count(*) FROM accounts) + (SELECT count(*) FROM grants WHERE oid = :oid)"
        mallory = control("GET", "world")["people"]
        oid = next(each["id"] for each in mallory if each["address"] == MALLORY)
        assert session.scalar(text(stored), {"oid": oid}) == 0


def test_the_operator_lists_and_verifies_accounts(
    program: Someone, control: Control, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected(program, control, "mine", ANA)
    program("PUT", "/v1/account/mine/pause", expect=200)
    for name, value in environment(database).items():
        monkeypatch.setenv(name, value)

    listed = CliRunner().invoke(cli, ["account", "list", "--tenant", CONTOSO.id])
    tried = CliRunner().invoke(cli, ["account", "verify", "--tenant", CONTOSO.id, "--check", "state", "mine"])

    assert listed.output == "mine  outlook  paused  ana@contoso.example\n"
    assert (tried.exit_code, tried.output.split()[0]) == (1, "FIX")
    assert "/v1/account/mine/resume" in tried.output
