"""One NetSuite account as the rest of Affix sees it: how many ask it at once, over all processes, and what it says of
itself.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine

from server.db import StandingConnection
from server.destinations import Parts, kinds
from server.destinations.base import DestinationError
from server.destinations.netsuite.certificate import make
from server.destinations.netsuite.config import Config
from server.destinations.netsuite.destination import NetSuiteDestination
from server.http import Session
from server.mail.html import safe_html, text_of
from server.traffic import Processes
from tests.conftest import Control
from tests.destinations.contents import email_to
from tests.simulator.netsuite.accounts import Account

NewProcess = Callable[..., NetSuiteDestination]


@pytest.fixture
def new_process(
    account: Account, settings_of_account: dict[str, Any], http: Session, engine: Engine, tenant: str, postgres: str
) -> Iterator[NewProcess]:
    """The destination as another process has it: with a session of its own at the database that they share."""
    standing: list[StandingConnection] = []

    def start(**changes: Any) -> NetSuiteDestination:
        standing.append(StandingConnection(postgres, 60))
        parts = Parts(http, engine, safe_html, text_of, Processes(standing[-1]))
        return NetSuiteDestination("netsuite", tenant, Config.model_validate(settings_of_account | changes), parts)

    yield start
    for each in standing:
        each.close()


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_ask_at_once_than_the_account_is_to_bear(
    new_process: NewProcess, account: Account, control: Control, tenant: str, at_once: int
) -> None:
    account.latency = (0.002, 0.01)
    contact = next(iter(account.records["contact"]))
    processes = [new_process(at_once=at_once) for _ in range(3)]
    assert {each.at_once for each in processes} == {at_once}
    start = threading.Barrier(9)

    def save(number: int) -> None:
        start.wait()
        for each in range(4):
            processes[number % 3].save_email(tenant, email_to("contact", contact, f"{number} {each}"))

    with ThreadPoolExecutor(9) as pool:
        list(pool.map(save, range(9)))
    [peak] = [each for each in control("GET", "requests")["peaks"] if each["mailbox"] == "netsuite:1234567"]
    assert (peak["concurrent"], peak["throttled"]) == (at_once, 0)
    assert len(account.records["message"]) == 36


def test_it_is_one_of_the_kinds_and_says_what_it_wants_to_know() -> None:
    kind = kinds()["netsuite"]
    assert (kind.kind, kind.kind_title, kind.Config) == ("netsuite", "NetSuite", Config)


def test_it_warns_of_certificates_that_end_soon(connected: Any, settings_of_account: Any) -> None:
    assert connected().warnings() == []
    ending = make(days=20)
    certificates = [{"id": "old", "private_key": ending.private_key, "certificate": ending.certificate}]
    [warning] = connected(certificates=certificates).warnings()
    assert warning.is_warning
    assert "old" in warning.message


@pytest.mark.parametrize("way", [{}, {"restlet_script": None, "restlet_deployment": None}], ids=["restlet", "rest"])
def test_it_proves_itself_and_leaves_nothing_behind(connected: Any, account: Account, way: Any) -> None:
    contact = next(iter(account.records["contact"]))
    steps = list(connected(**way).check_live("contact", contact))
    assert all(step.ok for step in steps), [step.message for step in steps if not step.ok]
    assert (account.records["message"], account.files) == ({}, {})


def test_to_another_tenant_it_is_empty(connected: Any, stranger: str, control: Control) -> None:
    netsuite = connected()
    assert netsuite.find_by_numbers(stranger, "Order SO-1001") == []
    assert netsuite.find_matches(stranger, ["a@adatum.example"]) == {"a@adatum.example": []}
    with pytest.raises(DestinationError) as refused:
        netsuite.create(stranger, "contact", {"name": "Pat"})
    assert refused.value.code == "not_found"
    assert control.count("netsuite") == 0
