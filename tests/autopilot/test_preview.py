"""A dry run: what a rule would have saved of the last days, without a licence, a save or a row."""

from typing import Any

import pytest
from sqlalchemy import func, select

from server.models import Rule, RuleMessage, Save, Sighting
from server.services import Services
from tests.autopilot.asking import licensed, lose_right, refused
from tests.autopilot.past_mail import OTHER, SENDER, ago, arrive, letter, usual_mail, wanted
from tests.conftest import Control, Someone
from tests.steps import ANA, BEN, CLEO, SUPPORT, contact, item_of, reference


def tried(person: Someone, asked: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = person.post("/api/rules/preview", asked, expect=200)
    return found


def numbers(found: dict[str, Any]) -> list[str]:
    """Of the messages that would have been saved, in the order in which they are listed."""
    return [each["internetMessageId"][1:].partition("@")[0] for each in found["messages"]]


@pytest.fixture
def mail(control: Control) -> list[dict[str, str]]:
    return usual_mail(control)


def test_it_tells_what_would_have_been_saved_newest_first(ben: Someone, record: Any, mail: Any) -> None:
    found = tried(ben, wanted(record, days=30))
    assert (found["count"], found["scanned"], found["complete"], found["days"]) == (3, 6, True, 30)
    assert numbers(found) == ["3", "2", "1"]
    first = found["messages"][-1]
    assert (first["subject"], first["from"]["address"], first["saved"]) == ("Order 1", SENDER, False)
    assert first["reason"] == "It is from or to an address whose mail is being saved."
    assert first["id"] == mail[0]["immutableId"]


def test_it_costs_no_licence_no_save_and_no_row(ben: Someone, record: Any, mail: Any, services: Services) -> None:
    found = tried(ben, wanted(record))
    assert (found["license"]["state"], SUPPORT in found["license"]["message"]) == ("missing", True)
    with services.database.session() as session:
        for kind in (Rule, RuleMessage, Save, Sighting):
            assert session.scalar(select(func.count()).select_from(kind)) == 0


def test_the_choices_of_the_rule_count(ben: Someone, record: Any, mail: Any) -> None:
    assert numbers(tried(ben, wanted(record, days=60)))[-1] == "16"
    assert "15" in numbers(tried(ben, wanted(record, privateToo=True)))
    domain = wanted(record, kind="domain", value="tailspin.example")
    assert numbers(tried(ben, domain)) == ["11"]
    assert numbers(tried(ben, wanted(record, value=BEN, internalToo=True))) == ["17"]


def test_what_is_on_the_record_already_is_told_apart(
    ben: Someone, ana: Someone, record: Any, mail: Any, control: Control
) -> None:
    ana.save(item_of(mail[0], SUPPORT), record)
    [elsewhere] = arrive(control, letter(2, ago(days=2), mailbox=ANA))
    ana.save(item_of(elsewhere), record)
    ana.save(item_of(mail[2], SUPPORT), contact(ana, "Another", "another@adatum.example"))
    found = tried(ben, wanted(record))
    assert [each["saved"] for each in found["messages"]] == [False, True, True]
    assert found["count"] == 3


def test_a_conversation_is_tried_with_what_the_mailbox_counts_among_it(
    ben: Someone, record: Any, control: Control
) -> None:
    answers = "References: <1@adatum.example>"
    delivered = arrive(
        control,
        letter(1, ago(days=9), subject="Order"),
        letter(2, ago(days=8), "archive", headers=answers, subject="Re: Order"),
        letter(3, ago(days=7), sender=OTHER, headers="In-Reply-To: <2@adatum.example>", subject="Delivery"),
        letter(4, ago(days=6), subject="Something else"),
        letter(5, ago(days=5), headers=answers, subject="Re: Order"),
        letter(6, ago(days=5), "deleteditems", headers=answers, subject="Re: Order"),
    )
    asked = {"kind": "conversation", "item": item_of(delivered[4], SUPPORT), "record": reference(record)}
    assert numbers(tried(ben, asked)) == ["5", "3", "2", "1"]
    assert numbers(tried(ben, {**asked, "days": 6})) == ["5"]


def test_matching_tells_on_whose_record_mail_would_have_been(ana: Someone, record: Any, mail: Any) -> None:
    found = tried(ana, {"kind": "match", "mailbox": SUPPORT})
    assert numbers(found) == ["3", "2", "1"]
    assert {each["reason"] for each in found["messages"]} == {"Somebody on it is known: Purchasing."}


def test_what_only_affix_itself_may_read_is_counted_and_not_shown(ana: Someone, record: Any, control: Control) -> None:
    arrive(control, letter(1, ago(days=3), mailbox=CLEO))
    found = tried(ana, {"kind": "match", "mailbox": CLEO})
    assert (found["count"], found["messages"]) == (1, [])


def test_a_rule_for_everywhere_is_tried_in_the_mailbox_that_is_named(ben: Someone, record: Any, mail: Any) -> None:
    assert numbers(tried(ben, wanted(record, scope="everywhere"))) == ["3", "2", "1"]
    asked = {**wanted(record, scope="everywhere"), "mailbox": None}
    assert refused(ben, "POST", "/api/rules/preview", 400, asked) == "invalid_request"


def test_a_large_mailbox_is_looked_at_in_part_and_says_so(ben: Someone, record: Any, control: Control) -> None:
    folders = ("inbox", "deleteditems")
    crowd = [letter(n, ago(days=9, minutes=-n), folders[n % 2], sender=OTHER) for n in range(2101)]
    arrive(control, letter(5001, ago(days=10)), *crowd, letter(5002, ago(days=1)))
    found = tried(ben, wanted(record))
    assert (found["complete"], numbers(found)) == (False, ["5001"])
    assert 1000 <= found["scanned"] < 1051, "those that were thrown away cost as much and do not count"
    assert found["since"] < found["until"] < ago(days=1).isoformat()
    assert control.count("graph") < 40


def test_it_is_asked_as_whoever_asks(ben: Someone, mallory: Someone, record: Any, mail: Any, control: Control) -> None:
    assert refused(mallory, "POST", "/api/rules/preview", 403, wanted(record)) == "mailbox_access_denied"
    nobodys = wanted(record, mailbox="nobody@contoso.example")
    assert refused(ben, "POST", "/api/rules/preview", 403, nobodys) == "mailbox_access_denied"
    assert tried(ben, wanted(record, mailbox=CLEO))["count"] == 0
    tried(ben, wanted(record))
    lose_right(control, BEN)
    assert refused(ben, "POST", "/api/rules/preview", 403, wanted(record)) == "mailbox_access_denied"


def test_a_record_of_another_tenant_is_not_there(eve: Someone, record: Any) -> None:
    asked = wanted(record, mailbox="eve@fabrikam.example")
    assert refused(eve, "POST", "/api/rules/preview", 404, asked) == "record_not_found"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"days": 0}, "invalid_request"),
        ({"days": 366}, "invalid_request"),
        ({"value": "nobody"}, "invalid_address"),
        ({"kind": "folder"}, "not_supported"),
        ({"scope": "tenant"}, "not_supported"),
        ({"record": None}, "invalid_request"),
        ({"mailbox": None}, "invalid_request"),
    ],
)
def test_what_is_wrong_is_refused(ben: Someone, record: Any, more: Any, code: str) -> None:
    assert refused(ben, "POST", "/api/rules/preview", 400, {**wanted(record), **more}) == code


def test_with_a_licence_it_says_so(ana: Someone, ben: Someone, record: Any, mail: Any) -> None:
    licensed(ana, SUPPORT)
    assert tried(ben, wanted(record))["license"]["state"] == "licensed"
