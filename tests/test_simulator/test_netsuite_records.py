"""Records over REST: read, listed, created, changed and deleted as NetSuite does it."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.simulator.netsuite.accounts import RECORD_TYPES
from tests.test_simulator.netsuite_asking import RECORD, REST, Integration, about, refusal

CASE = {"title": "Broken display", "company": {"id": "106"}}


def test_a_record_is_read_with_links_to_itself_and_to_what_it_refers_to(netsuite: Integration) -> None:
    id_, company = netsuite.named("contact", "Adatum Legal"), netsuite.named("customer", "Adatum")
    answer = netsuite.get(f"/contact/{id_}")
    found = answer.json()
    assert answer.headers["Content-Type"].startswith("application/vnd.oracle.resource+json; type=singular")
    assert found["links"] == [{"rel": "self", "href": f"{RECORD}/contact/{id_}"}]
    assert (found["id"], found["email"], found["isInactive"]) == (id_, "legal@adatum.example", False)
    link = {"rel": "self", "href": f"{RECORD}/customer/{company}"}
    assert found["company"] == {"links": [link], "id": company, "refName": "Adatum"}


def test_fields_limit_what_is_shown(netsuite: Integration) -> None:
    id_ = netsuite.named("contact", "Adatum Legal")
    assert netsuite.get(f"/contact/{id_}?fields=id,EMAIL").json().keys() == {"links", "id", "email"}
    assert refusal(netsuite.get(f"/contact/{id_}?fields=id,weather"))[0] == 400


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/contact/999999", (404, "NONEXISTENT_ID")),
        ("/contact/eid:unknown", (404, "NONEXISTENT_ID")),
        ("/contact/somebody", (400, "INVALID_ID")),
        ("/customer/108", (404, "NONEXISTENT_ID")),
        ("/spaceship/1", (404, "NONEXISTENT_TYPE")),
        ("/spaceship", (404, "NONEXISTENT_TYPE")),
    ],
)
def test_what_is_not_there_is_said_to_be_missing(netsuite: Integration, path: str, expected: tuple[int, str]) -> None:
    assert refusal(netsuite.get(path)) == expected


def test_a_created_record_is_at_its_location_and_has_what_netsuite_fills_in(netsuite: Integration) -> None:
    answer = netsuite.post("/lead", {"companyName": "Proseware", "externalId": "lead-1", "comments": None})
    location = answer.headers["Location"]
    assert (answer.status_code, answer.content) == (204, b"") and location.startswith(f"{RECORD}/lead/")
    found = netsuite.get(location).json()
    assert (found["companyName"], found["entityId"], found["isInactive"]) == ("Proseware", "Proseware", False)
    assert found["dateCreated"] and "comments" not in found
    assert netsuite.get("/lead/eid:lead-1").json()["id"] == location.rpartition("/")[2]


def test_names_of_types_and_fields_may_be_written_in_either_way(netsuite: Integration) -> None:
    """Oracle's samples have entityid and companyName, supportCase and customer."""
    sample = {"entityid": "New Customer", "companyname": "My Company", "subsidiary": {"id": "1"}}
    id_ = netsuite.made("/customer", sample)
    assert netsuite.get(f"/customer/{id_}").json()["companyName"] == "My Company"
    assert netsuite.made("/supportCase", CASE)


@pytest.mark.parametrize(
    ("type_", "body", "label"),
    [
        ("customer", {}, "Company Name"),
        ("lead", {"isPerson": False, "email": "info@proseware.example"}, "Company Name"),
        ("lead", {"isPerson": True, "firstName": "Order"}, "Last Name"),
        ("vendor", {"companyName": ""}, "Company Name"),
        ("contact", {"email": "info@proseware.example"}, "Name"),
        ("employee", {"firstName": "Zoe"}, "Last Name"),
        ("supportcase", {"title": "Help"}, "Company"),
        ("supportcase", {"company": {"id": "106"}}, "Subject"),
        ("opportunity", {"title": "Forty cabinets"}, "Customer"),
    ],
)
def test_what_is_required_is_asked_for(netsuite: Integration, type_: str, body: dict[str, Any], label: str) -> None:
    answer = netsuite.post(f"/{type_}", body)
    assert refusal(answer) == (400, "USER_ERROR")
    assert f"Please enter value(s) for: {label}" in answer.json()["o:errorDetails"][0]["detail"]


@pytest.mark.parametrize(
    ("type_", "body"),
    [
        ("contact", {"lastName": "Purchasing", "company": {"id": "104"}}),
        ("contact", {"entityId": "Front desk"}),
        ("lead", {"isPerson": True, "firstName": "Order", "lastName": "Desk"}),
        ("job", {"companyName": "Rollout", "parent": {"id": "104"}}),
        ("supportcase", CASE),
        ("supportcase", {**CASE, "email": "a@adatum.example, b@adatum.example"}),
        ("opportunity", {"entity": {"id": 104}, "title": "Forty cabinets", "projectedTotal": 40.5}),
        ("salesorder", {"entity": "104", "tranDate": "2026-11-20"}),
    ],
)
def test_what_is_complete_is_created(netsuite: Integration, type_: str, body: dict[str, Any]) -> None:
    assert netsuite.made(f"/{type_}", body) in netsuite.account.records[type_]


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"companyName": 7}, "INVALID_CONTENT", "companyName"),
        ({"companyName": "x" * 84}, "USER_ERROR", "companyName"),
        ({"isPerson": "F"}, "INVALID_CONTENT", "isPerson"),
        ({"isInactive": 0}, "INVALID_CONTENT", "isInactive"),
        ({"email": "nobody"}, "USER_ERROR", "email"),
        ({"email": "a@adatum.example b@adatum.example"}, "USER_ERROR", "email"),
        ({"salesRep": {"id": "104"}}, "INVALID_CONTENT", "salesRep"),
        ({"salesRep": {"id": "999"}}, "INVALID_CONTENT", "salesRep"),
        ({"salesRep": {}}, "INVALID_CONTENT", "salesRep"),
        ({"salesRep": [101]}, "INVALID_CONTENT", "salesRep"),
        ({"salesRep": True}, "INVALID_CONTENT", "salesRep"),
        ({"entityStatus": {"name": "Hot"}}, "INVALID_CONTENT", "entityStatus"),
        ({"externalId": "<a@b.example>"}, "INVALID_CONTENT", "externalId"),
        ({"weather": "rain"}, "INVALID_CONTENT", "weather"),
        ({"items": {}}, "INVALID_CONTENT", "items"),
    ],
)
def test_a_field_that_cannot_be_is_named(netsuite: Integration, body: dict[str, Any], code: str, field: str) -> None:
    answer = netsuite.post("/customer", {"companyName": "Proseware", **body})
    assert (*refusal(answer), about(answer)) == (400, code, field)
    assert len(netsuite.account.records["customer"]) == 4, "nothing was created"


def test_an_invalid_reference_is_refused_in_oracles_words(netsuite: Integration) -> None:
    detail = netsuite.post("/opportunity", {"entity": {"id": 9999}}).json()["o:errorDetails"][0]["detail"]
    assert detail.endswith("You have entered an Invalid Field Value 9999 for the following field: entity")


@pytest.mark.parametrize(
    ("field", "value"),
    [("tranDate", "20.11.2026"), ("projectedTotal", "much"), ("probability", True), ("expectedCloseDate", 7)],
)
def test_dates_and_numbers_are_such(netsuite: Integration, field: str, value: object) -> None:
    answer = netsuite.post("/opportunity", {"entity": {"id": "104"}, field: value})
    assert (refusal(answer)[0], about(answer)) == (400, field)


def test_unknown_fields_are_tolerated_on_request(netsuite: Integration) -> None:
    headers = {"X-NetSuite-PropertyNameValidation": "Warning"}
    id_ = netsuite.made("/customer", {"companyName": "Proseware", "weather": "rain"}, headers=headers)
    assert "weather" not in netsuite.get(f"/customer/{id_}").json()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"'])
def test_a_body_is_a_json_object(netsuite: Integration, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    assert refusal(netsuite.ask("POST", "/customer", headers=headers, data=body)) == (400, "INVALID_CONTENT")
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert refusal(netsuite.ask("POST", "/customer", headers=headers, data=b"{}"))[0] == 415


def test_a_record_may_be_referred_to_by_its_external_id(netsuite: Integration) -> None:
    id_ = netsuite.made("/customer", {"companyName": "Proseware", "externalId": "proseware"})
    for reference in ({"externalId": "proseware"}, {"id": "eid:proseware"}):
        made = netsuite.made("/opportunity", {"entity": reference})
        assert netsuite.get(f"/opportunity/{made}").json()["entity"]["id"] == id_


def test_an_external_id_is_given_once_for_each_type(netsuite: Integration) -> None:
    netsuite.made("/customer", {"companyName": "Proseware", "externalId": "one"})
    again = netsuite.post("/customer", {"companyName": "Litware", "externalId": "one"})
    assert refusal(again) == (400, "USER_ERROR")
    netsuite.made("/vendor", {"companyName": "Proseware", "externalId": "one"})
    other = netsuite.made("/customer", {"companyName": "Litware", "externalId": "two"})
    assert refusal(netsuite.ask("PATCH", f"/customer/{other}", json={"externalId": "one"})) == (400, "USER_ERROR")


@pytest.mark.parametrize("type_", ["customer", "lead", "job"])
def test_an_entity_of_the_same_name_exists_already(netsuite: Integration, type_: str) -> None:
    answer = netsuite.post(f"/{type_}", {"companyName": "adatum"})
    assert answer.json()["o:errorDetails"][0]["detail"].endswith("This entity already exists.")


def test_a_change_touches_what_it_names(netsuite: Integration) -> None:
    path = f"/customer/{netsuite.named('customer', 'Adatum')}"
    answer = netsuite.ask("PATCH", path, json={"email": "info@adatum.example", "url": None, "id": "7"})
    assert (answer.status_code, answer.headers["Location"]) == (204, RECORD + path)
    found = netsuite.get(path).json()
    assert (found["email"], found["companyName"]) == ("info@adatum.example", "Adatum") and "url" not in found
    assert refusal(netsuite.ask("PATCH", path, json={"companyName": None, "entityId": None})) == (400, "USER_ERROR")
    assert refusal(netsuite.ask("PATCH", "/customer/999", json={})) == (404, "NONEXISTENT_ID")


def test_an_upsert_creates_and_then_changes(netsuite: Integration) -> None:
    for name in ("Proseware", "Proseware Ltd"):
        assert netsuite.ask("PUT", "/customer/eid:pw-1", json={"companyName": name}).status_code == 204
    assert netsuite.get("/customer/eid:pw-1").json()["companyName"] == "Proseware Ltd"
    assert len(netsuite.account.records["customer"]) == 5
    assert refusal(netsuite.ask("PUT", "/customer/104", json={}))[0] == 400, "upsert is by external id"


def test_a_deleted_record_is_gone(netsuite: Integration) -> None:
    id_ = netsuite.made("/supportcase", CASE)
    assert netsuite.ask("DELETE", f"/supportcase/{id_}").status_code == 204
    assert refusal(netsuite.ask("DELETE", f"/supportcase/{id_}")) == (404, "NONEXISTENT_ID")


def test_ids_are_given_once_over_all_types(netsuite: Integration) -> None:
    ids = [id_ for records in netsuite.account.records.values() for id_ in records]
    ids += [netsuite.made("/supportcase", CASE), netsuite.made("/lead", {"companyName": "Proseware"})]
    assert len(set(ids)) == len(ids) and all(id_.lstrip("-").isdecimal() for id_ in ids)


def test_a_list_comes_in_pages_with_links(netsuite: Integration) -> None:
    page = netsuite.get("/contact?limit=3&expandSubResources=true").json()
    assert (page["count"], page["hasMore"], page["offset"], page["totalResults"]) == (3, True, 0, 7)
    first = page["items"][0]
    assert first == {"links": [{"rel": "self", "href": f"{RECORD}/contact/{first['id']}"}], "id": first["id"]}
    seen = [one["id"] for one in page["items"]]
    while link := next((one["href"] for one in page["links"] if one["rel"] == "next"), None):
        page = netsuite.get(link).json()
        seen += [one["id"] for one in page["items"]]
    assert seen == sorted(netsuite.account.records["contact"], key=int) and not page["hasMore"]


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "limit=x", "offset=-1", "limit=5&offset=3", "offset=³"])
def test_a_page_that_cannot_be_is_refused(netsuite: Integration, query: str) -> None:
    assert refusal(netsuite.get(f"/contact?{query}")) == (400, "INVALID_PARAMETER")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('email IS "LEGAL@adatum.example"', {"Adatum Legal"}),
        ("email IS legal@adatum.example", {"Adatum Legal"}),
        ('entityId START_WITH "Northwind"', {"Northwind Accounts", "Northwind Einkauf Süd"}),
        ('email CONTAIN "@tailspin" AND entityid CONTAIN "qual"', {"Tailspin Quality"}),
        ('email CONTAIN "@tailspin" AND (entityId IS "x" OR entityId CONTAIN "Service")', {"Tailspin Service"}),
        ('entityId IS "Adatum Legal" OR entityId IS "Wingtip Logistics"', {"Adatum Legal", "Wingtip Logistics"}),
        ('email CONTAIN "@adatum" AND entityId START_WITH_NOT "Adatum P"', {"Adatum Legal"}),
        ("company ANY_OF [107]", {"Wingtip Logistics"}),
        ('isInactive IS true OR entityId IS "\\"quoted\\""', set()),
        ('isInactive IS false AND phone EMPTY AND entityId END_WITH "Legal"', {"Adatum Legal"}),
        ('phone EMPTY_NOT AND email CONTAIN ""', set()),
    ],
)
def test_a_filter_finds(netsuite: Integration, text: str, names: set[str]) -> None:
    found = netsuite.get(f"/contact?q={quote(text)}").json()
    records = netsuite.account.records["contact"]
    assert {records[one["id"]]["entityId"] for one in found["items"]} == names
    assert found["totalResults"] == len(names)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "email",
        'email IS "a" AND',
        'email IS "a" email IS "b"',
        '(email IS "a"',
        'email IS "open',
        'weather IS "rain"',
        'email LIKE "a%"',
        'isInactive IS "T"',
        'isInactive CONTAIN "t"',
        'dateCreated AFTER "2026-01-01"',
        'email IS "a") OR (entityId IS "b"',
    ],
)
def test_a_filter_that_is_none_is_refused(netsuite: Integration, text: str) -> None:
    assert refusal(netsuite.get(f"/contact?q={quote(text)}")) == (400, "INVALID_PARAMETER")


CATALOG = "/metadata-catalog"
JSON_SCHEMA, OPENAPI = {"Accept": "application/schema+json"}, {"Accept": "application/swagger+json"}


def test_the_catalog_names_every_type(netsuite: Integration) -> None:
    found = netsuite.get(CATALOG).json()["items"]
    assert {one["name"] for one in found} == set(RECORD_TYPES)
    for one in found:
        assert netsuite.get(one["links"][0]["href"]).status_code == 200


def test_the_catalog_describes_a_type_as_json_schema(netsuite: Integration) -> None:
    answer = netsuite.get(f"{CATALOG}/message", headers=JSON_SCHEMA)
    assert answer.headers["Content-Type"] == "application/schema+json"
    fields = answer.json()["properties"]
    assert fields["message"]["maxLength"] == 1_000_000 and fields["incoming"]["type"] == "boolean"
    assert fields["lastModifiedDate"]["readOnly"] and fields["entity"]["type"] == "object"


def test_the_catalog_describes_types_as_openapi(netsuite: Integration) -> None:
    for path in (f"{CATALOG}/contact", f"{CATALOG}?select=contact,message", CATALOG):
        found = netsuite.get(path, headers=OPENAPI).json()
        assert found["openapi"] == "3.0.1" and "email" in found["components"]["schemas"]["contact"]["properties"]
        assert found["servers"] == [{"url": RECORD}]


def test_the_catalog_has_no_other_form(netsuite: Integration) -> None:
    assert refusal(netsuite.get(f"{CATALOG}/contact", headers={"Accept": "text/html"}))[0] == 406
    assert refusal(netsuite.get(f"{CATALOG}?select=spaceship"))[0] == 400
    assert refusal(netsuite.get(f"{CATALOG}/spaceship"))[0] == 404


def test_suiteql_demands_its_header_and_leads_to_the_rows(netsuite: Integration) -> None:
    url, body = f"{REST}/query/v1/suiteql?limit=2", {"q": "SELECT id, email FROM contact ORDER BY id"}
    assert refusal(netsuite.post(url, body)) == (400, "INVALID_HEADER")
    assert refusal(netsuite.post(url + "000", body, headers={"Prefer": "transient"})) == (400, "INVALID_PARAMETER")
    found = netsuite.post(url, body, headers={"Prefer": "transient"}).json()
    assert (found["count"], found["hasMore"], found["totalResults"]) == (2, True, 7)
    assert found["items"][0]["email"] == "purchasing@adatum.example"
    link = next(one["href"] for one in found["links"] if one["rel"] == "next")
    assert netsuite.post(link, body, headers={"Prefer": "transient"}).json()["offset"] == 2
