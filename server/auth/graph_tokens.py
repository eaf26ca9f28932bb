"""With whose right Affix asks Microsoft Graph: as the caller, as a person whose grant is stored, or as itself.

On-behalf-of is asked once; from then on the refresh token in the person's stored cache renews silently, without the
caller. https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow
"""

import base64
import json
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

import msal  # type: ignore[import-untyped]
import requests
import structlog

from server.auth.callers import Caller
from server.auth.entra import Entra
from server.auth.live_tokens import REMEMBERED, LiveToken, LiveTokens
from server.auth.recent import Recent
from server.auth.refusals import GrantLost, is_account_gone
from server.auth.sealing import Sealer, Unsealable, sealing_context
from server.errors import AffixError, Forbidden, InsufficientClaims, InteractionRequired, Misconfigured, Unauthenticated
from server.settings import Settings

PURPOSE = "graph"
LOOK_AGAIN = 5.0  # seconds after which it is noticed that another process deleted a grant
ACCESS_TOKEN = msal.TokenCache.CredentialType.ACCESS_TOKEN

log = structlog.get_logger(__name__)

Person = tuple[str, str]


class Grants(Protocol):
    """Where the sealed token cache of each person is kept."""

    def load(self, tenant_id: str, oid: str) -> tuple[bytes | None, int]:
        """The sealed cache and its version; (None, version) if there is none."""

    def store(self, tenant_id: str, oid: str, sealed: bytes, expected_version: int) -> bool:
        """Keep it as the next version if `expected_version` is still the current one; else keep nothing: False."""

    def exclusive(self, tenant_id: str, oid: str) -> AbstractContextManager[object]:
        """Entered by one process at a time for that person. Entra is asked inside, so no transaction may be open."""


class GraphTokens:
    """Access tokens for Graph. Threads share one of these; processes have one each and meet in `grants`."""

    def __init__(
        self,
        settings: Settings,
        http: requests.Session,
        grants: Grants,
        sealer: Sealer,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._client_id = settings.client_id
        self._entra = Entra(settings, http, now)
        self._grants = grants
        self._sealer = sealer
        self._now = now
        self._delegated = LiveTokens(now)
        self._app_only = LiveTokens(now)
        self._granted_until: Recent[Person, float] = Recent(REMEMBERED)

    def for_caller(self, caller: Caller, claims: str | None = None, *, rejected: str | None = None) -> str:
        """A delegated token of the person who is asking.

        `rejected` is the token that Graph has just refused, `claims` its challenge (base64 or JSON) if there was one.
        A token that another thread or process got since then comes first. Raises InsufficientClaims, ConsentRequired,
        InteractionRequired, Unauthenticated (the pane's own token is over), Busy or Misconfigured.
        """
        return self._delegated_token((caller.tenant_id, caller.oid), caller, claims, rejected)

    def for_person(self, tenant_id: str, oid: str, claims: str | None = None, *, rejected: str | None = None) -> str:
        """A delegated token of a person who is not there. Raises GrantLost, Busy or Misconfigured."""
        return self._delegated_token((tenant_id, oid), None, claims, rejected)

    def for_app(self, tenant_id: str, claims: str | None = None, *, rejected: str | None = None) -> str:
        """A token of Affix itself in a tenant. Raises ConsentRequired, InteractionRequired, Busy or Misconfigured."""
        owner = (tenant_id, self._client_id)
        fresh = self._app_only.peek(owner)
        if fresh is not None and claims is None and fresh != rejected:
            return fresh
        challenge = _challenge(claims)
        dead = rejected or (fresh if challenge else None)
        return self._app_only.renewed(owner, challenge, dead, lambda: self._for_app(tenant_id, challenge))

    def scopes_of(self, tenant_id: str, oid: str) -> frozenset[str]:
        """What the person's latest token is good for, as Entra said when it gave it; empty where that is not known."""
        person = (tenant_id, oid)
        sealed, _ = self._grants.load(*person)
        known = list(self._opened(person, sealed).search(ACCESS_TOKEN))
        latest: Mapping[str, Any] = max(known, key=lambda each: int(each.get("cached_at", 0)), default={})
        return frozenset(each.rpartition("/")[2] for each in str(latest.get("target", "")).split())

    def forget(self, tenant_id: str, oid: str) -> None:
        """Drop the person's token from memory. What is stored stays."""
        self._delegated.forget((tenant_id, oid))

    def _heed_revocation(self, person: Person) -> None:
        """A token would be good for an hour, the grant that it came from may be gone. Who is there leaves a new one."""
        if self._delegated.peek(person) is None or (self._granted_until.get(person) or 0.0) > self._now():
            return
        if self._grants.load(*person)[0] is None:
            self._delegated.forget(person)
        else:
            self._granted_until.put(person, self._now() + LOOK_AGAIN)

    def _for_app(self, tenant_id: str, challenge: str | None) -> LiveToken:
        with self._entra.application(tenant_id, msal.TokenCache()) as app:
            answer = app.acquire_token_for_client(self._entra.scopes, claims_challenge=challenge)
        if "access_token" not in answer:
            raise self._entra.refusal(answer, tenant_id)
        return self._entra.accepted(answer)

    def _delegated_token(self, person: Person, caller: Caller | None, claims: str | None, rejected: str | None) -> str:
        self._heed_revocation(person)
        fresh = self._delegated.peek(person)
        if fresh is not None and claims is None and fresh != rejected:
            return fresh
        challenge = _challenge(claims)
        dead = rejected or (fresh if challenge else None)
        asked = (caller.token if caller else None, challenge)
        return self._delegated.renewed(person, asked, dead, lambda: self._exchange(person, caller, challenge, dead))

    def _exchange(self, person: Person, caller: Caller | None, challenge: str | None, dead: str | None) -> LiveToken:
        with self._grants.exclusive(*person):
            sealed, version = self._grants.load(*person)
            cache = self._opened(person, sealed)
            with self._entra.application(person[0], cache) as app:
                answer = self._renewal(app, person, challenge, dead)
                if caller is not None and "access_token" not in answer:
                    answer = app.acquire_token_on_behalf_of(
                        caller.token, self._entra.scopes, claims_challenge=challenge
                    )
            refused = None if "access_token" in answer else self._refusal(answer, person, caller, challenge)
            if refused is not None:
                _drop_access_tokens(cache)  # Graph refused them, or they are over; kept, they would be found again
            elif not _is_of(person, answer):
                raise Misconfigured("Microsoft answered for somebody else.")
            if cache.has_state_changed or (sealed and self._sealer.needs_resealing(sealed)):
                self._keep(person, cache, version)
        if refused is not None:
            raise refused
        return self._entra.accepted(answer)

    def _opened(self, person: Person, sealed: bytes | None) -> msal.SerializableTokenCache:
        cache = msal.SerializableTokenCache()
        if sealed:
            try:
                cache.deserialize(self._sealer.open(sealed, sealing_context(*person, PURPOSE)).decode())
            except Unsealable:
                # As good as no grant: the person's next visit writes a new one.
                log.error("stored grant cannot be opened", tenant=person[0], person=person[1])
        return cache

    def _keep(self, person: Person, cache: msal.SerializableTokenCache, version: int) -> None:
        sealed = self._sealer.seal(cache.serialize().encode(), sealing_context(*person, PURPOSE))
        if not self._grants.store(*person, sealed, version):
            log.warning("stored grant was changed meanwhile", tenant=person[0], person=person[1])

    def _renewal(self, app: Any, person: Person, challenge: str | None, dead: str | None) -> Mapping[str, Any]:
        """Entra's answer to a silent renewal, empty if there is nothing to renew."""
        accounts = [each for each in app.get_accounts() if (each["realm"], each["local_account_id"]) == person]
        if not accounts:
            return {}
        if dead is not None and any(each["secret"] != dead for each in app.token_cache.search(ACCESS_TOKEN)):
            dead = challenge = None  # another process has renewed it: the cache has the new one
        answer = app.acquire_token_silent_with_error(
            self._entra.scopes, account=accounts[0], claims_challenge=challenge, force_refresh=dead is not None
        )
        return answer or {}

    def _refusal(
        self, answer: Mapping[str, Any], person: Person, caller: Caller | None, challenge: str | None
    ) -> AffixError:
        if not answer:
            return GrantLost("This person has not connected a mailbox to Affix yet.")
        error = self._entra.refusal(answer, person[0])
        if caller is None and isinstance(error, Forbidden | Unauthenticated):
            return GrantLost(error.message, code="account_gone" if is_account_gone(answer) else None)
        if challenge and isinstance(error, InteractionRequired):
            return InsufficientClaims(challenge)
        if caller is not None and caller.expires_at <= self._now() and isinstance(error, InteractionRequired):
            return Unauthenticated()
        return error


def _is_of(person: Person, answer: Mapping[str, Any]) -> bool:
    """Whether the identity token beside a new access token names this person. Renewals need not bring one."""
    claims = answer.get("id_token_claims")
    return claims is None or (claims.get("tid"), claims.get("oid")) == person


def _drop_access_tokens(cache: msal.SerializableTokenCache) -> None:
    for entry in list(cache.search(ACCESS_TOKEN)):
        cache.remove_at(entry)


def _challenge(claims: str | None) -> str | None:
    """The challenge as JSON text. Graph sends base64, of either alphabet and sometimes without its padding."""
    if claims is None:
        return None
    try:
        text = claims if claims.lstrip().startswith("{") else _decoded(claims.strip())
        if isinstance(json.loads(text), dict):
            return text
    except (ValueError, RecursionError):
        pass
    raise InteractionRequired("Sign in again.")


def _decoded(claims: str) -> str:
    standard = claims.replace("-", "+").replace("_", "/").rstrip("=")
    return base64.b64decode(standard + "=" * (-len(standard) % 4)).decode()
