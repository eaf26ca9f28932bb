"""Turns a SuiteQL query into one statement of SQLite, and refuses what Oracle refuses of whole queries: columns outside
of GROUP BY, ORDER BY of a UNION by anything but its columns, parts of a UNION that do not fit.
"""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from tests.simulator.netsuite.accounts import Account
from tests.simulator.netsuite.suiteql_expressions import Expressions, Subquery
from tests.simulator.netsuite.suiteql_kinds import Piece, common_kind
from tests.simulator.netsuite.suiteql_names import Relation, Scope, table
from tests.simulator.netsuite.suiteql_tree import (
    Between,
    Binary,
    Combined,
    Expression,
    Minus,
    Name,
    Number,
    Order,
    Query,
    Select,
    Star,
)
from tests.simulator.netsuite.suiteql_words import unsupported

ROWNUM = Name("rownum")
MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "<>": "<>"}


class Translated(NamedTuple):
    """`columns`: names and kinds. `tables`: those that it reads."""

    sql: str
    columns: list[tuple[str, str]]
    is_ordered: bool


class Translation:
    """Of one query. Afterwards `tables` names those that it reads."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._serials = itertools.count(1)
        self.tables: set[str] = set()

    def query(self, query: Query, outer: Scope | None = None) -> Translated:
        """Raises Refused."""
        if isinstance(query.body, Select):
            return self._select(query.body, query.orders, outer)
        found = self._combined(query.body, outer)
        if not query.orders:
            return found
        orders = [self._position(order, found.columns) for order in query.orders]
        return Translated(f"{found.sql} ORDER BY {', '.join(orders)}", found.columns, True)

    def _combined(self, body: Select | Combined | Query, outer: Scope | None) -> Translated:
        if isinstance(body, Select):
            return self._select(body, (), outer)
        if isinstance(body, Query):
            found = self.query(body, outer)
            return Translated(f"SELECT * FROM ({found.sql})", found.columns, False)
        left, right = self._combined(body.left, outer), self._combined(body.right, outer)
        if len(left.columns) != len(right.columns):
            raise unsupported("ORA-01789: query block has incorrect number of result columns")
        columns = []
        for (name, kind), (_, other) in zip(left.columns, right.columns, strict=True):
            columns.append((name, common_kind([Piece("", kind), Piece("", other)])))
        if body.operator != "UNION ALL":
            _refuse_long_texts(columns, body.operator)
        operator = {"MINUS": "EXCEPT"}.get(body.operator, body.operator)
        return Translated(f"{left.sql} {operator} {right.sql}", columns, False)

    def _position(self, order: Order, columns: list[tuple[str, str]]) -> str:
        """ORDER BY after UNION and its like knows the columns' numbers, and the names that the first SELECT gave."""
        names = [name for name, _ in columns]
        if isinstance(order.by, Number):
            at = _column_number(order.by, len(names))
        elif isinstance(order.by, Name) and order.by.of is None and order.by.name in names:
            at = names.index(order.by.name) + 1
        else:
            raise unsupported("ORA-01785: after UNION, ORDER BY takes numbers or names of the first SELECT's columns")
        _refuse_long_texts([columns[at - 1]], "ORDER BY")
        return _ordering(str(at), order)

    # One SELECT

    def _select(self, select: Select, orders: Sequence[Order], outer: Scope | None) -> Translated:
        scope = Scope(outer)
        expressions = Expressions(scope, self._account.now(), self._subquery)
        source = self._from(select, scope, expressions)
        conditions, limit = _without_rownum(select.where)
        wheres = [expressions.condition(one) for one in conditions]
        if any(one.has_group for one in wheres):
            raise unsupported("ORA-00934: group function is not allowed here")
        where = f" WHERE {' AND '.join(one.sql for one in wheres)}" if wheres else ""
        if limit is not None:  # before it is grouped or ordered; OFFSET keeps SQLite from moving that
            name = f"limited {next(self._serials)}"
            source, where = f'(SELECT {scope.everything()} FROM {source}{where} LIMIT {limit} OFFSET 0) AS "{name}"', ""
            scope.limited = name
        scope.has_row_numbers = True
        items = self._items(select, scope, expressions)
        columns = [(name, piece.kind) for name, piece in items]
        groups = [expressions.value(one) for one in select.groups]
        having = expressions.condition(select.having) if select.having is not None else None
        ordering, by = self._orders(orders, items, expressions, select)
        pieces = [piece for _, piece in items] + ([having] if having else []) + by
        self._check_groups(groups, pieces)
        if select.distinct:
            _refuse_long_texts(columns, "DISTINCT")
        listed = ", ".join(f'{piece.sql} AS "{name}"' for name, piece in items)
        sql = f"SELECT {'DISTINCT ' * select.distinct}{listed} FROM {source}{where}"
        if groups:
            sql += f" GROUP BY {', '.join(one.sql for one in groups)}"
        if having:
            sql += f" HAVING {having.sql}"
        if ordering:
            sql += f" ORDER BY {', '.join(ordering)}"
        keeps_order = [one.is_ordered for one in scope.relations.values()] == [True]
        keeps_order = keeps_order and not (groups or select.distinct or any(one.has_group for one in pieces))
        return Translated(sql, columns, bool(ordering) or keeps_order)

    def _from(self, select: Select, scope: Scope, expressions: Expressions) -> str:
        parts = []
        for one in select.sources:
            if isinstance(one.what, Query):
                found = self.query(one.what, scope.outer)
                if len({name for name, _ in found.columns}) < len(found.columns):
                    raise unsupported("ORA-00918: two columns of a query in FROM have one name")
                alias = one.alias or f"query {next(self._serials)}"
                kept = " LIMIT -1" if found.is_ordered else ""  # or SQLite may forget the order
                relation = Relation(alias, f"({found.sql}{kept})", dict(found.columns), found.is_ordered)
            else:
                self.tables.add(one.what)
                alias, relation = one.alias or one.what, table(self._account, one.what)
            scope.add(alias, relation)
            join = {"": "", ",": ", "}.get(one.join, f" {one.join} ")
            parts.append(f'{join}{relation.sql} AS "{alias}"')
            if one.on is not None:
                on = expressions.condition(one.on)
                if on.has_group:
                    raise unsupported("ORA-00934: group function is not allowed here")
                parts.append(f" ON {on.sql}")
        return "".join(parts)

    def _items(self, select: Select, scope: Scope, expressions: Expressions) -> list[tuple[str, Piece]]:
        """The columns of the answer with their names; those of expressions without an alias are expr1 and so on."""
        items: list[tuple[str, Piece]] = []
        for expression, alias in select.items:
            if isinstance(expression, Star):
                items += [(name, expressions.value(Name(name, of))) for of, name in scope.columns(expression.of)]
            else:
                name = expression.name if isinstance(expression, Name) else f"expr{len(items) + 1}"
                items.append((alias or name, expressions.value(expression)))
        return items

    def _orders(
        self, orders: Sequence[Order], items: list[tuple[str, Piece]], expressions: Expressions, select: Select
    ) -> tuple[list[str], list[Piece]]:
        """What stands in ORDER BY, and the pieces of it that are no columns of the answer."""
        aliases = [alias for _, alias in select.items] if not any(_is_star(one) for one, _ in select.items) else []
        found, pieces = [], []
        for order in orders:
            if isinstance(order.by, Number):
                at = _column_number(order.by, len(items))
            elif isinstance(order.by, Name) and order.by.of is None and order.by.name in aliases:
                at = aliases.index(order.by.name) + 1
            elif isinstance(order.by, Minus):
                raise unsupported("ORDER BY of a negated value is not simulated here: use DESC")
            else:
                piece = expressions.value(order.by)
                same = [number for number, (_, item) in enumerate(items, 1) if item.sql == piece.sql]
                if select.distinct and not same:
                    raise unsupported("ORA-01791: not a SELECTed expression")
                if not same:
                    _refuse_long_texts([("", piece.kind)], "ORDER BY")
                    pieces.append(piece)
                    found.append(_ordering(piece.sql, order))
                    continue
                at = same[0]
            _refuse_long_texts([("", items[at - 1][1].kind)], "ORDER BY")
            found.append(_ordering(str(at), order))
        return found, pieces

    def _check_groups(self, groups: list[Piece], pieces: list[Piece]) -> None:
        if any(one.has_group for one in groups):
            raise unsupported("ORA-00934: group function is not allowed here")
        if any(not one.names for one in groups):
            raise unsupported("GROUP BY takes columns, not numbers")
        _refuse_long_texts([("", one.kind) for one in groups], "GROUP BY")
        if not groups and not any(one.has_group for one in pieces):
            return
        grouped = {one.sql for one in groups}
        if any(one.names - grouped and one.sql not in grouped for one in pieces):
            raise unsupported("ORA-00979: not a GROUP BY expression")

    def _subquery(self, query: Query, scope: Scope) -> Subquery:
        found = self.query(query, scope)
        return Subquery(found.sql, tuple(kind for _, kind in found.columns))


def _is_star(expression: Expression) -> bool:
    return isinstance(expression, Star)


def _ordering(sql: str, order: Order) -> str:
    """Oracle has no value above all values, SQLite below."""
    nulls = order.nulls or ("FIRST" if order.descending else "LAST")
    return f"{sql} {'DESC' if order.descending else 'ASC'} NULLS {nulls}"


def _column_number(number: Number, count: int) -> int:
    if not number.value.isdigit() or not 1 <= int(number.value) <= count:
        raise unsupported("ORA-01785: ORDER BY item must be the number of a SELECT-list expression")
    return int(number.value)


def _refuse_long_texts(columns: Sequence[tuple[str, str]], where: str) -> None:
    if any(kind == "clob" for _, kind in columns):
        raise unsupported(f"ORA-00932: inconsistent datatypes: a long text (CLOB) is not taken by {where}")


# ROWNUM counts the rows that WHERE lets through, before they are grouped and ordered.


def _without_rownum(where: Expression | None) -> tuple[list[Expression], int | None]:
    """The conditions joined by AND at the top that do not speak of ROWNUM, and the most rows by those that do."""
    conditions, limits = [], []
    for one in _conjuncts(where):
        bounds: list[Expression] = [one]
        if isinstance(one, Between) and one.operand == ROWNUM and not one.negated:
            bounds = [Binary(">=", one.operand, one.low), Binary("<=", one.operand, one.high)]
        for bound in bounds:
            limit = _limit(bound)
            if limit is None:
                conditions.append(bound)
            else:
                limits.append(limit)
    return conditions, int(min(limits)) if limits and min(limits) < float("inf") else None


def _conjuncts(where: Expression | None) -> list[Expression]:
    if where is None:
        return []
    if isinstance(where, Binary) and where.operator == "and":
        return [*_conjuncts(where.left), *_conjuncts(where.right)]
    return [where]


def _limit(expression: Expression) -> float | None:
    """The most rows of a condition on ROWNUM, which may be all or none; None for any other condition."""
    if not isinstance(expression, Binary) or expression.operator not in MIRRORED:
        return None
    operator, left, right = expression.operator, expression.left, expression.right
    if right == ROWNUM:
        operator, left, right = MIRRORED[operator], right, left
    if left != ROWNUM or not isinstance(right, Number) or not right.value.isdigit():
        return None
    number = int(right.value)
    if operator in {"<", "<="}:
        return max(number - (operator == "<"), 0)
    if operator == "=":
        return 1 if number == 1 else 0
    if operator == "<>":
        return float("inf") if number == 0 else number - 1
    return float("inf") if number < 1 + (operator == ">=") else 0  # no row is the second before one is the first
