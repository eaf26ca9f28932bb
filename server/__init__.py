"""The Affix service: attaches Outlook email to business records."""

import requests
from apiflask import APIFlask

from server.api import install
from server.api.application import Application
from server.api.json import StrictJSON
from server.autopilot.lane import Lane
from server.db import Database
from server.settings import Settings
from server.wiring import build

VERSION = "0.1.0"
LARGEST_BODY = 256 * 1024  # bytes; a request names things, it never carries mail


def create_app(
    settings: Settings, http: requests.Session, database: Database | None = None, *, is_served: bool = False
) -> APIFlask:
    """The whole service. `http` is its only way to the outside; settings are read by the caller. `database` is the one
    of the settings, if the caller has it already. `is_served`: by a process of its own, which does by itself
    what need not wait for a worker.
    """
    services = build(settings, http, database)
    app = Application("affix", title="Affix", version=VERSION, static_folder=None, docs_path=None)  # type: ignore[arg-type]
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, VALIDATION_ERROR_STATUS_CODE=400)
    app.json = StrictJSON(app)
    app.url_map.merge_slashes = False  # an id that holds a slash is not there; it leads to no other address
    app.extensions["affix"] = services
    lane = Lane(services) if is_served else None
    app.extensions["affix.lane"] = lane
    install(app, services, lane)
    return app
