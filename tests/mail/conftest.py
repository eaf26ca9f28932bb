"""Mail read through the true Graph client, out of the simulated mailbox. Both must keep to Graph's description."""

import re
from collections.abc import Iterator

import pytest
import requests
from openapi_core.testing import MockRequest

from server.mail.graph.mailbox import GraphMailbox
from tests.conftest import Control
from tests.simulator.adapter import mount
from tests.simulator.app import create_simulator
from tests.simulator.graph.call import Answer, Call
from tests.simulator.seed import AFFIX_APP
from tests.simulator.world import World
from tests.test_simulator.cast import check_answer, graph_description


def check(call: Call, given: Answer) -> None:
    """Raises where a request or its answer is not as Microsoft describes them."""
    check_answer(call, given)
    if graph_description() is not None:
        path = re.sub(r"\('([^']*)'\)", r"/\1", call.path)
        asked = MockRequest("https://graph.microsoft.com", call.method, path, args=call.query)
        graph_description().validate_request(asked)


@pytest.fixture
def mail(world: World) -> Iterator[GraphMailbox]:
    with requests.Session() as session:
        mount(session, create_simulator(world, observer=check))
        yield GraphMailbox(session, "graph.microsoft.com")


@pytest.fixture
def token(control: Control) -> str:
    """Ben's, given to Affix."""
    return control.token("ben", "graph", app=AFFIX_APP)
