"""New contacts, leads and cases: with what NetSuite needs, and with a sentence that names the field when it refuses."""

from typing import Any

import pytest

from server.destinations.base import DestinationError, Record
from server.destinations.netsuite.client import Client
from server.destinations.netsuite.config import Config
from server.destinations.netsuite.creating import Creator
from server.destinations.netsuite.errors import NetSuiteError
from server.destinations.netsuite.finding import Finder
from server.destinations.netsuite.records import types_of
from tests.conftest import Control
from tests.simulator.netsuite.accounts import Account, Fields

PAT = {"name": "Pat van der Harbour", "address": "Pat@Harbour.example"}


@pytest.fixture
def creator(client: Client, finder: Finder) -> Creator:
    return Creator(client, finder, "netsuite")


def refused(creator: Creator, type_: str, values: dict[str, str]) -> DestinationError:
    with pytest.raises(DestinationError) as error:
        creator.create(type_, values)
    return error.value


def stored(account: Account, record: Record) -> Fields:
    return account.records[record.type][record.id]


def test_a_contact_is_created_and_can_be_found(creator: Creator, finder: Finder, account: Account) -> None:
    made = creator.create("contact", {**PAT, "company": "adatum", "phone": "+49 1", "unknown": "x"})
    assert (made.type, made.name, made.address, made.company) == (
        "contact",
        "Pat van der Harbour",
        "pat@harbour.example",
        "Adatum",
    )
    kept = stored(account, made)
    assert (kept["firstName"], kept["lastName"], kept["phone"]) == ("Pat van der", "Harbour", "+49 1")
    assert kept["company"]["id"] == "104"
    assert finder.search("pat harbour").items == (made,)
    assert finder.get("contact", made.id) == made


@pytest.mark.parametrize("name", ["Harbour", "x" * 33 + " Harbour", "Österreich'; --"])
def test_any_name_makes_a_contact(creator: Creator, name: str) -> None:
    assert creator.create("contact", {"name": name}).name == name


def test_the_company_of_a_contact_is_known_by_the_domain_of_the_address(creator: Creator, account: Account) -> None:
    made = creator.create("contact", {"name": "New", "address": "new@northwind.example"})
    assert stored(account, made)["company"]["id"] == "105"


def test_where_two_companies_have_the_domain_none_is_chosen(creator: Creator, account: Account) -> None:
    account.add("vendor", {"companyName": "Northwind Two", "url": "https://northwind.example", "isInactive": False})
    made = creator.create("contact", {"name": "New", "address": "new@northwind.example"})
    assert "company" not in stored(account, made)


def test_a_lead_is_created(creator: Creator, account: Account) -> None:
    made = creator.create("lead", {"name": "Fourth Coffee", "domain": "FourthCoffee.example", "email": "a@b.example"})
    assert (made.type, made.name, made.domain, made.address) == (
        "lead",
        "Fourth Coffee",
        "fourthcoffee.example",
        "a@b.example",
    )
    assert stored(account, made)["url"] == "https://fourthcoffee.example"


@pytest.mark.parametrize(
    "whose",
    [{"company": "Tailspin"}, {"address": "quality@tailspin.example"}, {"address": "somebody@tailspin.example"}],
)
def test_a_case_is_created_for_the_company_that_is_named_or_behind_the_address(
    creator: Creator, account: Account, whose: dict[str, str]
) -> None:
    made = creator.create("supportcase", {"title": "Display is cracked", **whose})
    assert made.number
    shown = ("Display is cracked", "Tailspin", f"Case {made.number} · Not Started")
    assert (made.name, made.company, made.detail) == shown
    assert stored(account, made)["company"]["id"] == "106"


@pytest.mark.parametrize("config", [{"subsidiary": "3"}], indirect=True)
def test_contacts_and_leads_are_of_the_subsidiary_that_was_chosen(creator: Creator, account: Account) -> None:
    for made in (creator.create("contact", PAT), creator.create("lead", {"name": "Fourth Coffee"})):
        assert stored(account, made)["subsidiary"]["id"] == "3"


@pytest.mark.parametrize(
    ("type_", "values", "code", "message"),
    [
        ("contact", {}, "invalid_request", "Name is needed."),
        ("contact", {"name": " \0 "}, "invalid_request", "Name is needed."),
        ("contact", {"name": "x" * 251}, "invalid_request", "Name is longer than 250 characters."),
        ("contact", {"name": "x" * 90}, "invalid_request", "maximum number ( 83 )"),
        ("contact", {"name": "Pat", "address": "no address"}, "invalid_request", "Email address does not look like"),
        ("contact", {"name": "Pat", "company": "Nowhere"}, "invalid_request", "has none that is called Nowhere."),
        ("contact", {"name": "Adatum Purchasing"}, "conflict", "NetSuite has a contact with this name already."),
        ("lead", {"name": "Adatum"}, "conflict", "NetSuite has a lead with this name already."),
        ("lead", {"name": "New", "domain": "no domain"}, "invalid_request", "Web address does not look like a domain"),
        ("supportcase", {"company": "Adatum"}, "invalid_request", "Subject is needed."),
        ("supportcase", {"title": "Cracked"}, "invalid_request", "Company is needed"),
        ("supportcase", {"title": "Cracked", "address": "a@b.example"}, "invalid_request", "Company is needed"),
        ("customer", {"name": "New"}, "invalid_request", "Customers are created in NetSuite itself."),
        ("purchaseorder", {"name": "New"}, "invalid_request", "There is no such kind of record."),
    ],
)  # fmt: skip
def test_what_cannot_be_created_is_told_with_the_field(
    creator: Creator, type_: str, values: dict[str, str], code: str, message: str
) -> None:
    error = refused(creator, type_, values)
    assert (error.code, error.permanent) == (code, True)
    assert message in error.message


def test_what_the_account_demands_beyond_is_told_in_a_sentence(creator: Creator, control: Control) -> None:
    detail = {"o:errorCode": "USER_ERROR", "detail": "Please enter value(s) for: Subsidiary"}
    body = {"status": 400, "o:errorDetails": [detail]}
    fault = {"service": "netsuite", "method": "POST", "path": "*/contact", "status": 400, "body": body}
    control("POST", "faults", json=[fault])
    error = refused(creator, "contact", PAT)
    assert (error.code, error.message) == ("invalid_request", "Subsidiary is needed in NetSuite for a new contact.")


def test_two_companies_of_one_name_are_not_chosen_from(creator: Creator, account: Account) -> None:
    account.add("vendor", {"entityId": "Adatum", "companyName": "Adatum", "isInactive": False})
    assert "has 2 that are called Adatum" in refused(creator, "contact", {**PAT, "company": "Adatum"}).message


@pytest.mark.parametrize("config", [{"types": ["customer", "contact"]}], indirect=True)
def test_only_what_is_chosen_can_be_created(creator: Creator) -> None:
    assert refused(creator, "lead", {"name": "Fourth Coffee"}).code == "invalid_request"


def test_a_missing_permission_is_named(creator: Creator, account: Account) -> None:
    account.withheld.add("Contacts (Create)")
    error = refused(creator, "contact", PAT)
    assert (error.code, error.permanent) == ("permission", True)
    assert "Lists -> Contacts" in error.message


@pytest.mark.parametrize("loss", [{"cut": True}, {"status": 504}])
@pytest.mark.parametrize(("type_", "values"), [("contact", PAT), ("lead", {"name": "Fourth Coffee"})])
def test_a_record_whose_answer_was_lost_is_found_again(
    creator: Creator, account: Account, control: Control, loss: dict[str, Any], type_: str, values: dict[str, str]
) -> None:
    fault = {"service": "netsuite", "path": f"*/record/v1/{type_}", "after": True, "times": 1, **loss}
    control("POST", "faults", json=[fault])
    before = len(account.records[type_])
    made = creator.create(type_, values)
    assert made.name == values["name"]
    assert len(account.records[type_]) == before + 1


def test_a_record_that_was_not_made_is_no_record(creator: Creator, account: Account, control: Control) -> None:
    control("POST", "faults", json=[{"service": "netsuite", "path": "*/record/v1/*", "status": 503}])
    for type_, values in (("contact", PAT), ("supportcase", {"title": "Cracked", "company": "Adatum"})):
        error = refused(creator, type_, values)
        assert isinstance(error, NetSuiteError)
        assert (error.code, error.permanent, error.is_outcome_unknown) == ("unreachable", False, True)


def test_fields_are_offered_for_what_can_be_created(config: Config) -> None:
    required = {each.type: [field.title for field in each.fields if field.required] for each in types_of(config)}
    assert {type_: titles for type_, titles in required.items() if titles} == {
        "contact": ["Name"],
        "lead": ["Company name"],
        "supportcase": ["Subject"],
    }
