"""The service with two routes more, which answer the same: one locked as all of the API is, one open."""

import sys

from apiflask import APIBlueprint, APIFlask

from server.api.guard import require_caller
from tests.simulator.__main__ import Service
from tests.simulator.demo.processes import end_with_parent

LOCKED, OPEN = "/bench/locked", "/bench/open00"


class Measured(Service):
    def load(self) -> APIFlask:
        app = super().load()
        add_routes(app)
        return app


def add_routes(app: APIFlask) -> None:
    """Both go through the same middleware, and their addresses are of one length."""
    locked = APIBlueprint("bench_locked", __name__)
    locked.before_request(require_caller)
    locked.get(LOCKED)(lambda: {"status": "live"})
    unlocked = APIBlueprint("bench_open", __name__)
    unlocked.get(OPEN)(lambda: {"status": "live"})
    app.register_blueprint(locked)
    app.register_blueprint(unlocked)


if __name__ == "__main__":
    parent, simulator_url, port = sys.argv[1:]
    end_with_parent(int(parent))
    Measured(port, simulator_url).run()
