"""The account API: mail of many mailboxes for programs, under /v1. One file for each resource, as in server/api.

To add one: write `routes(v1)` in a file here, put `@needs(scope)` under each route's decorator, and name the file
below. Give each route a good body in tests/api/bodies.py, and its answer a schema with `@v1.output`.
"""

from types import ModuleType

from apiflask import APIFlask

from server.api.v1 import accounts, authentication, changes, messages, oauth2, sending, settings, statistics
from server.api.v1.guard import refuse_views_without_scope, v1_blueprint
from server.services import Services

RESOURCES: tuple[ModuleType, ...] = (accounts, authentication, changes, messages, oauth2, sending, settings, statistics)


def install(app: APIFlask, services: Services) -> None:
    """All that API keys open."""
    v1 = v1_blueprint()
    for resource in RESOURCES:
        resource.routes(v1)
    app.register_blueprint(v1)
    refuse_views_without_scope(app)
