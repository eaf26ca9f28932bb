"""What proves that a delivery is ours: secrets and signatures by the convention of https://www.standardwebhooks.com"""

import base64
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from standardwebhooks import Webhook as Signer

from server.auth.sealing import Sealer, sealing_context
from server.models import Webhook

SECRET_BYTES = 32  # 24 to 64 by the convention
PREFIX = "whsec_"
ROTATED_WITHIN = timedelta(hours=24)  # for which a secret that was replaced still signs
MOST_SECRETS = 4


@dataclass(frozen=True)
class Secret:
    """`until` is None for the one that stays."""

    text: str
    until: datetime | None = None


def new_secret() -> Secret:
    return Secret(PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode())


def rotated(before: list[Secret], fresh: Secret, now: datetime) -> list[Secret]:
    """The new one first; the one before it goes on for a while, so that receivers can be told in peace."""
    ending = [Secret(each.text, each.until or now + ROTATED_WITHIN) for each in before]
    return [fresh, *(each for each in ending if each.until and each.until > now)][:MOST_SECRETS]


def headers(known: list[Secret], number: str, body: str, now: datetime) -> dict[str, str]:
    """Of one try: the number stays the same, the moment is new each time. One signature for each secret that counts."""
    signatures = [Signer(each.text).sign(number, now, body) for each in known if each.until is None or each.until > now]
    return {
        "webhook-id": number,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def seal(sealer: Sealer, webhook: Webhook, known: list[Secret]) -> None:
    webhook.sealed = sealer.seal(json.dumps([_kept(each) for each in known]).encode(), _context(webhook))


def unseal(sealer: Sealer, webhook: Webhook) -> list[Secret]:
    """The newest first. Raises Unsealable."""
    kept = json.loads(sealer.open(webhook.sealed, _context(webhook)))
    return [Secret(each["secret"], datetime.fromisoformat(each["until"]) if each["until"] else None) for each in kept]


def _kept(secret: Secret) -> dict[str, Any]:
    return {"secret": secret.text, "until": secret.until.isoformat() if secret.until else None}


def _context(webhook: Webhook) -> str:
    return sealing_context(webhook.tenant_id, str(webhook.id), "webhook")
