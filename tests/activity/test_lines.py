"""One list of what was saved or not, and why: what people did, and what Autopilot saw."""

from typing import Any

import pytest
from sqlalchemy import event, select

from server.activity import note_mailbox
from server.clock import iso, now
from server.jobs import run_worker
from server.models import Mailbox, Person
from server.services import Services
from tests.activity.steps import (
    PATH,
    SENDER,
    STRANGER,
    arrives,
    fail_downloads,
    line,
    lines,
    mend,
    refused,
    rule_for,
    told,
)
from tests.conftest import Control, Someone
from tests.steps import ANA, BEN, CLEO, SUPPORT, item_of, reference

ASKED_EACH_TIME = pytest.mark.parametrize("settings", [{"access_max_age": 0}], indirect=True)


def test_what_a_rule_saved_is_one_line_that_names_the_rule_and_the_save(
    ben: Someone, control: Control, record: Any, rule: Any, work: Any
) -> None:
    arrives(control, "Order 1")
    work()
    found = line(ben, "Order 1")
    assert (found["kind"], found["state"], found["mailbox"]) == ("autopilot", "saved", SUPPORT)
    assert found["rule"] == {"id": rule["id"], "title": rule["title"]}
    assert (found["reasonCode"], found["from"]) == ("matched", SENDER)
    assert "address whose mail is being saved" in found["reason"]
    assert [save["record"]["id"] for save in found["saves"]] == [record["id"]]
    assert found["record"] == f"local/contact/{record['id']}"
    assert found["duplicateOf"] is None
    assert len([each for each in lines(ben) if each["subject"] == "Order 1"]) == 1


def test_every_member_sees_what_autopilot_saw(ana: Someone, control: Control, rule: Any, work: Any) -> None:
    arrives(control, "Order 1")
    work()
    found = line(ana, "Order 1")
    assert (found["state"], found["saves"][0]["savedBy"]["address"]) == ("saved", BEN)


def test_what_was_left_out_says_why(ben: Someone, control: Control, rule: Any, work: Any) -> None:
    arrives(control, "Complaint", STRANGER)
    work()
    found = line(ben, "Complaint")
    assert (found["state"], found["reasonCode"], found["rule"], found["saves"]) == ("skipped", "no_rule", None, [])
    assert found["reason"] == "No rule of this mailbox is looking for it."


def test_a_paused_rule_is_named_as_the_reason(
    ben: Someone, control: Control, record: Any, rule: Any, work: Any
) -> None:
    ben("PATCH", f"/api/rules/{rule['id']}", json={"state": "paused"})
    other = {"kind": "address", "mailbox": SUPPORT, "value": STRANGER, "record": reference(record)}
    ben.post("/api/rules", other, expect=201)
    arrives(control, "Order 1")
    work()
    found = line(ben, "Order 1")
    assert (found["state"], found["reasonCode"], found["reason"]) == ("skipped", "paused", "The rule is paused.")
    assert found["rule"]["title"] == rule["title"]


def test_a_failure_says_what_went_wrong(ben: Someone, control: Control, rule: Any, work: Any) -> None:
    fail_downloads(control)
    arrives(control, "Order 1")
    work()
    found = line(ben, "Order 1")
    assert (found["state"], found["reasonCode"], found["saves"][0]["action"] is not None) == (
        "failed",
        "message_gone",
        True,
    )
    assert "deleted" in found["reason"]


def test_what_was_undone_says_so(ben: Someone, control: Control, rule: Any, work: Any) -> None:
    arrives(control, "Order 1")
    work()
    ben("DELETE", f"/api/saves/{line(ben, 'Order 1')['save']}")
    found = line(ben, "Order 1")
    assert (found["state"], found["reasonCode"]) == ("undone", "undone")
    assert told(lines(ben, kind="manual")) == [("manual", "undone", "Order 1")]


def test_what_was_saved_by_hand_is_no_autopilot(ben: Someone, control: Control, record: Any, work: Any) -> None:
    ben.save(item_of(arrives(control, "Order 1"), SUPPORT), record)
    work()
    [found] = lines(ben)
    assert (found["kind"], found["what"], found["state"], found["mailbox"]) == ("manual", "saved", "saved", SUPPORT)
    assert (found["by"]["me"], found["rule"], found["from"]) == (True, None, SENDER)
    assert found["save"] == found["saves"][0]["id"]


def test_a_rule_that_stopped_says_why(ben: Someone, control: Control, rule: Any, work: Any) -> None:
    control("POST", "world", json={"rights": [{"person": "ben", "mailbox": SUPPORT, "right": "none"}]})
    work()
    found = lines(ben, kind="rule")[0]
    assert (found["what"], found["mailbox"], found["state"], found["saves"]) == ("rule_stopped", SUPPORT, None, [])
    assert found["rule"] == {"id": rule["id"], "title": rule["title"]}
    assert found["reason"].startswith("Ben")


def test_figures_that_were_written_down_are_shown_as_they_were(ben: Someone, rule: Any, services: Services) -> None:
    gap = {"since": "2026-11-20T10:00:00.000Z", "until": "2026-11-20T11:00:00.000Z", "messages": 3, "saves": 2}
    with services.database.session.begin() as session:
        person = session.scalars(select(Person).where(Person.address == BEN)).one()
        mailbox = session.scalars(select(Mailbox).where(Mailbox.address == SUPPORT)).one()
        note_mailbox(session, "caught_up", person, mailbox, **gap)
    [found] = lines(ben, kind="mailbox", mailbox=SUPPORT)
    assert (found["what"], found["saves"], found["detail"]) == ("caught_up", [], {"mailbox": SUPPORT, **gap})


def test_lines_of_every_kind_that_there_is_can_be_asked_for(ana: Someone) -> None:
    ana.post("/api/admin/licenses", {"mailbox": SUPPORT}, expect=201)
    ana.post("/api/admin/exclusions", {"kind": "domain", "value": "tailspin.example"}, expect=201)
    ana.post("/api/admin/api-keys", {"name": "CRM", "scopes": ["read"]}, expect=201)
    ana.raw("GET", "/api/admin/audit.csv").get_data()
    every = lines(ana)
    kinds = {each["kind"] for each in every}
    assert kinds == {"license", "exclusion", "apiKey", "audit"}
    for kind in kinds:
        assert lines(ana, kind=kind) == [each for each in every if each["kind"] == kind]
    assert refused(ana, "GET", f"{PATH}?kind=other", 400) == "invalid_request"


# Duplicates


@pytest.fixture
def copied(ben: Someone, control: Control, record: Any, rule: Any, work: Any) -> dict[str, Any]:
    """Ben saved it from his own mailbox before it came to the shared one, too. His save."""
    own = item_of(arrives(control, "Order 1", mailbox=BEN))
    [first] = ben.save(own, record)
    work()
    arrives(control, "Order 1")
    work()
    return first


def test_a_duplicate_names_the_save_that_was_there_first(ben: Someone, copied: dict[str, Any]) -> None:
    found = line(ben, "Order 1")
    assert (found["state"], found["reasonCode"]) == ("duplicate", "duplicate")
    first = found["duplicateOf"]
    assert (first["id"], first["mailbox"], first["savedBy"]["address"]) == (copied["id"], BEN, BEN)
    assert first["savedAt"]
    assert BEN in found["reason"]
    assert [save["duplicateOf"] for save in found["saves"]] == [copied["id"]]


def test_of_a_duplicate_in_a_strange_mailbox_nothing_is_told_but_that_it_is_there(
    ana: Someone, copied: dict[str, Any]
) -> None:
    found = line(ana, "Order 1")
    assert (found["state"], found["duplicateOf"]) == ("duplicate", None)
    assert found["reason"] == "It is on the record already."
    assert copied["id"] not in str(found)


def test_mail_that_somebody_had_saved_by_hand_is_on_the_record_already(
    ana: Someone, ben: Someone, control: Control, record: Any, rule: Any, work: Any, services: Services
) -> None:
    [first] = ana.save(item_of(arrives(control, "Order 1"), SUPPORT), record)
    run_worker(services, concurrency=1, wait=False)
    work()
    found = line(ben, "Order 1")
    assert (found["state"], found["duplicateOf"]["id"], found["saves"]) == ("duplicate", first["id"], [])
    assert found["duplicateOf"]["savedBy"]["address"] == ANA


# Filters


@pytest.fixture
def busy(ana: Someone, ben: Someone, control: Control, record: Any, rule: Any, work: Any) -> dict[str, Any]:
    """Of everything one, oldest first: a licence, a rule, a save by hand, a failure, mail saved and mail skipped."""
    by_hand = arrives(control, "By hand", STRANGER)
    ben.save(item_of(by_hand, SUPPORT), record)
    work()
    fail_downloads(control)
    arrives(control, "Broken")
    work()
    mend(control)
    arrives(control, "Order 1")
    arrives(control, "Complaint", STRANGER)
    work()
    found: dict[str, Any] = rule
    return found


def subjects(found: list[dict[str, Any]]) -> set[str]:
    return {each["subject"] for each in found} - {"Hello", "Welcome"}


def test_lines_of_one_kind_only(ana: Someone, ben: Someone, busy: Any) -> None:
    assert subjects(lines(ben, kind="autopilot")) == {"By hand", "Broken", "Order 1", "Complaint"}
    assert told(lines(ben, kind="manual")) == [("manual", "saved", "By hand")]
    assert told(lines(ben, kind="rule")) == [("rule", "rule_made", None)]
    assert told(lines(ana, kind="license")) == [("license", "license_assigned", None)] * 2
    assert lines(ben, kind="license") == lines(ben, kind="mailbox") == []


def test_lines_in_one_state_only(ben: Someone, busy: Any) -> None:
    assert subjects(lines(ben, state="failed")) == {"Broken"}
    assert subjects(lines(ben, state="saved")) == {"By hand", "Order 1"}
    assert told(lines(ben, state="saved", kind="autopilot")) == [("autopilot", "seen", "Order 1")]
    assert subjects(lines(ben, state="skipped")) == {"By hand", "Complaint"}
    for state in ("partial", "saving", "queued", "duplicate", "undone", "review"):
        assert lines(ben, state=state) == []


def test_lines_of_one_rule_only(ben: Someone, busy: Any) -> None:
    found = lines(ben, rule=busy["id"])
    assert subjects(found) == {"Broken", "Order 1", None}
    assert {each["rule"]["id"] for each in found} == {busy["id"]}


def test_lines_of_a_time_only(ben: Someone, busy: Any) -> None:
    every = lines(ben)
    moment = next(each["at"] for each in every if each["subject"] == "Broken")
    later, before = lines(ben, since=moment), lines(ben, until=moment)
    assert [each["id"] for each in [*later, *before]] == [each["id"] for each in every]
    assert {"Order 1", "Broken"} <= subjects(later)
    assert "By hand" in subjects(before)
    assert lines(ben, since=iso(now())) == []


def test_with_a_mailbox_everybodys_lines_about_it_are_shown(ana: Someone, ben: Someone, busy: Any) -> None:
    found = lines(ana, mailbox=SUPPORT)
    assert {each["mailbox"] for each in found} == {SUPPORT}
    assert {each["kind"] for each in found} == {"autopilot", "manual", "rule", "license"}
    assert [each["by"]["address"] for each in found if each["kind"] == "manual"] == [BEN]
    assert told(lines(ana, mailbox=SUPPORT, kind="manual")) == [("manual", "saved", "By hand")]
    assert told(lines(ben, mailbox=SUPPORT.upper(), kind="license")) == [("license", "license_assigned", None)]
    assert lines(ana, mailbox=ANA) == []


@pytest.mark.parametrize(
    "query", ["kind=else", "state=else", "rule=1", "from=yesterday", "to=2026-11-20T10:00:00", "cursor=45", "limit=0"]
)
def test_a_filter_that_is_none_is_refused(ben: Someone, query: str) -> None:
    ben("GET", f"{PATH}?{query}", expect=400)


# Who sees what


def test_strangers_see_nothing_of_a_mailbox(mallory: Someone, eve: Someone, busy: Any) -> None:
    for person in (mallory, eve):
        assert lines(person) == []
        assert refused(person, "GET", f"{PATH}?mailbox={SUPPORT}", 404) == "not_found"
        assert lines(person, rule=busy["id"]) == []


@ASKED_EACH_TIME
def test_who_lost_the_right_sees_only_what_they_did_themselves(ben: Someone, busy: Any, control: Control) -> None:
    control("POST", "world", json={"rights": [{"person": "ben", "mailbox": SUPPORT, "right": "none"}]})
    assert {(each["kind"], each["what"]) for each in lines(ben)} == {
        ("rule", "rule_made"),
        ("manual", "saved"),
        ("autopilot", "saved"),
        ("autopilot", "failed"),
    }
    assert refused(ben, "GET", f"{PATH}?mailbox={SUPPORT}", 404) == "not_found"


def test_a_mailbox_that_nobody_opened_with_affix_is_entered_by_graphs_word(
    ana: Someone, ben: Someone, control: Control, record: Any, rule: Any, work: Any
) -> None:
    rule_for(ben, control, record, CLEO)
    arrives(control, "Order 1", mailbox=CLEO)
    work()
    assert line(ben, "Order 1", mailbox=CLEO)["mailbox"] == CLEO
    assert refused(ana, "GET", f"{PATH}?mailbox={CLEO}", 404) == "not_found"
    assert "Order 1" not in subjects(lines(ana))


def test_how_much_happened_makes_no_more_questions_to_the_database(
    ben: Someone, busy: Any, control: Control, work: Any, services: Services
) -> None:
    def questions() -> int:
        asked: list[str] = []

        def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
            asked.append(statement)

        event.listen(services.database.engine, "before_cursor_execute", note)
        ben.get(f"{PATH}?limit=100&mailbox={SUPPORT}")
        event.remove(services.database.engine, "before_cursor_execute", note)
        return len(asked)

    few = questions()
    for number in range(8):
        arrives(control, f"Order {number + 10}")
    work()
    assert questions() == few
