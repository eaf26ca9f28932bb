"""Who is asking: turns the Authorization header of a request into a Caller, or refuses it.

The rules follow https://learn.microsoft.com/entra/identity-platform/claims-validation and access-tokens.
A refusal tells the asker nothing about its reason; the log does, without anything of the token.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests
import structlog

from server import clock
from server.auth.recent import Recent
from server.auth.signed_tokens import Refused, open_token
from server.auth.signing_keys import SigningKey, SigningKeys
from server.errors import Forbidden, Unauthenticated
from server.settings import GUID, Settings

SCOPE = "access_as_user"
# The clients behind Office.js: https://learn.microsoft.com/office/dev/add-ins/develop/register-sso-add-in-aad-v2
OFFICE_CLIENTS = frozenset(
    {
        "ea5a67f6-b6f3-4338-b240-c655ddc3cc8e",  # all Office hosts, in one id
        "d3590ed6-52b3-4102-aeff-aad2292ab01c",  # Office
        "93d53678-613d-4013-afc1-62e9e444a0a5",  # Office on the web
        "bc59ab01-8403-45c6-8796-ac3ef710b3e3",  # Outlook on the web
    }
)
LEEWAY = 60  # seconds by which our clock and Entra's may differ
LONGEST_TOKEN = 8192  # characters; Entra's have 1,000 to 3,000
REMEMBERED = 10_000  # tokens that were found good lately

log = structlog.get_logger(__name__)


class MissingScope(Forbidden):
    """The token is genuine, but does not let the add-in act for the person."""

    code = "missing_scope"


@dataclass(frozen=True, slots=True)
class Caller:
    """A person, known by (tenant_id, oid) alone: name and username can change hands and are for display only.

    `expires_at` is in seconds since 1970. The representation shows ids only, so that a log line gives nothing away.
    """

    tenant_id: str
    oid: str
    name: str = field(repr=False)
    username: str = field(repr=False)
    roles: tuple[str, ...]
    client_id: str
    expires_at: int
    token: str = field(repr=False)


class CallerTokens:
    """Verifies the tokens of callers, and remembers for their lifetime those that it found good."""

    def __init__(self, settings: Settings, http: requests.Session, now: Callable[[], float] = clock.seconds) -> None:
        self._keys = SigningKeys(settings, http, now)
        self._rules = _Rules(settings)
        self._now = now
        self._good: Recent[bytes, Caller] = Recent(REMEMBERED)

    def caller(self, authorization_values: list[str]) -> Caller:
        """The person behind a request, from all of its Authorization headers.

        Raises Unauthenticated, Forbidden (a genuine token that does not entitle), or Busy if there are no keys.
        """
        try:
            token = _bearer(authorization_values)
            # Remembered under a hash of the whole token: whoever changes one character of it finds nothing.
            digest = hashlib.sha256(token.encode()).digest()
            caller = self._good.get(digest)
            if caller is None:
                caller = self._rules.caller(token, *open_token(token, self._keys), self._now())
                self._good.put(digest, caller)
            elif self._now() >= caller.expires_at + LEEWAY:
                self._good.drop(digest)
                raise Refused("expired")
            return caller
        except Refused as refused:
            log.info("caller refused", reason=str(refused))
            raise Unauthenticated() from None


def _bearer(values: list[str]) -> str:
    if len(values) != 1:
        raise Refused("no Authorization header, or several")
    scheme, _, token = values[0].partition(" ")
    if scheme.lower() != "bearer" or not token or not token.isascii():
        raise Refused("not a bearer token")
    if len(token) > LONGEST_TOKEN:
        raise Refused("token too long")
    return token


class _Rules:
    """What the claims of a genuine token must say: first whether it is for us (401), then what it allows (403)."""

    def __init__(self, settings: Settings) -> None:
        self._login_host = settings.login_host
        self._tenants = frozenset(settings.tenants)
        self._client_id = settings.client_id
        self._app_id_uris = frozenset({*settings.app_id_uris, settings.default_app_id_uri})
        self._public_clients = OFFICE_CLIENTS | {settings.client_id}
        self._extra_clients = frozenset(settings.extra_client_ids)
        self._accept_v1 = settings.accept_v1_tokens

    def caller(self, token: str, key: SigningKey, claims: dict[str, Any], now: float) -> Caller:
        tenant_id = self._check_tenant(claims, key)
        self._check_audience(claims)
        expires_at = _check_times(claims, now)
        oid = claims.get("oid")
        if not isinstance(oid, str) or not GUID.match(oid):
            raise Refused("no object id")
        return Caller(
            tenant_id=tenant_id,
            oid=oid,
            name=_text(claims, "name"),
            username=_text(claims, "preferred_username") or _text(claims, "upn"),
            roles=_roles(claims),
            client_id=self._check_rights(claims),
            expires_at=expires_at,
            token=token,
        )

    def _check_tenant(self, claims: dict[str, Any], key: SigningKey) -> str:
        """The tenant, from the list of allowed ones. The issuer is built from that, never from what the token says."""
        tenant_id = claims.get("tid")
        if not isinstance(tenant_id, str) or tenant_id not in self._tenants:
            raise Refused("tenant not allowed")
        issuer = f"https://{self._login_host}/{tenant_id}/v2.0"
        if claims.get("iss") != (f"https://sts.windows.net/{tenant_id}/" if self._is_v1(claims) else issuer):
            raise Refused("wrong issuer")
        # Key sets of version 1 name no issuer; the keys are the same, so version 2 says whose they are for both.
        if not key.may_sign_for(tenant_id, issuer):
            raise Refused("key of another issuer")
        return tenant_id

    def _is_v1(self, claims: dict[str, Any]) -> bool:
        version = claims.get("ver")
        if version == "1.0" and self._accept_v1:
            return True
        if version != "2.0":
            raise Refused("version not accepted")
        return False

    def _check_audience(self, claims: dict[str, Any]) -> None:
        audience = claims.get("aud")
        if not isinstance(audience, str):
            raise Refused("not one audience")
        if audience != self._client_id and not (self._is_v1(claims) and audience in self._app_id_uris):
            raise Refused("other audience")

    def _check_rights(self, claims: dict[str, Any]) -> str:
        """The client that got the token. Raises Forbidden unless a known client may act for a person with it."""
        if claims.get("idtyp") == "app":
            raise Forbidden("Affix serves people, not applications.")
        client_id, authenticated = _client(claims)
        # "0" says that the client has proved nothing, as is so for whatever runs on a desk or in a browser.
        if client_id not in self._extra_clients and (client_id not in self._public_clients or authenticated != "0"):
            log.info("client not allowed", client=client_id)
            raise Forbidden("This app may not use Affix.")
        scopes = claims.get("scp")
        if not isinstance(scopes, str) or SCOPE not in scopes.split(" "):
            raise MissingScope("This token does not let Affix act for you.")
        return client_id


def _check_times(claims: dict[str, Any], now: float) -> int:
    """When it expires. The type is compared, because True is an int and 1e400 is a number, and both are wrong here."""
    for name in ("exp", "nbf", "iat"):
        if type(claims.get(name)) is not int:
            raise Refused(f"{name} is not a whole number")
    if now >= claims["exp"] + LEEWAY:
        raise Refused("expired")
    if max(claims["nbf"], claims["iat"]) > now + LEEWAY:
        raise Refused("not valid yet")
    return int(claims["exp"])


def _client(claims: dict[str, Any]) -> tuple[str, str]:
    """The client's id, and how it authenticated ("0": not at all). Tokens of version 1 have other names for both."""
    client_id = claims.get("azp", claims.get("appid"))
    authenticated = claims.get("azpacr", claims.get("appidacr", "0"))
    return (client_id if isinstance(client_id, str) else "", authenticated if isinstance(authenticated, str) else "")


def _roles(claims: dict[str, Any]) -> tuple[str, ...]:
    roles = claims.get("roles", [])
    return tuple(role for role in roles if isinstance(role, str)) if isinstance(roles, list) else ()


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name, "")
    return value if isinstance(value, str) else ""
