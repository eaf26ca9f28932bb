"""Steps of stories about sending."""

import base64
from typing import Any

from tests.conftest import Control, Someone
from tests.simulator.mailbox import Item
from tests.simulator.world import World

SUPPORT, CLEO = "support@contoso.example", "cleo@contoso.example"
HELLO = {"to": [{"address": CLEO}], "subject": "Offer", "text": "Here it is."}


def submit(program: Someone, account: str, expect: int = 200, key: str | None = None, **message: Any) -> Any:
    """HELLO, with what is said of it; None takes something away."""
    headers = {"Idempotency-Key": key} if key else {}
    path = f"/v1/account/{account}/submit"
    return program("POST", path, json={**HELLO, **message}, headers=headers, expect=expect)


def queued(program: Someone, answer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = program("GET", f"/v1/outbox/{answer['queueId']}", expect=200)
    return found


def in_folder(control: Control, mailbox: str = CLEO, folder: str = "inbox") -> list[dict[str, Any]]:
    return [each for each in control.messages(mailbox) if each["folder"] == folder]


def got(world: World, address: str = CLEO) -> list[Item]:
    """What is in the inbox there."""
    mailbox = world.mailbox(address)
    assert mailbox is not None
    return [item for item in mailbox.items.values() if item.folder.well_known == "inbox"]


def file(name: str, content: bytes) -> dict[str, str]:
    return {"filename": name, "content": base64.b64encode(content).decode()}
