"""The queries that find records: three tables that are read as one, each row with the same columns.

Columns are named as public queries name them; an account's own Records Catalog has the last word. Which tables are
asked depends on the configured types, since a query that names one which the account lacks is refused as a whole.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from server.destinations.netsuite.config import Config
from server.destinations.netsuite.suiteql import (
    Part,
    Query,
    all_of,
    any_of,
    begins,
    contains,
    ends,
    id_one_of,
    joined,
    listed,
    one_of,
    part,
    query,
    same,
    same_as_one_of,
    union,
)

ENTITIES = {"contact": "Contact", "vendor": "Vendor", "partner": "Partner", "employee": "Employee"}
STAGES = ("customer", "prospect", "lead")  # of one type, CustJob, as are jobs
COMPANIES = (*STAGES, "vendor", "partner")
TRANSACTIONS = {
    "opportunity": "Opprtnty",
    "estimate": "Estimate",
    "salesorder": "SalesOrd",
    "invoice": "CustInvc",
    "cashsale": "CashSale",
}
# The letters of transactions that are not open any more: lost or won, used up, cancelled or closed, paid
# or rejected, deposited.
CLOSED = {"Opprtnty": "CD", "Estimate": "BCVX", "SalesOrd": "CGH", "CustInvc": "BEV", "CashSale": "C"}


@dataclass(frozen=True)
class Table:
    """One of the three: how its rows are read, which of them count at all, and the columns that are compared; None and
    nothing where it has no such column. `owner` is whom the record belongs to.
    """

    columns: Part
    sources: Part
    rows: Part
    id: Part
    name: Part
    code: Part
    address: Part | None = None
    url: Part | None = None
    owner: Part | None = None
    owner_name: Part | None = None

    @property
    def words(self) -> list[Part]:
        """The columns that are searched."""
        return [each for each in (self.name, self.code, self.address, self.url, self.owner_name) if each]


def entities(config: Config, types: Collection[str]) -> Table | None:
    kinds = _entity_kinds(config, types)
    if not kinds:
        return None
    joins, urls = [], []
    if any(each in types for each in (*STAGES, "job")):
        joins.append(part("LEFT JOIN customer c ON c.id = e.id"))
        urls.append(part("c.url"))
    if "vendor" in types:
        joins.append(part("LEFT JOIN vendor v ON v.id = e.id"))
        urls.append(part("v.url"))
    if "partner" in types:
        joins.append(part("LEFT JOIN partner p ON p.id = e.id"))
        urls.append(part("p.url"))
    has_owner = "contact" in types
    if has_owner:
        joins.append(part("LEFT JOIN contact k ON k.id = e.id LEFT JOIN entity o ON o.id = k.company"))
    url = part("COALESCE({urls})", urls=listed(*urls)) if len(urls) > 1 else urls[0] if urls else None
    owned = part("k.company AS companyid, o.altname AS company") if has_owner else _NO_OWNER
    return Table(
        columns=part(
            "'entity' AS source, e.id AS id, e.type AS type, {stage} AS stage, e.altname AS title, e.entityid AS code,"
            " e.email AS email, {url} AS url, {owned}, NULL AS status, NULL AS created",
            stage=_stage(config) if any(each in types for each in (*STAGES, "job")) else part("NULL"),
            url=url or part("NULL"),
            owned=owned,
        ),
        sources=joined(part("entity e"), *joins),
        # Accounts have users of their own with negative ids.
        rows=all_of(part("NVL(e.isinactive, 'F') = 'F' AND e.id > 0"), any_of(*kinds)),
        id=part("e.id"),
        name=part("e.altname"),
        code=part("e.entityid"),
        address=part("e.email"),
        url=url,
        owner=part("k.company") if has_owner else None,
        owner_name=part("o.altname") if has_owner else None,
    )


_NO_OWNER = part("NULL AS companyid, NULL AS company")


def _stage(config: Config) -> Part:
    return part("c.searchstage") if config.facts.stage_column == "searchstage" else part("c.stage")


def _entity_kinds(config: Config, types: Collection[str]) -> list[Part]:
    kinds = []
    if plain := [name for each, name in ENTITIES.items() if each in types]:
        kinds.append(one_of(part("e.type"), plain))
    if stages := [each for each in STAGES if each in types]:
        kinds.append(same_as_one_of(_stage(config), stages))
    if "job" in types:
        kinds.append(part("(e.type = 'Job' OR (e.type = 'CustJob' AND c.id IS NULL))"))
    return kinds


def transactions(types: Collection[str]) -> Table | None:
    kinds = [name for each, name in TRANSACTIONS.items() if each in types]
    if not kinds:
        return None
    return Table(
        columns=part(
            "'transaction' AS source, t.id AS id, t.type AS type, NULL AS stage, t.title AS title, t.tranid AS code,"
            " NULL AS email, NULL AS url, t.entity AS companyid, o.altname AS company, BUILTIN.DF(t.status) AS status,"
            " t.createddate AS created"
        ),
        sources=part("transaction t LEFT JOIN entity o ON o.id = t.entity"),
        rows=one_of(part("t.type"), kinds),
        id=part("t.id"),
        name=part("t.title"),
        code=part("t.tranid"),
        owner=part("t.entity"),
        owner_name=part("o.altname"),
    )


def cases(types: Collection[str]) -> Table | None:
    if "supportcase" not in types:
        return None
    return Table(
        columns=part(
            "'supportcase' AS source, s.id AS id, NULL AS type, NULL AS stage, s.title AS title, s.casenumber AS code,"
            " s.email AS email, NULL AS url, s.company AS companyid, o.altname AS company,"
            " BUILTIN.DF(s.status) AS status, s.createddate AS created"
        ),
        sources=part("supportcase s LEFT JOIN entity o ON o.id = s.company"),
        rows=part("NVL(s.isinactive, 'F') = 'F'"),
        id=part("s.id"),
        name=part("s.title"),
        code=part("s.casenumber"),
        address=part("s.email"),
        owner=part("s.company"),
        owner_name=part("o.altname"),
    )


def search(config: Config, types: Collection[str], words: Sequence[str], whole: str) -> Query | None:
    """Records in which every word stands somewhere; first those that are called `whole`, then those whose name begins
    with it. None if there is no table to ask.
    """

    def condition(table: Table) -> Part:
        return all_of(*(any_of(*(contains(column, word) for column in table.words)) for word in words))

    def place(table: Table) -> Part:
        compared = [each for each in (table.name, table.code, table.address) if each]
        return part(
            "CASE WHEN {exact} THEN 0 WHEN {begins} THEN 1 ELSE 2 END",
            exact=any_of(*(same(column, whole) for column in compared)),
            begins=begins(table.name, whole),
        )

    return _found(_all(config, types), condition, place if whole else None)


def by_id(config: Config, type: str, id: str) -> Query | None:
    """Raises Unquotable if the id is none."""
    return _found(_all(config, [type]), lambda table: id_one_of(table.id, [id]))


def by_addresses(config: Config, types: Collection[str], addresses: Collection[str], domains: Collection[str]) -> Query:
    """Entities with these addresses, the companies of those that are contacts, and those with a web address at one of
    the domains. `types` holds one of an entity.
    """
    table = entities(config, types)
    assert table is not None and table.address is not None
    named = same_as_one_of(table.address, addresses)
    ways = [named]
    if table.owner:
        theirs = same_as_one_of(part("x.email"), addresses)
        ways.append(part("{id} IN (SELECT x.company FROM contact x WHERE {theirs})", id=table.id, theirs=theirs))
    if table.url:
        ways += [_leads_to(table.url, domain) for domain in domains]
    found = _found([table], lambda _: any_of(*ways))
    assert found is not None
    return found


def _leads_to(url: Part, domain: str) -> Part:
    """A web address at this domain, in the ways that people type it; whoever asks looks again. The domain must stand
    at the beginning: co.uk is in the address of every company there.
    """
    starts = [begins(url, each) for each in (domain, f"www.{domain}")]
    return any_of(*starts, *(contains(url, f"//{each}") for each in (domain, f"www.{domain}")))


def going_on(config: Config, types: Collection[str], ids: Collection[str]) -> Query | None:
    """Open transactions and cases of these entities, the newest first."""
    asked = [each for each in (transactions(types), cases(types)) if each]
    is_closed_case = one_of(part("s.status"), config.facts.closed_cases)

    def condition(table: Table) -> Part:
        assert table.owner is not None
        is_open = (
            part("(s.status IS NULL OR NOT {closed})", closed=is_closed_case)
            if table.owner.text == "s.company"
            else _OPEN
        )
        return all_of(id_one_of(table.owner, ids), is_open)

    return _found(asked, condition, order=part("created DESC, id DESC, source"))


# A status has its letter alone, or its type before it.
_OPEN = part(
    "(t.status IS NULL OR NOT {closed})",
    closed=any_of(
        *(
            all_of(
                one_of(part("t.type"), [type]),
                one_of(part("t.status"), [*letters, *(f"{type}:{each}" for each in letters)]),
            )
            for type, letters in CLOSED.items()
        )
    ),
)


def by_numbers(config: Config, types: Collection[str], numbers: Collection[str]) -> Query | None:
    """Records with one of these numbers, and after them those whose number ends with one that is digits alone."""
    digits = [each for each in numbers if each.isdigit()]

    def place(table: Table) -> Part:
        return part("CASE WHEN {exact} THEN 0 ELSE 1 END", exact=same_as_one_of(table.code, numbers))

    return _found(
        _all(config, types),
        lambda table: any_of(same_as_one_of(table.code, numbers), *(ends(table.code, each) for each in digits)),
        place,
    )


def companies(config: Config, name: str) -> Query | None:
    """Companies of that name."""
    table = entities(config, [each for each in config.types if each in COMPANIES])
    if table is None:
        return None
    return _found([table], lambda _: any_of(same(table.name, name), same(table.code, name)))


def one_row_of(table: str) -> Query:
    """Whether a table can be read at all, for a check."""
    return query("SELECT id FROM {table} WHERE id = 0", table=_TABLES[table])


_TABLES = {
    "entity": part("entity"),
    "customer": part("customer"),
    "contact": part("contact"),
    "vendor": part("vendor"),
    "partner": part("partner"),
    "employee": part("employee"),
    "job": part("job"),
    "transaction": part("transaction"),
    "supportcase": part("supportcase"),
    "message": part("message"),
    "mediaitemfolder": part("mediaitemfolder"),
}


def folder(id: str) -> Query:
    """Raises Unquotable."""
    return query("SELECT id, name FROM mediaitemfolder WHERE {wanted}", wanted=id_one_of(part("id"), [id]))


def messages_by_external_id(external_id: str) -> Query:
    return query("SELECT m.id AS id FROM message m WHERE {ours}", ours=one_of(part("m.externalid"), [external_id]))


def stages(config: Config) -> Query:
    """Whether the column of the stage is there."""
    return query("SELECT c.id AS id, {stage} AS stage FROM customer c WHERE c.id = 0", stage=_stage(config))


def _all(config: Config, types: Collection[str]) -> list[Table]:
    return [each for each in (entities(config, types), transactions(types), cases(types)) if each]


def _found(
    tables: Sequence[Table],
    condition: Callable[[Table], Part],
    place: Callable[[Table], Part] | None = None,
    order: Part | None = None,
) -> Query | None:
    if not tables:
        return None
    selects = [
        part(
            "SELECT {columns}, {place} AS place FROM {sources} WHERE {rows} AND {condition}",
            columns=each.columns,
            place=place(each) if place else part("2"),
            sources=each.sources,
            rows=each.rows,
            condition=condition(each),
        )
        for each in tables
    ]
    usual = part("place, LOWER(title), LOWER(code), source, id")
    return query("SELECT * FROM ({selects}) ORDER BY {order}", selects=union(*selects), order=order or usual)
