"""What is on order at NetSuite: certificates and token pairs, and how an account behaves."""

from typing import Any

from tests.simulator.control.asking import BadControl, milliseconds, text_of
from tests.simulator.netsuite import roles
from tests.simulator.netsuite.accounts import Account, TokenPair
from tests.simulator.world import World

KNOWN = ("account", "limit", "latency_ms", "withhold", "grant", "expireTokens", "restletInstalled", "messagesRemovable")


def registered(world: World, asked: dict[str, Any]) -> dict[str, Any]:
    """A certificate, or a token pair, becomes known. Gives what is there then. Raises BadControl."""
    account = account_of(world, asked)
    with account.lock:
        if "tokenPair" in asked:
            pair = asked["tokenPair"]
            if not isinstance(pair, dict):
                raise BadControl("tokenPair is an object")
            names = ("consumerKey", "token", "consumerSecret", "tokenSecret")
            key, token, *secrets = (text_of(pair, name) for name in names)
            account.token_pairs[key, token] = TokenPair(*secrets)
        elif asked.get("certificate", "") is None:
            account.certificates.pop(text_of(asked, "certificateId"), None)
        else:
            id_, client_id = text_of(asked, "certificateId"), text_of(asked, "clientId")
            try:
                account.register(id_, client_id, text_of(asked, "certificate"))
            except ValueError as error:
                raise BadControl(f"no certificate or public key of use: {error}") from error
        return {"account": account.id, "certificates": sorted(account.certificates)}


def change_netsuite(world: World, asked: Any) -> None:
    """Raises BadControl, possibly with some of it done."""
    for one in asked if isinstance(asked, list) else [asked]:
        if not isinstance(one, dict) or not one.keys() <= set(KNOWN):
            raise BadControl(f"netsuite knows {', '.join(KNOWN)}")
        account = account_of(world, one)
        with account.lock:
            _change(account, one)


def account_of(world: World, asked: dict[str, Any]) -> Account:
    """By id or label; the first where none is named. Raises BadControl."""
    name = asked.get("account", world.netsuite.accounts[0].id)
    account = world.netsuite.account(str(name))
    if account is None:
        raise BadControl(f"there is no NetSuite account {name!r}", 404)
    return account


def _change(account: Account, asked: dict[str, Any]) -> None:
    if "limit" in asked:
        account.limit = _count(asked["limit"])
    if "latency_ms" in asked:
        account.latency = milliseconds(asked["latency_ms"])
    account.withheld |= _permissions(asked.get("withhold"))
    account.withheld -= account.withheld if asked.get("grant") is True else _permissions(asked.get("grant"))
    if asked.get("expireTokens") is True:
        account.tokens.clear()
    account.restlet_installed = bool(asked.get("restletInstalled", account.restlet_installed))
    account.messages_removable = bool(asked.get("messagesRemovable", account.messages_removable))


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadControl("limit is a number of requests")
    return value


def _permissions(value: Any) -> set[str]:
    names = [] if value is None else value if isinstance(value, list) else [value]
    unknown = [name for name in names if not isinstance(name, str) or not roles.is_withholdable(name)]
    if unknown:
        known = f"{', '.join(roles.PERMISSIONS)}, each also with a level in parentheses: {', '.join(roles.LEVELS)}"
        raise BadControl(f"unknown permission {unknown[0]!r}; known: {known}")
    return set(names)
