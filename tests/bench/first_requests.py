"""Many people's first requests at once, over several processes: what Entra is asked for that."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import requests

from tests.auth.pane import exchanges, key_fetches, pane_token
from tests.bench.figures import Figure
from tests.launching import ended, environment, service
from tests.pane.servers import served, three_free_ports
from tests.simulator.app import create_simulator
from tests.simulator.world import World

PEOPLE = ("ana", "ben", "cleo")
AT_ONCE = 20  # requests of each person
PROCESSES = 2


def measure(database_url: str, folder: Path) -> list[Figure]:
    world, port = World(), three_free_ports()
    settings = environment(database_url, web_workers=PROCESSES)
    with ExitStack() as stack:
        simulator = stack.enter_context(served(create_simulator(world)))
        stack.enter_context(ended(service(simulator, port, settings, folder / "first-requests.log")))
        for person in PEOPLE:
            _all_at_once(port, pane_token(world, person))
    return [
        Figure(
            "on-behalf-of exchanges per person and token life",
            exchanges(world) / len(PEOPLE),
            "requests",
            1,
            f"{AT_ONCE} first requests at once over {PROCESSES} processes",
        ),
        Figure("reads of Entra's key set per process", key_fetches(world) / PROCESSES, "requests", 1, "1 in 24 h"),
    ]


def _all_at_once(port: int, token: str) -> None:
    def ask(_: int) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        requests.get(f"http://127.0.0.1:{port}/api/me", headers=headers, timeout=60).raise_for_status()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(ask, range(AT_ONCE)))
