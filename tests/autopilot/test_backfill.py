"""What a rule would have saved before it was started is saved on demand, watched, paused and undone as one."""

from typing import Any

import pytest

from server.services import Services
from tests.autopilot.asking import happened, licensed, refused
from tests.autopilot.past_mail import (
    OTHER,
    SENDER,
    Killed,
    ago,
    arrive,
    asked_for,
    at_page,
    die,
    letter,
    on_record,
    ruled,
    shown,
    turn,
    usual_mail,
    waits,
    wanted,
)
from tests.conftest import Control, Someone, mime
from tests.steps import BEN, CLEO, SALES, SUPPORT, item_of, reference


@pytest.fixture
def seat(ana: Someone) -> None:
    """The shared mailbox has a licence."""
    licensed(ana, SUPPORT)


@pytest.fixture
def mail(control: Control) -> list[dict[str, str]]:
    return usual_mail(control)


@pytest.fixture
def rule(ben: Someone, record: dict[str, Any], seat: None, mail: Any) -> dict[str, Any]:
    return ruled(ben, record)


def test_past_mail_is_saved_on_demand_and_what_the_rule_leaves_out_is_not(
    ben: Someone, record: Any, rule: Any, work: Any
) -> None:
    started = asked_for(ben, rule, days=30)
    assert (started["state"], started["progress"], started["rule"]) == ("running", 0, rule["id"])
    assert (started["mailbox"]["address"], started["startedBy"]["me"]) == (SUPPORT, True)
    work()
    done = shown(ben, started)
    assert (done["state"], done["progress"], done["reason"]) == ("done", 1, None)
    assert (done["seen"], done["matched"]) == (6, 3)
    assert done["saves"] == {"queued": 0, "saved": 3, "partial": 0, "failed": 0, "undone": 0}
    assert done["finishedAt"] is not None
    assert on_record(ben, record) == ["1", "2", "3"]
    assert {each["how"] for each in ben.emails(record)} == {"autopilot:address"}
    assert happened(ben).count("backfill_started") == 1


def test_a_mailbox_of_several_pages_is_saved_whole_and_counted_once(
    ben: Someone, record: Any, seat: None, control: Control, work: Any
) -> None:
    # Of one very second there are more than a page holds.
    crowd = [letter(number, ago(days=5), sender=OTHER) for number in range(120)]
    others = [letter(1000 + number, ago(days=4, minutes=number), sender=OTHER) for number in range(100)]
    wanted = [letter(2000 + number, ago(hours=100 + number)) for number in range(12)]
    arrive(control, *crowd, *others, *wanted, letter(3000, ago(days=5)))
    started = asked_for(ben, ruled(ben, record))
    work()
    done = shown(ben, started)
    assert (done["state"], done["seen"], done["matched"], done["saves"]["saved"]) == ("done", 233, 13, 13)
    assert on_record(ben, record) == sorted(["3000", *(str(2000 + number) for number in range(12))])


def test_a_walk_that_was_cut_off_goes_on_where_it_ended_and_counts_nothing_twice(
    ben: Someone, record: Any, seat: None, control: Control, services: Services, work: Any
) -> None:
    senders = [SENDER, *[OTHER] * 9]
    arrive(control, *(letter(n, ago(days=3, minutes=-n // 2), sender=senders[n % 10]) for n in range(130)))
    started = asked_for(ben, ruled(ben, record))
    for page in (1, 2, 1):
        with pytest.raises(Killed), at_page(services, page, die):
            turn(services, started)
    assert 0 < shown(ben, started)["seen"] < 130
    turn(services, started)
    work()
    done = shown(ben, started)
    assert (done["state"], done["seen"], done["matched"], done["saves"]["saved"]) == ("done", 130, 13, 13)
    assert on_record(ben, record) == sorted(str(number) for number in range(0, 130, 10))


def test_a_large_mailbox_is_gone_through_in_turns(
    ben: Someone, record: Any, seat: None, control: Control, services: Services
) -> None:
    arrive(control, *(letter(number, ago(days=3, minutes=-number), sender=OTHER) for number in range(2101)))
    started = asked_for(ben, ruled(ben, record))
    turn(services, started)
    between = shown(ben, started)
    assert (between["state"], 1900 < between["seen"] < 2101, waits(services, started) < 1) == ("running", True, True)
    assert 0.8 < between["progress"] < 1
    turn(services, started)
    assert (shown(ben, started)["state"], shown(ben, started)["seen"]) == ("done", 2101)


def test_what_is_on_the_record_already_is_saved_by_nobody_again(
    ben: Someone, ana: Someone, record: Any, rule: Any, control: Control, work: Any
) -> None:
    [delivered] = arrive(control, letter(4, ago(days=1)))
    ana.save(item_of(delivered, SUPPORT), record)
    work()
    started = asked_for(ben, rule)
    work()
    assert (shown(ben, started)["matched"], shown(ben, started)["saves"]["saved"]) == (4, 3)
    assert on_record(ben, record) == ["1", "2", "3", "4"]
    ben("DELETE", f"/api/backfills/{started['id']}", expect=202)
    work()
    assert on_record(ben, record) == ["4"]


def test_new_mail_is_saved_by_the_watch_alone(
    ben: Someone, record: Any, rule: Any, control: Control, work: Any
) -> None:
    started = asked_for(ben, rule)
    control.deliver(SUPPORT, mime("Order 5", "<5@adatum.example>"))
    work()
    done = shown(ben, started)
    assert (done["state"], done["matched"], done["saves"]["saved"]) == ("done", 3, 3)
    assert on_record(ben, record) == ["1", "2", "3", "5"]
    ben("DELETE", f"/api/backfills/{started['id']}", expect=202)
    work()
    assert on_record(ben, record) == ["5"]


def test_of_a_conversation_all_that_came_before_is_saved_also_under_another_subject(
    ben: Someone, record: Any, seat: None, control: Control, work: Any
) -> None:
    answers = "References: <1@adatum.example>"
    delivered = arrive(
        control,
        letter(1, ago(days=9), subject="Order"),
        letter(2, ago(days=8), "archive", headers=answers, subject="Re: Order"),
        letter(3, ago(days=7), sender=OTHER, headers="In-Reply-To: <2@adatum.example>", subject="Delivery"),
        letter(4, ago(days=6), subject="Something else"),
        letter(5, ago(days=5), headers=answers, subject="Re: Order"),
    )
    asked = {"kind": "conversation", "item": item_of(delivered[4], SUPPORT), "record": reference(record)}
    started = asked_for(ben, ben.post("/api/rules", asked, expect=201))
    work()
    done = shown(ben, started)
    assert (done["state"], done["matched"], done["since"][:19]) == ("done", 4, ago(days=9).isoformat()[:19])
    assert on_record(ben, record) == ["1", "2", "3", "5"]
    control.deliver(SUPPORT, mime("Late", "<6@adatum.example>", headers="In-Reply-To: <3@adatum.example>"))
    ben("PATCH", f"/api/rules/{started['rule']}", json={"state": "active"})
    work()
    assert "6" in on_record(ben, record), "what was found on the way belongs to the conversation from then on"


def test_a_rule_is_started_together_with_its_past(ben: Someone, record: Any, seat: None, mail: Any, work: Any) -> None:
    rule = ruled(ben, record, pastToo=True, pastDays=60)
    work()
    done = shown(ben, rule["backfill"])
    assert (done["state"], done["rule"], done["matched"]) == ("done", rule["id"], 4)
    assert on_record(ben, record) == ["1", "16", "2", "3"]


def test_for_a_rule_that_holds_everywhere_the_mailbox_is_named(
    ana: Someone, ben: Someone, record: Any, seat: None, mail: Any, work: Any
) -> None:
    for mailbox in (BEN, SALES):
        licensed(ana, mailbox)
    ben.post("/api/rules/preview", wanted(record), expect=200)
    rule = ruled(ben, record, scope="everywhere", mailbox=None)
    path = f"/api/rules/{rule['id']}/backfills"
    assert refused(ben, "POST", path, 400, {}) == "invalid_request"
    assert refused(ben, "POST", path, 403, {"mailbox": SALES}) == "mailbox_access_denied"
    assert refused(ana, "POST", path, 400, {"mailbox": SALES}) == "another_mailbox"
    for mailbox in (SUPPORT, BEN):
        assert asked_for(ben, rule, mailbox=mailbox)["mailbox"]["address"] == mailbox
    work()
    assert on_record(ben, record) == ["1", "2", "3"]
    [found] = ben.get(f"/api/backfills?mailbox={SUPPORT}&rule={rule['id']}")["backfills"]
    assert (found["state"], found["matched"]) == ("done", 3)


def test_matching_finds_the_record_of_past_mail_where_affix_itself_may_read(
    ana: Someone, record: Any, control: Control, work: Any
) -> None:
    licensed(ana, CLEO)
    arrive(control, letter(1, ago(days=3), mailbox=CLEO), letter(2, ago(days=3), mailbox=CLEO, sender=OTHER))
    rule = ana.post("/api/rules", {"kind": "match", "mailbox": CLEO}, expect=201)
    assert rule["byApplication"] is True
    started = asked_for(ana, rule)
    work()
    assert (shown(ana, started)["state"], shown(ana, started)["seen"], on_record(ana, record)) == ("done", 2, ["1"])
