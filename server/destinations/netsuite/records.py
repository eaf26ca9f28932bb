"""Rows of queries as the destination's records: their type, their name, and the page where they are opened."""

from urllib.parse import quote, urlsplit

from server.destinations.base import Field, Record, RecordType
from server.destinations.netsuite.client import Row
from server.destinations.netsuite.config import Config
from server.destinations.netsuite.queries import ENTITIES, TRANSACTIONS

_CONTACT = (
    Field("name", "Name", required=True),
    Field("address", "Email address"),
    Field("company", "Company"),
    Field("phone", "Phone"),
)
_LEAD = (
    Field("name", "Company name", required=True),
    Field("address", "Email address"),
    Field("domain", "Web address"),
    Field("phone", "Phone"),
)
_CASE = (
    Field("title", "Subject", required=True),
    Field("company", "Company"),
    Field("address", "Email address"),
)
TYPES = {
    each.type: each
    for each in (
        RecordType("contact", "Contact", "Contacts", _CONTACT),
        RecordType("customer", "Customer", "Customers"),
        RecordType("vendor", "Vendor", "Vendors"),
        RecordType("partner", "Partner", "Partners"),
        RecordType("job", "Project", "Projects"),
        RecordType("lead", "Lead", "Leads", _LEAD),
        RecordType("prospect", "Prospect", "Prospects"),
        RecordType("opportunity", "Opportunity", "Opportunities"),
        RecordType("estimate", "Estimate", "Estimates"),
        RecordType("salesorder", "Sales order", "Sales orders"),
        RecordType("invoice", "Invoice", "Invoices"),
        RecordType("cashsale", "Cash sale", "Cash sales"),
        RecordType("supportcase", "Case", "Cases", _CASE),
        RecordType("employee", "Employee", "Employees"),
    )
}
ORDER = tuple(TYPES)  # contacts before customers, vendors and partners; employees, our own side, last
_OF_ROW = {name: type for type, name in (*ENTITIES.items(), *TRANSACTIONS.items())}


def types_of(config: Config) -> tuple[RecordType, ...]:
    return tuple(TYPES[each] for each in ORDER if each in config.types)


def type_of(row: Row) -> str:
    if row["source"] == "supportcase":
        return "supportcase"
    name = row.get("type", "")
    return _OF_ROW.get(name) or row.get("stage", "").lower() or "job"


def record_of(row: Row, config: Config, destination: str) -> Record:
    type = type_of(row)
    code, title = row.get("code"), row.get("title")
    is_entity = row["source"] == "entity"
    name = title or (code if is_entity else None) or f"{TYPES[type].title} {code or row['id']}"
    number = code if code != name and (not is_entity or any(sign.isdigit() for sign in code or "")) else None
    return Record(
        destination=destination,
        type=type,
        id=row["id"],
        name=name,
        address=row.get("email"),
        domain=domain_of(row.get("url")),
        number=number,
        company=row.get("company"),
        detail=_detail(type, name, None if is_entity else number, row.get("status")),
        link=link(config, type, row["id"]),
    )


def link(config: Config, type: str, id: str) -> str:
    """The page of a record or of a message."""
    facts = config.facts
    pages = {
        "contact": facts.contact_page,
        "opportunity": facts.opportunity_page,
        "supportcase": facts.case_page,
        "message": facts.message_page,
        "vendor": "/app/common/entity/vendor.nl",
        "partner": "/app/common/entity/partner.nl",
        "employee": "/app/common/entity/employee.nl",
        "estimate": "/app/accounting/transactions/estimate.nl",
        "salesorder": "/app/accounting/transactions/salesord.nl",
        "invoice": "/app/accounting/transactions/custinvc.nl",
        "cashsale": "/app/accounting/transactions/cashsale.nl",
    }
    return f"{config.app}{pages.get(type, '/app/common/entity/custjob.nl')}?id={quote(id, safe='')}"


def domain_of(url: str | None) -> str | None:
    """The domain of a web address, which people type in many ways."""
    if not url:
        return None
    try:
        host = urlsplit(url if "://" in url else f"//{url}").hostname
    except ValueError:
        return None
    return (host or "").lower().removeprefix("www.").rstrip(".") or None


def _detail(type: str, name: str, number: str | None, status: str | None) -> str | None:
    """What tells records of one name apart: "Customer", "Opportunity D-4711 · Closed Won". A contact is told by its
    address. NetSuite shows the state of a transaction with its type: Sales Order : Pending Fulfillment.
    """
    state = (status or "").rpartition(" : ")[2].strip()
    what = " ".join(each for each in (TYPES[type].title, number) if each)
    if type == "contact" or what == name:
        what = ""
    return " · ".join(each for each in (what, state) if each) or None
