"""Who is asking. Every route of the `api` blueprint is locked: a view only runs with a validated caller."""

from typing import Any, cast

import structlog
from apiflask import APIBlueprint
from flask import current_app, g, request

from server.auth.callers import Caller
from server.errors import Forbidden
from server.people import is_administrator
from server.services import Services


def api_blueprint() -> APIBlueprint:
    """An empty blueprint under /api, locked."""
    api = APIBlueprint("api", __name__, url_prefix="/api")
    api.before_request(require_caller)
    return api


def require_caller() -> None:
    if request.method == "OPTIONS":
        return  # a browser asks what it may ask before it shows who it is; no view runs
    # Straight from WSGI, which joins repeated headers with commas: no token has one, so that several are refused.
    stated = request.environ.get("HTTP_AUTHORIZATION")
    g.caller = found = services().callers.caller([] if stated is None else [stated])
    structlog.contextvars.bind_contextvars(tenant=found.tenant_id, person=found.oid)


def services() -> Services:
    return cast(Services, current_app.extensions["affix"])


def caller() -> Caller:
    return cast(Caller, g.caller)


def require_administrator() -> None:
    if not is_administrator(caller()):
        raise Forbidden("Only an administrator of Affix may do this.", code="administrators_only")


def listing(name: str, found: list[Any], following: str | None) -> dict[str, Any]:
    """A list's one shape: its plural name, and where the next page begins (or null)."""
    return {name: found, "next": following}
