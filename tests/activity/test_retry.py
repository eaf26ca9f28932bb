"""Everything that failed, tried again with one request."""

from typing import Any

import pytest
from sqlalchemy import text

from server.clock import iso, now
from server.services import Services
from tests.activity.steps import PATH, arrives, fail_downloads, line, lines, mend, refused
from tests.conftest import Control, Someone
from tests.steps import ANA, BEN, SUPPORT, execute, item_of, save_of

RETRY = f"{PATH}/retry"


@pytest.fixture
def failed(ana: Someone, ben: Someone, control: Control, record: Any, rule: Any, work: Any) -> list[dict[str, Any]]:
    """By Ben's rule two, by Ben's hand one, by Ana's one. Downloads go well again. The two that were asked for."""
    fail_downloads(control)
    found = [
        *ben.save(item_of(arrives(control, "By Ben", "b@tailspin.example"), SUPPORT), record),
        *ana.save(item_of(arrives(control, "By Ana", "a@tailspin.example"), SUPPORT), record),
    ]
    for subject in ("Order 1", "Order 2"):
        arrives(control, subject)
    work()
    mend(control)
    return found


def retried(person: Someone, **wanted: Any) -> int:
    answer = person.post(RETRY, wanted, expect=202)
    assert answer["more"] is False
    return int(answer["retried"])


def test_all_of_ones_own_are_tried_again(
    ben: Someone, ana: Someone, failed: list[dict[str, Any]], work: Any, record: Any
) -> None:
    assert retried(ben) == 3
    work()
    assert {line(ben, subject)["state"] for subject in ("Order 1", "Order 2")} == {"saved"}
    assert [save_of(ana, save)["state"] for save in failed] == ["saved", "failed"]
    assert len(ben.emails(record)) == 3
    assert [each["what"] for each in lines(ben, kind="manual")].count("retried") == 3
    assert retried(ben) == 0


def test_with_a_mailbox_a_member_retries_everybodys(
    ana: Someone, failed: list[dict[str, Any]], work: Any, record: Any
) -> None:
    assert retried(ana, mailbox=SUPPORT) == 4
    work()
    assert {save_of(ana, save)["savedBy"]["address"] for save in failed} == {ANA}
    assert lines(ana, mailbox=SUPPORT, state="failed") == []
    assert len(ana.emails(record)) == 4


def test_only_those_of_a_kind_or_of_a_time_are_retried(
    ana: Someone, ben: Someone, failed: list[dict[str, Any]]
) -> None:
    later = iso(now())
    assert retried(ben, **{"from": later}) == 0
    assert retried(ben, kind="manual", to=later) == 1
    assert [save_of(ben, save)["state"] for save in failed] == ["queued", "failed"]
    assert retried(ana, kind="autopilot", mailbox=SUPPORT, to=later) == 2
    assert retried(ana, **{"from": failed[0]["createdAt"]}) == 1


def test_what_somebody_has_in_hand_is_left_alone(
    ben: Someone, failed: list[dict[str, Any]], services: Services
) -> None:
    with services.database.session.begin() as session:
        lock = text("SELECT id FROM saves WHERE id = cast(:id AS uuid) FOR UPDATE")
        session.execute(lock, {"id": failed[0]["id"]})
        assert retried(ben) == 2
    assert retried(ben) == 1


def test_there_is_a_limit_to_what_one_request_does(
    ben: Someone, failed: list[dict[str, Any]], services: Services
) -> None:
    # Rows of their own: to let as many messages fail one by one would take minutes.
    message = (
        "INSERT INTO messages SELECT (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(), "
        "'immutable_id', 'copy-' || n))).* FROM messages m, generate_series(1, 1003) n WHERE m.subject = 'By Ben'"
    )
    execute(services, message)
    save = (
        "INSERT INTO saves SELECT (jsonb_populate_record(s, jsonb_build_object('id', gen_random_uuid(), "
        "'message_id', m.id))).* FROM saves s, messages m "
        "WHERE s.id = cast(:save AS uuid) AND m.immutable_id LIKE 'copy-%'"
    )
    execute(services, save, save=failed[0]["id"])
    assert ben.post(RETRY, {}, expect=202) == {"retried": 1000, "more": True}
    assert ben.post(RETRY, {}, expect=202) == {"retried": 6, "more": False}


def test_strangers_retry_nothing(mallory: Someone, eve: Someone, failed: list[dict[str, Any]], ben: Someone) -> None:
    for person in (mallory, eve):
        assert retried(person) == 0
        assert refused(person, "POST", RETRY, 404, {"mailbox": SUPPORT}) == "not_found"
        assert refused(person, "POST", RETRY, 404, {"mailbox": BEN}) == "not_found"
    assert save_of(ben, failed[0])["state"] == "failed"


@pytest.mark.parametrize(
    "wanted", [{"mailbox": 1}, {"mailbox": "support"}, {"kind": "rule"}, {"from": "yesterday"}, {"to": 1}, [], "all"]
)
def test_a_wish_that_is_none_is_refused(ben: Someone, wanted: Any) -> None:
    ben.post(RETRY, wanted, expect=400)
