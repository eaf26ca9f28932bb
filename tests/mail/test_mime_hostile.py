"""Messages made to break a parser: bounded time, no exception, and always something that can be kept."""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from server.mail import html, html_shape
from server.mail.mime import addresses, bodies, decoding, headers, names
from tests.mail.building import HEADERS, file, multipart, opened, text
from tests.mail.timing import least_time

LIMIT = 1.0  # seconds
LIMIT_OF_A_PATTERN = 0.1  # seconds
MEGABYTE = 1024 * 1024


def nested_multiparts(depth: int) -> bytes:
    raw = HEADERS + b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n"
    for level in range(1, depth):
        raw += b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (level - 1, level)
    return raw


def nested_messages(depth: int) -> bytes:
    return (b"Content-Type: message/rfc822\r\nSubject: again\r\n\r\n") * depth + b"\r\nthe end"


TOO_COMPLEX: dict[str, Callable[[], bytes]] = {
    "1,000 nested multiparts": lambda: nested_multiparts(1000),
    "10,000 parts": lambda: HEADERS + multipart("mixed", [text()] * 10_000),
    "boundaries without parts": lambda: HEADERS + multipart("mixed", [])[:-7] + b"--b\r\n" * 1_000_000,
    "200 nested messages": lambda: HEADERS + nested_messages(200),
    "a header of 1 MB": lambda: b"Subject: " + b"x" * MEGABYTE + b"\r\n" + HEADERS + b"\r\nHello",
    "a header folded 400,000 times": lambda: b"Subject: x\r\n" + b" y\r\n" * 400_000 + HEADERS + b"\r\nHello",
    "400,000 headers": lambda: HEADERS + b"X:\r\n" * 400_000 + b"\r\nHello",
    "headers of many parts": lambda: HEADERS + multipart("mixed", [b"X: " + b"x" * 9000 + b"\r\n\r\n"] * 90),
    "boundaries that all differ": lambda: (
        HEADERS
        + multipart(
            "mixed", [multipart("mixed", [text()], b"%04d" % each + b"x" * 200) for each in range(500)], b"y" * 200
        )
    ),
}
BORING: dict[str, Callable[[], bytes]] = {
    "40 nested multiparts": lambda: nested_multiparts(40),
    "900 parts": lambda: HEADERS + multipart("mixed", [text()] * 900),
    "25 MB of line ends": lambda: HEADERS + b"\r\n" + b"\n" * 25 * MEGABYTE,
    "25 MB of dashes": lambda: HEADERS + multipart("mixed", [text(b"-" * 25 * MEGABYTE)]),
    "10 MB of lines like boundaries": lambda: HEADERS + multipart("mixed", [text(b"\r\n--" * 2 * MEGABYTE)]),
    "10 MB of boundaries with something behind": lambda: (
        HEADERS + multipart("mixed", [text(b"\r\n--b x" * 2 * MEGABYTE)])
    ),
    "one line of 20 MB": lambda: HEADERS + b"\r\n" + b"x" * 20 * MEGABYTE,
    "5 MB of padding": lambda: HEADERS + multipart("mixed", [file(b"", b"X: y") + b"=AAAA" * MEGABYTE]),
    "quoted-printable without line ends": lambda: (
        HEADERS + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=41" * 4 * MEGABYTE
    ),
    "uuencode of short lines": lambda: (
        HEADERS + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a\n" + b"!\n" * 2 * MEGABYTE
    ),
    "brackets in From": lambda: b"From: " + b"(" * 200_000 + b"\r\n\r\nHello",
    "quotes in To": lambda: b"To: " + b'"\\' * 100_000 + b"\r\n\r\nHello",
    "commas in To": lambda: b"To: " + b"a@b.example," * 20_000 + b"\r\n\r\nHello",
    "encoded words in Subject": lambda: b"Subject: " + b"=?a?q? " * 60_000 + b"\r\n\r\nHello",
    "parameters": lambda: HEADERS + b"Content-Type: text/plain" + b'; a="\\";' * 50_000 + b"\r\n\r\nHello",
    "continued parameters": lambda: (
        HEADERS + b"Content-Type: text/plain" + b"; name*99999999999999999999=x" * 10_000 + b"\r\n\r\nHello"
    ),
    "a date of digits": lambda: b"Date: " + b"9" * 200_000 + b"\r\n\r\nHello",
}


@pytest.mark.parametrize("kind", TOO_COMPLEX)
def test_what_is_too_complex_is_known_by_its_hash(kind: str, tmp_path: Path) -> None:
    raw = TOO_COMPLEX[kind]()
    message, took = least_time(LIMIT, lambda: opened(raw, tmp_path))
    with message:
        assert message.too_complex is not None
        assert message.too_complex.endswith(".")
        assert message.mime_sha256 == hashlib.sha256(raw).hexdigest()
        assert len(message.content_digest) == 64
        assert message.open().read() == raw
    assert took < LIMIT


def test_what_is_too_complex_still_has_its_headers(tmp_path: Path) -> None:
    with opened(nested_multiparts(1000), tmp_path) as message:
        assert (message.subject, message.message_id) == ("Test", "<1@x.example>")


@pytest.mark.parametrize("kind", BORING)
def test_what_only_looks_hard_is_read_in_no_time(kind: str, tmp_path: Path) -> None:
    raw = BORING[kind]()
    message, took = least_time(LIMIT, lambda: opened(raw, tmp_path))
    with message:
        assert message.too_complex is None
    assert took < LIMIT


# Every pattern on 50 kB made to make it try everything (hardening: below 50 ms).

ADVERSARIAL = (
    "a{}!", "<{}", "={}", '"{}', "({}", " {}\n", "-{}", "=?a?q?{}", "<a {}", "<!--{}", "cid:{}", "\\{}", "@{}", "1{}",
    "rgb({}", "</{}", "<a b={}", "<style>{}", ".{}", "begin 644 {}", "{}=",
)  # fmt: skip
FILLINGS = (
    "a",
    "=",
    '"',
    "<",
    "(",
    " ",
    "-",
    "=?a?q?",
    "\\",
    "=\n",
    "1",
    "a=",
    "a ",
    "<a",
    "a.",
    "' ",
    "1.",
    "@",
    "\t\n",
)


def patterns() -> list[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    found: list[tuple[str, re.Pattern[str] | re.Pattern[bytes]]] = []
    for module in (addresses, bodies, decoding, headers, html, html_shape, names):
        found += [
            (f"{module.__name__}{name}", each) for name, each in vars(module).items() if isinstance(each, re.Pattern)
        ]
    return found


@pytest.mark.parametrize(("name", "pattern"), patterns())
def test_no_pattern_can_be_made_slow(name: str, pattern: re.Pattern[str] | re.Pattern[bytes]) -> None:
    for frame in ADVERSARIAL:
        for filling in FILLINGS:
            hostile = frame.replace("{}", (filling * 50_000)[:50_000])
            given = hostile.encode() if isinstance(pattern.pattern, bytes) else hostile
            _, took = least_time(LIMIT_OF_A_PATTERN, lambda given=given: sum(1 for _ in pattern.finditer(given)))
            assert took < LIMIT_OF_A_PATTERN, f"{frame!r} with {filling!r} took {took:.3f} s"
