"""Tokens (A01 to A17), on every route: a request is served only if every claim that decides who, for whom, for what and
until when was checked. A refusal is cheap, and silent about its reason. What single claims may be is tried in
tests/auth/test_callers.py.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from server.auth.callers import LEEWAY, OFFICE_CLIENTS, CallerTokens
from server.errors import Forbidden, Unauthenticated
from server.http import Session
from server.services import Services
from server.settings import GUID
from tests.accounts.conftest import program_of
from tests.api.bodies import GOOD
from tests.api.routes import LOCKED, filled, routes, tokens_are_handed_out
from tests.api.test_who_is_let_in import BAD_TOKENS, FORBIDDEN_TOKENS
from tests.attacks.everything import statements
from tests.auth.conftest import make_settings
from tests.auth.pane import bearer, pane_token
from tests.conftest import Control, Someone
from tests.simulator.adapter import mount
from tests.simulator.app import create_simulator
from tests.simulator.directory import GRAPH_APP, OFFICE_APP
from tests.simulator.seed import AFFIX_APP, CONTOSO, FABRIKAM, OTHER_APP
from tests.simulator.world import World
from tests.steps import BEN, SUPPORT, context, item_of, with_files

SILENT = {"error": {"code": "unauthenticated", "message": "Sign in to use Affix."}}
REQUESTS_OF_A_CHALLENGE = 2


@pytest.fixture
def anybody(app: APIFlask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def signed_by() -> Iterator[World]:
    """Who signs tokens, where no database is needed."""
    world = World()
    yield world
    world.close()


@pytest.fixture(scope="module")
def callers(signed_by: World) -> CallerTokens:
    session = Session()
    mount(session, create_simulator(signed_by))
    return CallerTokens(make_settings(), session, now=signed_by.time)


def shown_badly(token: str) -> list[list[tuple[str, str]]]:
    """All that is no single bearer token in the one header."""
    good = f"Bearer {token}"
    return [
        [],
        [("Authorization", "")],
        [("Authorization", "Basic YW5hOmFuYQ==")],
        [("Authorization", "Bearer")],
        [("Authorization", token)],
        [("Authorization", f"Bearer  {token}")],
        [("Authorization", f"{good},{good}")],
        [("Authorization", good), ("Authorization", good)],
        [("Authorization", good), ("Authorization", "Basic YW5hOmFuYQ==")],
        [("Proxy-Authorization", good)],
        [("X-Forwarded-Authorization", good)],
        [("Cookie", f"Authorization={good}")],
    ]


@tokens_are_handed_out
def test_a01_who_shows_no_token_or_several_is_refused_on_every_route(
    app: APIFlask, anybody: FlaskClient, ana: Someone, services: Services, control: Control
) -> None:
    tokens = {"/api/": ana.token, "/v1/": program_of(app, ana).token}
    control("DELETE", "requests")
    with statements(services) as sent:
        for prefix in LOCKED:
            ways = cycle(shown_badly(tokens[prefix]))
            for method, rule in routes(app, prefix):
                for _ in range(3):
                    way = next(ways)
                    where = f"{filled(rule)}?access_token={tokens[prefix]}&authorization=Bearer%20{tokens[prefix]}"
                    answer = anybody.open(where, method=method, headers=way, json={"access_token": tokens[prefix]})
                    assert answer.status_code == 401, (method, rule, [name for name, _ in way])
                    assert answer.headers["WWW-Authenticate"] == "Bearer"
                    assert answer.get_json()["error"]["code"] == "unauthenticated"
    assert (control.count("graph"), control.count("entra"), sent.count) == (0, 0, 0)


def test_a02_to_a10_a_dishonest_token_is_refused_alike_on_every_route(
    app: APIFlask, someone: Any, services: Services, control: Control
) -> None:
    strangers = cycle([someone("ana", **asked) for asked in BAD_TOKENS.values()])
    control("DELETE", "requests")
    with statements(services) as sent:
        for method, rule in routes(app, *LOCKED):
            for _ in range(3):
                answer = next(strangers).raw(method, filled(rule), json={})
                assert answer.status_code == 401, (method, rule)
                assert answer.headers["WWW-Authenticate"] == "Bearer"
                assert answer.get_json() == SILENT or rule.startswith("/v1/")
    assert (control.count("graph"), sent.count) == (0, 0)
    assert control.count("entra") <= 2, "the keys, once, and once for those that name an unknown one"


def test_a11_to_a13_a_token_that_does_not_entitle_is_forbidden_on_every_route(
    app: APIFlask, someone: Any, services: Services, control: Control
) -> None:
    strangers = [someone("ana", **asked) for asked in FORBIDDEN_TOKENS.values()]
    control("DELETE", "requests")
    with statements(services) as sent:
        for method, rule in routes(app, "/api/"):
            for stranger in strangers:
                assert stranger.raw(method, filled(rule), json={}).status_code == 403, (method, rule)
    assert (control.count("graph"), sent.count) == (0, 0)


def test_a04_a_thousand_unknown_keys_at_once_make_it_fetch_keys_once(someone: Any, control: Control) -> None:
    good = someone("ben")
    good.get("/api/me")
    strangers = [someone("ben", header={"kid": f"unknown {number}"}) for number in range(50)]
    control("DELETE", "requests")
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda each: each.raw("GET", "/api/me").status_code, strangers * 20))
    assert set(found) == {401}
    assert control.count("entra") <= 1
    good.get("/api/me")


def test_a16_a_revoked_token_costs_few_requests_on_every_route_that_meets_it(
    app: APIFlask, ben: Someone, someone: Any, control: Control
) -> None:
    """No loop, and a token that was refused is not used again, whichever route meets the challenge of Graph. That it is
    handed on: tests/test_saving_trouble.py.
    """
    item = item_of(control.deliver(SUPPORT, with_files()), SUPPORT)
    mailbox = context(ben, item)["mailbox"]["id"]
    named = {"mailbox_id": mailbox}
    control("POST", "world", json={"revoke": "ben"})
    control("DELETE", "requests")
    for method, rule in routes(app, "/api/"):
        before = control.count("graph")
        body = {**GOOD.get((method, rule), {}), "item": item} if "item" in GOOD.get((method, rule), {}) else {}
        answer = ben.raw(method, filled(rule, named), json=body or GOOD.get((method, rule)))
        assert answer.status_code < 500, (method, rule, answer.get_data(as_text=True))
        assert control.count("graph") - before <= REQUESTS_OF_A_CHALLENGE, (method, rule)
    assert control.count("graph") <= REQUESTS_OF_A_CHALLENGE, "it is met once in all"
    assert context(someone("ben"), item)["mailbox"]["address"] == SUPPORT


def test_a17_a_token_that_was_good_is_refused_from_its_end_on(someone: Any, world: World) -> None:
    ben = someone("ben", claims={"exp": int(world.time()) + 5})
    assert ben.get("/api/me")["person"]["address"] == BEN
    services: Services = ben._client.application.extensions["affix"]
    later = world.time() + 5 + 61
    services.callers._now = lambda: later  # the clock that the service reads
    assert ben.raw("GET", "/api/me").status_code == 401


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
NEAR = {  # what is nearly right, or right for somebody else
    "aud": st.sampled_from([GRAPH_APP, [AFFIX_APP], f"api://{AFFIX_APP}", AFFIX_APP.upper(), f"{AFFIX_APP} "]),
    "iss": st.sampled_from([CONTOSO.id, FABRIKAM.id, "common", "{tenantid}"]).map(
        lambda tenant: f"https://login.microsoftonline.com/{tenant}/v2.0"
    ),
    "tid": st.sampled_from([FABRIKAM.id, CONTOSO.id.upper(), "common", ""]),
    "ver": st.sampled_from(["1.0", "2", 2.0]),
    "exp": st.integers(-200, 200),
    "nbf": st.integers(-200, 200),
    "iat": st.integers(-200, 200),
    "oid": st.uuids().map(str) | st.sampled_from(["", "ana"]),
    "scp": st.sampled_from(["access_as_user2", "Access_As_User", "User.Read access_as_user", "access_as_user\n"]),
    "azp": st.sampled_from([OTHER_APP, OFFICE_APP.upper(), [OFFICE_APP], AFFIX_APP]),
    "azpacr": st.sampled_from(["1", "2", 0]),
    "idtyp": st.sampled_from(["app", "user"]),
}
changes = st.sampled_from(sorted(NEAR)).flatmap(lambda name: st.tuples(st.just(name), NEAR[name] | anything))


def is_right(name: str, value: Any, now: float) -> bool:
    """Whether a token of Contoso that says this is good, all else being well."""
    is_whole = type(value) is int
    right: dict[str, Any] = {
        "aud": lambda: value == AFFIX_APP,
        "iss": lambda: value == f"https://login.microsoftonline.com/{CONTOSO.id}/v2.0",
        "tid": lambda: value == CONTOSO.id,
        "ver": lambda: value == "2.0",
        "exp": lambda: is_whole and value > now - LEEWAY - 5,
        "nbf": lambda: is_whole and value < now + LEEWAY + 5,
        "iat": lambda: is_whole and value < now + LEEWAY + 5,
        "oid": lambda: isinstance(value, str) and GUID.match(value),
        "scp": lambda: isinstance(value, str) and "access_as_user" in value.split(" "),
        "azp": lambda: isinstance(value, str) and value in {*OFFICE_CLIENTS, AFFIX_APP},
        "azpacr": lambda: value == "0" and isinstance(value, str),
        "idtyp": lambda: value != "app",
    }
    return bool(right[name]())


@settings(max_examples=120, deadline=None, derandomize=True)
@given(change=changes)
def test_no_claim_that_decides_may_say_anything_else(callers: CallerTokens, signed_by: World, change: Any) -> None:
    """Of a token that is good but for one claim."""
    name, value = change
    now = int(signed_by.time())
    said = now + value if name in ("exp", "nbf", "iat") and type(value) is int else value
    try:
        found = callers.caller(bearer(pane_token(signed_by, "ana", **{name: said})))
    except (Unauthenticated, Forbidden) as error:
        assert name in ("scp", "azp", "azpacr", "idtyp") or isinstance(error, Unauthenticated)
        return
    assert is_right(name, said, now), change
    assert found.tenant_id == CONTOSO.id
