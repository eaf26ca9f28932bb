"""A refusal of one message or folder is not the end of the right to its mailbox; that the right is gone is (A20).

Of a message that was announced tests/accounts/test_events.py tells the same.
"""

from typing import Any
from urllib.parse import quote

import pytest

from server.services import Services
from server.settings import Settings
from tests.autopilot.stories import numbers, order, right
from tests.autopilot.watched import become_due, row, settled, watch
from tests.conftest import Control, Someone
from tests.launching import until
from tests.simulator.world import World
from tests.steps import SUPPORT

DENIED = {"status": 403, "body": {"error": {"code": "ErrorAccessDenied", "message": "Not this one."}}}


@pytest.fixture
def settings(far_off: Settings) -> Settings:
    return far_off


def refuse(control: Control, path: str) -> None:
    """Once."""
    control("POST", "faults", json={"service": "graph", "method": "GET", "path": path, "times": 1, **DENIED})


def rule_is(services: Services) -> str:
    return str(row(services, "SELECT state FROM rules")["state"])


def looked_again(services: Services, sweep: Any) -> bool:
    become_due(services)
    sweep()
    return True


def test_a20_a_message_of_which_a_part_changed_and_that_may_not_be_read_ends_nothing(
    on_watch: dict[str, Any], ben: Someone, services: Services, control: Control, world: World, sweep: Any
) -> None:
    old = control.deliver(SUPPORT, order(1))
    settled(control)
    sweep()
    looked_again(services, sweep)  # its folder is read too
    row(services, "DELETE FROM sightings")  # as if it had been there before the rule
    refuse(control, f"*/messages/{quote(old['immutableId'])}*")
    control("POST", "world", json={"notifications": {"drop": 1}})
    path = f"/graph.microsoft.com/v1.0/users/{SUPPORT}/messages/{old['id']}"
    headers = {"Authorization": f"Bearer {control.token('ben', 'graph')}"}
    changed = control.simulator.test_client().patch(path, json={"categories": ["Red"]}, headers=headers)
    assert changed.status_code == 200
    control.deliver(SUPPORT, order(2))
    until(lambda: looked_again(services, sweep) and not world.faults.waiting(), "it was asked for and refused")
    assert (rule_is(services), numbers(ben, on_watch)) == ("active", ["1", "2"])
    assert (watch(services)["health"], watch(services)["failures"]) == ("connected", 0)


def test_a20_a_folder_that_may_not_be_read_waits_and_the_others_go_on(
    on_watch: dict[str, Any], ben: Someone, services: Services, control: Control, sweep: Any
) -> None:
    archive = row(services, "SELECT folder_id FROM watched_folders WHERE special_use = 'archive'")["folder_id"]
    control("POST", "world", json={"notifications": {"drop": 1}})
    refuse(control, f"*{archive.rstrip('=')}*/messages/delta*")
    control.deliver(SUPPORT, order(1), "archive")
    control.deliver(SUPPORT, order(2))
    become_due(services)
    sweep()
    assert (rule_is(services), numbers(ben, on_watch)) == ("active", ["2"])
    control("DELETE", "faults")
    become_due(services)
    sweep()
    assert (rule_is(services), numbers(ben, on_watch)) == ("active", ["1", "2"])


def test_a20_a_right_that_is_gone_is_noticed_with_the_next_message_whatever_is_asked_first(
    on_watch: dict[str, Any], ana: Someone, services: Services, control: Control, sweep: Any
) -> None:
    right(control, "ben", SUPPORT, "none")
    control.deliver(SUPPORT, order(1))
    settled(control)
    sweep()
    assert rule_is(services) == "stopped"
    assert watch(services)["health"] in ("accessLost", "access_lost", "paused")
    assert ana.emails(on_watch) == []
