"""Anybody reaches the address where Graph announces changes: work for them is bounded, nothing is believed that the
stored subscription does not confirm, and the answer tells nobody which of it that was (A25 to A30).
"""

import gzip
import io
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from server.api.notifications import LARGEST_BODY, MOST_COMMAS, MOST_OBJECTS, PLAIN_ABOVE
from server.services import Services
from server.settings import Settings
from tests.autopilot.watched import HOOK, row, watch
from tests.conftest import Control
from tests.mail.timing import least_time
from tests.simulator.seed import CONTOSO
from tests.simulator.world import World

MEGABYTE = 1024 * 1024
MOST_MEMORY = 64 * MEGABYTE  # by which a process may grow for one request


@pytest.fixture
def settings(far_off: Settings) -> Settings:
    return far_off


@pytest.fixture
def anybody(app: Any) -> FlaskClient:
    found: FlaskClient = app.test_client()
    return found


@pytest.fixture
def genuine(on_watch: Any, world: World) -> dict[str, Any]:
    """A notification as Graph itself sends it."""
    [one] = world.subscriptions.running(world.now())
    return {
        "id": str(uuid.uuid4()),
        "subscriptionId": one.id,
        "clientState": one.client_state,
        "tenantId": CONTOSO.id,
        "changeType": "created",
        "resource": "Users/someone/Messages/some-id",
        "resourceData": {"@odata.type": "#Microsoft.Graph.Message", "id": "some-id"},
    }


@contextmanager
def statements(services: Services) -> Iterator[list[str]]:
    """All that is said to the database meanwhile."""
    said: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        said.append(statement)

    event.listen(services.database.engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(services.database.engine, "before_cursor_execute", note)


def posted(anybody: FlaskClient, body: Any) -> int:
    data = body if isinstance(body, bytes) else json.dumps(body)
    return anybody.post(HOOK, data=data, content_type="application/json").status_code


def noted(services: Services) -> Any:
    """All that a notification could have changed."""
    counts = "SELECT (SELECT count(*) FROM announcements) AS n, (SELECT count(*) FROM procrastinate_jobs) AS bells"
    return row(services, counts), watch(services)["due_at"], row(services, "SELECT * FROM subscriptions")


@pytest.mark.parametrize(
    "token", ["<script>alert(1)</script>", "a\r\nSet-Cookie: b=c", "\x00", "\ufeff\u202ex", "é" * 4096, "%3Cb%3E+ &=;"]
)
def test_a25_a_handshake_gets_back_its_words_as_words_and_leaves_nothing(
    anybody: FlaskClient, services: Services, token: str
) -> None:
    with statements(services) as said:
        answer = anybody.post(HOOK, query_string={"validationToken": token})
    assert (answer.status_code, answer.get_data()) == (200, token.encode())
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "Set-Cookie" not in answer.headers
    assert said == []
    assert anybody.post(HOOK, query_string={"validationToken": token + "x" * 8193}).status_code == 400


def test_a26_one_that_is_nearly_right_costs_what_one_costs_that_nobody_knows(
    anybody: FlaskClient, services: Services, genuine: Any
) -> None:
    """So that neither the answer nor what is done for it says which subscriptions there are."""
    before = noted(services)
    costs = []
    for forged in ({"clientState": "wrong"}, {"subscriptionId": str(uuid.uuid4())}, {"tenantId": str(uuid.uuid4())}):
        with statements(services) as said:
            answer = anybody.post(HOOK, json={"value": [{**genuine, **forged}]})
        costs.append((answer.status_code, answer.get_data(), tuple(said)))
    assert len(set(costs)) == 1 and costs[0][:2] == (202, b"")
    assert noted(services) == before


class Counted(io.RawIOBase):
    """A body of any length that nobody keeps in memory; `taken` is how much of it was wanted."""

    def __init__(self, length: int) -> None:
        self.left, self.taken = length, 0

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        count = min(self.left, len(into))
        into[:count] = b" " * count
        self.left, self.taken = self.left - count, self.taken + count
        return count


@pytest.mark.parametrize(
    "length", [{"CONTENT_LENGTH": str(50 * MEGABYTE)}, {"HTTP_TRANSFER_ENCODING": "chunked"}], ids=str
)
def test_a28_of_a_body_without_end_only_what_may_be_there_is_read(anybody: FlaskClient, length: dict[str, str]) -> None:
    body = Counted(50 * MEGABYTE)
    more = {"wsgi.input": body, "wsgi.input_terminated": "CONTENT_LENGTH" not in length, **length}
    answer = anybody.post(HOOK, content_type="application/json", environ_overrides=more)
    assert answer.status_code in (400, 413)
    assert body.taken <= LARGEST_BODY + 128 * 1024


def test_a28_what_is_packed_is_not_unpacked(anybody: FlaskClient) -> None:
    bomb = gzip.compress(b" " * 100 * MEGABYTE)
    (answer, _), took = least_time(1, lambda: (anybody.post(HOOK, data=bomb, headers={"Content-Encoding": "gzip"}), 0))
    assert answer.status_code == 400
    assert took < 1


COSTLY: dict[str, Callable[[], bytes]] = {
    "objects": lambda: b'{"value":[' + b"{}," * (LARGEST_BODY // 3 - 10) + b"{}]}",
    "lists": lambda: b'{"value":[' + b"[]," * (LARGEST_BODY // 3 - 10) + b"[]]}",
    "short texts": lambda: b'{"value":[' + b'"ab",' * (LARGEST_BODY // 5 - 10) + b'"ab"]}',
    "fractions": lambda: b'{"value":[' + b"1.5," * (LARGEST_BODY // 4 - 10) + b"1.5]}",
    "keys": lambda: b'{"value":[{' + b",".join(b'"%x":1' % n for n in range(700_000)) + b"}]}",
    "blanks": lambda: b'{"value":[' + b" " * (LARGEST_BODY - 20) + b"]}",
    "one text": lambda: b'{"value":["' + b"a" * (LARGEST_BODY - 40) + b'\\ud83d\\ude00"]}',
    "one text of wide letters": lambda: b'{"value":["' + b"a" * (LARGEST_BODY - 40) + "😀".encode() + b'"]}',
    "escapes": lambda: b'{"value":["' + b"\\u00e9" * (LARGEST_BODY // 6 - 10) + b'"]}',
    "a number": lambda: b'{"value":[' + b"9" * (LARGEST_BODY - 20) + b"]}",
    "nesting": lambda: b'{"value":' + b'{"a":' * 1_000_000,
    "as many objects as are read": lambda: b'{"value":[' + b'{"a":1.5},' * (MOST_OBJECTS - 10) + b"{}]}",
    "as many values as are read": lambda: (
        b'{"value":[{' + b",".join(b'"k%x":"%x"' % (n, n) for n in range(MOST_COMMAS - 10)) + b"}]}"
    ),
    "as long a text of wide letters as is read": lambda: (
        b'{"value":["' + "😀".encode() + b"a" * (PLAIN_ABOVE - 40) + b'"]}'
    ),
    "a hidden end": lambda: b'{"value":[' + b'"\\"",' * (LARGEST_BODY // 6) + b'""]}',
}  # fmt: skip


@pytest.mark.parametrize("kind", COSTLY)
def test_a28_the_worst_body_of_the_largest_size_costs_little_time_and_memory(
    kind: str, anybody: FlaskClient, grown: Callable[[Callable[[], Any]], int]
) -> None:
    body = COSTLY[kind]()
    assert len(body) <= LARGEST_BODY
    status, took = least_time(1, lambda: posted(anybody, body))
    assert status in (202, 400, 413)
    assert took < 1
    assert grown(lambda: posted(anybody, body)) < MOST_MEMORY


@pytest.fixture
def grown() -> Callable[[Callable[[], Any]], int]:
    """By how many bytes what Python has in use grows at most while something is done."""
    import tracemalloc

    def measured(work: Callable[[], Any]) -> int:
        tracemalloc.start()
        try:
            work()
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    return measured


ODD_JSON = [
    b'{"value": [], "value": [1]}',
    b'{"value": [{"clientState": "a", "clientState": "b"}]}',
    b'{"value": [{"clientState": "\\ud800", "subscriptionId": "\\u0000"}]}',
    b'{"value": [{"clientState": -Infinity}]}',
    b"\xff\xfe{\x00}\x00",
    b'{"value": [' + b"1" * 5000 + b"]}",
]


def test_a28_json_that_two_readers_could_read_differently_changes_nothing(
    anybody: FlaskClient, services: Services, genuine: Any
) -> None:
    before = noted(services)
    genuine_twice = json.dumps(genuine).replace("{", '{"clientState": "other", ', 1).encode()
    for body in (*ODD_JSON, b'{"value": [%s]}' % genuine_twice):
        assert posted(anybody, body) in (202, 400), body
        assert noted(services) == before, body


def rich(genuine: dict[str, Any], **more: Any) -> dict[str, Any]:
    content = {"data": "AAAA", "dataSignature": "AAAA", "dataKey": "AAAA", "encryptionCertificateId": "unknown"}
    return {**genuine, "encryptedContent": {**content, **more}}


def test_a29_what_claims_to_carry_contents_is_set_aside_whole(
    anybody: FlaskClient, services: Services, genuine: Any, control: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    """Affix never asks for contents: who sends some, or vouches for some, is not Graph, whatever else is right."""
    before = noted(services)
    control("DELETE", "requests")
    for tokens in (None, [], ["not a token"], ["eyJhbGciOiJub25lIn0.e30."], "x", {"a": 1}):
        capsys.readouterr()
        answer = anybody.post(HOOK, json={"value": [genuine, rich(genuine)], "validationTokens": tokens})
        assert (answer.status_code, answer.get_data()) == (202, b""), tokens
        told = [line for line in capsys.readouterr().out.splitlines() if "notifications_dropped" in line]
        assert len(told) == 1
    assert noted(services) == before
    assert control.requests() == []


def test_a29_who_vouches_for_contents_that_are_not_there_is_set_aside_too(
    anybody: FlaskClient, services: Services, genuine: Any
) -> None:
    before = noted(services)
    assert posted(anybody, {"value": [genuine], "validationTokens": ["eyJhbGciOiJub25lIn0.e30."]}) == 202
    assert noted(services) == before
    assert posted(anybody, {"value": [genuine], "validationTokens": None}) == 202
    assert noted(services) != before


def test_a30_encrypted_contents_are_never_opened_and_all_answered_alike(
    anybody: FlaskClient, services: Services, genuine: Any
) -> None:
    before = noted(services)
    for altered in ({"dataSignature": "BBBB"}, {"data": "////"}, {"dataKey": None}, {"data": ["x"]}):
        answer = anybody.post(HOOK, json={"value": [rich(genuine, **altered)]})
        assert (answer.status_code, answer.get_data()) == (202, b"")
    assert noted(services) == before
