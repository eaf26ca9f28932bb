"""What proves that a delivery is ours: secrets and signatures by the convention of https://www.standardwebhooks.com"""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from standardwebhooks import Webhook as Signer

from server.auth.sealing import Sealer, sealing_context
from server.models import Delivery, HeaderStyle, Webhook

SECRET_BYTES = 32  # 24 to 64 by the convention
PREFIX = "whsec_"
ROTATED_WITHIN = timedelta(hours=24)  # for which a secret that was replaced still signs
MOST_SECRETS = 4
HIDDEN = "(not shown)"
OURS = frozenset(
    "content-type user-agent webhook-id webhook-timestamp webhook-signature x-ee-wh-id x-ee-wh-attempts-made"
    " x-ee-wh-queued-time x-ee-wh-event-id x-ee-wh-signature".split()
)


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


@dataclass(frozen=True)
class Extra:
    """What a delivery carries besides: `headers` of the receiver's own, and a key for EmailEngine's signature."""

    headers: dict[str, str] = field(default_factory=dict)
    service_secret: str | None = None


def headers_of(sealer: Sealer, webhook: Webhook, delivery: Delivery, now: datetime) -> dict[str, str]:
    """All headers that prove one try and belong to its receiver. Raises Unsealable."""
    known, extra = unseal(sealer, webhook), unseal_extra(sealer, webhook)
    proof = headers(known, delivery.number, delivery.body, now)
    if webhook.style == HeaderStyle.emailengine:
        proof |= emailengine_headers(extra.service_secret or known[0].text, delivery, now)
    return {**extra.headers, **proof}


def emailengine_headers(secret: str, delivery: Delivery, now: datetime) -> dict[str, str]:
    """As receivers that were written for EmailEngine expect them: the event's id is the same at each try, and the
    signature is an HMAC-SHA256 of the body alone, in base64url.
    https://learn.emailengine.app/docs/api-reference/webhooks-api
    """
    digest = hmac.new(secret.encode(), delivery.body.encode(), hashlib.sha256).digest()
    return {
        "X-EE-Wh-Id": str(delivery.id),
        "X-EE-Wh-Attempts-Made": str(delivery.attempts),
        "X-EE-Wh-Queued-Time": f"{max((now - delivery.created_at).total_seconds(), 0):.3f}s",
        "X-EE-Wh-Event-Id": delivery.number,
        "X-EE-Wh-Signature": base64.urlsafe_b64encode(digest).decode().rstrip("="),
    }


def without_secrets(sent: dict[str, str]) -> dict[str, str]:
    """Headers to be kept and shown: what a receiver wants to be told besides may be a password."""
    return {name: value if name.lower() in OURS else HIDDEN for name, value in sent.items()}


def seal_extra(sealer: Sealer, webhook: Webhook, extra: Extra) -> None:
    kept = json.dumps({"headers": extra.headers, "serviceSecret": extra.service_secret}).encode()
    webhook.sealed_headers = sealer.seal(kept, headers_context_of(webhook)) if extra != Extra() else None


def unseal_extra(sealer: Sealer, webhook: Webhook) -> Extra:
    """Raises Unsealable."""
    if webhook.sealed_headers is None:
        return Extra()
    kept = json.loads(sealer.open(webhook.sealed_headers, headers_context_of(webhook)))
    return Extra(kept["headers"], kept["serviceSecret"])


def seal(sealer: Sealer, webhook: Webhook, known: list[Secret]) -> None:
    webhook.sealed = sealer.seal(json.dumps([_kept(each) for each in known]).encode(), context_of(webhook))


def unseal(sealer: Sealer, webhook: Webhook) -> list[Secret]:
    """The newest first. Raises Unsealable."""
    kept = json.loads(sealer.open(webhook.sealed, context_of(webhook)))
    return [Secret(each["secret"], datetime.fromisoformat(each["until"]) if each["until"] else None) for each in kept]


def _kept(secret: Secret) -> dict[str, Any]:
    return {"secret": secret.text, "until": secret.until.isoformat() if secret.until else None}


def context_of(webhook: Webhook) -> str:
    """For which place its secrets are sealed."""
    return sealing_context(webhook.tenant_id, str(webhook.id), "webhook")


def headers_context_of(webhook: Webhook) -> str:
    """For which place its headers are sealed: another one, so that what stands in one column opens in no other."""
    return sealing_context(webhook.tenant_id, str(webhook.id), "webhook headers")
