"""Every error becomes {"error": {"code", "message", ...}} here, and nowhere else."""

from typing import Any

import structlog
from apiflask import APIFlask
from apiflask.exceptions import HTTPError
from flask import Response, g, jsonify
from psycopg.errors import Error as DatabaseError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from server.destinations.base import DestinationError
from server.errors import AffixError, Busy, Conflict, Forbidden, Invalid, NotFound
from server.mail.base import MailAccessDenied, MailBusy, MailError, MailGone, MailIdMalformed

log = structlog.get_logger(__name__)

CODES = {
    400: "invalid_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    429: "too_many_requests",
}
SENTENCES = {
    400: "The request cannot be read.",
    404: "There is nothing here.",
    405: "This address does not know that method.",
    413: "The request is larger than allowed.",
    415: "Send JSON.",
}


def install(app: APIFlask) -> None:
    app.register_error_handler(AffixError, answer)
    app.register_error_handler(MailError, lambda error: answer(of_mail(error)))
    app.register_error_handler(DestinationError, lambda error: answer(of_destination(error)))
    for kind in (OperationalError, InterfaceError, PoolTimeout, DatabaseError):
        app.register_error_handler(kind, _database)
    app.register_error_handler(Exception, _unforeseen)
    app.error_processor(_http)


def answer(error: AffixError) -> Response:
    response = jsonify(error.as_json())
    response.status_code = error.status
    response.headers.update(error.headers())
    return response


def of_mail(error: MailError) -> AffixError:
    """What a person can do about a refusal of the mail backend."""
    if isinstance(error, MailBusy):
        return Busy(
            "Microsoft 365 is busy or out of reach. Try again in a moment.", retry_after=_seconds(error.retry_after)
        )
    if isinstance(error, MailAccessDenied):
        return Forbidden("You have no access to this in Outlook.", code="mailbox_access_denied")
    if isinstance(error, MailGone):
        return NotFound("This message is no longer where it was.", code="message_not_found")
    if isinstance(error, MailIdMalformed):
        return Invalid("This is not the id of an item in a mailbox.", code="invalid_id")
    return Busy("Microsoft 365 refused the request. Try again in a moment.", code="mail_refused")


def of_destination(error: DestinationError) -> AffixError:
    if error.code == "not_found":
        return NotFound(str(error))
    if error.permanent:
        return (Conflict if error.code == "conflict" else Invalid)(str(error), code=error.code)
    return Busy(str(error), retry_after=_seconds(error.retry_after), code=error.code)


def _seconds(retry_after: float | None) -> int:
    return max(1, round(retry_after)) if retry_after is not None else 5


def _database(error: Exception) -> Response:
    log.error("database_not_available", error=type(error).__name__)
    return answer(Busy("Affix cannot reach its database. Nothing was changed; try again in a moment."))


def _unforeseen(error: Exception) -> Response:
    log.exception("unforeseen_error")
    return answer(AffixError(f"Something went wrong in Affix. Reference: {g.get('request_id', '-')}", code="internal"))


def _http(error: HTTPError) -> tuple[dict[str, Any], int, Any]:
    status = error.status_code
    where = _fields(error.detail) if isinstance(error.detail, dict) else []
    message = _sentence(where) if where else SENTENCES.get(status, str(error.message or "Not possible."))
    body: dict[str, Any] = {"code": CODES.get(status, "error"), "message": message}
    if where:
        body["fields"] = where
    headers = {name: value for name, value in dict(error.headers or {}).items() if name in ("Allow", "Retry-After")}
    return {"error": body}, status, headers


def _fields(detail: dict[str, Any]) -> list[dict[str, str]]:
    """[{"field", "message"}] of what did not validate. The values themselves are never sent back."""
    return [
        {"field": str(field), "message": str(messages[0])}
        for fields in detail.values()
        if isinstance(fields, dict)
        for field, messages in fields.items()
        if messages
    ]


def _sentence(fields: list[dict[str, str]]) -> str:
    return "; ".join(f"{each['field']}: {each['message']}" for each in fields[:5]) + "."
