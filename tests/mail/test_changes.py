"""What is read of a mailbox for Autopilot: its folders, what is new in them, what was there before."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.mail.base import Changes, Folder, MailGone, MailItem
from server.mail.graph.mailbox import GraphMailbox
from tests.conftest import Control, mime

BOX = "support@contoso.example"
SINCE = datetime(2026, 11, 1, tzinfo=UTC)
ANSWER = "References: <0@adatum.example> <1@adatum.example>\r\nIn-Reply-To: <1@adatum.example>"


@pytest.fixture
def folders(mail: GraphMailbox, token: str) -> Any:
    """Those of the mailbox by name, as they are when asked."""
    return lambda: {each.name: each for each in mail.changes.counted_folders(token, BOX)}


def new_in(mail: GraphMailbox, token: str, folder: Folder, **more: Any) -> list[MailItem]:
    """What came since November, page by page."""
    page = mail.changes.of_folder(token, BOX, folder.id, None, SINCE, **more)
    found = list(page.items)
    while page.is_more:
        page = mail.changes.of_folder(token, BOX, folder.id, page.link, SINCE)
        found += page.items
    return found


def deliver(control: Control, number: int = 1, folder: str = "inbox", **more: str) -> dict[str, str]:
    headers = more.pop("written", "")
    raw = mime(f"Order {number}", f"<{number}@adatum.example>", headers=headers)
    query = {"mailbox": BOX, "folder": folder, **more}
    found: dict[str, str] = control("POST", "messages", query_string=query, data=raw)
    return found


def test_all_folders_come_with_their_numbers_in_one_request(control: Control, folders: Any) -> None:
    for number in range(30):
        deliver(control, number, f"inbox/Projects/North {number}", read="true" if number % 2 else "false")
    control("DELETE", "requests")
    found = folders()
    assert (len(found), control.count("graph")) == (7 + 1 + 30, 1)
    numbers = [(found[name].total, found[name].unread) for name in ("Inbox", "North 1", "North 2")]
    assert numbers == [(0, 0), (1, 0), (1, 1)]


def test_numbers_follow_what_happens_to_messages(
    control: Control, mail: GraphMailbox, token: str, folders: Any
) -> None:
    first, second = deliver(control, 1), deliver(control, 2)

    def numbers(name: str) -> tuple[int, int]:
        folder = folders()[name]
        return folder.total, folder.unread

    assert numbers("Inbox") == (2, 2)
    control("POST", "moves", json={"mailbox": BOX, "id": first["id"], "folder": "archive"})
    assert (numbers("Inbox"), numbers("Archive")) == ((1, 1), (1, 1))
    control("DELETE", "messages", json={"mailbox": BOX, "id": second["id"]})
    assert numbers("Inbox") == (0, 0)


def test_folders_in_which_nobody_gets_mail_are_known_by_id(
    control: Control, mail: GraphMailbox, token: str, folders: Any
) -> None:
    left_out = mail.changes.left_out(token, BOX)
    names = {name for name, folder in folders().items() if folder.id in left_out}
    assert names == {"Drafts", "Outbox", "Deleted Items", "Junk Email"}
    assert {each.name for each in mail.changes.folders(token, BOX)} == folders().keys() - names


def test_a_mailbox_need_not_have_every_folder(control: Control, mail: GraphMailbox, token: str) -> None:
    control("POST", "faults", json={"path": "*/mailFolders/junkemail", "status": 404})
    assert len(mail.changes.left_out(token, BOX)) == 3
    with pytest.raises(MailGone):
        mail.changes.counted_folders(token, "nobody@contoso.example")


@pytest.mark.parametrize("headers", ["true", "false"])
def test_what_a_message_answers_is_known_with_headers_and_without(
    control: Control, mail: GraphMailbox, token: str, folders: Any, headers: str
) -> None:
    sent = deliver(control, 2, "sentitems", headers=headers, written=ANSWER + "\r\nSensitivity: Company-Confidential")
    deliver(control, 3, "sentitems", headers=headers)
    control("DELETE", "requests")
    found = {each.subject: each for each in new_in(mail, token, folders()["Sent Items"])}
    assert control.count("graph") == (2 if headers == "true" else 3), "the folders, the page, and what it lacks"
    alone, [sought] = mail.item(token, BOX, sent["immutableId"]), mail.find(token, BOX, sent["internetMessageId"])
    for each in (found["Order 2"], alone, sought):
        assert each.references == ("<1@adatum.example>", "<0@adatum.example>")
        assert each.is_private
    assert (found["Order 3"].references, found["Order 3"].is_private) == ((), False)


def test_headers_that_a_program_added_are_not_all_headers(
    control: Control, mail: GraphMailbox, token: str, folders: Any
) -> None:
    raw = b"X-Ticket: 7\r\nIn-Reply-To: <1@adatum.example>\r\nSubject: Mine\r\n\r\nText"
    control("POST", f"messages?mailbox={BOX}", data=raw)
    assert [each.references for each in new_in(mail, token, folders()["Inbox"])] == [("<1@adatum.example>",)]


def test_what_many_sent_messages_answer_costs_one_request_a_page(
    control: Control, mail: GraphMailbox, token: str, folders: Any
) -> None:
    for number in range(60):
        deliver(control, number, "sentitems", headers="false", written=ANSWER)
    sent = folders()["Sent Items"]
    control("DELETE", "requests")
    found = new_in(mail, token, sent)
    assert len(found) == 60 and all(each.references for each in found)
    assert control.count("graph") == 4


@pytest.mark.parametrize(("with_body", "expected"), [(True, "Please send us an offer."), (False, None)])
def test_bodies_come_along_links_that_were_begun_with_them(
    control: Control, mail: GraphMailbox, token: str, folders: Any, with_body: bool, expected: str | None
) -> None:
    def html(page: Changes) -> list[bool | None]:
        return [each.body and expected in (each.body.html or "") for each in page.items]

    inbox = folders()["Inbox"]
    page = mail.changes.of_folder(token, BOX, inbox.id, None, SINCE, with_body)
    deliver(control, 1)
    page = mail.changes.of_folder(token, BOX, inbox.id, page.link, SINCE, not with_body)
    assert html(page) == [True if with_body else None]


def many(control: Control, numbers: range, folder: str = "inbox", headers: str = "") -> None:
    """One a minute since the first of November."""
    messages = [
        {
            "mailbox": BOX,
            "folder": folder,
            "mime": base64.b64encode(mime(f"Order {number}", f"<{number}@adatum.example>", headers=headers)).decode(),
            "received": (SINCE + timedelta(minutes=number)).isoformat(),
        }
        for number in numbers
    ]
    control("POST", "messages", json={"messages": messages})


def walked(first: Changes, follow: Callable[[str], Changes]) -> tuple[list[MailItem], int]:
    """All items, and how many pages there were."""
    page, found, pages = first, list(first.items), 1
    while page.is_more:
        page, pages = follow(page.link), pages + 1
        found += page.items
    assert page.link == "" and page.partial_ids == ()
    return found, pages


def test_past_mail_comes_oldest_first_from_all_folders(
    control: Control, mail: GraphMailbox, token: str, folders: Any
) -> None:
    many(control, range(150)), many(control, range(150, 230), "sentitems", ANSWER), many(control, range(230, 250))
    since, until = SINCE + timedelta(minutes=10), SINCE + timedelta(minutes=239)
    control("DELETE", "requests")
    changes = mail.changes
    found, pages = walked(
        changes.received(token, BOX, since, until), lambda link: changes.received(token, BOX, since, until, link)
    )
    assert [each.subject for each in found] == [f"Order {number}" for number in range(10, 240)]
    assert (pages, control.count("graph")) == (3, 3)
    names = {folder.id: name for name, folder in folders().items()}
    assert [names[each.folder_id] for each in (found[0], found[150], found[-1]) if each.folder_id] == [
        "Inbox",
        "Sent Items",
        "Inbox",
    ]
    assert found[150].references == ("<1@adatum.example>", "<0@adatum.example>")


def test_what_is_received_while_past_mail_is_read_does_not_move_it(
    control: Control, mail: GraphMailbox, token: str
) -> None:
    many(control, range(150))
    until = SINCE + timedelta(minutes=149)
    first = mail.changes.received(token, BOX, SINCE, until)
    deliver(control, 999)
    second = mail.changes.received(token, BOX, SINCE, until, first.link)
    assert len({each.id for each in (*first.items, *second.items)}) == 150


def test_a_conversation_is_read_whole_wherever_its_messages_are(
    control: Control, mail: GraphMailbox, token: str
) -> None:
    first = deliver(control, 1)
    many(control, range(2, 130), "archive", "In-Reply-To: <1@adatum.example>")
    deliver(control, 200)
    conversation_id = str(mail.item(token, BOX, first["immutableId"]).conversation_id)
    changes = mail.changes
    found, pages = walked(
        changes.conversation(token, BOX, conversation_id),
        lambda link: changes.conversation(token, BOX, conversation_id, link),
    )
    assert {each.subject for each in found} == {f"Order {number}" for number in range(1, 130)} and pages == 2
    assert all(each.folder_id for each in found) and first["immutableId"] in {each.id for each in found}
    assert changes.conversation(token, BOX, "it's another").items == ()
