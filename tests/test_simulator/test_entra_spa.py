"""A page in a browser signs people in by itself: with PKCE, without a secret, from its own origin only."""

import base64
import hashlib
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests

from tests.simulator import seed
from tests.test_simulator.cast import LOGIN, Control
from tests.test_simulator.entra_asking import ask_token, refused

ORIGIN = "http://localhost:3001"
VERIFIER = "v" * 43
OWN = f"api://localhost:3001/{seed.AFFIX_APP}/access_as_user"
ASKED = {
    "client_id": seed.AFFIX_APP,
    "redirect_uri": f"{ORIGIN}/addin/admin.html",
    "response_type": "code",
    "response_mode": "fragment",
    "scope": f"{OWN} openid profile offline_access",
    "nonce": "a nonce",
    "state": "a state",
    "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode(),
    "code_challenge_method": "S256",
    "login_hint": "ana@contoso.example",
}


def answered(http: requests.Session, **other: str) -> dict[str, str]:
    asked = {name: value for name, value in {**ASKED, **other}.items() if value}
    sent = http.get(f"{LOGIN}/oauth2/v2.0/authorize", params=asked, allow_redirects=False)
    return {name: values[0] for name, values in parse_qs(urlsplit(sent.headers["Location"]).fragment).items()}


def redeem(http: requests.Session, origin: str | None = ORIGIN, **form: str) -> requests.Response:
    http.headers.pop("Origin", None)
    http.headers.update({"Origin": origin} if origin else {})
    asked = {"client_secret": "", "scope": ASKED["scope"], "redirect_uri": ASKED["redirect_uri"], "client_info": "1"}
    return ask_token(http, **{"grant_type": "authorization_code", "code_verifier": VERIFIER, **asked, **form})


def claims_of(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


def test_a_page_gets_tokens_for_its_own_api(http: requests.Session) -> None:
    found = answered(http)
    assert found["state"] == "a state"
    answer = redeem(http, code=found["code"]).json()
    claims = claims_of(answer["access_token"])
    assert (claims["aud"], claims["azp"], claims["scp"]) == (seed.AFFIX_APP, seed.AFFIX_APP, "access_as_user")
    assert claims["roles"] == [seed.ADMINISTRATOR]
    assert claims_of(answer["id_token"])["nonce"] == "a nonce"
    assert json.loads(base64.urlsafe_b64decode(answer["client_info"] + "=="))["uid"] == claims["oid"]
    again = redeem(http, grant_type="refresh_token", refresh_token=answer["refresh_token"])
    assert claims_of(again.json()["access_token"])["preferred_username"] == "ana@contoso.example"


@pytest.mark.parametrize(
    ("other", "number"),
    [
        pytest.param({"origin": None}, 9002327, id="outside-a-browser"),
        pytest.param({"origin": "https://evil.example"}, 9002326, id="from-another-origin"),
        pytest.param({"code_verifier": "w" * 43}, 501481, id="without-the-verifier"),
        pytest.param({"scope": f"{OWN} https://graph.microsoft.com/Mail.Read"}, 28000, id="for-two-resources"),
        pytest.param({"scope": OWN.replace("access_as_user", "everything")}, 70011, id="for-an-unknown-scope"),
    ],
)
def test_a_code_of_a_page_is_refused(http: requests.Session, other: dict[str, str], number: int) -> None:
    assert refused(redeem(http, **{"code": answered(http)["code"], **other}))[2] == number


def test_a_code_of_a_server_is_no_pages(http: requests.Session) -> None:
    uri = "http://localhost/oauth/callback"
    code = answered(http, redirect_uri=uri)["code"]
    assert refused(redeem(http, "http://localhost", code=code, redirect_uri=uri))[2] == 9002326


def test_a_pages_refresh_token_lives_for_a_day(http: requests.Session, control: Control) -> None:
    token = redeem(http, code=answered(http)["code"]).json()["refresh_token"]
    assert refused(redeem(http, None, grant_type="refresh_token", refresh_token=token))[2] == 9002327
    control.world(advance=25 * 3600)
    assert refused(redeem(http, grant_type="refresh_token", refresh_token=token))[2] == 700084


def test_a_day_after_the_sign_in_those_are_over_too_that_were_got_meanwhile(
    http: requests.Session, control: Control
) -> None:
    first = redeem(http, code=answered(http)["code"]).json()["refresh_token"]
    control.world(advance=20 * 3600)
    second = redeem(http, grant_type="refresh_token", refresh_token=first).json()["refresh_token"]
    control.world(advance=3 * 3600)
    third = redeem(http, grant_type="refresh_token", refresh_token=second).json()["refresh_token"]
    control.world(advance=2 * 3600)
    for token in {first, second, third}:
        assert refused(redeem(http, grant_type="refresh_token", refresh_token=token))[2] == 700084


def test_a_pages_refresh_token_is_good_for_no_other_page(http: requests.Session) -> None:
    token = redeem(http, code=answered(http)["code"]).json()["refresh_token"]
    elsewhere = "https://evil.example"
    assert refused(redeem(http, elsewhere, grant_type="refresh_token", refresh_token=token))[2] == 9002326
    following = redeem(http, grant_type="refresh_token", refresh_token=token).json()["refresh_token"]
    assert refused(redeem(http, elsewhere, grant_type="refresh_token", refresh_token=following))[2] == 9002326


def test_a_page_has_to_prove_itself_and_may_ask_silently(http: requests.Session) -> None:
    assert "AADSTS9002325" in answered(http, code_challenge="", code_challenge_method="")["error_description"]
    assert answered(http, login_hint="", prompt="none")["error"] == "login_required"
