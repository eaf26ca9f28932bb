"""A rule for the whole organisation, tried in one mailbox before it starts: where mail would go, and what stays out."""

from typing import Any

from tests.autopilot.past_mail import OTHER, SENDER, ago, arrive, letter
from tests.conftest import Control, Someone
from tests.steps import CLEO, SUPPORT


def tried(administrator: Someone, mailbox: str, **more: Any) -> dict[str, Any]:
    body = {"kind": "match", "scope": "everywhere", "mailbox": mailbox, "destination": "local", "options": {}, **more}
    found: dict[str, Any] = administrator.post("/api/rules/preview", body, expect=200)
    return found


def usual(control: Control, mailbox: str) -> None:
    firm, bank = "sales@adatum.example", "news@tailspin-bank.example"
    senders = [SENDER, firm, OTHER, OTHER, bank]
    arrive(control, *(letter(n, ago(days=9 - n), sender=each, mailbox=mailbox) for n, each in enumerate(senders, 1)))


def known(administrator: Someone) -> None:
    company = {"destination": "local", "type": "company", "name": "Adatum", "domain": "adatum.example"}
    administrator.post("/api/records", company, expect=201)
    administrator.post("/api/admin/exclusions", {"kind": "domain", "value": "tailspin-bank.example"}, expect=201)


def test_it_tells_the_records_their_types_and_why_the_rest_is_left_out(
    ana: Someone, record: Any, control: Control
) -> None:
    known(ana)
    usual(control, SUPPORT)
    found = tried(ana, SUPPORT)
    assert (found["count"], found["readable"]) == (2, True)
    assert [[each["name"] for each in message["records"]] for message in found["messages"]] == [
        ["Adatum"],
        ["Purchasing"],
    ]
    assert sorted((each["type"], each["count"]) for each in found["recordTypes"]) == [("company", 1), ("contact", 1)]
    told = [
        (each["code"], each["count"], [m["from"]["address"] for m in each["messages"]]) for each in found["leftOut"]
    ]
    assert told == [("unmatched", 2, [OTHER, OTHER]), ("excluded", 1, ["news@tailspin-bank.example"])]
    assert all(each["reason"] for each in found["leftOut"])


def test_of_a_mailbox_that_they_may_not_read_there_are_counts_alone(
    ana: Someone, record: Any, control: Control
) -> None:
    known(ana)
    usual(control, CLEO)
    answer = tried(ana, CLEO)
    assert (answer["count"], answer["messages"], answer["readable"]) == (2, [], False)
    assert [(each["code"], each["count"], each["messages"]) for each in answer["leftOut"]] == [
        ("unmatched", 2, []),
        ("excluded", 1, []),
    ]
    assert SENDER not in str(answer)
