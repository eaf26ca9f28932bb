"""Sending: files for drafts, in whose name a message goes, and in whose Sent Items its copy ends."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.test_simulator.cast import Caller, Control, at, refusal

PERSON = Callable[..., Caller]
BOX = "support@contoso.example"
SCOPES = ("Mail.ReadWrite", "Mail.ReadWrite.Shared", "Mail.Send", "Mail.Send.Shared")
MEGABYTE = 1024 * 1024


def _draft(who: Caller, **more: Any) -> str:
    to = [{"emailAddress": {"address": "cleo@contoso.example"}}]
    made = who.post(at(BOX, "/messages"), json={"subject": "Offer", "toRecipients": to, **more})
    assert made.status_code == 201, made.text
    return at(BOX, "/messages/{}", made.json()["id"])


def _file(size: int) -> dict[str, Any]:
    content = base64.b64encode(b"x" * size).decode()
    return {"@odata.type": "#microsoft.graph.fileAttachment", "name": "a.pdf", "contentBytes": content}


def test_a_large_file_comes_in_ranges_to_an_address_that_takes_no_token(person: PERSON, control: Control) -> None:
    ana, content = person("ana", *SCOPES), bytes(range(256)) * (5 * MEGABYTE // 256)
    draft = _draft(ana)
    assert refusal(ana.post(f"{draft}/attachments", json=_file(3 * MEGABYTE)))[0] in (400, 413)
    item = {"attachmentType": "file", "name": "plan.pdf", "size": len(content)}
    made = ana.post(f"{draft}/attachments/createUploadSession", json={"AttachmentItem": item})
    url, half = made.json()["uploadUrl"], 3 * MEGABYTE
    assert (made.status_code, made.json()["nextExpectedRanges"]) == (201, ["0-"])

    def put(first: int, octets: bytes, **headers: str) -> requests.Response:
        span = f"bytes {first}-{first + len(octets) - 1}/{len(content)}"
        return ana.http.put(url, data=octets, headers={"Content-Range": span, **headers})

    assert put(0, content[:half], Authorization="Bearer x").status_code == 401
    assert put(0, content[: 4 * MEGABYTE]).status_code == 400
    assert put(0, content[:half]).json()["nextExpectedRanges"] == [f"{half}-"]
    assert put(0, content[:half]).status_code == 416
    assert put(half, content[half:]).status_code == 201
    [found] = ana.get(f"{draft}/attachments").json()["value"]
    assert (found["name"], base64.b64decode(found["contentBytes"])) == ("plan.pdf", content)


def test_an_attachment_that_is_taken_away_changes_no_ids_of_others(person: PERSON) -> None:
    ana = person("ana", *SCOPES)
    draft = _draft(ana)
    first, second = (ana.post(f"{draft}/attachments", json=_file(size)).json()["id"] for size in (1, 2))
    assert ana.ask("DELETE", f"{draft}/attachments/{first}").status_code == 204
    assert [each["id"] for each in ana.get(f"{draft}/attachments").json()["value"]] == [second]


@pytest.mark.parametrize("right", ["sendAs", "sendOnBehalf", "none"])
def test_only_who_may_send_as_a_shared_mailbox_or_on_its_behalf_sends_from_there(
    person: PERSON, control: Control, right: str
) -> None:
    control.world(rights=[{"person": "ben", "mailbox": BOX, "right": "none"}])
    control.world(
        rights=[{"person": "ben", "mailbox": BOX, "right": each} for each in ("full", right)][: 1 + (right != "none")]
    )
    ben = person("ben", *SCOPES)
    draft = _draft(ben)
    answer = ben.post(f"{draft}/send")
    if right == "none":
        assert refusal(answer) == (403, "ErrorSendAsDenied")
        return
    assert answer.status_code == 202
    [got] = person("cleo", "Mail.Read").get("/me/messages").json()["value"]
    sender = BOX if right == "sendAs" else "ben@contoso.example"
    assert (got["from"]["emailAddress"]["address"], got["sender"]["emailAddress"]["address"]) == (BOX, sender)


def test_what_a_sender_wishes_reaches_the_receiver(person: PERSON) -> None:
    ana = person("ana", *SCOPES)
    reply_to = [{"emailAddress": {"name": "Desk", "address": "desk@contoso.example"}}]
    headers = [{"name": "X-Order", "value": "4711"}]
    draft = _draft(ana, importance="high", replyTo=reply_to, internetMessageHeaders=headers)
    assert ana.patch(draft, json={"internetMessageId": "<own@contoso.example>"}).status_code == 200
    assert ana.post(f"{draft}/send").status_code == 202
    chosen = "importance,replyTo,internetMessageHeaders,internetMessageId"
    [got] = person("cleo", "Mail.Read").get(f"/me/messages?$select={chosen}").json()["value"]
    assert (got["importance"], got["replyTo"], got["internetMessageId"]) == ("high", reply_to, "<own@contoso.example>")
    assert {"name": "X-Order", "value": "4711"} in got["internetMessageHeaders"]
    foreign = ana.post(at(BOX, "/messages"), json={"internetMessageHeaders": [{"name": "Order", "value": "1"}]})
    assert refusal(foreign) == (400, "InvalidInternetMessageHeader")


def test_where_the_sent_copy_ends_is_exchanges_affair(person: PERSON, control: Control) -> None:
    ana = person("ana", *SCOPES)
    control.world(sentElsewhere={BOX: True})
    assert ana.post(f"{_draft(ana)}/send").status_code == 202
    control.world(sentElsewhere={BOX: False}, messageCopies={BOX: True})
    to = [{"emailAddress": {"address": "cleo@contoso.example"}}]
    message = {"subject": "Mine", "from": {"emailAddress": {"address": BOX}}, "toRecipients": to}
    assert ana.post("/me/sendMail", json={"message": message}).status_code == 202
    assert _subjects(ana, "/me") == {"Offer", "Mine"} and _subjects(ana, at(BOX)) == {"Mine"}


def _subjects(who: Caller, mailbox: str) -> set[str]:
    return {each["subject"] for each in who.get(f"{mailbox}/mailFolders/sentitems/messages").json()["value"]}
