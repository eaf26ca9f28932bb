"""What the stories of Autopilot begin with."""

from collections.abc import Iterator
from typing import Any

import pytest

from server.autopilot import watching
from server.services import Services
from server.settings import Settings
from tests.autopilot.asking import licensed
from tests.autopilot.stories import Look, looking
from tests.autopilot.watched import BASE, rule_on
from tests.conftest import Control, Someone, mime
from tests.simulator.world import World
from tests.steps import SUPPORT, contact, context, item_of


@pytest.fixture
def record(ana: Someone) -> dict[str, Any]:
    return contact(ana)


@pytest.fixture
def look(services: Services, work: Any) -> Look:
    """What a waiting worker does every few seconds; for who has mailboxes looked at often (stories.often)."""
    return looking(services, work)


@pytest.fixture
def in_support(control: Control) -> dict[str, Any]:
    return item_of(control.deliver(SUPPORT, mime()), SUPPORT)


@pytest.fixture
def members(ana: Someone, ben: Someone, in_support: Any) -> tuple[Someone, Someone]:
    """Ana and Ben were proven to read the shared mailbox, which has a licence."""
    for person in (ana, ben):
        context(person, in_support)
    licensed(ana, SUPPORT)
    return ana, ben


@pytest.fixture
def announced(app: Any, world: World) -> Iterator[None]:
    """Microsoft 365 reaches Affix, for as long as that is there."""
    world.reach(BASE, app)
    yield
    world.notifier.clear()
    assert world.notifier.is_settled(10)


@pytest.fixture
def far_off(settings: Settings) -> Settings:
    """Settings under which nothing is found by looking."""
    return Settings(**{**settings.model_dump(), "base_url": BASE, "poll_seconds": 100_000})


@pytest.fixture
def sweep(services: Services, work: Any) -> Any:
    def sweep_and_work() -> None:
        watching.ring_for_overdue(services)
        work()

    return sweep_and_work


@pytest.fixture
def on_watch(
    ana: Someone, ben: Someone, control: Control, record: dict[str, Any], announced: Any, sweep: Any
) -> dict[str, Any]:
    """Ben's rule on the shared mailbox, which Microsoft 365 announces. The record."""
    ana.post("/api/admin/licenses", {"mailbox": SUPPORT}, expect=201)
    rule_on(ben, control, record)
    sweep()
    return record
