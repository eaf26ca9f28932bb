"""What a migration takes from the release before, which goes on reading and writing its tables and columns.

Read from the database, before and after: so it does not matter how a migration is written. Added tables, columns that
may stay empty or fill themselves, and indices are no news to a release that does not know them.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text

COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
       a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> ''
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped
"""
# What refuses rows: unique indices, and constraints other than the primary and unique ones, which are such indices.
LIMITS = """
SELECT c.relname, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid),
       ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = i.indrelid AND attnum = ANY(i.indkey))
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE i.indisunique AND c.relnamespace = 'public'::regnamespace
UNION ALL
SELECT c.relname, o.conname::text, pg_get_constraintdef(o.oid),
       ARRAY(SELECT attname::text FROM pg_attribute WHERE attrelid = o.conrelid AND attnum = ANY(o.conkey))
FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid
WHERE o.contype IN ('c', 'f', 'x') AND c.relnamespace = 'public'::regnamespace
"""


@dataclass(frozen=True)
class Column:
    kind: str
    is_required: bool
    fills_itself: bool


@dataclass(frozen=True)
class Schema:
    """`columns` by table and name; `limits` by table and what they say, with the columns that they are about."""

    columns: dict[tuple[str, str], Column]
    limits: dict[tuple[str, str], tuple[str, frozenset[str]]]

    @property
    def tables(self) -> set[str]:
        return {table for table, _ in self.columns}


def read(connection: Connection) -> Schema:
    columns = {(table, name): Column(*more) for table, name, *more in connection.execute(text(COLUMNS))}
    limits = {
        (table, _without_name(name, said)): (name, frozenset(about))
        for table, name, said, about in connection.execute(text(LIMITS))
    }
    return Schema(columns, limits)


def taken(before: Schema, after: Schema) -> list[str]:
    """A line for each thing that the release before misses, or that refuses what it writes."""
    found = [f"{table} is gone" for table in sorted(before.tables - after.tables)]
    for (table, name), column in sorted(before.columns.items()):
        now = after.columns.get((table, name))
        if now is None:
            found += [f"{table}.{name} is gone"] if table in after.tables else []
        elif now.kind != column.kind:
            found.append(f"{table}.{name} was {column.kind} and is {now.kind}")
        elif now.is_required and not column.is_required:
            found.append(f"{table}.{name} may not be empty any more")
        elif column.fills_itself and now.is_required and not now.fills_itself:
            found.append(f"{table}.{name} does not fill itself any more")
    for (table, name), column in sorted(after.columns.items()):
        is_new = table in before.tables and (table, name) not in before.columns
        if is_new and column.is_required and not column.fills_itself:
            found.append(f"{table}.{name} has to be given")
    for (table, said), (name, about) in sorted(after.limits.items()):
        known = {column for of, column in before.columns if of == table}
        if table in before.tables and (table, said) not in before.limits and about <= known:
            found.append(f"{table} is limited by {name}")
    return found


def _without_name(name: str, said: str) -> str:
    """The definition of an index has its name in it; one that was only renamed refuses nothing more."""
    return said.replace(f" {name} ", " ", 1)
