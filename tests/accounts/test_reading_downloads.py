"""Who downloads slowly, or stops reading, is in nobody's way."""

import tracemalloc
from collections.abc import Iterator

import pytest

from server.mail.graph import reading
from server.services import Services
from tests.accounts.guide import connected
from tests.accounts.reading_steps import PATH, SUPPORT, deliver, page, refused, subjects
from tests.conftest import Control, Someone
from tests.simulator.world import World

SIZE = 4 * 1024 * 1024  # bytes of a message that is much more than may stay in memory
WRITE = {"path": "\\Drafts", "subject": "Offer"}


@pytest.fixture
def support(program: Someone, control: Control) -> Someone:
    connected(program, control, "support", "ben@contoso.example", SUPPORT)
    return program


@pytest.fixture(autouse=True)
def busy(services: Services) -> Iterator[Services]:
    """After the test nobody has a seat at a mailbox any more."""
    yield services
    assert services.mail.requests.seats._places == {}


def test_answers_that_nobody_reads_leave_the_mailbox_to_others(support: Someone, busy: Services, world: World) -> None:
    source = f"{PATH}/message/{deliver(world, body='x' * SIZE)}/source"
    support.raw("GET", source).close()
    tracemalloc.start()
    try:
        held = [support.raw("GET", source, buffered=False) for _ in range(5)]
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert busy.mail.requests.seats._places == {}
    assert subjects(page(support)) == ["Order 1"]
    support.post(f"{PATH}/message", WRITE)
    assert kept < SIZE
    for each in held:
        assert each.status_code == 200 and int(each.headers["Content-Length"]) > SIZE
        assert each.data.count(b"x") >= SIZE
        each.close()


@pytest.mark.parametrize("settings", [{"web_threads": 8}], indirect=True)
def test_downloads_are_few_and_leave_their_places(support: Someone, control: Control, world: World) -> None:
    message = deliver(world, body="x" * SIZE)
    source = f"{PATH}/message/{message}/source"
    held = [support.raw("GET", source, buffered=False) for _ in range(2)]
    before = control.count("graph")
    answer = support.raw("GET", source)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "busy")
    assert int(answer.headers["Retry-After"]) > 0
    assert refused(support, 503, "GET", "/attachment/x") == "busy"
    assert control.count("graph") == before
    for each in held:
        each.close()

    for method in ("GET", "HEAD") * 2:
        support.raw(method, source).close()  # nobody reads it
    for _ in range(3):
        assert refused(support, 400, "GET", "/attachment/x") == "InvalidId"
    assert support.raw("GET", source).status_code == 200


def test_what_breaks_off_is_fetched_again_or_said_to_be_out_of_reach(
    support: Someone, busy: Services, control: Control, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Never half of it, as if that were all."""
    source = f"{PATH}/message/{deliver(world, body='x' * 300_000)}/source"
    monkeypatch.setattr(busy.mail.reading, "sleep", lambda _: None)
    whole = support.raw("GET", source).data
    fault = {"service": "graph", "path": "*value", "cut_after": 100_000}
    control("POST", "faults", json={**fault, "times": 4})
    assert support.raw("GET", source).data == whole
    control("POST", "faults", json={**fault, "times": 5})
    answer = support.raw("GET", source)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (503, "Busy")


def test_what_is_larger_than_exchange_sends_is_refused(
    support: Someone, busy: Services, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = deliver(world, body="x" * 300_000)
    monkeypatch.setattr(reading, "LARGEST", 200_000)
    assert refused(support, 400, "GET", f"/message/{message}/source") == "TooLarge"
