"""A mailbox that programs listen to: what it takes to be announced, and what a program was told."""

from collections.abc import Iterator
from typing import Any

import pytest

from server.autopilot import watching
from server.services import Services
from server.settings import Settings
from tests.accounts.guide import own_tokens
from tests.autopilot.watched import BASE, become_due, settled
from tests.conftest import Control, Someone
from tests.simulator.world import World
from tests.steps import SUPPORT
from tests.webhooks.steps import added, heard

MESSAGES = ["messageNew", "messageUpdated", "messageDeleted"]
ANA = "ana@contoso.example"

__all__ = ["announced", "hear", "settings", "support"]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Nothing is found by looking now and then."""
    return Settings(**{**settings.model_dump(), "base_url": BASE, "poll_seconds": 100_000})


@pytest.fixture
def announced(app: Any, world: World) -> Iterator[None]:
    """Microsoft 365 reaches Affix, for as long as that is there."""
    world.reach(BASE, app)
    yield
    world.notifier.clear()
    assert world.notifier.is_settled(10)


@pytest.fixture
def support(program: Someone, ana: Someone, services: Services, control: Control, announced: None, sweep: Any) -> str:
    """An account on the shared mailbox, which is announced; a webhook is told of its messages."""
    added(ana, events=MESSAGES)
    connect(program, control, "support")
    sweep()
    become_due(services)  # what came before it was announced is looked for soon afterwards
    sweep()
    return "support"


@pytest.fixture
def hear(services: Services, control: Control, work: Any) -> Any:
    """All that was announced is worked on. What was told since the last time: (event, data, path)."""
    known = 0

    def told() -> list[dict[str, Any]]:
        nonlocal known
        for _ in range(3):  # what was done is announced too
            settled(control)
            watching.ring_for_overdue(services)
            work()
        every = [each["told"] for each in heard(control)]
        known, new = len(every), every[known:]
        return new

    return told


def connect(program: Someone, control: Control, account: str, mailbox: str = SUPPORT, person: str = ANA) -> None:
    program("POST", "/v1/account", own_tokens(control, account, person, mailbox), expect=200)


def summary(told: list[dict[str, Any]]) -> list[tuple[str, str | None, str]]:
    """Event, path and subject or change, in short."""
    return [(each["event"], each["path"], each["data"].get("subject", "")) for each in told]
