"""Threads and processes at the same time: nobody gets another person's token, and Entra is asked once (A24)."""

import os
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
import requests

from server.auth.callers import Caller, CallerTokens
from server.auth.graph_tokens import GraphTokens
from server.auth.sealing import Sealer
from server.errors import ConsentRequired
from server.settings import Settings
from tests.auth.memory import MemoryGrants
from tests.auth.pane import asked, bearer, exchanges, pane_token, renewals
from tests.simulator.directory import Account
from tests.simulator.faults import Fault
from tests.simulator.seed import AFFIX_APP, CONTOSO
from tests.simulator.world import World

TOKEN_ENDPOINT = "*/oauth2/v2.0/token"
PEOPLE = 50
Make = Callable[[], GraphTokens]


@pytest.fixture
def process(settings: Settings, http: requests.Session, world: World, grants: MemoryGrants, sealer: Sealer) -> Make:
    """Another process, as far as memory goes: all meet in the same stored grants."""
    return lambda: GraphTokens(settings, http, grants, sealer, now=world.time)


@pytest.fixture
def crowd(world: World, callers: CallerTokens) -> list[Caller]:
    """Fifty people, each with a token."""
    people = [Account(f"Person {number}", f"person{number}@contoso.example", CONTOSO) for number in range(PEOPLE)]
    world.accounts.extend(people)
    return [callers.caller(bearer(pane_token(world, person.id))) for person in people]


def owner(token: str) -> str:
    return str(jwt.decode(token, options={"verify_signature": False})["oid"])


def mismatches(tokens: GraphTokens, callers: list[Caller], threads: int) -> int:
    with ThreadPoolExecutor(threads) as pool:
        found = pool.map(lambda caller: owner(tokens.for_caller(caller)) != caller.oid, callers)
        return sum(found)


def test_in_ten_thousand_calls_nobody_gets_anothers_token(crowd: list[Caller], process: Make, world: World) -> None:
    rounds = 10
    order = random.Random(7)
    for number in range(rounds):
        calls = crowd * 20
        order.shuffle(calls)
        assert mismatches(process(), calls, threads=64) == 0
        assert exchanges(world) == PEOPLE, f"in round {number}"
    assert renewals(world) == 0


def test_renewals_of_many_people_at_once_mix_nobody_up(crowd: list[Caller], process: Make, world: World) -> None:
    tokens = process()
    dead = {caller.oid: tokens.for_caller(caller) for caller in crowd}

    def renewed(caller: Caller) -> bool:
        token = tokens.for_caller(caller, rejected=dead[caller.oid])
        return token != dead[caller.oid] and owner(token) == caller.oid

    calls = crowd * 10
    random.Random(7).shuffle(calls)
    with ThreadPoolExecutor(64) as pool:
        assert all(pool.map(renewed, calls))
    assert (exchanges(world), renewals(world)) == (PEOPLE, PEOPLE)


def test_threads_of_one_person_exchange_once(crowd: list[Caller], process: Make, world: World) -> None:
    world.faults.order(Fault("entra", "POST", TOKEN_ENDPOINT, delay_ms=50))
    assert mismatches(process(), crowd[:1] * 20, threads=20) == 0
    assert exchanges(world) == 1


def test_two_processes_with_one_store_exchange_once(crowd: list[Caller], process: Make, world: World) -> None:
    first, second = process(), process()
    world.faults.order(Fault("entra", "POST", TOKEN_ENDPOINT, delay_ms=50))
    with ThreadPoolExecutor(20) as pool:
        found = set(pool.map(lambda number: (first, second)[number % 2].for_caller(crowd[0]), range(20)))
    assert len(found) == 1
    assert exchanges(world) == 1


def test_threads_that_meet_one_challenge_renew_once(crowd: list[Caller], process: Make, world: World) -> None:
    tokens, caller = process(), crowd[0]
    dead = tokens.for_caller(caller)
    with ThreadPoolExecutor(20) as pool:
        found = set(pool.map(lambda _: tokens.for_caller(caller, claims="{}", rejected=dead), range(20)))
    assert len(found) == 1
    assert dead not in found
    assert (exchanges(world), renewals(world)) == (1, 1)


def test_threads_that_wait_for_a_refusal_share_it(crowd: list[Caller], process: Make, world: World) -> None:
    world.consents[CONTOSO.id, AFFIX_APP].delegated = set()
    world.faults.order(Fault("entra", "POST", TOKEN_ENDPOINT, delay_ms=200))
    tokens = process()

    def refused(caller: Caller) -> bool:
        with pytest.raises(ConsentRequired):
            tokens.for_caller(caller)
        return True

    with ThreadPoolExecutor(20) as pool:
        assert all(pool.map(refused, crowd[:1] * 20))
    assert exchanges(world) < 5


def test_the_application_is_asked_once_by_many_threads(process: Make, world: World) -> None:
    tokens = process()
    world.faults.order(Fault("entra", "POST", TOKEN_ENDPOINT, delay_ms=50))
    with ThreadPoolExecutor(20) as pool:
        assert len(set(pool.map(lambda _: tokens.for_app(CONTOSO.id), range(20)))) == 1
    assert asked(world, grant="client_credentials") == 1


def test_a_forked_worker_mixes_nobody_up(crowd: list[Caller], process: Make) -> None:
    tokens = process()
    for caller in crowd[:10]:
        tokens.for_caller(caller)
    child = os.fork()
    if child == 0:
        wrong = 99
        try:
            wrong = sum(owner(tokens.for_caller(caller)) != caller.oid for caller in crowd)
        finally:
            os._exit(wrong)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
