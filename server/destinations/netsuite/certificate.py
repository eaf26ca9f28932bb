"""Keys and certificates: made for NetSuite, read for the day when they end, and which algorithm a key signs with.

A certificate lives two years at most; a key is RSA of 3072 bits or more, or on one of three curves.
https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/subsect_162755332391.html
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from server.clock import now

LONGEST = timedelta(days=2 * 365)
WARNING = timedelta(days=30)
SMALLEST_RSA = 3072  # bits
_ALGORITHMS = {"secp256r1": "ES256", "secp384r1": "ES384", "secp521r1": "ES512"}

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Made:
    """Two PEM texts. The certificate is uploaded to NetSuite, the key stays here."""

    private_key: str
    certificate: str


def make(kind: Literal["ec", "rsa"] = "ec", name: str = "Affix", days: int = LONGEST.days) -> Made:
    """A new key and a certificate of its own for it."""
    key: Key = (
        rsa.generate_private_key(65537, SMALLEST_RSA) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
    )
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    start = now()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Made(private.decode(), certificate.public_bytes(Encoding.PEM).decode())


def signer(private_key: str) -> tuple[Key, str]:
    """The key of a PEM text and the algorithm to sign with. Raises ValueError with a sentence."""
    try:
        key = load_pem_private_key(private_key.encode(), None)
    except (ValueError, TypeError):
        # The library's own message may quote the key.
        raise ValueError("The private key is no PEM text without a password.") from None
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= SMALLEST_RSA:
        return key, "PS256"  # NetSuite refuses RS256
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _ALGORITHMS:
        return key, _ALGORITHMS[key.curve.name]
    raise ValueError("The private key must be RSA of 3072 bits or more, or on the curve P-256, P-384 or P-521.")


def ends_at(certificate: str) -> datetime:
    """Raises ValueError with a sentence."""
    return _read(certificate).not_valid_after_utc


def belongs_to(certificate: str, key: Key) -> bool:
    """Raises ValueError with a sentence."""
    return _read(certificate).public_key() == key.public_key()


def _read(certificate: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(certificate.encode())
    except ValueError:
        raise ValueError("The certificate is no PEM text.") from None


def warning(certificate: str | None, id: str, at: datetime | None = None) -> str | None:
    """A sentence if the certificate has ended or ends within 30 days; None if it is well, or not known."""
    if certificate is None:
        return None
    left = ends_at(certificate) - (at or now())
    if left <= timedelta(0):
        return f"Certificate {id} has ended."
    if left > WARNING:
        return None
    days = left.days
    return f"Certificate {id} ends {'today' if not days else 'in 1 day' if days == 1 else f'in {days} days'}."
