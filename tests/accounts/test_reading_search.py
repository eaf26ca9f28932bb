"""A program searches: by conditions, by words, and never by less than it asked for."""

from typing import Any

import pytest

from tests.accounts.guide import connected
from tests.accounts.reading_steps import PATH, SUPPORT, deliver, deliver_many, found_by, page, query, refused
from tests.conftest import Control, Someone
from tests.simulator.world import World


@pytest.fixture
def support(program: Someone, control: Control) -> Someone:
    connected(program, control, "support", "ben@contoso.example", SUPPORT)
    return program


def numbers(found: list[str]) -> list[int]:
    return sorted(int(each.split()[-1]) for each in found)


FILTERS: list[tuple[dict[str, Any], list[int]]] = [
    ({"from": "PURCHASING@adatum.example"}, [0, 1, 2, 3, 4]),
    ({"from": "sales@adatum.example"}, [5]),
    ({"subject": "der 3"}, [3]),
    ({"subject": "it's"}, []),
    ({"since": "2026-11-16T09:04:00Z"}, [4, 5]),
    ({"before": "2026-11-16T10:01:00+01:00"}, [0]),
    ({"since": "2026-11-16", "before": "2026-11-17", "subject": "Order"}, [0, 1, 2, 3, 4, 5]),
    ({"before": "2026-11-16"}, []),
    ({"sentSince": "2026-11-16T09:00:00Z", "sentBefore": "2026-11-16T09:00:01Z"}, [0, 1, 2, 3, 4, 5]),
    ({"unseen": True}, [0, 1, 2, 3, 4]),
    ({"unseen": False}, [5]),
    ({"seen": True, "flagged": True}, [5]),
    ({"flagged": False, "from": "sales@adatum.example"}, []),
    ({"draft": True}, []),
    ({"header": {"Message-ID": "<2@adatum.example>"}}, [2]),
    ({"header": {"message-id": "<2@adatum.example>' or subject ne '"}}, []),
    ({"from": "x' or isRead eq true or 'a@b.example"}, []),
    ({"subject": "') or contains(subject,'Order"}, []),
    ({"subject": "Order&$filter=isRead eq true#"}, []),
    ({}, [0, 1, 2, 3, 4, 5]),
]
WORDS: list[tuple[dict[str, Any], list[int]]] = [
    ({"from": "sales"}, [5]),
    ({"from": "Purchasing", "subject": "order 4"}, [4]),
    ({"to": "support@contoso.example", "subject": "5"}, [5]),
    ({"cc": "audit@adatum.example"}, [5]),
    ({"bcc": "nobody@adatum.example"}, []),
    ({"body": "an urgent offer"}, [5]),
    ({"body": "offer urgent"}, []),
    ({"body": "offer", "since": "2026-11-16T09:03:00Z", "before": "2026-11-16T09:04:00Z"}, [3]),
    ({"body": "offer", "sentBefore": "2026-11-16T09:00:00Z"}, []),
    ({"body": 'offer" OR subject:"Order'}, []),
    ({"body": "offer\\"}, [0, 1, 2, 3, 4, 5]),
    ({"body": "nothing) OR (offer"}, []),
    ({"body": "offer NOT urgent"}, []),
    ({"to": "NOT support"}, []),
]


def test_a_search_finds_what_all_its_conditions_hold_for(support: Someone, world: World) -> None:
    deliver_many(world, 5)
    deliver(
        world,
        5,
        "inbox/Orders",
        sender="sales@adatum.example",
        headers="Cc: audit@adatum.example",
        body="Please send us an urgent offer.",
    )
    box = world.mailbox(SUPPORT)
    assert box is not None
    [marked] = [each for each in box.items.values() if each.subject == "Order 5"]
    marked.is_read, marked.flag = True, "flagged"
    for search, expected in [*FILTERS, *WORDS]:
        assert numbers(found_by(support, search)) == expected, search
    assert numbers(found_by(support, {"body": "offer"}, path="INBOX/Orders")) == [5]
    assert numbers(found_by(support, {"seen": True}, path="INBOX")) == []


def test_messages_are_found_by_their_ids_and_their_conversation(support: Someone, world: World) -> None:
    ids = deliver_many(world, 3)
    deliver(world, 3, "archive", headers="In-Reply-To: <0@adatum.example>", subject="RE: Order 3")
    found = support.post(f"{PATH}/search", {"search": {"emailIds": [ids[2], ids[0], ids[0]]}})
    assert [each["id"] for each in found["messages"]] == [ids[2], ids[0]] and found["total"] == 2
    assert numbers(found_by(support, {"emailId": ids[1]}, path="\\Archive")) == []
    thread = found["messages"][1]["threadId"]
    assert numbers(found_by(support, {"threadId": thread})) == [0, 3]
    assert found_by(support, {"threadId": "x'"}) == []
    assert refused(support, 400, "POST", "/search", {"search": {"emailId": "../me"}}) == "InvalidId"
    assert (
        refused(support, 400, "POST", "/search", {"search": {"emailId": ids[0], "unseen": True}}) == "SearchNotPossible"
    )


@pytest.mark.parametrize("search", [{"subject": "Order"}, {"body": "offer"}])
def test_a_search_goes_on_by_its_cursors(support: Someone, world: World, search: dict[str, Any]) -> None:
    deliver_many(world, 7)
    found: list[str] = []
    cursor = ""
    for _ in range(4):
        answer = support.post(
            f"{PATH}/search?{query(pageSize=2, **({'cursor': cursor} if cursor else {}))}", {"search": search}
        )
        found += [each["subject"] for each in answer["messages"]]
        cursor = answer["nextPageCursor"]
    assert numbers(found) == list(range(7)) and cursor is None
    assert answer["page"] == 3 and answer["total"] == (None if "body" in search else 7)


IMPOSSIBLE: list[tuple[dict[str, Any], str]] = [
    ({"body": "offer", "unseen": True}, "unseen or seen"),
    ({"to": SUPPORT, "flagged": True}, "flagged"),
    ({"from": "sales", "header": {"message-id": "<1@x>"}}, "header"),
    ({"cc": "a", "threadId": "x"}, "threadId"),
    ({"body": '"()"'}, "no words"),
    ({"answered": True}, "answered"),
    ({"larger": 5}, "larger"),
    ({"unread": True}, "unread"),
    ({"seen": True, "unseen": True}, "seen or unseen"),
    ({"header": {"x-spam": "1"}}, "Message-ID"),
    ({"since": "yesterday"}, "since"),
    ({"since": "2026-11-16T09:00:00"}, "since"),
    ({"subject": " "}, "subject"),
    ({"subject": "a\0b"}, "subject"),
]


def test_what_cannot_be_searched_for_is_refused_with_the_reason(support: Someone, control: Control) -> None:
    before = control.count("graph")
    for search, reason in IMPOSSIBLE:
        answer = support("POST", f"{PATH}/search", {"search": search}, expect=400)
        assert reason in str(answer["error"]), search
        assert support("PUT", f"{PATH}/messages/delete?path=INBOX", {"search": search}, expect=400)
    assert control.count("graph") == before


def test_a_search_by_words_has_no_numbered_pages(support: Someone) -> None:
    assert refused(support, 400, "POST", "/search?page=1", {"search": {"body": "offer"}}) == "InvalidCursor"
    assert page(support)["messages"] == []
