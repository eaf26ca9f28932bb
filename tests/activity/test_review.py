"""The review list: what a rule could match to no record, until somebody saves or dismisses it."""

from typing import Any

import pytest

from tests.activity.steps import PATH, STRANGER, arrives, line, lines, matching, refused
from tests.conftest import Control, Someone
from tests.steps import ANA, SUPPORT, contact, item_of, reference, save_of


@pytest.fixture
def unmatched(ana: Someone, ben: Someone, control: Control, record: Any, rule: Any, work: Any) -> dict[str, Any]:
    """Mail of somebody who has no record, in a mailbox with a rule that keeps such mail for review. Its line."""
    matching(ana)
    arrives(control, "Inquiry", STRANGER)
    work()
    return line(ben, "Inquiry")


def reviewed(person: Someone, **filters: Any) -> list[str]:
    return [each["subject"] for each in lines(person, state="review", **filters)]


def test_unmatched_mail_is_on_the_list_of_every_member(ana: Someone, ben: Someone, unmatched: dict[str, Any]) -> None:
    assert (unmatched["state"], unmatched["reasonCode"]) == ("review", "unmatched")
    assert unmatched["reason"] == "Nobody on it was found among the records."
    assert unmatched["rule"]["title"] == "Everything from or to people with a record"
    assert reviewed(ana) == reviewed(ben) == reviewed(ana, mailbox=SUPPORT) == ["Inquiry"]


def test_a_rule_that_skips_what_it_cannot_match_leaves_nothing_for_review(
    ana: Someone, ben: Someone, control: Control, rule: Any, work: Any
) -> None:
    matching(ana, unmatched="skip")
    arrives(control, "Inquiry", STRANGER)
    work()
    found = line(ben, "Inquiry")
    assert (found["state"], found["reasonCode"], reviewed(ben)) == ("skipped", "unmatched", [])


def test_mail_of_people_with_a_record_is_saved_and_not_left_for_review(
    ana: Someone, ben: Someone, control: Control, rule: Any, work: Any
) -> None:
    known = contact(ana, "Quality", STRANGER)
    found = matching(ana)
    arrives(control, "Complaint", STRANGER)
    work()
    shown = line(ben, "Complaint")
    assert (shown["state"], shown["rule"]["id"], shown["name"]) == ("saved", found["id"], known["name"])
    assert reviewed(ben) == []


def test_it_is_saved_by_hand_from_the_list(
    ana: Someone, ben: Someone, unmatched: dict[str, Any], record: Any, work: Any
) -> None:
    wanted = {"records": [reference(record)], "attachments": "all"}
    [save] = ana.post(f"{PATH}/{unmatched['id']}/save", wanted, expect=202)["saves"]
    assert reviewed(ben) == []
    assert line(ben, "Inquiry")["state"] == "queued"
    work()
    found = line(ben, "Inquiry")
    assert (found["state"], found["reasonCode"], found["by"]["address"]) == ("saved", "by_hand", ANA)
    assert [each["id"] for each in found["saves"]] == [save["id"]]
    assert (save_of(ana, save)["how"], save_of(ana, save)["mailbox"]["kind"]) == ("manual", "shared")
    assert [email["subject"] for email in ana.emails(record)] == ["Inquiry"]


def test_what_the_pane_saved_by_hand_is_off_the_list(
    ana: Someone, ben: Someone, control: Control, rule: Any, record: Any, work: Any
) -> None:
    matching(ana)
    item = item_of(arrives(control, "Inquiry", STRANGER), SUPPORT)
    work()
    assert reviewed(ben) == ["Inquiry"]
    ana.save(item, record)
    work()
    assert (reviewed(ben), line(ben, "Inquiry")["state"]) == ([], "saved")


def test_it_is_dismissed_for_everybody(ana: Someone, ben: Someone, unmatched: dict[str, Any]) -> None:
    path = f"{PATH}/{unmatched['id']}/dismiss"
    dismissed = ana("POST", path, expect=200)
    assert (dismissed["state"], dismissed["reasonCode"], dismissed["by"]["address"]) == ("skipped", "dismissed", ANA)
    assert (reviewed(ana), reviewed(ben)) == ([], [])
    again = ben("POST", path, expect=200)
    assert (again["by"]["address"], again["by"]["me"]) == (ANA, False)


def test_what_no_rule_leaves_for_review_is_not_dismissed(ben: Someone, control: Control, rule: Any, work: Any) -> None:
    arrives(control, "Order 1")
    work()
    assert refused(ben, "POST", f"{PATH}/{line(ben, 'Order 1')['id']}/dismiss", 409) == "not_for_review"


def test_a_record_that_does_not_exist_settles_nothing(ben: Someone, unmatched: dict[str, Any], rule: Any) -> None:
    nothing = {"destination": "local", "type": "contact", "id": rule["id"]}
    path = f"{PATH}/{unmatched['id']}/save"
    assert refused(ben, "POST", path, 404, {"records": [nothing]}) == "record_not_found"
    assert reviewed(ben) == ["Inquiry"]


def test_a_message_that_is_gone_stays_to_be_dismissed(
    ben: Someone, unmatched: dict[str, Any], record: Any, control: Control
) -> None:
    control("POST", "faults", json={"service": "graph", "path": "*/messages/*", "status": 404})
    path = f"{PATH}/{unmatched['id']}/save"
    assert refused(ben, "POST", path, 404, {"records": [reference(record)]}) == "message_not_found"
    assert reviewed(ben) == ["Inquiry"]


def test_strangers_find_no_such_line(
    ben: Someone, mallory: Someone, eve: Someone, unmatched: dict[str, Any], record: Any
) -> None:
    body = {"records": [reference(record)]}
    for person in (mallory, eve):
        for what, json in (("save", body), ("dismiss", None)):
            answers = [
                person.raw("POST", f"{PATH}/{line_id}/{what}", json=json)
                for line_id in (unmatched["id"], "s2000000000", "s99999999999999999999", "x1", "a1", "s01", "s\u0663")
            ]
            assert {(each.status_code, each.get_data()) for each in answers} == {(404, answers[0].get_data())}
    assert reviewed(ben) == ["Inquiry"]


def test_who_lost_the_right_neither_saves_nor_dismisses(
    ben: Someone, ana: Someone, unmatched: dict[str, Any], record: Any, control: Control
) -> None:
    control("POST", "world", json={"rights": [{"person": "ben", "mailbox": SUPPORT, "right": "none"}]})
    body = {"records": [reference(record)]}
    assert ben.raw("POST", f"{PATH}/{unmatched['id']}/save", json=body).status_code in (403, 404)
    assert reviewed(ana) == ["Inquiry"]


def test_lines_of_what_people_did_are_not_for_review(ben: Someone, control: Control, record: Any, work: Any) -> None:
    ben.save(item_of(arrives(control, "Order 1"), SUPPORT), record)
    work()
    [found] = lines(ben)
    assert refused(ben, "POST", f"{PATH}/{found['id']}/dismiss", 404) == "not_found"
