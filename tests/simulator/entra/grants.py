"""The four ways to a token: on behalf of a person, by a refresh token, as the application itself, by a code."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import jwt

from tests.simulator import keys
from tests.simulator.directory import GRAPH_APP, GRAPH_URI, Account, Registration, Tenant
from tests.simulator.entra import tokens
from tests.simulator.entra.refusals import Refused, bad_assertion, missing, needs_mfa, no_consent
from tests.simulator.world import World

OPENID = {"openid", "profile", "offline_access", "email"}
LEEWAY = 300  # seconds that Entra allows clocks to differ
SPA_LIFETIME = 24 * 3600  # of a refresh token that a page in a browser was given
Answer = dict[str, Any]


def on_behalf_of(world: World, tenant: Tenant, app: Registration, form: Mapping[str, str]) -> Answer:
    """https://learn.microsoft.com/entra/identity-platform/v2-oauth2-on-behalf-of-flow"""
    if form.get("requested_token_use") != "on_behalf_of":
        raise missing("requested_token_use")
    if "assertion" not in form:
        raise missing("assertion")
    claims = _assertion(world, tenant, app, form["assertion"])
    account = world.account(claims["oid"], tenant.id)
    if account is None:
        raise Refused("invalid_grant", 50034, "The user account does not exist in the directory.")
    if tokens.serial_of(claims) <= world.marks.revoked.get(account.id, -1):
        raise Refused("invalid_grant", 50173, "The provided grant has expired due to it being revoked.")
    satisfied = frozenset(claims.get("amr", ()))
    return user_answer(world, account, app, form, satisfied)


def refresh(world: World, tenant: Tenant | None, app: Registration, form: Mapping[str, str]) -> Answer:
    """A used refresh token is not revoked: https://learn.microsoft.com/entra/identity-platform/refresh-tokens"""
    if "refresh_token" not in form:
        raise missing("refresh_token")
    known = world.refresh_tokens.get(form["refresh_token"])
    if known is None or known.app != app.client_id or (tenant and known.account.tenant != tenant):
        raise Refused("invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.")
    if known.serial <= world.marks.revoked.get(known.account.id, -1):
        sentence = "The provided grant has expired due to it being revoked, a fresh auth token is needed."
        raise Refused("invalid_grant", 50173, sentence, suberror="bad_token")
    if known.origin and world.time() - known.issued_at > SPA_LIFETIME:
        sentence = "The refresh token was issued to a single page app (SPA), and has a fixed lifetime of 1.00:00:00."
        raise Refused("invalid_grant", 700084, sentence, suberror="bad_token")
    if world.time() - known.issued_at > world.limits.refresh_lifetime:
        raise Refused("invalid_grant", 700082, "The refresh token has expired due to inactivity.")
    asked = dict(form)
    asked.setdefault("scope", " ".join(known.scopes))
    since = known.issued_at if known.origin else None
    return user_answer(world, known.account, app, asked, known.satisfied, origin=known.origin, since=since)


def client_credentials(world: World, tenant: Tenant, app: Registration, form: Mapping[str, str]) -> Answer:
    scope = form.get("scope", "")
    if scope not in {f"{GRAPH_URI}/.default", f"{GRAPH_APP}/.default"}:
        sentence = f"The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid."
        raise Refused("invalid_scope", 1002012 if scope else 900144, sentence)
    if (tenant.id, app.client_id) not in world.consents:
        sentence = f"Application with identifier '{app.client_id}' was not found in the directory '{tenant.domain}'."
        raise Refused("unauthorized_client", 700016, sentence)
    roles = world.consents[tenant.id, app.client_id].application
    issued = tokens.graph_app_token(world, tenant.id, app, roles, _handles_cae(form))
    return {
        "token_type": "Bearer",
        "expires_in": issued.expires_in,
        "ext_expires_in": issued.expires_in,
        "access_token": issued.token,
    }


def authorization_code(world: World, app: Registration, form: Mapping[str, str]) -> Answer:
    """With PKCE, see RFC 7636. A code is good once."""
    for name in ("code", "redirect_uri"):
        if name not in form:
            raise missing(name)
    code = world.codes.pop(form["code"], None)
    if code is None or code["client_id"] != app.client_id or code["redirect_uri"] != form["redirect_uri"]:
        raise Refused("invalid_grant", 70008, "The provided authorization code or refresh token has expired.")
    if code["challenge"] and code["challenge"] != _challenge(form.get("code_verifier", "")):
        raise Refused("invalid_grant", 501481, "The Code_Verifier does not match the code_challenge.")
    if world.time() - code["issued_at"] > 600:
        raise Refused("invalid_grant", 70008, "The provided authorization code or refresh token has expired.")
    asked = dict(form)
    asked["scope"] = form.get("scope") or code["scope"]
    satisfied = frozenset({"pwd", "mfa"})
    return user_answer(world, code["account"], app, asked, satisfied, code["nonce"], code["origin"])


def user_answer(
    world: World,
    account: Account,
    app: Registration,
    form: Mapping[str, str],
    satisfied: frozenset[str],
    nonce: str | None = None,
    origin: str | None = None,
    since: float | None = None,
) -> Answer:
    """A token for a person, where the person, the rules of sign-in and the consent allow it. A refresh token of a page
    belongs to its `origin`, and ages from `since`; without it from now on.
    """
    if not account.enabled:
        raise Refused("invalid_grant", 50057, "The user account is disabled.")
    if account.id in world.marks.blocked:
        sentence = "Access has been blocked by Conditional Access policies."
        raise Refused("invalid_grant", 53003, sentence, suberror="message_only", claims={"access_token": {}})
    if account.id in world.marks.mfa and "mfa" not in satisfied:
        raise needs_mfa()
    asked = form.get("scope", "").split()
    if not asked:
        raise missing("scope")
    own = _own_scopes(app, asked)
    if own:
        issued, shown = _own_token(world, account, app, own), asked
    else:
        granted, shown = _granted(world, account, app, asked)
        issued = tokens.graph_user_token(world, account, app, granted, _handles_cae(form))
    answer: Answer = {
        "token_type": "Bearer",
        "scope": " ".join(shown),
        "expires_in": issued.expires_in,
        "ext_expires_in": issued.expires_in,
        "access_token": issued.token,
    }
    if "offline_access" in asked:
        granted_for = (account, app.client_id, tuple(asked), satisfied)
        answer["refresh_token"] = world.refresh_token(*granted_for, origin, since)
    if "openid" in asked:
        answer["id_token"] = tokens.id_token(world, account, app.client_id, nonce)
    if form.get("client_info") == "1":
        answer["client_info"] = tokens.client_info(account)
    return answer


def _assertion(world: World, tenant: Tenant, app: Registration, text: str) -> dict[str, Any]:
    """The claims of the person's token, verified as Entra does. Raises Refused."""
    by_id = {keys.key_id(name): name for name in (world.signing.current, world.signing.previous)}
    try:
        name = by_id[jwt.get_unverified_header(text).get("kid", "")]
        public = keys.private_key(name).public_key()
        claims: dict[str, Any] = jwt.decode(
            text, public, algorithms=["RS256"], options={"verify_aud": False, "verify_exp": False, "verify_nbf": False}
        )
    except (jwt.PyJWTError, KeyError) as error:
        raise bad_assertion("The key was not found, or the token is malformed") from error
    if not isinstance(claims.get("exp"), int | float) or claims["exp"] + LEEWAY < world.time():
        raise Refused("invalid_grant", 500133, "Assertion is not within its valid time range.")
    if not app.is_audience(str(claims.get("aud"))):
        sentence = "Assertion audience does not match the Client app presenting the assertion."
        raise Refused("invalid_grant", 500131, sentence)
    if claims.get("tid") != tenant.id:
        raise bad_assertion("The token was issued by another tenant")
    if "scp" not in claims or claims.get("idtyp") == "app":
        raise Refused("invalid_grant", 50013, "Assertion is app-only: on-behalf-of needs a person's token.")
    return claims


def _granted(world: World, account: Account, app: Registration, asked: list[str]) -> tuple[set[str], list[str]]:
    """The delegated scopes in the token, and how the answer spells them (in full where they were asked in full)."""
    consented = world.consent(account.tenant.id, app.client_id).delegated
    of_graph = [scope for scope in asked if scope not in OPENID]
    names = [scope.removeprefix(f"{GRAPH_URI}/").removeprefix(f"{GRAPH_APP}/") for scope in of_graph]
    if any("/" in name for name in names):
        sentence = f"The resource principal named in '{' '.join(of_graph)}' was not found in the tenant."
        raise Refused("invalid_resource", 500011, sentence)
    known = {scope.lower(): scope for scope in consented}
    if not consented - OPENID or any(name != ".default" and name.lower() not in known for name in names):
        raise no_consent(app.client_id, app.name)
    in_full = any(scope.startswith("https://") for scope in of_graph)
    spelled = [f"{GRAPH_URI}/{scope}" if in_full else scope for scope in sorted(consented - OPENID)]
    spelled += [scope for scope in of_graph if scope.endswith(".default")]
    return set(consented), spelled + sorted({"openid", "profile"} & set(asked))


def _own_scopes(app: Registration, asked: list[str]) -> list[str]:
    """The scopes of the application's own API that are asked for: <Application ID URI>/<scope>. Raises Refused."""
    others = [scope for scope in asked if scope not in OPENID]
    own = [scope for scope in others if app.is_audience(scope.rpartition("/")[0])]
    if own and own != others:
        sentence = f"The provided value for the input parameter scope '{' '.join(asked)}' is not valid because it "
        raise Refused("invalid_scope", 28000, sentence + "contains more than one resource.")
    return own


def _own_token(world: World, account: Account, app: Registration, scopes: list[str]) -> tokens.Issued:
    names = [scope.rpartition("/")[2] for scope in scopes]
    if any(name not in (*app.scopes, ".default") for name in names):
        raise Refused("invalid_scope", 70011, f"The scope '{' '.join(scopes)}' is not valid.")
    granted = app.scopes if ".default" in names else names
    claims = tokens.api_claims(world, account, app.client_id, app.client_id, " ".join(granted))
    return tokens.Issued(keys.signed(claims, world.signing.current), claims["exp"] - claims["iat"])


def _handles_cae(form: Mapping[str, str]) -> bool:
    """Whether the application declared that it handles claims challenges: xms_cc cp1 in the claims parameter."""
    try:
        asked = json.loads(form.get("claims") or "{}")
        return "cp1" in [str(value).lower() for value in asked["access_token"]["xms_cc"]["values"]]
    except (ValueError, KeyError, TypeError):
        return False


def _challenge(verifier: str) -> str:
    return keys.base64url(hashlib.sha256(verifier.encode()).digest())
