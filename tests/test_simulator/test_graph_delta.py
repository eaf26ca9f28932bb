"""Change tracking of a folder: rounds, pages, options, what is told of moves, and links that die."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.simulator.world import World
from tests.test_simulator.cast import MAIL, Caller, Control, at, refusal

PERSON = Callable[..., Caller]
BOX = "support@contoso.example"
DELTA = at(BOX, "/mailFolders/inbox/messages/delta")
IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}
Rows = list[dict[str, Any]]


@pytest.fixture
def ben(on_behalf_of: PERSON) -> Caller:
    return on_behalf_of("ben")


def order(control: Control, number: int, folder: str = "inbox", **more: str) -> dict[str, str]:
    raw = MAIL.replace(b"Order 7", b"Order %d" % number).replace(b"order-7@", b"order-%d@" % number)
    return control.deliver(BOX, raw, folder, **more)


def walk(ben: Caller, path: str, headers: dict[str, str] | None = None, **params: str) -> tuple[Rows, str, int]:
    """All rows up to the deltaLink, that link, and how many pages there were."""
    rows, pages = [], 0
    while True:
        answer = ben.get(path, headers=headers, params=params)
        assert answer.status_code == 200, answer.text
        body, params, pages = answer.json(), {}, pages + 1
        rows += body["value"]
        if "@odata.deltaLink" in body:
            return rows, body["@odata.deltaLink"], pages
        path = body["@odata.nextLink"]


def subjects(rows: Rows) -> list[str]:
    return sorted(row.get("subject", "removed" if "@removed" in row else "only changes") for row in rows)


def test_a_round_ends_with_a_link_to_the_next(ben: Caller, control: Control) -> None:
    for number in range(7):
        order(control, number)
    rows, link, pages = walk(ben, DELTA, {"Prefer": "odata.maxpagesize=3"})
    assert pages == 3 and subjects(rows) == [f"Order {number}" for number in range(7)]
    assert [row["subject"] for row in rows] != subjects(rows), "no order is promised"
    assert re.match(r"https://graph.microsoft.com/v1.0/users\('[^']+'\)/mailFolders\('[^']+'\)/messages/delta\?", link)
    assert walk(ben, link)[0] == []
    order(control, 7)
    for _ in range(2):
        assert subjects(walk(ben, link)[0]) == ["Order 7"], "a link can be asked again"


@pytest.mark.parametrize(
    "path",
    ["/me/mailFolders/inbox/messages/delta()", "/me/mailFolders('Inbox')/messages/delta", "/me/mailFolders/delta()"],
)
def test_every_spelling_is_understood(ben: Caller, control: Control, path: str) -> None:
    control.deliver("ben")
    rows, link, _ = walk(ben, path)
    assert rows and link.startswith("https://graph.microsoft.com/v1.0/me/mailFolders")
    assert walk(ben, link)[0] == []


def test_the_first_call_fixes_the_options(ben: Caller, control: Control) -> None:
    order(control, 1)
    params = {"$select": "subject,receivedDateTime", "$top": "1", "$expand": "attachments($select=name)"}
    rows, link, _ = walk(ben, DELTA, **params)
    order(control, 2)
    later, link, pages = walk(ben, link)
    for row in rows + later:
        assert row.keys() == {"@odata.type", "@odata.etag", "id", "subject", "receivedDateTime", "attachments"}
    order(control, 3), order(control, 4)
    assert (pages, walk(ben, link)[2], walk(ben, link, {"Prefer": "odata.maxpagesize=9"})[2]) == (1, 2, 1)
    assert refusal(ben.get(link + "&$select=subject")) == (400, "BadRequest")


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"$search": '"order"'}, "ErrorInvalidUrlQuery"),
        ({"$skip": "1"}, "ErrorInvalidUrlQuery"),
        ({"$filter": "isRead eq false"}, "ErrorInvalidUrlQuery"),
        ({"$filter": "receivedDateTime lt 2026-11-20T00:00:00Z"}, "ErrorInvalidUrlQuery"),
        ({"$filter": "receivedDateTime ge 2026-11-20T00:00:00Z and isRead eq false"}, "ErrorInvalidUrlQuery"),
        ({"$orderby": "receivedDateTime asc"}, "ErrorInvalidUrlQuery"),
        ({"$orderby": "subject desc"}, "ErrorInvalidUrlQuery"),
        ({"$deltatoken": "latest"}, "BadRequest"),
        ({"$skiptoken": "made up"}, "BadRequest"),
        ({"changeType": "moved"}, "BadRequest"),
        ({"$select": "nonsense"}, "RequestBroker--ParseUri"),
        ({"$expand": "singleValueExtendedProperties($filter=id eq 'String 0x1039')"}, "BadRequest"),
    ],
)
def test_what_change_tracking_cannot_do_is_refused(
    ben: Caller, control: Control, params: dict[str, str], code: str
) -> None:
    order(control, 1)
    assert refusal(ben.get(DELTA, params=params)) == (400, code)


def test_a_whole_mailbox_cannot_be_followed(ben: Caller) -> None:
    assert refusal(ben.get(at(BOX, "/messages/delta"))) == (400, "ErrorInvalidRequest")


def test_a_filter_leaves_out_what_is_older_and_has_a_limit(ben: Caller, control: Control) -> None:
    for number in range(6):
        order(control, number, received=f"2026-11-20T0{number}:00:00+00:00")
    params = {"$filter": "receivedDateTime ge 2026-11-20T02:00:00Z", "$orderby": "receivedDateTime desc"}
    rows, link, _ = walk(ben, DELTA, **params)
    assert [row["subject"] for row in rows] == ["Order 5", "Order 4", "Order 3", "Order 2"]
    order(control, 0, received="2026-11-20T00:30:00+00:00")
    assert walk(ben, link)[0] == []
    control.world(delta={"filterLimit": 2})
    assert [row["subject"] for row in walk(ben, DELTA, **params)[0]] == ["Order 5", "Order 4"]


def test_what_is_moved_in_appears_however_old_it_is(ben: Caller, control: Control) -> None:
    old = order(control, 1, "archive", received="2020-01-01T00:00:00+00:00")
    since = {"$filter": "receivedDateTime ge 2026-11-20T00:00:00Z"}
    links = [walk(ben, DELTA)[1], walk(ben, DELTA, **since)[1]]
    control.ask("POST", "moves", json={"mailbox": BOX, "id": old["id"], "folder": "inbox"})
    assert [subjects(walk(ben, link)[0]) for link in links] == [["Order 1"]] * 2
    control.world(delta={"movedInPassesFilter": False})
    assert [subjects(walk(ben, link)[0]) for link in links] == [["Order 1"], []]


def test_what_is_moved_out_or_deleted_is_removed(ben: Caller, control: Control) -> None:
    moved, deleted = order(control, 1), order(control, 2)
    link, by_immutable_id = walk(ben, DELTA)[1], walk(ben, DELTA, IMMUTABLE)[1]
    ben.post(at(BOX, "/messages/{}/move", moved["id"]), json={"destinationId": "archive"})
    control.ask("DELETE", "messages", json={"mailbox": BOX, "id": deleted["id"]})
    rows = walk(ben, link)[0]
    assert {row["id"] for row in rows} == {moved["id"], deleted["id"]}
    assert all(row["@removed"] == {"reason": "deleted"} for row in rows)
    rows = walk(ben, by_immutable_id, IMMUTABLE)[0]
    assert {row["id"] for row in rows} == {moved["immutableId"], deleted["immutableId"]}


def test_what_came_and_went_between_two_rounds_was_never_there(ben: Caller, control: Control) -> None:
    link = walk(ben, DELTA)[1]
    control.ask("DELETE", "messages", json={"mailbox": BOX, "id": order(control, 1)["id"]})
    assert walk(ben, link)[0] == []


def test_our_own_change_comes_back(ben: Caller, control: Control) -> None:
    sent = order(control, 1)
    link = walk(ben, DELTA)[1]
    ben.patch(at(BOX, "/messages/{}", sent["id"]), json={"categories": ["Saved"]})
    [row] = walk(ben, link)[0]
    assert (row["id"], row["categories"]) == (sent["id"], ["Saved"])
    always = {"@odata.type", "@odata.etag", "id", "changeKey", "lastModifiedDateTime"}
    assert row.keys() - always == {"categories"}, "what did not change does not come"
    control.world(delta={"sparse": False})
    assert walk(ben, link)[0][0]["subject"] == "Order 1"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [("created", ["Order 3"]), ("updated", ["only changes"]), ("deleted", ["removed"])],
)
def test_one_kind_of_change_can_be_asked_for(ben: Caller, control: Control, wanted: str, expected: list[str]) -> None:
    changed, moved = order(control, 1), order(control, 2)
    link = walk(ben, DELTA, changeType=wanted)[1]
    ben.patch(at(BOX, "/messages/{}", changed["id"]), json={"isRead": True})
    ben.post(at(BOX, "/messages/{}/move", moved["id"]), json={"destinationId": "archive"})
    order(control, 3)
    assert subjects(walk(ben, link)[0]) == expected


@pytest.mark.parametrize(("hole", "seen"), [(False, ["Order 1"]), (True, [])])
def test_what_moved_out_and_back_in_may_be_missed(ben: Caller, control: Control, hole: bool, seen: list[str]) -> None:
    control.world(delta={"hole": hole})
    there = order(control, 1)["immutableId"]
    both_moves, link = walk(ben, DELTA, IMMUTABLE)[1], walk(ben, DELTA, IMMUTABLE)[1]
    control.ask("POST", "moves", json={"mailbox": BOX, "id": there, "folder": "archive"})
    rows, after_the_first, _ = walk(ben, link, IMMUTABLE)
    assert subjects(rows) == ["removed"]
    control.ask("POST", "moves", json={"mailbox": BOX, "id": there, "folder": "inbox"})
    assert subjects(walk(ben, after_the_first, IMMUTABLE)[0]) == seen
    assert subjects(walk(ben, both_moves, IMMUTABLE)[0]) == seen
    assert subjects(walk(ben, both_moves)[0]) == ["Order 1", "removed"], "without immutable ids it is another message"


def test_pages_may_be_empty_and_messages_may_come_twice(ben: Caller, control: Control) -> None:
    for number in range(4):
        order(control, number)
    control.world(delta={"emptyPages": 2, "replays": 1})
    rows, link, pages = walk(ben, DELTA, {"Prefer": "odata.maxpagesize=5"})
    assert pages == 3 and len(rows) == 5 and len(set(subjects(rows))) == 4
    order(control, 4)
    rows, _, _ = walk(ben, link)
    assert len(rows) == 3 and subjects(rows).count("Order 4") == 2


def test_what_arrives_while_pages_are_turned_comes_in_the_next_round(ben: Caller, control: Control) -> None:
    for number in range(3):
        order(control, number)
    first = ben.get(DELTA, headers={"Prefer": "odata.maxpagesize=2"}).json()
    order(control, 3)
    rest, link, _ = walk(ben, first["@odata.nextLink"])
    assert len(first["value"] + rest) == 3
    assert subjects(walk(ben, link)[0]) == ["Order 3"]


@pytest.mark.parametrize(
    ("refused_with", "expected"),
    [
        ("gone", (410, "SyncStateNotFound")),
        ("badRequest", (400, "syncStateNotFound")),
        ("resync", (410, "resyncRequired")),
    ],
)
def test_links_die_and_the_answer_says_where_to_start(
    ben: Caller, control: Control, refused_with: str, expected: tuple[int, str]
) -> None:
    order(control, 1), order(control, 2)
    next_link = ben.get(DELTA, params={"$top": "1", "$select": "subject"}).json()["@odata.nextLink"]
    delta_link = walk(ben, DELTA, **{"$select": "subject"})[1]
    control.world(delta={"expire": "sales"})
    assert ben.get(next_link).status_code == 200
    control.world(delta={"expire": BOX, "refusal": refused_with})
    for link in (next_link, delta_link):
        answer = ben.get(link)
        assert refusal(answer) == expected
        if answer.status_code == 410:
            assert subjects(walk(ben, answer.headers["Location"])[0]) == ["Order 1", "Order 2"]


def test_a_link_dies_with_time_and_a_reset(ben: Caller, control: Control, world: World) -> None:
    order(control, 1), order(control, 2)
    control.world(tokenLifetime=10**8)
    asker = Caller(ben.http, control.token("ben", "graph"))
    next_link, delta_link = asker.get(DELTA + "?$top=1").json()["@odata.nextLink"], walk(asker, DELTA)[1]
    control.world(advance=2 * 24 * 3600)
    assert refusal(asker.get(next_link))[0] == 410 and asker.get(delta_link).status_code == 200
    control.world(advance=30 * 24 * 3600)
    assert refusal(asker.get(delta_link))[0] == 410
    control.world(reset=True)
    assert refusal(Caller(ben.http, control.token("ben", "graph")).get(delta_link))[0] == 410


def test_a_link_leads_to_its_own_folder_and_rights_still_count(
    ben: Caller, on_behalf_of: PERSON, control: Control
) -> None:
    token = walk(ben, DELTA)[1].partition("?")[2]
    assert refusal(ben.get(at(BOX, "/mailFolders/archive/messages/delta?") + token)) == (400, "BadRequest")
    assert refusal(on_behalf_of("mallory").get(f"{DELTA}?{token}")) == (403, "ErrorAccessDenied")


def test_new_folders_are_followed(ben: Caller, control: Control) -> None:
    path = at(BOX, "/mailFolders/delta")
    rows, link, _ = walk(ben, path, {"Prefer": "odata.maxpagesize=5"})
    hidden = {row["displayName"] for row in walk(ben, path, includeHiddenFolders="true")[0]}
    assert hidden - {row["displayName"] for row in rows} == {"Conversation Action Settings"}
    order(control, 1, "inbox/Projects")
    assert [row["displayName"] for row in walk(ben, link)[0]] == ["Projects"]
    assert refusal(ben.get(path + "?$filter=displayName eq 'x'")) == (400, "ErrorInvalidUrlQuery")


@pytest.mark.parametrize(("ahead", "counted"), [(False, (0, 0)), (True, (1, 1))])
def test_folders_count_what_can_be_read_or_what_is_to_come(
    ben: Caller, control: Control, world: World, ahead: bool, counted: tuple[int, int]
) -> None:
    control.world(delta={"countsAhead": ahead})
    path = at(BOX, "/mailFolders/delta?$select=displayName,totalItemCount,unreadItemCount")

    def inbox() -> tuple[int, int]:
        [row] = [row for row in walk(ben, path)[0] if row["displayName"] == "Inbox"]
        assert row.keys() == {"id", "displayName", "totalItemCount", "unreadItemCount"}
        return row["totalItemCount"], row["unreadItemCount"]

    order(control, 1)
    next(iter(world.mailbox(BOX).items.values())).readable_from = world.time() + 60  # type: ignore[union-attr]
    assert inbox() == counted
    world.advance(61)
    assert inbox() == (1, 1)


def test_a_message_that_cannot_be_read_yet_is_not_lost(ben: Caller, control: Control, world: World) -> None:
    link = walk(ben, DELTA)[1]
    sent = order(control, 1)
    item = next(iter(world.mailbox(BOX).items.values()))  # type: ignore[union-attr]
    item.readable_from = world.time() + 60
    assert refusal(ben.get(at(BOX, "/messages/{}", sent["id"]))) == (404, "ErrorItemNotFound")
    order(control, 2)
    rows, link, _ = walk(ben, link)
    world.advance(61)
    assert set(subjects(rows + walk(ben, link)[0])) == {"Order 1", "Order 2"}


@pytest.mark.parametrize("wrong", [{"refusal": "never"}, {"emptyPages": "many"}, {"weather": 1}, {"expire": "nobody"}])
def test_nonsense_is_not_a_way_to_behave(control: Control, wrong: dict[str, object]) -> None:
    answer = control.simulator.test_client().post("/control/world", json={"delta": wrong})
    assert answer.status_code in {400, 404}
