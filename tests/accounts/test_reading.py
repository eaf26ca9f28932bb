"""A program reads an account's mail: folders, lists of messages, and one message with all that belongs to it."""

import base64
from email.message import EmailMessage
from urllib.parse import quote

import pytest

from server.accounts.reading.ids import part_id
from server.api.v1.message_shapes import FolderList, MessageList
from tests.accounts.guide import connected
from tests.accounts.reading_steps import PATH, SUPPORT, deliver, deliver_many, page, query, refused, subjects
from tests.conftest import Control, Someone
from tests.simulator.faults import Fault
from tests.simulator.world import World

UMLAUTS = "Grüße aus Köln, naïve café, 10 €"


@pytest.fixture
def support(program: Someone, control: Control) -> Someone:
    """The program, which has the shared mailbox as the account "support", with the right of ben."""
    connected(program, control, "support", "ben@contoso.example", SUPPORT)
    return program


def rich_mail() -> bytes:
    """HTML, a picture in it, a file with an odd name, and a message within the message."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Purchasing <purchasing@adatum.example>", SUPPORT, "Plans"
    mail["Cc"], mail["Reply-To"] = "sales@contoso.example", "orders@adatum.example"
    mail["Message-ID"], mail["In-Reply-To"] = "<plans@adatum.example>", "<1@adatum.example>"
    mail.set_content(UMLAUTS)
    mail.add_alternative(f'<p>{UMLAUTS} <img src="cid:pic1"></p><script>steal()</script>', subtype="html")
    picture = mail.get_payload()[1]
    assert isinstance(picture, EmailMessage)
    picture.add_related(b"PNG", "image", "png", cid="<pic1>", filename="pic.png", disposition="inline")
    mail.add_attachment(b"%PDF" * 100_000, "application", "pdf", filename='plan "1"; x=\u20ac.pdf')
    inner = EmailMessage()
    inner["Subject"], inner["From"] = "Inside", "orders@adatum.example"
    inner.set_content("inner words")
    mail.add_attachment(inner)
    return bytes(mail)


def test_folders_are_known_by_their_use_in_every_language(support: Someone, world: World) -> None:
    box = world.mailbox(SUPPORT)
    assert box is not None
    for name, shown in {"inbox": "Posteingang", "sentitems": "Gesendete Elemente", "archive": "Inbox"}.items():
        box.folder_at(name).name = shown
    deliver(world, 1, "inbox/Aufträge/A%2FB")
    deliver(world, 2, "sentitems")
    box.make_folder("50/50", box.folders[0])
    found = support.get(f"{PATH}/mailboxes?counters=true")
    FolderList.model_validate(found)
    folders = {each["path"]: each for each in found["mailboxes"]}
    assert [each["specialUse"] for each in found["mailboxes"]][:3] == ["\\Inbox", "\\Sent", "\\Drafts"]
    assert folders["INBOX"]["name"] == "Posteingang" and folders["Inbox"]["specialUse"] == "\\Archive"
    assert folders["Gesendete Elemente"]["specialUse"] == "\\Sent"
    assert folders["Gesendete Elemente"]["status"] == {"messages": 1, "unseen": 1}
    assert folders["INBOX/Aufträge/A%2FB"]["parentPath"] == "INBOX/Aufträge" and "50%2F50" in folders
    assert not any("Conversation Action" in path for path in folders)  # which is hidden from everybody
    for path in ("INBOX/Aufträge/A%2FB", "inbox/aufträge/a%2fb", folders["INBOX/Aufträge/A%2FB"]["id"]):
        assert subjects(page(support, path)) == ["Order 1"]
    assert subjects(page(support, "\\Sent")) == subjects(page(support, "Gesendete Elemente")) == ["Order 2"]
    assert page(support, "50%2F50")["messages"] == []


def test_a_list_goes_on_by_cursors_forwards_and_backwards_and_by_numbers(support: Someone, world: World) -> None:
    deliver_many(world, 7)
    first = page(support, pageSize=3)
    MessageList.model_validate(first)
    assert subjects(first) == ["Order 6", "Order 5", "Order 4"]
    assert (first["total"], first["page"], first["pages"], first["prevPageCursor"]) == (7, 0, 3, None)
    second = page(support, pageSize=3, cursor=first["nextPageCursor"])
    last = page(support, pageSize=3, cursor=second["nextPageCursor"])
    assert subjects(second) == ["Order 3", "Order 2", "Order 1"] and subjects(last) == ["Order 0"]
    assert (last["page"], last["nextPageCursor"]) == (2, None)
    assert subjects(page(support, pageSize=3, cursor=last["prevPageCursor"])) == subjects(second)
    assert subjects(page(support, pageSize=3, page=2)) == ["Order 0"]
    assert page(support, pageSize=3, page=9)["messages"] == []
    assert len(page(support, pageSize=1000)["messages"]) == 7


def test_a_list_of_all_folders_tells_where_each_message_is(support: Someone, world: World) -> None:
    for number, folder in enumerate(("inbox", "inbox/Orders", "sentitems", "deleteditems")):
        deliver(world, number, folder)
    found = page(support, "\\All")["messages"]
    assert [(each["path"], each["messageSpecialUse"]) for each in found] == [
        ("Deleted Items", "\\Trash"),
        ("Sent Items", "\\Sent"),
        ("INBOX/Orders", None),
        ("INBOX", "\\Inbox"),
    ]


def test_a_cursor_is_good_for_its_own_list_only(support: Someone, control: Control, world: World) -> None:
    connected(support, control, "ben", "ben@contoso.example")
    deliver_many(world, 4)
    cursor = page(support, pageSize=1)["nextPageCursor"]
    before = control.count("graph")
    for path in (
        f"/v1/account/ben/messages?{query(path='INBOX', pageSize=1, cursor=cursor)}",
        f"{PATH}/messages?{query(path='INBOX', pageSize=2, cursor=cursor)}",
        f"{PATH}/messages?{query(path=chr(92) + 'All', pageSize=1, cursor=cursor)}",
        *(
            f"{PATH}/messages?{query(path='INBOX', pageSize=1, cursor=odd)}"
            for odd in (cursor[:-2], "x", "€", "A" * 99)
        ),
    ):
        answer = support("GET", path, expect=400)
        assert answer["error"]["code"] == "InvalidCursor"
    search = f"{PATH}/search?{query(path='INBOX', pageSize=1, cursor=cursor)}"
    assert support("POST", search, {"search": {"unseen": True}}, expect=400)["error"]["code"] == "InvalidCursor"
    assert control.count("graph") == before
    world.faults.order(Fault("graph", path="*/messages", status=410, times=1))
    old = f"{PATH}/messages?{query(path='INBOX', pageSize=1, cursor=cursor)}"
    assert support("GET", old, expect=400)["error"]["code"] == "InvalidCursor"  # Graph no longer knows the place
    assert len(support.get(old)["messages"]) == 1


def test_a_message_comes_with_all_that_belongs_to_it(support: Someone, control: Control) -> None:
    control.deliver(SUPPORT, rich_mail())
    shown = page(support)["messages"][0]
    whole = support.get(f"{PATH}/message/{shown['id']}?textType=*")
    assert {name: whole[name] for name in ("id", "emailId", "path", "messageId", "inReplyTo", "subject", "uid")} == {
        "id": shown["id"],
        "emailId": shown["id"],
        "path": "INBOX",
        "messageId": "<plans@adatum.example>",
        "inReplyTo": "<1@adatum.example>",
        "subject": "Plans",
        "uid": None,
    }
    assert whole["from"] == {"name": "Purchasing", "address": "purchasing@adatum.example"}
    assert [each["address"] for kind in ("to", "cc", "replyTo") for each in whole[kind]] == [
        SUPPORT,
        "sales@contoso.example",
        "orders@adatum.example",
    ]
    assert whole["unseen"] is True and whole["flags"] == [] and whole["size"] > 400_000 and whole["threadId"]
    assert whole["headers"]["message-id"] == ["<plans@adatum.example>"]
    text = whole["text"]
    assert text["plain"].strip() == UMLAUTS and UMLAUTS in text["html"] and "script" not in text["html"]
    assert text["encodedSize"]["plain"] == len(text["plain"].encode()) and text["hasMore"] is False
    assert {name: shown[name] for name in shown if name != "text"} == {
        name: whole[name] for name in shown if name != "text"
    }


def test_a_text_comes_as_asked_for_and_is_cut_between_letters(support: Someone, control: Control) -> None:
    control.deliver(SUPPORT, rich_mail())
    [shown] = page(support)["messages"]
    text = f"{PATH}/text/{shown['text']['id']}"
    both = support.get(text)
    assert both["plain"].strip() == UMLAUTS and UMLAUTS in both["html"] and both["hasMore"] is False
    assert support.get(f"{text}?textType=plain")["html"] is None
    cut = support.get(f"{text}?textType=plain&maxBytes=3")
    assert (cut["plain"], cut["hasMore"]) == ("Gr", True)  # ü takes two bytes
    plain = support.get(f"{PATH}/message/{shown['id']}?textType=plain&maxBytes=4")["text"]
    assert (plain["plain"], plain["html"], plain["hasMore"]) == ("Grü", None, True)
    assert plain["encodedSize"] == {"plain": len(both["plain"].encode())}


def test_attachments_and_the_source_are_streamed_as_downloads(support: Someone, control: Control) -> None:
    raw = rich_mail()
    control.deliver(SUPPORT, raw)
    [shown] = page(support)["messages"]
    assert [(each["filename"], each["contentType"], each["inline"]) for each in shown["attachments"]][:2] == [
        ("pic.png", "image/png", True),
        ('plan "1"; x=€.pdf', "application/pdf", False),
    ]
    file, inner = (support.raw("GET", f"{PATH}/attachment/{each['id']}") for each in shown["attachments"][1:])
    assert file.data == b"%PDF" * 100_000 and file.headers["Content-Type"] == "application/pdf"
    name = quote('plan "1"; x=€.pdf', safe="")
    assert file.headers["Content-Disposition"] == f"attachment; filename*=UTF-8''{name}"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert b"inner words" in inner.data and inner.headers["Content-Type"] == "message/rfc822"
    source = support.raw("GET", f"{PATH}/message/{shown['id']}/source")
    assert source.data == raw and source.headers["Content-Type"] == "message/rfc822"


ODD = [
    ("/message/{own}", 404, "MessageNotFound"),
    ("/message/{own}/source", 404, "MessageNotFound"),
    ("/message/AAMkAD", 400, "InvalidId"),
    ("/message/a%00", 404, "not_found"),
    ("/message/..", 400, "InvalidId"),
    ("/message/me%27)", 400, "InvalidId"),
    ("/text/{text_of_own}", 404, "MessageNotFound"),
    ("/text/bm90aGluZw", 400, "InvalidId"),
    ("/text/{attachment}", 400, "InvalidId"),
    ("/attachment/{swapped}", 404, "MessageNotFound"),
    ("/attachment/{text}", 400, "InvalidId"),
    ("/messages?path=Nowhere", 404, "FolderNotFound"),
    ("/messages?path=INBOX%2F..%2FSent", 404, "FolderNotFound"),
    ("/messages?path=%27%20or%201%20eq%201", 404, "FolderNotFound"),
    ("/messages?path=inbox%27)%2Fmessages%3F", 404, "FolderNotFound"),
    ("/messages?path=%5CAll%2FSent", 404, "FolderNotFound"),
    ("/messages?path=" + "%F0%9F%92%A9" * 200, 404, "FolderNotFound"),
    ("/messages?path=INBOX&pageSize=1000&page=1000000", 200, ""),
    ("/messages?path=INBOX&pageSize=1001", 400, "invalid_request"),
    ("/messages?path=INBOX&page=-1", 400, "invalid_request"),
    ("/messages?path=a%00b", 400, "invalid_request"),
]


def test_what_is_not_there_or_cannot_be_is_told(support: Someone, control: Control, world: World) -> None:
    """Also an id of another mailbox that the same person may read, and an attachment of another message."""
    own = deliver(world, mailbox="ben@contoso.example")
    control.deliver(SUPPORT, rich_mail())
    other = deliver(world, 5)
    [_, rich] = sorted(page(support)["messages"], key=lambda each: len(each["attachments"]))
    attachment = rich["attachments"][1]["id"]
    part = base64.urlsafe_b64decode(attachment + "=" * (-len(attachment) % 4)).decode().partition("/")[2]
    ids = {"text_of_own": part_id(own, "text"), "swapped": part_id(other, part), "text": rich["text"]["id"]}
    for path, status, code in ODD:
        answer = support.raw("GET", PATH + path.format(own=own, attachment=attachment, **ids))
        assert answer.status_code == status, (path, answer.text)
        assert not code or answer.get_json()["error"]["code"] == code, (path, answer.text)


def test_another_tenant_finds_nothing_of_it(support: Someone, eve_program: Someone, world: World) -> None:
    message = deliver(world)
    shown = page(support)["messages"][0]
    for path in ("/mailboxes", "/messages", f"/message/{message}", f"/text/{shown['text']['id']}"):
        assert refused(eve_program, 404, "GET", path) == "AccountNotFound"
    for method, path, body in (
        ("PUT", f"/message/{message}", {"flags": {"add": ["\\Seen"]}}),
        ("DELETE", f"/message/{message}?force=true", None),
        ("PUT", "/messages/delete?path=INBOX", {"search": {}}),
    ):
        assert refused(eve_program, 404, method, path, body) == "AccountNotFound"
    assert page(support)["messages"] == [shown]


def test_what_the_person_may_not_read_the_program_does_not_see(
    support: Someone, control: Control, world: World
) -> None:
    deliver(world)
    page(support)
    world.rights[:] = [each for each in world.rights if each.mailbox != SUPPORT]
    assert refused(support, 403, "GET", "/messages") == "AccessDenied"
    assert refused(support, 403, "GET", "/mailboxes") == "AccessDenied"
