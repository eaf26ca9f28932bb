"""The tokens that Entra makes: for Affix's own API, for Graph (whose inside is nobody's business), and id tokens.

Claims follow https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference.
"""

import base64
import json
import random
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from tests.simulator import keys
from tests.simulator.directory import GRAPH_URI, Account, Registration
from tests.simulator.world import World

LOGIN = "https://login.microsoftonline.com"


@dataclass(frozen=True)
class Issued:
    token: str
    expires_in: int


def _times(world: World, seconds: int) -> dict[str, Any]:
    now = int(world.time())
    return {"iat": now, "nbf": now, "exp": now + seconds, "uti": f"{world.serial()}-{secrets.token_urlsafe(12)}"}


def serial_of(claims: dict[str, Any]) -> int:
    """Which token of the world this is; 0 for one that the world did not number."""
    number = str(claims.get("uti", "")).partition("-")[0]
    return int(number) if number.isdecimal() else 0


def lifetime(world: World) -> int:
    return random.randint(*world.limits.token_lifetime)


def subject(account: Account, app: str) -> str:
    """Pairwise: one person is another subject for each application."""
    return keys.base64url(uuid.uuid5(uuid.UUID(account.id), app).bytes * 2)


def api_claims(world: World, account: Account, audience: str, azp: str, scope: str) -> dict[str, Any]:
    """A version 2 access token for the API of one of our applications."""
    tid = account.tenant.id
    claims = {
        "aud": audience,
        "iss": f"{LOGIN}/{tid}/v2.0",
        **_times(world, lifetime(world)),
        "azp": azp,
        "azpacr": "0",
        "name": account.name,
        "oid": account.id,
        "preferred_username": account.address,
        "rh": "1.AAA.",
        "scp": scope,
        "sub": subject(account, audience),
        "tid": tid,
        "ver": "2.0",
    }
    if account.app_roles:
        claims["roles"] = list(account.app_roles)
    return claims


def as_version_1(claims: dict[str, Any], audience: str) -> dict[str, Any]:
    """The same token in the older form, which an app registration of version 1 gets."""
    old = {name: value for name, value in claims.items() if name not in {"azp", "azpacr", "preferred_username"}}
    shown = claims.get("preferred_username")
    old.update(iss=f"https://sts.windows.net/{claims['tid']}/", aud=audience, ver="1.0")
    old.update(appid=claims["azp"], appidacr="0", upn=shown, unique_name=shown)
    return old


def app_claims(world: World, tid: str, audience: str, azp: str, roles: list[str]) -> dict[str, Any]:
    """A version 2 app-only token for the API of one of our applications."""
    oid = str(uuid.uuid5(uuid.UUID(tid), azp))
    return {
        "aud": audience,
        "iss": f"{LOGIN}/{tid}/v2.0",
        **_times(world, lifetime(world)),
        "azp": azp,
        "azpacr": "1",
        "idtyp": "app",
        "oid": oid,
        "roles": roles,
        "sub": oid,
        "tid": tid,
        "ver": "2.0",
    }


def graph_user_token(world: World, account: Account, app: Registration, scopes: set[str], handles_cae: bool) -> Issued:
    seconds = random.randint(20 * 3600, 28 * 3600) if handles_cae else lifetime(world)
    claims = _graph_claims(world, account.tenant.id, app, seconds)
    claims.update(idtyp="user", oid=account.id, name=account.name, upn=account.address, unique_name=account.address)
    claims.update(scp=" ".join(sorted(scopes - {"offline_access"})), sub=subject(account, GRAPH_URI))
    if handles_cae:
        claims["xms_cc"] = ["CP1"]
    return Issued(keys.signed(claims, "graph"), seconds)


def graph_app_token(world: World, tid: str, app: Registration, roles: set[str], handles_cae: bool) -> Issued:
    seconds = lifetime(world)
    claims = _graph_claims(world, tid, app, seconds)
    oid = str(uuid.uuid5(uuid.UUID(tid), app.client_id))
    claims.update(idtyp="app", oid=oid, sub=oid)
    if roles:
        claims["roles"] = sorted(roles)
    if handles_cae:
        claims["xms_cc"] = ["CP1"]
    return Issued(keys.signed(claims, "graph"), seconds)


def _graph_claims(world: World, tid: str, app: Registration, seconds: int) -> dict[str, Any]:
    return {
        "aud": GRAPH_URI,
        "iss": f"https://sts.windows.net/{tid}/",
        **_times(world, seconds),
        "app_displayname": app.name,
        "appid": app.client_id,
        "appidacr": "0" if app.is_microsoft else "1",
        "tid": tid,
        "ver": "1.0",
    }


def id_token(world: World, account: Account, client_id: str, nonce: str | None) -> str:
    tid = account.tenant.id
    claims = {
        "aud": client_id,
        "iss": f"{LOGIN}/{tid}/v2.0",
        **_times(world, 3600),
        "name": account.name,
        "oid": account.id,
        "preferred_username": account.address,
        "sub": subject(account, client_id),
        "tid": tid,
        "ver": "2.0",
    }
    if nonce:
        claims["nonce"] = nonce
    return keys.signed(claims, world.signing.current)


def client_info(account: Account) -> str:
    """Whose the answer is, for MSAL's cache: base64url of {"uid","utid"}."""
    return keys.base64url(json.dumps({"uid": account.id, "utid": account.tenant.id}).encode())


def encoded_claims(claims: dict[str, Any]) -> str:
    """A claims challenge as WWW-Authenticate carries it."""
    return base64.b64encode(json.dumps(claims).encode()).decode()


def read(token: str) -> dict[str, Any]:
    """The claims of one of our own tokens, unverified."""
    middle = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return claims
