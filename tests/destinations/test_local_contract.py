"""The built-in destination keeps the contract."""

import pytest

from server.destinations.base import Destination, Record
from server.destinations.local import LocalDestination
from tests.destinations.contract import DestinationContract


class TestLocalDestination(DestinationContract):
    @pytest.fixture
    def destination(self, local: LocalDestination) -> Destination:
        return local

    @pytest.fixture
    def record(self, local: LocalDestination, tenant: str) -> Record:
        return local.create(tenant, "contact", {"name": self.words, "address": self.address})

    @pytest.fixture
    def other(self, local: LocalDestination, tenant: str) -> Record:
        return local.create(tenant, "case", {"name": "Leaking roof"})
