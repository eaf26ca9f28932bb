"""Every route needs a caller, every token is checked, and whoever is refused causes no request to Graph."""

from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from tests.accounts.conftest import SCOPES, program_of
from tests.api.answers import is_an_error
from tests.api.routes import LOCKED, filled, placed, routes
from tests.conftest import Control, Someone, mime
from tests.simulator.seed import AFFIX_APP, FABRIKAM, OTHER_APP
from tests.steps import ANA, BEN, SUPPORT, contact, item_of

PUBLIC = {
    ("GET", "/addin/<path:name>"),
    ("GET", "/addin/config.json"),
    ("GET", "/health"),
    ("GET", "/health/live"),
    ("GET", "/health/ready"),
    ("GET", "/metrics"),
    ("GET", "/oauth/callback"),
    ("GET", "/openapi.json"),
    ("GET", "/sign-in/<link>"),
    ("POST", "/graph/notifications"),
    ("POST", "/oauth/callback"),
    ("POST", "/sign-in/<link>"),
}

BAD_TOKENS: dict[str, dict[str, Any]] = {
    "no algorithm (A02)": {"header": {"alg": "none"}},
    "signed with the public key (A03)": {"header": {"alg": "HS256"}},
    "unknown key id (A04)": {"header": {"kid": "unknown"}},
    "unknown key": {"key": "unknown"},
    "retired key": {"key": "retired"},
    "audience of Graph (A05)": {"claims": {"aud": "00000003-0000-0000-c000-000000000000"}},
    "another audience (A06)": {"claims": {"aud": OTHER_APP}},
    "a list of audiences (A06)": {"claims": {"aud": [AFFIX_APP, OTHER_APP]}},
    "a prefix of our audience (A06)": {"claims": {"aud": AFFIX_APP[:-1]}},
    "person of another tenant (A07)": {"claims": {"tid": FABRIKAM.id}},
    "key of consumers (A08)": {"key": "consumer"},
    "version 1 (A09)": {"version": "1.0"},
    "expired (A10)": {"claims": {"exp": 1}},
    "not valid yet (A10)": {"claims": {"nbf": 99999999999}},
    "from the future (A10)": {"claims": {"iat": 99999999999}},
    "a word as expiry (A10)": {"claims": {"exp": "soon"}},
    "a fraction as expiry (A10)": {"claims": {"exp": 99999999999.5}},
    "no expiry (A10)": {"claims": {"exp": None}},
    "no object id": {"claims": {"oid": None}},
}
FORBIDDEN_TOKENS: dict[str, dict[str, Any]] = {
    "no scope (A11)": {"claims": {"scp": None}},
    "another scope (A11)": {"claims": {"scp": "User.Read"}},
    "a longer scope (A11)": {"claims": {"scp": "access_as_user2"}},
    "a scope that ends like ours (A11)": {"claims": {"scp": "xaccess_as_user"}},
    "an application (A12)": {"kind": "app"},
    "another client (A13)": {"claims": {"azp": OTHER_APP}},
    "a client that proved itself (A13)": {"claims": {"azpacr": "1"}},
}


@pytest.fixture
def anybody(app: APIFlask) -> FlaskClient:
    return app.test_client()


def test_every_route_but_a_literal_list_needs_a_caller(app: APIFlask, anybody: FlaskClient) -> None:
    assert {route for route in routes(app) if not route[1].startswith(LOCKED)} == PUBLIC
    for method, rule in routes(app, *LOCKED):
        answer = anybody.open(filled(rule), method=method, json={})
        assert answer.status_code == 401, (method, rule)
        assert answer.get_json()["error"]["code"] == "unauthenticated"
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_no_route_for_programs_takes_a_persons_token_or_a_key_without_its_scope(
    app: APIFlask, ana: Someone, description: dict[str, Any], control: Control
) -> None:
    without = {scope: program_of(app, ana, [each for each in SCOPES if each != scope]) for scope in SCOPES}
    control("DELETE", "requests")
    for method, rule in routes(app, "/v1/"):
        assert ana.raw(method, filled(rule), json={}).status_code == 401, (method, rule)
        [scope] = description["paths"][placed(rule)][method.lower()]["security"][0]["apiKey"]
        error = is_an_error(without[scope].raw(method, filled(rule), json={}), (method, rule), 403)
        assert (error["code"], error["scope"]) == ("missing_scope", scope)
    assert control.count("graph") == 0


def test_who_shows_no_token_is_refused_however_that_is_done(
    anybody: FlaskClient, ben: Someone, control: Control
) -> None:
    headers: list[Any] = [
        [],
        [("Authorization", "")],
        [("Authorization", "Basic YmVuOmJlbg==")],
        [("Authorization", "Bearer")],
        [("Authorization", f"Bearer {ben.token}"), ("Authorization", f"Bearer {ben.token}")],
        [("Authorization", f"Bearer {ben.token} {ben.token}")],
        [("Authorization", f"Bearer {ben.token[:-4]}")],
        [("Cookie", f"Authorization=Bearer {ben.token}")],
    ]
    for each in headers:
        answer = anybody.get(f"/api/me?access_token={ben.token}", headers=each)
        assert answer.status_code == 401, each
        assert answer.get_json() == {"error": {"code": "unauthenticated", "message": "Sign in to use Affix."}}
    assert control.count("graph") == 0


def test_every_dishonest_token_is_refused_alike(someone: Any, control: Control) -> None:
    answers = set()
    for what, asked in BAD_TOKENS.items():
        answer = someone("ben", **asked).raw("GET", "/api/me")
        assert answer.status_code == 401, what
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        answers.add(answer.get_data())
    assert len(answers) == 1  # the reason is for the log alone
    assert control.count("graph") == 0


def test_tokens_that_do_not_entitle_are_forbidden(someone: Any, control: Control) -> None:
    for what, asked in FORBIDDEN_TOKENS.items():
        answer = someone("ben", **asked).raw("GET", "/api/me")
        assert answer.status_code == 403, what
    assert control.count("graph") == 0


def test_a_graph_token_is_not_taken_for_one_of_ours(someone: Any) -> None:
    assert someone("ben", kind="graph").raw("GET", "/api/me").status_code == 401


def test_a_thousand_unknown_keys_do_not_make_it_fetch_keys_again_and_again(someone: Any, control: Control) -> None:
    strangers = [someone("ben", header={"kid": f"unknown {n}"}) for n in range(20)]
    control("DELETE", "requests")
    for stranger in strangers * 5:
        assert stranger.raw("GET", "/api/me").status_code == 401
    assert sum(each["count"] for each in control.requests("entra") if "keys" in each["route"]) <= 2


def test_a_borrowed_name_gives_nothing_of_its_owner(ben: Someone, someone: Any, control: Control, work: Any) -> None:
    """A15: name and address in a token are for display; tenant and object id decide."""
    record = contact(ben)
    [save] = ben.save(item_of(control.deliver(SUPPORT, mime()), SUPPORT), record)
    work()
    claims = {"email": BEN, "preferred_username": BEN, "upn": BEN, "unique_name": BEN, "name": "Ben"}
    impostor = someone("eve", claims=claims)
    assert impostor.get("/api/me")["person"]["address"] == "eve@fabrikam.example"
    assert impostor.get("/api/saves")["saves"] == []
    assert impostor.get("/api/records")["records"] == []
    impostor("GET", f"/api/saves/{save['id']}", expect=404)


def test_a_borrowed_name_within_the_tenant_gives_nothing_either(mallory: Someone, someone: Any, ana: Someone) -> None:
    claims = {"email": ANA, "preferred_username": ANA, "upn": ANA}
    impostor = someone("mallory", claims=claims)
    assert impostor.get("/api/me")["person"]["id"] == mallory.get("/api/me")["person"]["id"]
    assert not impostor.get("/api/me")["person"]["administrator"]


def test_a_guest_is_a_person_of_the_tenant_that_is_visited(someone: Any, eve: Someone, ben: Someone) -> None:
    """A14: the home tenant in `idp` opens nothing there."""
    record = contact(eve, "Theirs", "theirs@adatum.example")
    guest = someone("ben", claims={"idp": f"https://sts.windows.net/{FABRIKAM.id}/"})
    assert guest.get("/api/me")["tenant"]["id"] != FABRIKAM.id
    assert guest.get("/api/me")["person"]["id"] == ben.get("/api/me")["person"]["id"]
    guest("GET", f"/api/records/local/contact/{record['id']}", expect=404)


def test_only_the_role_makes_an_administrator(ana: Someone, ben: Someone) -> None:
    assert ana.get("/api/me")["person"]["administrator"]
    assert not ben.get("/api/me")["person"]["administrator"]
