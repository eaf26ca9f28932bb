"""Whatever is sent, the answer is {"error": {"code", "message"}} with a status that says what to mend, never 500."""

import io
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from apiflask import APIFlask

from tests.api.answers import is_an_error
from tests.api.bodies import WITH_FILES, bodies
from tests.api.routes import LOCKED, METHODS, NOTHING, filled, placed, placeholders, routes, tokens_are_handed_out
from tests.conftest import Control, Someone, mime
from tests.steps import SUPPORT, contact, item_of

Asking = Callable[[str], Someone]

# What cannot be a body of any of them.
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"item=1",
    "half of it": b'{"item":',
    "a list": b"[]",
    "a text": b'"item"',
    "a number": b"1",
    "null": b"null",
    "an empty object": b"{}",
    "NaN": b'{"item": NaN, "record": NaN, "kind": NaN, "destination": NaN}',
    "Infinity": b'{"item": -Infinity}',
    "a number beyond all": b'{"item": 1e400}',
    "a number of 5,000 digits": b'{"item": ' + b"9" * 5000 + b"}",
    "a key that stands twice": b'{"item": 1, "item": 2}',
    "deep nesting": b'{"item":' + b"[" * 100_000,
    "deep nesting that ends": b"[" * 50_000 + b"]" * 50_000,
    "deep objects": b'{"item":' * 20_000 + b"1" + b"}" * 20_000,
    "no UTF-8": b'{"item": "\xff\xfe"}',
    "UTF-16": '{"item": {}}'.encode("utf-16"),
    "NUL bytes": b"\x00" * 100,
}


def bad_variants(good: dict[str, Any]) -> list[tuple[str, Any]]:
    """The good body with one thing wrong at a time, at any depth."""
    wrong: list[Any] = [None, 1, True, 1.5, [], {}, [1], "", "x" * 5000, "\x00", "a\x00b", "\ud800", {"$ne": 1}]
    found = []
    for path, value in _leaves(good):
        for each in wrong:
            if each != value:
                found.append((f"{path}={each!r}"[:80], _with(good, path, each)))
        found.append((f"without {path}", _with(good, path, ...)))
    return found


def _leaves(thing: Any, path: tuple[Any, ...] = ()) -> list[tuple[tuple[Any, ...], Any]]:
    inner = thing.items() if isinstance(thing, dict) else enumerate(thing) if isinstance(thing, list) else ()
    return [(path, thing)] * bool(path) + [leaf for name, value in inner for leaf in _leaves(value, (*path, name))]


def _with(thing: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    name, *rest = path
    copy = list(thing) if isinstance(thing, list) else dict(thing)
    copy[name] = _with(thing[name], tuple(rest), value)
    if copy[name] is ...:
        del copy[name]
    return copy


@pytest.fixture
def good(app: APIFlask) -> dict[tuple[str, str], Any]:
    return bodies(app)


def test_what_is_no_body_at_all_is_refused(asking: Asking, good: Any, control: Control) -> None:
    for method, rule in good:
        for what, body in BODIES.items():
            answer = asking(rule).raw(method, filled(rule), data=body, content_type="application/json")
            is_an_error(answer, (rule, what), 400)
    assert control.count("graph") == 0


def test_what_a_body_says_of_itself_breaks_nothing(asking: Asking, good: Any) -> None:
    for (method, rule), whole in good.items():
        for content_type in (
            "text/plain",
            "application/x-www-form-urlencoded",
            "",
            "application/xml",
            "application/json;charset=x",
        ):
            answer = asking(rule).raw(method, filled(rule), data=json.dumps(whole), content_type=content_type)
            if answer.status_code not in (200, 201, 202):
                is_an_error(answer, (rule, content_type), 400, 404, 409, 415)


def test_one_thing_wrong_in_a_body_is_refused_or_ignored_and_never_breaks_anything(asking: Asking, good: Any) -> None:
    for (method, rule), whole in good.items():
        for what, body in bad_variants(whole):
            answer = asking(rule).raw(method, filled(rule), data=json.dumps(body), content_type="application/json")
            if answer.status_code not in (200, 201, 202):
                error = is_an_error(answer, (rule, what), 400, 402, 403, 404, 409, 503)
                assert answer.status_code != 503 or error["code"] != "busy", (rule, what)


def test_what_is_wrong_is_named_and_never_repeated(ben: Someone) -> None:
    answer = ben.raw("POST", "/api/context", json={"item": {"id": 5, "idFormat": "secret-canary"}})
    error = is_an_error(answer, "fields", 400)
    assert "id" in error["message"]
    assert all(each["field"] and each["message"] for each in error["fields"])
    assert "secret-canary" not in answer.get_data(as_text=True)


def test_a_body_that_is_too_large_is_refused(asking: Asking, good: Any) -> None:
    for method, rule in good:
        body = b'{"item": "' + b"x" * (256 * 1024) + b'"}'
        answer = asking(rule).raw(method, filled(rule), data=body, content_type="application/json")
        status, code = (400, "too_long") if (method, rule) in WITH_FILES else (413, "too_large")
        assert is_an_error(answer, rule, status)["code"] == code


def test_a_body_without_a_length_is_cut_off_too(ben: Someone) -> None:
    endless = io.BytesIO(b'{"item": "' + b"x" * (512 * 1024))
    answer = ben.raw(
        "POST",
        "/api/context",
        input_stream=endless,
        content_type="application/json",
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    is_an_error(answer, "chunked", 400, 413)
    assert endless.tell() < 512 * 1024


def test_a_method_that_an_address_does_not_know_is_refused(app: APIFlask, asking: Asking) -> None:
    known: dict[str, set[str]] = {}
    for method, rule in routes(app, *LOCKED):
        known.setdefault(rule, set()).add(method)
    for rule, methods in known.items():
        for method in set(METHODS) - methods:
            answer = asking(rule).raw(method, filled(rule), json={})
            assert is_an_error(answer, (method, rule), 405)["code"] == "method_not_allowed"
            assert answer.headers["Allow"]


def test_an_unknown_address_is_answered_in_json_too(ben: Someone) -> None:
    for path in (
        "/",
        "/api",
        "/api/",
        "/api/nothing",
        "/api/saves/",
        "/api/saves/1",
        "/health/",
        "/%2e%2e/x",
        "/api/%00",
    ):
        assert is_an_error(ben.raw("GET", path), path, 404)["code"] == "not_found"


ODD = [
    "..",
    "%2F",
    "%00",
    "a%00b",
    "%0d%0aX-Evil:1",
    "%F0%9F%92%A9",
    "%ff%fe",
    "'",
    '"; DROP TABLE saves',
    "-1",
    "a" * 3000,
]
ODD += ["%ED%A0%80", "{}", "null", "0x1", "99999999999999999999", "٣"]


@tokens_are_handed_out
def test_odd_words_in_an_address_lead_nowhere(app: APIFlask, ana: Someone, asking: Asking) -> None:
    record = contact(ana)
    known = {"id": record["id"]}
    for method, rule in routes(app, *LOCKED):
        if method != "GET" or not placeholders(rule):
            continue
        for name in placeholders(rule):
            for odd in ODD:
                answer = asking(rule).raw(method, filled(rule, known | {name: odd if "%" in odd else quote(odd)}))
                is_an_error(answer, (rule, name, odd), 400, 404)
                assert "X-Evil" not in answer.headers


NAMES = ("q", "type", "destination", "limit", "cursor", "state", "mailbox", "message")


def declared(description: dict[str, Any], rule: str) -> list[str]:
    """What a query may say there."""
    parameters = description["paths"][placed(rule)]["get"]["parameters"]
    return [each["name"] for each in parameters if each["in"] == "query"]


def test_odd_words_in_a_query_are_refused_or_find_nothing(
    app: APIFlask, ana: Someone, asking: Asking, description: dict[str, Any]
) -> None:
    record = contact(ana)
    known = {"id": record["id"]}
    for method, rule in routes(app, *LOCKED):
        if method != "GET" or rule.endswith(("/mime", ">")):
            continue
        for name in NAMES if rule.startswith("/api/") else declared(description, rule):
            for odd in [
                *ODD,
                "",
                "0",
                "1",
                "101",
                "1e3",
                "MjAyNnww",
                "MDAwMS0wMS0wMVQwMDowMDowMCsyMzo1OXw" + NOTHING,
                "W10",
                "e30",
            ]:
                path = f"{filled(rule, known)}?{name}={odd if '%' in odd else quote(odd)}"
                answer = asking(rule).raw(method, path)
                if answer.status_code != 200:
                    is_an_error(answer, path[:200], 400, 404)


def test_cursors_of_one_list_do_not_break_another(ben: Someone, control: Control, work: Any) -> None:
    record, other = contact(ben), contact(ben, "Other", "other@adatum.example")
    for n in range(3):
        ben.save(item_of(control.deliver(SUPPORT, mime(message_id=f"<{n}@x>")), SUPPORT), record, other)
    work()
    emails = f"/api/records/local/contact/{record['id']}/emails"
    lists = ["/api/saves", "/api/activity", "/api/records", emails]
    cursors = [ben.get(f"{path}?limit=1")["next"] for path in lists]
    assert all(cursors)
    for path in lists:
        for cursor in cursors:
            assert ben.raw("GET", f"{path}?limit=1&cursor={quote(cursor)}").status_code in (200, 400)
            for broken in (cursor[:-3], cursor + "A", cursor[::-1], cursor.swapcase()):
                assert ben.raw("GET", f"{path}?cursor={quote(broken)}").status_code in (200, 400), (path, broken)


def test_fields_of_a_record_that_are_no_texts_are_refused(ben: Someone) -> None:
    good = {"destination": "local", "type": "contact", "name": "N", "address": "n@adatum.example"}
    wrong: list[Any] = [1, None, [], {}, True, "\x00", "x" * 2001, "\ud800"]
    for bad in wrong:
        for name in ("name", "address", "company", "unknown", "\ud800", "a\x00b"):
            body = json.dumps({**good, name: bad})
            answer = ben.raw("POST", "/api/records", data=body, content_type="application/json")
            assert answer.status_code == 201 or is_an_error(answer, (name, bad), 400)


def test_hostile_names_are_only_names(ben: Someone) -> None:
    for name in (
        "<script>alert(1)</script>",
        "=cmd|'/c calc'!A0",
        "'; DROP TABLE local_records; --",
        "\U0001d56c\u202e\u200b",
    ):
        record = contact(ben, name, "n@adatum.example")
        assert record["name"].strip("\u200b") == name.strip("\u200b")
        found = ben.get(f"/api/records?q={quote(name)}")["records"]
        assert record["id"] in {each["id"] for each in found}
