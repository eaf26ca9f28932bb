"""One message: reading it, its body, its MIME, its attachments; changing and moving it."""

import base64
import hashlib
from collections.abc import Callable
from email.message import EmailMessage

import pytest

from tests.simulator import ids
from tests.test_simulator.cast import MAIL, SHARED, Caller, Control, at, refusal

PERSON = Callable[..., Caller]
BOX = "support@contoso.example"
IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}


def rich_mail() -> bytes:
    """HTML with a script, an inline picture, a file, and a message within the message."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "orders@customer.example", BOX, "Plans"
    mail.set_content("See below")
    mail.add_alternative('<p onclick="x()">See <img src="cid:pic1"></p><script>steal()</script>', subtype="html")
    mail.get_payload()[1].add_related(b"PNG", "image", "png", cid="<pic1>", filename="pic.png", disposition="inline")
    mail.add_attachment(b"%PDF", "application", "pdf", filename="plan.pdf")
    inner = EmailMessage()
    inner["Subject"], inner["From"] = "Inside", "yan@customer.example"
    inner.set_content("inner words")
    mail.add_attachment(inner)
    return bytes(mail)


def test_a_message_tells_who_when_and_what(on_behalf_of: PERSON, control: Control) -> None:
    sent = control.deliver(BOX)
    found = on_behalf_of("ben").get(at(BOX, "/messages/{}", sent["id"])).json()
    assert found["id"] == sent["id"] and found["internetMessageId"] == "<order-7@customer.example>"
    assert found["from"] == {"emailAddress": {"name": "Order Desk", "address": "orders@customer.example"}}
    assert (found["subject"], found["bodyPreview"]) == ("Order 7", "Please ship.")
    assert found["sentDateTime"] == "2026-11-20T07:00:00Z" and found["receivedDateTime"].endswith("Z")
    assert (found["isDraft"], found["isRead"], found["hasAttachments"]) == (False, False, False)
    assert found["@odata.etag"] == f'W/"{found["changeKey"]}"' and "uniqueBody" not in found
    assert "@odata.type" not in found


def test_bodies_come_as_html_made_safe_or_as_text(on_behalf_of: PERSON, control: Control) -> None:
    ben, path = on_behalf_of("ben"), at(BOX, "/messages/{}", control.deliver(BOX, rich_mail())["id"])
    safe = ben.get(path).json()["body"]
    assert safe["contentType"] == "html" and "script" not in safe["content"] and "onclick" not in safe["content"]
    answer = ben.get(path, headers={"Prefer": 'outlook.allow-unsafe-html, outlook.body-content-type="html"'})
    assert "steal()" in answer.json()["body"]["content"]
    answer = ben.get(path, headers={"Prefer": 'outlook.body-content-type="text"'})
    assert answer.json()["body"] == {"contentType": "text", "content": "See"}
    assert answer.headers["Preference-Applied"] == 'outlook.body-content-type="text"'
    plain = at(BOX, "/messages/{}", control.deliver(BOX)["id"])
    assert "<div" in ben.get(plain).json()["body"]["content"], "HTML is the default for text messages too"


def test_only_what_is_selected_comes(on_behalf_of: PERSON, control: Control) -> None:
    ben, path = on_behalf_of("ben"), at(BOX, "/messages/{}", control.deliver(BOX)["id"])
    found = ben.get(path + "?$select=subject,internetMessageHeaders,uniqueBody").json()
    assert found.keys() == {"@odata.context", "@odata.etag", "id", "subject", "internetMessageHeaders", "uniqueBody"}
    assert {"name": "Subject", "value": "Order 7"} in found["internetMessageHeaders"]
    assert refusal(ben.get(path + "?$select=subjekt"))[0] == 400
    assert refusal(ben.get(path + "?$expand=nothing"))[0] == 400
    assert refusal(ben.get(path + "?$filter=isRead eq true"))[0] == 400


def test_mime_comes_back_to_the_byte(on_behalf_of: PERSON, control: Control) -> None:
    raw = MAIL + b"bare\nline feeds\rand \xff\xfe bytes\r\n"
    answer = on_behalf_of("ben").get(at(BOX, "/messages/{}/$value", control.deliver(BOX, raw)["id"]), stream=True)
    assert b"".join(answer.iter_content(7)) == raw and answer.headers["Content-Type"] == "text/plain"


def test_attachments_are_told_apart(on_behalf_of: PERSON, control: Control) -> None:
    ben, sent = on_behalf_of("ben"), control.deliver(BOX, rich_mail())
    path = at(BOX, "/messages/{}/attachments", sent["id"])
    link = {"@odata.type": "#microsoft.graph.referenceAttachment", "name": "in the cloud"}
    control.ask("POST", "attachments", json={"mailbox": BOX, "id": sent["id"], "attachment": link})
    found = {one["name"]: one for one in ben.get(path).json()["value"]}
    kinds = {name: one["@odata.type"].rpartition(".")[2] for name, one in found.items()}
    assert kinds == {
        "pic.png": "fileAttachment",
        "plan.pdf": "fileAttachment",
        "Inside": "itemAttachment",
        "in the cloud": "referenceAttachment",
    }
    assert (found["pic.png"]["isInline"], found["pic.png"]["contentId"]) == (True, "pic1")
    assert base64.b64decode(found["plan.pdf"]["contentBytes"]) == b"%PDF" and found["plan.pdf"]["size"] > 4
    assert ben.get(at(BOX, "/messages/{}", sent["id"])).json()["hasAttachments"] is True


def test_contents_can_be_left_out_and_streamed(on_behalf_of: PERSON, control: Control) -> None:
    ben, sent = on_behalf_of("ben"), control.deliver(BOX, rich_mail())
    path = at(BOX, "/messages/{}", sent["id"])
    listed = ben.get(path + "/attachments?$select=id,name,contentType,size,isInline").json()["value"]
    assert all("contentBytes" not in one and one["@odata.type"] for one in listed)
    expanded = ben.get(path + "?$select=id&$expand=attachments($select=id,name)").json()["attachments"]
    assert [one["id"] for one in expanded] == [one["id"] for one in listed] and "size" not in expanded[0]
    by_name = {one["name"]: at(BOX, "/messages/{}/attachments/{}", sent["id"], one["id"]) for one in listed}
    assert ben.get(by_name["plan.pdf"] + "/$value").content == b"%PDF"
    assert b"inner words" in ben.get(by_name["Inside"] + "/$value").content
    item = ben.get(by_name["Inside"] + "?$expand=microsoft.graph.itemattachment/item").json()["item"]
    assert item["subject"] == "Inside" and item["@odata.type"] == "#microsoft.graph.message"


def test_the_content_of_a_link_is_refused(on_behalf_of: PERSON, control: Control) -> None:
    ben, sent = on_behalf_of("ben"), control.deliver(BOX)
    link = {"@odata.type": "#microsoft.graph.referenceAttachment", "name": "in the cloud"}
    control.ask("POST", "attachments", json={"mailbox": BOX, "id": sent["id"], "attachment": link})
    path = at(BOX, "/messages/{}/attachments", sent["id"])
    found = ben.get(path).json()["value"][0]
    assert ben.get(f"{path}/{found['id']}/$value").status_code == 405
    assert refusal(ben.get(f"{path}/{sent['id']}")) == (404, "ErrorItemNotFound")


def test_a_move_changes_the_rest_id_and_keeps_the_immutable_one(on_behalf_of: PERSON, control: Control) -> None:
    ben, sent = on_behalf_of("ben"), control.deliver(BOX)
    moved = ben.post(at(BOX, "/messages/{}/move", sent["id"]), json={"destinationId": "archive"})
    assert moved.status_code == 201 and moved.json()["id"] != sent["id"]
    assert refusal(ben.get(at(BOX, "/messages/{}", sent["id"]))) == (404, "ErrorItemNotFound")
    answer = ben.get(at(BOX, "/messages/{}", sent["immutableId"]), headers=IMMUTABLE)
    assert answer.json()["id"] == sent["immutableId"]
    assert answer.headers["Preference-Applied"] == 'IdType="ImmutableId"'
    assert ben.get(at(BOX, "/mailFolders('archive')/messages/{}", sent["immutableId"])).status_code == 200
    assert refusal(ben.get(at(BOX, "/mailFolders/inbox/messages/{}", sent["immutableId"])))[0] == 404
    back = control.ask("POST", "moves", json={"mailbox": BOX, "id": sent["immutableId"], "folder": "inbox/Old"})
    assert back["id"] not in {sent["id"], moved.json()["id"]} and back["folder"] == "inbox/Old"


def test_a_copy_is_another_item(on_behalf_of: PERSON, control: Control) -> None:
    ben, sent = on_behalf_of("ben"), control.deliver(BOX)
    twin = ben.post(at(BOX, "/messages/{}/copy", sent["id"]), json={"DestinationId": "archive"}, headers=IMMUTABLE)
    assert twin.status_code == 201 and twin.json()["id"] != sent["immutableId"]
    assert twin.json()["internetMessageId"] == sent["internetMessageId"]


def test_ids_are_case_sensitive_and_name_their_mailbox(on_behalf_of: PERSON, control: Control) -> None:
    ben, first, second = on_behalf_of("ben"), control.deliver(BOX), control.deliver(BOX)
    assert first["id"] != second["id"] and first["id"].lower() == second["id"].lower()
    assert ben.get(at(BOX, "/messages/{}", second["id"])).json()["id"] == second["id"]
    other = at("ben@contoso.example", "/messages/{}", first["id"])
    assert refusal(ben.get(other)) == (404, "ErrorInvalidMailboxItemId")
    for wrong in ("AAMk", first["id"][:-4], first["id"].lower(), "x" * 400, "%", "-"):
        assert refusal(ben.get(at(BOX, "/messages/{}", wrong))) == (400, "ErrorInvalidIdMalformed")
    unknown = ids.ItemId(ids.parse_rest(first["id"]).mailbox, b"u" * 24).rest()
    assert refusal(ben.get(at(BOX, "/messages/{}", unknown))) == (404, "ErrorItemNotFound")


def test_an_ews_id_must_be_respelled(on_behalf_of: PERSON, control: Control) -> None:
    ben, sent = on_behalf_of("ben"), control.deliver(BOX)
    assert "/" in sent["ewsId"] and "+" in sent["ewsId"]
    assert ben.get(f"/users/{BOX}/messages/{sent['ewsId']}").status_code == 400
    assert refusal(ben.get(at(BOX, "/messages/{}", sent["ewsId"]))) == (400, "ErrorInvalidIdMalformed")
    respelled = sent["ewsId"].replace("/", "-").replace("+", "_")
    assert ben.get(at(BOX, "/messages/{}", respelled)).status_code == 200


def test_categories_are_replaced_whole_and_the_version_changes(on_behalf_of: PERSON, control: Control) -> None:
    ben, path = on_behalf_of("ben"), at(BOX, "/messages/{}", control.deliver(BOX)["id"])
    first = ben.patch(path, json={"categories": ["Red", "Saved"], "isRead": True}).json()
    second = ben.patch(path, json={"categories": ["Saved"]}).json()
    assert (second["categories"], second["isRead"]) == (["Saved"], True)
    assert first["@odata.etag"] != second["@odata.etag"]
    assert control.ask("GET", f"messages?mailbox={BOX}")["messages"][0]["categories"] == ["Saved"]


def test_an_old_version_is_refused_with_412(on_behalf_of: PERSON, control: Control) -> None:
    ben, path = on_behalf_of("ben"), at(BOX, "/messages/{}", control.deliver(BOX)["id"])
    seen = ben.get(path).json()["@odata.etag"]
    assert ben.patch(path, json={"isRead": True}, headers={"If-Match": seen}).status_code == 200
    late = ben.patch(path, json={"categories": []}, headers={"If-Match": seen})
    assert refusal(late) == (412, "ErrorIrresolvableConflict")
    assert ben.patch(path, json={"categories": []}, headers={"If-Match": "*"}).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"subject": "x"},
        {"body": {"contentType": "text", "content": "x"}},
        {"receivedDateTime": "2026-01-01T00:00:00Z"},
        {"internetMessageId": "<x@y>"},
        {"categories": "Red"},
        {"categories": [""]},
        {"isRead": "yes"},
        {"flag": {"flagStatus": "waving"}},
        {"importance": "urgent"},
        {"singleValueExtendedProperties": [{"id": "no such form", "value": "x"}]},
    ],
)
def test_what_cannot_be_changed_is_refused_and_nothing_else_changes(
    on_behalf_of: PERSON, control: Control, body: dict[str, object]
) -> None:
    ben, path = on_behalf_of("ben"), at(BOX, "/messages/{}", control.deliver(BOX)["id"])
    before = ben.get(path).json()
    assert ben.patch(path, json={"categories": ["Red"], **body}).status_code == 400
    assert ben.patch(path, data=b"{", headers={"Content-Type": "application/json"}).status_code == 400
    assert ben.get(path).json() == before


def test_meeting_requests_say_so(on_behalf_of: PERSON, control: Control) -> None:
    calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n"
    kind = "text/calendar; method=REQUEST; name=invite.ics"
    raw = f"From: a@b.example\r\nSubject: Meet\r\nContent-Type: {kind}\r\n\r\n{calendar}".encode()
    found = on_behalf_of("ben").get(at(BOX, "/messages/{}", control.deliver(BOX, raw)["id"])).json()
    assert found["@odata.type"] == "#microsoft.graph.eventMessageRequest"
    assert (found["meetingMessageType"], found["hasAttachments"]) == ("meetingRequest", False)


def test_protected_mail_comes_as_it_is(on_behalf_of: PERSON, control: Control) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@b.example", "Secret"
    mail.set_content("Protected with Purview")
    mail.add_attachment(b"\x76\xe8\x04\x60", "application", "x-microsoft-rpmsg-message", filename="message.rpmsg")
    path = at(BOX, "/messages/{}/attachments", control.deliver(BOX, bytes(mail))["id"])
    found = on_behalf_of("ben").get(path).json()["value"][0]
    assert (found["name"], found["contentType"]) == ("message.rpmsg", "application/x-microsoft-rpmsg-message")


def test_a_missing_message_id_is_made_and_a_broken_date_is_forgiven(on_behalf_of: PERSON, control: Control) -> None:
    raw = b"From: a@b.example\r\nDate: yesterday-ish\r\nSubject: Hm\r\n\r\nx"
    found = on_behalf_of("ben").get(at(BOX, "/messages/{}", control.deliver(BOX, raw)["id"])).json()
    assert found["internetMessageId"].endswith("@contoso.example>")
    assert found["sentDateTime"] == found["receivedDateTime"]


def test_conversations_join_answers_and_differ_between_mailboxes(on_behalf_of: PERSON, control: Control) -> None:
    ben = on_behalf_of("ben")
    reply = b"From: b@c.example\r\nSubject: Re: Order 7\r\nIn-Reply-To: <order-7@customer.example>\r\n\r\nok"

    def conversation(mailbox: str, raw: bytes) -> str:
        path = at(mailbox, "/messages/{}", control.deliver(mailbox, raw)["id"])
        return str(ben.get(path).json()["conversationId"])

    assert conversation(BOX, MAIL) == conversation(BOX, reply) != conversation(BOX, reply.replace(b"order-7", b"o8"))
    assert conversation(BOX, MAIL) != conversation("ben@contoso.example", MAIL)


@pytest.mark.skipif(
    not (SHARED / "mail" / "eml").is_dir(), reason="the collection of real mail is not beside the project"
)
def test_every_message_of_a_large_collection_reads_without_an_error(on_behalf_of: PERSON, control: Control) -> None:
    ben, files = on_behalf_of("ben"), sorted((SHARED / "mail" / "eml").glob("*.eml"))
    for file in files:
        path = at(BOX, "/messages/{}", control.deliver(BOX, file.read_bytes())["id"])
        found = ben.get(path + "?$expand=attachments").json()
        assert found["internetMessageId"] and found["body"]["contentType"] == "html", file.name
        mime = ben.get(path + "/$value").content
        assert hashlib.sha256(mime).digest() == hashlib.sha256(file.read_bytes()).digest()
    assert len(files) >= 100


def test_what_is_removed_for_good_is_in_no_folder(on_behalf_of: PERSON, control: Control) -> None:
    ben, path = on_behalf_of("ben"), at(BOX, "/messages/{}", control.deliver(BOX)["id"])
    assert ben.post(f"{path}/permanentDelete").status_code == 204
    assert refusal(ben.get(path)) == (404, "ErrorItemNotFound")
    assert ben.get(at(BOX, "/messages")).json()["value"] == []


def test_the_size_is_that_of_all_that_is_kept_of_a_message(on_behalf_of: PERSON, control: Control) -> None:
    control.deliver(BOX)
    expand = "singleValueExtendedProperties($filter=id eq 'Integer 0x0E08')"
    found = on_behalf_of("ben").get(at(BOX, "/messages"), params={"$expand": expand}).json()["value"]
    size = found[0]["singleValueExtendedProperties"][0]
    assert size["id"] == "Integer 0xe08" and int(size["value"]) > len(MAIL)
