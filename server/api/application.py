"""Flask, but that a request is done once more whose transaction PostgreSQL rolled back for no fault of its own."""

import random
import time

import structlog
from apiflask import APIFlask
from flask import g, request
from flask.typing import ResponseReturnValue
from psycopg.errors import DeadlockDetected, SerializationFailure
from sqlalchemy.exc import DBAPIError

MOST = 6  # times that a request is tried in all
PAUSE = 0.05  # seconds before the second time; longer before each further one, by chance, so that nobody meets again

ONCE = "done_once"  # in flask.g: what this request did cannot be done again, as a code that is good for one time

log = structlog.get_logger(__name__)


class Application(APIFlask):
    """What a request did before it was rolled back it does again: as when the one who asked is told to try again in
    a moment, and does, which every request has to take.
    """

    def dispatch_request(self) -> ResponseReturnValue:
        for attempt in range(1, MOST):
            try:
                return super().dispatch_request()
            except DBAPIError as error:
                if not (_stood_in_the_way(error) and _can_be_read_again()) or g.get(ONCE):
                    raise
                log.info("done_again", error=type(error.orig).__name__, attempt=attempt)
            time.sleep(random.uniform(0, PAUSE * attempt))
        return super().dispatch_request()


def _stood_in_the_way(error: DBAPIError) -> bool:
    """Another transaction did: nothing of this one was done, and the next may do."""
    return isinstance(error.orig, DeadlockDetected | SerializationFailure)


def _can_be_read_again() -> bool:
    """What was asked for as a whole is kept by the request; large things are read as they come, and are gone."""
    has_none = not request.content_length and "Transfer-Encoding" not in request.headers
    return has_none or "_cached_data" in vars(request)
