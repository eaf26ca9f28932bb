"""Applications that prove who they are, and people who sign in to them."""

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import msal
import pytest
import requests

from tests.simulator import seed
from tests.test_simulator.cast import DEFAULT, LOGIN, Control
from tests.test_simulator.entra_asking import WRITE, ask_token, refused


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"client_secret": "wrong"}, (401, "invalid_client", 7000215)),
        ({"client_secret": ""}, (401, "invalid_client", 7000218)),
        ({"client_id": "unknown"}, (400, "unauthorized_client", 700016)),
        ({"scope": "https://graph.microsoft.com/Mail.Read"}, (400, "invalid_scope", 1002012)),
        ({"grant_type": "password"}, (400, "unsupported_grant_type", 70003)),
        ({"tenant": "common"}, (400, "invalid_request", 50194)),
        ({"tenant": "nobody.example"}, (400, "invalid_request", 90002)),
    ],
)
def test_client_credentials_are_refused(
    http: requests.Session, form: dict[str, str], expected: tuple[int, str, int]
) -> None:
    assert refused(ask_token(http, **{"grant_type": "client_credentials", "scope": DEFAULT[0], **form})) == expected


def test_an_application_gets_the_roles_that_were_consented_to(
    control: Control, affix: msal.ConfidentialClientApplication
) -> None:
    answer = affix.acquire_token_for_client(DEFAULT)
    claims = jwt.decode(answer["access_token"], options={"verify_signature": False})
    assert set(claims["roles"]) == {"MailboxSettings.Read", "Mail.Read"} and claims["idtyp"] == "app"
    assert "scp" not in claims and "refresh_token" not in answer


def test_a_certificate_proves_the_application_to_unmodified_msal(
    http: requests.Session, control: Control, certificate: tuple[str, str]
) -> None:
    private, public = certificate
    credential = {"private_key": private, "public_certificate": public}
    app = msal.ConfidentialClientApplication(
        seed.AFFIX_APP, client_credential=credential, authority=LOGIN, http_client=http
    )
    assert app.acquire_token_for_client(DEFAULT)["error"] == "invalid_client", "not registered yet"
    control.world(certificate={"pem": public})
    app = msal.ConfidentialClientApplication(
        seed.AFFIX_APP, client_credential=credential, authority=LOGIN, http_client=http
    )
    assert "access_token" in app.acquire_token_for_client(DEFAULT)
    assert "access_token" in app.acquire_token_on_behalf_of(control.token("ben"), DEFAULT), "MSAL sends it again"


@pytest.mark.parametrize(
    ("changes", "number"),
    [({}, None), ({"exp": 1700000000}, 700024), ({"aud": "https://elsewhere.example"}, 700027), ({"sub": "x"}, 700021)],
)
def test_a_client_assertion_is_checked(
    http: requests.Session,
    control: Control,
    assertion: Callable[..., str],
    changes: dict[str, Any],
    number: int | None,
) -> None:
    answer = with_assertion(http, assertion(**changes))
    assert answer.status_code == 200 if number is None else refused(answer)[2] == number


def test_a_client_assertion_with_a_used_number_is_refused(
    http: requests.Session, assertion: Callable[..., str]
) -> None:
    assert with_assertion(http, assertion(jti="one")).status_code == 200
    assert refused(with_assertion(http, assertion(jti="one", exp=4000000000)))[2] == 50012


def with_assertion(http: requests.Session, text: str) -> requests.Response:
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    more = {"client_secret": "", "client_assertion_type": kind, "client_assertion": text}
    return ask_token(http, grant_type="client_credentials", scope=DEFAULT[0], **more)


def test_msal_signs_a_person_in_with_a_code_and_pkce(
    http: requests.Session, affix: msal.ConfidentialClientApplication
) -> None:
    back = "http://localhost:5000/oauth/callback"
    flow = affix.initiate_auth_code_flow(WRITE, back, login_hint="ben@contoso.example", response_mode="form_post")
    assert "code_challenge=" in flow["auth_uri"]
    page = http.get(flow["auth_uri"]).text
    assert f'action="{back}"' in page
    answer = affix.acquire_token_by_auth_code_flow(flow, dict(re.findall(r'name="(\w+)" value="([^"]*)"', page)))
    assert answer["id_token_claims"]["oid"] and answer["refresh_token"]


def test_a_code_needs_its_verifier_and_is_good_once(http: requests.Session) -> None:
    verifier = "v" * 50
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "client_id": seed.AFFIX_APP,
        "redirect_uri": "http://localhost:1/oauth/callback",
        "response_type": "code",
        "scope": WRITE[0],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": "ben",
    }

    def redeem(code: str, **form: str) -> requests.Response:
        return ask_token(http, grant_type="authorization_code", code=code, redirect_uri=asked["redirect_uri"], **form)

    def fresh_code() -> str:
        sent = http.get(f"{LOGIN}/oauth2/v2.0/authorize", params=asked, allow_redirects=False)
        return parse_qs(urlsplit(sent.headers["Location"]).query)["code"][0]

    assert refused(redeem(fresh_code()))[2] == 501481
    code = fresh_code()
    assert redeem(code, code_verifier=verifier).status_code == 200
    assert refused(redeem(code, code_verifier=verifier))[2] == 70008


def test_the_sign_in_page_offers_people_and_refuses_unregistered_addresses(http: requests.Session) -> None:
    asked = {"client_id": seed.AFFIX_APP, "redirect_uri": "http://localhost/oauth/callback", "response_type": "code"}
    assert "ben@contoso.example" in http.get(f"{LOGIN}/oauth2/v2.0/authorize", params=asked).text
    asked["redirect_uri"] = "https://evil.example/"
    assert http.get(f"{LOGIN}/oauth2/v2.0/authorize", params=asked).status_code == 400
