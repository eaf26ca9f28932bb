"""Records as people look for them: by words, by those on an email, by a number in its subject, and one by its id."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.destinations.base import DestinationError, Record, Suggestion
from server.destinations.netsuite.client import Client
from server.destinations.netsuite.config import Config
from server.destinations.netsuite.finding import Finder, Recent, numbers_in
from server.destinations.netsuite.records import domain_of, types_of
from tests.conftest import Control
from tests.simulator.netsuite.accounts import Account, Fields
from tests.simulator.world import World

QUERY = "/services/rest/query/v1/suiteql"
STAGE = ({"stage_column": "stage"}, {"stage_column": "searchstage"})

hostile = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def counting(client: Client, control: Control) -> None:
    """The token is there, and what follows is counted."""
    client.tokens.get()
    control("DELETE", "requests")


def asked(control: Control) -> int:
    assert {each["route"] for each in control.requests("netsuite")} <= {QUERY}
    return control.count("netsuite")


def names(finder: Finder, words: str, **kwargs: Any) -> list[str]:
    return [each.name for each in finder.search(words, **kwargs).items]


def shown(found: list[Suggestion]) -> list[tuple[str, str]]:
    return [(each.record.type, each.record.name) for each in found]


def entity(account: Account, type_: str, name: str, **fields: Any) -> Fields:
    named = {"entityId": name} if type_ in ("contact", "employee") else {"entityId": name, "companyName": name}
    return account.add(type_, {**named, "isInactive": False, **fields})


def to(record: Fields) -> dict[str, str]:
    return {"id": record["id"]}


def transaction(account: Account, type_: str, number: str, owner: Fields, status: str = "A", **fields: Any) -> Fields:
    return account.add(type_, {"tranId": number, "entity": to(owner), "status": {"id": status}, **fields})


# What there is


def test_all_types_are_offered_contacts_first_and_employees_last(config: Config) -> None:
    types = [each.type for each in types_of(config)]
    assert types[:4] == ["contact", "customer", "vendor", "partner"]
    assert types[-1] == "employee"
    assert {each.type for each in types_of(config) if each.fields} == {"contact", "lead", "supportcase"}


def test_each_type_is_told_from_the_others(finder: Finder, account: Account) -> None:
    for type_ in ("customer", "prospect", "lead", "vendor", "partner", "employee", "job", "contact"):
        entity(account, type_, f"Harbour {type_}")
    for type_ in ("estimate", "opportunity", "salesorder", "invoice", "cashsale"):
        transaction(account, type_, f"Harbour {type_}", account.records["customer"]["104"])
    account.add("supportcase", {"caseNumber": "1", "title": "Harbour case", "company": {"id": "104"}})
    found = finder.search("harbour", limit=50).items
    assert {each.type for each in found} == set(finder._config.types)
    for each in found:
        assert finder.search("harbour", type=each.type).items == (each,)


@pytest.mark.parametrize("config", [{"facts": facts} for facts in STAGE], indirect=True)
def test_customers_prospects_leads_and_projects_are_told_apart_by_either_column(
    finder: Finder, account: Account
) -> None:
    for type_ in ("customer", "prospect", "lead", "job"):
        entity(account, type_, f"Harbour {type_}")
    assert {each.type: each.name for each in finder.search("harbour").items} == {
        type_: f"Harbour {type_}" for type_ in ("customer", "prospect", "lead", "job")
    }


@pytest.mark.parametrize("types", [["contact"], ["vendor"], ["employee"], ["job"], ["invoice"], ["supportcase"]])
def test_only_tables_of_the_chosen_types_are_asked(
    account: Account, settings_of_account: dict[str, Any], client: Client, types: list[str]
) -> None:
    """What the role may not see, or the account does not have, would fail the whole query."""
    needed = {"contact": "Contacts", "vendor": "Vendors", "job": "Customers", "invoice": "Find Transaction"}
    needed["supportcase"] = "Cases"
    account.withheld |= {"Contacts", "Customers", "Vendors", "Partners", "Employees", "Cases", "Find Transaction"}
    account.withheld -= {needed.get(each, "") for each in types}
    config = Config.model_validate({**settings_of_account, "types": types})
    client.config = config
    finder = Finder(client, "netsuite")
    assert {each.type for each in finder.search("").items} <= set(types)
    finder.find_by_addresses(["purchasing@adatum.example"])
    finder.find_by_numbers("D-4711")


# By words


def test_a_record_is_shown_with_what_tells_it_from_others(finder: Finder) -> None:
    [found] = finder.search("240 cabinets").items
    assert found == Record(
        destination="netsuite",
        type="opportunity",
        id="115",
        name="Adatum: 240 control cabinets",
        number="D-2087",
        company="Adatum",
        detail="Opportunity D-2087 · Issued Estimate",
        link="https://1234567.app.netsuite.com/app/accounting/transactions/opprtnty.nl?id=115",
    )
    [contact] = finder.search("purchasing@adatum.example").items
    assert (contact.name, contact.address, contact.company) == (
        "Adatum Purchasing",
        "purchasing@adatum.example",
        "Adatum",
    )
    assert contact.link == "https://1234567.app.netsuite.com/app/common/entity/contact.nl?id=108"
    [customer] = finder.search("northwind.example", type="customer").items
    assert (customer.name, customer.domain) == ("Northwind", "northwind.example")


@pytest.mark.parametrize(
    "words", ["purchasing adatum", "ADATUM purch", "purchasing@adatum.example", "Adatum Purchasing", "  adatum\tpurch "]
)
def test_each_word_may_stand_anywhere(finder: Finder, words: str) -> None:
    assert names(finder, words)[0] == "Adatum Purchasing"


def test_a_record_is_found_by_its_number(finder: Finder, account: Account) -> None:
    assert names(finder, "d-2087") == ["Adatum: 240 control cabinets"]
    assert names(finder, "C-118") == ["Tailspin: cracked display of cabinet 118"]
    entity(account, "customer", "CUST-77", companyName="Fourth Coffee")
    [found] = finder.search("cust-77").items
    assert (found.name, found.number) == ("Fourth Coffee", "CUST-77")


def test_what_fits_exactly_comes_first_then_what_begins_with_it(finder: Finder, account: Account) -> None:
    for name in ("A Harbour", "Harbour West", "Harbour", "Old Harbour"):
        entity(account, "vendor", name)
    assert names(finder, "harbour") == ["Harbour", "Harbour West", "A Harbour", "Old Harbour"]


def test_an_umlaut_is_found_in_either_case(finder: Finder) -> None:
    assert names(finder, "EINKAUF SÜD") == ["Northwind Einkauf Süd"]


def test_a_transaction_without_a_title_is_called_by_its_type_and_number(finder: Finder, account: Account) -> None:
    transaction(account, "salesorder", "SO-1042", account.records["customer"]["104"])
    [found] = finder.search("SO-1042").items
    assert (found.name, found.number, found.company) == ("Sales order SO-1042", "SO-1042", "Adatum")


def test_inactive_records_and_the_accounts_own_users_are_left_out(finder: Finder, account: Account) -> None:
    entity(account, "contact", "Harbour Gone", email="gone@harbour.example", isInactive=True)
    account.add("supportcase", {"caseNumber": "7", "title": "Harbour", "company": {"id": "104"}, "isInactive": True})
    assert names(finder, "harbour") == []
    assert finder.find_by_addresses(["gone@harbour.example"]) == []
    assert names(finder, "administrator") == []


def test_all_are_listed_page_by_page_each_once(finder: Finder, account: Account) -> None:
    seen: list[tuple[str, str]] = []
    cursor = None
    while True:
        page = finder.search("", limit=3, cursor=cursor)
        assert len(page.items) <= 3
        seen += [(each.type, each.id) for each in page.items]
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == len(set(seen))
    assert set(seen) == {(each.type, each.id) for each in finder.search("", limit=100).items}


def test_a_search_is_one_request(finder: Finder, control: Control) -> None:
    finder.search("adatum")
    assert asked(control) == 1


@pytest.mark.parametrize(
    "cursor", ["", "x", "W10=", "WzAsIDBd", "WzIwLCAtMV0=", "WzEwMCwgMTAwMDAwXQ==", "WzFlOSwgMF0="]
)
def test_a_cursor_that_is_none_is_refused_unasked(finder: Finder, control: Control, cursor: str) -> None:
    with pytest.raises(DestinationError) as refused:
        finder.search("", cursor=cursor)
    assert refused.value.code == "invalid_request"
    assert asked(control) == 0


@pytest.mark.parametrize(
    "words", ["'; --", "100%", "_", "\\", "\0", "\ud800", '"', "[a]", "x" * 5000, "\U0001f4a9" * 300]
)
def test_any_words_can_be_searched_for(finder: Finder, words: str) -> None:
    assert names(finder, "no such " + words) == []


@hostile
@given(name=st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=40))
def test_a_record_of_any_name_is_found_by_it(finder: Finder, account: Account, name: str) -> None:
    made = entity(account, "vendor", name)
    found = finder.search(name, type="vendor", limit=100).items
    assert made["id"] in {each.id for each in found}
    assert next(each for each in found if each.id == made["id"]).name == name


@hostile
@given(text=st.text(max_size=300))
def test_nothing_that_stands_in_an_email_breaks_a_query(finder: Finder, text: str) -> None:
    finder.search(text)
    finder.find_by_addresses([text, f"{text}@adatum.example", f"x@{text}"])
    finder.find_by_numbers(f"1{text}2")
    finder.find_matches([f"{text}'@adatum.example"])


def test_a_type_that_is_not_there_has_no_records(finder: Finder, control: Control) -> None:
    assert finder.search("adatum", type="purchaseorder").items == ()
    assert asked(control) == 0


# For those on an email


def test_who_is_on_an_email_the_company_and_what_is_open_with_it(finder: Finder, control: Control) -> None:
    found = finder.find_by_addresses(["Purchasing@Adatum.example"])
    assert [(each.record.name, each.because) for each in found] == [
        ("Adatum Purchasing", "purchasing@adatum.example is on this email."),
        ("Adatum", "The company of somebody on this email."),
        ("Adatum: framework agreement 2027", "Open opportunity of Adatum."),
        ("Adatum: 240 control cabinets", "Open opportunity of Adatum."),
    ]
    assert asked(control) == 2


def test_many_people_take_the_same_two_requests(finder: Finder, control: Control) -> None:
    everybody = [f"person{number}@adatum.example" for number in range(150)] + ["quality@tailspin.example"]
    found = shown(finder.find_by_addresses(everybody))
    assert ("contact", "Tailspin Quality") in found
    assert ("customer", "Adatum") in found
    assert ("supportcase", "Tailspin: claim 52") in found
    assert asked(control) == 2


def test_contacts_come_before_customers_vendors_and_partners_and_employees_last(
    finder: Finder, account: Account
) -> None:
    for type_ in ("employee", "prospect", "lead", "job", "partner", "vendor", "customer", "contact"):
        entity(account, type_, f"Pat {type_}", email="pat@harbour.example")
    transaction(account, "invoice", "INV-1", next(iter(account.records["vendor"].values())))
    assert [type_ for type_, _ in shown(finder.find_by_addresses(["pat@harbour.example"]))] == [
        "contact", "customer", "vendor", "partner", "job", "lead", "prospect", "invoice", "employee",
    ]  # fmt: skip


def test_who_is_on_the_email_comes_before_the_companies_behind(finder: Finder, account: Account) -> None:
    entity(account, "customer", "Harbour", url="https://harbour.example")
    entity(account, "prospect", "Pat", email="pat@harbour.example")
    assert shown(finder.find_by_addresses(["pat@harbour.example"])) == [("prospect", "Pat"), ("customer", "Harbour")]


def test_a_company_is_known_by_the_domain_of_its_web_address(finder: Finder, account: Account) -> None:
    for url in (
        "http://www.Harbour.example/en?x=1",
        "harbour.example",
        "https://harbour.example",
        "www.harbour.example/x",
    ):
        entity(account, "vendor", url, url=url)
    for url in (
        "https://notharbour.example",
        "https://shop.harbour.example",
        "https://harbour.example.evil.example",
        "https://x.example/harbour.example",
    ):
        entity(account, "vendor", url, url=url)
    found = finder.find_by_addresses(["sales@harbour.example"])
    assert sorted(each.record.name for each in found) == [
        "harbour.example",
        "http://www.Harbour.example/en?x=1",
        "https://harbour.example",
        "www.harbour.example/x",
    ]
    assert {each.because for each in found} == {"Somebody on this email writes from harbour.example."}


def test_what_many_companies_have_in_common_is_no_domain_of_theirs(finder: Finder, account: Account) -> None:
    for name in ("harbour", "wharf"):
        entity(account, "vendor", name, url=f"https://{name}.co.uk")
    assert shown(finder.find_by_addresses(["pat@mail.harbour.co.uk"])) == [("vendor", "harbour")]
    assert finder.find_matches(["pat@wharf.co.uk", "x@other.co.uk"])["x@other.co.uk"] == []


def test_a_domain_where_everybody_can_have_an_address_leads_nowhere(finder: Finder, account: Account) -> None:
    entity(account, "vendor", "Mailer", url="https://gmail.com")
    assert finder.find_by_addresses(["somebody@gmail.com"]) == []


@pytest.mark.parametrize("config", [{"match_domains": False}], indirect=True)
def test_domains_are_not_looked_at_where_that_is_turned_off(finder: Finder) -> None:
    assert finder.find_by_addresses(["nobody@northwind.example"]) == []


@pytest.mark.parametrize(
    ("type_", "closed", "open_"),
    [
        ("opportunity", "C", "A"),
        ("estimate", "B", "A"),
        ("salesorder", "H", "F"),
        ("invoice", "B", "A"),
        ("cashsale", "C", "B"),
        ("salesorder", "SalesOrd:C", "SalesOrd:B"),
    ],
)
def test_what_is_closed_is_not_suggested(finder: Finder, account: Account, type_: str, closed: str, open_: str) -> None:
    harbour = entity(account, "customer", "Harbour", email="pat@harbour.example")
    transaction(account, type_, "1", harbour, closed)
    going_on = transaction(account, type_, "2", harbour, open_)
    found = finder.find_by_addresses(["pat@harbour.example"])
    assert [each.record.id for each in found] == [harbour["id"], going_on["id"]]


@pytest.mark.parametrize("config", [{"facts": {"closed_cases": ["5", "6"]}}], indirect=True)
def test_closed_cases_are_those_of_the_account(finder: Finder, account: Account) -> None:
    harbour = entity(account, "customer", "Harbour", email="pat@harbour.example")
    for status in ("2", "5", "6"):
        account.add(
            "supportcase", {"caseNumber": status, "title": status, "company": to(harbour), "status": {"id": status}}
        )
    assert [each.record.name for each in finder.find_by_addresses(["pat@harbour.example"])] == ["Harbour", "2"]


def test_of_what_is_open_the_newest_twenty_are_suggested(finder: Finder, account: Account, world: World) -> None:
    harbour = entity(account, "customer", "Harbour", email="pat@harbour.example")
    for number in range(30):
        moment = account.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        fields = {"company": to(harbour), "dateCreated": moment}
        if number % 2:
            account.add("supportcase", {"caseNumber": str(number), "title": str(number), **fields})
        else:
            transaction(account, "salesorder", str(number), harbour, title=str(number), dateCreated=moment)
        world.advance(60)
    found = finder.find_by_addresses(["pat@harbour.example"])[1:]
    assert [each.record.name for each in found] == [str(number) for number in range(29, 9, -1)]


@pytest.mark.parametrize("addresses", [[], [""], ["no address"], ["\0@\ud800"], ["x" * 9000 + "@a.example"], ["'@'"]])
def test_nobody_is_asked_for_without_an_address(finder: Finder, control: Control, addresses: list[str]) -> None:
    assert finder.find_by_addresses(addresses) == []
    assert asked(control) <= (1 if addresses == ["'@'"] else 0)


def test_a_stranger_costs_one_request(finder: Finder, control: Control) -> None:
    assert finder.find_by_addresses(["stranger@elsewhere.example"]) == []
    assert asked(control) == 1


# For Autopilot


def test_the_matches_of_many_people_are_told_apart_in_one_request(finder: Finder, control: Control) -> None:
    people = ["Purchasing@adatum.example", "new@northwind.example", "stranger@elsewhere.example", "", "no address"]
    found = finder.find_matches(people)
    assert {address: [each.record.name for each in fitting] for address, fitting in found.items()} == {
        "Purchasing@adatum.example": ["Adatum Purchasing", "Adatum"],
        "new@northwind.example": ["Northwind"],
        "stranger@elsewhere.example": [],
        "": [],
        "no address": [],
    }
    assert asked(control) == 1


def test_employees_are_our_own_side_and_no_match(finder: Finder) -> None:
    assert finder.find_matches(["ben@contoso.example"]) == {"ben@contoso.example": []}


def test_a_thousand_people_are_asked_for_in_a_few_requests(finder: Finder, control: Control) -> None:
    people = [f"person{number}@elsewhere.example" for number in range(999)] + ["quality@tailspin.example"]
    found = finder.find_matches(people)
    assert [each.record.name for each in found["quality@tailspin.example"]] == ["Tailspin Quality", "Tailspin"]
    assert sum(map(len, found.values())) == 2
    assert asked(control) == 3


def test_the_companies_of_people_of_many_domains_are_all_found(
    finder: Finder, account: Account, control: Control
) -> None:
    people = [f"sales@firm{number:03}.example" for number in range(60)]
    for number in range(60):
        entity(account, "vendor", f"Firm {number:03}", url=f"https://firm{number:03}.example")
    found = finder.find_matches(people)
    assert [[each.record.name for each in found[person]] for person in people] == [
        [f"Firm {number:03}"] for number in range(60)
    ]
    assert asked(control) == 2


# By a number


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        ("Re: D-4711", ["D-4711"]),
        ("AW: your order (d-4711), again", ["D-4711"]),
        ("Order 4711", ["D-4711"]),
        ("D-2087/D-2110 D-2110", ["D-2110"]),
        ("C-118: cracked; D-2087.", ["C-118", "D-2087"]),
        ("Offer 77", []),
        ("D-471", []),
        ("XD-4711", []),
        ("0014711", []),
        ("' OR 1=1 --1234'", []),
        ("", []),
    ],
)
def test_a_number_in_the_subject_leads_to_its_record(finder: Finder, subject: str, found: list[str]) -> None:
    suggestions = finder.find_by_numbers(subject)
    assert sorted(each.record.number or "" for each in suggestions) == found
    assert {each.because for each in suggestions} == {f"The number {each} is in the subject." for each in found}


def test_digits_alone_are_the_whole_last_number(finder: Finder, account: Account) -> None:
    harbour = entity(account, "customer", "CUST4711", companyName="Harbour")
    transaction(account, "invoice", "INV104711", harbour)
    transaction(account, "invoice", "4711", harbour)
    found = finder.find_by_numbers("invoice 4711")
    assert sorted(each.record.number or "" for each in found) == ["4711", "CUST4711", "D-4711"]


def test_a_subject_without_numbers_is_not_asked_about(finder: Finder, control: Control) -> None:
    assert finder.find_by_numbers("Lunch on Friday at 12, room 7?") == []
    assert asked(control) == 0
    finder.find_by_numbers(" ".join(f"N-{number}" for number in range(500)))
    assert asked(control) == 1


def test_the_numbers_of_many_subjects_are_told_apart_in_one_request(finder: Finder, control: Control) -> None:
    subjects = ["Re: D-4711", "Order 4711", "Lunch", "C-118: cracked; D-2087."]
    subjects += [f"Order {number}" for number in range(5000, 5046)]
    found = finder.find_by_numbers_of_each(subjects)
    assert {each: sorted(fits.record.number or "" for fits in fitting) for each, fitting in found.items()} == {
        **{each: [] for each in subjects}, "Re: D-4711": ["D-4711"], "Order 4711": ["D-4711"],
        "C-118: cracked; D-2087.": ["C-118", "D-2087"],
    }  # fmt: skip
    assert asked(control) == 1


def test_a_flood_of_numbers_takes_ten_requests_and_none_from_the_others(finder: Finder, control: Control) -> None:
    flood = [" ".join(f"N-{number}" for number in range(start, start + 20)) for start in range(0, 2000, 20)]
    found = finder.find_by_numbers_of_each([*flood, "Order 4711"])
    assert [each.record.number for each in found["Order 4711"]] == ["D-4711"]
    assert asked(control) == 10


def test_only_what_looks_like_a_number_is_looked_up() -> None:
    assert numbers_in("Re: SO-1042, case 10042; 2027 is 12 or B2 (x1y)") == ["SO-1042", "10042", "2027", "x1y"]
    assert len(numbers_in(" ".join(f"N-{number}" for number in range(500)))) == 20


# By its id


def test_one_record_is_read_in_one_request(finder: Finder, control: Control) -> None:
    assert finder.get("opportunity", "117").name == "Adatum: order 4711"
    assert finder.get("opportunity", "117").number == "D-4711"
    assert asked(control) == 1


def test_what_was_just_shown_is_not_asked_for_again(finder: Finder, control: Control) -> None:
    found = finder.search("adatum").items
    assert [finder.get(each.type, each.id) for each in found] == list(found)
    assert asked(control) == 1


def test_a_record_is_asked_for_again_after_a_minute(client: Client, world: World, control: Control) -> None:
    finder = Finder(client, "netsuite", lambda: datetime.fromtimestamp(world.time(), UTC))
    finder.get("customer", "104")
    world.advance(61)
    finder.get("customer", "104")
    assert asked(control) == 2


@pytest.mark.parametrize(
    "id_", ["", "0", "-5", "x' OR 1=1", "\0", "1e3", "00000000-0000-0000-0000-000000000000", "9" * 30]
)
def test_what_is_no_id_is_not_found(finder: Finder, id_: str) -> None:
    with pytest.raises(DestinationError) as refused:
        finder.get("customer", id_)
    assert (refused.value.code, refused.value.permanent) == ("not_found", True)


@pytest.mark.parametrize("type_", ["contact", "lead", "vendor", "opportunity", "purchaseorder", ""])
def test_a_record_is_not_found_under_another_type(finder: Finder, type_: str) -> None:
    with pytest.raises(DestinationError) as refused:
        finder.get(type_, "104")
    assert refused.value.code == "not_found"


def test_only_the_last_records_are_kept() -> None:
    recent = Recent(most=3)
    records = [Record("netsuite", "customer", str(number), "x") for number in range(5)]
    recent.put(*records)
    assert [recent.get("customer", each.id) for each in records] == [None, None, *records[2:]]
    recent.forget("customer", "4")
    assert recent.get("customer", "4") is None


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.Adatum.example/en", "adatum.example"),
        ("adatum.example", "adatum.example"),
        ("http://adatum.example:8080", "adatum.example"),
        ("", None),
        (None, None),
        ("http://[x", None),
        ("https://", None),
    ],
)
def test_the_domain_of_a_web_address_is_read_however_it_was_typed(url: str | None, domain: str | None) -> None:
    assert domain_of(url) == domain
