"""Steps that many stories share: naming an item as the pane does, and a record to save it to."""

from email.message import EmailMessage
from typing import Any

from sqlalchemy import text

from server.services import Services
from tests.conftest import SHARED, Control, Someone

SHARED_MAIL = SHARED / "mail" / "eml"
SUPPORT = "support@contoso.example"
SALES = "sales@contoso.example"
CLEO = "cleo@contoso.example"
BEN = "ben@contoso.example"
ANA = "ana@contoso.example"


def item_of(delivered: dict[str, str], owner: str | None = None, **more: Any) -> dict[str, Any]:
    """An item as Office.js shows it: the EWS id, and the owner when the mailbox is not the person's own."""
    named = {"owner": owner} if owner else {}
    return {"id": delivered["ewsId"], "idFormat": "ews", **named, **more}


def contact(person: Someone, name: str = "Purchasing", address: str = "purchasing@adatum.example") -> dict[str, Any]:
    """A new contact of the built-in destination."""
    wanted = {"destination": "local", "type": "contact", "name": name, "address": address}
    found: dict[str, Any] = person.post("/api/records", wanted, expect=201)
    return found


def reference(record: dict[str, Any]) -> dict[str, Any]:
    return {name: record[name] for name in ("destination", "type", "id")}


def save_of(person: Someone, save: dict[str, Any]) -> dict[str, Any]:
    """The save as it stands now."""
    found: dict[str, Any] = person.get(f"/api/saves/{save['id']}")
    return found


def context(person: Someone, item: dict[str, Any]) -> dict[str, Any]:
    """What the pane is shown of an item."""
    found: dict[str, Any] = person.post("/api/context", {"item": item}, expect=200)
    return found


def refused(person: Someone, item: dict[str, Any], status: int) -> dict[str, Any]:
    """The error, with that status, that the pane gets instead."""
    error: dict[str, Any] = person.post("/api/context", {"item": item}, expect=status)["error"]
    return error


def app_only(control: Control) -> int:
    """How often Affix acted with its own right instead of a person's."""
    graph = sum(each["count"] for each in control.requests("graph") if each["access"] == "application")
    entra = sum(each["count"] for each in control.requests("entra") if each["grant"] == "client_credentials")
    return int(graph + entra)


def with_files(*files: tuple[str, bytes], message_id: str = "<files@adatum.example>", html: str = "") -> bytes:
    """A message with attachments: name and bytes of each. One whose name begins with "inline" stands in the text."""
    mail = EmailMessage()
    mail["From"], mail["To"] = "Purchasing <purchasing@adatum.example>", SUPPORT
    mail["Subject"], mail["Message-ID"] = "Files", message_id
    mail["Date"] = "Mon, 16 Nov 2026 09:00:00 +0000"
    mail.set_content("See the files.")
    if html:
        mail.add_alternative(html, subtype="html")
    for name, content in files:
        inline = name.startswith("inline")
        cid, place = (f"<{name}>", "inline") if inline else (None, "attachment")
        mail.add_attachment(content, "application", "octet-stream", filename=name, cid=cid, disposition=place)
    return mail.as_bytes()


def execute(services: Services, statement: str, **values: Any) -> None:
    with services.database.session.begin() as session:
        session.execute(text(statement), values)


def rewrite(services: Services, statement: str, **values: Any) -> None:
    """As somebody can who has the whole database: without the triggers that keep what happened as it was written."""
    with services.database.session.begin() as session:
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text(statement), values)
