"""The form of API keys: `affix_<id>_<secret>`, both in hexadecimal, so that scanners for leaked secrets know one.

The secret has 256 random bits; a hash of it without salt is then as good as the secret is long.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from uuid import UUID

FORM = re.compile(r"affix_([0-9a-f]{32})_([0-9a-f]{64})", re.ASCII)
SCOPES = {
    "accounts": "Add, look at, change and remove accounts, and prove that they work.",
    "read": "Read mail in the accounts, mark it, move it and delete it.",
    "send": "Send mail from the accounts; to forward, quote or attach what is in them needs read too.",
    "webhooks": "See and change which address is told what happens, and with it who wrote what about: the people, the "
    "subject and the beginning of the text of mail in the accounts.",
}


@dataclass(frozen=True, slots=True)
class ShownKey:
    """What somebody shows as a key."""

    id: UUID
    secret: str = field(repr=False)

    @property
    def text(self) -> str:
        return f"{prefix_of(self.id)}_{self.secret}"

    @property
    def digest(self) -> bytes:
        """32 bytes; all that is kept of the secret."""
        return hashlib.sha256(self.secret.encode()).digest()

    def is_proven_by(self, digest: bytes) -> bool:
        """In a time that tells nothing of where the two differ."""
        return hmac.compare_digest(self.digest, digest)


def new_key(key_id: UUID) -> ShownKey:
    return ShownKey(key_id, secrets.token_hex(32))


def prefix_of(key_id: UUID) -> str:
    """The part of a key that is no secret."""
    return f"affix_{key_id.hex}"


def read_header(value: str | None) -> ShownKey | None:
    """The key in an Authorization header, `Bearer affix_...`; None for anything else."""
    scheme, _, text = (value or "").partition(" ")
    found = FORM.fullmatch(text) if scheme.lower() == "bearer" else None
    return ShownKey(UUID(found[1]), found[2]) if found else None
