"""Pieces of a translated query, and which kinds of values go together: number, text, clob, date, null and condition."""

from collections.abc import Sequence
from typing import NamedTuple

from tests.simulator.netsuite.suiteql_functions import is_number
from tests.simulator.netsuite.suiteql_words import unsupported


class Piece(NamedTuple):
    """`names`: the columns of this SELECT outside of functions of groups, as SQL. `literal`: a text's value."""

    sql: str
    kind: str
    names: frozenset[str] = frozenset()
    has_group: bool = False
    literal: str | None = None


def made(sql: str, kind: str, of: Sequence[Piece]) -> Piece:
    return Piece(sql, kind, frozenset().union(*(one.names for one in of)), any(one.has_group for one in of))


def common_kind(pieces: Sequence[Piece]) -> str:
    """Of values of which one is chosen. Raises Refused."""
    kinds = {one.kind for one in pieces} - {"null"}
    if kinds == {"text", "clob"}:
        return "clob"
    if len(kinds) > 1:
        raise unsupported(f"ORA-00932: inconsistent datatypes: {' and '.join(sorted(kinds))}")
    return kinds.pop() if kinds else "null"


def comparable(left: Piece, right: Piece) -> tuple[Piece, Piece]:
    """Both, so that SQLite compares them as Oracle does. Raises Refused."""
    kinds = {left.kind, right.kind} - {"null"}
    if "clob" in kinds:
        raise unsupported("ORA-00932: inconsistent datatypes: a long text (CLOB) is compared with LIKE only")
    if kinds == {"number", "text"}:
        number, text = (left, right) if left.kind == "number" else (right, left)
        if text.literal is None or not is_number(text.literal or "0"):
            raise unsupported("ORA-01722: invalid number: a text is compared with a number")
        text = Piece(text.literal.strip() or "NULL", "number")
        return (number, text) if left.kind == "number" else (text, number)
    if len(kinds) > 1:
        raise unsupported("A date is compared with a text: use TO_DATE" if "text" in kinds else "ORA-00932")
    return left, right


def chosen(name: str, arguments: list[Piece]) -> Piece:
    """Functions that choose one of their arguments."""
    sqls = [one.sql for one in arguments]
    if name in {"nvl", "coalesce"}:
        return made(f"COALESCE({', '.join(sqls)})", common_kind(arguments), arguments)
    if name == "nvl2":
        sql = f"(CASE WHEN {sqls[0]} IS NOT NULL THEN {sqls[1]} ELSE {sqls[2]} END)"
        return made(sql, common_kind(arguments[1:]), arguments)
    if name == "nullif":
        left, right = comparable(*arguments)
        return made(f"NULLIF({left.sql}, {right.sql})", left.kind, arguments)
    if name in {"greatest", "least"}:
        called = {"greatest": "MAX", "least": "MIN"}[name]
        sql = f"{called}({', '.join(sqls)})" if len(sqls) > 1 else sqls[0]
        return made(sql, common_kind(arguments), arguments)
    # DECODE(value, this, that, ..., otherwise), where no value equals no value
    parts, branches = ["CASE"], []
    for at in range(1, len(arguments) - 1, 2):
        left, right = comparable(arguments[0], arguments[at])
        parts.append(f"WHEN {left.sql} IS {right.sql} THEN {sqls[at + 1]}")
        branches.append(arguments[at + 1])
    if len(arguments) % 2 == 0:
        parts.append(f"ELSE {sqls[-1]}")
        branches.append(arguments[-1])
    return made(f"({' '.join(parts)} END)", common_kind(branches), arguments)
