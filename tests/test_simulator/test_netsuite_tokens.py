"""Who gets in: assertions, access tokens, scopes, and signed requests of older clients."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID
from oauthlib.oauth1 import Client

from tests.simulator.netsuite.accounts import TokenPair
from tests.simulator.world import World
from tests.test_simulator.netsuite_asking import (
    ACCOUNT,
    CERTIFICATE,
    CLIENT,
    RECORD,
    REST,
    RESTLET,
    TOKEN,
    Integration,
    ask_token,
    assertion,
    key_for,
    public_pem,
    refusal,
)


@pytest.mark.parametrize("algorithm", ["PS256", "PS384", "PS512", "ES256", "ES384", "ES512"])
def test_a_signed_assertion_is_exchanged_for_a_token_of_an_hour(netsuite: Integration, algorithm: str) -> None:
    netsuite.account.register("of this test", CLIENT, public_pem(key_for(algorithm)))
    answer = ask_token(netsuite.http, assertion(algorithm, kid="of this test")).json()
    assert (answer["expires_in"], answer["token_type"]) == ("3600", "bearer") and "refresh_token" not in answer
    headers = {"Authorization": f"Bearer {answer['access_token']}"}
    assert netsuite.http.get(f"{RECORD}/customer", headers=headers).status_code == 200


NOW = int(time.time())


@dataclass(frozen=True)
class In:
    """A moment so many seconds from when the test runs, which may be long after it was read."""

    seconds: int


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "somebody else"},
        {"iss": None},
        {"aud": "https://elsewhere.example/token"},
        {"aud": TOKEN.replace(ACCOUNT, "7654321-sb1")},
        {"aud": None},
        {"iat": None},
        {"exp": None},
        {"exp": In(3700)},
        {"iat": In(-7200), "exp": In(-3601)},
        {"iat": In(600), "exp": In(900)},
        {"iat": In(0), "exp": In(0)},
        {"exp": "soon"},
        {"scope": None},
        {"scope": []},
        {"scope": "everything"},
        {"scope": ["restlets", 7]},
        {"scope": ["restlets", "mail"]},
    ],
)
def test_an_assertion_that_claims_something_else_is_refused(netsuite: Integration, claims: dict[str, Any]) -> None:
    now = int(time.time())
    moments = {name: now + each.seconds for name, each in claims.items() if isinstance(each, In)}
    answer = ask_token(netsuite.http, assertion(**{**claims, **moments}))
    assert answer.status_code == 400 and answer.json()["error"] in {"invalid_request", "invalid_scope"}


@pytest.mark.parametrize(
    "scope", [["rest_webservices", "restlets"], "rest_webservices,restlets", "restlets rest_webservices", "restlets"]
)
def test_the_scope_may_be_a_list_or_a_text(netsuite: Integration, scope: object) -> None:
    assert ask_token(netsuite.http, assertion(scope=scope)).status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        {"grant_type": "password"},
        {"client_assertion_type": "something else"},
        {"client_assertion": "no token"},
        {"client_assertion": ""},
    ],
)
def test_a_token_request_of_another_form_is_refused(netsuite: Integration, form: dict[str, str]) -> None:
    answer = ask_token(netsuite.http, assertion(), **form)
    assert answer.status_code == 400 and answer.json()["error"]


def test_a_token_request_must_be_a_form(netsuite: Integration) -> None:
    asked = {"grant_type": "client_credentials", "client_assertion": assertion()}
    assert netsuite.http.post(TOKEN, json=asked).status_code == 400


def test_rs256_is_refused(netsuite: Integration) -> None:
    netsuite.account.register("rsa", CLIENT, public_pem(key_for("PS256")))
    text = assertion("RS256", key_for("PS256"), kid="rsa")
    assert "algorithm" in ask_token(netsuite.http, text).json()["error_description"]


def test_an_unsigned_assertion_is_refused(netsuite: Integration) -> None:
    claims = {"iss": CLIENT, "aud": TOKEN, "iat": NOW, "exp": NOW + 300, "scope": ["restlets"]}
    text = jwt.encode(claims, "", algorithm="none", headers={"kid": CERTIFICATE})
    assert ask_token(netsuite.http, text).status_code == 400


def test_the_public_key_is_no_shared_secret(netsuite: Integration) -> None:
    text = assertion("HS256", b"the public key, which everybody knows" * 2, kid=CERTIFICATE)  # type: ignore[arg-type]
    assert ask_token(netsuite.http, text).status_code == 400


def test_a_key_of_another_kind_or_owner_is_refused(netsuite: Integration) -> None:
    assert ask_token(netsuite.http, assertion("ES384")).status_code == 400, "registered for ES256"
    assert ask_token(netsuite.http, assertion("PS256")).status_code == 400, "an RSA key, registered is another"
    assert ask_token(netsuite.http, assertion(kid="unknown")).status_code == 400


def test_a_short_key_is_refused(netsuite: Integration) -> None:
    netsuite.account.register("short", CLIENT, public_pem(key_for("PS256", 2048)))
    answer = ask_token(netsuite.http, assertion("PS256", key_for("PS256", 2048), kid="short"))
    assert answer.status_code == 400 and "key" in answer.json()["error_description"]


def certificate_of(days: int, begun: int = 1) -> str:
    """A certificate that was begun so many days ago, and is good for so many days from now."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "affix")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key_for("ES256").public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=begun))
        .not_valid_after(now + timedelta(days=days))
        .sign(key_for("ES256"), hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


def test_a_certificate_is_good_until_it_expires(netsuite: Integration, world: World) -> None:
    netsuite.account.register("certificate", CLIENT, certificate_of(days=2))
    assert ask_token(netsuite.http, assertion(kid="certificate")).status_code == 200
    world.advance(3 * 24 * 3600)
    later = int(world.time())
    answer = ask_token(netsuite.http, assertion(kid="certificate", iat=later, exp=later + 300))
    assert "expired" in answer.json()["error_description"]


def test_a_certificate_of_more_than_two_years_is_not_taken(netsuite: Integration) -> None:
    with pytest.raises(ValueError, match="two years"):
        netsuite.account.register("long", CLIENT, certificate_of(days=800))


def test_a_token_expires_after_an_hour(netsuite: Integration, world: World) -> None:
    world.advance(3590)
    assert netsuite.get("/customer").status_code == 200
    world.advance(20)
    answer = netsuite.get("/customer")
    assert refusal(answer) == (401, "INVALID_LOGIN") and "WWW-Authenticate" in answer.headers


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Basic dXNlcjpwYXNz", "Bearer", "OAuth"])
def test_nobody_gets_in_without_a_token(http: requests.Session, header: str) -> None:
    assert refusal(http.get(f"{RECORD}/customer", headers={"Authorization": header})) == (401, "INVALID_LOGIN")


def test_a_token_is_of_one_account(netsuite: Integration) -> None:
    other = f"{RECORD}/customer".replace(ACCOUNT, "7654321-sb1")
    assert refusal(netsuite.get(other)) == (401, "INVALID_LOGIN")


def test_a_scope_opens_its_own_door_only(netsuite: Integration) -> None:
    netsuite.sign_in(scope="restlets")
    assert refusal(netsuite.get("/customer")) == (401, "INVALID_LOGIN")
    netsuite.sign_in(scope="rest_webservices")
    answer = netsuite.post(RESTLET, {"action": "ping"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "INVALID_LOGIN_ATTEMPT")


def test_a_role_that_may_not_log_in_gets_no_token(netsuite: Integration) -> None:
    netsuite.account.withheld.add("Log in using OAuth 2.0 Access Tokens")
    assert ask_token(netsuite.http, assertion()).json()["error"] == "invalid_grant"


PAIR = TokenPair("consumer secret", "token secret")


def signed(path: str = "/customer", method: str = "GET", /, **changes: Any) -> dict[str, str]:
    """Headers as an independent library signs them; the realm is given as NetSuite wants it."""
    usual = {"resource_owner_key": "token", "signature_method": "HMAC-SHA256", "realm": ACCOUNT}
    secrets = {"client_secret": PAIR.consumer_secret, "resource_owner_secret": PAIR.token_secret}
    _, headers, _ = Client("consumer", **{**usual, **secrets, **changes}).sign(RECORD + path, method)
    return {name: str(value) for name, value in headers.items()}


@pytest.fixture
def older(netsuite: Integration) -> Integration:
    """The account knows a consumer and a token of token-based authentication."""
    netsuite.account.token_pairs["consumer", "token"] = PAIR
    netsuite.headers = {}
    return netsuite


def test_a_signed_request_needs_no_token(older: Integration) -> None:
    path = '/contact?q=email IS "legal@adatum.example"&limit=5'.replace(" ", "%20").replace('"', "%22")
    assert older.get(path, headers=signed(path)).json()["count"] == 1
    body = {"companyName": "Proseware"}
    assert older.post("/customer", body, headers=signed("/customer", "POST")).status_code == 204


@pytest.mark.parametrize(
    "changes",
    [
        {"realm": "7654321_SB1"},
        {"realm": None},
        {"client_secret": "wrong"},
        {"resource_owner_secret": "wrong"},
        {"resource_owner_key": "another"},
        {"signature_method": "HMAC-SHA1"},
        {"timestamp": str(NOW - 3600)},
        {"timestamp": str(NOW + 3600)},
    ],
)
def test_a_request_that_is_signed_otherwise_is_refused(older: Integration, changes: dict[str, Any]) -> None:
    assert refusal(older.get("/customer", headers=signed(**changes))) == (401, "INVALID_LOGIN")


def test_a_signature_is_good_for_its_own_request_and_once(older: Integration) -> None:
    headers = signed()
    assert older.get("/customer?limit=1", headers=headers).status_code == 401, "the query is signed too"
    assert older.get("/contact", headers=headers).status_code == 401
    assert older.ask("POST", "/customer", headers=headers, json={}).status_code == 401
    assert older.get("/customer", headers=headers).status_code == 200
    assert older.get("/customer", headers=headers).status_code == 401, "the nonce was used"


def test_an_address_below_the_host_that_nobody_has_is_refused(netsuite: Integration) -> None:
    assert refusal(netsuite.get(f"{REST}/nothing"))[0] == 404
    assert refusal(netsuite.ask("PATCH", "/customer"))[0] == 405
    assert refusal(netsuite.get(f"{RECORD}/customer".replace(ACCOUNT, "999")))[0] == 404, "no such account"
