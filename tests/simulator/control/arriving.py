"""Mail that is to arrive on order: one message as raw MIME, or many as JSON."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.simulator.control.asking import BadControl, mailbox_named, text_of
from tests.simulator.world import World


@dataclass(frozen=True)
class Arrival:
    address: str
    raw: bytes
    folder: str
    moment: datetime | None
    is_read: bool
    has_headers: bool


def arrival(world: World, asked: dict[str, Any], raw: bytes) -> Arrival:
    """Raises BadControl."""
    address = mailbox_named(world, asked.get("mailbox")).address
    folder, is_read = asked.get("folder") or "inbox", asked.get("read") is True
    has_headers = asked.get("headers") is not False
    return Arrival(address, raw, str(folder), _moment(asked.get("received")), is_read, has_headers)


def arrivals(world: World, asked: dict[str, Any]) -> list[Arrival]:
    """All of them are read before the first arrives. Raises BadControl."""
    many = asked.get("messages")
    if not isinstance(many, list) or not all(isinstance(one, dict) for one in many):
        raise BadControl("messages is a list of objects")
    return [arrival(world, one, _mime(one)) for one in many]


def _mime(one: dict[str, Any]) -> bytes:
    try:
        return base64.b64decode(text_of(one, "mime"), validate=True)
    except binascii.Error as error:
        raise BadControl("mime is not base64") from error


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text)) if text else None
    except ValueError as error:
        raise BadControl("received is not an ISO date and time") from error
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None
