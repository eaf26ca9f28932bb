"""Microsoft 365 announces mail, without a pause and from several sides at once."""

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.simulator.seed import CONTOSO
from tests.simulator.world import World

SENDERS = 4
PAUSE = 0.02  # seconds between two requests of a sender, so that there are others at work too


def notification(world: World, message_id: str) -> dict[str, Any]:
    """As Graph itself sends it, of the one mailbox that is watched."""
    [one] = world.subscriptions.running(world.now())
    return {
        "id": str(uuid.uuid4()),
        "subscriptionId": one.id,
        "subscriptionExpirationDateTime": "2026-12-01T09:00:00.0000000Z",
        "clientState": one.client_state,
        "tenantId": CONTOSO.id,
        "changeType": "created",
        "resource": f"Users/someone/Messages/{message_id}",
        "resourceData": {"@odata.type": "#Microsoft.Graph.Message", "id": message_id},
    }


@dataclass
class Load:
    """`accepted` are the ids for which 202 was answered, `failed` says what came instead."""

    accepted: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@contextmanager
def announcing(world: World, url: str, verify: Any = True) -> Iterator[Load]:
    """Until the end of the block. Half of the senders keep their connection, the others make one for each request."""
    load, over = Load(), threading.Event()

    def send(number: int) -> None:
        with requests.Session() as session:
            session.verify = verify
            while not over.wait(PAUSE):
                message_id = str(uuid.uuid4())
                headers = {} if number % 2 else {"Connection": "close"}
                body = {"value": [notification(world, message_id)]}
                try:
                    answer = session.post(f"{url}/graph/notifications", json=body, headers=headers, timeout=60)
                except requests.RequestException as error:
                    load.failed.append(repr(error))
                else:
                    (load.accepted if answer.status_code == 202 else load.failed).append(
                        message_id if answer.status_code == 202 else f"{answer.status_code} {answer.text[:200]}"
                    )

    senders = [threading.Thread(target=send, args=(number,)) for number in range(SENDERS)]
    for each in senders:
        each.start()
    try:
        yield load
    finally:
        over.set()
        for each in senders:
            each.join()
