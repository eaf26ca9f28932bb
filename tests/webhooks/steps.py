"""Steps of stories about webhooks: naming an address, and looking at what came there."""

import base64
import hashlib
import hmac
import json
from typing import Any

from server.services import Services
from server.webhooks import deliver
from server.webhooks.events import EVENTS
from tests.conftest import Control, Someone
from tests.simulator.hooks import HOST
from tests.steps import execute

PATH = "/api/admin/webhooks"
URL = f"https://{HOST}/affix"


def added(administrator: Someone, path: str = "/affix", events: list[str] | None = None) -> dict[str, Any]:
    wanted = {"url": f"https://{HOST}{path}", "events": events or list(EVENTS), "title": "Files"}
    found: dict[str, Any] = administrator.post(PATH, wanted, expect=201)
    return found


def heard(control: Control, path: str = "/affix") -> list[dict[str, Any]]:
    """The requests that came to the address, the oldest first, with their bodies read."""
    every = control("GET", "webhooks")["heard"]
    return [{**each, "told": json.loads(each["body"])} for each in every if each["path"] == path]


def types(control: Control, path: str = "/affix") -> list[str]:
    """In the order in which they came."""
    return [each["told"]["type"] for each in heard(control, path)]


def happened(control: Control, path: str = "/affix") -> list[str]:
    """In the order in which things happened: what happens at about the same time may come in any order."""
    return [each["told"]["type"] for each in sorted(heard(control, path), key=lambda each: str(each["told"]["at"]))]


def deliveries(administrator: Someone, hook: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
    """The newest first."""
    found: list[dict[str, Any]] = administrator.get(f"{PATH}/{hook['id']}/deliveries{query}")["deliveries"]
    return found


def shown(administrator: Someone, hook: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = administrator.get(f"{PATH}/{hook['id']}")
    return found


def fault(control: Control, **wanted: Any) -> None:
    control("POST", "faults", json={"service": "webhooks", **wanted})


def let_time_pass(services: Services) -> None:
    """All waits are over, those of dead workers' leases too, and the sweep calls for what is due."""
    execute(services, "UPDATE deliveries SET next_at = now() WHERE state = 'waiting'")
    execute(services, "UPDATE webhooks SET quiet_until = NULL, lease_until = NULL")
    deliver.ring_for_overdue(services)


def signed(secret: str, number: str, moment: str, body: str) -> str:
    """By the words of https://www.standardwebhooks.com alone."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{number}.{moment}.{body}".encode()
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
