"""Web processes and workers are killed at random while messages are saved: all that was answered is saved once."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests

from tests.faults.nursery import Forked
from tests.faults.stage import Stage
from tests.faults.test_killed_web import ask
from tests.launching import until
from tests.pane.servers import three_free_ports
from tests.simulator.world import World

MESSAGES = 30
KILLS = 20
WORKERS = 2


def test_every_save_that_was_answered_happens_exactly_once(stage: Stage, world: World) -> None:
    port, order = three_free_ports(), random.Random(7)
    items = [stage.deliver(number) for number in range(MESSAGES)]
    slow_graph(stage)
    stage.settings |= {"AFFIX_MAX_ATTEMPTS": "100", "AFFIX_WORKER_THREADS": "1"}
    running: dict[str, Forked] = {"web": stage.service(port)}
    running |= {f"worker {number}": stage.worker() for number in range(WORKERS)}
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask_until_answered, stage, port, item) for item in items]
        for _ in range(KILLS):
            wait_for_download(world)
            name = order.choice(sorted(running))
            running[name].kill()
            running[name] = stage.service(port) if name == "web" else stage.worker()
        save_ids = [each.result() for each in asked]
    until(lambda: not stage.retry_what_was_given_up(*save_ids), "nobody has to retry any more")
    stage.wait_until_saved(*save_ids)
    assert len(set(save_ids)) == MESSAGES
    counts = Counter(email["internetMessageId"] for email in stage.emails())
    assert counts == {f"<{number}@adatum.example>": 1 for number in range(MESSAGES)}


def slow_graph(stage: Stage) -> None:
    """So slow that there is always something in hand, and with room for all who ask."""
    stage.control("POST", "world", json={"throttling": {"concurrency": 100}})
    stage.control("POST", "faults", json=[{"service": "graph", "delay_ms": 200}])


def ask_until_answered(stage: Stage, port: int, item: dict[str, Any]) -> str:
    """As a person who sees an error and clicks again."""

    def answered() -> str | None:
        try:
            return ask(stage, port, item)
        except requests.RequestException:
            return None

    return until(answered, "a save is answered with 202")


def wait_for_download(world: World) -> None:
    """Until a worker asks for one more message, which it then has in hand."""

    def asked() -> int:
        routes = world.traffic.report()["routes"]
        return sum(int(str(each["count"])) for each in routes if str(each["route"]).endswith("$value"))

    before = asked()
    until(lambda: asked() > before, "a worker asks for a message")
