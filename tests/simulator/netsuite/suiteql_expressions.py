"""Turns expressions of SuiteQL into SQLite's, and refuses what Oracle refuses: kinds that do not go together, texts
where dates are wanted, conditions as values. Kinds: number, text, clob, date, null and condition.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from tests.simulator.netsuite.suiteql_functions import (
    AGGREGATES,
    FUNCTIONS,
    HIDDEN,
    NOT_SIMULATED,
    is_number,
    like,
    today,
)
from tests.simulator.netsuite.suiteql_kinds import Piece, chosen, common_kind, comparable, made
from tests.simulator.netsuite.suiteql_names import Scope
from tests.simulator.netsuite.suiteql_tables import PLAIN
from tests.simulator.netsuite.suiteql_tree import (
    Between,
    Binary,
    Call,
    Case,
    Exists,
    Expression,
    In,
    IsNull,
    Like,
    Minus,
    Name,
    Not,
    Null,
    Number,
    Query,
    Text,
)
from tests.simulator.netsuite.suiteql_words import unsupported


class Subquery(NamedTuple):
    sql: str
    kinds: tuple[str, ...]


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


class Expressions:
    """Those of one SELECT. `subquery` translates one that stands within an expression."""

    def __init__(self, scope: Scope, now: datetime, subquery: Callable[[Query, Scope], Subquery]) -> None:
        self._scope, self._today, self._subquery = scope, today(now), subquery

    def condition(self, expression: Expression) -> Piece:
        found = self._piece(expression)
        if found.kind != "condition":
            raise unsupported("A value stands where a condition is wanted")
        return found

    def value(self, expression: Expression) -> Piece:
        found = self._piece(expression)
        if found.kind == "condition":
            raise unsupported("A condition stands where a value is wanted")
        return found

    def _piece(self, expression: Expression) -> Piece:
        match expression:
            case Text(value):
                return Piece(quoted(value) if value else "NULL", "text", literal=value)
            case Number(value):
                return Piece(value, "number")
            case Null():
                return Piece("NULL", "null")
            case Name(name, of):
                return self._name(name, of)
            case Minus(operand):
                found = self._number(self.value(operand))
                return made(f"(-{found.sql})", "number", [found])
            case Not(operand):
                found = self.condition(operand)
                return made(f"(NOT {found.sql})", "condition", [found])
            case IsNull(operand, negated):
                found = self.value(operand)
                return made(f"({found.sql} IS {'NOT ' * negated}NULL)", "condition", [found])
            case Binary():
                return self._binary(expression)
            case Between(operand, low, high, negated):
                bounds = Binary("and", Binary(">=", operand, low), Binary("<=", operand, high))
                return self._piece(Not(bounds) if negated else bounds)
            case In():
                return self._in(expression)
            case Like():
                return self._like(expression)
            case Exists(query):
                return Piece(f"EXISTS ({self._unordered(query).sql})", "condition")
            case Query():
                found_query = self._unordered(expression)
                if len(found_query.kinds) != 1:
                    raise unsupported("ORA-00913: A query that stands for a value has one column")
                return Piece(f"({found_query.sql})", found_query.kinds[0])
            case Case():
                return self._case(expression)
            case Call():
                return self._call(expression)
        raise unsupported("* stands where a value is wanted")

    def _unordered(self, query: Query) -> Subquery:
        if query.orders:
            raise unsupported("ORDER BY is not supported in a query within an expression")
        return self._subquery(query, self._scope)

    def _name(self, name: str, of: str | None) -> Piece:
        if of is None and name == "rownum":
            if not self._scope.has_row_numbers:
                raise unsupported("ROWNUM is taken only as a limit within WHERE, or as a column")
            return Piece("ROW_NUMBER() OVER ()", "number")
        if of is None and name in self._today:
            return Piece(quoted(self._today[name]), "date")
        column = self._scope.column(name, of)
        names = frozenset((column.sql,)) if column.is_own else frozenset()
        return Piece(column.sql, PLAIN.get(column.kind, column.kind), names)

    # Operators

    def _binary(self, expression: Binary) -> Piece:
        operator = expression.operator
        if operator in {"and", "or"}:
            left, right = self.condition(expression.left), self.condition(expression.right)
            return made(f"({left.sql} {operator.upper()} {right.sql})", "condition", [left, right])
        left, right = self.value(expression.left), self.value(expression.right)
        if operator == "||":
            for one in (left, right):
                self._text(one)
            kind = "clob" if "clob" in {left.kind, right.kind} else "text"
            return made(f"ora_concat({left.sql}, {right.sql})", kind, [left, right])
        if operator in {"+", "-", "*", "/"}:
            return self._arithmetic(operator, left, right)
        left, right = comparable(left, right)
        return made(f"({left.sql} {operator} {right.sql})", "condition", [left, right])

    def _arithmetic(self, operator: str, left: Piece, right: Piece) -> Piece:
        if left.kind == "date" and operator == "-" and right.kind == "date":
            return made(f"ora_days_between({left.sql}, {right.sql})", "number", [left, right])
        if right.kind == "date" and operator == "+":
            left, right = right, left
        if left.kind == "date" and operator in {"+", "-"}:
            days = self._number(right)
            return made(f"ora_days_later({left.sql}, {operator}({days.sql}))", "date", [left, days])
        one, other = self._number(left), self._number(right)
        exact = "1.0 * " if operator == "/" else ""
        return made(f"({exact}{one.sql} {operator} {other.sql})", "number", [one, other])

    def _in(self, expression: In) -> Piece:
        operand, negated = self.value(expression.operand), "NOT " * expression.negated
        if isinstance(expression.among, Query):
            query = self._unordered(expression.among)
            if len(query.kinds) != 1:
                raise unsupported("ORA-00913: A query within IN has one column")
            comparable(operand, Piece("", query.kinds[0]))
            return made(f"({operand.sql} {negated}IN ({query.sql}))", "condition", [operand])
        listed = [comparable(operand, self.value(one))[1] for one in expression.among]
        values = ", ".join(one.sql for one in listed)
        return made(f"({operand.sql} {negated}IN ({values}))", "condition", [operand, *listed])

    def _like(self, expression: Like) -> Piece:
        operand, pattern = self._text(self.value(expression.operand)), self._text(self.value(expression.pattern))
        escape, pieces = None, [operand, pattern]
        if expression.escape is not None:
            escape = expression.escape.value if isinstance(expression.escape, Text) else ""
            if len(escape) != 1:
                raise unsupported("ORA-01425: ESCAPE wants a text of one character")
            pieces.append(Piece(quoted(escape), "text"))
        try:
            like("", pattern.literal, escape)
        except ValueError as error:
            raise unsupported(str(error)) from error
        called = f"ora_like({', '.join(one.sql for one in pieces)})"
        return made(f"(NOT {called})" if expression.negated else called, "condition", pieces)

    def _case(self, expression: Case) -> Piece:
        pieces, branches, parts = [], [], ["CASE"]
        for when, then in expression.cases:
            if expression.operand is not None:
                when = Binary("=", expression.operand, when)
            pieces.append(self.condition(when))
            branches.append(self.value(then))
            parts.append(f"WHEN {pieces[-1].sql} THEN {branches[-1].sql}")
        if expression.otherwise is not None:
            branches.append(self.value(expression.otherwise))
            parts.append(f"ELSE {branches[-1].sql}")
        return made(f"({' '.join(parts)} END)", common_kind(branches), [*pieces, *branches])

    # Functions

    def _call(self, call: Call) -> Piece:
        name = call.name
        if name == "builtin.df":
            return self._shown(call)
        if name in NOT_SIMULATED:
            raise unsupported(f"The function {name.upper()} is not simulated here, NetSuite has it")
        function = FUNCTIONS.get(name)
        if function is None or name in HIDDEN:
            raise unsupported(f"The function {name.upper()} is not supported")
        if call.starred and name == "count":
            return Piece("COUNT(*)", "number", has_group=True)
        if call.starred or not function.least <= len(call.arguments) <= function.most:
            raise unsupported(f"{name.upper()} was called with too many or too few arguments")
        arguments = [self.value(one) for one in call.arguments]
        for at, wanted in enumerate(function.kinds.ljust(len(arguments), function.kinds[-1])[: len(arguments)]):
            arguments[at] = self._as(wanted, arguments[at], name)
        if name in AGGREGATES:
            if any(one.has_group for one in arguments):
                raise unsupported("ORA-00978: nested group function")
            kind = arguments[0].kind if function.gives == "=" else "number"
            return Piece(f"{name.upper()}({'DISTINCT ' * call.distinct}{arguments[0].sql})", kind, has_group=True)
        if call.distinct:
            raise unsupported(f"{name.upper()} does not take DISTINCT")
        if function.run is None:
            return chosen(name, arguments)
        kind = {"t": "text", "n": "number", "d": "date", "=": arguments[0].kind}[function.gives]
        if kind == "text" and name != "to_char" and "clob" in {one.kind for one in arguments}:
            kind = "clob"
        return made(f"ora_{name}({', '.join(one.sql for one in arguments)})", kind, arguments)

    def _as(self, wanted: str, piece: Piece, function: str) -> Piece:
        if wanted == "t":
            return self._text(piece)
        if wanted == "n":
            return self._number(piece)
        if wanted == "d" and piece.kind not in {"date", "null"}:
            raise unsupported(f"{function.upper()} wants a date")
        if wanted == "x" and piece.kind == "clob":
            raise unsupported("ORA-00932: inconsistent datatypes: a long text (CLOB) is not taken")
        return piece

    def _text(self, piece: Piece) -> Piece:
        if piece.kind == "date":
            raise unsupported("A date stands where a text is wanted: use TO_CHAR")
        return piece

    def _number(self, piece: Piece) -> Piece:
        if piece.literal is not None and is_number(piece.literal):
            return Piece(piece.literal.strip(), "number")
        if piece.kind not in {"number", "null"}:
            raise unsupported("ORA-01722: invalid number")
        return piece

    def _shown(self, call: Call) -> Piece:
        """BUILTIN.DF(column): the text that a person sees (article_161950565221)."""
        if len(call.arguments) != 1 or not isinstance(call.arguments[0], Name):
            raise unsupported("BUILTIN.DF wants the name of a field")
        column = self._scope.column(call.arguments[0].name, call.arguments[0].of)
        match column.kind:
            case "ref":
                sql = f"ora_entity_name({column.sql})"
            case "link":
                sql = f"ora_record_name({column.sql})"
            case "folder":
                sql = f"ora_folder_name({column.sql})"
            case "choice" | "option" | "type":
                sql = column.shown
            case "tick":
                sql = f"CASE {column.sql} WHEN 'T' THEN 'Yes' WHEN 'F' THEN 'No' END"
            case "date":
                sql = f"ora_shown_date({column.sql})"
            case _:
                sql = f"ora_to_char({column.sql})"
        return Piece(sql, "text", frozenset((column.sql,)) if column.is_own else frozenset())
