"""The whole story of a program and a shared mailbox, over HTTP with the client that people may copy."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from apiflask import APIFlask

from tests.accounts.client import Client, Refused
from tests.accounts.conftest import SCOPES
from tests.accounts.test_sign_in import CALLBACK, Browser
from tests.conftest import Control, Someone, mime
from tests.pane.servers import served
from tests.simulator.hooks import HOST as HOOKS
from tests.webhooks.steps import heard

SUPPORT = "support@contoso.example"
BASE = {"base_url": "http://localhost:8000", "notification_origin": "https://affix.example", "api_rate": 100_000}


@pytest.fixture
def client(app: APIFlask, ana: Someone) -> Iterator[Client]:
    """A program with a key that an administrator made, in another process as far as it can tell."""
    made = ana.post("/api/admin/api-keys", {"name": "Help desk", "scopes": SCOPES}, expect=201)
    with served(app) as url, requests.Session() as session:
        yield Client(url, made["key"], session)


@pytest.mark.parametrize("settings", [BASE], indirect=True)
def test_a_program_connects_reads_answers_and_is_told(
    client: Client, app: APIFlask, control: Control, sweep: Any
) -> None:
    control("POST", "world", json={"reach": {"https://affix.example": client.base_url}})
    browser = Browser(app.test_client(), control)
    link = client.sign_in_link("my-account", "ana@contoso.example")
    assert urlsplit(CALLBACK).netloc == urlsplit(link).netloc
    assert "connected" in browser.whole(link, "ana").get_data(as_text=True)

    made = client.connect("shared-support", email=SUPPORT, delegatedUser=SUPPORT, delegatedAccount="my-account")
    assert made == {"account": "shared-support", "state": "new"}
    client.post("settings", {"webhooks": f"https://{HOOKS}/program", "webhookEvents": ["messageNew", "messageSent"]})
    sweep()
    assert client.account("shared-support")["state"] == "connected"
    assert {each["specialUse"] for each in client.folders("shared-support")} >= {"\\Inbox", "\\Sent", "\\Trash"}

    control.deliver(SUPPORT, mime("Order 4712", "<4712@adatum.example>"))
    sweep()
    [told] = events(control, "messageNew")
    assert (told["account"], told["path"], told["data"]["subject"]) == ("shared-support", "INBOX", "Order 4712")

    message = client.message("shared-support", told["data"]["id"])
    assert message["from"] == {"name": "Purchasing", "address": "purchasing@adatum.example"}
    assert b"Please send us an offer." in client.source("shared-support", message["id"])
    assert next(client.messages("shared-support"))["id"] == message["id"]
    client.flag("shared-support", message["id"], add=["\\Seen"])
    assert client.message("shared-support", message["id"])["unseen"] is False

    reply = {"message": message["id"], "action": "reply"}
    sent = [client.send("shared-support", once="answer-4712", reference=reply, text="Gladly.") for _ in range(2)]
    assert sent[0] == sent[1]
    sweep()
    [told] = events(control, "messageSent")
    assert told["data"]["messageId"] == sent[0]["messageId"]
    [answer] = [
        each for each in client.messages("shared-support", "\\Sent") if each["messageId"] == sent[0]["messageId"]
    ]
    assert answer["from"]["address"] == SUPPORT
    assert answer["inReplyTo"] == "<4712@adatum.example>"

    client.move("shared-support", message["id"], "\\Archive")
    assert client.search("shared-support", "\\All", header={"message-id": "<4712@adatum.example>"})

    with pytest.raises(Refused) as refused:
        client.remove("my-account")
    assert refused.value.code == "AccountInUse"
    client.remove("shared-support")
    client.remove("my-account")
    assert client.accounts() == []


def events(control: Control, event: str) -> list[dict[str, Any]]:
    told = [json.loads(each["body"]) for each in heard(control, "/program")]
    return [each for each in told if each["event"] == event]
