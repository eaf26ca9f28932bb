"""Who may call from a page of another origin: nobody, but where the pane itself is hosted elsewhere."""

import re
from typing import Any

from apiflask import APIFlask
from flask_cors import CORS

from server.settings import Settings

# What the pane asks: programs of the account API are no pages, and Graph is none either.
ASKED = (r"/api/.*", r"/addin/config\.json")
SENT = ["Authorization", "Content-Type", "If-None-Match"]
READ = ["ETag", "Retry-After"]  # of an answer, beside its body
KEPT = 3600  # seconds in which a browser does not ask again


def install(app: APIFlask, settings: Settings) -> None:
    """Exactly the origins that are named. No cookies: a caller shows a token."""
    origins = list(settings.cors_origins)
    if origins:
        rules: dict[str | re.Pattern[str], dict[str, Any]] = {path: {"origins": origins} for path in ASKED}
        CORS(app, resources=rules, allow_headers=SENT, expose_headers=READ, max_age=KEPT, always_send=False)
