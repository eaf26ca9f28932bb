"""Many messages and folders: filters, order, pages, search, translation of ids."""

from collections.abc import Callable

import pytest

from tests.test_simulator.cast import MAIL, Caller, Control, at, refusal

PERSON = Callable[..., Caller]
BOX = "support@contoso.example"
LIST = at(BOX, "/messages")


@pytest.fixture
def ben(on_behalf_of: PERSON, control: Control) -> Caller:
    """With twelve messages in the shared mailbox, one an hour, the last two in the archive."""
    for number in range(12):
        raw = MAIL.replace(b"Order 7", b"Order %d" % number).replace(b"order-7@", b"order+%d@" % number)
        folder = "archive" if number >= 10 else "inbox"
        control.deliver(
            BOX, raw, folder, received=f"2026-11-20T{number:02}:00:00+00:00", read="true" if number % 2 else "false"
        )
    return on_behalf_of("ben")


def subjects(ben: Caller, path: str = LIST, **options: str) -> list[str]:
    answer = ben.get(path, params={f"${name}": value for name, value in options.items()})
    assert answer.status_code == 200, answer.text
    return [one["subject"] for one in answer.json()["value"]]


def test_ten_come_at_a_time_newest_first(ben: Caller) -> None:
    first = ben.get(LIST).json()
    assert [one["subject"] for one in first["value"]] == [f"Order {number}" for number in range(11, 1, -1)]
    assert first["@odata.nextLink"].startswith("https://graph.microsoft.com/v1.0/")
    second = ben.get(first["@odata.nextLink"]).json()
    assert [one["subject"] for one in second["value"]] == ["Order 1", "Order 0"] and "@odata.nextLink" not in second


def test_the_next_page_keeps_the_options(ben: Caller) -> None:
    params = {"$top": "3", "$filter": "startswith(subject,'Order')", "$select": "subject", "$count": "true"}
    page, found = ben.get(LIST, params=params).json(), []
    assert page["@odata.count"] == 12
    while True:
        found += [one["subject"] for one in page["value"]]
        assert all("body" not in one for one in page["value"])
        if "@odata.nextLink" not in page:
            break
        page = ben.get(page["@odata.nextLink"]).json()
    assert len(set(found)) == 12


def test_a_folder_lists_its_own(ben: Caller) -> None:
    for spelling in ("/mailFolders/archive/messages", "/mailFolders('Archive')/messages"):
        assert subjects(ben, at(BOX, spelling)) == ["Order 11", "Order 10"]


@pytest.mark.parametrize(
    ("condition", "numbers"),
    [
        ("internetMessageId eq '<order+7@customer.example>'", [7]),
        ("receivedDateTime ge 2026-11-20T10:00:00Z", [11, 10]),
        ("receivedDateTime gt 2026-11-20T10:00:00Z", [11]),
        ("receivedDateTime lt 2026-11-20T01:00:00+01:00", []),
        ("isRead eq true and receivedDateTime lt 2026-11-20T04:00:00Z", [3, 1]),
        ("subject eq 'order 3' or contains(subject,'11')", [11, 3]),
        ("not (isRead eq true) and receivedDateTime ge 2026-11-20T09:00:00Z", [10]),
        ("from/emailAddress/address eq 'ORDERS@customer.example' and endswith(subject,'5')", [5]),
        ("subject eq 'it''s'", []),
        ("categories/any(c:c eq 'Saved')", []),
    ],
)
def test_a_filter_finds(ben: Caller, condition: str, numbers: list[int]) -> None:
    assert subjects(ben, filter=condition) == [f"Order {number}" for number in numbers]


def test_a_conversation_is_found_by_its_id(ben: Caller) -> None:
    conversation = ben.get(LIST, params={"$top": "1"}).json()["value"][0]["conversationId"]
    assert subjects(ben, filter=f"conversationId eq '{conversation}'") == ["Order 11"]
    assert subjects(ben, filter=f"conversationId eq '{conversation.lower()}'") == []


def test_a_plus_sign_that_is_not_encoded_finds_nothing(ben: Caller) -> None:
    path = f"{LIST}?$filter=internetMessageId eq '<order+7@customer.example>'"
    assert ben.get(path).json()["value"] == []


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"$filter": "nonsense"}, (400, "ErrorInvalidUrlQueryFilter")),
        ({"$filter": "subject eq 'a"}, (400, "BadRequest")),
        ({"$filter": "subject like 'a'"}, (400, "BadRequest")),
        ({"$filter": "isRead eq true)"}, (400, "BadRequest")),
        ({"$orderby": "size"}, (400, "BadRequest")),
        ({"$top": "0"}, (400, "ErrorInvalidUrlQuery")),
        ({"$top": "1001"}, (400, "ErrorInvalidUrlQuery")),
        ({"$nothing": "1"}, (400, "BadRequest")),
        ({"$search": '"ship"', "$filter": "isRead eq true"}, (400, "SearchWithFilter")),
        ({"$search": '"ship"', "$orderby": "receivedDateTime"}, (400, "SearchWithOrderby")),
    ],
)
def test_a_wrong_question_is_refused(ben: Caller, params: dict[str, str], expected: tuple[int, str]) -> None:
    assert refusal(ben.get(LIST, params=params)) == expected


def test_sorting_works_where_the_filter_begins_with_what_is_sorted(ben: Caller) -> None:
    assert subjects(ben, orderby="receivedDateTime asc", top="2") == ["Order 0", "Order 1"]
    assert subjects(ben, orderby="isRead,receivedDateTime", top="2") == ["Order 0", "Order 2"]
    params = {"$filter": "isRead eq false", "$orderby": "receivedDateTime desc"}
    assert refusal(ben.get(LIST, params=params)) == (400, "InefficientFilter")
    params = {"$filter": "conversationId eq 'AAQk'", "$orderby": "receivedDateTime asc"}
    assert refusal(ben.get(LIST, params=params)) == (400, "InefficientFilter")
    condition = "receivedDateTime ge 2026-11-20T06:00:00Z and isRead eq false"
    assert subjects(ben, filter=condition, orderby="receivedDateTime") == ["Order 6", "Order 8", "Order 10"]
    condition = "receivedDateTime ge 2026-11-20T06:00:00Z and receivedDateTime le 2026-11-20T07:00:00Z"
    assert subjects(ben, filter=condition, orderby="receivedDateTime asc") == ["Order 6", "Order 7"]


def test_search_finds_words_and_fields(ben: Caller) -> None:
    assert len(subjects(ben, search='"please ship"', top="50")) == 12
    assert subjects(ben, search='"subject:11"') == ["Order 11"]
    assert subjects(ben, search='"from:nobody"') == []


def test_folders_are_named_listed_and_made(ben: Caller, control: Control) -> None:
    control.deliver(BOX, folder="inbox/Projects/North")
    folders = ben.get(at(BOX, "/mailFolders?$top=50")).json()["value"]
    assert {"Inbox", "Drafts", "Sent Items", "Deleted Items", "Archive", "Junk Email"} <= {
        one["displayName"] for one in folders
    }
    inbox = ben.get(at(BOX, "/mailFolders/inbox")).json()
    assert (inbox["totalItemCount"], inbox["unreadItemCount"], inbox["childFolderCount"]) == (10, 5, 1)
    assert ben.get(at(BOX, "/mailFolders/{}", inbox["id"])).json()["displayName"] == "Inbox"
    child = ben.get(at(BOX, "/mailFolders/inbox/childFolders")).json()["value"][0]
    assert (child["displayName"], child["parentFolderId"]) == ("Projects", inbox["id"])
    made = ben.post(at(BOX, "/mailFolders"), json={"displayName": "Later"})
    assert made.status_code == 201
    assert refusal(ben.post(at(BOX, "/mailFolders"), json={"displayName": "later"})) == (409, "ErrorFolderExists")
    assert refusal(ben.get(at(BOX, "/mailFolders/nowhere"))) == (400, "ErrorInvalidIdMalformed")


def test_ids_translate_between_all_formats(ben: Caller, control: Control) -> None:
    sent = control.deliver("ben")
    forms = {"restId": sent["id"], "ewsId": sent["ewsId"], "restImmutableEntryId": sent["immutableId"]}

    def translated(text: str, source: str, target: str) -> str:
        body = {"inputIds": [text], "sourceIdType": source, "targetIdType": target}
        answer = ben.post("/me/translateExchangeIds", json=body).json()["value"]
        assert answer[0]["sourceId"] == text
        return str(answer[0]["targetId"])

    for source, text in forms.items():
        for target, expected in forms.items():
            assert translated(text, source, target) == expected
        for binary in ("entryId", "immutableEntryId"):
            assert translated(translated(text, source, binary), binary, source) == text


def test_translation_has_limits_and_tells_what_failed(ben: Caller, person: PERSON, control: Control) -> None:
    own, other = control.deliver("ben")["id"], control.deliver("cleo")["id"]
    body = {"InputIds": [own, other, "rubbish"], "SourceIdType": "restId", "TargetIdType": "restImmutableEntryId"}
    found = ben.post("/me/translateExchangeIds", json=body).json()["value"]
    codes = [(one.get("errorDetails") or {}).get("code") for one in found]
    assert codes == [None, "ErrorInvalidMailboxItemId", "ErrorInvalidIdMalformed"]
    assert ben.post("/me/translateExchangeIds", json={**body, "InputIds": ["x"] * 1001}).status_code == 400
    assert ben.post("/me/translateExchangeIds", json={**body, "SourceIdType": "immutableId"}).status_code == 400
    theirs = at("cleo@contoso.example", "/translateExchangeIds")
    assert refusal(ben.post(theirs, json=body))[0] == 403, "User.Read is for the own mailbox"
    assert person("ben", "User.ReadBasic.All").post(theirs, json=body).status_code == 200


@pytest.mark.parametrize(
    ("search", "numbers"),
    [
        (r'"from:\"orders@customer.example\" AND subject:\"order 11\""', [11]),
        (r'"to:support AND (subject:3 OR subject:4) NOT subject:4"', [3]),
        (r'"received>=2026-11-20 AND received<2026-11-21 AND subject:5"', [5]),
        (r'"received>=2026-11-21"', []),
        (r'"subject:\"11 order\""', []),
        (r'"rder"', []),
        (r'"nothing:7"', []),
        ("ship", list(range(11, -1, -1))),
    ],
)
def test_a_search_is_read_as_kql(ben: Caller, search: str, numbers: list[int]) -> None:
    assert sorted(subjects(ben, search=search, top="50")) == sorted(f"Order {number}" for number in numbers)


@pytest.mark.parametrize(
    "search", ["from:orders", '"an "open" quote"', '"open', '""', '"(subject:3"', '"received>=now"']
)
def test_a_search_that_cannot_be_read_is_refused(ben: Caller, search: str) -> None:
    assert refusal(ben.get(LIST, params={"$search": search})) == (400, "BadRequest")


def test_a_search_goes_on_by_its_links_alone(ben: Caller) -> None:
    page, found = ben.get(LIST, params={"$search": '"ship"', "$top": "5"}).json(), 0
    while "@odata.nextLink" in page:
        found += len(page["value"])
        page = ben.get(page["@odata.nextLink"]).json()
    assert found + len(page["value"]) == 12
    for option in ("skip", "count"):
        params = {"$search": '"ship"', f"${option}": "true" if option == "count" else "5"}
        assert refusal(ben.get(LIST, params=params))[0] == 400


def test_folders_are_renamed_and_removed_but_for_those_of_exchange(ben: Caller, control: Control) -> None:
    control.deliver(BOX, folder="inbox/Projects")
    folder = ben.get(at(BOX, "/mailFolders/inbox/childFolders")).json()["value"][0]["id"]
    path = at(BOX, "/mailFolders/{}", folder)
    assert ben.patch(path, json={"displayName": "Plans"}).json()["displayName"] == "Plans"
    assert refusal(ben.patch(at(BOX, "/mailFolders/inbox"), json={"displayName": "In"}))[0] == 400
    assert refusal(ben.ask("DELETE", at(BOX, "/mailFolders/inbox")))[0] == 403
    assert ben.ask("DELETE", path).status_code == 204
    assert [one["id"] for one in ben.get(at(BOX, "/mailFolders/deleteditems/childFolders")).json()["value"]] == [folder]
    assert ben.ask("DELETE", path).status_code == 204
    assert refusal(ben.get(path)) == (404, "ErrorItemNotFound")
    listed = ben.get(at(BOX, "/mailFolders/delta?$top=100")).json()["value"]
    assert folder not in [one["id"] for one in listed]
    assert len(subjects(ben, top="50")) == 12
