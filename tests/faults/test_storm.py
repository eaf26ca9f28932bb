"""Thousands of notifications, while web processes and workers are killed: all mail is on the record, and once.

Mail is saved as text without files, so that the storm is one of notifications and not of downloads.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.autopilot.watched import BASE
from tests.conftest import Someone
from tests.faults.nursery import Forked
from tests.faults.sizes import Figure, sized
from tests.faults.stage import Stage
from tests.faults.watched import USUAL, Watched
from tests.launching import until
from tests.pane.servers import three_free_ports
from tests.simulator.world import World
from tests.steps import SUPPORT

MESSAGES, KILLS = sized((150, 5), (1000, 25))
EACH, IN_ONE_POST = 10, 20  # each message is announced so often; so many notifications come together
PAUSE = 2.0  # seconds between two kills
SETTLED_WITHIN = 60.0
WORKERS = 2


@dataclass
class Service:
    """Two web processes at `url`, and workers. What is killed is started again, as any init system does."""

    url: str
    start: dict[str, Callable[[], Forked]]
    running: dict[str, Forked]

    def kill(self, name: str) -> None:
        if name == "one web process":
            self.running["web"].kill_a_child()  # its parent starts another
            return
        self.running[name].kill()
        self.running[name] = self.start[name]()


def service_of(stage: Stage, workers: int = WORKERS) -> Service:
    more = {**USUAL, "keep_mime": False, "mark_messages": False, "web_workers": 2}
    stage.settings |= {f"AFFIX_{name.upper()}": str(value) for name, value in more.items()}
    port = three_free_ports()
    url = f"http://127.0.0.1:{port}"
    stage.control("POST", "world", json={"reach": {BASE: url}})
    start: dict[str, Callable[[], Forked]] = {"web": lambda: stage.service(port)}
    start |= {f"worker {number}": stage.worker for number in range(workers)}
    return Service(url, start, {name: begin() for name, begin in start.items()})


def test_no_mail_is_lost_or_saved_twice_in_a_storm_of_kills(
    stage: Stage, world: World, ana: Someone, ben: Someone, figure: Figure
) -> None:
    storm, order = Watched(stage, world, ana), random.Random(11)
    storm.licensed(SUPPORT)
    storm.rule(ben, attachments="none")
    service = service_of(stage)
    storm.until_connected()
    storm.heard()
    stage.control("DELETE", "notifications")
    begun = time.monotonic()
    # What got no 202 is sent again, as Graph does, only sooner.
    storm.notifications(
        duplicate=EACH, batch=IN_ONE_POST, shuffle=True, delay_ms=[0, 2 * PAUSE * 1000], base=0.5, states=False
    )
    world.notifier.behaviour.gather = 0.15  # with these delays, about as many come together as may
    stage.control("POST", "world", json={"latency_ms": [5, 100]})
    for number in range(MESSAGES):
        storm.arrive()
        wait_for(begun + (number + 1) * PAUSE * KILLS / MESSAGES)
        if (number + 1) % (MESSAGES // KILLS) == 0:
            service.kill(order.choice(["one web process", *sorted(service.start)]))
    killed_at = time.monotonic()
    until(lambda: world.notifier.is_settled(0.5), "all was acknowledged", SETTLED_WITHIN)
    until(storm.is_at_rest, "nobody has anything in hand", SETTLED_WITHIN)
    # Kills at random may hit one save three times in a row; then it is given up, and Ben retries it.
    given_up = storm.count("saves WHERE state = 'failed' AND reason_code = 'interrupted'")
    ben.post("/api/activity/retry", {}, expect=202)
    figure("saves given up after three kills", given_up)
    storm.until_all_saved(SETTLED_WITHIN)
    settled_after = time.monotonic() - killed_at
    assert settled_after < SETTLED_WITHIN
    report = stage.control("GET", "notifications")
    assert report["delivered"] == MESSAGES * EACH and not report["dropped"]
    assert report["posts"] >= MESSAGES * EACH / IN_ONE_POST
    figure("settled after s", round(settled_after, 1))
    figure("posts", report["posts"])
    figure("notifications that had to be sent again", report["failed"])


def wait_for(moment: float) -> None:
    until(lambda: time.monotonic() >= moment, "the time of the next kill has come")
