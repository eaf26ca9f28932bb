"""Which mailbox an item is in, who may see it, and what kind of mailbox it is."""

from typing import Any

import pytest

from tests.conftest import Control, Someone, mime
from tests.steps import BEN, CLEO, SUPPORT, app_only, contact, context, item_of, reference, refused

ROOM = "room1@contoso.example"


@pytest.fixture
def in_support(control: Control) -> dict[str, str]:
    return control.deliver(SUPPORT, mime())


# What kind of mailbox


def test_the_persons_own_mailbox_is_personal(ben: Someone, control: Control) -> None:
    found = context(ben, item_of(control.deliver(BEN, mime())))["mailbox"]
    assert (found["address"], found["kind"], found["because"]) == (BEN, "personal", "own_address")
    assert found["certain"]


@pytest.mark.parametrize("name", ["owner", "profileAddress", "mailbox"])
@pytest.mark.parametrize("address", ["ben.alias@contoso.example", "Ben.Alias@Contoso.example", "BEN@contoso.example"])
def test_an_alias_of_the_person_is_their_own_mailbox(ben: Someone, control: Control, name: str, address: str) -> None:
    found = context(ben, item_of(control.deliver(BEN, mime()), **{name: address}))["mailbox"]
    assert (found["address"], found["kind"]) == (BEN, "personal")


def test_a_shared_mailbox_in_the_same_window_is_shared(ben: Someone, in_support: Any) -> None:
    found = context(ben, item_of(in_support, SUPPORT, profileAddress=BEN))["mailbox"]
    assert (found["address"], found["kind"], found["because"]) == (SUPPORT, "shared", "exchange_says_shared")


def test_a_mailbox_opened_in_its_own_tab_is_known_by_the_profile_address(ben: Someone, in_support: Any) -> None:
    found = context(ben, item_of(in_support, profileAddress=SUPPORT))["mailbox"]
    assert (found["address"], found["kind"]) == (SUPPORT, "shared")


def test_the_mailbox_of_another_person_is_a_delegate_mailbox(ben: Someone, control: Control) -> None:
    found = context(ben, item_of(control.deliver(CLEO, mime()), CLEO))["mailbox"]
    assert (found["address"], found["kind"], found["because"]) == (CLEO, "delegate", "exchange_says_user")


def test_a_room_is_neither_shared_nor_delegate(ben: Someone, control: Control) -> None:
    control("POST", "world", json={"rights": {"person": "ben", "mailbox": ROOM, "right": "full"}})
    found = context(ben, item_of(control.deliver(ROOM, mime()), ROOM))["mailbox"]
    assert (found["kind"], found["because"]) == ("other", "exchange_says_other")


@pytest.mark.parametrize(
    ("purpose", "kind", "because"),
    [
        ("linked", "delegate", "exchange_says_user"),
        ("equipment", "other", "exchange_says_other"),
        ("others", "other", "exchange_says_other"),
        ("unknownFutureValue", "unknown", "exchange_says_new"),
    ],
)
def test_every_purpose_has_its_kind(
    ben: Someone, in_support: Any, control: Control, purpose: str, kind: str, because: str
) -> None:
    control("POST", "world", json={"userPurpose": {"support": purpose}})
    found = context(ben, item_of(in_support, SUPPORT))["mailbox"]
    assert (found["kind"], found["because"], found["certain"]) == (kind, because, kind != "unknown")


def test_it_says_how_it_knows_and_since_when(ben: Someone, in_support: Any) -> None:
    first = context(ben, item_of(in_support, SUPPORT))["mailbox"]
    again = context(ben, item_of(in_support, SUPPORT))["mailbox"]
    assert first["why"].startswith("Exchange says")
    assert first["since"] == again["since"]


def test_each_person_sees_the_same_mailbox_with_their_own_eyes(ben: Someone, someone: Any, control: Control) -> None:
    delivered = control.deliver(CLEO, mime())
    assert context(ben, item_of(delivered, CLEO))["mailbox"]["kind"] == "delegate"
    assert context(someone("cleo"), item_of(delivered))["mailbox"]["kind"] == "personal"


# Where the item is, when Outlook does not say or says it wrongly


def test_an_unreported_shared_item_is_found_in_a_mailbox_used_before(ben: Someone, control: Control) -> None:
    context(ben, item_of(control.deliver(SUPPORT, mime()), SUPPORT))
    other = control.deliver(SUPPORT, mime(message_id="<2@adatum.example>"))
    found = context(ben, item_of(other, profileAddress=BEN))["mailbox"]
    assert (found["address"], found["kind"]) == (SUPPORT, "shared")


def test_an_unreported_shared_item_is_found_through_its_recipients(ben: Someone, in_support: Any) -> None:
    item = item_of(
        in_support, profileAddress=BEN, participants=["purchasing@adatum.example", "Support@contoso.example"]
    )
    assert context(ben, item)["mailbox"]["address"] == SUPPORT


def test_foreign_recipients_are_never_asked_for(ben: Someone, in_support: Any, control: Control) -> None:
    ben.get("/api/me")
    control("DELETE", "requests")
    refused(ben, item_of(in_support, participants=[f"p{n}@adatum.example" for n in range(50)]), 404)
    assert control.count("graph") == 1


def test_many_recipients_do_not_make_it_knock_everywhere(mallory: Someone, in_support: Any, control: Control) -> None:
    mallory.get("/api/me")
    control("DELETE", "requests")
    refused(mallory, item_of(in_support, participants=[f"p{n}@contoso.example" for n in range(100)]), 404)
    assert control.count("graph") <= 8


@pytest.mark.parametrize("owner", ["nobody@contoso.example", "ben@contoso.example", "mallory@contoso.example"])
def test_a_wrong_owner_does_not_hide_the_item(ben: Someone, control: Control, owner: str) -> None:
    context(ben, item_of(control.deliver(CLEO, mime()), CLEO))
    other = control.deliver(CLEO, mime(message_id="<2@adatum.example>"))
    assert context(ben, item_of(other, owner))["mailbox"]["address"] == CLEO


def test_a_shared_owner_does_not_hide_an_item_of_ones_own(ben: Someone, control: Control) -> None:
    found = context(ben, item_of(control.deliver(BEN, mime()), SUPPORT))["mailbox"]
    assert (found["address"], found["kind"]) == (BEN, "personal")


def test_an_item_that_is_found_nowhere_makes_it_ask_for_the_mailbox(ben: Someone, in_support: Any) -> None:
    error = refused(ben, item_of(in_support), 404)
    assert (error["code"], error["ask"]) == ("message_not_found", "mailbox")
    answered = context(ben, item_of(in_support, mailbox=SUPPORT))
    assert answered["mailbox"]["kind"] == "shared"


def test_the_persons_choice_goes_before_what_outlook_reports(ben: Someone, in_support: Any) -> None:
    found = context(ben, item_of(in_support, "nobody@contoso.example", mailbox=SUPPORT))["mailbox"]
    assert found["address"] == SUPPORT


def test_an_item_that_was_moved_is_found_by_its_message_id(ben: Someone, in_support: Any, control: Control) -> None:
    control("POST", "moves", json={"mailbox": SUPPORT, "id": in_support["id"], "folder": "archive"})
    error = refused(ben, item_of(in_support, SUPPORT), 404)
    assert error["code"] == "message_not_found"
    known = item_of(in_support, SUPPORT, internetMessageId="<1@adatum.example>")
    assert context(ben, known)["message"]["id"] == in_support["immutableId"]


def test_a_message_id_that_stands_on_two_items_finds_neither(ben: Someone, in_support: Any, control: Control) -> None:
    control.deliver(SUPPORT, mime(subject="Another"))
    control("POST", "moves", json={"mailbox": SUPPORT, "id": in_support["id"], "folder": "archive"})
    refused(ben, item_of(in_support, SUPPORT, internetMessageId="<1@adatum.example>"), 404)


@pytest.mark.parametrize("message_id", ["<o'brien@adatum.example>", "<a+b&c=d@adatum.example>", "not an id", "<é@x>"])
def test_any_message_id_can_be_looked_for(ben: Someone, in_support: Any, message_id: str) -> None:
    control_id = item_of(in_support, internetMessageId=message_id)
    assert refused(ben, control_id, 404)["code"] == "message_not_found"


@pytest.mark.parametrize(("id_format", "name"), [("ews", "ewsId"), ("rest", "id"), ("immutable", "immutableId")])
def test_every_spelling_of_an_id_leads_to_the_same_item(
    ben: Someone, in_support: Any, id_format: str, name: str
) -> None:
    found = context(ben, {"id": in_support[name], "idFormat": id_format, "owner": SUPPORT})
    assert found["message"]["id"] == in_support["immutableId"]


def test_the_id_of_an_item_stays_when_it_is_moved(ben: Someone, in_support: Any, control: Control) -> None:
    control("POST", "moves", json={"mailbox": SUPPORT, "id": in_support["id"], "folder": "archive"})
    found = context(ben, {"id": in_support["immutableId"], "idFormat": "immutable", "owner": SUPPORT})
    assert found["message"]["internetMessageId"] == "<1@adatum.example>"


# Who may


def test_no_right_to_the_mailbox_is_refused_without_using_affixs_own_right(mallory: Someone, control: Control) -> None:
    delivered = control.deliver(CLEO, mime())
    for name in ("owner", "mailbox", "profileAddress"):
        assert refused(mallory, item_of(delivered, **{name: CLEO}), 403)["code"] == "mailbox_access_denied"
    assert app_only(control) == 0


def test_a_refusal_is_not_covered_up_by_a_copy_in_another_mailbox(mallory: Someone, control: Control) -> None:
    control.deliver("mallory@contoso.example", mime())
    theirs = item_of(control.deliver(CLEO, mime()), CLEO, internetMessageId="<1@adatum.example>")
    assert refused(mallory, theirs, 403)["code"] == "mailbox_access_denied"


def test_a_save_in_a_mailbox_without_rights_is_refused(mallory: Someone, control: Control, ana: Someone) -> None:
    record = contact(ana)
    delivered = control.deliver(CLEO, mime())
    body = {"item": item_of(delivered, CLEO), "records": [reference(record)], "attachments": "all"}
    assert mallory.post("/api/saves", body, expect=403)["error"]["code"] == "mailbox_access_denied"
    assert app_only(control) == 0
    assert ana.emails(record) == []


def test_a_right_that_was_taken_away_no_longer_counts(ben: Someone, in_support: Any, control: Control) -> None:
    context(ben, item_of(in_support, SUPPORT))
    control("POST", "world", json={"rights": {"person": "ben", "mailbox": SUPPORT, "right": "none"}})
    assert refused(ben, item_of(in_support, SUPPORT), 403)["code"] == "mailbox_access_denied"


def test_a_single_shared_folder_opens_what_is_in_it_and_no_more(mallory: Someone, control: Control) -> None:
    right = {"person": "mallory", "mailbox": CLEO, "right": "delegate", "folders": ["inbox"]}
    control("POST", "world", json={"rights": right})
    found = context(mallory, item_of(control.deliver(CLEO, mime()), CLEO))["mailbox"]
    assert (found["address"], found["kind"]) == (CLEO, "delegate")
    private = item_of(control.deliver(CLEO, mime(message_id="<2@adatum.example>"), folder="archive"), CLEO)
    assert refused(mallory, private, 403)["code"] == "mailbox_access_denied"


def test_another_tenant_sees_nothing(eve: Someone, in_support: Any, control: Control) -> None:
    for more in ({"owner": SUPPORT}, {"mailbox": SUPPORT}, {"profileAddress": SUPPORT}, {"participants": [SUPPORT]}):
        error = eve.raw("POST", "/api/context", json={"item": item_of(in_support, **more)})
        assert error.status_code in (403, 404), error.get_data(as_text=True)
        assert "Order 4711" not in error.get_data(as_text=True)
    assert app_only(control) == 0
