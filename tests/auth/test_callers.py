"""The attack cases on incoming tokens (A01 to A17), against the real classes and the pretend Entra."""

import json
import logging
from typing import Any

import pytest
import requests
from structlog.testing import capture_logs

from server.auth.callers import LEEWAY, LONGEST_TOKEN, REMEMBERED, CallerTokens, MissingScope
from server.errors import AffixError, Forbidden, Unauthenticated
from tests.auth.conftest import make_settings
from tests.auth.pane import bearer, key_fetches, oid, pane_token
from tests.simulator import keys
from tests.simulator.directory import CONSUMER_TENANT, GRAPH_APP, OFFICE_APP
from tests.simulator.entra import tokens as entra_tokens
from tests.simulator.seed import AFFIX_APP, CONTOSO, FABRIKAM, OTHER_APP
from tests.simulator.world import World


def refuses(callers: CallerTokens, token: str) -> None:
    """One answer for all reasons, which names none."""
    with pytest.raises(Unauthenticated) as error:
        callers.caller(bearer(token))
    assert error.value.as_json() == Unauthenticated().as_json()
    assert error.value.headers() == {"WWW-Authenticate": "Bearer"}


# Who gets in


def test_it_knows_the_person_behind_a_token_of_office(callers: CallerTokens, world: World) -> None:
    caller = callers.caller(bearer(pane_token(world, "ana")))
    assert (caller.tenant_id, caller.oid, caller.client_id) == (CONTOSO.id, oid(world, "ana"), OFFICE_APP)
    assert (caller.name, caller.username) == ("Ana", "ana@contoso.example")
    assert caller.roles == ("Affix.Administrator",)


def test_it_knows_the_person_behind_a_token_of_nested_app_authentication(callers: CallerTokens, world: World) -> None:
    assert callers.caller(bearer(pane_token(world, azp=AFFIX_APP))).client_id == AFFIX_APP


def test_it_accepts_a_further_client_only_if_configured(http: requests.Session, world: World) -> None:
    token = pane_token(world, azp=OTHER_APP, azpacr="1")
    assert CallerTokens(make_settings(extra_client_ids=(OTHER_APP,)), http).caller(bearer(token)).client_id == OTHER_APP


def test_the_scheme_is_bearer_in_any_case(callers: CallerTokens, world: World) -> None:
    assert callers.caller([f"bearer {pane_token(world)}"]).oid == oid(world, "ana")


def test_a_scope_among_others_is_enough(callers: CallerTokens, world: World) -> None:
    assert callers.caller(bearer(pane_token(world, scp="profile access_as_user openid"))).oid == oid(world, "ana")


def test_a_callers_representation_shows_neither_token_nor_name(callers: CallerTokens, world: World) -> None:
    token = pane_token(world)
    shown = repr(callers.caller(bearer(token)))
    assert token not in shown
    assert "Ana" not in shown
    assert "@" not in shown


# A01 The header


@pytest.mark.parametrize("values", [[], [""], ["Basic YW5hOnNlY3JldA=="], ["Bearer"], ["Bearer "], ["Bearer é"]])
def test_it_refuses_a_request_without_a_bearer_token(callers: CallerTokens, values: list[str]) -> None:
    with pytest.raises(Unauthenticated):
        callers.caller(values)


def test_it_refuses_two_authorization_headers(callers: CallerTokens, world: World) -> None:
    with pytest.raises(Unauthenticated):
        callers.caller(bearer(pane_token(world)) * 2)


def test_it_refuses_a_token_that_is_too_long_without_reading_it(callers: CallerTokens, world: World) -> None:
    refuses(callers, pane_token(world, padding="x" * LONGEST_TOKEN))
    assert key_fetches(world) == 0


@pytest.mark.parametrize("text", ["x", "a.b", "a.b.c", "a.b.c.d", "..", "e30.e30.e30", "eyJhbGciOiJSUzI1NiJ9..", " "])
def test_it_refuses_what_is_not_a_token(callers: CallerTokens, text: str) -> None:
    refuses(callers, text)


# A02, A03 The algorithm


@pytest.mark.parametrize(
    "algorithm", ["none", "None", "NONE", "HS256", "RS512", "PS256", "rs256", "", None, 1, ["RS256"]]
)
def test_it_refuses_every_algorithm_but_rs256(callers: CallerTokens, world: World, algorithm: Any) -> None:
    refuses(callers, pane_token(world, header={"alg": algorithm}))


def test_it_refuses_a_critical_header(callers: CallerTokens, world: World) -> None:
    refuses(callers, pane_token(world, header={"crit": ["exp"], "exp": 1}))
    refuses(callers, pane_token(world, header={"crit": []}))


def test_it_refuses_another_type_of_token(callers: CallerTokens, world: World) -> None:
    refuses(callers, pane_token(world, header={"typ": "logout+jwt"}))


def test_a_key_inside_the_token_is_not_used(callers: CallerTokens, world: World) -> None:
    key = keys.published("stranger", "https://login.microsoftonline.com/{tenantid}/v2.0")
    own = keys.key_id(world.signing.current)
    refuses(callers, pane_token(world, key="stranger", header={"jwk": key, "kid": own, "jku": "https://evil.example/"}))


def test_it_refuses_a_changed_token(callers: CallerTokens, world: World) -> None:
    head, _, signature = pane_token(world, "ana").split(".")
    refuses(callers, f"{head}.{pane_token(world, 'ben').split('.')[1]}.{signature}")


def test_it_refuses_a_signature_that_is_spelt_differently(callers: CallerTokens, world: World) -> None:
    token = pane_token(world)
    for spelling in (f"{token}=", f"{token}==", f"{token}\n", token.replace(".", " .", 1), token[:-1]):
        refuses(callers, spelling)


# A04 The key (counts are in test_signing_keys)


@pytest.mark.parametrize("kid", [None, 1, "", "unknown", "../keys"])
def test_it_refuses_a_token_that_names_no_known_key(callers: CallerTokens, world: World, kid: Any) -> None:
    refuses(callers, pane_token(world, header={"kid": kid}))


# A05, A06 For whom


@pytest.mark.parametrize(
    "audience",
    [
        GRAPH_APP,
        "https://graph.microsoft.com",
        OTHER_APP,
        AFFIX_APP[:-1],
        AFFIX_APP + "0",
        AFFIX_APP.upper(),
        [AFFIX_APP],
        [AFFIX_APP, OTHER_APP],
        f"api://{AFFIX_APP}",
        None,
        "",
    ],
)
def test_it_refuses_a_token_for_another_audience(callers: CallerTokens, world: World, audience: Any) -> None:
    refuses(callers, pane_token(world, aud=audience))


def test_it_refuses_a_graph_token_of_the_same_person(callers: CallerTokens, world: World) -> None:
    account, app = world.account("ana"), world.registrations[AFFIX_APP]
    assert account is not None
    refuses(callers, entra_tokens.graph_user_token(world, account, app, {"User.Read"}, False).token)


def test_it_refuses_an_identity_token(callers: CallerTokens, world: World) -> None:
    account = world.account("ana")
    assert account is not None
    with pytest.raises(Forbidden):
        callers.caller(bearer(entra_tokens.id_token(world, account, AFFIX_APP, None)))


# A07, A08, A09 From whom


def test_it_refuses_an_issuer_of_one_tenant_with_a_person_of_another(callers: CallerTokens, world: World) -> None:
    refuses(callers, pane_token(world, "ana", tid=FABRIKAM.id))
    refuses(callers, pane_token(world, "ana", iss=f"https://login.microsoftonline.com/{FABRIKAM.id}/v2.0"))


def test_it_refuses_a_tenant_that_is_not_allowed(http: requests.Session, world: World) -> None:
    refuses(CallerTokens(make_settings(tenants=(FABRIKAM.id,)), http), pane_token(world, "ana"))


@pytest.mark.parametrize("tid", [None, "", "common", "{tenantid}", f"{CONTOSO.id} ", [CONTOSO.id], 1])
def test_it_refuses_a_tenant_that_is_no_tenant(callers: CallerTokens, world: World, tid: Any) -> None:
    refuses(callers, pane_token(world, tid=tid, iss=f"https://login.microsoftonline.com/{tid}/v2.0"))


@pytest.mark.parametrize(
    "issuer",
    [
        f"https://login.microsoftonline.com/{CONTOSO.id}/v2.0/",
        f"https://login.microsoftonline.com/{CONTOSO.id}",
        f"http://login.microsoftonline.com/{CONTOSO.id}/v2.0",
        f"https://login.microsoftonline.com.evil.example/{CONTOSO.id}/v2.0",
        "https://login.microsoftonline.com/{tenantid}/v2.0",
        None,
    ],
)
def test_it_refuses_an_issuer_that_only_looks_right(callers: CallerTokens, world: World, issuer: str | None) -> None:
    refuses(callers, pane_token(world, iss=issuer))


def test_it_refuses_a_consumer_key_for_an_enterprise_person(callers: CallerTokens, world: World) -> None:
    refuses(callers, pane_token(world, key="consumer"))


def test_it_refuses_an_enterprise_key_for_a_consumer(http: requests.Session, world: World) -> None:
    callers = CallerTokens(make_settings(tenants=(CONSUMER_TENANT,)), http)
    claims = {"tid": CONSUMER_TENANT, "iss": f"https://login.microsoftonline.com/{CONSUMER_TENANT}/v2.0"}
    refuses(callers, pane_token(world, **claims))
    assert callers.caller(bearer(pane_token(world, key="consumer", **claims))).tenant_id == CONSUMER_TENANT


def version_1(world: World, audience: str, **claims: Any) -> str:
    account = world.account("ana")
    assert account is not None
    usual = entra_tokens.api_claims(world, account, AFFIX_APP, OFFICE_APP, "access_as_user")
    return keys.signed({**entra_tokens.as_version_1(usual, audience), **claims}, world.signing.current)


def test_it_refuses_version_1_unless_configured(callers: CallerTokens, world: World) -> None:
    refuses(callers, version_1(world, AFFIX_APP))
    refuses(callers, version_1(world, f"api://{AFFIX_APP}"))


def test_it_accepts_version_1_for_exactly_our_uris_if_configured(http: requests.Session, world: World) -> None:
    uri = f"api://{AFFIX_APP}"
    callers = CallerTokens(make_settings(accept_v1_tokens=True, app_id_uris=(uri,)), http)
    caller = callers.caller(bearer(version_1(world, uri)))
    assert (caller.oid, caller.client_id, caller.username) == (oid(world, "ana"), OFFICE_APP, "ana@contoso.example")
    refuses(callers, version_1(world, f"{uri}/"))
    refuses(callers, version_1(world, f"api://{OTHER_APP}"))
    refuses(callers, pane_token(world, aud=uri))


@pytest.mark.parametrize("version", ["2.0", "3.0", None, 1.0])
def test_a_version_and_the_issuer_of_the_other_do_not_go_together(
    http: requests.Session, world: World, version: Any
) -> None:
    callers = CallerTokens(make_settings(accept_v1_tokens=True), http)
    refuses(callers, version_1(world, AFFIX_APP, ver=version))
    refuses(callers, pane_token(world, ver="1.0"))


# A10 Until when


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
@pytest.mark.parametrize("value", ["1893456000", 1893456000.5, True, None, [], {}])
def test_it_refuses_a_time_that_is_no_whole_number(callers: CallerTokens, world: World, name: str, value: Any) -> None:
    refuses(callers, pane_token(world, **{name: value}))


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
def test_it_refuses_a_token_without_a_time(callers: CallerTokens, world: World, name: str) -> None:
    refuses(callers, pane_token(world, without=(name,)))


def payload(world: World, text: str) -> str:
    """A genuine signature over any text at all."""
    key = world.signing.current
    head = keys.base64url(json.dumps({"alg": "RS256", "kid": keys.key_id(key)}).encode())
    message = f"{head}.{keys.base64url(text.encode('utf-8', 'surrogatepass'))}"
    return f"{message}.{keys.base64url(keys._signature(message.encode(), key, 'RS256'))}"


@pytest.mark.parametrize(
    "text",
    [
        '{"exp": 1e400}',
        '{"exp": NaN}',
        '{"exp": Infinity}',
        '{"exp": ' + "9" * 5000 + "}",
        '{"exp": 1, "exp": 2}',
        '{"tid": "a", "tid": "b"}',
        "[" * 3000,
        "[]",
        "null",
        '"text"',
        "",
        "\ud800",
    ],
)
def test_it_refuses_claims_that_are_not_strict_json(callers: CallerTokens, world: World, text: str) -> None:
    refuses(callers, payload(world, text))


def test_it_refuses_a_token_one_second_past_the_leeway(callers: CallerTokens, world: World) -> None:
    now = int(world.time())
    refuses(callers, pane_token(world, exp=now - LEEWAY - 1))
    assert callers.caller(bearer(pane_token(world, exp=now - LEEWAY + 5)))


@pytest.mark.parametrize("name", ["nbf", "iat"])
def test_it_refuses_a_token_from_the_future(callers: CallerTokens, world: World, name: str) -> None:
    now = int(world.time())
    refuses(callers, pane_token(world, **{name: now + LEEWAY + 5}))
    assert callers.caller(bearer(pane_token(world, **{name: now + LEEWAY - 5})))


# A11, A12, A13 For what


@pytest.mark.parametrize(
    "scopes", [None, "", "User.Read", "access_as_user2", "xaccess_as_user", "access_as_user\tx", ["access_as_user"]]
)
def test_it_forbids_a_token_without_our_scope(callers: CallerTokens, world: World, scopes: Any) -> None:
    with pytest.raises(MissingScope) as error:
        callers.caller(bearer(pane_token(world, scp=scopes)))
    assert (error.value.status, error.value.code) == (403, "missing_scope")


def test_it_forbids_an_application(callers: CallerTokens, world: World) -> None:
    claims = entra_tokens.app_claims(world, CONTOSO.id, AFFIX_APP, AFFIX_APP, ["Affix.Administrator"])
    with pytest.raises(Forbidden):
        callers.caller(bearer(keys.signed(claims, world.signing.current)))
    with pytest.raises(Forbidden):
        callers.caller(bearer(pane_token(world, idtyp="app")))


@pytest.mark.parametrize("client", [OTHER_APP, "", None, [OFFICE_APP], OFFICE_APP.upper()])
def test_it_forbids_an_unknown_client(callers: CallerTokens, world: World, client: Any) -> None:
    with pytest.raises(Forbidden):
        callers.caller(bearer(pane_token(world, azp=client)))


@pytest.mark.parametrize("proof", ["1", "2", 0, None])
def test_it_forbids_a_client_that_authenticated_otherwise_than_it_should(
    callers: CallerTokens, world: World, proof: Any
) -> None:
    with pytest.raises(Forbidden):
        callers.caller(bearer(pane_token(world, azpacr=proof)))


# A14, A15 Who


@pytest.mark.parametrize("name", [None, "", "ana@contoso.example", "ANA", 7])
def test_it_refuses_a_person_without_an_object_id(callers: CallerTokens, world: World, name: Any) -> None:
    refuses(callers, pane_token(world, oid=name))


def test_a_guest_is_known_by_the_tenant_that_is_visited(callers: CallerTokens, world: World) -> None:
    home = f"https://sts.windows.net/{FABRIKAM.id}/"
    guest = "0a0a0a0a-1b1b-4c4c-8d8d-2e2e2e2e2e2e"
    caller = callers.caller(
        bearer(pane_token(world, "eve", tid=CONTOSO.id, oid=guest, idp=home, iss=issuer(CONTOSO.id)))
    )
    assert (caller.tenant_id, caller.oid) == (CONTOSO.id, guest)


def test_a_name_borrowed_from_another_tenant_makes_no_other_person(callers: CallerTokens, world: World) -> None:
    borrowed = dict.fromkeys(("email", "preferred_username", "upn", "unique_name"), "cleo@contoso.example")
    caller = callers.caller(bearer(pane_token(world, "eve", **borrowed)))
    assert (caller.tenant_id, caller.oid) == (FABRIKAM.id, oid(world, "eve"))


@pytest.mark.parametrize("roles", [None, "Affix.Administrator", {"a": 1}, [1, None]])
def test_malformed_roles_are_no_roles(callers: CallerTokens, world: World, roles: Any) -> None:
    assert callers.caller(bearer(pane_token(world, "ben", roles=roles))).roles == ()


def issuer(tenant_id: str) -> str:
    return f"https://login.microsoftonline.com/{tenant_id}/v2.0"


# A17 The memory of good tokens


def test_a_remembered_token_ends_when_it_expires(callers: CallerTokens, world: World) -> None:
    token = pane_token(world, exp=int(world.time()) + 600)
    assert callers.caller(bearer(token)) is callers.caller(bearer(token))
    world.advance(600 + LEEWAY)
    refuses(callers, token)
    refuses(callers, token)


def test_a_refused_token_is_never_remembered(callers: CallerTokens, world: World) -> None:
    token = pane_token(world, nbf=int(world.time()) + 600)
    refuses(callers, token)
    refuses(callers, token)
    world.advance(601)
    assert callers.caller(bearer(token))


def test_two_tokens_of_one_person_are_remembered_apart(callers: CallerTokens, world: World) -> None:
    first, second = pane_token(world, roles=["one"]), pane_token(world, roles=["two"])
    for token, role in [(first, "one"), (second, "two")] * 2:
        assert callers.caller(bearer(token)).roles == (role,)


def test_a_remembered_token_helps_no_forged_one(callers: CallerTokens, world: World) -> None:
    token = pane_token(world)
    callers.caller(bearer(token))
    refuses(callers, token[:-4] + ("AAAA" if not token.endswith("AAAA") else "BBBB"))


def test_random_tokens_leave_nothing_behind(callers: CallerTokens, world: World) -> None:
    for number in range(2_000):
        refuses(callers, f"e30.e30.{number}")
    assert len(callers._good) == 0
    assert REMEMBERED <= 10_000


# What is told


def test_a_refusal_is_logged_with_its_reason_and_nothing_of_the_token(callers: CallerTokens, world: World) -> None:
    token = pane_token(world, aud=OTHER_APP)
    with capture_logs() as lines:
        refuses(callers, token)
    assert [(line["event"], line["reason"]) for line in lines] == [("caller refused", "other audience")]
    for part in (*token.split("."), "ana@contoso.example", OTHER_APP):
        assert part not in str(lines)


def test_no_library_logs_a_token(callers: CallerTokens, world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    token = pane_token(world)
    callers.caller(bearer(token))
    assert token not in caplog.text


def test_a_refused_token_is_not_in_the_error_nor_in_what_caused_it(callers: CallerTokens, world: World) -> None:
    token = pane_token(world, header={"alg": "none"})
    with pytest.raises(AffixError) as error:
        callers.caller(bearer(token))
    assert error.value.__cause__ is None
    assert token not in repr(error.value)
