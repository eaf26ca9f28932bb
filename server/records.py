"""Records and the emails on them, as the API hands them out."""

import base64
import json
from typing import Any, BinaryIO

import structlog

from server.auth.callers import Caller
from server.clock import iso
from server.destinations.base import (
    Destination,
    DestinationError,
    EmailContent,
    Page,
    Record,
    SavedEmail,
    SavedFile,
)
from server.errors import Invalid, NotFound
from server.mail.html import safe_html, text_of
from server.services import Services

log = structlog.get_logger(__name__)


def destination_of(services: Services, tenant_id: str, name: str | None) -> Destination:
    """The tenant's destination of that name; without a name the only one, or the first. Raises NotFound."""
    there = services.destinations.of(tenant_id)
    found = there.get(name) if name is not None else next(iter(there.values()), None)
    if found is None:
        raise NotFound("There is no destination of that name.", code="unknown_destination")
    return found


def search(
    services: Services,
    caller: Caller,
    q: str,
    type: str | None,
    destination: str | None,
    limit: int,
    cursor: str | None,
) -> Page[Record]:
    """Records of one destination, or without a name of all: each gives its part of the page, and one that does not
    answer is left out unless it is the only one.
    """
    there = services.destinations.of(caller.tenant_id)
    asked = list(there) if destination is None else [destination_of(services, caller.tenant_id, destination).name]
    if type is not None:
        asked = [name for name in asked if type in {each.type for each in there[name].types()}]
        if not asked:
            raise Invalid("There is no such type of record.", code="unknown_type")
    if len(asked) == 1:
        return there[asked[0]].search(caller.tenant_id, q.strip(), type, limit, cursor)
    places = _places(cursor, asked)
    found: dict[str, Page[Record]] = {}
    refused: DestinationError | None = None
    for name, place in places.items():
        try:
            part = max(1, limit // len(places))
            found[name] = there[name].search(caller.tenant_id, q.strip(), type, part, place)
        except DestinationError as error:
            if error.code == "invalid_request":
                raise
            log.warning("destination_left_out", destination=name, code=error.code)
            refused = error
    if refused and not found:
        raise refused
    following = {name: page.next for name, page in found.items() if page.next}
    return Page(tuple(each for page in found.values() for each in page.items), _cursor(following))


def record_json(record: Record) -> dict[str, Any]:
    shown = {
        "destination": record.destination,
        "type": record.type,
        "id": record.id,
        "name": record.name,
        "address": record.address,
        "domain": record.domain,
        "number": record.number,
        "company": record.company,
        "detail": record.detail,
        "link": record.link,
    }
    return {name: value for name, value in shown.items() if value is not None}


def _places(cursor: str | None, names: list[str]) -> dict[str, str | None]:
    """Where each destination's list goes on; those that are not named have come to their end."""
    if cursor is None:
        return dict.fromkeys(names)
    try:
        places = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, RecursionError):
        places = None
    is_ours = isinstance(places, dict) and places and all(isinstance(each, str) for each in places.values())
    if not is_ours or not set(places) <= set(names):
        raise Invalid("This is not a cursor of this list.", code="invalid_cursor")
    return dict(places)


def _cursor(places: dict[str, str]) -> str | None:
    return base64.urlsafe_b64encode(json.dumps(places).encode()).decode() if places else None


def create(services: Services, caller: Caller, destination: str | None, type: str, values: dict[str, Any]) -> Record:
    if not all(isinstance(value, str) and len(value) <= 2000 and "\x00" not in value for value in values.values()):
        raise Invalid("The fields of a record are texts of at most 2000 characters.", code="invalid_request")
    return destination_of(services, caller.tenant_id, destination).create(caller.tenant_id, type, values)


def one(services: Services, caller: Caller, destination: str, type: str, id: str) -> Record:
    return destination_of(services, caller.tenant_id, destination).get(caller.tenant_id, type, id)


def emails(
    services: Services, caller: Caller, destination: str, type: str, id: str, limit: int, cursor: str | None
) -> Page[SavedEmail]:
    return destination_of(services, caller.tenant_id, destination).emails(caller.tenant_id, type, id, limit, cursor)


def email(services: Services, caller: Caller, destination: str, type: str, id: str, reference: str) -> dict[str, Any]:
    """One email with its text and its HTML, the latter cleaned of everything that could run or report back."""
    content = _content(services, caller, destination, type, id, reference)
    html, note = safe_html(content.html) if content.html else (None, None)
    return {
        **email_json(content.email),
        "to": [{"name": each.name, "address": each.address} for each in content.to],
        "cc": [{"name": each.name, "address": each.address} for each in content.cc],
        "text": content.text or (text_of(content.html) if content.html else ""),
        "html": html,
        "htmlNote": note,
    }


def mime(services: Services, caller: Caller, destination: str, type: str, id: str, reference: str) -> BinaryIO:
    _content(services, caller, destination, type, id, reference)
    return destination_of(services, caller.tenant_id, destination).mime(caller.tenant_id, reference)


def attachment(
    services: Services, caller: Caller, destination: str, type: str, id: str, reference: str, number: int
) -> tuple[SavedFile, BinaryIO]:
    _content(services, caller, destination, type, id, reference)
    return destination_of(services, caller.tenant_id, destination).attachment(caller.tenant_id, reference, number)


def _content(services: Services, caller: Caller, destination: str, type: str, id: str, reference: str) -> EmailContent:
    content = destination_of(services, caller.tenant_id, destination).email(caller.tenant_id, reference)
    if (content.email.record_type, content.email.record_id) != (type, id):
        raise NotFound()
    return content


def email_json(email: SavedEmail) -> dict[str, Any]:
    return {
        "id": email.reference,
        "internetMessageId": email.internet_message_id,
        "subject": email.subject,
        "mailbox": email.mailbox,
        "mailboxKind": email.mailbox_kind,
        "sentBy": email.sent_by.address,
        "sentByName": email.sent_by.name,
        "savedBy": email.saved_by.address,
        "savedByName": email.saved_by.name,
        "how": email.how,
        "savedAt": iso(email.saved_at),
        "sentAt": iso(email.sent_at),
        "receivedAt": iso(email.received_at),
        "mimeSha256": email.mime_sha256,
        "mimeSize": email.mime_size,
        "preview": email.preview,
        "note": email.note,
        "attachments": [
            {
                "number": each.number,
                "name": each.name,
                "contentType": each.content_type,
                "size": each.size,
                "sha256": each.sha256,
                "isInline": each.is_inline,
            }
            for each in email.files
        ],
        "links": [{"name": each.name, "url": each.url} for each in email.links],
        "missing": [
            {"name": each.name, "size": each.size, "code": each.code, "message": each.message} for each in email.missing
        ],
    }
