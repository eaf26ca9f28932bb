"""Entra's public signing keys, each bound to the issuer it may sign for.

One key set serves all tenants: https://{login host}/common/discovery/v2.0/keys. Each key there names its `issuer`,
mostly the template https://login.microsoftonline.com/{tenantid}/v2.0, and is good for no token of another issuer:
https://learn.microsoft.com/entra/identity-platform/access-tokens
"""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

import requests
import structlog
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from server.errors import Busy
from server.settings import Settings

CONSUMERS = "9188040d-6c67-4c5b-b112-36a304b66dad"  # the tenant of all personal Microsoft accounts
DAILY = 24 * 3600.0  # seconds until the key set is read again in any case
UNKNOWN_KEY_PAUSE = 300.0  # seconds between two looks for a key that we do not know, however many tokens name one
TIMEOUT = (5.0, 10.0)  # seconds: people wait for this answer
FAILURE_PAUSE = 10.0  # seconds until Entra is asked again for a first key set that it could not give

SHORTEST_KEY = 2048  # bits, RFC 7518, 3.3

_PADDING = padding.PKCS1v15()
_SHA256 = SHA256()

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class SigningKey:
    """`issuer` is the key's own, None where the key set does not say."""

    key: rsa.RSAPublicKey
    issuer: str | None

    def verify(self, signature: bytes, message: bytes) -> None:
        """RS256 (RFC 7518, 3.3) and nothing else. Raises InvalidSignature."""
        self.key.verify(signature, message, _PADDING, _SHA256)

    def may_sign_for(self, tenant_id: str, issuer: str) -> bool:
        """Whether tokens of this tenant's (version 2) issuer are this key's to sign.

        Personal accounts have keys of their own, named literally. The template never stands for them, nor they for a
        tenant: a stolen consumer key once opened enterprise mailboxes (Storm-0558, 2023).
        """
        if tenant_id == CONSUMERS:
            return self.issuer == issuer
        return self.issuer is None or self.issuer.replace("{tenantid}", tenant_id) == issuer


class SigningKeys:
    """The current key set, read when first needed, then daily, and early when a token names a key it does not hold.

    A key set that was read once stays in use while Entra cannot be reached. All threads share one reading.
    """

    def __init__(self, settings: Settings, http: requests.Session, now: Callable[[], float] = time.time) -> None:
        self._url = f"https://{settings.login_host}/common/discovery/v2.0/keys"
        self._http = http
        self._now = now
        self._reading = Lock()
        self._keys: dict[str, SigningKey] = {}
        self._due = 0.0  # when the set has to be read again
        self._may_look_at = 0.0  # from when on an unknown key is worth a look

    def find(self, kid: str) -> SigningKey | None:
        """The key of that name. Raises Busy if no key set was ever read and Entra has none to give now."""
        if self._now() >= self._due:
            self._renew()
        if not self._keys:
            raise Busy("Microsoft's sign-in service cannot be reached.", retry_after=int(FAILURE_PAUSE))
        return self._keys.get(kid) or self._look_for(kid)

    def _renew(self) -> None:
        # Who comes second has to wait only as long as there is no key set at all.
        if not self._reading.acquire(blocking=not self._keys):
            return
        try:
            if self._now() >= self._due:
                self._read()
        finally:
            self._reading.release()

    def _look_for(self, kid: str) -> SigningKey | None:
        if self._now() < self._may_look_at and not self._reading.locked():
            return None
        with self._reading:
            if kid not in self._keys and self._now() >= self._may_look_at:
                self._may_look_at = self._now() + UNKNOWN_KEY_PAUSE
                self._read()
        return self._keys.get(kid)

    def _read(self) -> None:
        """Replace the key set if Entra gives a usable one; else keep what there is and try again after a pause."""
        keys = self._fetch()
        if keys:
            self._keys = keys
            self._due = self._now() + DAILY
        else:
            self._due = self._now() + (UNKNOWN_KEY_PAUSE if self._keys else FAILURE_PAUSE)

    def _fetch(self) -> dict[str, SigningKey]:
        try:
            answer = self._http.get(self._url, allow_redirects=False, timeout=TIMEOUT)
            if answer.status_code != 200:
                raise ValueError(f"status {answer.status_code}")
            return read_key_set(answer.json())
        except (requests.RequestException, ValueError) as error:
            log.warning("signing keys not read", error=type(error).__name__, have=len(self._keys))
            return {}


def read_key_set(document: object) -> dict[str, SigningKey]:
    """The RSA signing keys of a JSON Web Key Set, by name. One broken entry does not spoil the others."""
    entries = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise ValueError("not a key set")
    return dict(each for entry in entries if (each := _signing_key(entry)))


def _signing_key(entry: object) -> tuple[str, SigningKey] | None:
    if not isinstance(entry, dict) or entry.get("kty") != "RSA" or entry.get("use", "sig") != "sig":
        return None
    kid, issuer = entry.get("kid"), entry.get("issuer")
    if not isinstance(kid, str) or not isinstance(issuer, str | None):
        return None
    try:
        # Only the numbers are taken: what else the entry says (its `alg`, certificates) decides nothing here.
        key = rsa.RSAPublicNumbers(_number(entry["e"]), _number(entry["n"])).public_key()
    except (ValueError, KeyError, TypeError):
        return None
    return (kid, SigningKey(key, issuer)) if key.key_size >= SHORTEST_KEY else None


def _number(encoded: str) -> int:
    """A Base64urlUInt (RFC 7518, 2)."""
    return int.from_bytes(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
