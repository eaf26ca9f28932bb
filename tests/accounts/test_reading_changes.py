"""A program changes an account's mail: flags, labels, folders, one message or many, into the trash or for good."""

import base64
from typing import Any

import pytest

from server.services import Services
from tests.accounts.guide import connected
from tests.accounts.reading_steps import PATH, SUPPORT, deliver, deliver_many, page, query, refused, subjects
from tests.conftest import Control, Someone, mime
from tests.simulator.faults import Fault
from tests.simulator.mailbox import Item
from tests.simulator.world import World

SEEN, FLAGGED = "\\Seen", "\\Flagged"


@pytest.fixture
def support(program: Someone, control: Control) -> Someone:
    connected(program, control, "support", "ben@contoso.example", SUPPORT)
    return program


def there(world: World) -> dict[str, list[Item]]:
    """Messages of the mailbox by the well-known name or path of their folder."""
    box = world.mailbox(SUPPORT)
    assert box is not None
    found: dict[str, list[Item]] = {}
    for item in box.items.values():
        found.setdefault(box.path_of(item.folder), []).append(item)
    return found


def test_flags_are_added_taken_away_and_set(support: Someone, world: World) -> None:
    path = f"{PATH}/message/{deliver(world)}"
    for change, flags in (
        ({"add": [SEEN, FLAGGED]}, [SEEN, FLAGGED]),
        ({"delete": [SEEN]}, [FLAGGED]),
        ({"set": [SEEN]}, [SEEN]),
        ({"set": ["\\Draft"]}, []),
        ({"add": []}, []),
    ):
        assert support("PUT", path, {"flags": change})["flags"][next(iter(change))] is True
        shown = support.get(path)
        assert (shown["flags"], shown["unseen"], shown["flagged"]) == (flags, SEEN not in flags, FLAGGED in flags)
    [item] = there(world)["inbox"]
    item.properties["Integer 0x1081"] = "103"  # somebody answers it to all
    answered = page(support)["messages"][0]["flags"]
    assert answered == ["\\Answered"]
    support("PUT", path, {"flags": {"set": answered}})
    del item.properties["Integer 0x1081"]
    assert support.get(f"{path}?markAsSeen=true")["flags"] == [SEEN]
    for wrong in ({"add": ["\\Answered"]}, {"set": ["$label"]}, {"add": ["\\Draft"]}):
        assert refused(support, 400, "PUT", path.removeprefix(PATH), {"flags": wrong}) == "InvalidFlag"
    for nothing in ({}, {"flags": {}}, {"flags": None}):
        refused(support, 400, "PUT", path.removeprefix(PATH), nothing)


def test_labels_are_merged_with_those_of_others(support: Someone, world: World) -> None:
    path = f"{PATH}/message/{deliver(world)}"
    [item] = there(world)["inbox"]
    item.categories = ["Red", "Blue"]
    support("PUT", path, {"labels": {"add": ["Order", "red"], "delete": ["BLUE"]}})
    assert item.categories == ["Red", "Order"]
    support("PUT", path, {"labels": {"set": ["Ünïcode 'x'"]}, "flags": {"add": [SEEN]}})
    assert item.categories == ["Ünïcode 'x'"] and item.is_read
    assert support.get(path)["labels"] == ["Ünïcode 'x'"]
    assert refused(support, 400, "PUT", path.removeprefix(PATH), {"labels": {"add": [" "]}}) == "InvalidLabel"


def test_a_message_is_moved_and_keeps_its_id(support: Someone, world: World) -> None:
    message = deliver(world)
    made = support.post(f"{PATH}/mailbox", {"path": "Orders/2026"}, expect=200)
    assert made["created"] is True and support.post(f"{PATH}/mailbox", {"path": "orders/2026"})["created"] is False
    moved = support("PUT", f"{PATH}/message/{message}/move", {"path": "Orders/2026"})
    assert moved == {"path": "Orders/2026", "id": message, "uid": None}
    assert support.get(f"{PATH}/message/{message}")["path"] == "Orders/2026"
    for path in ("\\Junk", made["mailboxId"], "inbox"):
        support("PUT", f"{PATH}/message/{message}/move", {"path": path})
    assert subjects(page(support)) == ["Order 1"]
    for wrong, status in (("Nowhere", 404), ("\\All", 400), ("", 400)):
        refused(support, status, "PUT", f"/message/{message}/move", {"path": wrong})


def test_a_message_goes_to_the_trash_and_only_by_force_for_good(support: Someone, world: World) -> None:
    message = deliver(world)
    for _ in range(2):  # whoever lost the first answer may repeat it
        gone = support("DELETE", f"{PATH}/message/{message}")
        assert gone == {"deleted": False, "moved": {"destination": "Deleted Items", "message": message}}
    assert subjects(page(support, "\\Trash")) == ["Order 1"]
    assert support("DELETE", f"{PATH}/message/{message}?force=true")["deleted"] is True
    assert refused(support, 404, "DELETE", f"/message/{message}?force=true") == "MessageNotFound"
    assert refused(support, 404, "DELETE", f"/message/{message}") == "MessageNotFound"
    assert there(world) == {}


def test_folders_are_made_renamed_and_deleted(support: Someone, world: World) -> None:
    assert support.post(f"{PATH}/mailbox", {"path": ["INBOX", "A/B", "C"]})["path"] == "INBOX/A%2FB/C"
    deliver(world, 1, "inbox/A%2FB")
    renamed = support("PUT", f"{PATH}/mailbox", {"path": "INBOX/A%2FB", "newPath": "INBOX/Größe 'x'"})
    assert renamed["newPath"] == "INBOX/Größe 'x'"
    assert "INBOX/Größe 'x'/C" in [each["path"] for each in support.get(f"{PATH}/mailboxes")["mailboxes"]]
    support.post(f"{PATH}/mailbox", {"path": "INBOX/Taken"})
    taken = {"path": "INBOX/Größe 'x'", "newPath": "INBOX/Taken"}
    assert refused(support, 409, "PUT", "/mailbox", taken) == "AlreadyExists"
    for wrong in ({"path": "INBOX", "newPath": "Eingang"}, {"path": "INBOX/Taken", "newPath": "Elsewhere/Taken"}):
        assert refused(support, 400, "PUT", "/mailbox", wrong) == "InvalidPath"
    support("DELETE", f"{PATH}/mailbox?{query(path='INBOX/Taken')}")
    paths = [each["path"] for each in support.get(f"{PATH}/mailboxes")["mailboxes"]]
    assert "INBOX/Taken" not in paths and "Deleted Items/Taken" in paths
    assert refused(support, 400, "DELETE", f"/mailbox?{query(path=chr(92) + 'Trash')}") == "InvalidPath"
    assert refused(support, 404, "DELETE", "/mailbox?path=INBOX%2FTaken") == "FolderNotFound"
    for odd in ("/", "a//b", "x" * 256, "a/" * 30 + "b"):
        assert refused(support, 400, "POST", "/mailbox", {"path": odd}) == "InvalidPath"


def test_many_messages_are_changed_moved_and_deleted_by_a_search(support: Someone, world: World) -> None:
    ids = deliver_many(world, 45)
    other = deliver(world, 99, "archive")
    body: dict[str, Any] = {"search": {"unseen": True}, "update": {"flags": {"add": [SEEN]}, "labels": {"add": ["A"]}}}
    done = support("PUT", f"{PATH}/messages?path=INBOX", body)
    assert (len(done["emailIds"]), done["failed"], done["more"]) == (45, [], False)
    assert all(item.is_read and item.categories == ["A"] for item in there(world)["inbox"])
    assert [item.is_read for item in there(world)["archive"]] == [False]
    moved = support("PUT", f"{PATH}/messages/move?path=INBOX", {"search": {"subject": "Order 1"}, "path": "\\Archive"})
    assert moved["path"] == "Archive" and len(moved["emailIds"]) == 11
    assert all(before == now for before, now in moved["idMap"])
    gone = support("PUT", f"{PATH}/messages/delete?path=INBOX", {"search": {"body": "offer"}})
    assert (gone["deleted"], gone["moved"]["destination"]) == (False, "Deleted Items")
    assert {name: len(items) for name, items in there(world).items()} == {"archive": 12, "deleteditems": 34}
    named = {"search": {"emailIds": [other, ids[1]]}}
    assert len(support("PUT", f"{PATH}/messages/delete?path=Archive&force=true", named)["emailIds"]) == 2
    emptied = support("PUT", f"{PATH}/messages/delete?path=%5CTrash&force=true", {"search": {}})
    assert emptied["deleted"] is True and {name: len(items) for name, items in there(world).items()} == {"archive": 10}


def test_a_whole_mailbox_is_never_changed_by_a_search_for_nothing(support: Someone, world: World) -> None:
    deliver(world)
    for method, body in (("delete", {}), ("move", {"path": "\\Trash"})):
        wrong = f"/messages/{method}?{query(path=chr(92) + 'All')}"
        assert refused(support, 400, "PUT", wrong, {"search": {}, **body}) == "InvalidPath"
        refused(support, 400, "PUT", f"/messages/{method}", {"search": {}, **body})
        refused(support, 400, "PUT", f"/messages/{method}?path=INBOX", body)
    assert list(there(world)) == ["inbox"]


def test_at_most_a_thousand_are_changed_and_that_there_are_more_is_told(
    support: Someone, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.accounts.reading.bulk.MOST", 25)
    deliver_many(world, 30)
    path, left = f"{PATH}/messages/delete?path=INBOX", []
    for _ in range(2):
        done = support("PUT", path, {"search": {"subject": "Order"}})
        left.append((len(done["emailIds"] or done["moved"]["emailIds"]), done["more"]))
    assert left == [(25, True), (5, False)]


def test_what_others_change_meanwhile_is_merged_and_what_is_gone_is_told(
    support: Someone, services: Services, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver_many(world, 6)
    items = there(world)["inbox"]
    box = world.mailbox(SUPPORT)
    assert box is not None
    run = services.mail.reading.batches.run

    def meanwhile(*args: Any) -> Any:
        with world.lock:
            items[0].categories = ["Theirs"]
            box.change(items[0], world.now())
            box.remove(items[1])
        return run(*args)

    monkeypatch.setattr(services.mail.reading.batches, "run", meanwhile)
    body = {"search": {}, "update": {"labels": {"add": ["Ours"]}}}
    done = support("PUT", f"{PATH}/messages?path=INBOX", body)
    assert items[0].categories == ["Theirs", "Ours"] and all(each.categories == ["Ours"] for each in items[2:])
    [failure] = done["failed"]
    assert failure["code"] == "MessageNotFound" and len(done["emailIds"]) == 5


def test_a_refused_token_is_renewed_in_the_middle_and_nothing_is_done_twice(support: Someone, world: World) -> None:
    deliver_many(world, 45)
    refusing = Fault(service="graph", method="POST", path="*permanentDelete", status=401, times=1)
    deleted = f"{PATH}/messages/delete?path=INBOX&force=true"
    world.faults.order(refusing)
    done = support("PUT", deleted, {"search": {}})
    assert (len(done["emailIds"]), done["failed"], there(world)) == (45, [], {})


def test_a_message_is_put_into_a_folder_where_it_is_a_draft(support: Someone, world: World) -> None:
    raw = mime(subject="Imported", message_id="<imported@adatum.example>", body="ä" * 100_000)
    given = {"path": "\\Archive", "raw": base64.b64encode(raw).decode(), "flags": ["\\Flagged"]}
    made = support.post(f"{PATH}/message", given, expect=200)
    assert (made["path"], made["messageId"], made["draft"]) == ("Archive", "<imported@adatum.example>", True)
    shown = support.get(f"{PATH}/message/{made['id']}?textType=plain")
    assert (shown["subject"], shown["flags"]) == ("Imported", ["\\Flagged", "\\Draft"])
    assert shown["text"]["plain"].count("ä") == 100_000
    written = {
        "path": "\\Drafts",
        "to": [{"name": 'Größe, "x"', "address": "purchasing@adatum.example"}],
        "bcc": [{"address": "sales@contoso.example"}],
        "subject": "Über uns",
        "text": "Plain ü",
        "html": "<p>Rich ü</p>",
    }
    found = support.get(f"{PATH}/message/{support.post(f'{PATH}/message', written)['id']}?textType=*")
    assert found["from"]["address"] == SUPPORT and found["to"][0] == {**written["to"][0]}
    assert (found["subject"], found["bcc"][0]["address"]) == ("Über uns", "sales@contoso.example")
    assert "Rich ü" in found["text"]["html"] and found["draft"] is True


UNFIT: list[tuple[dict[str, Any], int, str]] = [
    ({"path": "Nowhere", "subject": "x"}, 404, "FolderNotFound"),
    ({"path": "INBOX", "raw": "no base64!"}, 400, "invalid_base64"),
    ({"path": "INBOX", "raw": base64.b64encode(b"x" * 3_500_000).decode()}, 400, "TooLarge"),
    ({"path": "INBOX", "html": "x" * 3_500_000}, 400, "too_long"),
    ({"path": "INBOX", "subject": "a\r\nBcc: all@adatum.example"}, 400, "InvalidMessage"),
    ({"path": "INBOX", "to": [{"address": "a\nb@x.example"}], "text": ""}, 400, "InvalidMessage"),
    ({"path": "INBOX", "subject": "x", "flags": ["\\Recent"]}, 400, "InvalidFlag"),
    ({"path": "INBOX"}, 400, "invalid_request"),
]


def test_what_cannot_be_put_into_a_folder_is_refused(support: Someone, world: World) -> None:
    for given, status, code in UNFIT:
        assert refused(support, status, "POST", "/message", given) == code, code
    assert there(world) == {}
