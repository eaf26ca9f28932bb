"""Every request that the public guide to shared mailboxes prints works word for word, with all fields in its answer."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from apiflask import APIFlask

from tests.accounts.guide import Company, shown
from tests.accounts.test_sign_in import Browser
from tests.conftest import Control, Someone

USER = "user@company.com"

FORM = """
{"account":"shared-support","name":"Support Mailbox","email":"support@company.com",
 "delegated":true,"redirectUrl":"https://myapp.com/settings","type":"AAABiCtT7XUAAAAF"}
"""
FORM_OF_MAIN = """
{"account":"my-account","name":"A User","email":"user@company.com",
 "redirectUrl":"https://myapp.com/settings","type":"AAABiCtT7XUAAAAF"}
"""
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


SUBMIT = """
{"to":[{"address":"test@example.com"}],"subject":"Test from shared mailbox","text":"This is a test email"}
"""
pytestmark = pytest.mark.parametrize(
    "settings", [{"base_url": "http://localhost:8000", "redirect_origins": ("https://myapp.com",)}], indirect=True
)


@pytest.fixture
def browser(app: APIFlask, control: Control) -> Browser:
    return Browser(app.test_client(), control)


@pytest.fixture
def main_account(program: Someone, company: Company, browser: Browser) -> None:
    """The guide's main account, which its person signed in for."""
    browser.whole(program("POST", "/v1/authentication/form", json.loads(FORM_OF_MAIN), expect=200)["url"], USER)


def test_2_1_the_hosted_form_adds_a_shared_mailbox(program: Someone, company: Company, browser: Browser) -> None:
    answer = program("POST", "/v1/authentication/form", json.loads(FORM), expect=200)
    assert list(answer) == ["url"]

    done = browser.whole(answer["url"], USER)

    assert "https://myapp.com/settings?account=shared-support&amp;state=new" in done.get_data(as_text=True)
    found = shown(program, "shared-support")
    assert found["oauth2"] == {
        "provider": "AAABiCtT7XUAAAAF",
        "auth": {"user": USER, "delegatedUser": "support@company.com"},
    }
    assert (found["name"], found["email"], found["type"]) == ("Support Mailbox", "support@company.com", "outlook")


def test_2_1_the_hosted_form_adds_a_main_account(program: Someone, main_account: None) -> None:
    found = shown(program, "my-account")

    assert (found["name"], found["email"], found["access"]) == ("A User", USER, "own")
    assert found["oauth2"] == {"provider": "AAABiCtT7XUAAAAF", "auth": {"user": USER}}


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


def test_2_3_delegated_to_a_main_account(program: Someone, main_account: None) -> None:
    first = program("POST", "/v1/account", json.loads(DELEGATED), expect=200)
    again = program("POST", "/v1/account", json.loads(DELEGATED), expect=200)

    assert first == {"account": "shared-support", "state": "new"}
    assert again == {"account": "shared-support", "state": "existing"}
    for name in ("sales", "info"):
        other = json.loads(DELEGATED.replace("support", name).replace("Support", name.title()))
        assert program("POST", "/v1/account", other, expect=200) == {"account": f"shared-{name}", "state": "new"}
    assert [each["type"] for each in program.get("/v1/accounts")["accounts"]] == ["outlook", *["delegated"] * 3]


def test_2_4_the_status_of_an_account(program: Someone, main_account: None, sweep: Any) -> None:
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


def test_2_5_a_message_leaves_from_the_shared_address(
    program: Someone, main_account: None, control: Control, work: Any
) -> None:
    program("POST", "/v1/account", json.loads(DELEGATED), expect=200)

    answer = program("POST", "/v1/account/shared-support/submit", json.loads(SUBMIT), expect=200)
    work()

    assert answer.keys() == {"response", "messageId", "sendAt", "queueId"}
    assert answer["response"] == "Queued for delivery"
    assert answer["messageId"].endswith("@company.com>")
    assert datetime.fromisoformat(answer["sendAt"]).tzinfo is UTC
    [sent] = [each for each in control.messages("support@company.com") if each["folder"] == "sentitems"]
    assert (sent["subject"], sent["internetMessageId"]) == ("Test from shared mailbox", answer["messageId"])
