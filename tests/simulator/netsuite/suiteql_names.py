"""What the names in a SuiteQL query stand for: tables by the role's permissions, columns by what stands in FROM."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.simulator.netsuite.accounts import Account
from tests.simulator.netsuite.roles import OF_TYPE, may
from tests.simulator.netsuite.suiteql_tables import SHOWN, TABLES, TYPES, is_listed
from tests.simulator.netsuite.suiteql_words import invalid, unsupported


class Column(NamedTuple):
    """`sql` in SQLite, `shown` that of the text beside it. `is_own`: of this SELECT, not of one around it."""

    sql: str
    kind: str
    shown: str
    is_own: bool


@dataclass
class Relation:
    """A table, or a query in FROM: `columns` with their kinds, as suiteql_tables has them."""

    name: str
    sql: str
    columns: dict[str, str]
    is_ordered: bool = False


def table(account: Account, name: str) -> Relation:
    """A table as the role sees it: of the entities only those whose records it may see. Raises Refused."""
    if name not in TABLES:
        raise invalid(f"Invalid search type: {name}.")
    found = TABLES[name]
    if found.permission and not may(account, found.permission):
        raise invalid(f"Search error occurred: Record '{name}' was not found.")
    sql = f'"{name}"'
    unseen = {TYPES[one][0] for one in found.sources if one in TYPES and not may(account, OF_TYPE[one])}
    if unseen:
        sql = f'(SELECT * FROM "{name}" WHERE "type" NOT IN ({", ".join(map(repr, sorted(unseen)))}))'
    return Relation(name, sql, found.columns)


@dataclass
class Scope:
    """The relations of one SELECT by their aliases. `limited`: the name of the query within that ROWNUM has limited,
    which has all their columns."""

    outer: "Scope | None" = None
    relations: dict[str, Relation] = field(default_factory=dict)
    limited: str | None = None
    has_row_numbers: bool = False  # ROWNUM may be used as a value

    def add(self, alias: str, relation: Relation) -> None:
        if alias in self.relations:
            raise unsupported(f"The name {alias} stands twice in FROM")
        self.relations[alias] = relation

    def columns(self, of: str | None = None) -> Iterator[tuple[str, str]]:
        """Aliases and names of all columns, or of those of one relation. Raises Refused."""
        if of is not None and of not in self.relations:
            raise self._unknown(of)
        for alias in [of] if of else self.relations:
            yield from ((alias, name) for name in self.relations[alias].columns)

    def column(self, name: str, of: str | None = None) -> Column:
        """Raises Refused."""
        scope: Scope | None = self
        while scope:
            if found := scope._own(name, of):
                return found._replace(is_own=scope is self)
            scope = scope.outer
        if of in self.relations:
            raise invalid(
                f"Search error occurred: Field '{name}' for record '{self.relations[of].name}' was not found."
            )
        raise self._unknown(of or name)

    def _own(self, name: str, of: str | None) -> Column | None:
        found = [alias for alias, one in self.relations.items() if of in {None, alias} and name in one.columns]
        if len(found) > 1:
            raise unsupported(f"The name {name} is ambiguous")
        if not found:
            return None
        return Column(
            self._sql(found[0], name), self.relations[found[0]].columns[name], self._sql(found[0], name + SHOWN), True
        )

    def _sql(self, alias: str, name: str) -> str:
        return f'"{self.limited}"."{alias}.{name}"' if self.limited else f'"{alias}"."{name}"'

    def everything(self) -> str:
        """All columns under the names that they have once they are limited."""
        found = []
        for alias, name in self.columns():
            names = [name, name + SHOWN] if is_listed(self.relations[alias].columns[name]) else [name]
            found += [f'"{alias}"."{one}" AS "{alias}.{one}"' for one in names]
        return ", ".join(found)

    def _unknown(self, name: str) -> Exception:
        known = ", ".join(f"{alias}={one.name}" for alias, one in self.relations.items())
        return invalid(f"Search error occurred: Unknown identifier '{name}'. Available identifiers are: {{{known}}}.")
