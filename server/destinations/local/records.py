"""Searching, suggesting and creating the built-in records."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Row,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from server.destinations.base import Field, Page, Record, RecordType, Suggestion
from server.destinations.border import cursor_of, identifier, invalid, not_found, page_size, place_of, storable
from server.destinations.local import people
from server.destinations.local.numbers import digits_of, number_key, numbers_in
from server.destinations.local.tables import LocalRecord

NAME = "local"
_NAME, _ADDRESS, _COMPANY = (
    Field("name", "Name", required=True),
    Field("address", "Email address"),
    Field("company", "Company"),
)
TYPES = (
    RecordType("contact", "Contact", "Contacts", (_NAME, _ADDRESS, _COMPANY)),
    RecordType("company", "Company", "Companies", (_NAME, Field("domain", "Domain"), _ADDRESS)),
    RecordType(
        "deal", "Deal", "Deals", (_NAME, _COMPANY, Field("number", "Number"), _ADDRESS, Field("state", "State"))
    ),
    RecordType(
        "case", "Case", "Cases", (_NAME, _COMPANY, Field("number", "Number"), _ADDRESS, Field("state", "State"))
    ),
)
CLOSED = ("closed", "won", "lost", "resolved", "solved", "cancelled", "canceled", "done")

# Why records that are not closed are suggested, whole, so that the pane can say it in its languages.
_GOING_ON = {"deal": "Open deal of {}.", "case": "Open case of {}."}
_MOST_WORDS = 5
_MOST_SUGGESTIONS = 50
_LONGEST_QUERY = 200

_company = aliased(LocalRecord, name="company")
_shown: tuple[Any, ...] = (
    LocalRecord.id, LocalRecord.type, LocalRecord.name, LocalRecord.address, LocalRecord.domain, LocalRecord.number,
    LocalRecord.state, LocalRecord.company_id, _company.name.label("company"),
)  # fmt: skip


def search(
    connection: Connection, tenant: str, query: str, type: str | None, limit: int, cursor: str | None
) -> Page[Record]:
    text = " ".join(storable(query, _LONGEST_QUERY).lower().split())
    name = func.lower(LocalRecord.name)
    is_exact = or_(name == text, LocalRecord.address == text, LocalRecord.number_key == (number_key(text) or None))
    rank = case((is_exact, 0), (name.startswith(text, autoescape=True), 1), else_=2)
    wanted = _records(tenant).add_columns(rank.label("rank"), name.label("lower_name"))
    for word in text.split()[:_MOST_WORDS]:
        wanted = wanted.where(_mentions(word))
    if type is not None:
        wanted = wanted.where(LocalRecord.type == type)
    if cursor is not None:
        after = place_of(cursor, int, str, str)
        wanted = wanted.where(tuple_(rank, name, LocalRecord.id) > tuple_(*after[:2], identifier(str(after[2]))))
    size = page_size(limit)
    rows = connection.execute(wanted.order_by("rank", "lower_name", LocalRecord.id).limit(size + 1)).all()
    last = rows[size - 1] if len(rows) > size else None
    following = cursor_of(last.rank, last.lower_name, str(last.id)) if last is not None else None
    return Page(tuple(record_of(row) for row in rows[:size]), following)


def _mentions(word: str) -> Any:
    fields = (LocalRecord.name, LocalRecord.address, LocalRecord.domain, LocalRecord.number, _company.name)
    return or_(*(func.lower(field).contains(word, autoescape=True) for field in fields))


def _records(tenant: str) -> Select[Any]:
    wanted = select(*_shown).outerjoin(_company, _company.id == LocalRecord.company_id)
    return wanted.where(LocalRecord.tenant_id == tenant)


def record_of(row: Row[Any]) -> Record:
    return Record(
        destination=NAME,
        type=row.type,
        id=str(row.id),
        name=row.name,
        address=row.address,
        domain=row.domain,
        number=row.number,
        company=row.company,
        detail=row.state,
    )


def get(connection: Connection, tenant: str, type: str, id: str) -> Record:
    row = connection.execute(
        _records(tenant).where(LocalRecord.id == identifier(id), LocalRecord.type == type)
    ).one_or_none()
    if row is None:
        raise not_found()
    return record_of(row)


def find_by_addresses(connection: Connection, tenant: str, addresses: Sequence[str]) -> list[Suggestion]:
    """The records with these addresses, then the companies behind them, then what is open with those companies."""
    asked = {_folded(each) for each in addresses[: people.MOST]} - {""}
    if not asked:
        return []
    domains = people.company_domains(asked)
    ranked = _ranked(tenant, asked, domains)
    rows = connection.execute(
        select(ranked).order_by(ranked.c.rank, ranked.c.name, ranked.c.id).limit(_MOST_SUGGESTIONS)
    )
    return _each_once((row, _because(row, domains)) for row in rows)


def find_matches(connection: Connection, tenant: str, addresses: Sequence[str]) -> dict[str, list[Suggestion]]:
    """The same for each of them: one query for 200 people, with at most 50 rows of each address, domain and company."""
    found: dict[str, list[Suggestion]] = {}
    for start in range(0, len(addresses), people.MOST):
        folded = {each: _folded(each) for each in addresses[start : start + people.MOST]}
        rows = _rows_of_each(connection, tenant, set(folded.values()) - {""})
        found |= {each: _of_one(rows, address) for each, address in folded.items()}
    return found


def _rows_of_each(connection: Connection, tenant: str, asked: set[str]) -> Sequence[Row[Any]]:
    if not asked:
        return []
    ranked = _ranked(tenant, asked, people.company_domains(asked))
    behind = func.coalesce(ranked.c.domain, cast(ranked.c.id, String))
    led_by = case(
        (ranked.c.rank == 0, ranked.c.address), (ranked.c.rank == 2, cast(ranked.c.company_id, String)), else_=behind
    )
    order = (ranked.c.name, ranked.c.id)
    nth = func.row_number().over(partition_by=(ranked.c.rank, led_by), order_by=order)
    numbered = select(ranked, nth.label("nth")).subquery()
    wanted = select(numbered).where(numbered.c.nth <= _MOST_SUGGESTIONS)
    return connection.execute(wanted.order_by(numbered.c.rank, numbered.c.name, numbered.c.id)).all()


def _of_one(rows: Sequence[Row[Any]], address: str) -> list[Suggestion]:
    domains = people.company_domains({address})
    own = [row for row in rows if row.rank == 0 and row.address == address]
    companies = {row.company_id for row in own} | {row.id for row in own if row.type == "company"}
    behind = [row for row in rows if row.rank == 1 and (row.id in companies or row.domain in domains)]
    companies = {row.id for row in behind}
    going_on = [row for row in rows if row.rank == 2 and row.company_id in companies]
    return _each_once((row, _because(row, domains)) for row in (*own, *behind, *going_on))[:_MOST_SUGGESTIONS]


def _ranked(tenant: str, asked: set[str], domains: set[str]) -> Subquery:
    """Rows by `rank`: 0 has one of the addresses, 1 is a company behind one, 2 is going on with such a company."""
    direct = _records(tenant).where(LocalRecord.address.in_(asked)).cte("direct")
    behind = or_(
        LocalRecord.id.in_(select(direct.c.company_id)),
        LocalRecord.id.in_(select(direct.c.id).where(direct.c.type == "company")),
        LocalRecord.domain.in_(domains),
    )
    firms = _records(tenant).where(LocalRecord.type == "company", behind).cte("firms")
    is_open = func.lower(func.coalesce(LocalRecord.state, "open")).not_in(CLOSED)
    going_on = _records(tenant).where(
        and_(LocalRecord.type.in_(tuple(_GOING_ON)), is_open, LocalRecord.company_id.in_(select(firms.c.id)))
    )
    return union_all(
        *(
            select(literal(rank).label("rank"), found)
            for rank, found in enumerate((direct, firms, going_on.cte("going_on")))
        )
    ).subquery()


def _folded(address: str) -> str:
    return storable(address, people.LONGEST).strip().lower()


def _because(row: Row[Any], domains: set[str]) -> str:
    if row.rank == 0:
        return f"{row.address} is on this email."
    if row.rank == 2:
        return _GOING_ON[row.type].format(row.company)
    if row.domain in domains:
        return f"Somebody on this email writes from {row.domain}."
    return "The company of somebody on this email."


def find_by_numbers_of_each(connection: Connection, tenant: str, texts: Sequence[str]) -> dict[str, list[Suggestion]]:
    """One query for all texts, with at most 50 records for each number; first those that have the whole of it."""
    wanted = {each: numbers_in(storable(each, 1000)) for each in texts}
    keys = {key for found, _ in wanted.values() for key in found}
    digits = {each for _, found in wanted.values() for each in found}
    rows = _with_numbers(connection, tenant, keys, digits) if keys else []
    return {each: _in_text(rows, *wanted[each]) for each in texts}


def _with_numbers(connection: Connection, tenant: str, keys: set[str], digits: set[str]) -> Sequence[Row[Any]]:
    only_ends = LocalRecord.number_key.not_in(keys)
    number = func.coalesce(LocalRecord.number_digits, LocalRecord.number_key)
    nth = func.row_number().over(partition_by=number, order_by=(only_ends, LocalRecord.number))
    matches = or_(LocalRecord.number_key.in_(keys), LocalRecord.number_digits.in_(digits))
    found = _records(tenant).where(matches).add_columns(nth.label("nth")).subquery()
    return connection.execute(select(found).where(found.c.nth <= _MOST_SUGGESTIONS).order_by(found.c.number)).all()


def _in_text(rows: Sequence[Row[Any]], keys: set[str], digits: set[str]) -> list[Suggestion]:
    whole = [row for row in rows if number_key(row.number) in keys]
    ends = [row for row in rows if digits_of(row.number) in digits]
    found = ((row, f"The number {row.number} is in the subject.") for row in (*whole, *ends))
    return _each_once(found)[:_MOST_SUGGESTIONS]


def _each_once(found: Iterable[tuple[Row[Any], str]]) -> list[Suggestion]:
    first: dict[UUID, Suggestion] = {}
    for row, because in found:
        first.setdefault(row.id, Suggestion(record_of(row), because))
    return list(first.values())


def type_named(type: str) -> RecordType:
    found = next((each for each in TYPES if each.type == type), None)
    if found is None:
        raise invalid("There is no such kind of record.")
    return found
