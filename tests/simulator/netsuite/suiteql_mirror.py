"""An account's records as tables of SQLite in memory. Before each query the tables that it asks for catch up: only
records that were added, changed or removed since are written, so that thousands of saves stay cheap.
"""

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from tests.simulator.netsuite.accounts import ENTITIES, Account, Fields
from tests.simulator.netsuite.suiteql_functions import FUNCTIONS
from tests.simulator.netsuite.suiteql_tables import INDEXES, PLAIN, SHOWN, TABLES, current, is_listed, row_of, tables_of

AFFINITIES = {"number": "NUMERIC"}
SOURCE = "$source"  # what a row was made from, in a column that no query sees


class Mirror:
    """Whoever uses it holds the account's lock."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._seen: dict[str, dict[str, Any]] = {}  # by source and id: the record as it was written
        self._database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        for name, function in FUNCTIONS.items():
            if function.run:
                self._database.create_function(f"ora_{name}", -1, function.run, deterministic=True)
        for name, shown in _names(account.records, account.folders).items():
            self._database.create_function(name, 1, shown)
        for name, table in TABLES.items():
            columns = list(table.columns.items())
            columns += [(column + SHOWN, "text") for column, kind in columns if is_listed(kind)]
            columns.append((SOURCE, "text"))
            shapes = (f'"{column}" {AFFINITIES.get(PLAIN.get(kind, kind), "TEXT")}' for column, kind in columns)
            self._database.execute(f'CREATE TABLE "{name}" ({", ".join(shapes)})')
            for column in INDEXES.get(name, ()):
                self._database.execute(f'CREATE INDEX "{name}_{column}" ON "{name}" ("{column}")')
            if "id" in table.columns:
                self._database.execute(f'CREATE INDEX "{name}_id" ON "{name}" ("id")')
        self._database.execute("INSERT INTO dual VALUES ('X', '')")

    def rows(self, statement: str, tables: Iterable[str], most: int) -> list[tuple[Any, ...]]:
        """At most so many rows of a statement in SQLite's SQL. Raises sqlite3.Error."""
        for source in {source for name in tables for source in TABLES[name].sources}:
            self._catch_up(source)
        return self._database.execute(statement).fetchmany(most)

    def _catch_up(self, source: str) -> None:
        seen, now = self._seen.setdefault(source, {}), current(self._account, source)
        changed = [id_ for id_, record in now.items() if not _is_same(seen.get(id_), record)]
        gone = [id_ for id_ in seen if id_ not in now]
        if not changed and not gone:
            return
        self._database.execute("BEGIN")
        for name in tables_of(source):
            for id_ in (*gone, *(one for one in changed if one in seen)):
                self._database.execute(f'DELETE FROM "{name}" WHERE "id" = ? AND "{SOURCE}" = ?', (int(id_), source))
            for id_ in changed:
                row = row_of(source, name, (id_, now[id_]) if source == "folder" else now[id_])
                row[SOURCE] = source
                names, marks = ", ".join(f'"{column}"' for column in row), ", ".join("?" * len(row))
                self._database.execute(f'INSERT INTO "{name}" ({names}) VALUES ({marks})', list(row.values()))
        self._database.execute("COMMIT")
        for id_ in gone:
            del seen[id_]
        for id_ in changed:
            seen[id_] = dict(now[id_]) if isinstance(now[id_], dict) else now[id_]

    def __del__(self) -> None:
        self._database.close()


def _names(records: dict[str, dict[str, Fields]], folders: dict[str, str]) -> dict[str, Callable[[Any], str | None]]:
    """What BUILTIN.DF shows of references. Not methods of the mirror, which would then never be forgotten."""

    def entity(id_: int | None) -> str | None:
        found = next((records[type_][str(id_)] for type_ in ENTITIES if str(id_) in records[type_]), {})
        return found.get("entityId") or found.get("companyName")

    def record(id_: int | None) -> str | None:
        found = next((one[str(id_)] for one in records.values() if str(id_) in one), {})
        return found.get("title") or found.get("tranId") or found.get("entityId")

    return {"ora_entity_name": entity, "ora_record_name": record, "ora_folder_name": lambda id_: folders.get(str(id_))}


def _is_same(seen: Any, record: Any) -> bool:
    """Records change in place, hence a copy to compare with; files and names are replaced."""
    return seen == record if isinstance(record, dict | str) else seen is record
