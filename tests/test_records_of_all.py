"""Records of several destinations: a search that names none asks all of them."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from server.destinations import Parts
from server.destinations.base import DestinationError
from tests.conftest import Someone
from tests.destinations.keyed import SAMPLE, registered
from tests.destinations.sample import Config, SampleDestination

AWAY = {"kind": "away", "name": "away", "settings": {"token": "t"}}


class AwayDestination(SampleDestination):
    """It answers nothing."""

    kind, kind_title = "away", "Away"

    def __init__(self, name: str, tenant: str, config: Config, parts: Parts) -> None:
        super().__init__(name, tenant, config, parts)

    def search(self, tenant: str, query: str, type: Any = None, limit: int = 20, cursor: Any = None) -> Any:
        raise DestinationError("It does not answer.", permanent=False, code="unreachable")


@pytest.fixture(autouse=True)
def known() -> Iterator[None]:
    with registered(SampleDestination, AwayDestination):
        yield


@pytest.fixture
def everybody(ana: Someone) -> set[tuple[str, str]]:
    """Five people of a second destination and three contacts of the built-in one."""
    ana.post("/api/admin/destinations", SAMPLE, expect=201)
    made = [("shelf", "person", f"Pat {number}") for number in range(5)]
    made += [("local", "contact", f"Pat {number} at home") for number in range(3)]
    for destination, type, name in made:
        ana.post("/api/records", {"destination": destination, "type": type, "name": name}, expect=201)
    return {(destination, name) for destination, _, name in made}


def named(page: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each["destination"], each["name"]) for each in page["records"]]


def test_every_record_of_all_destinations_comes_once_page_by_page(
    ana: Someone, everybody: set[tuple[str, str]]
) -> None:
    page = ana.get("/api/records?q=pat&limit=2")
    assert {destination for destination, _ in named(page)} == {"shelf", "local"}
    found = named(page)
    while page["next"]:
        page = ana.get("/api/records", query_string={"q": "pat", "limit": 2, "cursor": page["next"]})
        found += named(page)
    assert sorted(found) == sorted(everybody)


def test_one_that_is_named_is_asked_alone(ana: Someone, everybody: set[tuple[str, str]]) -> None:
    assert {destination for destination, _ in named(ana.get("/api/records?q=pat&destination=shelf"))} == {"shelf"}


def test_only_those_that_have_the_type_are_asked(ana: Someone, everybody: set[tuple[str, str]]) -> None:
    assert {destination for destination, _ in named(ana.get("/api/records?q=pat&type=contact"))} == {"local"}
    assert ana.raw("GET", "/api/records?q=pat&type=no-such").status_code == 400


def test_one_that_does_not_answer_leaves_the_others(ana: Someone, everybody: set[tuple[str, str]]) -> None:
    ana.post("/api/admin/destinations", AWAY, expect=201)
    assert sorted(named(ana.get("/api/records?q=pat&limit=100"))) == sorted(everybody)
    assert ana.raw("GET", "/api/records?q=pat&destination=away").status_code == 503


@pytest.mark.parametrize("inside", ["", "[]", "{}", '{"shelf": 1}', '{"elsewhere": "x"}', '{"shelf": "x"}', "\xff"])
def test_a_cursor_that_is_not_its_own_is_refused(ana: Someone, everybody: set[tuple[str, str]], inside: str) -> None:
    cursor = base64.urlsafe_b64encode(inside.encode("latin-1")).decode()
    answer = ana.raw("GET", "/api/records", query_string={"q": "pat", "cursor": cursor})
    assert (answer.status_code, bool(answer.get_json()["error"]["message"])) == (400, True)
