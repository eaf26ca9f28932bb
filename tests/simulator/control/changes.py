"""Changes of the world on order. The shapes are described in the package's docstring."""

from collections.abc import Callable
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from tests.simulator import keys, seed
from tests.simulator.control.asking import (
    BadControl,
    account_named,
    accounts_named,
    mailbox_named,
    milliseconds,
    text_of,
)
from tests.simulator.control.netsuite import change_netsuite
from tests.simulator.control.watching import WATCHING
from tests.simulator.directory import Consent, Fence, Registration, Right
from tests.simulator.world import World

PURPOSES = {"user", "linked", "shared", "room", "equipment", "others", "unknownFutureValue"}
RIGHTS = {"full", "delegate", "sendAs", "sendOnBehalf", "none"}


def change_world(world: World, asked: dict[str, Any]) -> None:
    """Callers hold the world's lock. Raises BadControl, possibly with some of it done."""
    unknown = asked.keys() - _CHANGES.keys()
    if unknown:
        raise BadControl(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(_CHANGES)}")
    for name, change in _CHANGES.items():
        if name in asked:
            change(world, asked[name])


def described(world: World) -> dict[str, Any]:
    people = [
        {"id": account.id, "name": account.name, "address": account.address, "tenant": account.tenant.id}
        for account in world.accounts
        if account.enabled
    ]
    mailboxes = [
        {"address": box.address, "alias": box.account.alias, "name": box.account.name, "userPurpose": box.purpose}
        for box in world.mailboxes
    ]
    rights = [
        {"person": right.person, "mailbox": right.mailbox, "right": right.right, "write": right.write}
        for right in world.rights
    ]
    return {"people": people, "mailboxes": mailboxes, "rights": rights}


def _reset(world: World, value: Any) -> None:
    if value is True:
        world.reset()


def _rights(world: World, value: Any) -> None:
    for one in _objects(value):
        person = account_named(world, one.get("person")).address
        mailbox = mailbox_named(world, one.get("mailbox")).address
        right = text_of(one, "right")
        if right not in RIGHTS:
            raise BadControl(f"right is one of {', '.join(sorted(RIGHTS))}")
        world.rights = [
            known
            for known in world.rights
            if (known.person, known.mailbox) != (person, mailbox) or right not in {known.right, "none"}
        ]
        if right != "none":
            folders = frozenset(one["folders"]) if one.get("folders") is not None else None
            world.rights.append(Right(person, mailbox, right, bool(one.get("write", True)), folders))


def _consent(world: World, value: Any) -> None:
    for one in _objects(value):
        tenant = world.tenant(str(one.get("tenant", seed.CONTOSO.id)))
        if tenant is None:
            raise BadControl("there is no such tenant", 404)
        consent = world.consents.setdefault((tenant.id, str(one.get("app", seed.AFFIX_APP))), Consent())
        if "delegated" in one:
            consent.delegated = set(one["delegated"])
        if "application" in one:
            consent.application = set(one["application"])
        if "fence" in one:
            inside = {mailbox_named(world, name).address for name in one["fence"].get("mailboxes", ())}
            consent.fence = Fence(set(one["fence"].get("roles", ())), inside)
        if "accessPolicy" in one:
            names = one["accessPolicy"]
            consent.access_policy = None if names is None else {mailbox_named(world, name).address for name in names}


def _user_purpose(world: World, value: Any) -> None:
    for name, purpose in _pairs(value):
        if purpose not in PURPOSES:
            raise BadControl(f"userPurpose is one of {', '.join(sorted(PURPOSES))}")
        mailbox_named(world, name).purpose = purpose


def _inactive(world: World, value: Any) -> None:
    for name, inactive in _pairs(value):
        mailbox_named(world, name).active = not inactive


def _addresses(addresses_of: Callable[[World], set[str]]) -> Callable[[World, Any], None]:
    def turn(world: World, value: Any) -> None:
        for name, on in _pairs(value):
            (addresses_of(world).add if on else addresses_of(world).discard)(mailbox_named(world, name).address)

    return turn


def _enabled(world: World, value: Any) -> None:
    for name, enabled in _pairs(value):
        account_named(world, name).enabled = bool(enabled)


def _rotate_keys(world: World, value: Any) -> None:
    if value is True:
        world.signing.rotate()


def _from_now(marks_of: Callable[[World], dict[str, int]]) -> Callable[[World, Any], None]:
    def mark(world: World, value: Any) -> None:
        for account in accounts_named(world, value):
            marks_of(world)[account.id] = world.serial()

    return mark


def _switch(marks_of: Callable[[World], set[str]]) -> Callable[[World, Any], None]:
    def turn(world: World, value: Any) -> None:
        wanted = value if isinstance(value, dict) else {account.id: True for account in accounts_named(world, value)}
        for name, on in wanted.items():
            account = account_named(world, name)
            (marks_of(world).add if on else marks_of(world).discard)(account.id)

    return turn


def _throttling(world: World, value: Any) -> None:
    names = {"concurrency": "concurrency", "requests": "requests", "window": "window", "retryAfter": "retry_after"}
    names["retryAfterForm"] = "retry_form"
    if dict(_pairs(value)).get("retryAfterForm", "date") not in {"seconds", "date"}:
        raise BadControl("retryAfterForm is seconds or date")
    for name, limit in _pairs(value):
        if name not in names:
            raise BadControl(f"throttling knows {', '.join(names)}")
        setattr(world.limits, names[name], limit)


def _latency(world: World, value: Any) -> None:
    world.limits.latency = milliseconds(value)


def _token_lifetime(world: World, value: Any) -> None:
    least, most = value if isinstance(value, list) else (value, value)
    world.limits.token_lifetime = (int(least), int(most))


def _refresh_lifetime(world: World, value: Any) -> None:
    world.limits.refresh_lifetime = int(value)


def _advance(world: World, value: Any) -> None:
    world.advance(float(value))


def _certificate(world: World, value: Any) -> None:
    for one in _objects(value):
        try:
            certificate = x509.load_pem_x509_certificate(text_of(one, "pem").encode())
        except ValueError as error:
            raise BadControl("pem is no certificate") from error
        thumbprint = keys.base64url(certificate.fingerprint(hashes.SHA256()))
        _app(world, one).certificates[thumbprint] = certificate.public_key()


def _redirects(world: World, value: Any) -> None:
    for one in _objects(value):
        _app(world, one).redirects = [str(uri) for uri in one.get("uris", ())]


def _secrets(world: World, value: Any) -> None:
    for one in _objects(value):
        _app(world, one).secrets = {str(secret) for secret in one.get("values", ())}


def _app(world: World, one: dict[str, Any]) -> Registration:
    app = world.registrations.get(one.get("app", seed.AFFIX_APP))
    if app is None:
        raise BadControl("there is no such application", 404)
    return app


def _objects(value: Any) -> list[dict[str, Any]]:
    found = value if isinstance(value, list) else [value]
    if not all(isinstance(one, dict) for one in found):
        raise BadControl("an object, or a list of objects, is expected")
    return found


def _pairs(value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        raise BadControl("an object is expected")
    return list(value.items())


_CHANGES: dict[str, Callable[[World, Any], None]] = {
    "reset": _reset,
    "rights": _rights,
    "consent": _consent,
    "userPurpose": _user_purpose,
    "inactive": _inactive,
    "enabled": _enabled,
    "messageCopies": _addresses(lambda world: world.message_copies),
    "sentElsewhere": _addresses(lambda world: world.sent_elsewhere),
    "rotateKeys": _rotate_keys,
    "revoke": _from_now(lambda world: world.marks.revoked),
    "claimsChallenge": _from_now(lambda world: world.marks.challenged),
    "expireTokens": _from_now(lambda world: world.marks.expired),
    "mfa": _switch(lambda world: world.marks.mfa),
    "block": _switch(lambda world: world.marks.blocked),
    "throttling": _throttling,
    "latency_ms": _latency,
    "tokenLifetime": _token_lifetime,
    "refreshLifetime": _refresh_lifetime,
    "advance": _advance,
    "certificate": _certificate,
    "redirects": _redirects,
    "secrets": _secrets,
    "netsuite": change_netsuite,
    **WATCHING,
}
