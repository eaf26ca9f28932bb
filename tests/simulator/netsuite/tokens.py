"""The token endpoint: client credentials with a signed assertion.

https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_162755359851.html and section_162790605110. That
every refusal is an `invalid_request`, and their descriptions, are invented.
"""

import re
import secrets
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.simulator.netsuite import roles
from tests.simulator.netsuite.accounts import Certificate, Token
from tests.simulator.netsuite.call import Answer, Call

PATH = "/services/rest/auth/oauth2/v1/token"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = ("PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
SCOPES = frozenset({"rest_webservices", "restlets", "suite_analytics"})
LIFETIME = 3600  # seconds, of an access token
LONGEST = 3600  # seconds, of an assertion
CLOCKS_DIFFER = 60  # seconds; Oracle states no figure
SMALLEST_RSA = 3072  # bits
CURVES = ("secp256r1", "secp384r1", "secp521r1")


class Unauthorised(Exception):
    """The token endpoint says no, in the form of RFC 6749."""

    def __init__(self, description: str, error: str = "invalid_request", status: int = 400) -> None:
        super().__init__(description)
        self.status, self.body = status, {"error": error, "error_description": description}


def issue(call: Call) -> Answer:
    """POST of the token endpoint."""
    try:
        form = call.form()
        if form.get("grant_type") != "client_credentials":
            raise Unauthorised("The grant type is not supported.", "unsupported_grant_type")
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            raise Unauthorised("client_assertion_type is missing or not supported.")
        certificate, claims = _verified(call, form.get("client_assertion", ""))
        scopes = _scopes(claims.get("scope"))
        if not roles.may(call.account, "Log in using OAuth 2.0 Access Tokens"):
            raise Unauthorised("The role may not log in using OAuth 2.0 access tokens.", "invalid_grant")
    except Unauthorised as error:
        return Answer(error.status, error.body)
    text = secrets.token_urlsafe(48)
    token = Token(scopes, certificate.client_id, call.world.time() + LIFETIME)
    with call.account.lock:
        call.account.tokens[text] = token
    body = {"access_token": text, "expires_in": str(LIFETIME), "token_type": "bearer"}  # a text in Oracle's sample
    return Answer(200, body, headers={"Cache-Control": "no-store"})


def _verified(call: Call, assertion: str) -> tuple[Certificate, dict[str, Any]]:
    """Raises Unauthorised."""
    try:
        header = jwt.get_unverified_header(assertion)
    except jwt.PyJWTError as error:
        raise Unauthorised("The assertion is no JSON web token.") from error
    algorithm, certificate = header.get("alg"), call.account.certificates.get(header.get("kid", ""))
    if algorithm not in ALGORITHMS or header.get("typ", "JWT") != "JWT":
        raise Unauthorised(f"The algorithm is not one of {', '.join(ALGORITHMS)}.")
    if certificate is None:
        raise Unauthorised("The certificate is not mapped.")
    _check_strength(certificate)
    if certificate.expires_at is not None and certificate.expires_at <= call.world.time():
        raise Unauthorised("The certificate has expired.")
    try:
        claims = jwt.decode(
            assertion,
            certificate.key,  # type: ignore[arg-type]
            algorithms=[algorithm],
            audience={call.base + PATH, f"https://{call.account.label}.suitetalk.api.netsuite.com{PATH}"},
            options={
                "require": ["iss", "aud", "exp", "iat"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except (jwt.PyJWTError, TypeError, ValueError) as error:  # the latter two where key and algorithm do not fit
        raise Unauthorised(f"The assertion is not valid: {error}") from error
    if claims["iss"] != certificate.client_id:
        raise Unauthorised("iss is not the client id of the certificate's integration.")
    _check_times(claims, call.world.time())
    return certificate, claims


def _check_strength(certificate: Certificate) -> None:
    match certificate.key:
        case rsa.RSAPublicKey() as key if key.key_size >= SMALLEST_RSA:
            return
        case ec.EllipticCurvePublicKey() as key if key.curve.name in CURVES:
            return
    raise Unauthorised("The certificate's key is too short, or of a kind that is not supported.")


def _check_times(claims: dict[str, Any], now: float) -> None:
    issued, expires = claims["iat"], claims["exp"]
    if not all(isinstance(moment, int | float) for moment in (issued, expires)):
        raise Unauthorised("iat and exp are numbers.")
    if not 0 < expires - issued <= LONGEST:
        raise Unauthorised("exp is not within 60 minutes after iat.")
    if issued > now + CLOCKS_DIFFER:
        raise Unauthorised("The assertion is of the future.")
    if expires <= now - CLOCKS_DIFFER:
        raise Unauthorised("The assertion has expired.")


def _scopes(claim: object) -> frozenset[str]:
    """A list, or a text with commas (as Oracle's page has it) or blanks between. Raises Unauthorised."""
    wanted = claim if isinstance(claim, list) else re.split(r"[ ,]+", claim) if isinstance(claim, str) else []
    scopes = frozenset(str(one) for one in wanted if one)
    if not scopes or not scopes <= SCOPES:
        raise Unauthorised(f"The scope is none of {', '.join(sorted(SCOPES))}.", "invalid_scope")
    return scopes
