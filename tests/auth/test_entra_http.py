from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from server.auth.entra_http import LONGEST_PAUSE, PAUSE, EntraHttp, EntraUnavailable, retry_after
from server.auth.graph_tokens import GraphTokens
from server.auth.sealing import Sealer
from server.errors import Misconfigured
from tests.auth.conftest import make_settings
from tests.auth.memory import MemoryGrants
from tests.auth.pane import asked
from tests.simulator import keys
from tests.simulator.seed import AFFIX_APP, CONTOSO
from tests.simulator.world import World

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
METADATA = f"https://login.microsoftonline.com/{CONTOSO.id}/v2.0/.well-known/openid-configuration"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, PAUSE),
        ("17", 17),
        (" 17 ", 17),
        ("0", 1),
        ("-1", PAUSE),
        ("1.5", PAUSE),
        ("soon", PAUSE),
        ("", PAUSE),
        ("9" * 400, LONGEST_PAUSE),
        (format_datetime(NOW + timedelta(seconds=30), usegmt=True), 31),
        (format_datetime(NOW - timedelta(hours=1), usegmt=True), 1),
        (format_datetime(NOW + timedelta(days=1), usegmt=True), LONGEST_PAUSE),
        ("Fri, 20 Nov 2026 12:00:30 -0000", 31),
    ],
)
def test_retry_after_is_understood_in_seconds_and_as_a_date(value: str | None, seconds: int) -> None:
    assert retry_after(value, NOW.timestamp()) == seconds


def test_metadata_is_read_once_a_day(http: requests.Session, world: World) -> None:
    entra = EntraHttp(http, now=world.time)
    for _ in range(5):
        assert entra.get(METADATA).json()["token_endpoint"]
    assert asked(world) == 1
    world.advance(24 * 3600 + 1)
    entra.get(METADATA)
    assert asked(world) == 2


def test_an_address_outside_is_unavailable_and_its_error_holds_no_request(http: requests.Session) -> None:
    with pytest.raises(EntraUnavailable) as error:
        EntraHttp(http).post("https://elsewhere.example/token", data={"client_secret": "x"})
    assert error.value.__cause__ is None
    assert error.value.request is None


# A certificate in place of the secret

Pem = Callable[[str], Path]


@pytest.fixture
def pem(tmp_path: Path) -> Pem:
    """A file with the named parts: "key", "own" (certificate), "chain" (another certificate)."""
    key = keys.private_key("our certificate")
    shape = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    parts = {
        "key": key.private_bytes(*shape),
        "own": pem_of(certificate("our certificate")),
        "text": b"Bag Attributes\n",
    }
    parts["chain"] = pem_of(certificate("an authority"))

    def written(names: str) -> Path:
        path = tmp_path / "affix.pem"
        path.write_bytes(b"".join(parts[name] for name in names.split()))
        return path

    return written


def certificate(name: str) -> x509.Certificate:
    key, subject = keys.private_key(name), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "affix")])
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    whole = builder.not_valid_before(datetime(2026, 1, 1)).not_valid_after(datetime(2036, 1, 1))
    return whole.sign(key, hashes.SHA256())


def pem_of(made: x509.Certificate) -> bytes:
    return made.public_bytes(serialization.Encoding.PEM)


@pytest.mark.parametrize("names", ["key own", "own key", "text own chain text key"])
def test_a_certificate_proves_who_we_are(
    http: requests.Session, world: World, grants: MemoryGrants, sealer: Sealer, pem: Pem, names: str
) -> None:
    path = pem(names)
    fingerprint = x509.load_pem_x509_certificates(path.read_bytes())[0].fingerprint(hashes.SHA256())
    app = world.registrations[AFFIX_APP]
    app.secrets = set()
    app.certificates[keys.base64url(fingerprint)] = keys.private_key("our certificate").public_key()
    settings = make_settings(client_certificate=path, client_secret=None)
    assert GraphTokens(settings, http, grants, sealer).for_app(CONTOSO.id)


@pytest.mark.parametrize("names", ["", "key", "own", "text"])
def test_a_certificate_file_that_lacks_a_part_is_a_matter_of_setup(
    http: requests.Session, grants: MemoryGrants, sealer: Sealer, pem: Pem, names: str
) -> None:
    settings = make_settings(client_certificate=pem(names), client_secret=None)
    with pytest.raises(Misconfigured, match="must hold a private key and a certificate"):
        GraphTokens(settings, http, grants, sealer).for_app(CONTOSO.id)


def test_a_certificate_file_that_is_not_there_is_a_matter_of_setup(
    http: requests.Session, grants: MemoryGrants, sealer: Sealer, tmp_path: Path
) -> None:
    settings = make_settings(client_certificate=tmp_path / "missing.pem", client_secret=None)
    with pytest.raises(Misconfigured, match="cannot be read"):
        GraphTokens(settings, http, grants, sealer).for_app(CONTOSO.id)
