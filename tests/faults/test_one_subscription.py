"""Whoever has a mailbox announced at the same time, or too late: one subscription lives, and the service knows it."""

from collections.abc import Iterator

import pytest

from tests.faults.racers import Racer
from tests.faults.sizes import sized
from tests.faults.watched import USUAL, Watched
from tests.launching import until

RACES = sized(20, 100)
AFTER_TROUBLE = 61  # seconds until somebody else tries to have the mailbox announced
CAUSES = {
    "it is to be renewed": b"UPDATE subscriptions SET due_at = now() - interval '1 second'",
    "nobody knows of it": b"UPDATE subscriptions SET due_at = now(), graph_id = NULL, client_state = NULL",
    "its time is over": b"UPDATE subscriptions SET due_at = now(), expires_at = now() - interval '1 second'",
}


@pytest.fixture
def racers(support: Watched) -> Iterator[list[Racer]]:
    stage = support.stage
    settings = {**stage.settings, **{f"AFFIX_{name.upper()}": str(value) for name, value in USUAL.items()}}
    racers = [Racer(settings, stage.simulator_url) for _ in range(2)]
    for each in racers:
        each.wait()
    yield racers
    for each in racers:
        each.kill()


def test_of_two_that_keep_it_at_the_same_moment_one_does(support: Watched, racers: list[Racer]) -> None:
    [watch] = support.rows("SELECT mailbox_id FROM watches")
    for race in range(RACES):
        if race:
            support.rows([*CAUSES.values()][race % len(CAUSES)])
        support.becomes_due()
        for each in racers:
            each.begin(watch["mailbox_id"])
        for each in racers:
            each.wait()
        assert support.subscriptions() == [support.known_subscription()], f"race {race}"


@pytest.mark.parametrize("moment", sized(["before"], ["before", "after"]))
def test_one_that_was_made_too_late_does_not_stay(support: Watched, moment: str) -> None:
    with support.stage.at_request("POST", "*/subscriptions", moment) as reached:
        first = support.worker()
        reached()
        first.stop()
        support.worker()
        until(lambda: support.count("watches WHERE health = 'degraded'"), "the other one looks at the mailbox")
        support.pass_time(AFTER_TROUBLE)
        support.until_connected()
    first.go_on()
    log = support.stage.folder / "worker.log"
    until(lambda: "late_drain_dropped" in log.read_text(), "what came too late is dropped")
    assert support.subscriptions() == [support.known_subscription()]
    support.arrive()
    support.until_all_saved()
