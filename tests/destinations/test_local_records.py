"""The built-in records: who is suggested, what can be created, what an import does."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, event

from server.destinations.base import DestinationError, Record
from server.destinations.local import LocalDestination, import_records

CSV = """type,number,name,address,domain,company,state
company,,Acme,info@acme.example,acme.example,,
contact,,Ria Stone,ria@acme.example,,Acme,
deal,D-7001,New roof,,,Acme,open
deal,D-7002,Old roof,,,Acme,won
case,20415,Leaking gutter,,,Acme,
contact,,Gil Free,gil@gmail.com,,,
"""


@pytest.fixture
def imported(engine: Engine, tenant: str) -> None:
    counts = import_records(engine, tenant, io.StringIO(CSV))
    assert (counts.created, counts.refused) == (6, [])


def names(found: list[Record]) -> list[str]:
    return [record.name for record in found]


@contextmanager
def queries_of(engine: Engine) -> Iterator[list[str]]:
    """The SELECTs that are sent."""
    sent: list[str] = []

    def note(*about: Any) -> None:
        sent.extend([about[2]] if about[2].lstrip().upper().startswith(("SELECT", "WITH")) else [])

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.usefixtures("imported")
class TestSuggestions:
    def suggested(self, local: LocalDestination, tenant: str, *addresses: str) -> dict[str, str]:
        return {each.record.name: each.because for each in local.find_by_addresses(tenant, addresses)}

    def test_a_person_brings_their_company_and_what_is_open_with_it(self, local: LocalDestination, tenant: str) -> None:
        assert self.suggested(local, tenant, "ria@acme.example") == {
            "Ria Stone": "ria@acme.example is on this email.",
            "Acme": "Somebody on this email writes from acme.example.",
            "New roof": "Open deal of Acme.",
            "Leaking gutter": "Open case of Acme.",
        }

    def test_a_stranger_brings_the_company_of_their_domain(self, local: LocalDestination, tenant: str) -> None:
        assert "Acme" in self.suggested(local, tenant, "new@mail.acme.example")

    def test_a_domain_for_everybody_brings_no_company(self, local: LocalDestination, tenant: str) -> None:
        assert list(self.suggested(local, tenant, "gil@gmail.com", "other@gmail.com")) == ["Gil Free"]
        with pytest.raises(DestinationError, match="everybody"):
            local.create(tenant, "company", {"name": "Mail", "domain": "Gmail.com"})

    @pytest.mark.parametrize(
        ("subject", "expected"),
        [
            ("Re: [D-7001] your offer", ["New roof"]),
            ("about d7002.", ["Old roof"]),
            ("Case #20415 is not solved", ["Leaking gutter"]),
            ("Order 7001", ["New roof"]),
            ("20415 and D-7001", ["Leaking gutter", "New roof"]),
            ("Meeting 2 at 10:30", []),
            ("", []),
        ],
    )
    def test_a_number_in_the_subject_brings_its_record(
        self, local: LocalDestination, tenant: str, subject: str, expected: list[str]
    ) -> None:
        assert [each.record.name for each in local.find_by_numbers(tenant, subject)] == expected

    def test_many_people_and_subjects_take_one_query_each_and_lose_nothing(
        self, local: LocalDestination, engine: Engine, tenant: str
    ) -> None:
        for number in range(60):
            deal = {"name": f"Deal {number}", "number": f"X{number}-7001", "address": "ria@acme.example"}
            local.create(tenant, "deal", deal)
        people = [*(f"nobody{number}@else.example" for number in range(100)), "ria@acme.example", "gil@gmail.com"]
        subjects = [*(f"Order {number}" for number in range(5000, 5098)), "Re: D-7001", "Case 20415"]
        with queries_of(engine) as queries:
            of_each = local.find_matches(tenant, people)
            by_number = local.find_by_numbers_of_each(tenant, subjects)
        assert len(queries) == 2
        assert {each: len(found) for each, found in of_each.items() if found} == {
            "ria@acme.example": 50,
            "gil@gmail.com": 1,
        }
        assert of_each["gil@gmail.com"][0].record.name == "Gil Free"
        assert "New roof" in {each.record.name for each in by_number["Re: D-7001"]}
        assert [each.record.name for each in by_number["Case 20415"]] == ["Leaking gutter"]

    def test_search_looks_at_names_addresses_domains_numbers_and_companies(
        self, local: LocalDestination, tenant: str
    ) -> None:
        for words, expected in (
            ("stone", "Ria Stone"),
            ("ria@acme.example", "Ria Stone"),
            ("acme stone", "Ria Stone"),
            ("d-7001", "New roof"),
            ("Acme", "Acme"),
        ):
            assert local.search(tenant, words).items[0].name == expected

    def test_importing_again_changes_nothing(self, engine: Engine, tenant: str) -> None:
        counts = import_records(engine, tenant, io.StringIO(CSV))
        assert (counts.created, counts.updated, counts.unchanged) == (0, 0, 6)

    def test_importing_takes_over_what_changed(self, local: LocalDestination, engine: Engine, tenant: str) -> None:
        counts = import_records(engine, tenant, io.StringIO("type,number,name,state\ndeal,d 7001,Newer roof,lost\n"))
        assert (counts.created, counts.updated) == (0, 1)
        found = local.search(tenant, "D-7001").items or local.search(tenant, "d 7001").items
        assert [(each.name, each.detail) for each in found] == [("Newer roof", "lost")]


def test_an_import_tells_which_lines_it_refused(engine: Engine, tenant: str) -> None:
    text = "\ufefftype,name,address\ncontact,Ann,not an address\nrobot,R2,\n"
    text += "contact,Bo,bo@acme.example\n,,\ncontact,,c@d.example\n"
    counts = import_records(engine, tenant, io.StringIO(text))
    assert (counts.created, counts.refused_lines) == (1, 4)
    assert counts.refused[0] == "Line 2: Email address does not look like one."


@pytest.mark.parametrize("content", [b"type,name\n\xff\xfe,x\n", b"type,name\ncontact," + b"x" * 200_000])
def test_an_import_says_when_the_file_is_no_csv(engine: Engine, tenant: str, content: bytes) -> None:
    with pytest.raises(DestinationError, match="no CSV"):
        import_records(engine, tenant, io.TextIOWrapper(io.BytesIO(content), "utf-8"))


@pytest.mark.parametrize(
    ("type", "values", "problem"),
    [
        ("contact", {"name": " \0 ", "address": "a@b.example"}, "Name is needed"),
        ("contact", {"name": "Ann", "address": "a b@c"}, "does not look like one"),
        ("contact", {"name": "x" * 301, "address": "a@b.example"}, "longer than 300"),
        ("company", {"name": "Acme", "domain": "acme"}, "does not look like one"),
        ("deal", {"name": "Roof", "number": "--"}, "needs a letter"),
        ("robot", {"name": "R2"}, "no such kind"),
    ],
)
def test_it_refuses_a_record_that_is_not_right(
    local: LocalDestination, tenant: str, type: str, values: dict[str, str], problem: str
) -> None:
    with pytest.raises(DestinationError, match=problem) as refused:
        local.create(tenant, type, values)
    assert (refused.value.code, refused.value.permanent) == ("invalid_request", True)


def test_it_refuses_a_number_that_is_taken(local: LocalDestination, tenant: str, stranger: str) -> None:
    local.create(tenant, "case", {"name": "One", "number": "C-1001"})
    with pytest.raises(DestinationError, match="C 1001 already") as refused:
        local.create(tenant, "case", {"name": "Two", "number": "C 1001"})
    assert refused.value.code == "conflict"
    assert local.create(stranger, "case", {"name": "Theirs", "number": "C-1001"}).number == "C-1001"
    assert local.create(tenant, "deal", {"name": "Another kind", "number": "C-1001"}).number == "C-1001"


def test_it_numbers_deals_and_cases_and_passes_over_taken_ones(local: LocalDestination, tenant: str) -> None:
    local.create(tenant, "case", {"name": "Taken", "number": "c1002"})
    numbers = [local.create(tenant, "case", {"name": f"Case {each}"}).number for each in range(3)]
    assert numbers == ["C-1001", "C-1003", "C-1004"]


def test_two_at_once_get_two_numbers_and_one_company(local: LocalDestination, tenant: str) -> None:
    start, created = Barrier(4), list[Record]()

    def create() -> None:
        start.wait()
        created.append(local.create(tenant, "deal", {"name": "Roof", "company": "Acme"}))

    threads = [Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len({record.number for record in created}) == 4
    assert len(local.search(tenant, "acme", type="company").items) == 1
