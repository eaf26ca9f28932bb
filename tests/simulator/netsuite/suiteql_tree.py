"""What a SuiteQL query consists of, once it is read. Names are in lower case."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Text:
    value: str


@dataclass(frozen=True)
class Number:
    value: str


@dataclass(frozen=True)
class Null:
    pass


@dataclass(frozen=True)
class Name:
    """A column, of the table or alias before the dot where there is one; or CURRENT_DATE and its like."""

    name: str
    of: str | None = None


@dataclass(frozen=True)
class Star:
    of: str | None = None


@dataclass(frozen=True)
class Call:
    """`starred`: COUNT(*)."""

    name: str
    arguments: tuple[Expression, ...]
    distinct: bool = False
    starred: bool = False


@dataclass(frozen=True)
class Binary:
    """`operator`: + - * / || = <> < > <= >= and or."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Minus:
    operand: Expression


@dataclass(frozen=True)
class Not:
    operand: Expression


@dataclass(frozen=True)
class IsNull:
    operand: Expression
    negated: bool


@dataclass(frozen=True)
class In:
    operand: Expression
    among: tuple[Expression, ...] | Query
    negated: bool


@dataclass(frozen=True)
class Like:
    operand: Expression
    pattern: Expression
    escape: Expression | None
    negated: bool


@dataclass(frozen=True)
class Between:
    operand: Expression
    low: Expression
    high: Expression
    negated: bool


@dataclass(frozen=True)
class Exists:
    query: Query


@dataclass(frozen=True)
class Case:
    operand: Expression | None
    cases: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression | None


@dataclass(frozen=True)
class Source:
    """A table or a query, and how it joins what stands before it: "" for the first, "," or e.g. LEFT JOIN."""

    what: str | Query
    alias: str | None
    join: str = ""
    on: Expression | None = None


@dataclass(frozen=True)
class Select:
    items: tuple[tuple[Expression, str | None], ...]  # with their aliases
    sources: tuple[Source, ...]
    where: Expression | None = None
    groups: tuple[Expression, ...] = ()
    having: Expression | None = None
    distinct: bool = False


@dataclass(frozen=True)
class Combined:
    """`operator`: UNION, UNION ALL, INTERSECT or MINUS."""

    operator: str
    left: Select | Combined | Query
    right: Select | Combined | Query


@dataclass(frozen=True)
class Order:
    by: Expression
    descending: bool = False
    nulls: str | None = None  # FIRST or LAST, where it is said


@dataclass(frozen=True)
class Query:
    body: Select | Combined | Query
    orders: tuple[Order, ...] = field(default=())


Expression = (
    Text
    | Number
    | Null
    | Name
    | Star
    | Call
    | Binary
    | Minus
    | Not
    | IsNull
    | In
    | Like
    | Between
    | Exists
    | Case
    | Query
)
