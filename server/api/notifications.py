"""Where Graph announces changes. Public, since Graph shows no token: every entry carries a secret of its own."""

import structlog
from apiflask import APIBlueprint
from flask import Response, request

from server.autopilot import intake
from server.errors import Busy, Invalid
from server.services import Services

LARGEST_BODY = 8 * 1024 * 1024  # bytes: ten thousand notifications
LONGEST_TOKEN = 8 * 1024  # bytes
PATIENCE = 1.9  # seconds; who is refused in time is asked again, and nothing is lost

log = structlog.get_logger(__name__)


def blueprint(services: Services) -> APIBlueprint:
    notifications = APIBlueprint("notifications", __name__, enable_openapi=False)

    @notifications.post("/graph/notifications")
    def take_in() -> Response:
        """Change and lifecycle notifications, and Graph's question whether they are wanted here."""
        if "validationToken" in request.args:
            return _echo(request.args["validationToken"])
        entries = _entries()
        # In a thread of its own: a database that does not answer must not keep Graph waiting.
        noted = services.threads.submit(intake.take_in, services, entries)
        try:
            dropped = noted.result(PATIENCE)
        except TimeoutError:
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
    request.max_content_length = LARGEST_BODY
    body = request.get_json(force=True)
    found = body.get("value") if isinstance(body, dict) else None
    return found if isinstance(found, list) else []
