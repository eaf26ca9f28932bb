"""What a person can do with a save afterwards: undo it, move it to another record, retry it, follow it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.conftest import Control, Someone, mime
from tests.steps import ANA, SUPPORT, contact, item_of, reference, save_of


@pytest.fixture
def record(ana: Someone) -> dict[str, Any]:
    return contact(ana)


@pytest.fixture
def other(ana: Someone) -> dict[str, Any]:
    return contact(ana, "Other", "other@adatum.example")


@pytest.fixture
def in_support(control: Control) -> dict[str, Any]:
    return item_of(control.deliver(SUPPORT, mime()), SUPPORT)


@pytest.fixture
def saved(ben: Someone, record: Any, in_support: Any, work: Any) -> dict[str, Any]:
    """A save of ben's that is done."""
    [save] = ben.save(in_support, record)
    work()
    return save_of(ben, save)


def undo(person: Someone, save: dict[str, Any], **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = person("DELETE", f"/api/saves/{save['id']}", **more)
    return found


def move(person: Someone, save: dict[str, Any], record: dict[str, Any], **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = person("PATCH", f"/api/saves/{save['id']}", json={"record": reference(record)}, **more)
    return found


def retry(person: Someone, save: dict[str, Any], **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = person("POST", f"/api/saves/{save['id']}/retry", **more)
    return found


def categories(control: Control) -> list[str]:
    found: list[str] = control.messages(SUPPORT)[0]["categories"]
    return found


# Undo


def test_undo_takes_the_email_off_and_the_mark_too(
    ben: Someone, record: Any, saved: Any, control: Control, work: Any
) -> None:
    assert undo(ben, saved)["state"] == "undone"
    work()
    assert ben.emails(record) == []
    assert categories(control) == []


def test_an_undone_save_no_longer_shows_with_the_message(ben: Someone, saved: Any, in_support: Any) -> None:
    undo(ben, saved)
    assert ben.post("/api/context", {"item": in_support})["saves"] == []
    assert save_of(ben, saved)["state"] == "undone"


def test_undoing_twice_is_harmless(ben: Someone, saved: Any) -> None:
    assert undo(ben, saved)["state"] == undo(ben, saved)["state"] == "undone"


def test_undoing_by_many_at_once_is_harmless(ana: Someone, ben: Someone, record: Any, saved: Any) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: undo((ana, ben)[n % 2], saved), range(8)))
    assert {each["state"] for each in answers} == {"undone"}
    assert ben.emails(record) == []
    assert [each["what"] for each in ben.get("/api/activity")["activity"]].count("undone") <= 1


def test_what_was_undone_can_be_saved_again(ben: Someone, record: Any, saved: Any, in_support: Any, work: Any) -> None:
    undo(ben, saved)
    [again] = ben.save(in_support, record)
    work()
    assert again["id"] != saved["id"]
    assert len(ben.emails(record)) == 1


def test_undo_before_the_worker_came_saves_nothing(ben: Someone, record: Any, in_support: Any, work: Any) -> None:
    [save] = ben.save(in_support, record)
    undo(ben, save)
    work()
    assert ben.emails(record) == []
    assert save_of(ben, save)["state"] == "undone"


def test_undo_leaves_the_email_while_another_mailboxs_save_holds_it(
    ana: Someone, ben: Someone, record: Any, saved: Any, control: Control, work: Any
) -> None:
    [hers] = ana.save(item_of(control.deliver(ANA, mime())), record)
    work()
    undo(ben, saved)
    work()
    assert len(ana.emails(record)) == 1
    assert save_of(ana, hers)["state"] == "saved"
    undo(ana, hers)
    work()
    assert ana.emails(record) == []


def test_undo_of_one_record_leaves_the_other_and_the_mark(
    ben: Someone, record: Any, other: Any, in_support: Any, control: Control, work: Any
) -> None:
    first, _ = ben.save(in_support, record, other)
    work()
    undo(ben, first)
    work()
    assert (len(ben.emails(record)), len(ben.emails(other))) == (0, 1)
    assert categories(control) == ["Affix: Saved"]


def test_a_colleague_with_access_to_the_mailbox_may_undo(ana: Someone, ben: Someone, record: Any, saved: Any) -> None:
    assert undo(ana, saved)["state"] == "undone"
    assert ben.emails(record) == []


@pytest.mark.parametrize("name", ["mallory", "eve"])
def test_without_access_to_the_mailbox_there_is_no_such_save(
    someone: Any, record: Any, saved: Any, ben: Someone, name: str
) -> None:
    stranger = someone(name)
    for answer in (
        undo(stranger, saved, expect=404),
        retry(stranger, saved, expect=404),
        stranger("GET", f"/api/saves/{saved['id']}", expect=404),
        stranger("GET", f"/api/saves?mailbox={SUPPORT}", expect=404),
    ):
        assert answer["error"]["code"] == "not_found"
    assert len(ben.emails(record)) == 1


# Move


def test_a_move_takes_the_email_to_the_other_record(
    ben: Someone, record: Any, other: Any, saved: Any, work: Any
) -> None:
    assert move(ben, saved, other)["id"] == saved["id"]
    work()
    assert (len(ben.emails(record)), len(ben.emails(other))) == (0, 1)
    assert save_of(ben, saved)["record"]["name"] == "Other"


def test_a_move_onto_the_same_record_changes_nothing(ben: Someone, record: Any, saved: Any, work: Any) -> None:
    assert move(ben, saved, record)["state"] == "saved"
    work()
    assert len(ben.emails(record)) == 1


def test_a_move_onto_a_record_that_has_the_email_is_refused(
    ben: Someone, record: Any, other: Any, in_support: Any, work: Any
) -> None:
    first, _ = ben.save(in_support, record, other)
    work()
    assert move(ben, first, other, expect=409)["error"]["code"] == "already_saved_there"
    assert (len(ben.emails(record)), len(ben.emails(other))) == (1, 1)


def test_a_move_there_and_back_before_the_worker_came_keeps_the_email(
    ben: Someone, record: Any, other: Any, saved: Any, work: Any
) -> None:
    move(ben, saved, other)
    move(ben, saved, record)
    work()
    assert save_of(ben, saved)["state"] == "saved"
    assert (len(ben.emails(record)), len(ben.emails(other))) == (1, 0)


def test_undo_of_a_move_that_is_not_done_takes_the_email_off_the_old_record(
    ben: Someone, record: Any, other: Any, saved: Any, work: Any
) -> None:
    move(ben, saved, other)
    undo(ben, saved)
    work()
    assert (ben.emails(record), ben.emails(other)) == ([], [])


def test_a_move_leaves_the_old_email_to_another_mailboxs_save(
    ana: Someone, ben: Someone, record: Any, other: Any, saved: Any, control: Control, work: Any
) -> None:
    ana.save(item_of(control.deliver(ANA, mime())), record)
    work()
    move(ben, saved, other)
    work()
    assert (len(ben.emails(record)), len(ben.emails(other))) == (1, 1)


def test_a_move_of_an_undone_save_is_refused(ben: Someone, other: Any, saved: Any) -> None:
    undo(ben, saved)
    assert move(ben, saved, other, expect=409)["error"]["code"] == "undone"


def test_a_move_to_a_record_of_another_tenant_is_refused(ben: Someone, eve: Someone, record: Any, saved: Any) -> None:
    theirs = contact(eve, "Theirs", "theirs@adatum.example")
    assert move(ben, saved, theirs, expect=404)["error"]["code"] == "record_not_found"
    assert len(ben.emails(record)) == 1


# Retry


def test_a_message_that_was_deleted_before_the_save_says_so_and_can_be_retried_when_it_is_back(
    ben: Someone, record: Any, in_support: Any, control: Control, work: Any
) -> None:
    [save] = ben.save(in_support, record)
    control("DELETE", "messages", json={"mailbox": SUPPORT, "id": in_support["id"]})
    work()
    failed = save_of(ben, save)
    assert (failed["state"], failed["reasonCode"]) == ("failed", "message_gone")
    assert failed["reason"] and failed["action"]
    control.deliver(SUPPORT, mime(), folder="archive")
    assert retry(ben, save, expect=202)["state"] == "queued"
    work()
    assert save_of(ben, save)["state"] == "saved"
    assert len(ben.emails(record)) == 1


def test_saving_again_starts_a_failed_save_over(
    ben: Someone, record: Any, in_support: Any, control: Control, work: Any
) -> None:
    control("POST", "faults", json={"service": "graph", "path": "*/$value", "status": 403, "times": 1})
    [save] = ben.save(in_support, record)
    work()
    assert save_of(ben, save)["reasonCode"] == "access_lost"
    [again] = ben.save(in_support, record)
    assert (again["id"], again["state"]) == (save["id"], "queued")
    work()
    assert save_of(ben, save)["state"] == "saved"


def test_a_save_that_is_done_cannot_be_retried(ben: Someone, saved: Any) -> None:
    assert retry(ben, saved, expect=409)["error"]["code"] == "nothing_to_retry"


def test_a_colleague_with_access_may_retry_in_their_own_name(
    ana: Someone, ben: Someone, record: Any, in_support: Any, control: Control, work: Any
) -> None:
    [save] = ben.save(in_support, record)
    control("POST", "world", json={"rights": {"person": "ben", "mailbox": SUPPORT, "right": "none"}})
    work()
    assert save_of(ben, save)["reasonCode"] == "access_lost"
    ana.post("/api/context", {"item": in_support})
    retry(ana, save, expect=202)
    work()
    assert save_of(ana, save)["state"] == "saved"
    assert ana.emails(record)[0]["savedBy"] == ANA


# Follow


def test_saves_are_listed_newest_first_in_pages(ben: Someone, record: Any, control: Control, work: Any) -> None:
    ids = [ben.save(item_of(control.deliver(SUPPORT, mime(body=str(n))), SUPPORT), record)[0]["id"] for n in range(5)]
    seen: list[str] = []
    cursor = ""
    for _ in range(3):
        page = ben.get(f"/api/saves?limit=2{cursor}")
        seen += [each["id"] for each in page["saves"]]
        cursor = f"&cursor={page['next']}"
    assert seen == ids[::-1]
    assert page["next"] is None


def test_saves_of_a_shared_mailbox_are_seen_by_its_members(ana: Someone, ben: Someone, saved: Any) -> None:
    ana.get("/api/me")
    assert ana.get("/api/saves")["saves"] == []
    ana("GET", f"/api/saves?mailbox={SUPPORT}", expect=404)  # nothing has proven yet that she may read it


def test_members_see_the_saves_of_their_shared_mailbox(
    ana: Someone, saved: Any, in_support: Any, control: Control
) -> None:
    ana.post("/api/context", {"item": in_support})
    [seen] = ana.get(f"/api/saves?mailbox={SUPPORT}&state=saved")["saves"]
    assert seen["id"] == saved["id"]
    assert ana.get(f"/api/saves?mailbox={SUPPORT}&state=failed")["saves"] == []
    for name in ("%3C1%40adatum.example%3E", saved["message"]["id"]):
        assert len(ana.get(f"/api/saves?mailbox={SUPPORT}&message={name}")["saves"]) == 1
    assert ana.get(f"/api/saves?mailbox={SUPPORT}&message=another")["saves"] == []


def test_activity_tells_what_happened(ben: Someone, saved: Any) -> None:
    undo(ben, saved)
    assert [each["what"] for each in ben.get("/api/activity")["activity"]] == ["undone", "saved"]
