"""A mailbox that is busy is left alone for as long as it asks, loses nothing, and slows down no other."""

import random
import time
from typing import Any

import pytest

from tests.conftest import Someone
from tests.faults.sizes import Figure, sized
from tests.faults.throttle import Throttle
from tests.faults.watched import Watched
from tests.launching import until
from tests.steps import SALES, SUPPORT

MESSAGES, LONGEST = sized((4, 1), (60, 5))  # LONGEST in seconds, of what Graph asks for
MOST_ATTEMPTS = 1.6  # for each request that is needed; 1 / (0.7 * 0.9) come of the refusals alone
MOST_IN_VAIN = 1.2  # of those that were answered
WAITING = 60
SOON = 5.0  # seconds
SLOW = {"service": "graph", "delay_ms": 3000}
BUSY = {"service": "graph", "status": 429, "headers": {"Retry-After": "60"}}


def test_a_throttled_mailbox_is_left_alone_until_its_time_has_come(support: Watched, figure: Figure) -> None:
    stage = support.stage
    throttle = Throttle(stage.control.simulator, SUPPORT, random.Random(3), LONGEST, stage.database_url)
    for _ in range(2):
        support.worker(mark_messages=False)
    support.until_connected()
    support.heard()
    throttle.forget()
    arrive_and_settle(support)
    needed = throttle.count()
    throttle.forget()
    throttle.begin()
    arrive_and_settle(support)
    throttle.end()
    assert throttle.noted() and throttle.too_early() == []
    answered = throttle.count() - throttle.refused()
    figure("needed, answered, refused", (needed, answered, throttle.refused()))
    assert answered <= MOST_IN_VAIN * needed
    # So many are refused at random that few requests say nothing of the whole.
    assert throttle.count() <= sized(3, MOST_ATTEMPTS) * needed


def arrive_and_settle(support: Watched) -> None:
    """All of it is announced together, however long it takes to arrive."""
    support.notifications(hold=True)
    support.arrive(MESSAGES)
    support.notifications(release=True)
    support.heard()
    support.until_all_saved(sized(60, 600))


@pytest.mark.parametrize("trouble", [SLOW, BUSY], ids=["slow", "throttled"])
def test_what_is_wrong_with_one_mailbox_slows_no_other(
    support: Watched, ana: Someone, trouble: dict[str, Any], figure: Figure
) -> None:
    support.licensed(SALES)
    support.rule(ana, SALES)
    support.worker()
    support.until_connected(2)
    support.heard()
    order = {**trouble, "path": f"*/{SUPPORT}/messages/*"}
    support.stage.control("POST", "faults", json=[order, {**order, "path": order["path"].replace("@", "%40")}])
    support.arrive(WAITING)
    until(lambda: support.count("saves WHERE state = 'queued'") > WAITING / 2, "the saves wait")
    until(lambda: support.count("saves WHERE attempts > 0"), "and were begun")
    arrived_at = time.monotonic()
    support.proof_of_work()
    took = time.monotonic() - arrived_at
    figure("on its record after s", round(took, 2))
    assert took < SOON
    assert support.count("saves WHERE state = 'queued'") > WAITING / 2
