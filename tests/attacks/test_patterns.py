"""No text makes a regular expression of the service take long (A42)."""

import re
from pathlib import Path

import pytest

from tests.attacks.patterns import Found, hostile, patterns_of
from tests.mail.timing import least_time

LENGTHS = (5_000, 50_000)  # letters; what is slow is so with fewer, and found sooner
LIMIT = 0.05  # seconds
FOUND, MADE_LATE = patterns_of(Path(__file__).parents[2] / "server")


@pytest.mark.parametrize("found", FOUND, ids=lambda found: found.place)
def test_a42_no_pattern_can_be_made_slow(found: Found) -> None:
    for length in LENGTHS:
        for text in hostile(found.pattern.pattern, found.pattern.flags & ~re.DEBUG, length):
            _, took = least_time(LIMIT, lambda text=text: found.tried(text))
            assert took < LIMIT, f"{text[:40]!r}...{text[-10:]!r} took {took:.3f} s"


@pytest.mark.parametrize(
    ("bad", "length"),
    [(r"(a+)+$", 16), (r"([a-z]+)*b", 16), (r"^(\d|\d\d)+!", 22), (r"\s+$", 1000), (r"<a[^>]*x>", 3000)],
)
def test_a42_what_is_slow_is_found(bad: str, length: int) -> None:
    found = Found("", re.compile(bad), frozenset({"search"}))
    assert max(least_time(0.002, lambda text=text: found.tried(text))[1] for text in hostile(bad, 0, length)) > 0.002


def test_a42_what_is_put_together_at_run_time_is_known() -> None:
    """Of words that were checked and escaped; each is tried by the tests of what it is for."""
    assert [each.split()[0] for each in MADE_LATE] == [
        "server/api/v1/large.py",  # a random mark, in an outline of at most a megabyte
        "server/mail/html_shape.py",  # the name of an element of a short list
        "server/mail/mime/structure.py",  # the boundaries of a message, whose length together is limited
    ]
