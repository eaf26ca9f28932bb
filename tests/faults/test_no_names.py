"""For minutes no name leads anywhere, as when name servers are away: what was asked for waits, and then goes on."""

import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from server.delivery import ring_for_overdue
from server.http import Session, TimelyAdapter
from server.jobs import run_worker
from server.services import Services
from server.settings import Settings
from server.wiring import build
from tests.conftest import Control, Someone, mime
from tests.simulator.adapter import mount
from tests.steps import SUPPORT, contact, execute, item_of, save_of

HOSTS = {"graph": "https://graph.microsoft.com", "sign-in": "https://login.microsoftonline.com"}
SOONEST, LATEST = 0.5, 60.0  # seconds between two tries; from when on others go on after the names are back
TRIES = 12  # more than are left to a save that fails for a reason of its own


@pytest.fixture
def http(control: Control) -> Session:
    session = Session()
    mount(session, control.simulator)
    return session


@pytest.fixture
def worker(settings: Settings, http: Session) -> Iterator[Services]:
    services = build(settings, http)
    yield services
    services.close()


@pytest.fixture
def lose_names(http: Session, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """From now on the worker's requests to that host go their true way, on which nobody knows any name."""

    def look_up(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    def lose(prefix: str) -> None:
        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        http.mount(prefix, TimelyAdapter())

    return lose


@pytest.mark.parametrize("host", HOSTS)
def test_what_was_asked_for_waits_with_pauses_and_is_saved_when_names_are_back(
    ana: Someone, ben: Someone, control: Control, worker: Services, http: Session, lose_names: Any, host: str
) -> None:
    record = contact(ana)
    messages = [control.deliver(SUPPORT, mime(f"Order {number}", f"<{number}@adatum.example>")) for number in range(3)]
    saves = [ben.save(item_of(each, SUPPORT), record)[0] for each in messages]
    control("POST", "world", json={"expireTokens": "ben"})
    lose_names(HOSTS[host])
    for _ in range(TRIES):
        began = time.time()
        run_worker(worker, wait=False)
        assert [save_of(ben, each)["state"] for each in saves] == ["queued"] * 3
        assert all(began + SOONEST < each < time.time() + LATEST for each in next_tries(worker))
        execute(worker, "UPDATE saves SET due_at = now()")
        ring_for_overdue(worker)
    http.adapters.pop(HOSTS[host])
    run_worker(worker, wait=False)
    assert [save_of(ben, each)["state"] for each in saves] == ["saved"] * 3
    assert len(ben.emails(record)) == 3


def next_tries(services: Services) -> list[float]:
    """When they are, in seconds since 1970."""
    with services.database.session() as session:
        return list(session.scalars(text("SELECT extract(epoch FROM due_at)::float8 FROM saves")))
