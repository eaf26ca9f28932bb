"""The tables of SuiteQL that are simulated: their columns, and how a record fills them.

Columns are those of the public Records Catalog that the records here can fill. Which of them an account really has only
that account's own catalog says. Kinds of columns: number, text, clob (a long text, which Oracle neither compares nor
sorts), tick ('T' or 'F'), date (with its time), choice and option (a value of a list, of letters or of digits), ref (an
entity's id) and link (another record's id).
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from tests.simulator.netsuite.accounts import ENTITIES, TRANSACTIONS, Account, Fields

Row = dict[str, Any]

TYPES = {  # in REST -> (type, its name, recordtype); transactions have a short name too
    "customer": ("CustJob", "Customer", "customer"),
    "prospect": ("CustJob", "Customer", "prospect"),
    "lead": ("CustJob", "Customer", "lead"),
    "job": ("CustJob", "Customer", "job"),
    "contact": ("Contact", "Contact", "contact"),
    "vendor": ("Vendor", "Vendor", "vendor"),
    "partner": ("Partner", "Partner", "partner"),
    "employee": ("Employee", "Employee", "employee"),
    "estimate": ("Estimate", "Estimate", "estimate"),
    "opportunity": ("Opprtnty", "Opportunity", "opportunity"),
    "salesorder": ("SalesOrd", "Sales Order", "salesorder"),
    "invoice": ("CustInvc", "Invoice", "invoice"),
    "cashsale": ("CashSale", "Cash Sale", "cashsale"),
}
STAGES = {"customer": "CUSTOMER", "prospect": "PROSPECT", "lead": "LEAD", "job": "CUSTOMER"}


class Table(NamedTuple):
    """`permission`: without it the table is not there. `sources`: the types of records, in REST, that are its rows."""

    permission: str | None
    sources: tuple[str, ...]
    columns: dict[str, str]  # name -> kind


def _columns(text: str) -> dict[str, str]:
    return {name: kind or "text" for name, _, kind in (one.partition(":") for one in text.split())}


_EVERY = "id:number externalid datecreated:date lastmodifieddate:date isinactive:tick"
_NAMED = (
    "entityid firstname middlename lastname salutation email phone mobilephone fax title comments subsidiary:option"
)
_COMPANY = f"{_EVERY} {_NAMED} altname companyname isperson:tick url category:option"
_CUSTOMER = f"{_COMPANY} stage searchstage entitystatus:option leadsource:option salesrep:ref parent:ref"

TABLES = {
    "entity": Table(
        None, ENTITIES, _columns(f"type:type {_EVERY} {_NAMED} altname entitytitle isperson:tick parent:ref")
    ),
    "customer": Table("Customers", ("customer", "prospect", "lead"), _columns(_CUSTOMER)),
    "job": Table("Customers", ("job",), _columns(_CUSTOMER.replace("parent:ref", "parent:ref customer:ref"))),
    "contact": Table("Contacts", ("contact",), _columns(f"{_EVERY} {_NAMED} company:ref")),
    "vendor": Table("Vendors", ("vendor",), _columns(_COMPANY)),
    "partner": Table("Partners", ("partner",), _columns(_COMPANY)),
    "employee": Table("Employees", ("employee",), _columns(f"{_EVERY} {_NAMED} supervisor:ref")),
    "transaction": Table(
        "Find Transaction",
        TRANSACTIONS,
        _columns(
            "type:type recordtype abbrevtype id:number externalid tranid trandisplayname trandate:date entity:ref"
            " status:choice title memo foreigntotal:number currency:option employee:ref entitystatus:option"
            " expectedclosedate:date probability:number projectedtotal:number createddate:date"
            " lastmodifieddate:date"
        ),
    ),
    "supportcase": Table(
        "Cases",
        ("supportcase",),
        _columns(
            f"{_EVERY.replace('datecreated', 'createddate')} casenumber title company:ref contact:ref email phone"
            " assigned:ref incomingmessage:clob status:option priority:option origin:option category:option"
            " profile:option startdate:date subsidiary:option"
        ),
    ),
    "message": Table(
        "Track Messages",
        ("message",),
        _columns(
            "id:number externalid subject message:clob author:ref authoremail recipient:ref recipientemail cc bcc"
            " messagedate:date entity:ref transaction:link activity:link incoming:tick emailed:tick htmlmessage:tick"
            " recordtype template:option lastmodifieddate:date"
        ),
    ),
    "file": Table(
        "Documents and Files",
        ("file",),
        _columns("id:number name folder:folder filesize:number createddate:date lastmodifieddate:date"),
    ),
    "mediaitemfolder": Table("Documents and Files", ("folder",), _columns("id:number name appfolder")),
    "dual": Table(None, (), {"dummy": "text"}),
}
INDEXES = {"message": ("externalid", "entity", "transaction", "activity"), "transaction": ("entity", "tranid")}
PLAIN = {"ref": "number", "link": "number", "option": "number", "folder": "number", "tick": "text"}
PLAIN |= {"choice": "text", "type": "text"}  # what a kind is in a comparison, where it is not itself


def tables_of(source: str) -> Iterator[str]:
    """The tables whose rows these records are."""
    return (name for name, table in TABLES.items() if source in table.sources)


def is_listed(kind: str) -> bool:
    """Whether the text that a person sees is stored beside the value: in a column with SHOWN after its name."""
    return kind in {"choice", "option", "type"}


SHOWN = "$shown"


def current(account: Account, source: str) -> dict[str, Any]:
    """The records of a type, or the files, or the folders, by id."""
    if source == "file":
        return account.files
    return account.folders if source == "folder" else account.records[source]


def row_of(source: str, table: str, record: Any) -> Row:
    """The values of all columns for a record that `current` gave, with SHOWN ones; empty texts are none."""
    return {
        name: value or None if isinstance(value, str) else value
        for name, value in _values(source, TABLES[table].columns, _fields(source, record)).items()
    }


def _values(source: str, columns: dict[str, str], fields: Fields) -> Row:
    row: Row = {}
    for name, kind in columns.items():
        value = fields.get(name)
        choice = value if isinstance(value, dict) else {"id": value}
        if kind in {"ref", "link", "folder", "option", "choice", "type"}:
            text = str(choice.get("id") or "")
            row[name] = int(text) if PLAIN[kind] == "number" and text.lstrip("-").isdigit() else text
            if is_listed(kind):
                row[name + SHOWN] = choice.get("refName") or text
        elif kind == "number":
            row[name] = None if value in (None, "") else float(str(value)) if "." in str(value) else int(str(value))
        elif kind == "tick":
            row[name] = None if value is None else "T" if value in (True, "T") else "F"
        elif kind == "date":
            row[name] = _moment(value)
        else:
            row[name] = None if value is None else str(choice.get("refName") or choice.get("id") or "")
    return row


def _fields(source: str, record: Any) -> Fields:
    """By lower-case name, with what SuiteQL has and REST has not."""
    if source == "file":
        created = record.created_at.isoformat()
        sizes = {"filesize": len(record.content), "createddate": created, "lastmodifieddate": created}
        return {"id": record.id, "name": record.name, "folder": record.folder, **sizes}
    if source == "folder":
        return {"id": record[0], "name": record[1], "appfolder": record[1]}
    fields = {name.lower(): value for name, value in record.items()}
    if source == "message":
        return {**fields, "recordtype": None}
    fields["createddate"] = fields.get("datecreated") or fields.get("trandate") or fields.get("lastmodifieddate")
    fields.setdefault("datecreated", fields["createddate"])
    if source == "supportcase":
        return {"isinactive": False, **fields}
    type_, shown, recordtype = TYPES[source]
    fields |= {"type": {"id": type_, "refName": shown}, "recordtype": recordtype}
    if source in TRANSACTIONS:
        if isinstance(status := fields.get("status"), dict) and status.get("refName"):
            fields["status"] = {**status, "refName": f"{shown} : {status['refName']}"}
        named = f"{shown} #{fields.get('tranid', '')}"
        return {**fields, "abbrevtype": type_.upper(), "trandisplayname": named, "foreigntotal": fields.get("total")}
    stage = STAGES.get(source)
    fields |= {"stage": stage, "searchstage": stage and stage.capitalize(), "customer": fields.get("parent")}
    person = " ".join(str(fields[name]) for name in ("firstname", "lastname") if fields.get(name))
    name = fields.get("companyname") or person or fields.get("entityid")
    return {"isinactive": False, "entitytitle": fields.get("entityid"), "altname": name, **fields}


def _moment(value: Any) -> str | None:
    """A date, or a date and time, as it is kept: YYYY-MM-DD HH:MM:SS in UTC."""
    if not value:
        return None
    moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    if moment.tzinfo:
        moment = moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%d %H:%M:%S")
