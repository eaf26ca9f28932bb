"""The service with two more addresses that take notifications: one that only reads them, and one that takes in each by
itself. Beside the true one they say what it costs to have many in the database before they are answered.
"""

import sys

from apiflask import APIBlueprint, APIFlask
from flask import Response

from server.api import notifications
from server.autopilot import intake
from tests.simulator.__main__ import Service
from tests.simulator.demo.processes import end_with_parent

REAL, PARSE_ONLY, ONE_BY_ONE = "/graph/notifications", "/bench/notifications/read", "/bench/notifications/each"


class Measured(Service):
    def load(self) -> APIFlask:
        app = super().load()
        add_routes(app)
        return app


def add_routes(app: APIFlask) -> None:
    """All go through the same middleware, and read what was sent as the true one does."""
    services, near = app.extensions["affix"], app.extensions["affix.lane"]
    found = APIBlueprint("bench_notifications", __name__, enable_openapi=False)

    @found.post(PARSE_ONLY)
    def read() -> Response:
        notifications._entries()
        return Response(status=202)

    @found.post(ONE_BY_ONE)
    def take_in_each() -> Response:
        entries = notifications._entries()
        services.threads.submit(lambda: [intake.take_in(services, [each], near) for each in entries]).result()
        return Response(status=202)

    app.register_blueprint(found)


if __name__ == "__main__":
    parent, simulator_url, port = sys.argv[1:]
    end_with_parent(int(parent))
    Measured(port, simulator_url).run()
