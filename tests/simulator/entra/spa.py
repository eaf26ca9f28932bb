"""Single-page applications: what a page in a browser redeems by itself, with PKCE and without a secret.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#redeem-a-code-for-an-access-token: a code
that went to a redirect URI of the platform "Single-page application" is redeemed by a page of that very origin, any
other code by a server. The refresh tokens that follow keep that line.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from tests.simulator.entra.refusals import Refused
from tests.simulator.world import World

ONLY_SPA = "Cross-origin token redemption is permitted only for the 'Single-Page Application' client-type."
ONLY_PAGES = (
    "Tokens issued for the 'Single-Page Application' client-type may only be redeemed via cross-origin requests."
)


def is_redeemed(world: World, form: Mapping[str, str], origin: str | None) -> bool:
    """Whether a page asks, for what was given to it. Raises Refused where only one of both is so."""
    code, refreshed = world.codes.get(form.get("code", "")), world.refresh_tokens.get(form.get("refresh_token", ""))
    is_of_page = bool((code and code["is_spa"]) or (refreshed and refreshed.is_spa))
    if origin and not is_of_page:
        raise Refused("invalid_request", 9002326, f"{ONLY_SPA} Request origin: '{origin}'.")
    if is_of_page and not origin:
        raise Refused("invalid_request", 9002327, ONLY_PAGES)
    if is_of_page and code and origin != _origin(code["redirect_uri"]):
        raise Refused("invalid_request", 9002326, f"{ONLY_SPA} Request origin: '{origin}'.")
    return is_of_page


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
