"""What the stories of webhooks begin with: an address that an administrator named."""

from typing import Any

import pytest

from tests.conftest import Someone
from tests.webhooks.steps import added


@pytest.fixture
def hook(ana: Someone) -> dict[str, Any]:
    """Told of everything, with its secret."""
    return added(ana)
