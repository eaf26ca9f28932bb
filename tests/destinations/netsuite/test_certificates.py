"""Keys and certificates that an administrator uploads, the settings they stand in, and the warning before they end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from pydantic import ValidationError

from server.destinations.netsuite.certificate import Made, ends_at, make, signer, warning
from server.destinations.netsuite.config import Config
from server.destinations.netsuite.facts import ASSUMPTIONS, Facts

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


def pem(key: Any, password: bytes | None = None) -> str:
    lock = BestAvailableEncryption(password) if password else NoEncryption()
    return str(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock).decode())


@pytest.mark.parametrize(("kind", "algorithm"), [("ec", "ES256"), ("rsa", "PS256")])
def test_a_made_key_signs_with_an_algorithm_that_netsuite_takes(kind: Any, algorithm: str) -> None:
    made = make(kind)
    assert signer(made.private_key)[1] == algorithm
    assert timedelta(days=729) < ends_at(made.certificate) - datetime.now(UTC) <= timedelta(days=730)
    assert "PRIVATE" not in made.certificate


@pytest.mark.parametrize(
    ("curve", "algorithm"), [(ec.SECP256R1(), "ES256"), (ec.SECP384R1(), "ES384"), (ec.SECP521R1(), "ES512")]
)
def test_each_curve_has_its_algorithm(curve: ec.EllipticCurve, algorithm: str) -> None:
    assert signer(pem(ec.generate_private_key(curve)))[1] == algorithm


@pytest.mark.parametrize(
    "key",
    [
        "",
        "no key",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        pem(rsa.generate_private_key(65537, 2048)),
        pem(ec.generate_private_key(ec.SECP256K1())),
        pem(ed25519.Ed25519PrivateKey.generate()),
        pem(ec.generate_private_key(ec.SECP256R1()), b"password"),
    ],
)
def test_a_key_that_netsuite_would_refuse_is_refused_in_a_sentence(
    settings_of_account: dict[str, Any], key: str
) -> None:
    settings_of_account["certificates"] = [{"id": "cert-1", "private_key": key}]
    with pytest.raises(ValidationError, match="The private key") as refused:
        Config.model_validate(settings_of_account)
    assert not key or key not in str(refused.value)


def test_the_warning_comes_thirty_days_ahead() -> None:
    made = make(days=40)
    end = ends_at(made.certificate)
    assert warning(made.certificate, "cert-1", end - timedelta(days=30, hours=1)) is None
    assert warning(made.certificate, "cert-1", end - timedelta(days=30)) == "Certificate cert-1 ends in 30 days."
    assert warning(made.certificate, "cert-1", end - timedelta(days=1, hours=3)) == "Certificate cert-1 ends in 1 day."
    assert warning(made.certificate, "cert-1", end - timedelta(hours=3)) == "Certificate cert-1 ends today."
    assert warning(made.certificate, "cert-1", end) == "Certificate cert-1 has ended."
    assert warning(None, "cert-1", end) is None


def test_what_is_no_certificate_is_refused(settings_of_account: dict[str, Any]) -> None:
    settings_of_account["certificates"][0]["certificate"] = "no certificate"
    with pytest.raises(ValidationError, match="The certificate is no PEM text"):
        Config.model_validate(settings_of_account)


def test_a_certificate_of_another_key_is_refused(settings_of_account: dict[str, Any]) -> None:
    settings_of_account["certificates"][0]["certificate"] = make().certificate
    with pytest.raises(ValidationError, match="The certificate is not of this private key"):
        Config.model_validate(settings_of_account)


def test_the_addresses_follow_from_the_account(settings_of_account: dict[str, Any]) -> None:
    config = Config.model_validate({**settings_of_account, "account": "7654321_SB1"})
    assert config.rest == "https://7654321-sb1.suitetalk.api.netsuite.com"
    assert config.restlets == "https://7654321-sb1.restlets.api.netsuite.com"
    assert config.app == "https://7654321-sb1.app.netsuite.com"
    other = Config.model_validate({**settings_of_account, "rest_url": "https://ns.example.com/"})
    assert (other.rest, other.app) == ("https://ns.example.com", "https://1234567.app.netsuite.com")


@pytest.mark.parametrize(
    "wrong",
    [
        {"account": "12 34"},
        {"account": "1234567.evil.example/"},
        {"rest_url": "http://ns.example.com"},
        {"rest_url": "https://ns.example.com/?x=1"},
        {"app_url": "javascript:alert(1)"},
        {"folder": "-5"},
        {"at_once": 0},
        {"at_once": 65},
        {"types": []},
        {"types": ["purchaseorder"]},
        {"restlet_deployment": None},
        {"certificates": []},
        {"unknown": 1},
        {"facts": {"unknown": 1}},
        {"facts": {"document_path": "//evil.example"}},
    ],
)
def test_settings_that_cannot_be_right_are_refused(settings_of_account: dict[str, Any], wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Config.model_validate({**settings_of_account, **wrong})


def test_the_same_certificate_twice_is_refused(settings_of_account: dict[str, Any]) -> None:
    settings_of_account["certificates"] *= 2
    with pytest.raises(ValidationError, match="Each certificate can be named once"):
        Config.model_validate(settings_of_account)


def test_the_key_is_never_shown(config: Config, made: Made) -> None:
    secret = made.private_key.splitlines()[1]
    assert secret not in repr(config)
    assert secret not in config.model_dump_json()


def test_a_form_can_be_drawn_from_the_settings() -> None:
    schema = Config.model_json_schema()
    described = [*schema["properties"].values(), *schema["$defs"]["Certificate"]["properties"].values()]
    described += schema["$defs"]["Facts"]["properties"].values()
    for field in described:
        assert field["title"] and field["description"], field
    assert schema["$defs"]["Certificate"]["properties"]["private_key"]["writeOnly"] is True
    assert schema["required"] == ["account", "client_id", "certificates"]


def test_every_switch_says_where_its_default_comes_from_and_stands_in_the_readme() -> None:
    page = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    for name, field in Facts.model_fields.items():
        assert isinstance(field.json_schema_extra, dict)
        assert field.title and field.description and field.json_schema_extra["source"]
        assert f"`{name}`" in page
    assert all(each.what and each.source for each in ASSUMPTIONS)
