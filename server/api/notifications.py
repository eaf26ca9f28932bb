"""Where Graph announces changes. Public, since Graph shows no token: every entry carries a secret of its own."""

import re

import structlog
from apiflask import APIBlueprint
from flask import Response, request

from server.autopilot import intake
from server.errors import Busy, Invalid
from server.services import Services

LARGEST_BODY = 8 * 1024 * 1024  # bytes: ten thousand notifications
MOST_OBJECTS, MOST_COMMAS = 40_000, 160_000  # twice and half as much again as ten thousand notifications have
PLAIN_ABOVE = 1024 * 1024  # bytes
WIDE = re.compile(rb"[\x80-\xff]|\\u[dD][89abAB]")  # letters that make a whole text take four bytes for each
LONGEST_TOKEN = 8 * 1024  # bytes
PATIENCE = 1.9  # seconds; who is refused in time is asked again, and nothing is lost

log = structlog.get_logger(__name__)


def blueprint(services: Services, near: intake.Nearby | None) -> APIBlueprint:
    notifications = APIBlueprint("notifications", __name__, enable_openapi=False)

    @notifications.post("/graph/notifications")
    def take_in() -> Response:
        """Change and lifecycle notifications, and Graph's question whether they are wanted here."""
        if "validationToken" in request.args:
            return _echo(request.args["validationToken"])
        entries = _entries()
        # In a thread of its own: a database that does not answer must not keep Graph waiting.
        noted = services.threads.submit(intake.take_in, services, entries, near)
        try:
            dropped = noted.result(PATIENCE)
        except TimeoutError:
            noted.cancel()  # if it has not begun: it will be announced again, and what waits here takes room
            raise Busy("Affix cannot reach its database. Nothing was taken in.", code="not_taken_in") from None
        if dropped:
            log.warning("notifications_dropped", count=dropped, of=len(entries))
        return Response(status=202)

    return notifications


def _echo(token: str) -> Response:
    if len(token.encode("utf-8", "surrogatepass")) > LONGEST_TOKEN:
        raise Invalid("This is too long for a validation token.")
    return Response(token, mimetype="text/plain")


def _entries() -> list[object]:
    """What is announced. Nothing, where somebody sends contents or vouches for some: we never subscribe to contents, so
    that this is not from Graph, or not for us.
    """
    request.max_content_length = LARGEST_BODY
    if not _is_cheap(request.get_data()):
        raise Invalid("This is no notification of Microsoft Graph.")
    body = request.get_json(force=True)
    found = body.get("value") if isinstance(body, dict) else None
    if not isinstance(found, list):
        return []
    if body.get("validationTokens") or any(isinstance(each, dict) and each.get("encryptedContent") for each in found):
        log.warning("notifications_dropped", count=len(found), of=len(found), reason="contents")
        return []
    return found


def _is_cheap(body: bytes) -> bool:
    """Whether it takes little room once it is read. A body of the largest size could be made of so many values, or of
    letters so wide, that it takes hundreds of megabytes.
    """
    is_short = body.count(b"{") + body.count(b"[") <= MOST_OBJECTS and body.count(b",") <= MOST_COMMAS
    return is_short and (len(body) <= PLAIN_ABOVE or WIDE.search(body) is None)
