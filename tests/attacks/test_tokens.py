"""Tokens (A01 to A17), on every route: a request is served only if every claim that decides who, for whom, for what and
until when was checked. A refusal is cheap, and silent about its reason. What single claims may be is tried in
tests/auth/test_callers.py.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from server.services import Services
from tests.accounts.conftest import program_of
from tests.api.bodies import GOOD
from tests.api.routes import LOCKED, filled, routes, tokens_are_handed_out
from tests.api.test_who_is_let_in import BAD_TOKENS, FORBIDDEN_TOKENS
from tests.attacks.everything import statements
from tests.conftest import Control, Someone
from tests.simulator.world import World
from tests.steps import BEN, SUPPORT, context, item_of, with_files

SILENT = {"error": {"code": "unauthenticated", "message": "Sign in to use Affix."}}
REQUESTS_OF_A_CHALLENGE = 2


@pytest.fixture
def anybody(app: APIFlask) -> FlaskClient:
    return app.test_client()


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
