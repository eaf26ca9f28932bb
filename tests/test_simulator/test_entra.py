"""Entra: metadata, keys, the four grants, and its refusals."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt
import msal
import pytest
import requests

from tests.simulator import seed
from tests.simulator.directory import CONSUMER_TENANT
from tests.simulator.world import World
from tests.test_simulator.cast import DEFAULT, LOGIN, Caller, Control
from tests.test_simulator.entra_asking import WRITE, ask_for_person, ask_token, refused


def verified(http: requests.Session, token: str) -> dict[str, Any]:
    """As a careful API checks it."""
    published = http.get(f"{LOGIN}/discovery/v2.0/keys").json()["keys"]
    by_id = {key["kid"]: key for key in published}
    key = by_id[jwt.get_unverified_header(token)["kid"]]
    claims: dict[str, Any] = jwt.decode(token, jwt.PyJWK(key, "RS256"), algorithms=["RS256"], audience=seed.AFFIX_APP)
    assert key["issuer"] == claims["iss"]
    return claims


@pytest.mark.parametrize("tenant", [seed.CONTOSO.id, "contoso.example"])
def test_the_metadata_of_a_tenant_names_its_issuer(http: requests.Session, tenant: str) -> None:
    address = f"https://login.microsoftonline.com/{tenant}"
    found = http.get(f"{address}/v2.0/.well-known/openid-configuration").json()
    assert found["issuer"] == f"{LOGIN}/v2.0"
    assert found["token_endpoint"] == f"{LOGIN}/oauth2/v2.0/token"
    assert (
        http.get(f"{address}/.well-known/openid-configuration").json()["issuer"].startswith("https://sts.windows.net/")
    )


@pytest.mark.parametrize("endpoint", ["common", "organizations"])
def test_the_shared_metadata_has_a_template_for_the_issuer(http: requests.Session, endpoint: str) -> None:
    address = f"https://login.microsoftonline.com/{endpoint}/v2.0/.well-known/openid-configuration"
    found = http.get(address).json()
    assert found["issuer"] == "https://login.microsoftonline.com/{tenantid}/v2.0"
    issuers = {key["issuer"] for key in http.get(found["jwks_uri"]).json()["keys"]}
    assert issuers == {found["issuer"], f"https://login.microsoftonline.com/{CONSUMER_TENANT}/v2.0"}


def test_an_unknown_tenant_has_no_metadata(http: requests.Session) -> None:
    address = "https://login.microsoftonline.com/nobody.example/v2.0/.well-known/openid-configuration"
    assert refused(http.get(address)) == (400, "invalid_request", 90002)


def test_a_token_on_order_verifies_with_the_published_keys(http: requests.Session, control: Control) -> None:
    claims = verified(http, control.token("ana"))
    assert claims["scp"] == "access_as_user" and claims["tid"] == seed.CONTOSO.id and claims["ver"] == "2.0"
    assert claims["azp"] == "ea5a67f6-b6f3-4338-b240-c655ddc3cc8e" and claims["azpacr"] == "0"
    assert claims["roles"] == ["Affix.Administrator"]
    assert verified(http, control.token("ana", "naa"))["azp"] == seed.AFFIX_APP
    assert "roles" not in verified(http, control.token("ben"))


def test_a_dishonest_token_is_made_as_ordered(http: requests.Session, control: Control) -> None:
    strange = control.token("ana", claims={"aud": "other", "scp": None, "exp": "soon"}, header={"kid": None})
    claims = jwt.decode(strange, options={"verify_signature": False, "verify_exp": False, "verify_aud": False})
    assert (claims["aud"], claims["exp"]) == ("other", "soon") and "scp" not in claims
    assert "kid" not in jwt.get_unverified_header(strange)
    assert control.token("ana", header={"alg": "none"}).endswith(".")
    assert jwt.get_unverified_header(control.token("ana", header={"alg": "HS256"}))["alg"] == "HS256"


def test_the_consumer_key_is_published_and_the_retired_one_is_not(http: requests.Session, control: Control) -> None:
    known = {key["kid"]: key["issuer"] for key in http.get(f"{LOGIN}/discovery/v2.0/keys").json()["keys"]}
    ids = {
        key: jwt.get_unverified_header(control.token("ana", key=key))["kid"]
        for key in ("consumer", "retired", "unknown")
    }
    assert CONSUMER_TENANT in known[ids["consumer"]]
    assert ids["retired"] not in known and ids["unknown"] not in known


def test_keys_rotate_and_the_one_before_stays_published(http: requests.Session, control: Control) -> None:
    before = control.token("ana")
    control.world(rotateKeys=True)
    after = control.token("ana")
    assert jwt.get_unverified_header(before)["kid"] != jwt.get_unverified_header(after)["kid"]
    assert verified(http, before) and verified(http, after)
    control.world(rotateKeys=True)
    with pytest.raises(KeyError):
        verified(http, before)


def test_msal_gets_a_token_on_behalf_of_a_person_and_renews_it(
    http: requests.Session, control: Control, affix: msal.ConfidentialClientApplication
) -> None:
    first = affix.acquire_token_on_behalf_of(control.token("ben"), WRITE)
    assert first["token_source"] == "identity_provider" and first["refresh_token"]
    assert first["id_token_claims"]["preferred_username"] == "ben@contoso.example"
    account = affix.get_accounts()[0]
    assert account["home_account_id"].endswith(f".{seed.CONTOSO.id}")
    assert affix.acquire_token_silent(WRITE, account)["token_source"] == "cache"
    renewed = affix.acquire_token_silent(WRITE, account, force_refresh=True)
    assert renewed["token_source"] == "identity_provider" and renewed["access_token"] != first["access_token"]


def test_a_refresh_token_comes_only_with_offline_access(http: requests.Session, control: Control) -> None:
    token = control.token("ben")
    assert "refresh_token" not in ask_for_person(http, token, WRITE[0]).json()
    body = ask_for_person(http, token, f"{WRITE[0]} offline_access").json()
    assert "refresh_token" in body and "client_info" not in body
    again = ask_token(http, grant_type="refresh_token", refresh_token=body["refresh_token"], scope=WRITE[0])
    assert again.status_code == 200
    still = ask_token(http, grant_type="refresh_token", refresh_token=body["refresh_token"], scope=WRITE[0])
    assert still.status_code == 200, "a used refresh token is not revoked"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"claims": {"aud": "api://somebody-else"}}, (400, "invalid_grant", 500131)),
        ({"claims": {"exp": 1700000000}}, (400, "invalid_grant", 500133)),
        ({"claims": {"scp": None, "roles": ["x"]}}, (400, "invalid_grant", 50013)),
        ({"key": "unknown"}, (400, "invalid_grant", 50013)),
        ({"key": "consumer"}, (400, "invalid_grant", 50013)),
        ({"header": {"alg": "none"}}, (400, "invalid_grant", 50013)),
    ],
)
def test_on_behalf_of_refuses_an_assertion(
    http: requests.Session, control: Control, changes: dict[str, Any], expected: tuple[int, str, int]
) -> None:
    assert refused(ask_for_person(http, control.token("ben", **changes))) == expected


def test_on_behalf_of_refuses_an_app_only_token_and_another_tenants(http: requests.Session, control: Control) -> None:
    assert refused(ask_for_person(http, control.token("ben", "app")))[2] == 50013
    assert refused(ask_for_person(http, control.token("eve")))[2] == 50013
    assert refused(ask_for_person(http, control.token("ben"), client_secret="wrong"))[:2] == (401, "invalid_client")


def test_a_scope_without_consent_is_refused(http: requests.Session, control: Control) -> None:
    answer = ask_for_person(http, control.token("ben"), "https://graph.microsoft.com/Calendars.Read")
    assert refused(answer) == (400, "invalid_grant", 65001) and answer.json()["suberror"] == "consent_required"
    control.world(consent={"delegated": []})
    assert refused(ask_for_person(http, control.token("ben")))[2] == 65001


def test_multi_factor_sign_in_is_asked_for_with_claims(http: requests.Session, control: Control) -> None:
    control.world(mfa="ben")
    answer = ask_for_person(http, control.token("ben"))
    assert refused(answer) == (400, "interaction_required", 50076)
    assert "access_token" in json.loads(answer.json()["claims"])
    assert ask_for_person(http, control.token("ben", claims={"amr": ["pwd", "mfa"]})).status_code == 200
    control.world(block="ana")
    assert refused(ask_for_person(http, control.token("ana")))[2] == 53003


def test_revocation_ends_older_tokens_and_spares_newer_ones(http: requests.Session, control: Control) -> None:
    old = control.token("ben")
    refresh = ask_for_person(http, old, f"{WRITE[0]} offline_access").json()["refresh_token"]
    control.world(revoke="ben")
    assert refused(ask_for_person(http, old))[2] == 50173
    assert refused(ask_token(http, grant_type="refresh_token", refresh_token=refresh))[2] == 50173
    assert ask_for_person(http, control.token("ben")).status_code == 200


def test_a_refresh_token_dies_of_age_and_belongs_to_its_application(http: requests.Session, control: Control) -> None:
    refresh = ask_for_person(http, control.token("ben"), f"{WRITE[0]} offline_access").json()["refresh_token"]
    stranger = ask_token(
        http,
        grant_type="refresh_token",
        refresh_token=refresh,
        client_id=seed.OTHER_APP,
        client_secret="other-secret",
    )
    assert refused(stranger)[2] == 9002313
    control.world(advance=91 * 24 * 3600)
    assert refused(ask_token(http, grant_type="refresh_token", refresh_token=refresh))[2] == 700082


def test_token_requests_are_counted_by_grant(control: Control, on_behalf_of: Callable[..., Caller]) -> None:
    on_behalf_of("ben")
    counted = [route for route in control.routes() if route["grant"]]
    assert [(route["grant"], route["route"], route["count"]) for route in counted] == [
        ("on_behalf_of", "/{tenant}/oauth2/v2.0/token", 1)
    ]


def test_sixty_people_at_once_each_get_their_own_token(
    http: requests.Session, control: Control, world: World, affix: msal.ConfidentialClientApplication
) -> None:
    names = ["ana", "ben", "cleo", "mallory"] * 15
    tokens = [control.token(name) for name in names]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda token: affix.acquire_token_on_behalf_of(token, DEFAULT), tokens))
    found = [jwt.decode(answer["access_token"], options={"verify_signature": False})["upn"] for answer in answers]
    assert found == [f"{name}@contoso.example" for name in names]
