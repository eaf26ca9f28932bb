"""The figures that are the same on every machine: counts, and the memory of a worker."""

from pathlib import Path

import pytest

from tests.bench import burst, first_requests, netsuite, save
from tests.bench.figures import Figure


def all_within_limits(figures: list[Figure]) -> bool:
    short = [figure for figure in figures if not figure.ok]
    assert not short
    return True


def test_many_first_requests_of_a_person_cost_one_exchange(database: str, tmp_path: Path) -> None:
    assert all_within_limits(first_requests.measure(database, tmp_path))


@pytest.mark.parametrize("part", [save.counts, save.counts_without_mark])
def test_a_look_and_a_save_cost_few_requests_to_graph(part: save.Part, database: str, tmp_path: Path) -> None:
    assert all_within_limits(part(database, tmp_path))


def test_a_save_costs_few_requests_to_netsuite(database: str, tmp_path: Path) -> None:
    assert all_within_limits(netsuite.counts(database, tmp_path))


def test_a_large_message_passes_through_a_worker_in_pieces(database: str, tmp_path: Path) -> None:
    assert all_within_limits(save.memory(database, tmp_path))


def test_a_burst_of_text_is_read_in_pages(database: str, tmp_path: Path) -> None:
    assert all_within_limits(burst.text_only(database, tmp_path, size=100, rounds=0))


def test_repeated_notifications_of_a_burst_cost_nothing(database: str, tmp_path: Path) -> None:
    assert all_within_limits(burst.marked(database, tmp_path, size=100, rounds=1))
