"""Starts everything in order, says when it is ready, watches over it, and ends it."""

import fcntl
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests

from tests.simulator.app import create_simulator
from tests.simulator.demo import netsuite
from tests.simulator.demo.database import EmbeddedPostgres
from tests.simulator.demo.environment import NOTIFICATION_ORIGIN, environment
from tests.simulator.demo.mail import load_folder, load_sample
from tests.simulator.demo.netsuite import Integration
from tests.simulator.demo.options import Options
from tests.simulator.demo.processes import Children
from tests.simulator.demo.remembering import recall, remember
from tests.simulator.demo.serving import PortTaken, check_free, serve
from tests.simulator.outlook import create_outlook
from tests.simulator.world import World

READY_SECONDS = 60.0
LOOK_SECONDS = 0.2


class Failed(Exception):
    """The demo cannot go on; the text says why."""


class Ended(Exception):
    """Somebody asked the demo to end."""


class Demo:
    """What runs, and the two questions that are asked of it again and again: is all alive, and shall it end?"""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.children = Children(options.folder / "logs")
        self.postgres: EmbeddedPostgres | None = None
        self.end = threading.Event()

    def check(self) -> None:
        """Raises Ended when it shall end, Failed when a part has died."""
        if self.end.is_set():
            raise Ended
        dead = self.children.first_dead()
        if dead:
            raise Failed(dead.obituary())
        if self.postgres and not self.postgres.is_alive():
            raise Failed("PostgreSQL ended")

    def watch(self) -> None:
        while True:
            self.end.wait(LOOK_SECONDS)
            self.check()

    def wait_until_ready(self) -> None:
        """Until the service says so itself. Raises Failed after READY_SECONDS."""
        deadline = time.monotonic() + READY_SECONDS
        while not is_ready(self.options.service_url):
            self.check()
            if time.monotonic() > deadline:
                raise Failed(
                    f"the service is not ready after {READY_SECONDS:.0f} s, see {self.options.folder / 'logs'}"
                )
            self.end.wait(LOOK_SECONDS)

    def start_child(self, name: str, role: str, *arguments: str) -> None:
        command = [sys.executable, "-m", "tests.simulator", role, str(os.getpid()), self.options.simulator_url]
        self.children.start(name, [*command, *arguments])


def run(options: Options, prepare_database: Callable[[], str], configure: Callable[[list[Integration]], str]) -> int:
    """The exit status: 0 when it was asked to end, 1 when it could not start or a part of it died.

    `prepare_database` brings the schema and the sample records, as the environment says, and `configure` makes NetSuite
    accounts known to the service. Both tell what they did.
    """
    demo = Demo(options)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: demo.end.set())
    try:
        with ExitStack() as stack:
            start(demo, stack, prepare_database, configure)
            demo.watch()
    except Ended:
        print("ended", flush=True)
        return 0
    except (Failed, PortTaken) as failure:
        print(f"scripts/demo: {failure}", file=sys.stderr)
    return 1


def start(
    demo: Demo,
    stack: ExitStack,
    prepare_database: Callable[[], str],
    configure: Callable[[list[Integration]], str],
) -> None:
    """Start all parts; `stack` ends them in the opposite order."""
    options = demo.options
    options.folder.mkdir(parents=True, exist_ok=True)
    stack.enter_context(_only_one_in(options.folder))
    for port in range(options.port, options.port + 3):
        check_free(port)

    database_url = options.database_url or _start_postgres(demo, stack)
    os.environ.update(environment(options, database_url))
    _tell(prepare_database())
    demo.check()

    world = World()
    known = options.folder / "microsoft.json"
    _fill(world, options)
    recall(world, known)
    stack.callback(remember, world, known)
    if options.destination == "netsuite":
        _connect_netsuite(world, options, stack, configure)
    world.outgoing.rewrites[NOTIFICATION_ORIGIN] = f"http://127.0.0.1:{options.port + 1}"
    serve(create_simulator(world), options.port + 2)
    stack.callback(demo.children.stop)
    demo.start_child("service", "service", str(options.port + 1))
    for number in range(1, options.workers + 1):
        demo.start_child(f"worker-{number}", "worker", options.service_url)
    demo.wait_until_ready()
    serve(create_outlook(options.service_url, options.simulator_url), options.port)
    demo.check()
    addresses = {"outlook": options.outlook_url, "service": options.service_url, "simulator": options.simulator_url}
    _tell(f"ready {json.dumps(addresses)}")


def _connect_netsuite(
    world: World, options: Options, stack: ExitStack, configure: Callable[[list[Integration]], str]
) -> None:
    held = options.folder / "netsuite.json"
    netsuite.recall(world, held)
    stack.callback(netsuite.remember, world, held)
    integrations = netsuite.kept_integrations(options.folder / "netsuite-keys.json")
    for each in integrations:
        netsuite.upload(world, each)
    _tell(configure(integrations))


def _fill(world: World, options: Options) -> None:
    """The mail that is there at the start. Its ids are the same at each start, those of later mail never are."""
    _tell(f"{load_sample(world)} sample messages")
    if options.mail:
        _tell(f"{load_folder(world, options.mail)} messages from {options.mail}")
    for mailbox in world.mailboxes:
        mailbox.go_on_from(int(world.time() * 1000))


def _start_postgres(demo: Demo, stack: ExitStack) -> str:
    demo.postgres = EmbeddedPostgres(demo.options.folder / "postgres")
    stack.callback(demo.postgres.stop)
    return demo.postgres.url


def is_ready(service_url: str) -> bool:
    try:
        return requests.get(f"{service_url}/health/ready", timeout=5).ok
    except requests.RequestException:
        return False


@contextmanager
def _only_one_in(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Failed(f"another demo runs with {folder}") from error
        yield


def _tell(line: str) -> None:
    print(line, flush=True)
