"""Favourites and recents belong to the mailbox, preferences to the person."""

from typing import Any

import pytest

from tests.conftest import Control, Someone, mime
from tests.steps import ANA, SALES, SUPPORT, contact, context, item_of, reference

Record = dict[str, Any]


def opened(person: Someone, control: Control, owner: str = SUPPORT, message_id: str = "<1@adatum.example>") -> Record:
    """The item of a new message that the person has open, with its context."""
    item = item_of(control.deliver(owner, mime(message_id=message_id)), owner)
    return {"item": item, **context(person, item)}


def favorite(mailbox: Record, record: Record) -> str:
    return f"/api/mailboxes/{mailbox['id']}/favorites/{record['destination']}/{record['type']}/{record['id']}"


def names(records: list[Record]) -> list[str]:
    return [each["name"] for each in records]


@pytest.fixture
def mailbox(ana: Someone, ben: Someone, control: Control) -> Record:
    """The shared mailbox that both were proven to read."""
    opened(ana, control)
    found: Record = opened(ben, control)["mailbox"]
    return found


def test_a_favourite_of_one_is_at_hand_for_the_whole_team(
    ana: Someone, ben: Someone, mailbox: Record, control: Control
) -> None:
    record = contact(ben)
    ben("PUT", favorite(mailbox, record))
    [shown] = opened(ana, control, message_id="<2@adatum.example>")["favorites"]
    assert reference(shown) == reference(record)
    assert (shown["name"], shown["address"]) == (record["name"], record["address"])
    assert shown["addedBy"]["name"] == "Ben"
    assert shown["addedAt"].endswith("Z")
    assert opened(ana, control, ANA)["favorites"] == []
    assert ana("DELETE", favorite(mailbox, record)) == {"favorites": []}
    assert ben.get(f"/api/mailboxes/{mailbox['id']}/records")["favorites"] == []


def test_adding_again_changes_nothing_but_the_name(ana: Someone, ben: Someone, mailbox: Record) -> None:
    record = contact(ben)
    [first] = ben("PUT", favorite(mailbox, record))["favorites"]
    assert ana("PUT", favorite(mailbox, record))["favorites"] == [first]


def test_who_may_not_read_the_mailbox_finds_no_favourites(ben: Someone, mallory: Someone, mailbox: Record) -> None:
    record = contact(ben)
    for method, path in (
        ("PUT", favorite(mailbox, record)),
        ("DELETE", favorite(mailbox, record)),
        ("GET", f"/api/mailboxes/{mailbox['id']}/records"),
    ):
        assert mallory(method, path, expect=404)["error"]["code"] == "not_found"
    mallory("PATCH", f"/api/mailboxes/{mailbox['id']}", json={"attachments": "none"}, expect=404)


def test_only_records_that_are_there_become_favourites(ben: Someone, mailbox: Record) -> None:
    record = contact(ben)
    gone = ben("PUT", favorite(mailbox, {**record, "id": mailbox["id"]}), expect=404)["error"]
    assert (gone["code"], gone["message"]) == ("record_not_found", "This record does not exist.")
    assert ben("PUT", favorite(mailbox, {**record, "destination": "crm"}), expect=400)["error"]["code"] == (
        "unknown_destination"
    )


def test_fifty_are_enough(ben: Someone, mailbox: Record) -> None:
    records = [contact(ben, f"Person {number:02}", f"p{number}@adatum.example") for number in range(51)]
    for each in records[:50]:
        ben("PUT", favorite(mailbox, each))
    assert ben("PUT", favorite(mailbox, records[50]), expect=409)["error"]["code"] == "too_many_favorites"
    assert len(ben("PUT", favorite(mailbox, records[7]))["favorites"]) == 50
    assert len(ben("DELETE", favorite(mailbox, records[7]))["favorites"]) == 49
    assert names(ben("PUT", favorite(mailbox, records[50]))["favorites"])[-1] == "Person 50"


def test_recents_are_the_latest_records_saved_from_this_mailbox_each_once(
    ana: Someone, ben: Someone, control: Control, work: Any
) -> None:
    first, second, third = (contact(ben, name, f"{name}@adatum.example") for name in ("one", "two", "three"))
    mail = [opened(ben, control, message_id=f"<{number}@adatum.example>")["item"] for number in range(3)]
    ben.save(mail[0], first)
    ana.save(mail[1], second)
    [undone] = ben.save(mail[1], third)
    ben.save(mail[2], first)
    work()
    ben("DELETE", f"/api/saves/{undone['id']}")
    shown = opened(ana, control, message_id="<4@adatum.example>")
    assert names(shown["recents"]) == ["one", "two"]
    assert reference(shown["recents"][0]) == reference(first)
    assert opened(ana, control, SALES)["recents"] == []


def test_a_mailbox_keeps_ten_recents(ben: Someone, control: Control) -> None:
    records = [contact(ben, f"Person {number:02}", f"p{number}@adatum.example") for number in range(12)]
    there = opened(ben, control)
    for each in records:
        ben.save(there["item"], each)
    recents = ben.get(f"/api/mailboxes/{there['mailbox']['id']}/records")["recents"]
    assert names(recents) == [f"Person {number:02}" for number in range(11, 1, -1)]


def test_a_mailbox_has_its_own_choice_of_attachments(
    ana: Someone, ben: Someone, mailbox: Record, control: Control
) -> None:
    assert opened(ben, control)["preferences"] == {"attachments": None}
    changed = ben("PATCH", f"/api/mailboxes/{mailbox['id']}", json={"attachments": "none"})
    assert (changed["id"], changed["attachments"]) == (mailbox["id"], "none")
    there = opened(ana, control)
    assert there["preferences"] == {"attachments": "none"}
    [save] = ana.save(there["item"], contact(ana), attachments=None)
    assert save["attachments"] == "none"
    ben("PATCH", f"/api/mailboxes/{mailbox['id']}", json={"attachments": None})
    [save] = ana.save(there["item"], contact(ana, "Other", "other@adatum.example"), attachments=None)
    assert save["attachments"] == "files"
    assert ben("PATCH", f"/api/mailboxes/{mailbox['id']}", json={}, expect=400)["error"]["code"] == "invalid_request"


def test_who_changes_the_choice_of_attachments_is_told_to_all_who_read_the_mailbox(
    ana: Someone, ben: Someone, mailbox: Record
) -> None:
    for choice in ("none", "none", None):
        ben("PATCH", f"/api/mailboxes/{mailbox['id']}", json={"attachments": choice})
    told = ana.get(f"/api/activity?mailbox={SUPPORT}&kind=mailbox")["activity"]
    assert [(each["what"], each["by"]["name"], each["detail"]["attachments"]) for each in told] == [
        ("attachments_chosen", "Ben", None),
        ("attachments_chosen", "Ben", "none"),
    ]
    assert "Ben chose which attachments" in ana.get("/api/admin/audit")["audit"][0]["words"]


def test_what_a_person_prefers_is_kept_and_is_nobody_elses(ana: Someone, ben: Someone) -> None:
    assert ben.get("/api/me")["preferences"] == {"tab": "save", "remindOnSend": False}
    assert ben("PATCH", "/api/me", json={"tab": "autopilot"}) == {"tab": "autopilot", "remindOnSend": False}
    assert ben("PATCH", "/api/me", json={"remindOnSend": True}) == {"tab": "autopilot", "remindOnSend": True}
    assert ben.get("/api/me")["preferences"] == {"tab": "autopilot", "remindOnSend": True}
    assert ana.get("/api/me")["preferences"] == {"tab": "save", "remindOnSend": False}
    assert ben("PATCH", "/api/me", json={}, expect=400)["error"]["code"] == "invalid_request"
