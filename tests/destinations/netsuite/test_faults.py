"""Whatever is lost on the way to NetSuite and back: in the end an email is there once, with each of its files once."""

import hashlib
import os
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from sqlalchemy import Engine

from server.destinations import Parts
from server.destinations.base import DestinationError, EmailToSave, Saved
from server.destinations.netsuite.config import Config
from server.destinations.netsuite.destination import NetSuiteDestination
from server.http import Session
from server.mail.html import safe_html, text_of
from tests.conftest import Control
from tests.destinations.contents import RAW, MemoryFile, email_to
from tests.simulator.adapter import SimulatorAdapter
from tests.simulator.netsuite.accounts import Account
from tests.simulator.netsuite.ledger import ledger
from tests.simulator.world import World

TRIALS = 1000 if os.environ.get("AFFIX_TEST_SIZE") == "full" else 150
BY_REST: dict[str, Any] = {"restlet_script": None, "restlet_deployment": None}
WAYS: tuple[dict[str, Any], ...] = ({"keep_original": True}, {"keep_original": True, **BY_REST})
both_ways = pytest.mark.parametrize("way", WAYS, ids=["restlet", "rest"])
FILES = (MemoryFile("image001.png", b"\x89PNG 1"), MemoryFile("image001.png", b"\x89PNG 2"))
HASHES = sorted([*(each.sha256 for each in FILES), hashlib.sha256(RAW).hexdigest()])
LOSSES = ("reset", "timeout", "500", "502", "503", "cut", "html", "unsent", "refused")


class Died(BaseException):
    """The process ended: nothing of it runs any more."""


class Lossy(SimulatorAdapter):
    """The way to NetSuite, which loses the answers of some requests: `plan` says which, counted from now on."""

    def __init__(self, simulator: Any) -> None:
        super().__init__(simulator)
        self.plan: dict[int, str] = {}
        self.count = 0

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:  # type: ignore[override]
        if "/oauth2/" in str(request.url):
            return super().send(request, *args, **kwargs)
        loss = self.plan.get(self.count)
        self.count += 1
        if loss == "unsent":
            raise requests.ConnectionError("nothing was sent")
        if loss == "refused":
            return _answer(request, 503, b"")
        answer = super().send(request, *args, **kwargs)
        match loss:
            case "reset":
                raise requests.ConnectionError("reset")
            case "death":
                raise Died
            case "timeout":
                raise requests.ReadTimeout("too slow")
            case "500" | "502" | "503":
                return _answer(request, int(loss), b"")
            case "cut":
                return _answer(request, 200, b'{"mess')
            case "html":
                return _answer(request, 200, b"<html>A proxy says hello.</html>")
        return answer


def _answer(request: requests.PreparedRequest, status: int, octets: bytes) -> requests.Response:
    answer = requests.Response()
    answer.status_code, answer.request = status, request
    answer._content, answer._content_consumed = octets, True
    return answer


@pytest.fixture
def line(control: Control) -> Lossy:
    return Lossy(control.simulator)


@pytest.fixture
def connect(account: Account, settings_of_account: Mapping[str, Any], line: Lossy, engine: Engine, tenant: str) -> Any:
    def connect(way: Mapping[str, Any]) -> NetSuiteDestination:
        session = Session()
        session.mount("https://", line)
        config = Config.model_validate({**settings_of_account, **way})
        return NetSuiteDestination("netsuite", tenant, config, Parts(session, engine, safe_html, text_of))

    return connect


@pytest.fixture
def contact(account: Account) -> str:
    return next(iter(account.records["contact"]))


def email(contact: str, key: str = "key-1") -> EmailToSave:
    return email_to("contact", contact, key, files=FILES)


def saved_in_the_end(netsuite: NetSuiteDestination, tenant: str, wanted: EmailToSave, tries: int = 8) -> Saved:
    """As the worker does it: again and again, as long as that may help."""
    for _ in range(tries):
        try:
            return netsuite.save_email(tenant, wanted)
        except DestinationError as error:
            assert not error.permanent, error.message
    raise AssertionError("it was never saved")


def check_once(world: World, expected: int, way: Mapping[str, Any]) -> None:
    """So many messages, each id once, each with the three files, and no file more."""
    shown = ledger(world.netsuite)
    emails = shown["emails"]
    assert len(emails) == len({each["externalId"] for each in emails}) == expected
    of: dict[str, list[str]] = {each["externalId"]: [] for each in emails}
    for file in shown["files"]:
        of[file["name"].partition("_")[0]].append(file["sha256"])
        [holder] = file["attachedTo"]
        assert holder["type"] == ("message" if "restlet_script" not in way else "contact")
    assert all(sorted(hashes) == HASHES for hashes in of.values())


@pytest.mark.parametrize("loss", LOSSES)
@both_ways
def test_at_every_request_an_answer_may_be_lost(
    connect: Any, line: Lossy, world: World, tenant: str, contact: str, way: Mapping[str, Any], loss: str
) -> None:
    for number in range(8):
        netsuite = connect(way)
        line.count, line.plan = 0, {number: loss}
        saved = saved_in_the_end(netsuite, tenant, email(contact, f"key-{number}"))
        assert saved.missing == ()
        assert netsuite.save_email(tenant, email(contact, f"key-{number}")).reference == saved.reference
    check_once(world, 8, way)


@both_ways
def test_a_thousand_lost_answers_make_no_second_message_and_no_second_file(
    connect: Any, line: Lossy, world: World, tenant: str, contact: str, way: Mapping[str, Any]
) -> None:
    luck = random.Random(4711)
    netsuite = connect(way)
    repeats = Counter[bool]()
    for number in range(TRIALS):
        line.count = 0
        line.plan = {luck.randrange(8): luck.choice(LOSSES), luck.randrange(8, 16): luck.choice(LOSSES)}
        saved = saved_in_the_end(netsuite, tenant, email(contact, f"key-{number}"))
        assert saved.missing == ()
        repeats[saved.is_repeat] += 1
    check_once(world, TRIALS, way)
    assert repeats[True] > TRIALS / 20  # messages whose answer was lost, and which were found again


@both_ways
def test_an_attempt_whose_process_died_is_finished_by_another(
    connect: Any, line: Lossy, world: World, tenant: str, contact: str, way: Mapping[str, Any]
) -> None:
    """The first dies after each of its requests in turn, so that it does not let go of the email."""
    for number in range(7):
        wanted = email(contact, f"key-{number}")
        first, second = connect(way), connect(way)
        line.count, line.plan = 0, {number: "death"}
        try:
            first.save_email(tenant, wanted)
        except Died:
            with pytest.raises(DestinationError) as refused:
                second.save_email(tenant, wanted)
            assert (refused.value.code, refused.value.permanent) == ("busy", False)
        _time_passes(second)
        assert second.save_email(tenant, wanted).missing == ()
    check_once(world, 7, way)


def _time_passes(netsuite: NetSuiteDestination) -> None:
    """Nobody has anything in hand any longer."""
    with netsuite._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE ledger_entries SET in_hand_until = now() - interval '1 second'")


@both_ways
def test_two_who_save_the_same_at_once_make_one_message(
    connect: Any, world: World, tenant: str, contact: str, way: Mapping[str, Any]
) -> None:
    savers = [connect({**way, "at_once": 2}) for _ in range(4)]
    for number in range(10):
        wanted = email(contact, f"key-{number}")
        with ThreadPoolExecutor(4) as pool:
            outcomes = [pool.submit(each.save_email, tenant, wanted) for each in savers]
        found = [each.result() for each in outcomes if each.exception() is None]
        errors = [each.exception() for each in outcomes if each.exception() is not None]
        assert {each.reference for each in found} == {found[0].reference}
        assert all(isinstance(each, DestinationError) and each.code == "busy" for each in errors)
        assert [each.is_repeat for each in found].count(False) == 1
    check_once(world, 10, way)


@both_ways
def test_two_who_do_not_know_of_each_other_make_one_message(
    connect: Any, world: World, tenant: str, contact: str, way: Mapping[str, Any]
) -> None:
    """The ledger of one of them was lost: NetSuite's own rule is what is left."""
    first = connect(way).save_email(tenant, email(contact))
    other = connect(way)
    with other._engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM ledger_entries WHERE tenant_id = %s", (tenant,))
    again = other.save_email(tenant, email(contact))
    assert again.reference == first.reference
    check_once(world, 1, way)


@pytest.fixture
def busy(control: Control) -> Iterator[Any]:
    def order(**fault: Any) -> None:
        control("POST", "faults", json=[{"service": "netsuite", **fault}])

    yield order


@both_ways
@pytest.mark.parametrize(("headers", "wait"), [({"Retry-After": "7"}, 7.0), ({}, 2.0)])
def test_an_account_that_is_busy_is_left_alone_for_a_while(
    connect: Any,
    busy: Any,
    world: World,
    control: Control,
    tenant: str,
    contact: str,
    way: Any,
    headers: Any,
    wait: float,
) -> None:
    busy(status=429, headers=headers, path="/services/rest/query/*", times=1)
    netsuite = connect(way)
    with pytest.raises(DestinationError) as refused:
        netsuite.save_email(tenant, email(contact))
    assert (refused.value.code, refused.value.permanent, refused.value.retry_after) == ("throttled", False, wait)
    # Nobody asks before that time is over, whatever he wants.
    control("DELETE", "requests")
    with pytest.raises(DestinationError) as refused:
        netsuite.save_email(tenant, email(contact, "key-2"))
    assert refused.value.code == "throttled"
    assert 0 < (refused.value.retry_after or 0) <= wait
    assert control.count("netsuite") == 0
    for key in ("key-1", "key-2"):
        connect(way).save_email(tenant, email(contact, key))
    check_once(world, 2, way)


@both_ways
def test_a_limit_that_is_reached_at_the_message_itself_makes_no_second_one(
    connect: Any, account: Account, busy: Any, world: World, tenant: str, contact: str, way: Mapping[str, Any]
) -> None:
    paths = ("/services/rest/record/*", "/app/site/*")
    for number, path in enumerate(paths * 2):
        busy(status=429, path=path, times=1, after=number >= 2)
        for _ in range(4):
            try:
                connect(way).save_email(tenant, email(contact, f"key-{number}"))
            except DestinationError as error:
                assert error.code == "throttled"
    check_once(world, 4, way)
