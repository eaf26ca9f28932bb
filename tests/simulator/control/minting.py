"""Tokens on order, honest and dishonest."""

from typing import Any

from tests.simulator import keys, seed
from tests.simulator.control.asking import BadControl, account_named
from tests.simulator.directory import OFFICE_APP, Account
from tests.simulator.entra import tokens
from tests.simulator.world import World

KEYS = ("current", "previous", "retired", "consumer", "unknown")


def minted(world: World, asked: dict[str, Any]) -> str:
    account = account_named(world, asked.get("user"))
    kind = asked.get("kind", "sso")
    if kind == "graph":
        return _graph(world, account, asked)
    claims = _claims(world, account, kind)
    if str(asked.get("version", "2.0")) == "1.0":
        claims = tokens.as_version_1(claims, f"api://{seed.AFFIX_APP}")
    key = asked.get("key", "current")
    if key not in KEYS:
        raise BadControl(f"key is one of {', '.join(KEYS)}")
    return keys.signed(_overridden(claims, asked), world.signing.named(key), _part(asked, "header"))


def _claims(world: World, account: Account, kind: object) -> dict[str, Any]:
    if kind == "sso":
        return tokens.api_claims(world, account, seed.AFFIX_APP, OFFICE_APP, "access_as_user")
    if kind == "naa":
        return tokens.api_claims(world, account, seed.AFFIX_APP, seed.AFFIX_APP, "access_as_user")
    if kind == "app":
        return tokens.app_claims(world, account.tenant.id, seed.AFFIX_APP, seed.OTHER_APP, list(account.app_roles))
    raise BadControl("kind is one of sso, naa, graph, app")


def refresh_token(world: World, asked: dict[str, Any]) -> str | None:
    """Beside a token of kind "graph" for an application that somebody registered: what renews it. Microsoft's own
    applications keep theirs to themselves.
    """
    app = world.registrations.get(asked.get("app", OFFICE_APP))
    if asked.get("kind") != "graph" or app is None or app.is_microsoft:
        return None
    account = account_named(world, asked.get("user"))
    scopes = ("https://graph.microsoft.com/.default", "offline_access", "openid", "profile")
    return world.refresh_token(account, app.client_id, scopes, frozenset({"pwd", "mfa"}))


def _graph(world: World, account: Account, asked: dict[str, Any]) -> str:
    """A person's token for Graph; of Outlook itself, where no other application is named."""
    app = world.registrations.get(asked.get("app", OFFICE_APP))
    if app is None:
        raise BadControl("there is no such application", 404)
    scopes = asked.get("scopes")
    granted = set(scopes) if isinstance(scopes, list) else world.consent(account.tenant.id, app.client_id).delegated
    issued = tokens.graph_user_token(world, account, app, granted, bool(asked.get("cae")))
    if not asked.get("claims") and not asked.get("header") and not asked.get("key"):
        return issued.token
    claims = _overridden(tokens.read(issued.token), asked)
    key = asked.get("key", "graph")
    return keys.signed(claims, world.signing.named(key), _part(asked, "header"))


def _overridden(claims: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """null takes a claim away."""
    return {name: value for name, value in {**claims, **_part(asked, "claims")}.items() if value is not None}


def _part(asked: dict[str, Any], name: str) -> dict[str, Any]:
    part = asked.get(name) or {}
    if not isinstance(part, dict):
        raise BadControl(f"{name} is an object")
    return part
