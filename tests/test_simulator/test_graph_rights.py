"""Scopes, rights on mailboxes, and what a delegate may not do."""

from collections.abc import Callable

import pytest

from tests.test_simulator.cast import Caller, Control, at, refusal

PERSON = Callable[..., Caller]
DENIED = (403, "ErrorAccessDenied")
BOX, CLEO = "support@contoso.example", "cleo@contoso.example"


@pytest.mark.parametrize(
    ("who", "mailbox", "allowed"),
    [
        ("ben", "ben@contoso.example", True),
        ("ben", BOX, True),
        ("ben", CLEO, True),
        ("ben", "sales@contoso.example", False),
        ("ana", "sales@contoso.example", True),
        ("ana", CLEO, False),
        ("mallory", BOX, False),
        ("mallory", CLEO, False),
    ],
)
def test_rights_decide_who_reads(on_behalf_of: PERSON, control: Control, who: str, mailbox: str, allowed: bool) -> None:
    path = at(mailbox, "/messages/{}", control.deliver(mailbox)["id"])
    answer = on_behalf_of(who).get(path)
    assert answer.status_code == 200 if allowed else refusal(answer) == DENIED
    answer = on_behalf_of(who).get(at(mailbox, "/mailFolders/inbox?$select=id"))
    assert answer.status_code == 200 if allowed else refusal(answer) == DENIED


def test_the_shared_scope_is_needed_for_other_mailboxes_and_covers_the_own(person: PERSON, control: Control) -> None:
    own = at("ben@contoso.example", "/messages/{}", control.deliver("ben")["id"])
    other = at(BOX, "/messages/{}", control.deliver(BOX)["id"])
    assert refusal(person("ben", "Mail.Read").get(other)) == DENIED
    assert person("ben", "Mail.Read.Shared").get(other).status_code == 200
    assert person("ben", "Mail.Read.Shared").get(own).status_code == 200
    assert refusal(person("ben", "User.Read").get(own)) == DENIED


def test_writing_needs_the_writing_scope_and_the_writing_right(person: PERSON, control: Control) -> None:
    path = at(CLEO, "/messages/{}", control.deliver("cleo")["id"])
    assert refusal(person("ben", "Mail.Read.Shared").patch(path, json={"isRead": True})) == DENIED
    writer = person("ben", "Mail.ReadWrite.Shared")
    assert writer.patch(path, json={"categories": ["Saved"]}).status_code == 200
    control.world(rights=[{"person": "ben", "mailbox": "cleo", "right": "delegate", "write": False}])
    assert refusal(writer.patch(path, json={"isRead": True})) == DENIED
    assert writer.get(path).status_code == 200


def test_a_right_can_be_given_for_some_folders_and_taken_away(on_behalf_of: PERSON, control: Control) -> None:
    ben = on_behalf_of("ben")
    inside = at(CLEO, "/messages/{}", control.deliver("cleo", folder="inbox/Projects")["id"])
    outside = at(CLEO, "/messages/{}", control.deliver("cleo", folder="archive")["id"])
    control.world(rights=[{"person": "ben", "mailbox": "cleo", "right": "delegate", "folders": ["inbox"]}])
    assert ben.get(inside).status_code == 200 and refusal(ben.get(outside)) == DENIED
    assert ben.get(at(CLEO, "/mailFolders('Inbox')/messages")).status_code == 200
    assert refusal(ben.get(at(CLEO, "/messages"))) == DENIED
    control.world(rights=[{"person": "ben", "mailbox": "cleo", "right": "none"}])
    assert refusal(ben.get(inside)) == DENIED


def test_a_delegate_may_name_categories_but_not_see_the_list_of_them(person: PERSON, control: Control) -> None:
    everything = ("Mail.ReadWrite", "Mail.ReadWrite.Shared", "MailboxSettings.ReadWrite")
    ben, path = person("ben", *everything), at(CLEO, "/outlook/masterCategories")
    assert refusal(ben.get(path)) == DENIED
    assert refusal(ben.post(path, json={"displayName": "Saved"})) == DENIED
    made = ben.post("/me/outlook/masterCategories", json={"displayName": "Saved", "color": "preset4"})
    assert made.status_code == 201
    again = ben.post("/me/outlook/masterCategories", json={"displayName": "saved", "color": "preset5"})
    assert again.status_code == 409
    one = f"/me/outlook/masterCategories/{made.json()['id']}"
    assert ben.patch(one, json={"color": "preset5"}).json()["color"] == "preset5"
    assert ben.patch(one, json={"displayName": "x"}).status_code == 400
    assert [found["displayName"] for found in ben.get("/me/outlook/masterCategories").json()["value"]] == ["Saved"]
    assert ben.ask("DELETE", one).status_code == 204 and refusal(ben.get(one))[0] == 404


def test_an_application_reads_and_does_not_write_with_mail_read(
    app_only: Callable[[], Caller], control: Control
) -> None:
    path = at(CLEO, "/messages/{}", control.deliver("cleo")["id"])
    assert app_only().get(path).status_code == 200
    assert refusal(app_only().patch(path, json={"isRead": True})) == DENIED
    control.world(consent={"application": ["Mail.ReadWrite"]})
    assert app_only().patch(path, json={"isRead": True}).status_code == 200


def test_tenants_do_not_see_each_other(on_behalf_of: PERSON, person: PERSON, control: Control) -> None:
    sent = control.deliver("eve")
    assert refusal(on_behalf_of("ana").get(at("eve@fabrikam.example", "/messages/{}", sent["id"])))[0] == 404
    own = person("eve", "Mail.Read").get(at("eve@fabrikam.example", "/messages/{}", sent["id"]))
    assert own.status_code == 200
    assert refusal(on_behalf_of("ana").get(f"/me/messages/{sent['id']}")) == (404, "ErrorInvalidMailboxItemId")


def test_sending_as_others_needs_scope_access_and_right(person: PERSON, control: Control) -> None:
    def mail(sender: str | None = None) -> dict[str, object]:
        body: dict[str, object] = {
            "subject": "Hello",
            "toRecipients": [{"emailAddress": {"address": "ana@contoso.example"}}],
        }
        if sender:
            body["from"] = {"emailAddress": {"address": sender}}
        return {"message": body}

    ben, alone = person("ben", "Mail.Send", "Mail.Send.Shared"), person("ben", "Mail.Send")
    assert alone.post("/me/sendMail", json=mail()).status_code == 202
    assert refusal(alone.post("/me/sendMail", json=mail(BOX))) == DENIED
    assert ben.post("/me/sendMail", json=mail(BOX)).status_code == 202
    assert ben.post(at(BOX, "/sendMail"), json=mail(BOX)).status_code == 202
    assert refusal(ben.post("/me/sendMail", json=mail("sales@contoso.example"))) == (403, "ErrorSendAsDenied")
    assert refusal(ben.post(at(CLEO, "/sendMail"), json=mail())) == DENIED, "a delegate has no full access"
    assert ben.post("/me/sendMail", json=mail(CLEO)).status_code == 202
    inbox = person("ana").get("/me/messages").json()["value"]
    assert [(one["from"]["emailAddress"]["address"], one["sender"]["emailAddress"]["address"]) for one in inbox] == [
        (CLEO, "ben@contoso.example"),
        (BOX, BOX),
        (BOX, BOX),
        ("ben@contoso.example", "ben@contoso.example"),
    ]
    folders = [one["folder"] for one in control.ask("GET", "messages?mailbox=ben")["messages"]]
    assert folders == ["sentitems"] * 3


def test_a_draft_is_written_changed_and_sent(person: PERSON, control: Control) -> None:
    ben = person("ben", "Mail.ReadWrite", "Mail.Send")
    to = [{"emailAddress": {"address": "ana@contoso.example"}}]
    draft = ben.post("/me/messages", json={"subject": "First", "toRecipients": to}).json()
    assert draft["isDraft"] is True
    path = f"/me/messages/{draft['id']}"
    changed = ben.patch(path, json={"subject": "Second", "body": {"contentType": "html", "content": "<b>Hi</b>"}})
    assert changed.json()["subject"] == "Second" and changed.json()["bodyPreview"] == "Hi"
    assert b"Subject: Second" in ben.get(path + "/$value").content
    body = {"@odata.type": "#microsoft.graph.fileAttachment", "name": "a.txt", "contentBytes": "YQ=="}
    assert ben.post(path + "/attachments", json=body).status_code == 201
    assert ben.post(path + "/send").status_code == 202
    got = control.ask("GET", "messages?mailbox=ana")["messages"][0]
    assert (got["subject"], got["internetMessageId"]) == ("Second", draft["internetMessageId"])
    assert control.ask("GET", "messages?mailbox=ben")["messages"][0]["folder"] == "sentitems"
