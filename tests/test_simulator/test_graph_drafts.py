"""Drafts: what answers a message, and what becomes of a draft that is sent."""

from collections.abc import Callable

import pytest

from tests.test_simulator.cast import Caller, Control, at

PERSON = Callable[..., Caller]
BOX = "support@contoso.example"
IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}
MAIL = (
    b"From: Jo <jo@adatum.example>\r\nTo: support@contoso.example, ana@contoso.example\r\nCc: legal@adatum.example\r\n"
    b"Subject: Re: Order 4711\r\nMessage-ID: <first@adatum.example>\r\n\r\nWhen does it come?\r\n"
)


def test_a_draft_that_is_sent_keeps_its_immutable_id(person: PERSON, control: Control) -> None:
    ana = person("ana", "Mail.ReadWrite", "Mail.Send")
    draft = ana.post("/me/messages", json={"subject": "Hello", "toRecipients": _to("cleo@contoso.example")})
    immutable = ana.get(f"/me/messages/{draft.json()['id']}?$select=id", headers=IMMUTABLE).json()["id"]
    control.world(advance=3600)
    assert ana.post(f"/me/messages/{draft.json()['id']}/send").status_code == 202
    sent = ana.get(f"/me/messages/{immutable}", headers=IMMUTABLE).json()
    assert (sent["id"], sent["isDraft"], sent["subject"]) == (immutable, False, "Hello")
    assert sent["internetMessageId"] == draft.json()["internetMessageId"]
    assert sent["sentDateTime"] > draft.json()["createdDateTime"] and sent["receivedDateTime"] == sent["sentDateTime"]
    assert ana.get("/me/mailFolders/sentitems/messages").json()["value"][0]["subject"] == "Hello"


@pytest.mark.parametrize(
    ("action", "subject", "to", "cc"),
    [
        ("createReply", "RE: Order 4711", ["jo@adatum.example"], []),
        ("createReplyAll", "RE: Order 4711", ["jo@adatum.example", "ana@contoso.example"], ["legal@adatum.example"]),
        ("createForward", "FW: Order 4711", [], []),
    ],
)
def test_an_answer_is_a_draft_of_the_same_conversation(
    person: PERSON, control: Control, action: str, subject: str, to: list[str], cc: list[str]
) -> None:
    ids = control.deliver(BOX, MAIL)
    ana = person("ana", "Mail.ReadWrite.Shared")
    asked = ana.get(at(BOX, "/messages/{}", ids["id"])).json()
    draft = ana.post(at(BOX, "/messages/{}", ids["id"]) + f"/{action}").json()
    assert (draft["isDraft"], draft["subject"], _addresses(draft["toRecipients"])) == (True, subject, to)
    assert _addresses(draft["ccRecipients"]) == cc
    assert draft["conversationId"] == asked["conversationId"]
    assert "When does it come?" in draft["body"]["content"]


def _to(*addresses: str) -> list[dict[str, dict[str, str]]]:
    return [{"emailAddress": {"address": address}} for address in addresses]


def _addresses(recipients: list[dict[str, dict[str, str]]]) -> list[str]:
    return [each["emailAddress"]["address"] for each in recipients]
