"""The pretend Microsoft on a session, and the real classes over it."""

import base64

import pytest
import requests

from server.auth.callers import CallerTokens
from server.auth.graph_tokens import GraphTokens
from server.auth.sealing import Sealer
from server.http import Session
from server.settings import Settings
from tests.auth.memory import MemoryGrants
from tests.simulator.adapter import mount
from tests.simulator.app import create_simulator
from tests.simulator.seed import AFFIX_APP, AFFIX_SECRET, CONTOSO, FABRIKAM
from tests.simulator.world import World

KEY = base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def http(world: World) -> requests.Session:
    session = Session()
    mount(session, create_simulator(world))
    return session


@pytest.fixture
def settings() -> Settings:
    return make_settings()


def make_settings(**others: object) -> Settings:
    usual = {
        "client_id": AFFIX_APP,
        "client_secret": AFFIX_SECRET,
        "tenants": (CONTOSO.id, FABRIKAM.id),
        "secret_keys": (KEY,),
    }
    return Settings(**{**usual, **others})


@pytest.fixture
def callers(settings: Settings, http: requests.Session, world: World) -> CallerTokens:
    return CallerTokens(settings, http, now=world.time)


@pytest.fixture
def grants() -> MemoryGrants:
    return MemoryGrants()


@pytest.fixture
def sealer() -> Sealer:
    return Sealer([KEY])


@pytest.fixture
def tokens(
    settings: Settings, http: requests.Session, world: World, grants: MemoryGrants, sealer: Sealer
) -> GraphTokens:
    return GraphTokens(settings, http, grants, sealer, now=world.time)
