"""A mailbox under watch at an address that the simulated Microsoft 365 reaches."""

from typing import Any

from sqlalchemy import text

from server.services import Services
from tests.conftest import Control, Someone, mime
from tests.steps import SUPPORT, item_of, reference

BASE = "https://affix.example"
HOOK = "/graph/notifications"
SENDER = "purchasing@adatum.example"


def rule_on(person: Someone, control: Control, record: dict[str, Any], mailbox: str = SUPPORT) -> None:
    """The person opens some message there, and has the mail of one address saved from then on."""
    hello = mime(subject="Hello", message_id="<hello@tailspin.example>", sender="a@tailspin.example")
    person.post("/api/context", {"item": item_of(control.deliver(mailbox, hello), mailbox)})
    wanted = {"kind": "address", "mailbox": mailbox, "value": SENDER, "record": reference(record)}
    person.post("/api/rules", wanted, expect=201)


def subscribed(control: Control) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = control("GET", "subscriptions")["subscriptions"]
    return found


def row(services: Services, statement: str, **values: Any) -> Any:
    """The first row of what is asked; None when nothing is asked."""
    with services.database.session.begin() as session:
        if statement.startswith("SELECT"):
            return session.execute(text(statement), values).mappings().first()
        session.execute(text(statement), values)
    return None


def subscription(services: Services) -> Any:
    return row(services, "SELECT * FROM subscriptions")


def watch(services: Services) -> Any:
    return row(services, "SELECT *, extract(epoch from due_at - now()) AS due_in FROM watches")


def become_due(services: Services) -> None:
    """As if the time of the next look had come."""
    row(services, "UPDATE watches SET due_at = now() - interval '1 second'")


def settled(control: Control) -> None:
    assert control("GET", "notifications?settled=true&wait=60") == {"settled": True}
