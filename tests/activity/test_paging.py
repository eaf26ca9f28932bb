"""Pages of one list made of two tables: nothing is lost, nothing comes twice, and the newest is first."""

from typing import Any
from urllib.parse import urlencode

import pytest

from server.services import Services
from tests.activity.steps import PATH, STRANGER, arrives, fail_downloads, lines, mend
from tests.conftest import Control, Someone
from tests.steps import SUPPORT, item_of, rewrite


@pytest.fixture
def mixed(ben: Someone, control: Control, record: Any, rule: Any, work: Any) -> None:
    """What Ben did and what Autopilot saw, in turns."""
    for number in range(3):
        arrives(control, f"Order {number}")
        work()
        ben.save(item_of(arrives(control, f"By hand {number}", STRANGER), SUPPORT), record)
        work()


def paged(person: Someone, limit: int, **filters: Any) -> list[str]:
    found: list[str] = []
    cursor: str | None = None
    for _ in range(100):
        query = {"limit": limit, **filters, **({"cursor": cursor} if cursor else {})}
        page = person.get(f"{PATH}?{urlencode(query)}")
        assert len(page["activity"]) == limit or page["next"] is None
        found += [each["id"] for each in page["activity"]]
        cursor = page["next"]
        if cursor is None:
            return found
    raise AssertionError("the list has no end")


def ids(found: list[dict[str, Any]]) -> list[str]:
    return [each["id"] for each in found]


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
def test_pages_of_any_size_make_the_whole_list(ben: Someone, mixed: None, limit: int) -> None:
    whole = lines(ben)
    assert {each["id"][0] for each in whole} == {"a", "s"}
    assert [each["at"] for each in whole] == sorted((each["at"] for each in whole), reverse=True)
    assert paged(ben, limit) == ids(whole)
    assert len(set(ids(whole))) == len(whole)
    assert paged(ben, limit, mailbox=SUPPORT) == ids(lines(ben, mailbox=SUPPORT))


def test_what_happened_at_the_very_same_moment_is_paged_as_well(ben: Someone, mixed: None, services: Services) -> None:
    for table in ("sightings", "activities"):
        rewrite(services, f"UPDATE {table} SET at = timestamptz '2026-11-20 10:00:00.123456+00'")
    whole = ids(lines(ben))
    assert len(whole) > 6
    for limit in (1, 2, 3):
        assert paged(ben, limit) == whole


def test_what_comes_in_while_somebody_pages_moves_nothing(
    ben: Someone, mixed: None, control: Control, work: Any
) -> None:
    whole = ids(lines(ben))
    first = ben.get(f"{PATH}?limit=4")
    arrives(control, "Meanwhile")
    work()
    rest = ben.get(f"{PATH}?{urlencode({'limit': 100, 'cursor': first['next']})}")
    assert [*ids(first["activity"]), *ids(rest["activity"])] == whole


@pytest.mark.parametrize(
    "filters", [{"kind": "autopilot"}, {"kind": "manual"}, {"state": "saved"}, {"state": "failed"}]
)
def test_a_filtered_list_is_paged_too(
    ben: Someone, mixed: None, control: Control, work: Any, filters: dict[str, str]
) -> None:
    fail_downloads(control)
    for number in range(3):
        arrives(control, f"Broken {number}")
    work()
    mend(control)
    whole = ids(lines(ben, **filters))
    assert len(whole) >= 3
    assert paged(ben, 2, **filters) == whole


def test_a_page_ends_where_sightings_alone_fill_it(ben: Someone, mixed: None, control: Control, work: Any) -> None:
    for number in range(4):
        arrives(control, f"Complaint {number}", STRANGER)
    work()
    first = ben.get(f"{PATH}?limit=4")["activity"]
    assert {each["subject"] for each in first} == {f"Complaint {number}" for number in range(4)}
    assert paged(ben, 4) == ids(lines(ben))
