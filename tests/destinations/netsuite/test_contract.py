"""The NetSuite destination keeps the contract: with the RESTlet, with the original kept, and by REST alone."""

from typing import Any

import pytest
from sqlalchemy import Engine

from server.destinations import Parts
from server.destinations.base import Destination, Record
from server.destinations.netsuite.certificate import Made
from server.destinations.netsuite.config import Config
from server.destinations.netsuite.destination import NetSuiteDestination
from server.http import Session
from server.mail.html import safe_html, text_of
from tests.destinations.contract import DestinationContract
from tests.destinations.netsuite.conftest import CLIENT_ID
from tests.simulator.netsuite.accounts import Account
from tests.simulator.world import World

OTHER_ACCOUNT = "7654321_SB1"


class TestWithTheRestlet(DestinationContract):
    id_of_nothing = "99999999"
    changes: dict[str, Any] = {}  # noqa: RUF012 - of the settings

    @pytest.fixture
    def destination(
        self, account: Account, settings_of_account: dict[str, Any], http: Session, engine: Engine, tenant: str
    ) -> Destination:
        config = Config.model_validate(settings_of_account | self.changes)
        return NetSuiteDestination("netsuite", tenant, config, Parts(http, engine, safe_html, text_of))

    @pytest.fixture
    def theirs(
        self,
        world: World,
        made: Made,
        settings_of_account: dict[str, Any],
        http: Session,
        engine: Engine,
        stranger: str,
    ) -> Destination:
        account = world.netsuite.account(OTHER_ACCOUNT)
        assert account is not None
        account.register("cert-1", CLIENT_ID, made.certificate)
        config = Config.model_validate(settings_of_account | self.changes | {"account": OTHER_ACCOUNT})
        return NetSuiteDestination("netsuite", stranger, config, Parts(http, engine, safe_html, text_of))

    @pytest.fixture
    def record(self, destination: Destination, account: Account, tenant: str) -> Record:
        made = account.add("contact", {"entityId": self.words, "email": self.address, "isInactive": False})
        return destination.get(tenant, "contact", made["id"])

    @pytest.fixture
    def other(self, destination: Destination, account: Account, tenant: str) -> Record:
        made = account.add("customer", {"entityId": "Harbour Ltd", "companyName": "Harbour Ltd", "isInactive": False})
        return destination.get(tenant, "customer", made["id"])


class TestWithTheOriginal(TestWithTheRestlet):
    changes = {"keep_original": True}  # noqa: RUF012


class TestByRestAlone(TestWithTheRestlet):
    changes = {"restlet_script": None, "restlet_deployment": None}  # noqa: RUF012
    hands_out_files = False
