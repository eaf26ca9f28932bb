"""Record numbers, and how they are found in the subject of a message."""

import re

LONGEST = 60
MOST = 20  # numbers looked up for one text
_FEWEST_DIGITS = 4  # of a number that stands alone; shorter ones are years, amounts and counts

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9/_.-]{1,59}")
_DIGITS = re.compile(r"[0-9]+")
_NO_PART = re.compile(r"[^0-9A-Z]+")


def number_key(number: str) -> str:
    """Case, blanks and signs do not matter: "C-1042", "c 1042" and "C1042" are one number."""
    return _NO_PART.sub("", number.upper())


def digits_of(number: str) -> str | None:
    """The last digits of a number, when there are enough to stand alone."""
    found = _DIGITS.findall(number)
    return found[-1] if found and len(found[-1]) >= _FEWEST_DIGITS else None


def numbers_in(text: str) -> tuple[set[str], set[str]]:
    """(keys of whole numbers, digits that stand alone) in a text."""
    words = [word for word in _WORD.findall(text[:1000]) if any(sign.isdigit() for sign in word)][:MOST]
    keys = {number_key(word) for word in words}
    digits = {word for word in (each.strip("./_-") for each in words) if word.isdigit() and len(word) >= _FEWEST_DIGITS}
    return keys - {""}, digits
