"""What Entra publishes about itself: OpenID configuration, keys, instance discovery."""

from typing import Any

from tests.simulator import keys
from tests.simulator.directory import CONSUMER_TENANT, Tenant
from tests.simulator.entra.tokens import LOGIN
from tests.simulator.world import World

SHARED_ENDPOINTS = {"common", "organizations"}


def configuration(tenant: str, base: str, version: int) -> dict[str, Any]:
    """`base` is the login host as the caller sees it; the issuer is always the true one."""
    shown = "{tenantid}" if tenant in SHARED_ENDPOINTS else tenant
    two = "/v2.0" if version == 2 else ""
    return {
        "issuer": f"{LOGIN}/{shown}/v2.0" if version == 2 else f"https://sts.windows.net/{shown}/",
        "authorization_endpoint": f"{base}/{tenant}/oauth2{two}/authorize",
        "token_endpoint": f"{base}/{tenant}/oauth2{two}/token",
        "jwks_uri": f"{base}/{tenant}/discovery{two}/keys",
        "end_session_endpoint": f"{base}/{tenant}/oauth2{two}/logout",
        "userinfo_endpoint": "https://graph.microsoft.com/oidc/userinfo",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "ver"],
        "tenant_region_scope": None if tenant in SHARED_ENDPOINTS else "EU",
        "cloud_instance_name": "microsoftonline.com",
        "msgraph_host": "graph.microsoft.com",
    }


def key_set(world: World, tenant: Tenant | None) -> dict[str, Any]:
    """Every key names the issuer that it may sign for. The consumer key is among them, and signs for consumers only."""
    issuer = f"{LOGIN}/{tenant.id if tenant else '{tenantid}'}/v2.0"
    consumers = f"{LOGIN}/{CONSUMER_TENANT}/v2.0"
    own = [keys.published(name, issuer) for name in (world.signing.current, world.signing.previous)]
    return {"keys": [*own, keys.published("consumer", consumers)]}


def instances(base: str) -> dict[str, Any]:
    names = ["login.microsoftonline.com", "login.windows.net", "login.microsoft.com", "sts.windows.net"]
    return {
        "tenant_discovery_endpoint": f"{base}/common/v2.0/.well-known/openid-configuration",
        "api-version": "1.1",
        "metadata": [{"preferred_network": names[0], "preferred_cache": names[1], "aliases": names}],
    }
