"""Rules of Autopilot are started: by whom, where, for what, and the same one again."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select

from server.models import RuleMessage, Watch
from server.services import Services
from tests.autopilot.asking import ASKED_EACH_TIME, JO, happened, licensed, listed, lose_right, refused, started, wanted
from tests.conftest import Control, Someone, mime
from tests.steps import BEN, SUPPORT, contact, context, item_of, reference

# Starting one


def test_an_address_rule_says_what_it_saves_where_and_whose_it_is(members: Any, ben: Someone, record: Any) -> None:
    rule = started(ben, record, value=" Jo@Adatum.example ")
    assert (rule["kind"], rule["value"], rule["title"]) == ("address", JO, f"Everything from or to {JO}")
    assert (rule["state"], rule["reason"]) == ("active", None)
    assert rule["mailbox"]["address"] == SUPPORT
    assert rule["record"] == {**reference(record), "name": "Purchasing"}
    assert rule["madeBy"] == rule["carriedBy"]
    assert (rule["madeBy"]["address"], rule["madeBy"]["me"], rule["mayRemove"]) == (BEN, True, True)
    assert (rule["attachments"], rule["internalToo"], rule["privateToo"]) == ("files", False, False)
    assert rule["since"] == rule["createdAt"]
    assert ben.get(f"/api/rules/{rule['id']}") == rule


def test_a_domain_rule_takes_the_domain_with_or_without_its_sign(members: Any, ben: Someone, record: Any) -> None:
    rule = started(ben, record, "domain", value="@Adatum.example", attachments="none", internalToo=True)
    assert (rule["value"], rule["attachments"], rule["internalToo"]) == ("adatum.example", "none", True)
    assert rule["title"] == "Everything from or to anybody at adatum.example"


def test_a_conversation_begins_with_the_open_message_and_what_it_answers(
    members: Any, ben: Someone, record: Any, control: Control, services: Services
) -> None:
    answer = mime("Re: Order 4711", "<2@adatum.example>", headers="In-Reply-To: <1@adatum.example>")
    item = item_of(control.deliver(SUPPORT, answer), SUPPORT)
    rule = started(ben, record, "conversation", item=item)
    assert (rule["value"], rule["title"]) == ("<2@adatum.example>", "The conversation “Re: Order 4711”")
    with services.database.session() as session:
        known = set(session.scalars(select(RuleMessage.internet_message_id)))
    assert known == {"<1@adatum.example>", "<2@adatum.example>"}


def test_the_mailbox_is_looked_at_because_of_a_new_rule(
    members: Any, ben: Someone, record: Any, services: Services
) -> None:
    started(ben, record)
    with services.database.session() as session:
        [watch] = session.scalars(select(Watch).where(Watch.due_at <= func.clock_timestamp()))
    assert watch.mailbox.address == SUPPORT


def test_it_works_in_ones_own_and_in_a_delegate_mailbox(ana: Someone, ben: Someone, record: Any) -> None:
    for mailbox in (BEN, "cleo@contoso.example"):
        licensed(ana, mailbox)
        assert started(ben, record, mailbox=mailbox)["mailbox"]["address"] == mailbox


def test_a_member_need_not_have_opened_a_message_there_before(ana: Someone, ben: Someone, record: Any) -> None:
    licensed(ana, SUPPORT)
    rule = started(ben, record)
    assert listed(ana, f"?mailbox={SUPPORT}") == [rule["title"]]
    assert ana.get(f"/api/rules/{rule['id']}")["mayRemove"] is False
    assert [each["address"] for each in ben.get("/api/mailboxes")["mailboxes"]] == [SUPPORT]


def test_an_alias_of_ones_own_mailbox_leads_to_the_same_mailbox(ana: Someone, ben: Someone, record: Any) -> None:
    licensed(ana, BEN)
    assert started(ben, record, mailbox="ben.alias@contoso.example")["mailbox"]["address"] == BEN


# The same again


def test_the_same_rule_again_is_the_one_that_is_there(members: Any, ana: Someone, ben: Someone, record: Any) -> None:
    first = started(ben, record)
    again = ana.post("/api/rules", wanted(record, value=JO.upper()), expect=200)
    assert (again["id"], again["carriedBy"]["address"], again["mayRemove"]) == (first["id"], BEN, False)
    assert happened(ana).count("rule_made") == 0


def test_another_message_of_the_conversation_starts_no_second_rule(
    members: Any, ben: Someone, record: Any, in_support: Any, control: Control
) -> None:
    first = started(ben, record, "conversation", item=in_support)
    answer = mime("Re: Order 4711", "<2@adatum.example>", headers="References: <1@adatum.example>")
    later = item_of(control.deliver(SUPPORT, answer), SUPPORT)
    again = ben.post("/api/rules", wanted(record, "conversation", item=later), expect=200)
    assert again["id"] == first["id"]


def test_another_record_is_another_rule(members: Any, ben: Someone, record: Any) -> None:
    first, second = started(ben, record), started(ben, contact(ben, "Other", "other@adatum.example"))
    assert first["id"] != second["id"]


def test_a_removed_conversation_can_be_started_again(members: Any, ben: Someone, record: Any, in_support: Any) -> None:
    first = started(ben, record, "conversation", item=in_support)
    assert ben("DELETE", f"/api/rules/{first['id']}")["state"] == "removed"
    second = started(ben, record, "conversation", item=in_support)
    assert (second["state"], second["id"] != first["id"]) == ("active", True)
    assert [each["id"] for each in ben.get("/api/rules")["rules"]] == [second["id"]]


def test_many_who_start_the_same_at_once_get_one_rule(members: Any, record: Any, in_support: Any) -> None:
    asked = wanted(record, "conversation", item=in_support)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda n: members[n % 2].raw("POST", "/api/rules", json=asked), range(16)))
    assert sorted(each.status_code for each in answers) == [200] * 15 + [201]
    assert len({each.get_json()["id"] for each in answers}) == 1


# Who may, and what is refused


def test_without_a_licence_it_names_the_mailbox_and_the_way_out(
    ben: Someone, ana: Someone, record: Any, in_support: Any, work: Any
) -> None:
    context(ben, in_support)
    error = ben.post("/api/rules", wanted(record), expect=402)["error"]
    assert error["code"] == "license_missing"
    assert SUPPORT in error["message"] and "administrator" in error["message"]
    assert listed(ben) == []
    [save] = ben.save(in_support, record)
    work()
    assert ben.get(f"/api/saves/{save['id']}")["state"] == "saved"
    licensed(ana, SUPPORT)
    assert started(ben, record)["state"] == "active"


def test_a_mailbox_that_the_person_may_not_read_answers_as_one_that_is_not_there(
    members: Any, mallory: Someone, record: Any, in_support: Any
) -> None:
    strange = mallory.post("/api/rules", wanted(record), expect=403)["error"]
    nobodys = mallory.post("/api/rules", wanted(record, mailbox="nobody@contoso.example"), expect=403)["error"]
    assert strange == nobodys
    assert strange["code"] == "mailbox_access_denied"
    mallory.post("/api/rules", wanted(record, "conversation", item=in_support), expect=403)


@ASKED_EACH_TIME
def test_a_right_that_was_taken_away_starts_nothing_more(
    members: Any, ben: Someone, record: Any, control: Control
) -> None:
    rule = started(ben, record)
    lose_right(control, BEN)
    assert refused(ben, "POST", "/api/rules", 403, wanted(record, "domain")) == "mailbox_access_denied"
    assert refused(ben, "PATCH", f"/api/rules/{rule['id']}", 403, {"state": "active"}) == "mailbox_access_denied"
    assert ben("DELETE", f"/api/rules/{rule['id']}")["state"] == "removed"


@pytest.mark.parametrize(
    ("asked", "offered"), [({"kind": "folder", "record": None}, "match"), ({"scope": "tenant"}, "everywhere")]
)
def test_what_is_not_offered_is_said_so(members: Any, ben: Someone, record: Any, asked: Any, offered: str) -> None:
    error = ben.post("/api/rules", {**wanted(record), **asked}, expect=400)["error"]
    assert (error["code"], offered in error["message"]) == ("not_supported", True)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"value": "jo"}, "invalid_address"),
        ({"value": None}, "invalid_address"),
        ({"kind": "domain", "value": "adatum"}, "invalid_domain"),
        ({"kind": "domain", "value": "-.adatum.example"}, "invalid_domain"),
        ({"kind": "domain", "value": JO}, "invalid_domain"),
        ({"record": None}, "invalid_request"),
        ({"mailbox": None}, "invalid_request"),
        ({"kind": "conversation"}, "invalid_request"),
        ({"attachments": "some"}, "invalid_request"),
        ({"internalToo": "yes"}, "invalid_request"),
    ],
)
def test_what_is_wrong_is_refused(members: Any, ben: Someone, record: Any, asked: Any, code: str) -> None:
    assert refused(ben, "POST", "/api/rules", 400, {**wanted(record), **asked}) == code


def test_a_record_that_is_not_there_is_refused(members: Any, ben: Someone, record: Any) -> None:
    missing = {**record, "id": str(uuid.uuid4())}
    assert refused(ben, "POST", "/api/rules", 404, wanted(missing)) == "record_not_found"


def test_a_message_of_another_mailbox_starts_no_conversation_here(
    members: Any, ben: Someone, record: Any, control: Control
) -> None:
    own = item_of(control.deliver(BEN, mime(message_id="<9@adatum.example>")), BEN)
    assert refused(ben, "POST", "/api/rules", 400, wanted(record, "conversation", item=own)) == "another_mailbox"
