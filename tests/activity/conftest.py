"""What the stories of activity begin with: a shared mailbox under watch."""

from typing import Any

import pytest

from server.autopilot import watching
from server.services import Services
from server.settings import Settings
from tests.activity.steps import STRANGER, arrives, rule_for
from tests.conftest import Control, Someone
from tests.steps import CLEO, SUPPORT, contact, context, item_of


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Every run of the worker finds the mailboxes due."""
    return Settings(**{**settings.model_dump(), "poll_seconds": 0})


@pytest.fixture
def work(services: Services, work: Any) -> Any:
    """The sweep, which a waiting worker does every few seconds, and then the worker until nothing is left."""

    def sweep_and_work() -> None:
        watching.ring_for_overdue(services)
        work()

    return sweep_and_work


@pytest.fixture
def record(ana: Someone) -> dict[str, Any]:
    return contact(ana)


@pytest.fixture
def rule(ana: Someone, ben: Someone, control: Control, record: dict[str, Any], work: Any) -> dict[str, Any]:
    """Ben's, for the mail of one address in the shared mailbox, which was looked at once. Ana may read it too."""
    for mailbox in (SUPPORT, CLEO):
        ana.post("/api/admin/licenses", {"mailbox": mailbox}, expect=201)
    found = rule_for(ben, control, record)
    context(ana, item_of(arrives(control, "Welcome", STRANGER), SUPPORT))
    work()
    return found
