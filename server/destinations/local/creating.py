"""New records: checked, numbered, and tied to their company."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.postgresql import insert as upsert

from server.destinations.base import DestinationError, RecordType
from server.destinations.border import invalid, storable
from server.destinations.local import people
from server.destinations.local.numbers import LONGEST, digits_of, number_key
from server.destinations.local.tables import LocalCounter, LocalRecord

_LONGEST_VALUE = 300
_PREFIXES = {"deal": "D", "case": "C"}
_FIRST_NUMBER = 1001
_SAME = {"email": "address"}  # what others call a field of ours


def create(connection: Connection, tenant: str, kind: RecordType, values: dict[str, str]) -> UUID:
    """Insert one record and give its id. Raises invalid_request, or conflict when the number is taken."""
    clean = checked(kind, values)
    row = row_of(connection, tenant, kind.type, clean)
    if row["number"] is None and kind.type in _PREFIXES:
        row |= _numbered(_next_number(connection, tenant, kind.type))
    created = upsert(LocalRecord).values(id=uuid4(), **row).on_conflict_do_nothing().returning(LocalRecord.id)
    record_id: UUID | None = connection.scalar(created)
    if record_id is None:
        message = f"There is a {kind.title.lower()} with the number {row['number']} already."
        raise DestinationError(message, permanent=True, code="conflict")
    return record_id


def checked(kind: RecordType, values: dict[str, str]) -> dict[str, str]:
    """The values of this kind's fields, trimmed and storable; what it has no field for is left out.

    Raises invalid_request.
    """
    fields = {field.name: field for field in kind.fields}
    clean: dict[str, str] = {}
    for stated_name, stated in values.items():
        name = _SAME.get(stated_name, stated_name)
        if name not in fields:
            continue
        value = " ".join(storable(stated, _LONGEST_VALUE + 1).split())
        if len(value) > _LONGEST_VALUE:
            raise invalid(f"{fields[name].title} is longer than {_LONGEST_VALUE} characters.")
        if value:
            clean[name] = value.lower() if name in ("address", "domain") else value
    for field in kind.fields:
        if field.required and field.name not in clean:
            raise invalid(f"{field.title} is needed.")
    _check_forms(clean)
    return clean


def _check_forms(clean: dict[str, str]) -> None:
    if "address" in clean and not people.is_address(clean["address"]):
        raise invalid("Email address does not look like one.")
    if "domain" in clean and not people.is_domain(clean["domain"]):
        raise invalid("Domain does not look like one; it should be like example.com.")
    if "domain" in clean and people.is_public(clean["domain"]):
        raise invalid("Domain is one where everybody can have an address; it says nothing about the company.")
    if "number" in clean and (len(clean["number"]) > LONGEST or not number_key(clean["number"])):
        raise invalid(f"Number needs a letter or digit, and at most {LONGEST} characters.")


def row_of(connection: Connection, tenant: str, type: str, clean: dict[str, str]) -> dict[str, Any]:
    """The columns of a record with these checked values. The company is found by its name, or made."""
    company = clean.get("company")
    is_work = type in _PREFIXES
    return {
        "tenant_id": tenant,
        "type": type,
        "name": clean["name"],
        "address": clean.get("address"),
        "domain": clean.get("domain"),
        "company_id": company_named(connection, tenant, company) if company else None,
        "state": clean.get("state") or ("open" if is_work else None),
        **_numbered(clean.get("number")),
    }


def _numbered(number: str | None) -> dict[str, str | None]:
    key = number_key(number) if number else None
    return {"number": number, "number_key": key, "number_digits": digits_of(number) if number else None}


def company_named(connection: Connection, tenant: str, name: str) -> UUID:
    # One at a time for each tenant: two imports at once must not make the same company twice.
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"local companies {tenant}", 0))))
    known = select(LocalRecord.id).where(
        LocalRecord.tenant_id == tenant, LocalRecord.type == "company", func.lower(LocalRecord.name) == func.lower(name)
    )
    found = connection.scalar(known.order_by(LocalRecord.created_at, LocalRecord.id).limit(1))
    if found is not None:
        return found
    new = upsert(LocalRecord).values(id=uuid4(), tenant_id=tenant, type="company", name=name).returning(LocalRecord.id)
    return connection.execute(new).scalar_one()


def _next_number(connection: Connection, tenant: str, type: str) -> str:
    """Counts up until a number is free: imported records bring numbers of their own."""
    while True:
        counted = upsert(LocalCounter).values(tenant_id=tenant, type=type, last=_FIRST_NUMBER)
        counted = counted.on_conflict_do_update(
            index_elements=[LocalCounter.tenant_id, LocalCounter.type], set_={"last": LocalCounter.last + 1}
        )
        number = f"{_PREFIXES[type]}-{connection.scalar(counted.returning(LocalCounter.last))}"
        taken = select(LocalRecord.id).where(
            LocalRecord.tenant_id == tenant, LocalRecord.type == type, LocalRecord.number_key == number_key(number)
        )
        if connection.scalar(taken) is None:
            return number
