"""What other services of this kind get wrong in reading mail, each as a requirement under its number."""

import threading
from email.utils import formatdate
from typing import Any

import pytest

from server.services import Services
from tests.accounts.guide import connected
from tests.accounts.reading_steps import PATH, SUPPORT, deliver, deliver_many, page, query, subjects
from tests.conftest import Control, Someone
from tests.simulator.faults import Fault
from tests.simulator.world import World

FOLDERS = "/mailFolders"


@pytest.fixture
def support(program: Someone, control: Control, services: Services) -> Someone:
    connected(program, control, "support", "ben@contoso.example", SUPPORT)
    return program


def peak(control: Control) -> int:
    """How many requests were at the mailbox at the same time, and that none of them was one too many."""
    [found] = [each for each in control("GET", "requests")["peaks"] if each["mailbox"] == SUPPORT]
    assert found["throttled"] == 0
    return int(found["concurrent"])


def test_requirement_09_many_messages_go_by_batches_with_never_more_than_four_at_once(
    support: Someone, control: Control, world: World
) -> None:
    ids = deliver_many(world, 120)
    control("DELETE", "requests")
    world.limits.latency = (0.002, 0.004)
    answers: list[int] = []

    def read() -> None:
        for _ in range(3):
            answers.append(support.raw("GET", f"{PATH}/messages?path=INBOX&pageSize=5").status_code)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for each in readers:
        each.start()
    done = support("PUT", f"{PATH}/messages?path=INBOX", {"search": {}, "update": {"flags": {"add": ["\\Seen"]}}})
    for each in readers:
        each.join()
    assert (sorted(done["emailIds"]), done["failed"], set(answers)) == (sorted(ids), [], {200})
    changes = [each for each in control.requests("graph") if each["method"] == "PATCH"]
    assert [(each["batched"], each["count"]) for each in changes] == [(True, 120)]  # each once
    assert sum(each["count"] for each in control.requests("graph") if each["route"] == "/$batch") == 6
    assert 1 < peak(control) <= 4


TROUBLES = [
    Fault(status=429, headers={"Retry-After": "0"}),
    Fault(status=503, headers={"Retry-After": formatdate(usegmt=True)}),  # the other form, and a moment that is over
    Fault(status=500),
    Fault(status=502),
    Fault(status=504),
    Fault(cut=True),
    Fault(cut=True, after=True),  # it was done, and nobody heard of it
]
FIRST = {"add": ["\\Seen"]}


def test_requirement_10_refusals_and_broken_lines_are_tried_again_also_for_changes(
    support: Someone, services: Services, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = deliver(world)
    waits: list[float] = []
    for each in (services.mail.reading, services.mail.reading.batches):
        monkeypatch.setattr(each, "sleep", waits.append)
    for trouble in TROUBLES:
        for method, path, body, asked in (
            ("GET", "/messages?path=INBOX", None, "GET"),
            ("GET", f"/message/{message}", None, "GET"),
            ("GET", f"/message/{message}/source", None, "GET"),
            ("PUT", f"/message/{message}", {"flags": FIRST}, "PATCH"),
            ("PUT", f"/message/{message}/move", {"path": "INBOX"}, "POST"),
            ("PUT", "/messages?path=INBOX", {"search": {}, "update": {"flags": FIRST}}, "PATCH"),  # a part of a batch
        ):
            spent = len(waits)
            world.faults.order(Fault("graph", asked, "*/messages*", times=1, **_how(trouble)))
            answer = support.raw(method, PATH + path, json=body)
            assert (answer.status_code, len(answer.data) > 0) == (200, True), (trouble, method, path, answer.text)
            assert len(waits) == spent + 1 and waits[-1] <= 1, (trouble, path)
    assert world.faults.waiting() == []


def _how(trouble: Fault) -> dict[str, Any]:
    return {"status": trouble.status, "headers": trouble.headers, "cut": trouble.cut, "after": trouble.after}


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_requirement_10_who_waits_for_the_answer_is_told_when_to_come_again(
    support: Someone, services: Services, world: World, form: str
) -> None:
    """A wait that is longer than a person's patience is the caller's. Meanwhile nothing is sent there."""
    deliver(world)
    header = {"seconds": "120", "date": formatdate(world.time() + 120, usegmt=True)}[form]
    world.faults.order(Fault("graph", path="*/messages", status=429, headers={"Retry-After": header}, times=1))
    for _ in range(2):
        answer = support.raw("GET", f"{PATH}/messages?path=INBOX")
        assert answer.status_code == 503 and answer.get_json()["error"]["code"] == "Busy"
        assert 110 <= int(answer.headers["Retry-After"]) <= 120


def test_requirement_10_what_can_be_done_only_once_is_not_repeated(
    support: Someone, services: Services, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To delete for good twice is once; whose answer was lost is not told as missing."""
    monkeypatch.setattr(services.mail.reading, "sleep", lambda seconds: None)
    for path, body in ((f"/message/{deliver(world)}?force=true", None), ("/messages/delete?path=INBOX&force=true", {})):
        deliver(world, 2)
        world.faults.order(Fault("graph", path="*permanentDelete", cut=True, after=True, times=1))
        done = support("PUT" if body is not None else "DELETE", PATH + path, None if body is None else {"search": {}})
        assert done["deleted"] is True and not done.get("failed")


def test_requirement_13_the_folders_are_read_once_for_a_job(support: Someone, control: Control, world: World) -> None:
    deliver_many(world, 60, "inbox/Orders")
    control("DELETE", "requests")
    cursor, seen = "", 0
    while cursor is not None:
        found = page(support, "INBOX/Orders", pageSize=10, **({"cursor": cursor} if cursor else {}))
        seen, cursor = seen + len(found["messages"]), found["nextPageCursor"]
    support("PUT", f"{PATH}/messages/move?path=INBOX%2FOrders", {"search": {}, "path": "\\Archive"})
    for each in page(support, "\\All", pageSize=5)["messages"]:
        assert support.get(f"{PATH}/message/{each['id']}")["path"] == "Archive"
    requests = control.requests("graph")
    assert seen == 60
    assert sum(each["count"] for each in requests if each["route"].endswith("/mailFolders/delta")) == 1
    assert (
        sum(each["count"] for each in requests if each["route"].endswith("/mailFolders/{id}")) == 6
    )  # one of each use
    assert sum(each["count"] for each in requests if each["route"].endswith("/messages")) == 6 + 1 + 1


def test_requirement_13_a_page_of_the_inbox_is_one_request(support: Someone, control: Control, world: World) -> None:
    deliver_many(world, 30)
    control("DELETE", "requests")
    assert len(page(support, pageSize=250)["messages"]) == 30
    assert [(each["route"], each["count"]) for each in control.requests("graph")] == [
        ("/users/{id}/mailFolders/{id}/messages", 1)
    ]


def test_requirement_13_a_folder_that_others_make_or_delete_is_known_at_once(support: Someone, world: World) -> None:
    assert page(support, "\\Archive")["messages"] == []
    deliver(world, 1, "inbox/New")
    assert subjects(page(support, "INBOX/New")) == ["Order 1"]
    box = world.mailbox(SUPPORT)
    assert box is not None
    box.remove_folder(box.folder_at("inbox/New"))
    answer = support("GET", f"{PATH}/messages?{query(path='INBOX/New')}", expect=404)
    assert answer["error"]["code"] == "FolderNotFound"


def test_requirement_14_folders_are_told_by_graphs_names_and_never_by_those_people_see(
    support: Someone, world: World
) -> None:
    box = world.mailbox(SUPPORT)
    assert box is not None
    names = {"inbox": "Sent Items", "sentitems": "Inbox", "deleteditems": "Papierkorb"}
    for well_known, shown in names.items():
        box.folder_at(well_known).name = shown
    message = deliver(world)
    deliver(world, 2, "sentitems")
    assert subjects(page(support, "INBOX")) == subjects(page(support, "\\Inbox")) == ["Order 1"]
    assert subjects(page(support, "\\Sent")) == ["Order 2"]
    moved = support("DELETE", f"{PATH}/message/{message}")
    assert moved["moved"]["destination"] == "Papierkorb"
    assert [item.folder.well_known for item in box.items.values()] == ["deleteditems", "sentitems"]
    uses = {each["specialUse"]: each["name"] for each in support.get(f"{PATH}/mailboxes")["mailboxes"]}
    assert (uses["\\Inbox"], uses["\\Sent"], uses["\\Trash"]) == ("Sent Items", "Inbox", "Papierkorb")


def test_every_request_asks_for_ids_that_outlive_a_move(
    support: Someone, services: Services, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also each part of a batch."""
    asked: list[tuple[str, str]] = []
    send = services.mail.requests.http.request

    def noted(method: str, url: str, **options: Any) -> Any:
        if "/$batch" in url:
            asked.extend((each["url"], each["headers"].get("Prefer", "")) for each in options["json"]["requests"])
        elif "graph.microsoft.com" in url:
            asked.append((url, options["headers"].get("Prefer", "")))
        return send(method, url, **options)

    monkeypatch.setattr(services.mail.requests.http, "request", noted)
    message = deliver(world, headers="References: <0@adatum.example>")
    shown = support.get(f"{PATH}/message/{message}?textType=*")
    for method, path, body in (
        ("GET", "/mailboxes", None),
        ("GET", "/messages?path=%5CAll&pageSize=1", None),
        ("POST", "/search", {"search": {"body": "offer"}}),
        ("GET", f"/message/{message}/source", None),
        ("GET", f"/text/{shown['text']['id']}", None),
        ("PUT", f"/message/{message}", {"flags": FIRST, "labels": {"add": ["A"]}}),
        ("PUT", f"/message/{message}/move", {"path": "\\Archive"}),
        ("PUT", "/messages/move?path=%5CAll", {"search": {"seen": True}, "path": "INBOX"}),
        ("POST", "/message", {"path": "\\Drafts", "subject": "x"}),
        ("DELETE", f"/message/{message}", None),
        ("DELETE", f"/message/{message}?force=true", None),
    ):
        support(method, PATH + path, body)
    assert len(asked) > 20 and [url for url, prefer in asked if 'IdType="ImmutableId"' not in prefer] == []
