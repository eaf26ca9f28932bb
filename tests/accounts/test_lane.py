"""A web process tells by itself of a single message that was announced to it; for more it has a worker called."""

from collections.abc import Iterator
from typing import Any

import pytest
from apiflask import APIFlask

from server import create_app
from server.autopilot import intake, watching
from server.autopilot.lane import Lane
from server.http import Session
from server.services import Services
from tests.accounts.listening import *  # noqa: F403
from tests.autopilot.watched import row, settled
from tests.conftest import Control, mime, mount
from tests.launching import until
from tests.simulator.notifying import envelope
from tests.simulator.seed import CONTOSO
from tests.simulator.world import World
from tests.steps import SUPPORT
from tests.webhooks.steps import heard

LOOKS = "SELECT count(*) AS n FROM procrastinate_jobs WHERE task_name = 'affix:sync' AND scheduled_at IS NULL"
IN_HAND = "SELECT count(*) AS n FROM watches WHERE lease_until IS NOT NULL"


@pytest.fixture
def lane(services: Services) -> Iterator[Lane]:
    lane = Lane(services)
    yield lane
    lane.close()


def arrive(world: World, control: Control, count: int) -> list[dict[str, Any]]:
    """So many messages come, and nobody hears of them yet. How Graph would announce each."""
    control("POST", "world", json={"notifications": {"drop": 1}})
    found = []
    for number in range(count):
        _, item = world.deliver(SUPPORT, mime(f"Order {number}", f"<{number}@adatum.example>"))
        [one] = [each for each in world.subscriptions.running(world.now()) if SUPPORT in each.resource]
        found.append(envelope.change(one, "created", item.key, item))
    settled(control)
    control("POST", "world", json={"notifications": {"drop": 0}})
    return found


def subjects(control: Control) -> list[str]:
    return sorted(each["told"]["data"]["subject"] for each in heard(control))


def looks(services: Services) -> int:
    return int(row(services, LOOKS)["n"])


def test_a_single_message_is_told_without_a_worker(
    support: str, services: Services, world: World, control: Control, lane: Lane
) -> None:
    announced = arrive(world, control, 1)
    assert intake.take_in(services, announced, lane) == 0
    until(lambda: heard(control), "the message is told")
    lane.close()
    assert (subjects(control), looks(services), row(services, IN_HAND)["n"]) == (["Order 0"], 0, 0)


def test_more_than_a_few_are_left_to_a_worker_and_told_once(
    support: str, services: Services, world: World, control: Control, lane: Lane, work: Any
) -> None:
    *others, last = arrive(world, control, 6)
    intake.take_in(services, others)
    row(services, "DELETE FROM procrastinate_jobs WHERE task_name = 'affix:sync'")
    intake.take_in(services, [last], lane)
    lane.close()
    assert (heard(control), looks(services), row(services, IN_HAND)["n"]) == ([], 1, 0)
    work()
    assert subjects(control) == [f"Order {number}" for number in range(6)]


def test_where_there_is_no_room_a_worker_is_called(
    support: str, services: Services, world: World, control: Control, lane: Lane, work: Any
) -> None:
    lane.close()
    intake.take_in(services, arrive(world, control, 1), lane)
    assert looks(services) == 1
    work()
    assert subjects(control) == ["Order 0"]


def test_a_mailbox_in_other_hands_is_left_to_these(
    support: str, services: Services, world: World, control: Control, lane: Lane, sweep: Any
) -> None:
    with services.database.session.begin() as session:
        mailbox_id = row(services, "SELECT mailbox_id FROM watches LIMIT 1")["mailbox_id"]
        row(services, "UPDATE watches SET due_at = now()")
        assert watching.claim(services, session, mailbox_id) is not None
    intake.take_in(services, arrive(world, control, 1), lane)
    lane.close()
    assert (heard(control), row(services, IN_HAND)["n"]) == ([], 1)
    row(services, "UPDATE watches SET lease_until = NULL")
    sweep()
    assert subjects(control) == ["Order 0"]


def test_a_served_app_does_so_by_itself(
    support: str, services: Services, world: World, control: Control, app: APIFlask
) -> None:
    session = Session()
    mount(session, control.simulator)
    served = create_app(services.settings, session, is_served=True)
    announced = arrive(world, control, 1)
    assert announced[0]["tenantId"] == CONTOSO.id
    answer = served.test_client().post("/graph/notifications", json={"value": announced})
    assert answer.status_code == 202
    until(lambda: heard(control), "the message is told")
    served.extensions["affix.lane"].close()
    served.extensions["affix"].close()
    assert row(services, IN_HAND)["n"] == 0
