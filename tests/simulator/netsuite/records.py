"""REST records: read, list, create, change, upsert, delete, attach.

section_1545141395 (create), section_1545222128 (collections), section_156334828635 (external ids), article_0113084334
(attach).
"""

import re
from typing import Any

from tests.simulator.netsuite import problems, roles
from tests.simulator.netsuite.accounts import ENTITIES, TRANSACTIONS, Account, Fields
from tests.simulator.netsuite.call import Answer, Call
from tests.simulator.netsuite.checking import checked, entity_name
from tests.simulator.netsuite.filtering import matching
from tests.simulator.netsuite.paging import page, paging
from tests.simulator.netsuite.schemas import SCHEMAS, spelling

SINGULAR = "application/vnd.oracle.resource+json; type=singular; charset=UTF-8"
ATTACHED = ("contact", "file")


def read(call: Call) -> Answer:
    type_ = type_of(call)
    roles.demand(call.account, roles.OF_TYPE[type_])
    shown = _shown(call, type_, record_of(call, type_))
    wanted = call.query.get("fields")
    if wanted is not None:
        names = [spelling(type_).get(name.strip().lower()) for name in wanted.split(",")]
        if None in names:
            raise problems.invalid_parameter("fields", f"Unknown field in '{wanted}'.")
        shown = {name: value for name, value in shown.items() if name in {"links", *names}}
    return Answer(200, shown, headers={"Content-Type": SINGULAR})


def listing(call: Call) -> Answer:
    """Links and ids only, also with a filter, which is a query and asks for the permission of one
    (https://docs.workato.com/connectors/netsuite-rest/search-records-action.html)."""
    type_ = type_of(call)
    roles.demand(call.account, roles.OF_TYPE[type_])
    limit, offset = paging(call)
    found = list(call.account.records[type_].values())
    if "q" in call.query:
        roles.demand(call.account, "SuiteAnalytics Workbook")
        passes = matching(call.query["q"], type_)
        found = [one for one in found if passes(one)]
    found.sort(key=lambda one: int(one["id"]))
    items = [{"links": [_self(call, type_, one)], "id": one["id"]} for one in found[offset : offset + limit]]
    return page(call, items, len(found), limit, offset)


def create(call: Call) -> Answer:
    type_ = type_of(call)
    roles.demand(call.account, roles.OF_TYPE[type_], "Create")
    return _made(call, type_, call.json())


def change(call: Call) -> Answer:
    """PATCH. A message stays as it was created."""
    type_ = type_of(call)
    roles.demand(call.account, roles.OF_TYPE[type_], "Edit")
    return _changed(call, type_, record_of(call, type_))


def upsert(call: Call) -> Answer:
    """PUT, by external id only."""
    type_, id_ = type_of(call), call.params["id"]
    roles.demand(call.account, roles.OF_TYPE[type_], "Edit")
    if not id_.startswith("eid:"):
        raise problems.no_such_id(id_, call.path)
    found = call.account.find(type_, id_)
    if found is None:
        return _made(call, type_, {**call.json(), "externalId": id_[4:]})
    return _changed(call, type_, found)


def delete(call: Call) -> Answer:
    """A message too may go, if the user's permissions allow it (section_N3191112)."""
    type_ = type_of(call)
    roles.demand(call.account, roles.OF_TYPE[type_], "Full")
    found = record_of(call, type_)
    if type_ == "message" and not call.account.messages_removable:
        raise problems.lacks_permission("Lists -> Track Messages")
    call.account.remove(type_, found["id"])
    return Answer(204)


def attach(call: Call) -> Answer:
    """A contact or a file, to a record, and not to a message, which is finished when it is created."""
    type_, kind, name = type_of(call), call.params["kind"].lower(), call.params["attached"]
    if kind not in ATTACHED or type_ == "message":
        raise problems.wrong_attachment(kind if kind not in ATTACHED else type_)
    roles.demand(call.account, roles.OF_TYPE[type_], "Edit")
    roles.demand(call.account, roles.OF_TYPE[kind])
    record = record_of(call, type_)
    found = call.account.files.get(name) if kind == "file" else call.account.find(kind, name)
    if found is None:
        raise problems.no_such_record(call.path)
    if call.octets:
        call.json()
    call.account.attach(type_, record["id"], kind, found["id"] if isinstance(found, dict) else found.id)
    return Answer(204)


def type_of(call: Call) -> str:
    """The record type of the address; supportCase and supportcase are the same. Raises Refused."""
    type_ = call.params["type"].lower()
    if type_ not in SCHEMAS:
        raise problems.unknown_type(call.params["type"], call.path)
    return type_


def record_of(call: Call, type_: str) -> Fields:
    """The record of the address. Raises Refused."""
    id_ = call.params["id"]
    if not re.fullmatch(r"-?\d+|eid:.+", id_):
        raise problems.no_such_id(id_, call.path)
    found = call.account.find(type_, id_)
    if found is None:
        raise problems.no_such_record(call.path)
    return found


def with_defaults(account: Account, type_: str, fields: Fields) -> Fields:
    """What NetSuite fills in where nothing was said. What it makes of a missing `emailed` is not known: the worse is
    assumed, that the email is sent."""
    moment = account.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    if type_ == "message":
        return {"emailed": True, "incoming": False, "htmlMessage": False, "messageDate": moment, **fields}
    made: Fields = {"dateCreated": moment}
    number = 1 + sum(len(records) for records in account.records.values())
    if type_ in ENTITIES:
        made |= {"entityId": entity_name(fields), "isInactive": False}
    elif type_ in TRANSACTIONS:
        made |= {"tranId": str(number), "tranDate": moment[:10]}
    elif type_ == "supportcase":
        made |= {"caseNumber": str(number), "status": {"id": "1", "refName": "Not Started"}, "startDate": moment}
    return {**made, **fields}


def _made(call: Call, type_: str, body: Fields) -> Answer:
    fields = checked(call.account, type_, body, tolerant=_is_tolerant(call))
    stated = {name: value for name, value in fields.items() if value is not None}
    record = call.account.add(type_, with_defaults(call.account, type_, stated))
    return _no_content(call, type_, record)


def _changed(call: Call, type_: str, record: Fields) -> Answer:
    if type_ == "message":
        raise problems.not_editable()
    fields = checked(call.account, type_, call.json(), before=record, tolerant=_is_tolerant(call))
    call.account.change(type_, record["id"], fields)
    return _no_content(call, type_, record)


def _is_tolerant(call: Call) -> bool:
    return call.header("X-NetSuite-PropertyNameValidation").lower() in {"warning", "ignore"}


def _no_content(call: Call, type_: str, record: Fields) -> Answer:
    return Answer(204, headers={"Location": call.link("record/v1", type_, record["id"])})


def _shown(call: Call, type_: str, record: Fields) -> dict[str, Any]:
    shown: dict[str, Any] = {"links": [_self(call, type_, record)]}
    for name, value in record.items():
        field = SCHEMAS[type_].get(name)
        if field and field.kind == "reference" and isinstance(value, dict):
            target = call.account.find_any(field.types, str(value["id"]))
            links = [_self(call, *target)] if target else []
            value = {"links": links, **value}
        if field:
            shown[name] = value
    return shown


def _self(call: Call, type_: str, record: Fields) -> dict[str, str]:
    return {"rel": "self", "href": call.link("record/v1", type_, record["id"])}
