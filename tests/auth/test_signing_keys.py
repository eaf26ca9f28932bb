"""How often Entra is asked for its keys, whatever callers send."""

import json
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

import pytest

from server.auth.callers import CallerTokens
from server.auth.signing_keys import DAILY, FAILURE_PAUSE, UNKNOWN_KEY_PAUSE, SigningKey, read_key_set
from server.errors import Busy, Unauthenticated
from tests.auth.pane import bearer, key_fetches, oid, pane_token
from tests.simulator import keys
from tests.simulator.faults import Fault
from tests.simulator.world import World

KEYS = "*/discovery/v2.0/keys"


def refused(callers: CallerTokens, token: str) -> bool:
    try:
        callers.caller(bearer(token))
    except Unauthenticated:
        return True
    return False


def with_key_id(token: str, kid: str) -> str:
    """The same token under another header: signing each one would take the test longer than the storm."""
    head = json.dumps({"alg": "RS256", "kid": kid}).encode()
    return f"{keys.base64url(head)}.{token.split('.', 1)[1]}"


def test_the_keys_are_read_once_for_all_people_and_tenants(callers: CallerTokens, world: World) -> None:
    for person in ("ana", "ben", "eve") * 10:
        callers.caller(bearer(pane_token(world, person)))
    assert key_fetches(world) == 1


def test_threads_that_come_first_together_read_the_keys_once(callers: CallerTokens, world: World) -> None:
    tokens = [pane_token(world, person) for person in ("ana", "ben", "cleo", "eve") * 5]
    world.faults.order(Fault("entra", path=KEYS, delay_ms=50))
    with ThreadPoolExecutor(20) as pool:
        found = list(pool.map(lambda token: callers.caller(bearer(token)).username, tokens))
    assert len(found) == 20
    assert key_fetches(world) == 1


def test_a_new_key_is_noticed_at_once(callers: CallerTokens, world: World) -> None:
    callers.caller(bearer(pane_token(world)))
    world.signing.rotate()
    assert callers.caller(bearer(pane_token(world))).oid == oid(world, "ana")
    assert key_fetches(world) == 2


def test_threads_that_bring_a_new_key_together_read_the_keys_once(callers: CallerTokens, world: World) -> None:
    callers.caller(bearer(pane_token(world)))
    world.signing.rotate()
    tokens = [pane_token(world, person) for person in ("ana", "ben", "cleo", "eve") * 5]
    world.faults.order(Fault("entra", path=KEYS, delay_ms=50))
    with ThreadPoolExecutor(20) as pool:
        assert not any(pool.map(lambda token: refused(callers, token), tokens))
    assert key_fetches(world) == 2


def test_a_storm_of_unknown_keys_reads_the_keys_at_most_once_in_five_minutes(
    callers: CallerTokens, world: World
) -> None:
    callers.caller(bearer(pane_token(world)))
    storm = [with_key_id(pane_token(world), f"unknown {number}") for number in range(1_000)]
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda each: refused(callers, each), storm))
    assert key_fetches(world) == 2
    world.advance(UNKNOWN_KEY_PAUSE - 1)
    assert all(refused(callers, each) for each in storm[:100])
    assert key_fetches(world) == 2
    world.advance(2)
    assert all(refused(callers, each) for each in storm[:100])
    assert key_fetches(world) == 3


def test_the_keys_are_read_again_after_a_day_and_withdrawn_ones_are_forgotten(
    callers: CallerTokens, world: World
) -> None:
    callers.caller(bearer(pane_token(world)))
    old = world.signing.current
    world.signing.rotate()
    world.signing.rotate()
    world.advance(DAILY + 1)
    assert refused(callers, pane_token(world, key=old))
    assert callers.caller(bearer(pane_token(world)))


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 404},
        {"cut": True},
        {"status": 200, "body": {"keys": []}},
        {"status": 200, "body": {"keys": "none"}},
        {"status": 200, "body": ["x"]},
        {"status": 302, "headers": {"Location": "https://evil.example/keys"}},
    ],
)
def test_known_keys_stay_in_use_while_entra_has_none_to_give(
    callers: CallerTokens, world: World, fault: dict[str, Any]
) -> None:
    callers.caller(bearer(pane_token(world)))
    world.faults.order(Fault("entra", path=KEYS, **fault))
    world.advance(DAILY + 1)
    for person in ("ana", "ben", "cleo") * 5:
        assert callers.caller(bearer(pane_token(world, person)))
    assert key_fetches(world) == 2


def test_without_any_keys_it_is_busy_and_asks_again_after_a_pause(callers: CallerTokens, world: World) -> None:
    world.faults.order(Fault("entra", path=KEYS, status=503, times=1))
    for _ in range(10):
        with pytest.raises(Busy) as busy:
            callers.caller(bearer(pane_token(world)))
        assert busy.value.retry_after == FAILURE_PAUSE
    assert key_fetches(world) == 1
    world.advance(FAILURE_PAUSE + 1)
    assert callers.caller(bearer(pane_token(world)))


def test_a_slow_renewal_keeps_only_one_caller_waiting(callers: CallerTokens, world: World) -> None:
    callers.caller(bearer(pane_token(world)))
    world.advance(DAILY + 1)
    tokens = [pane_token(world) for _ in range(4)]
    world.faults.order(Fault("entra", path=KEYS, delay_ms=500))
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(callers.caller, bearer(token)) for token in tokens]
        finished = as_completed(waiting, timeout=30)
        assert [next(finished).result().oid for _ in range(3)] == [oid(world, "ana")] * 3
        assert not all(each.done() for each in waiting)
    assert key_fetches(world) == 2


def test_one_broken_key_does_not_spoil_the_others() -> None:
    good = keys.published("good", "https://login.microsoftonline.com/{tenantid}/v2.0")
    broken: list[Any] = [
        None,
        {},
        {"kty": "EC"},
        {**good, "kid": 1},
        {**good, "kid": "n", "n": "!"},
        {**good, "kid": "e", "e": 3},
        {**good, "kid": "encryption", "use": "enc"},
        {**good, "kid": "issuer", "issuer": 1},
    ]
    assert set(read_key_set({"keys": [*broken, good]})) == {good["kid"]}


def test_a_key_without_an_issuer_signs_for_tenants_and_never_for_consumers() -> None:
    unnamed = {name: value for name, value in keys.published("good", "").items() if name != "issuer"}
    key: SigningKey = read_key_set({"keys": [unnamed]})[unnamed["kid"]]
    assert key.may_sign_for("a-tenant", "https://login.microsoftonline.com/a-tenant/v2.0")
    consumers = "9188040d-6c67-4c5b-b112-36a304b66dad"
    assert not key.may_sign_for(consumers, f"https://login.microsoftonline.com/{consumers}/v2.0")
