"""A release is rolled out while Microsoft 365 goes on announcing mail: no request fails, and nothing is lost."""

from pathlib import Path
from typing import Any

import pytest

from server.services import Services
from tests.autopilot.watched import row
from tests.deploy.load import Load, announcing
from tests.deploy.systemd import instances
from tests.launching import environment, until
from tests.simulator.world import World

MANY = 25  # requests that are answered between two steps, so that each step is one under load


def answered_more(load: Load) -> None:
    """Fails at once when one is not."""
    goal = len(load.accepted) + MANY
    until(lambda: len(load.accepted) >= goal or load.failed, f"{MANY} more requests are answered")


@pytest.fixture
def settings_of_programs(database: str) -> dict[str, str]:
    return environment(database, web_workers=1, log_level="WARNING")


def test_no_request_fails_while_one_instance_is_reloaded_and_another_one_restarted(
    on_watch: Any, world: World, services: Services, settings_of_programs: dict[str, str], tmp_path: Path
) -> None:
    with instances(2, settings_of_programs, tmp_path) as (url, [first, second]), announcing(world, url) as load:
        answered_more(load)
        first.reload()
        answered_more(load)
        second.restart()
        answered_more(load)
    assert load.failed == []
    noted = row(services, "SELECT array_agg(immutable_id) AS ids FROM announcements")["ids"]
    assert sorted(noted) == sorted(load.accepted)
