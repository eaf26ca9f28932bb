"""Whether a body may become a record: known fields of the right kinds, references that lead somewhere, nothing missing.

Unknown fields: by its public description NetSuite only warns of them, unless X-NetSuite-PropertyNameValidation says
Error. Here it is the other way round, so that a misspelt field fails in tests: tolerance must be asked for.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from tests.simulator.netsuite import problems
from tests.simulator.netsuite.accounts import CUSTOMERS, TRANSACTIONS, Account, Fields
from tests.simulator.netsuite.messages import check_message
from tests.simulator.netsuite.schemas import SCHEMAS, Field, spelling

ADDRESS = re.compile(r"[^\s@,;<>()\"]+@[^\s@,;<>()\"]+\.[^\s@,;<>()\".]+")
EXTERNAL_ID = re.compile(r"[A-Za-z0-9_-]+")  # section_156334828635


def checked(
    account: Account, type_: str, body: Fields, before: Fields | None = None, *, tolerant: bool = False
) -> Fields:
    """The body as it is stored; `before` is the record as it is, where it is changed. Callers hold the account's lock.
    Raises Refused."""
    fields = {}
    for given, value in body.items():
        name = spelling(type_).get(given.lower())
        if name is None:
            if tolerant or given == "links":
                continue
            raise problems.unknown_field(given, type_)
        if SCHEMAS[type_][name].is_read_only:
            continue  # as read, it may be sent back
        fields[name] = None if value is None else _value(account, type_, name, value)
    whole = {name: value for name, value in {**(before or {}), **fields}.items() if value is not None}
    _check_external_id(account, type_, whole, before)
    if type_ == "message":
        check_message(account, whole)
    else:
        _check_required(type_, whole)
        _check_name(account, type_, whole, before)
    return fields


def valid_addresses(text: str) -> bool:
    """Separated by blanks (as SOAP has it), commas or semicolons: which of them REST wants is not known."""
    return all(ADDRESS.fullmatch(one) for one in re.split(r"[\s,;]+", text.strip()) if one)


# Values


def _value(account: Account, type_: str, name: str, value: Any) -> Any:
    field = SCHEMAS[type_][name]
    if field.kind == "reference":
        return _reference(account, type_, name, field, value)
    if field.kind == "choice":
        return _choice(name, value)
    if not _READABLE[field.kind](value):
        addresses = field.kind in {"email", "emails"} and isinstance(value, str)
        raise problems.invalid_address(name, value) if addresses else problems.wrong_value(name)
    if field.most is not None and isinstance(value, str) and len(value) > field.most:
        raise problems.too_long(name, field.most)
    return value


def _reference(account: Account, type_: str, name: str, field: Field, value: Any) -> Fields:
    """{"id"} or {"externalId"}, or the bare id, as in Oracle's sample of a message. A message takes no external ids
    (section_N3655720)."""
    wanted = value if isinstance(value, dict) else {"id": value}
    id_, external = wanted.get("id"), wanted.get("externalId")
    if id_ is None and isinstance(external, str) and external:
        id_ = f"eid:{external}"
    if not isinstance(id_, str | int) or isinstance(id_, bool):
        raise problems.wrong_value(name)
    if not re.fullmatch(r"-?\d+", str(id_)) and type_ == "message":
        raise problems.no_such_value(id_, name)
    found = account.find_any(field.types, str(id_))
    if found is None:
        raise problems.no_such_value(id_, name)
    return {"id": found[1]["id"], "refName": shown_name(found[1])}


def _choice(name: str, value: Any) -> Fields:
    """A value of a list: {"id"}, or its bare id."""
    id_ = value.get("id") if isinstance(value, dict) else value
    if not isinstance(id_, str | int) or isinstance(id_, bool):
        raise problems.wrong_value(name)
    label = value.get("refName") if isinstance(value, dict) else None
    return {"id": str(id_), "refName": str(label)} if label else {"id": str(id_)}


def shown_name(record: Fields) -> str:
    """What references call a record."""
    names = ("entityId", "companyName", "title", "tranId", "caseNumber", "subject")
    return next((str(record[name]) for name in names if record.get(name)), str(record["id"]))


def _parses(parse: Callable[[str], object]) -> Callable[[Any], bool]:
    def readable(value: Any) -> bool:
        try:
            parse(value)
        except (TypeError, ValueError):
            return False
        return True

    return readable


_READABLE: dict[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "email": lambda value: isinstance(value, str) and bool(ADDRESS.fullmatch(value)),
    "emails": lambda value: isinstance(value, str) and valid_addresses(value),
    "boolean": lambda value: isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "date": _parses(date.fromisoformat),
    "moment": _parses(datetime.fromisoformat),
    "time": _parses(time.fromisoformat),
}


# Rules


def _check_external_id(account: Account, type_: str, whole: Fields, before: Fields | None) -> None:
    external = whole.get("externalId")
    if external is None:
        return
    if not EXTERNAL_ID.fullmatch(external):
        raise problems.invalid_external_id(external)
    other = account.find(type_, f"eid:{external}")
    if other and other is not before:
        raise problems.record_exists()


def _check_required(type_: str, whole: Fields) -> None:
    """What the user interface marks as mandatory, in an account without subsidiaries and with names given by hand."""
    missing = [SCHEMAS[type_][name].label for name in _required(type_, whole) if not whole.get(name)]
    if missing:
        raise problems.missing(", ".join(missing))


def _required(type_: str, whole: Fields) -> tuple[str, ...]:
    if type_ in TRANSACTIONS:
        return ("entity",)
    if type_ == "supportcase":
        return ("title", "company")
    if type_ == "contact":
        return () if entity_name(whole) else ("entityId",)
    if type_ == "employee":
        return () if whole.get("entityId") else ("firstName", "lastName")
    return ("firstName", "lastName") if whole.get("isPerson") else ("companyName",)


def _check_name(account: Account, type_: str, whole: Fields, before: Fields | None) -> None:
    """Names of entities are unique within their kind."""
    if "entityId" not in SCHEMAS[type_]:
        return
    name = entity_name(whole)
    for kind in CUSTOMERS if type_ in CUSTOMERS else (type_,):
        for other in account.records[kind].values():
            if other is not before and str(other.get("entityId", "")).lower() == name.lower():
                raise problems.entity_exists()


def entity_name(fields: Fields) -> str:
    """The name that an entity gets where none is given."""
    if fields.get("entityId"):
        return str(fields["entityId"])
    if fields.get("companyName"):
        return str(fields["companyName"])
    return " ".join(str(fields[part]) for part in ("firstName", "middleName", "lastName") if fields.get(part))
