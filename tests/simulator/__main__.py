"""The demo: the true service and its workers, against a simulated Microsoft 365 and a pretend Outlook.

`scripts/demo` runs this. Told `service` or `worker`, the same program is one of its own child processes. Only this file
knows both sides: everything else of the simulator does without the service.
"""

import sys
import time
from pathlib import Path

from flask import Flask
from gunicorn.app.base import BaseApplication

from server import create_app, destination_settings, logs, migrate
from server.db import Database, address_of
from server.destinations.local.importing import import_records
from server.errors import Conflict
from server.http import Session
from server.jobs import run_worker
from server.settings import load
from server.slow_clients import Worker
from server.wiring import build
from tests.simulator.demo.netsuite import Integration
from tests.simulator.demo.options import parse
from tests.simulator.demo.processes import end_with_parent
from tests.simulator.demo.program import LOOK_SECONDS, is_ready, run
from tests.simulator.demo.rerouting import reroute
from tests.simulator.seed import CONTOSO

RECORDS = Path(__file__).parent / "sample/records.csv"
THREADS = 32  # a request waits on the network, so threads are many


class Service(BaseApplication):  # type: ignore[misc]  # gunicorn carries no types
    """gunicorn as in earnest, but for the session that leads into the simulator."""

    def __init__(self, port: str, simulator_url: str) -> None:
        """`port` of this machine itself, or an address with its port."""
        self._bind = port if ":" in port else f"127.0.0.1:{port}"
        self._simulator_url = simulator_url
        super().__init__()

    def load_config(self) -> None:
        wanted = {
            "bind": self._bind,
            "worker_class": Worker,
            "workers": load().web_workers,
            "threads": THREADS,
            "graceful_timeout": 10,
            "control_socket_disable": True,
        }
        for name, value in wanted.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        settings = load()
        logs.configure(settings.log_level)
        return create_app(settings, reroute(Session(), self._simulator_url), is_served=True)


def work(simulator_url: str, awaited: list[str]) -> None:
    """Not before those services answer: for a subscription Graph asks the service whether it wants it."""
    settings = load()
    logs.configure(settings.log_level)
    services = build(settings, reroute(Session(), simulator_url))
    while not all(map(is_ready, awaited)):
        time.sleep(LOOK_SECONDS)
    run_worker(services)


def prepare_database() -> str:
    """Bring the database to the newest schema and the sample records into it; what is there already stays."""
    database = Database(address_of(load()))
    migrate.upgrade(database.engine)
    with RECORDS.open(encoding="utf-8") as file:
        counts = import_records(database.engine, CONTOSO.id, file)
    database.close()
    return f"{counts.created} new sample records, {counts.unchanged} there already"


def configure(integrations: list[Integration]) -> str:
    """Make the NetSuite accounts known to their tenants, as their administrators would."""
    services = build(load(), Session())
    for each in integrations:
        try:
            destination_settings.add(services, each.tenant_id, None, "netsuite", "netsuite", None, each.settings)
        except Conflict:
            destination_settings.change(services, each.tenant_id, None, "netsuite", None, each.settings)
    services.close()
    return f"NetSuite accounts {', '.join(each.account for each in integrations)}"


def main(arguments: list[str]) -> int:
    match arguments:
        case ["service", parent, simulator_url, port]:
            end_with_parent(int(parent))
            Service(port, simulator_url).run()
        case ["worker", parent, simulator_url, *awaited]:
            end_with_parent(int(parent))
            work(simulator_url, awaited)
        case _:
            return run(parse(arguments), prepare_database, configure)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
