"""Signing keys, and JSON web tokens signed with them. Keys are made once per process: making one takes 100 ms."""

import base64
import functools
import hashlib
import hmac
import json
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa


@functools.lru_cache(maxsize=64)
def private_key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def key_id(name: str) -> str:
    return base64url(hashlib.sha1(f"{name} {private_key(name).public_key().public_numbers().n}".encode()).digest())


def public_pem(name: str) -> bytes:
    shape = serialization.PublicFormat.SubjectPublicKeyInfo
    return private_key(name).public_key().public_bytes(serialization.Encoding.PEM, shape)


def published(name: str, issuer: str) -> dict[str, Any]:
    """The key as Entra's JWKS shows it, with the issuer that it may sign for."""
    numbers = private_key(name).public_key().public_numbers()
    modulus = numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")
    return {
        "kty": "RSA",
        "use": "sig",
        "kid": key_id(name),
        "x5t": key_id(name),
        "n": base64url(modulus),
        "e": base64url(numbers.e.to_bytes(3, "big")),
        "issuer": issuer,
    }


def signed(claims: dict[str, Any], key: str, header: dict[str, Any] | None = None) -> str:
    """A token as asked, honest or not: `header` may ask for alg none, or HS256 with the public key as the secret."""
    head = {"typ": "JWT", "alg": "RS256", "kid": key_id(key), **(header or {})}
    head = {name: value for name, value in head.items() if value is not None}
    message = ".".join(base64url(json.dumps(part).encode()) for part in (head, claims))
    return f"{message}.{base64url(_signature(message.encode(), key, str(head.get('alg'))))}"


def _signature(message: bytes, key: str, algorithm: str) -> bytes:
    if algorithm.lower() == "none":
        return b""
    if algorithm == "HS256":
        return hmac.new(public_pem(key), message, hashlib.sha256).digest()
    return private_key(key).sign(message, padding.PKCS1v15(), hashes.SHA256())


def base64url(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()
