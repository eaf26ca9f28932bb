"""A worker is killed at every step of telling a webhook what happened: it is told, under one number."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest

from server.services import Services
from tests.conftest import Someone
from tests.faults.stage import Reached, Stage
from tests.launching import until
from tests.webhooks.steps import added, deliveries, heard, let_time_pass

POINTS: dict[str, Callable[[Stage], AbstractContextManager[Reached]]] = {
    "before what happened is committed": lambda stage: stage.at_write("deliveries"),
    "before it is sent": lambda stage: stage.at_request("POST", "/affix", "before"),
    "when it was taken, before we hear of it": lambda stage: stage.at_request("POST", "/affix", "after"),
    "before it is written down": lambda stage: stage.at_write_after_request("POST", "/affix", "deliveries"),
}


@pytest.mark.parametrize("point", POINTS)
def test_what_happened_is_told_though_a_worker_was_killed(
    stage: Stage, ana: Someone, services: Services, point: str
) -> None:
    hook = added(ana, events=["messageSaved"])
    save_id = stage.ask()
    with POINTS[point](stage) as reached:
        victim = stage.worker()
        reached()
        victim.kill()
    stage.worker()
    stage.wait_until_saved(save_id)
    let_time_pass(services)  # for the lease of who was killed
    until(lambda: _states(ana, hook) == ["delivered"], "it was told")
    came = heard(stage.control)
    assert {each["told"]["data"]["save"]["id"] for each in came} == {save_id}
    assert len({each["headers"]["webhook-id"] for each in came}) == 1
    assert len(came) <= 2


def _states(person: Someone, hook: dict[str, Any]) -> list[str]:
    return [each["state"] for each in deliveries(person, hook)]
