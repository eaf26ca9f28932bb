"""A stored grant is renewed by one that dies over it, and by two at once: nobody has to sign in again for that."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from server.http import Session
from server.services import Services
from server.settings import Settings
from server.wiring import build
from tests.auth.pane import oid, renewals
from tests.conftest import Control, Someone, mime
from tests.faults.sizes import sized
from tests.simulator.adapter import SimulatorAdapter, mount
from tests.simulator.seed import CONTOSO
from tests.simulator.world import World
from tests.steps import SUPPORT, context, item_of

TRIALS = sized(10, 1000)


class Killed(BaseException):
    """Nothing of the process runs any more."""


@pytest.fixture
def process(settings: Settings, control: Control) -> Iterator[Callable[[], Services]]:
    """Another one: it knows nothing but what is stored."""
    with ExitStack() as until_the_end:

        def start() -> Services:
            session = Session()
            mount(session, control.simulator)
            started = build(settings.model_copy(update={"database_pool": 2}), session)
            until_the_end.callback(started.close)
            return started

        yield start


def test_a_process_that_dies_over_a_new_token_and_two_that_want_one_at_once_lock_nobody_out(
    process: Callable[[], Services], control: Control, world: World, ben: Someone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entra has given the new token, and it is not stored."""
    context(ben, item_of(control.deliver(SUPPORT, mime()), SUPPORT))
    person = (CONTOSO.id, oid(world, "ben"))
    truly, dies = SimulatorAdapter.send, False

    def send(self: SimulatorAdapter, request, *args, **kwargs):  # type: ignore[no-untyped-def]
        answer = truly(self, request, *args, **kwargs)
        if dies and request.url.endswith("/token"):
            raise Killed
        return answer

    monkeypatch.setattr(SimulatorAdapter, "send", send)
    first, second = process(), process()
    token = first.tokens.for_person(*person)
    for trial in range(TRIALS):
        dies = True
        with pytest.raises(Killed):
            first.tokens.for_person(*person, rejected=token)
        dies = False
        first.tokens.forget(*person)
        before = renewals(world)
        with ThreadPoolExecutor(2) as pool:
            asked = [pool.submit(each.tokens.for_person, *person, rejected=token) for each in (first, second)]
            found = {each.result() for each in asked}
        assert len(found) == 1 and token not in found, f"trial {trial}"
        assert renewals(world) == before + 1, f"trial {trial}"
        [token] = found
