"""What the stories about an account's mail do again and again."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from tests.conftest import Someone, mime
from tests.simulator.world import World

SUPPORT = "support@contoso.example"
PATH = "/v1/account/support"
FIRST = datetime(2026, 11, 16, 9, tzinfo=UTC)
Message = dict[str, Any]


def deliver(world: World, number: int = 1, folder: str = "inbox", mailbox: str = SUPPORT, **more: str) -> str:
    """A message with its number in the subject and the Message-ID, a minute after the one before. Gives its id."""
    raw = mime(subject=more.pop("subject", f"Order {number}"), message_id=f"<{number}@adatum.example>", **more)
    found, item = world.deliver(mailbox, raw, folder, FIRST + timedelta(minutes=number))
    return found.id_of(item, immutable=True).rest()


def deliver_many(world: World, count: int, folder: str = "inbox") -> list[str]:
    return [deliver(world, number, folder) for number in range(count)]


def query(**options: Any) -> str:
    return "&".join(f"{name}={quote(str(value), safe='')}" for name, value in options.items())


def page(program: Someone, path: str = "INBOX", **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = program.get(f"{PATH}/messages?{query(path=path, **options)}")
    return found


def found_by(program: Someone, search: dict[str, Any], **options: Any) -> list[str]:
    """The subjects of what a search finds."""
    found = program.post(f"{PATH}/search?{query(**options)}", {"search": search})
    return subjects(found)


def subjects(found: dict[str, Any]) -> list[str]:
    return [each["subject"] for each in found["messages"]]


def refused(program: Someone, status: int, method: str, path: str, json: Any = None) -> str:
    """The code of the refusal."""
    answer = program(method, f"{PATH}{path}", json, expect=status)
    assert answer["error"]["message"]
    return str(answer["error"]["code"])
