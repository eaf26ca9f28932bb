"""Reading what the control interface is asked."""

from typing import Any

from flask import request

from tests.simulator.directory import Account
from tests.simulator.mailbox import Mailbox
from tests.simulator.world import World


class BadControl(Exception):
    """The control request makes no sense."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status
        self.code = "not_found" if status == 404 else "invalid_request"


def body_of_request(*shapes: type) -> Any:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, shapes):
        raise BadControl("the body is not JSON of the expected shape")
    return body


def text_of(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not value:
        raise BadControl(f"{name} is missing")
    return value


def mailbox_named(world: World, name: object) -> Mailbox:
    account = world.account(name) if isinstance(name, str) else None
    mailbox = world.mailbox(account.address if account else str(name))
    if mailbox is None:
        raise BadControl(f"there is no mailbox {name!r}", 404)
    return mailbox


def account_named(world: World, name: object) -> Account:
    account = world.account(name) if isinstance(name, str) else None
    if account is None:
        raise BadControl(f"there is no person {name!r}", 404)
    return account


def accounts_named(world: World, names: object) -> list[Account]:
    return [account_named(world, name) for name in (names if isinstance(names, list) else [names])]


def milliseconds(value: Any) -> tuple[float, float]:
    """The least and the most, in seconds. Raises BadControl."""
    match value:
        case int() | float() if value >= 0:
            return value / 1000, value / 1000
        case [int() | float() as least, int() | float() as most] if 0 <= least <= most:
            return least / 1000, most / 1000
    raise BadControl("milliseconds are a number or [least, most]")
