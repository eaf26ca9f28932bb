"""Reads a SuiteQL query (section_156257790831): Oracle's SELECT without what NetSuite does not take."""

from tests.simulator.netsuite.suiteql_tree import (
    Between,
    Binary,
    Call,
    Case,
    Combined,
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
    Order,
    Query,
    Select,
    Source,
    Star,
    Text,
)
from tests.simulator.netsuite.suiteql_words import RESERVED, Reader, Word, unsupported, words

COMPARISONS = {"=": "=", "<>": "<>", "!=": "<>", "^=": "<>", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
MOST_IN_LIST = 1000  # article_0824094533


def parse(query: str) -> Query:
    """Raises Refused."""
    try:
        return Parser(words(query)).statement()
    except RecursionError:
        raise unsupported("The query is nested too deeply") from None


class Parser(Reader):
    def statement(self) -> Query:
        query = self._query()
        if self._next.kind != "end":
            raise self._unexpected()
        return query

    # Queries

    def _query(self) -> Query:
        body: Select | Combined | Query = self._operand_of_set()
        while True:
            if self._took("union"):
                operator = "UNION ALL" if self._took("all") else "UNION"
            elif self._has("intersect") or self._has("minus"):
                operator = self._take().text.upper()
            else:
                break
            body = Combined(operator, body, self._operand_of_set())
        return Query(body, self._orders())

    def _operand_of_set(self) -> Select | Query:
        if self._took("("):
            query = self._query()
            self._expect(")")
            return query
        return self._select()

    def _orders(self) -> tuple[Order, ...]:
        if not self._took("order", "by"):
            return ()
        orders = [self._order()]
        while self._took(","):
            orders.append(self._order())
        return tuple(orders)

    def _order(self) -> Order:
        by = self._expression()
        descending = self._took("desc")
        if not descending:
            self._took("asc")
        nulls = None
        if self._took("nulls"):
            nulls = "FIRST" if self._took("first") else "LAST"
            if nulls == "LAST":
                self._expect("last")
        return Order(by, descending, nulls)

    def _select(self) -> Select:
        self._expect("select")
        distinct = self._took("distinct") or self._took("unique")
        if not distinct:
            self._took("all")
        items = [self._item()]
        while self._took(","):
            items.append(self._item())
        self._expect("from")
        sources = self._sources()
        where = self._expression() if self._took("where") else None
        groups: list[Expression] = []
        if self._took("group", "by"):
            groups.append(self._expression())
            while self._took(","):
                groups.append(self._expression())
        having = self._expression() if self._took("having") else None
        return Select(tuple(items), sources, where, tuple(groups), having, distinct)

    def _item(self) -> tuple[Expression, str | None]:
        if self._took("*"):
            return Star(), None
        if self._words[self._at + 1 : self._at + 3] == [Word("symbol", "."), Word("symbol", "*")]:
            of = self._name()
            self._expect(".", "*")
            return Star(of), None
        expression = self._expression()
        if self._took("as") or (self._next.kind == "name" and self._next.text not in RESERVED):
            return expression, self._name()
        return expression, None

    def _sources(self) -> tuple[Source, ...]:
        sources = [self._source("")]
        while True:
            if self._took(","):
                sources.append(self._source(","))
            elif join := self._join():
                sources.append(self._source(join))
            else:
                break
        if len({one.join == "," for one in sources[1:]}) > 1:
            raise unsupported("Joins of both syntaxes in one query are not supported")
        return tuple(sources)

    def _join(self) -> str | None:
        for side in ("left", "right", "full"):
            if self._took(side):
                self._took("outer")
                self._expect("join")
                return f"{side.upper()} JOIN"
        if self._took("cross", "join"):
            return "CROSS JOIN"
        if self._took("inner", "join") or self._took("join"):
            return "JOIN"
        return None

    def _source(self, join: str) -> Source:
        what: str | Query
        if self._took("("):
            what = self._query()
            self._expect(")")
        else:
            what = self._name()
        alias = None
        if self._took("as") or (self._next.kind == "name" and self._next.text not in RESERVED):
            alias = self._name()
        on = None
        if join not in {"", ",", "CROSS JOIN"}:
            self._expect("on")
            on = self._expression()
        return Source(what, alias, join, on)

    # Expressions, from what binds least to what binds most

    def _expression(self) -> Expression:
        found = self._conjunction()
        while self._took("or"):
            found = Binary("or", found, self._conjunction())
        return found

    def _conjunction(self) -> Expression:
        found = self._negation()
        while self._took("and"):
            found = Binary("and", found, self._negation())
        return found

    def _negation(self) -> Expression:
        return Not(self._negation()) if self._took("not") else self._predicate()

    def _predicate(self) -> Expression:
        found = self._sum()
        if self._next.kind == "symbol" and self._next.text in COMPARISONS:
            return Binary(COMPARISONS[self._take().text], found, self._sum())
        if self._took("is"):
            negated = self._took("not")
            self._expect("null")
            return IsNull(found, negated)
        negated = self._took("not")
        if self._took("in"):
            return In(found, self._among(), negated)
        if self._took("like"):
            pattern = self._sum()
            return Like(found, pattern, self._sum() if self._took("escape") else None, negated)
        if self._took("between"):
            low = self._sum()
            self._expect("and")
            return Between(found, low, self._sum(), negated)
        if negated:
            raise self._unexpected()
        return found

    def _among(self) -> "tuple[Expression, ...] | Query":
        self._expect("(")
        among: tuple[Expression, ...] | Query
        if self._has("select"):
            among = self._query()
        else:
            listed = [self._expression()]
            while self._took(","):
                listed.append(self._expression())
            if len(listed) > MOST_IN_LIST:
                raise unsupported(f"IN takes at most {MOST_IN_LIST} values")
            among = tuple(listed)
        self._expect(")")
        return among

    def _sum(self) -> Expression:
        found = self._product()
        while self._has("+") or self._has("-") or self._has("||"):
            found = Binary(self._take().text, found, self._product())
        return found

    def _product(self) -> Expression:
        found = self._signed()
        while self._has("*") or self._has("/"):
            found = Binary(self._take().text, found, self._signed())
        return found

    def _signed(self) -> Expression:
        if self._took("-"):
            return Minus(self._signed())
        self._took("+")
        return self._primary()

    def _primary(self) -> Expression:
        word = self._next
        if word.kind == "text":
            return Text(self._take().text)
        if word.kind == "number":
            return Number(self._take().text)
        if self._took("null"):
            return Null()
        if self._took("case"):
            return self._case()
        if self._took("exists"):
            self._expect("(")
            query = self._query()
            self._expect(")")
            return Exists(query)
        if self._took("("):
            found = self._query() if self._has("select") else self._expression()
            self._expect(")")
            return found
        return self._named()

    def _named(self) -> Expression:
        name = self._name()
        if self._next.kind == "text":
            kind = {"date": "Date", "timestamp": "Date", "interval": "Interval"}.get(name, "Prefixed")
            raise unsupported(f"{kind} literals are not supported: use TO_DATE")
        of = None
        if self._took("."):
            of, name = name, self._name()
        if self._has("(", "+", ")"):
            raise unsupported("Outer joins are written LEFT JOIN")
        if not self._took("("):
            return Name(name, of)
        called = f"{of}.{name}" if of else name
        if self._took("*"):
            self._expect(")")
            return Call(called, (), starred=True)
        distinct = self._took("distinct")
        arguments: list[Expression] = []
        if not self._took(")"):
            arguments.append(self._expression())
            while self._took(","):
                arguments.append(self._expression())
            self._expect(")")
        if self._has("over"):
            raise unsupported("Windows (OVER) are not simulated here")
        return Call(called, tuple(arguments), distinct)

    def _case(self) -> Case:
        operand = None if self._has("when") else self._expression()
        cases = []
        while self._took("when"):
            condition = self._expression()
            self._expect("then")
            cases.append((condition, self._expression()))
        if not cases:
            raise self._unexpected()
        otherwise = self._expression() if self._took("else") else None
        self._expect("end")
        return Case(operand, tuple(cases), otherwise)
