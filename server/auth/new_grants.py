"""Grants that people leave with Affix outside of Outlook: by signing in with a browser, or as tokens that a program
which they trust hands in. Either way Entra has just given us a refresh token of that person, which is kept sealed.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow, with PKCE, by msal.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msal  # type: ignore[import-untyped]

from server.auth.entra import Entra
from server.auth.graph_tokens import PURPOSE, Grants
from server.auth.sealing import Sealer, sealing_context
from server.errors import Busy, Forbidden, Unauthenticated

# That claims challenges are answered. msal says so by itself on every other way to a token.
CHALLENGES = json.dumps({"access_token": {"xms_cc": {"values": ["cp1"]}}})
TRIES = 3  # to write a grant that others write too


class SignInInvalid(Unauthenticated):
    """What came back from Microsoft does not belong to the sign-in that was begun."""

    code = "sign_in_invalid"


class TokenRefused(Forbidden):
    """Entra does not take the refresh token that was handed in: it is over, or was given to another registration."""

    code = "token_refused"


@dataclass(frozen=True)
class Newcomer:
    """Whose grant it is. `name` and `username` are for showing."""

    tenant_id: str
    oid: str
    name: str
    username: str


@dataclass(frozen=True)
class HandedIn:
    """A grant that is good, and not kept yet."""

    newcomer: Newcomer
    access_token: str = field(repr=False)
    cache: msal.SerializableTokenCache = field(repr=False)


class NewGrants:
    def __init__(self, entra: Entra, grants: Grants, sealer: Sealer) -> None:
        self._entra = entra
        self._grants = grants
        self._sealer = sealer

    def begin(self, tenant_id: str, redirect_uri: str, login_hint: str | None) -> dict[str, Any]:
        """msal's flow: where to send the browser (`auth_uri`), and what has to be kept secret until it comes back.
        Raises Busy and Misconfigured.
        """
        with self._entra.application(tenant_id, msal.TokenCache()) as app:
            flow: dict[str, Any] = app.initiate_auth_code_flow(
                self._entra.scopes,
                redirect_uri=redirect_uri,
                login_hint=login_hint,
                prompt="select_account",
                response_mode="form_post",  # no code in addresses, which logs and histories keep (RFC 9700, 4.3.1)
            )
        return flow

    def finish(self, tenant_id: str, flow: dict[str, Any], answered: Mapping[str, str]) -> HandedIn:
        """Exchange the code with which the browser came back. Nothing is kept. Raises SignInInvalid, and what Entra's
        refusal means.
        """
        cache = msal.SerializableTokenCache()
        with self._entra.application(tenant_id, cache) as app:
            try:
                answer = app.acquire_token_by_auth_code_flow(flow, dict(answered))
            except ValueError:  # another state or nonce than was begun with
                raise SignInInvalid("This sign-in was not begun here, or is over. Open the link once more.") from None
        if "access_token" not in answer:
            raise self._entra.refusal(answer, tenant_id)
        return HandedIn(_newcomer(tenant_id, answer), str(answer["access_token"]), cache)

    def prove(self, tenant_id: str, refresh_token: str) -> HandedIn:
        """What a refresh token is good for that a program has already. Entra is asked for new tokens at once: that
        shows whose it is, and that it was given to this app registration. Nothing is kept. Raises TokenRefused, and
        what else Entra's refusal means.
        """
        cache = msal.SerializableTokenCache()
        with self._entra.application(tenant_id, cache) as app:
            answer = app.acquire_token_by_refresh_token(refresh_token, self._entra.scopes, data={"claims": CHALLENGES})
        if "access_token" not in answer:
            refusal = self._entra.refusal(answer, tenant_id)
            if isinstance(refusal, Forbidden | Unauthenticated):
                raise TokenRefused(f"Microsoft does not take this refresh token: {refusal.message}")
            raise refusal
        return HandedIn(_newcomer(tenant_id, answer), str(answer["access_token"]), cache)

    def keep(self, handed_in: HandedIn) -> None:
        """Keep such a grant as that person's, in place of the one that was there. Raises Busy."""
        person = (handed_in.newcomer.tenant_id, handed_in.newcomer.oid)
        sealed = self._sealer.seal(handed_in.cache.serialize().encode(), sealing_context(*person, PURPOSE))
        with self._grants.exclusive(*person):
            for _ in range(TRIES):
                if self._grants.store(*person, sealed, self._grants.load(*person)[1]):
                    return
        raise Busy("This connection is being renewed by somebody else. Try again in a moment.")


def _newcomer(tenant_id: str, answer: Mapping[str, Any]) -> Newcomer:
    claims = answer.get("id_token_claims") or {}
    found = Newcomer(
        str(claims.get("tid", "")),
        str(claims.get("oid", "")),
        str(claims.get("name", "")),
        str(claims.get("preferred_username", "")),
    )
    if found.tenant_id != tenant_id or not found.oid:
        raise Forbidden("This account belongs to another organisation.", code="other_organisation")
    return found
