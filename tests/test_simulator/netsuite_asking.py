"""Who asks the simulated NetSuite in these tests: an integration with a certificate, and what it asks for."""

import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.simulator.netsuite.accounts import Account

ACCOUNT = "1234567"
FABRIKAM = "7654321-sb1"
REST = f"https://{ACCOUNT}.suitetalk.api.netsuite.com/services/rest"
RECORD = f"{REST}/record/v1"
TOKEN = f"{REST}/auth/oauth2/v1/token"
RESTLET = f"https://{ACCOUNT}.restlets.api.netsuite.com/app/site/hosting/restlet.nl"
CLIENT = "c0ffee" * 10 + "cafe"
CERTIFICATE = "affix-certificate"
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def key_for(algorithm: str, bits: int = 3072) -> PrivateKey:
    """One key for each kind and strength; making one takes long."""
    if algorithm.startswith("ES"):
        curves = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}
        return ec.generate_private_key(curves[algorithm])
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def public_pem(key: PrivateKey) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


def assertion(algorithm: str = "ES256", key: PrivateKey | None = None, kid: str = CERTIFICATE, **claims: Any) -> str:
    """As Oracle describes it; None leaves a claim out."""
    now = int(time.time())
    usual = {"iss": CLIENT, "aud": TOKEN, "iat": now, "exp": now + 300, "scope": ["rest_webservices", "restlets"]}
    stated = {name: value for name, value in {**usual, **claims}.items() if value is not None}
    return jwt.encode(stated, key or key_for(algorithm), algorithm=algorithm, headers={"kid": kid})


def ask_token(http: requests.Session, text: str, url: str = TOKEN, **form: str) -> requests.Response:
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    usual = {"grant_type": "client_credentials", "client_assertion_type": kind, "client_assertion": text}
    return http.post(url, data={**usual, **form})


@dataclass
class Integration:
    """With an access token for REST and RESTlets of an account."""

    http: requests.Session
    account: Account
    headers: dict[str, str] = field(default_factory=dict)

    def sign_in(self, **claims: Any) -> None:
        self.account.register(CERTIFICATE, CLIENT, public_pem(key_for("ES256")))
        answer = ask_token(self.http, assertion(**claims))
        assert answer.status_code == 200, answer.text
        self.headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def ask(self, method: str, path: str, headers: dict[str, str] | None = None, **kwargs: Any) -> requests.Response:
        address = path if path.startswith("https://") else RECORD + path
        return self.http.request(method, address, headers={**self.headers, **(headers or {})}, **kwargs)

    def get(self, path: str, **kwargs: Any) -> requests.Response:
        return self.ask("GET", path, **kwargs)

    def post(self, path: str, json: Any, **kwargs: Any) -> requests.Response:
        return self.ask("POST", path, json=json, **kwargs)

    def made(self, path: str, json: Any, **kwargs: Any) -> str:
        """The id of what was created."""
        answer = self.post(path, json, **kwargs)
        assert (answer.status_code, answer.content) == (204, b""), answer.text
        return answer.headers["Location"].rpartition("/")[2]

    def named(self, type_: str, name: str) -> str:
        """The id of a record of the start."""
        names = ("entityId", "tranId", "caseNumber")
        return next(id_ for id_, one in self.account.records[type_].items() if name in {one.get(key) for key in names})


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Status and code of an error, which must be of the form that Oracle describes."""
    body = answer.json()
    kind, _, parameters = answer.headers["Content-Type"].partition(";")
    assert (kind, body["status"]) == ("application/vnd.oracle.resource+json", answer.status_code)
    assert "type=error" in parameters and body["type"].startswith("https://www.w3.org/Protocols/rfc2616/")
    return answer.status_code, body["o:errorDetails"][0]["o:errorCode"]


def about(answer: requests.Response) -> Any:
    """The field that an error names."""
    return answer.json()["o:errorDetails"][0].get("o:errorPath")
