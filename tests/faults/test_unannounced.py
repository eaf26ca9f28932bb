"""Notifications are lost, repeated and out of order: all mail is found all the same, and saved once."""

import time
from datetime import timedelta

import pytest

from tests.conftest import Someone
from tests.faults.sizes import Figure, sized
from tests.faults.watched import Watched
from tests.steps import SUPPORT

SOME, MANY = sized((20, 100), (200, 5000))
DAY = 86_400
LOOK = 2  # seconds between two looks at a mailbox of which nothing is announced
PAGE = 50  # messages that a page of changes brings
TEXT_ONLY = {"keep_mime": False, "mark_messages": False}


@pytest.mark.parametrize("share", sized([1.0], [0.3, 1.0]))
def test_what_was_never_announced_is_found_by_the_next_look(support: Watched, share: float, figure: Figure) -> None:
    support.notifications(drop=share, seed=1)
    support.worker(poll_seconds=LOOK, safety_seconds=LOOK, **TEXT_ONLY)
    support.until_connected()
    support.arrive(SOME)
    arrived_at = time.monotonic()
    support.until_all_saved()
    figure("found and saved after s", round(time.monotonic() - arrived_at, 1))


def test_each_announced_three_times_in_any_order_is_saved_once(support: Watched) -> None:
    support.notifications(duplicate=3, shuffle=True, delay_ms=[0, 1000])
    support.worker()
    support.until_connected()
    support.arrive(SOME)
    support.until_all_saved()
    support.heard()
    support.until_all_saved()
    assert support.requests("$value") == SOME


def test_a_day_of_which_nothing_was_announced_is_made_up_for(watched: Watched, ben: Someone, figure: Figure) -> None:
    """Half of the mail comes as usual; the other half is older than the gap, and somebody moves it in."""
    watched.licensed(SUPPORT)
    watched.rule(ben, attachments="none")
    watched.pass_time(2 * DAY)  # the rule was made long before
    watched.worker(**TEXT_ONLY)
    watched.until_connected()
    watched.arrive()
    watched.until_all_saved()
    watched.notifications(drop=1.0)
    now = watched.world.now()
    watched.arrive(MANY // 2, received=now - timedelta(hours=12))
    older = watched.arrive(MANY - MANY // 2, folder="junkemail", received=now - timedelta(hours=36))
    watched.move(older, "inbox")
    watched.stage.control("DELETE", "requests")
    watched.pass_time(DAY)
    begun = time.monotonic()
    watched.until_all_saved(sized(60, 600))
    figure("found and saved after s", round(time.monotonic() - begun, 1))
    figure("requests", watched.requests())
    assert watched.requests() <= 2 * MANY / PAGE + 16
