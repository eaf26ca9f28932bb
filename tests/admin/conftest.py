"""What the stories of administrators begin with: a shared mailbox with a licence, and mail that comes in."""

from typing import Any

import pytest

from server.services import Services
from server.settings import Settings
from tests.autopilot.stories import Look, license_for, looking, often, opened
from tests.conftest import Control, Someone
from tests.steps import SUPPORT, contact


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return often(settings)


@pytest.fixture
def look(services: Services, work: Any) -> Look:
    return looking(services, work)


@pytest.fixture
def record(ana: Someone) -> dict[str, Any]:
    return contact(ana)


@pytest.fixture
def reached(ana: Someone, ben: Someone, control: Control) -> None:
    """Ana and Ben opened something in the shared mailbox, which has a licence."""
    for person in (ana, ben):
        opened(person, control, SUPPORT)
    license_for(ana, SUPPORT)
