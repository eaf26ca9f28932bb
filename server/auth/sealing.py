"""Secrets at rest: AES-256-GCM, bound to the place where they are kept, under keys that can be replaced.

A sealed secret reads: key id (8 bytes), nonce (12), ciphertext with its tag (16 more than the plain text).
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from server.errors import AffixError, Misconfigured

KEY_ID_BYTES = 8
NONCE_BYTES = 12
TAG_BYTES = 16
SHORT_BYTES = 4  # of a key's id: enough to tell a few keys apart
HEADER_BYTES = KEY_ID_BYTES + NONCE_BYTES


class Unsealable(AffixError):
    """A sealed secret that no key of ours opens here: altered, moved to another row, or its key was taken away."""

    code = "unsealable"


def sealing_context(tenant_id: str, oid: str, purpose: str) -> str:
    """The place of a secret. A secret sealed for one place does not open in another one.

    The separator may not occur in a part, or two places could spell the same context.
    """
    parts = (tenant_id, oid, purpose)
    if any("|" in part for part in parts):
        raise ValueError("a part of a sealing context contains the separator")
    return "|".join(parts)


class Sealer:
    """Seals with the first key and opens with any.

    A nonce is random (96 bits), which is safe for 2**32 secrets under one key (NIST SP 800-38D, 8.3).
    """

    def __init__(self, keys: Sequence[str]) -> None:
        """`keys` are base64 of 32 bytes each, the current one first."""
        raw = [_key(each) for each in keys]
        if not raw:
            raise Misconfigured("There is no key to seal secrets with.")
        self._ciphers = {_key_id(key): AESGCM(key) for key in raw}
        self._current = _key_id(raw[0])

    def seal(self, secret: bytes, context: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, secret, _bound_to(self._current, context))
        return self._current + nonce + sealed

    def open(self, sealed: bytes, context: str) -> bytes:
        """The secret. Raises Unsealable, which tells neither the secret nor which of the reasons it was."""
        key_id, nonce, ciphertext = sealed[:KEY_ID_BYTES], sealed[KEY_ID_BYTES:HEADER_BYTES], sealed[HEADER_BYTES:]
        cipher = self._ciphers.get(key_id)
        if cipher is None or len(ciphertext) < TAG_BYTES:
            raise Unsealable("A stored secret cannot be opened.")
        try:
            return cipher.decrypt(nonce, ciphertext, _bound_to(key_id, context))
        except InvalidTag:
            raise Unsealable("A stored secret cannot be opened.") from None

    @property
    def key_ids(self) -> list[str]:
        """What the keys are called where they are spoken of, the first one first. Tells nothing of a key itself."""
        return [short(each) for each in self._ciphers]

    @property
    def current(self) -> bytes:
        """How everything that is sealed from now on begins."""
        return self._current

    def needs_resealing(self, sealed: bytes) -> bool:
        """Whether it was sealed with a key that is no longer the first one."""
        return sealed[:KEY_ID_BYTES] != self._current


def short(sealed: bytes) -> str:
    """What the key is called with which something was sealed."""
    return sealed[:SHORT_BYTES].hex()


def _key(encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise Misconfigured("A sealing key is not base64.") from None
    if len(key) != 32:
        raise Misconfigured("A sealing key must be 32 bytes long.")
    return key


def _key_id(key: bytes) -> bytes:
    """Names a key without telling it: the start of a hash of 256 random bits gives nothing away."""
    return hashlib.sha256(b"affix sealing key\0" + key).digest()[:KEY_ID_BYTES]


def _bound_to(key_id: bytes, context: str) -> bytes:
    return key_id + context.encode()
