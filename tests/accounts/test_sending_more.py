"""What is sent besides a plain message: large files, files of other messages, replies and forwards."""

import base64
import os
from typing import Any

from server.accounts.reading.ids import part_id
from tests.accounts.sending import CLEO, SUPPORT, file, got, in_folder, queued, submit
from tests.conftest import Control, Someone
from tests.simulator.world import World

MEGABYTE = 1024 * 1024
QUESTION = (
    b"From: Purchasing <purchasing@adatum.example>\r\nTo: support@contoso.example, cleo@contoso.example\r\n"
    b"Subject: Order 4711\r\nMessage-ID: <q1@adatum.example>\r\nReferences: <q0@adatum.example>\r\n"
    b"Date: Mon, 16 Nov 2026 09:00:00 +0000\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
    b"--b\r\nContent-Type: text/plain\r\n\r\nWhen does it come?\r\n"
    b"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=plan.pdf\r\n\r\n"
    b"PDF\r\n--b--\r\n"
)


def test_a_large_file_goes_on_where_its_line_was_cut(
    program: Someone, shared: str, control: Control, world: World, again: Any
) -> None:
    content = os.urandom(4 * MEGABYTE)
    cut = {"service": "upload", "method": "PUT", "cut": True, "times": 1}
    control("POST", "faults", json=[cut, {**cut, "after": True}, {**cut, "status": 503, "cut": False}])
    control("DELETE", "requests")
    answer = submit(program, shared, attachments=[file("plan.pdf", content), file("note.txt", b"small")])
    again()
    assert queued(program, answer)["state"] == "sent"
    [item] = got(world)
    assert [(each.name, each.content) for each in item.attachments] == [("plan.pdf", content), ("note.txt", b"small")]
    assert sum(each["count"] for each in control.requests("upload") if each["method"] == "PUT") == 4  # of two ranges
    assert sum(each["count"] for each in control.requests("graph") if "createUpload" in each["route"]) == 1


def test_where_exchange_takes_no_large_files_for_a_shared_mailbox_the_reason_is_said(
    program: Someone, shared: str, control: Control, again: Any
) -> None:
    control("POST", "faults", json=[{"service": "graph", "path": "*/createUploadSession", "status": 403}])
    answer = submit(program, shared, attachments=[file("plan.pdf", bytes(4 * MEGABYTE))])
    again()
    shown = queued(program, answer)
    assert (shown["state"], shown["progress"]["error"]["code"]) == ("failed", "LargeFileRefused")
    assert "known fault" in shown["progress"]["error"]["message"] and in_folder(control, SUPPORT, "drafts") == []


def test_a_file_of_another_message_is_sent_without_passing_through_the_program(
    program: Someone, shared: str, control: Control, world: World, again: Any
) -> None:
    question = control.deliver(SUPPORT, QUESTION)
    message = program("GET", f"/v1/account/{shared}/message/{question['immutableId']}", expect=200)
    submit(program, shared, attachments=[{"reference": message["attachments"][0]["id"]}])
    again()
    nothing = part_id(question["immutableId"], question["immutableId"])
    refused = submit(program, shared, attachments=[{"reference": nothing}], expect=404)
    assert refused["error"]["code"] == "AttachmentNotFound"
    [attached] = got(world)[0].attachments
    assert (attached.name, attached.content_type, attached.content.strip()) == ("plan.pdf", "application/pdf", b"PDF")


def test_a_reply_stays_in_the_conversation_and_goes_to_those_who_asked(
    program: Someone, shared: str, control: Control, world: World, again: Any
) -> None:
    question = control.deliver(SUPPORT, QUESTION)
    lost = {"service": "graph", "method": "POST", "path": "*/createReplyAll", "cut": True, "times": 1, "after": True}
    unwritten = {"service": "graph", "method": "PATCH", "cut": True, "times": 1, "after": True}
    control("POST", "faults", json=[lost, unwritten])
    reference = {"message": question["immutableId"], "action": "reply-all", "inline": True}
    answer = submit(program, shared, to=None, subject=None, text=None, html="<p>Tomorrow.</p>", reference=reference)
    for _ in range(3):
        again()
    assert queued(program, answer)["state"] == "sent"
    [copy] = in_folder(control, SUPPORT, "sentitems")
    [item] = got(world)
    assert item.internet_message_id == copy["internetMessageId"] == answer["messageId"]
    assert (item.subject, item.mail.author.address) == ("RE: Order 4711", SUPPORT)
    assert [each.address for each in item.mail.to] == ["purchasing@adatum.example", CLEO]
    assert item.mail.references == ["<q0@adatum.example>", "<q1@adatum.example>", "<q1@adatum.example>"]
    body = str(item.mail.html_body)
    assert body.count("Tomorrow.") == 1 and body.index("Tomorrow.") < body.index("When does it come?")
    assert item.attachments == [] and in_folder(control, SUPPORT, "drafts") == []


def test_a_forward_repeats_the_message_and_takes_its_files_along_where_that_is_wanted(
    program: Someone, shared: str, control: Control, world: World, again: Any
) -> None:
    question = control.deliver(SUPPORT, QUESTION)
    for wanted, names in ((True, ["plan.pdf", "own.txt"]), (False, ["own.txt"])):
        reference = {"message": question["immutableId"], "action": "forward", "forwardAttachments": wanted}
        own = [file("own.txt", b"own")]
        submit(program, shared, subject=None, text="For you.", reference=reference, attachments=own)
        again()
        item = got(world)[-1]
        assert (item.subject, [each.name for each in item.attachments]) == ("FW: Order 4711", names)
        assert item.mail.text_body.index("For you.") < item.mail.text_body.index("When does it come?")


def test_long_texts_and_files_come_through_as_they_are_however_the_json_is_written(
    program: Someone, shared: str, world: World, again: Any
) -> None:
    html, content = "<p>" + "Grüße “/” 😀 " * 20_000 + "</p>", bytes(range(256)) * 300
    encoded = base64.b64encode(content).decode().replace("/", "\\/").replace("+", "\\u002b")
    body = (
        '{"to": [{"address": "cleo@contoso.example"}], "subject": "\\u201eOffer\\u201c", "html": "'
        + html.replace("😀", "\\ud83d\\ude00")
        + '", "attachments": [{"filename": "all.bin", "content": "'
        + encoded
        + '"}]}'
    )
    headers = {"Content-Type": "application/json"}
    program("POST", f"/v1/account/{shared}/submit", data=body.encode(), headers=headers, expect=200)
    again()
    [item] = got(world)
    assert item.subject == "„Offer“" and str(item.mail.html_body).strip() == html
    assert item.attachments[0].content == content
    too_much = body.replace(html.replace("😀", "\\ud83d\\ude00"), "x" * 4 * MEGABYTE)
    refused = program("POST", f"/v1/account/{shared}/submit", data=too_much, headers=headers, expect=400)
    assert refused["error"]["code"] == "too_long"
