"""Records from a CSV file, such as an export of another system. Importing the same file again changes nothing."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TextIO
from uuid import UUID, uuid4

from sqlalchemy import Connection, Engine, func, insert, select, update

from server.destinations.base import DestinationError
from server.destinations.border import invalid, translated
from server.destinations.local.creating import checked, row_of
from server.destinations.local.numbers import number_key
from server.destinations.local.records import type_named
from server.destinations.local.tables import LocalRecord

MOST_REFUSED = 100  # told about; all are counted


@dataclass
class ImportCounts:
    """`refused` has a sentence for each line that could not be taken; the others are imported all the same."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused_lines: int = 0
    refused: list[str] = field(default_factory=list)


def import_records(engine: Engine, tenant_id: str, file: TextIO) -> ImportCounts:
    """Read a CSV file with a header: type, name and, as the type has them, number, address, domain, company, state.

    A record is known again by its number, a contact else by its address, anything else by its name.
    """
    counts = ImportCounts()
    lines = csv.DictReader(file)
    with translated(), _readable(), engine.begin() as connection:
        for stated in lines:
            try:
                _import_line(connection, tenant_id, stated, counts)
            except DestinationError as error:
                counts.refused_lines += 1
                if len(counts.refused) < MOST_REFUSED:
                    counts.refused.append(f"Line {lines.line_num}: {error.message}")
    return counts


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except (csv.Error, UnicodeDecodeError) as error:
        raise invalid(f"This is no CSV file in UTF-8: {error}.") from error


def _import_line(connection: Connection, tenant: str, stated: dict[str | Any, Any], counts: ImportCounts) -> None:
    values = {name.strip("\ufeff ").lower(): value for name, value in stated.items() if isinstance(name, str) and value}
    kind = type_named(str(values.pop("type", "")).strip().lower())
    clean = checked(kind, values)
    row = row_of(connection, tenant, kind.type, clean)
    known = _known(connection, tenant, kind.type, clean)
    if known is None:
        connection.execute(insert(LocalRecord).values(id=uuid4(), **row))
        counts.created += 1
        return
    stored = connection.execute(select(LocalRecord.__table__).where(LocalRecord.id == known)).mappings().one()
    changed = {name: value for name, value in row.items() if value is not None and stored[name] != value}
    if "state" not in clean:
        changed.pop("state", None)
    if changed:
        connection.execute(update(LocalRecord).where(LocalRecord.id == known).values(**changed))
    counts.updated += bool(changed)
    counts.unchanged += not changed


def _known(connection: Connection, tenant: str, type: str, clean: dict[str, str]) -> UUID | None:
    wanted = select(LocalRecord.id).where(LocalRecord.tenant_id == tenant, LocalRecord.type == type)
    if "number" in clean:
        wanted = wanted.where(LocalRecord.number_key == number_key(clean["number"]))
    elif type == "contact" and "address" in clean:
        wanted = wanted.where(LocalRecord.address == clean["address"])
    else:
        wanted = wanted.where(func.lower(LocalRecord.name) == func.lower(clean["name"]))
    return connection.scalar(wanted.order_by(LocalRecord.created_at, LocalRecord.id).limit(1))
