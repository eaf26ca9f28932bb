"""What it costs to know who is asking: CPU against the same answer without that, and requests to Entra."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.auth.pane import key_fetches, pane_token
from tests.bench import first_requests
from tests.bench.auth_app import LOCKED, OPEN
from tests.bench.figures import Figure
from tests.bench.load import ask_all
from tests.bench.processes import cpu_seconds
from tests.bench.rounds import Ratio, compare
from tests.launching import Program, ended, environment, service
from tests.pane.servers import served, three_free_ports
from tests.simulator.app import create_simulator
from tests.simulator.world import World

REQUESTS = 1500  # per side and round, nearly a second of CPU
NO_DATABASE = "postgresql://nobody@127.0.0.1:1/nothing"  # neither of the two routes asks it


class Server:
    """A running service of one web process, and how to load it."""

    def __init__(self, program: Program, port: int, world: World) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.world = world
        [_, web] = program.family()
        self.pid = web.pid

    def cost(self, path: str, tokens: list[str]) -> float:
        """CPU seconds of the web process per request, with one request for each token."""
        requests = [(path, {"Authorization": f"Bearer {token}"}) for token in tokens]
        before = cpu_seconds(self.pid)
        count = ask_all(self.url, requests)
        return (cpu_seconds(self.pid) - before) / count

    def fresh_tokens(self, count: int) -> list[str]:
        return [pane_token(self.world, "ben") for _ in range(count)]


@contextmanager
def running_server(folder: Path) -> Iterator[Server]:
    world = World()
    with ExitStack() as stack:
        simulator = stack.enter_context(served(create_simulator(world)))
        settings, port = environment(NO_DATABASE, web_workers=1), three_free_ports()
        program = service(simulator, port, settings, folder / "service.log", "tests.bench.auth_app")
        stack.enter_context(ended(program))
        yield Server(program, port, world)


def measure(database_url: str, folder: Path) -> list[Figure]:
    with running_server(folder) as server:
        server.cost(LOCKED, server.fresh_tokens(REQUESTS))
        server.cost(OPEN, server.fresh_tokens(REQUESTS))
        warm, cold = _warm(server), _cold(server)
        fetched = key_fetches(server.world)
    return [
        _figure("warm request: CPU against the same answer without authentication", warm, 1.10, "0.98 to 1.07"),
        _figure(
            "cold request (a fresh token each): CPU against the same answer", cold, 1.50, "1.65 to 1.94 with PyJWT"
        ),
        Figure("CPU of the answer without authentication", warm.reference * 1e6, "us", None, "Flask hello: 313 to 422"),
        Figure("CPU of a warm request", warm.ours * 1e6, "us", None, "334 to 414"),
        Figure("CPU of a cold request", cold.ours * 1e6, "us", None, "606 to 695 with PyJWT"),
        Figure("reads of Entra's key set, all of the above", fetched, "requests", 1, "1 per process and 24 h"),
        *first_requests.measure(database_url, folder),
    ]


def _warm(server: Server) -> Ratio:
    """One token for all requests."""
    tokens = server.fresh_tokens(1) * REQUESTS
    return compare(lambda _: server.cost(LOCKED, tokens), lambda _: server.cost(OPEN, tokens))


def _cold(server: Server) -> Ratio:
    """A token for each request that was never seen before, signed before the clock runs. The other side gets it too."""
    return compare(
        lambda _: server.cost(LOCKED, server.fresh_tokens(REQUESTS)),
        lambda _: server.cost(OPEN, server.fresh_tokens(REQUESTS)),
    )


def _figure(name: str, ratio: Ratio, limit: float, reference: str) -> Figure:
    return Figure(name, round(ratio.median, 3), "x", limit, f"prototype {reference}; {ratio.spread()}")
