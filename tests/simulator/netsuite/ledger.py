"""What all accounts hold, as the control interface shows it."""

import hashlib
from typing import Any

from tests.simulator.netsuite.accounts import Account, Fields, NetSuite, StoredFile
from tests.simulator.netsuite.checking import shown_name
from tests.simulator.netsuite.schemas import SCHEMAS

TARGETS = ("transaction", "activity", "entity")


def ledger(netsuite: NetSuite) -> dict[str, list[dict[str, Any]]]:
    shown: dict[str, list[dict[str, Any]]] = {"records": [], "emails": [], "files": []}
    for account in netsuite.accounts:
        with account.lock:
            whose = {"service": "netsuite", "account": account.id}
            shown["records"] += [
                {**whose, **_record(type_, record)}
                for type_, records in account.records.items()
                if type_ != "message"
                for record in records.values()
            ]
            shown["emails"] += [{**whose, **_email(account, one)} for one in account.records["message"].values()]
            shown["files"] += [{**whose, **_file(account, one)} for one in account.files.values()]
    return shown


def _record(type_: str, record: Fields) -> dict[str, Any]:
    shown = {"type": type_, "id": record["id"], "name": shown_name(record)}
    for name, field in (("email", "email"), ("number", "tranId"), ("number", "caseNumber"), ("externalId",) * 2):
        if record.get(field):
            shown[name] = record[field]
    return shown


def _email(account: Account, message: Fields) -> dict[str, Any]:
    files = [account.files[id_] for id_ in account.message_files.get(message["id"], ()) if id_ in account.files]
    return {
        "id": message["id"],
        "externalId": message.get("externalId"),
        "record": _target(account, message),
        "subject": message.get("subject"),
        "author": _party(message, "author"),
        "recipient": _party(message, "recipient"),
        "cc": message.get("cc"),
        "bcc": message.get("bcc"),
        "date": message.get("messageDate"),
        "incoming": message.get("incoming", False),
        "emailed": message.get("emailed", False),
        "body": message.get("message"),
        "files": [_digest(file) for file in files],
    }


def _target(account: Account, message: Fields) -> dict[str, str] | None:
    """The record that it is on. Where there are several, the entity is said last."""
    for name in TARGETS:
        id_ = (message.get(name) or {}).get("id")
        if id_:
            found = account.find_any(SCHEMAS["message"][name].types, str(id_))
            return {"type": found[0] if found else name, "id": str(id_)}
    return None


def _party(message: Fields, name: str) -> dict[str, Any]:
    return {"id": (message.get(name) or {}).get("id"), "email": message.get(f"{name}Email")}


def _digest(file: StoredFile) -> dict[str, Any]:
    digest = hashlib.sha256(file.content).hexdigest()
    return {"id": file.id, "name": file.name, "size": len(file.content), "sha256": digest}


def _file(account: Account, file: StoredFile) -> dict[str, Any]:
    holders = [(type_, id_) for type_, id_, kind, attached in account.attached if (kind, attached) == ("file", file.id)]
    holders += [("message", id_) for id_, files in account.message_files.items() if file.id in files]
    attached_to = [{"type": type_, "id": id_} for type_, id_ in holders]
    return {**_digest(file), "folder": file.folder, "attachedTo": attached_to}
