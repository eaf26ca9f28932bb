"""Who is asking, and whether this kind of token opens this door.

Bearer tokens are those of the token endpoint. Token-based authentication (OAuth 1.0a, section_4247337262) is for public
clients that know nothing else; it opens REST and RESTlets alike. That a wrong scope is a 401 is a guess.
"""

import re
from urllib.parse import unquote

from oauthlib.common import Request
from oauthlib.oauth1.rfc5849 import signature

from tests.simulator.netsuite import problems, roles
from tests.simulator.netsuite.accounts import TokenPair
from tests.simulator.netsuite.call import Call

SCOPE_OF_HOST = {"suitetalk": "rest_webservices", "restlets": "restlets"}
WINDOW = 300  # seconds that the timestamp of a signed request may be off


def admit(call: Call) -> None:
    """Callers hold the account's lock. Raises Refused: the caller is nobody, or his role has no access."""
    kind, _, credentials = call.header("Authorization").partition(" ")
    admitted = {"bearer": _bears_token, "oauth": _has_signed}.get(kind.lower())
    if admitted is None or not admitted(call, credentials.strip()):
        refusal = problems.invalid_login()
        refusal.headers["WWW-Authenticate"] = f'Bearer realm="{call.account.id}", error="invalid_token"'
        raise refusal
    if call.kind == "suitetalk":
        roles.demand(call.account, "REST Web Services")


def _bears_token(call: Call, text: str) -> bool:
    token = call.account.tokens.get(text)
    if token is None or token.expires_at <= call.world.time():
        return False
    return SCOPE_OF_HOST[call.kind] in token.scopes


def _has_signed(call: Call, text: str) -> bool:
    """Realm, consumer, token, method, timestamp and nonce are right, and so is the signature (RFC 5849)."""
    given = {name: unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', text)}
    pair = call.account.token_pairs.get((given.get("oauth_consumer_key", ""), given.get("oauth_token", "")))
    stamp, nonce = given.get("oauth_timestamp", ""), given.get("oauth_nonce", "")
    if (
        pair is None
        or given.get("realm") != call.account.id
        or given.get("oauth_signature_method") != "HMAC-SHA256"
        or not (stamp.isdecimal() and abs(call.world.time() - int(stamp)) <= WINDOW)
        or not nonce
        or (nonce, stamp) in call.account.nonces
        or not _is_signature(call, given.get("oauth_signature", ""), pair)
    ):
        return False
    call.account.nonces.add((nonce, stamp))
    return True


def _is_signature(call: Call, given: str, pair: TokenPair) -> bool:
    """The query is signed, the body only where it is a form; the realm is not."""
    request = Request(call.url, call.method)
    request.signature = given
    request.params = signature.collect_parameters(
        uri_query=call.query_string,
        body=list(call.form().items()),
        headers={"Authorization": call.header("Authorization")},
        exclude_oauth_signature=True,
        with_realm=False,
    )
    return bool(signature.verify_hmac_sha256(request, pair.consumer_secret, pair.token_secret))
