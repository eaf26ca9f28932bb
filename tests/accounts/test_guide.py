"""Every request that the public guide to shared mailboxes prints works word for word, with all fields in its answer."""

import json
from typing import Any

import pytest

from tests.accounts.guide import Company, shown
from tests.conftest import Someone

MAIN: dict[str, Any] = {
    "account": "my-account",
    "name": "A User",
    "email": "user@company.com",
    "oauth2": {"provider": "AAABiCtT7XUAAAAF", "auth": {"user": "user@company.com"}},
}
DIRECT = """
{"account":"shared-support","name":"Support Mailbox","email":"support@company.com",
 "oauth2":{"provider":"AAABlf_0iLgAAAAQ",
           "auth":{"user":"admin@company.com","delegatedUser":"support@company.com"},
           "accessToken":"…","refreshToken":"…"}}
"""
DELEGATED = """
{"account":"shared-support","name":"Support Mailbox","email":"support@company.com",
 "oauth2":{"auth":{"delegatedUser":"support@company.com","delegatedAccount":"my-account"}}}
"""


@pytest.fixture
def main_account(program: Someone, company: Company) -> str:
    """The guide's main account, connected."""
    body = {**MAIN, "oauth2": {**MAIN["oauth2"], **company.tokens("user@company.com")}}
    program("POST", "/v1/account", body, expect=200)
    return "my-account"


def test_2_2_direct_with_tokens_that_the_caller_manages(program: Someone, company: Company) -> None:
    body = json.loads(DIRECT)
    body["oauth2"] |= company.tokens("admin@company.com")  # in place of its dots

    answer = program("POST", "/v1/account", body, expect=200)

    assert answer == {"account": "shared-support", "state": "new"}
    found = shown(program, "shared-support")
    assert found["oauth2"] == {
        "provider": "AAABlf_0iLgAAAAQ",
        "auth": {"user": "admin@company.com", "delegatedUser": "support@company.com"},
    }
    assert (found["name"], found["email"], found["type"]) == ("Support Mailbox", "support@company.com", "outlook")


def test_2_3_delegated_to_a_main_account(program: Someone, main_account: str) -> None:
    first = program("POST", "/v1/account", json.loads(DELEGATED), expect=200)
    again = program("POST", "/v1/account", json.loads(DELEGATED), expect=200)

    assert first == {"account": "shared-support", "state": "new"}
    assert again == {"account": "shared-support", "state": "existing"}
    for name in ("sales", "info"):
        other = json.loads(DELEGATED.replace("support", name).replace("Support", name.title()))
        assert program("POST", "/v1/account", other, expect=200) == {"account": f"shared-{name}", "state": "new"}
    assert [each["type"] for each in program.get("/v1/accounts")["accounts"]] == ["outlook", *["delegated"] * 3]


def test_2_4_the_status_of_an_account(program: Someone, main_account: str, sweep: Any) -> None:
    program("POST", "/v1/account", json.loads(DELEGATED), expect=200)
    sweep()

    found = shown(program, "shared-support")

    assert found["account"] == "shared-support"
    assert found["name"] == "Support Mailbox"
    assert found["email"] == "support@company.com"
    assert found["oauth2"] == {"auth": {"delegatedUser": "support@company.com", "delegatedAccount": "my-account"}}
    assert found["type"] == "delegated"
    assert found["delegationError"] is None
    assert found.keys() >= {"state", "syncTime", "notifyFrom", "lastError", "outlookSubscription"}
