"""The stage: a world, the simulator in process, and callers who ask it over the true addresses."""

import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import msal
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from flask import Flask

from tests.simulator import seed
from tests.simulator.adapter import mount
from tests.simulator.app import create_simulator
from tests.simulator.keys import base64url
from tests.simulator.world import World
from tests.test_simulator.cast import DEFAULT, LOGIN, Caller, Control, check_answer
from tests.test_simulator.netsuite_asking import ACCOUNT, Integration
from tests.test_simulator.receiving import PLACE, Receiver


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    yield world
    world.close()


@pytest.fixture
def receiver(world: World) -> Iterator[Receiver]:
    """Where notifications are sent in these tests. None of them may be other than Graph describes them."""
    receiver = Receiver()
    world.reach(PLACE, receiver)
    yield receiver
    assert receiver.faults == []


@pytest.fixture
def simulator(world: World) -> Flask:
    return create_simulator(world, observer=check_answer)


@pytest.fixture
def http(simulator: Flask) -> Iterator[requests.Session]:
    with requests.Session() as session:
        mount(session, simulator)
        yield session


@pytest.fixture
def control(simulator: Flask) -> Control:
    return Control(simulator)


@pytest.fixture
def netsuite(http: requests.Session, world: World) -> Integration:
    """An integration that is signed in to Contoso's NetSuite account."""
    account = world.netsuite.account(ACCOUNT)
    assert account
    integration = Integration(http, account)
    integration.sign_in()
    return integration


@pytest.fixture
def affix(http: requests.Session) -> msal.ConfidentialClientApplication:
    return msal.ConfidentialClientApplication(
        seed.AFFIX_APP, client_credential=seed.AFFIX_SECRET, authority=LOGIN, http_client=http
    )


@pytest.fixture
def on_behalf_of(http: requests.Session, control: Control) -> Callable[..., Caller]:
    """Affix acting for a person, with a token that Entra gave on behalf of that person."""

    def caller(user: str, cae: bool = False) -> Caller:
        app = msal.ConfidentialClientApplication(
            seed.AFFIX_APP,
            client_credential=seed.AFFIX_SECRET,
            authority=LOGIN,
            http_client=http,
            client_capabilities=["cp1"] if cae else None,
        )
        answer = app.acquire_token_on_behalf_of(control.token(user), DEFAULT)
        return Caller(http, answer["access_token"])

    return caller


@pytest.fixture
def app_only(http: requests.Session) -> Callable[[], Caller]:
    """Affix as itself, with whatever is consented to when it asks."""

    def caller() -> Caller:
        app = msal.ConfidentialClientApplication(
            seed.AFFIX_APP, client_credential=seed.AFFIX_SECRET, authority=LOGIN, http_client=http
        )
        return Caller(http, app.acquire_token_for_client(DEFAULT)["access_token"])

    return caller


@pytest.fixture
def person(http: requests.Session, control: Control) -> Callable[..., Caller]:
    """A person in an application of Microsoft's, or with the scopes that are named."""

    def caller(user: str, *scopes: str, **more: Any) -> Caller:
        asked: dict[str, Any] = {"scopes": list(scopes)} if scopes else {}
        return Caller(http, control.token(user, "graph", **asked, **more))

    return caller


@pytest.fixture(scope="session")
def certificate() -> tuple[str, str]:
    """A private key and a certificate of it, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "affix")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    return private.decode(), made.public_bytes(pem).decode()


@pytest.fixture
def assertion(control: Control, certificate: tuple[str, str]) -> Callable[..., str]:
    """A client assertion of Affix with a registered certificate, and claims as named."""
    private, public = certificate
    control.world(certificate={"pem": public})
    fingerprint = x509.load_pem_x509_certificate(public.encode()).fingerprint(hashes.SHA256())

    def made(**changes: Any) -> str:
        now = int(time.time())
        audience = f"{LOGIN}/oauth2/v2.0/token"
        claims = {"aud": audience, "iss": seed.AFFIX_APP, "sub": seed.AFFIX_APP, "jti": str(uuid.uuid4())}
        claims.update({"nbf": now, "exp": now + 300, **changes})
        return jwt.encode(claims, private, algorithm="PS256", headers={"x5t#S256": base64url(fingerprint)})

    return made
