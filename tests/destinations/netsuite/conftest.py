"""NetSuite as the service meets it: its own client, over a session that reaches the simulated accounts."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine

from server.destinations import Parts
from server.destinations.netsuite import certificate
from server.destinations.netsuite.certificate import Made
from server.destinations.netsuite.client import Client
from server.destinations.netsuite.config import Config
from server.destinations.netsuite.destination import NetSuiteDestination
from server.destinations.netsuite.finding import Finder
from server.http import Session
from server.mail.html import safe_html, text_of
from tests.conftest import Control
from tests.simulator.adapter import mount
from tests.simulator.netsuite.accounts import Account
from tests.simulator.world import World

ACCOUNT = "1234567"
CLIENT_ID = "ab" * 32


class FreeSeats:
    """Room for everybody. What was asked for is noted."""

    def __init__(self) -> None:
        self.pauses: list[float | None] = []
        self.names: set[str] = set()

    @contextmanager
    def at(self, name: str) -> Iterator[None]:
        self.names.add(name)
        yield

    def pause(self, name: str, wished: float | None) -> float:
        self.pauses.append(wished)
        return wished or 1.0

    def served(self, name: str) -> None:
        pass


@pytest.fixture(scope="session")
def made() -> Made:
    return certificate.make()


@pytest.fixture
def account(world: World, made: Made) -> Account:
    account = world.netsuite.account(ACCOUNT)
    assert account is not None
    account.register("cert-1", CLIENT_ID, made.certificate)
    return account


@pytest.fixture
def settings_of_account(made: Made) -> dict[str, Any]:
    """What an administrator enters."""
    return {
        "account": ACCOUNT,
        "client_id": CLIENT_ID,
        "certificates": [{"id": "cert-1", "private_key": made.private_key, "certificate": made.certificate}],
        "folder": "512",
        "restlet_script": "customscript_affix_save_email",
        "restlet_deployment": "customdeploy_affix_save_email",
    }


@pytest.fixture
def config(settings_of_account: Mapping[str, Any], request: pytest.FixtureRequest) -> Config:
    """With what a test asks for by `parametrize("config", [{...}], indirect=True)`."""
    return Config.model_validate({**settings_of_account, **getattr(request, "param", {})})


@pytest.fixture
def http(control: Control) -> Session:
    session = Session()
    mount(session, control.simulator)
    return session


@pytest.fixture
def seats() -> FreeSeats:
    return FreeSeats()


@pytest.fixture
def client(account: Account, config: Config, http: Session, seats: FreeSeats) -> Client:
    return Client(config, http, seats)


@pytest.fixture
def finder(client: Client) -> Finder:
    return Finder(client, "netsuite")


@pytest.fixture
def connected(
    account: Account, settings_of_account: Mapping[str, Any], http: Session, engine: Engine, tenant: str
) -> Callable[..., NetSuiteDestination]:
    """A destination with these settings changed; each a process of its own, that knows of the others by the ledger."""

    def connect(**changes: Any) -> NetSuiteDestination:
        config = Config.model_validate({**settings_of_account, **changes})
        return NetSuiteDestination("netsuite", tenant, config, Parts(http, engine, safe_html, text_of))

    return connect
