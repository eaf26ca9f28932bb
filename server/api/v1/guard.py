"""Which program is asking. A view of the `v1` blueprint runs only for a good API key that has the scope which the view
names, within the key's rate, and each such request is noted.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import structlog
from apiflask import APIBlueprint, APIFlask
from flask import Response, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from server import api_keys
from server.api.guard import services
from server.api_keys import KeyHolder
from server.auth.api_keys import SCOPES
from server.errors import Forbidden, NotFound

SCOPE = "needed_scope"  # attributes of a view
HEADERS = "own_headers"
LONGEST_ACCOUNT = 256  # characters of a name that are noted

log = structlog.get_logger(__name__)

View = TypeVar("View", bound=Callable[..., Any])


def v1_blueprint() -> APIBlueprint:
    """An empty blueprint under /v1, locked."""
    v1 = APIBlueprint("v1", __name__, tag="Account API", url_prefix="/v1")
    v1.before_request(require_key)
    v1.after_request(_note_answer)
    return v1


def needs(scope: str) -> Callable[[View], View]:
    """Lets in only keys with that scope. Below the route's decorator: `@v1.get(...)`, `@needs("read")`."""
    if scope not in SCOPES:
        raise ValueError(f"there is no scope {scope!r}")

    def mark(view: View) -> View:
        setattr(view, SCOPE, scope)
        return view

    return mark


def takes_header(name: str, schema: dict[str, Any], description: str) -> Callable[[View], View]:
    """Has the API's description name a header that the view reads by itself."""

    def mark(view: View) -> View:
        setattr(view, HEADERS, {**getattr(view, HEADERS, {}), name: {"schema": schema, "description": description}})
        return view

    return mark


def refuse_views_without_scope(app: APIFlask) -> None:
    """Raises for a route under /v1 whose view does not say what it needs. Called when all are there."""
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/v1/") and not hasattr(app.view_functions[rule.endpoint], SCOPE):
            raise TypeError(f"{rule.rule} does not say which scope it needs")


def require_key() -> None:
    if request.method == "OPTIONS":
        return  # a browser asks what it may ask before it shows who it is; no view runs
    # Straight from WSGI, which joins repeated headers with commas: no key has one, so that several are refused.
    found = api_keys.opened(services(), request.environ.get("HTTP_AUTHORIZATION"))
    structlog.contextvars.bind_contextvars(tenant=found.tenant_id, api_key=str(found.key_id))
    about((request.view_args or {}).get("account"))
    route = request.url_rule.rule if request.url_rule else "-"
    g.api_use = api_keys.begin_use(services(), found, request.method, route, g.api_account)
    g.holder = found
    need(getattr(current_app.view_functions[str(request.endpoint)], SCOPE))
    if any("\x00" in str(value) for value in (request.view_args or {}).values()):
        raise NotFound()  # no name of anything; PostgreSQL would not even look for it


def holder() -> KeyHolder:
    return cast(KeyHolder, g.holder)


def need(scope: str) -> None:
    """For what a request turns out to ask for besides. Raises Forbidden for a key without that scope."""
    if scope not in holder().scopes:
        raise Forbidden(f"This API key lacks the scope “{scope}”.", code="missing_scope", scope=scope)


def about(account: str | None) -> None:
    """Note the request as one about this account, where its address does not name it."""
    g.api_account = account.replace("\x00", "")[:LONGEST_ACCOUNT] if account else None


def _note_answer(response: Response) -> Response:
    number = g.get("api_use")
    if number is not None:
        try:
            api_keys.end_use(services(), number, response.status_code, g.api_account)
        except SQLAlchemyError as error:  # what was asked for is done, and that it was asked for is noted
            log.error("api_answer_not_noted", use=number, error=type(error).__name__)
    return response
