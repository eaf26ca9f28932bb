"""One rule for every mailbox of a person: the own, the shared and the delegate one."""

from typing import Any

import pytest

from server.settings import Settings
from tests.autopilot.asking import refused
from tests.autopilot.stories import (
    SENDER,
    Look,
    everywhere,
    license_for,
    lines,
    numbers,
    often,
    opened,
    order,
    right,
    ruled,
)
from tests.conftest import Control, Someone
from tests.steps import BEN, CLEO, SALES, SUPPORT, context, item_of, with_files


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return often(settings)


@pytest.fixture
def reached(ana: Someone, ben: Someone, control: Control) -> None:
    """Ben opened something in his own, the shared and the delegate mailbox, which all have a licence."""
    opened(ben, control, BEN, SUPPORT, CLEO)
    license_for(ana, BEN, SUPPORT, CLEO)


@pytest.fixture
def rule(ben: Someone, record: Any, reached: None, look: Look) -> dict[str, Any]:
    """Ben's rule for one sender in every mailbox, which were all looked at once."""
    made = ruled(ben, everywhere(record))
    look()
    return made


# Where it holds


def test_it_saves_from_the_own_the_shared_and_the_delegate_mailbox(
    ben: Someone, control: Control, record: Any, rule: Any, look: Look
) -> None:
    assert (rule["scope"], rule["mailbox"], rule["title"]) == (
        "everywhere",
        None,
        f"Everything from or to {SENDER}, in every mailbox",
    )
    assert rule["mailboxes"] == [{"address": each, "license": "licensed"} for each in (BEN, CLEO, SUPPORT)]
    again = ben.post("/api/rules", everywhere(record), expect=200)
    assert again["id"] == rule["id"], "the same rule again is the same rule"
    for number, mailbox in enumerate((BEN, SUPPORT, CLEO)):
        control.deliver(mailbox, order(number, to=mailbox))
    look()
    assert numbers(ben, record) == ["0", "1", "2"]
    assert {each["mailbox"] for each in ben.emails(record)} == {BEN, SUPPORT, CLEO}
    assert {(each["how"], each["savedBy"]) for each in ben.emails(record)} == {("autopilot:address", BEN)}


def test_where_nobody_said_which_attachments_each_mailbox_has_its_own_choice(
    ben: Someone, control: Control, record: Any, rule: Any, look: Look
) -> None:
    cleos = opened(ben, control, CLEO)["mailbox"]
    ben("PATCH", f"/api/mailboxes/{cleos['id']}", json={"attachments": "none"})
    for number, mailbox in enumerate((SUPPORT, CLEO)):
        control.deliver(mailbox, with_files(("offer.pdf", b"%PDF"), message_id=f"<{number}@adatum.example>"))
    look()
    found = {each["mailbox"]: [file["name"] for file in each["attachments"]] for each in ben.emails(record)}
    assert found == {SUPPORT: ["offer.pdf"], CLEO: []}
    wanted = {**everywhere(record, value="sales@adatum.example"), "scope": "mailbox", "mailbox": CLEO}
    there = ruled(ben, wanted)
    said = ruled(ben, {**wanted, "value": "legal@adatum.example", "attachments": "all"})
    assert (rule["attachments"], there["attachments"], said["attachments"]) == ("files", "none", "all")


def test_an_email_in_all_of_them_is_on_the_record_once(
    ben: Someone, control: Control, record: Any, rule: Any, look: Look
) -> None:
    for hop, mailbox in enumerate((BEN, SUPPORT, CLEO)):
        control.deliver(mailbox, f"Received: by way {hop}\r\n".encode() + order(1))
    look()
    assert numbers(ben, record) == ["1"]


def test_a_copy_that_comes_later_in_another_mailbox_is_told_as_a_duplicate(
    ben: Someone, control: Control, record: Any, rule: Any, look: Look
) -> None:
    for mailbox in (SUPPORT, CLEO):
        control.deliver(mailbox, order(1))
        look()
    assert numbers(ben, record) == ["1"]
    second, first = [each for each in lines(ben, "seen") if each["from"] == SENDER]
    assert (first["mailbox"], first["state"], second["mailbox"], second["state"]) == (
        SUPPORT,
        "saved",
        CLEO,
        "duplicate",
    )
    assert second["duplicateOf"]["mailbox"] == SUPPORT


def test_the_own_mailbox_needs_a_licence_and_is_covered_even_if_nothing_was_ever_opened_there(
    ana: Someone, ben: Someone, control: Control, record: Any, look: Look
) -> None:
    error = ben.post("/api/rules", everywhere(record), expect=402)["error"]
    assert (error["code"], BEN in error["message"]) == ("license_missing", True)
    assert ben.get("/api/rules")["rules"] == []
    license_for(ana, BEN)
    ruled(ben, everywhere(record))
    look()
    control.deliver(BEN, order(1, to=BEN))
    look()
    assert numbers(ben, record) == ["1"]


def test_a_mailbox_without_a_licence_is_left_alone_until_it_has_one(
    ana: Someone, ben: Someone, control: Control, record: Any, look: Look
) -> None:
    opened(ben, control, BEN, CLEO)
    license_for(ana, BEN)
    made = ruled(ben, everywhere(record))
    assert {each["address"]: each["license"] for each in made["mailboxes"]} == {BEN: "licensed", CLEO: "missing"}
    control("DELETE", "requests")
    control.deliver(CLEO, order(1, to=CLEO))
    control.deliver(BEN, order(2, to=BEN))
    look()
    assert numbers(ben, record) == ["2"]
    assert CLEO not in {each["mailbox"] for each in control.requests("graph")}
    license_for(ana, CLEO)
    look()
    control.deliver(CLEO, order(3, to=CLEO))
    look()
    assert numbers(ben, record) == ["1", "2", "3"], "what came since the rule was started is caught up with"


def test_a_mailbox_that_is_opened_later_is_covered_from_then_on(
    ana: Someone, ben: Someone, control: Control, record: Any, look: Look
) -> None:
    license_for(ana, BEN, CLEO)
    opened(ben, control, BEN)
    made = ruled(ben, everywhere(record))
    look()
    control("DELETE", "requests")
    look()
    assert CLEO not in {each["mailbox"] for each in control.requests("graph")}
    opened(ben, control, CLEO)
    look()
    control.deliver(CLEO, order(1, to=CLEO))
    look()
    assert numbers(ben, record) == ["1"]
    assert {each["address"] for each in ben.get(f"/api/rules/{made['id']}")["mailboxes"]} == {BEN, CLEO}


def test_when_one_right_goes_that_mailbox_is_left_until_it_is_opened_again_and_the_others_go_on(
    ben: Someone, control: Control, record: Any, rule: Any, look: Look
) -> None:
    right(control, "ben", CLEO, "none")
    control.deliver(CLEO, order(1, to=CLEO))
    control.deliver(SUPPORT, order(2))
    look()
    control.deliver(BEN, order(3, to=BEN))
    look()
    assert numbers(ben, record) == ["2", "3"]
    shown = ben.get(f"/api/rules/{rule['id']}")
    assert (shown["state"], {each["address"] for each in shown["mailboxes"]}) == ("active", {BEN, SUPPORT})
    [left] = lines(ben, "mailbox_left", f"&rule={rule['id']}")
    assert (left["mailbox"], left["rule"]["id"]) == (CLEO, rule["id"])
    right(control, "ben", CLEO, "delegate")
    opened(ben, control, CLEO)
    look()
    control.deliver(CLEO, order(4, to=CLEO))
    look()
    assert "4" in numbers(ben, record)


def test_when_the_last_mailbox_is_left_the_rule_stops_and_an_administrator_takes_it_over(
    ana: Someone, ben: Someone, control: Control, record: Any, look: Look
) -> None:
    for person in (ana, ben):
        opened(person, control, SUPPORT)
    license_for(ana, SUPPORT, CLEO)
    opened(ben, control, CLEO)
    path = f"/api/rules/{ruled(ben, everywhere(record))['id']}"
    look()
    control("POST", "world", json={"enabled": {"ben": False}, "expireTokens": "ben"})
    control.deliver(SUPPORT, order(1))
    look()
    assert [each["what"] for each in lines(ana, "mailbox_left", f"&mailbox={SUPPORT}")] == ["mailbox_left"]
    taken = ana("PATCH", path, json={"owner": "me"})
    assert (taken["state"], taken["carriedBy"]["me"], taken["madeBy"]["name"]) == ("active", True, "Ben")
    assert [each["address"] for each in taken["mailboxes"]] == [SUPPORT]
    [line] = lines(ana, "rule_taken_over")
    assert line["detail"]["before"] == BEN
    look()
    assert numbers(ana, record) == ["1"]


# Whose it is


def test_members_see_a_colleagues_rule_with_the_makers_name_and_cannot_take_it_away(
    ben: Someone, mallory: Someone, control: Control, rule: Any
) -> None:
    right(control, "mallory", SUPPORT, "full")
    opened(mallory, control, SUPPORT)
    case = item_of(control.deliver(SUPPORT, order(1)), SUPPORT)
    assert [each["id"] for each in context(mallory, case)["rules"]] == [rule["id"]]
    [seen] = mallory.get(f"/api/rules?mailbox={SUPPORT}")["rules"]
    assert (seen["id"], seen["madeBy"]["name"], seen["madeBy"]["me"], seen["mayRemove"]) == (
        rule["id"],
        "Ben",
        False,
        False,
    )
    assert [each["address"] for each in seen["mailboxes"]] == [SUPPORT], "others of the maker's are not told of"
    path = f"/api/rules/{rule['id']}"
    assert refused(mallory, "DELETE", path, 403) == "not_your_rule"
    assert refused(mallory, "PATCH", path, 403, {"state": "paused"}) == "not_your_rule"
    assert ben("DELETE", path)["state"] == "removed"


def test_who_shares_no_mailbox_with_the_maker_and_another_tenant_see_nothing_of_it(
    ben: Someone, mallory: Someone, eve: Someone, control: Control, rule: Any
) -> None:
    for stranger, own in ((mallory, "mallory@contoso.example"), (eve, "eve@fabrikam.example")):
        opened(stranger, control, own)
        assert stranger.get("/api/rules")["rules"] == []
        for method, body in (("GET", None), ("PATCH", {"state": "paused"}), ("DELETE", None)):
            assert refused(stranger, method, f"/api/rules/{rule['id']}", 404, body) == "not_found"
    assert ben.get(f"/api/rules/{rule['id']}")["state"] == "active"


# A colleague's, and its end


def test_a_colleague_who_wants_the_same_gets_a_rule_of_her_own_and_the_mail_is_saved_once(
    ana: Someone, ben: Someone, control: Control, record: Any, rule: Any, look: Look
) -> None:
    opened(ana, control, SUPPORT, SALES)
    license_for(ana, SALES)
    hers = ruled(ana, everywhere(record))
    assert hers["id"] != rule["id"]
    look()
    control.deliver(SUPPORT, order(1))
    control.deliver(SALES, order(1))
    control.deliver(SALES, order(2))
    look()
    assert numbers(ana, record) == ["1", "2"]
    assert refused(ana, "PATCH", f"/api/rules/{rule['id']}", 409, {"owner": "me"}) == "same_rule"
    ana("DELETE", f"/api/rules/{hers['id']}")
    assert ana("PATCH", f"/api/rules/{rule['id']}", json={"owner": "me"})["carriedBy"]["me"] is True


def test_paused_and_removed_it_saves_nowhere(
    ben: Someone, control: Control, record: Any, rule: Any, look: Look
) -> None:
    path = f"/api/rules/{rule['id']}"
    ben("PATCH", path, json={"state": "paused"})
    control.deliver(SUPPORT, order(1))
    control.deliver(CLEO, order(2, to=CLEO))
    look()
    assert numbers(ben, record) == []
    ben("PATCH", path, json={"state": "active"})
    ben("DELETE", path)
    control.deliver(SUPPORT, order(3))
    control.deliver(BEN, order(4, to=BEN))
    look()
    assert numbers(ben, record) == []
