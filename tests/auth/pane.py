"""Tokens as the pane gets them, honest or altered, and counts of what Entra was asked."""

from typing import Any

from tests.simulator import keys
from tests.simulator.directory import OFFICE_APP
from tests.simulator.entra import tokens
from tests.simulator.seed import AFFIX_APP
from tests.simulator.world import World


def pane_token(
    world: World,
    person: str = "ana",
    *,
    key: str = "current",
    header: dict[str, Any] | None = None,
    without: tuple[str, ...] = (),
    **claims: Any,
) -> str:
    """A single sign-on token of Office for that person; `claims` replaces some, `without` removes some."""
    account = world.account(person)
    assert account is not None
    usual = tokens.api_claims(world, account, AFFIX_APP, OFFICE_APP, "access_as_user")
    usual.update(claims)
    kept = {name: value for name, value in usual.items() if name not in without}
    return keys.signed(kept, world.signing.named(key), header)


def bearer(token: str) -> list[str]:
    return [f"Bearer {token}"]


def oid(world: World, person: str) -> str:
    account = world.account(person)
    assert account is not None
    return account.id


def asked(world: World, **wanted: str) -> int:
    """How many requests of that kind Entra got, as in asked(world, grant="on_behalf_of")."""
    routes = world.traffic.report()["routes"]
    return sum(
        int(str(route["count"]))
        for route in routes
        if route["service"] == "entra" and all(route[name] == value for name, value in wanted.items())
    )


def key_fetches(world: World) -> int:
    return asked(world, route="/{tenant}/discovery/v2.0/keys")


def exchanges(world: World) -> int:
    return asked(world, grant="on_behalf_of")


def renewals(world: World) -> int:
    return asked(world, grant="refresh_token")
