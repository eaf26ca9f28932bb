"""The bodies: https://learn.microsoft.com/graph/api/resources/changenotification"""

import random
import uuid
from datetime import UTC, datetime
from typing import Any

from tests.simulator.ids import ItemId
from tests.simulator.mailbox import Item
from tests.simulator.subscriptions import Subscription

STRANGER = "33333333-4444-4555-8666-777777777777"


def moment(when: datetime) -> str:
    """With seven digits after the second, as Graph writes it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f0Z")


def change(subscription: Subscription, kind: str, key: bytes, item: Item) -> dict[str, Any]:
    mailbox = subscription.mailbox
    key = item.immutable_key if subscription.immutable else key
    id_ = ItemId(mailbox.guid, key, subscription.immutable).rest()
    address = f"Users/{mailbox.account.id}/Messages/{id_}"
    shown = {
        "@odata.type": "#Microsoft.Graph.Message",
        "@odata.id": address,
        "@odata.etag": item.etag,
        "id": id_,
    }
    return {**_head(subscription), "changeType": kind, "resource": address, "resourceData": shown}


def lifecycle(subscription: Subscription, event: str) -> dict[str, Any]:
    return {**_head(subscription), "lifecycleEvent": event}


def with_strangers(contents: list[dict[str, Any]], chance: random.Random) -> list[dict[str, Any]]:
    """The same among others that are none of the receiver's business, or that only pretend to be."""
    strange = {"subscriptionId": str(uuid.uuid4()), "tenantId": STRANGER, "clientState": "not yours"}
    pretended: list[dict[str, Any]] = [{"clientState": "wrong"}, {"clientState": None}, {"tenantId": STRANGER}, strange]
    mixed = contents + [{**contents[0], "id": str(uuid.uuid4()), **other} for other in pretended]
    chance.shuffle(mixed)
    return mixed


def _head(subscription: Subscription) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "subscriptionId": subscription.id,
        "subscriptionExpirationDateTime": moment(subscription.expires_at),
        "tenantId": subscription.tenant_id,
        "clientState": subscription.client_state,
    }
