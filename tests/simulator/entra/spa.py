"""Single-page applications: what a page in a browser redeems by itself, with PKCE and without a secret.

https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow#redeem-a-code-for-an-access-token: a code
that went to a redirect URI of the platform "Single-page application" is redeemed by a page of that very origin, any
other code by a server. The refresh tokens that follow keep that line, and the origin. They are good for 24 hours after
the sign-in, also those that were got meanwhile for another one:
https://learn.microsoft.com/entra/identity-platform/refresh-tokens#token-lifetime
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
    own = code["origin"] if code else refreshed.origin if refreshed else None
    if own and not origin:
        raise Refused("invalid_request", 9002327, ONLY_PAGES)
    if origin and origin != own:
        raise Refused("invalid_request", 9002326, f"{ONLY_SPA} Request origin: '{origin}'.")
    return own is not None


def origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
