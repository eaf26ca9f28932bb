"""The one place where text of SuiteQL is made. Over REST nothing can be bound, so every value is quoted here.

A query is a constant text with names in braces, and for each name a Part. Parts are made of values by the functions
below, or of a constant text again; nothing else becomes part of a query. What cannot stand in one at all is refused.
Syntax: https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/article_0824094533.html and section_156257796125
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

MOST_IN_LIST = 1000  # values in one IN
LONGEST_TEXT = 4000  # bytes of one literal, as in the database beneath

_NAME = re.compile(r"\{([a-z_]+)\}")
_DIGITS = re.compile(r"[0-9]{1,18}")
_WILD = re.compile(r"[\\%_]")


class Unquotable(ValueError):
    """This value cannot stand in a query."""


@dataclass(frozen=True)
class Part:
    """A piece of a query. Only this module makes them."""

    text: str


@dataclass(frozen=True)
class Query:
    """A whole query. Only this module makes them."""

    text: str


def query(template: str, **parts: Part) -> Query:
    """`template` is a constant of the program, never made of values."""
    return Query(part(template, **parts).text)


def part(template: str, **parts: Part) -> Part:
    """The same for a piece that several queries have in common."""
    return Part(_NAME.sub(lambda found: parts[found[1]].text, template))


def text(value: str) -> Part:
    """A text. Raises Unquotable for control characters, lone surrogates and texts that are too long."""
    return Part(_quoted(value))


def id_(value: str) -> Part:
    """An internal id. Raises Unquotable for anything but digits."""
    if _DIGITS.fullmatch(value) is None:
        raise Unquotable("An internal id has digits only.")
    return Part(value)


def contains(column: Part, value: str) -> Part:
    """Whether the value stands anywhere in the column, whatever the case."""
    return _like(column, "%", value, "%")


def begins(column: Part, value: str) -> Part:
    return _like(column, "", value, "%")


def ends(column: Part, value: str) -> Part:
    return _like(column, "%", value, "")


def same(column: Part, value: str) -> Part:
    """Whether they are equal, whatever the case."""
    return Part(f"LOWER({column.text}) = LOWER({_quoted(value)})")


def one_of(column: Part, values: Iterable[str]) -> Part:
    """Whether the column is one of these texts; never, if there are none."""
    return _in(column.text, [_quoted(each) for each in values])


def same_as_one_of(column: Part, values: Iterable[str]) -> Part:
    """The same, whatever the case."""
    return _in(f"LOWER({column.text})", [f"LOWER({_quoted(each)})" for each in values])


def id_one_of(column: Part, values: Iterable[str]) -> Part:
    """Whether the column is one of these internal ids; never, if there are none."""
    return _in(column.text, [id_(each).text for each in values])


def all_of(*conditions: Part) -> Part:
    """Conditions that hold together; always, if there are none."""
    return Part("(" + " AND ".join(each.text for each in conditions) + ")") if conditions else Part("1 = 1")


def any_of(*conditions: Part) -> Part:
    """Conditions of which one holds; never, if there are none."""
    return Part("(" + " OR ".join(each.text for each in conditions) + ")") if conditions else Part("1 = 0")


def union(*selects: Part) -> Part:
    """The rows of several SELECTs with the same columns, at least one."""
    return Part(" UNION ALL ".join(each.text for each in selects))


def joined(*pieces: Part) -> Part:
    """Pieces one after the other, such as the tables that are joined."""
    return Part(" ".join(each.text for each in pieces))


def listed(*pieces: Part) -> Part:
    """Pieces with commas between, such as columns."""
    return Part(", ".join(each.text for each in pieces))


def is_quotable(value: str) -> bool:
    try:
        _quoted(value)
    except Unquotable:
        return False
    return True


def quotable(value: str, limit: int = 1000) -> str:
    """The value without what cannot be quoted: controls become blanks, and several blanks one."""
    plain = "".join(" " if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") else sign for sign in value[:limit])
    return " ".join(plain.split())


def _like(column: Part, before: str, value: str, after: str) -> Part:
    """The database folds both sides, so that they agree in any language. ESCAPE is there only where it is needed."""
    escaped = _WILD.sub(_escaped, value)
    if escaped == value:
        return Part(f"LOWER({column.text}) LIKE LOWER({_quoted(before + value + after)})")
    return Part(rf"LOWER({column.text}) LIKE LOWER({_quoted(before + escaped + after)}) ESCAPE '\'")


def _in(column: str, quoted: list[str]) -> Part:
    unique = list(dict.fromkeys(quoted))
    lists = [unique[start : start + MOST_IN_LIST] for start in range(0, len(unique), MOST_IN_LIST)]
    return any_of(*(Part(f"{column} IN ({', '.join(each)})") for each in lists))


def _quoted(value: str) -> str:
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in value):
        raise Unquotable("A text in a query has no control characters and no halves of characters.")
    if len(value.encode()) > LONGEST_TEXT:
        raise Unquotable("A text in a query is at most 4,000 bytes long.")
    return "'" + value.replace("'", "''") + "'"


def _escaped(found: re.Match[str]) -> str:
    return "\\" + found[0]
