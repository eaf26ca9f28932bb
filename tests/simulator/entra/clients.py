"""Which application is asking: secret or client assertion (https://learn.microsoft.com/entra/identity-platform/certificate-credentials)."""

from collections.abc import Mapping
from typing import Any

import jwt

from tests.simulator.directory import Registration
from tests.simulator.entra.refusals import Refused, missing
from tests.simulator.entra.tokens import LOGIN
from tests.simulator.world import World

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LEEWAY = 300  # seconds that Entra allows clocks to differ


def known_application(world: World, form: Mapping[str, str], tenant: str) -> Registration:
    """The registration named by client_id. Raises Refused."""
    client_id = form.get("client_id")
    if not client_id:
        raise missing("client_id")
    app = world.registrations.get(client_id.lower())
    if app is None:
        sentence = f"Application with identifier '{client_id}' was not found in the directory '{tenant}'."
        raise Refused("unauthorized_client", 700016, sentence)
    return app


def authenticated_application(world: World, form: Mapping[str, str], tenant: str, url: str) -> Registration:
    """The same, and it has proved who it is. Raises Refused."""
    app = known_application(world, form, tenant)
    if "client_assertion" in form:
        _check_assertion(world, app, form, tenant, url)
    elif "client_secret" in form:
        _check_secret(app, form["client_secret"])
    else:
        sentence = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
        raise Refused("invalid_client", 7000218, sentence, status=401)
    return app


def _check_secret(app: Registration, secret: str) -> None:
    if secret not in app.secrets:
        sentence = (
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "
            f"not the client secret ID, for a secret added to app '{app.client_id}'."
        )
        raise Refused("invalid_client", 7000215, sentence, status=401)


def _check_assertion(world: World, app: Registration, form: Mapping[str, str], tenant: str, url: str) -> None:
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise Refused("invalid_request", 900144, "client_assertion_type is missing or not supported.")
    assertion = form["client_assertion"]
    claims = _verified(app, assertion, {f"{LOGIN}/{tenant}/oauth2/v2.0/token", f"{LOGIN}/{tenant}/v2.0", url})
    now = world.time()
    if not claims["exp"] + LEEWAY > now or claims.get("nbf", now) - LEEWAY > now:
        raise Refused("invalid_client", 700024, "Client assertion is not within its valid time range.", status=401)
    if (claims["iss"], claims["sub"]) != (app.client_id, app.client_id):
        raise Refused("invalid_client", 700021, "Client assertion application identifier doesn't match.", status=401)
    # MSAL sends one assertion again for minutes; the same number on another assertion is a forgery.
    if world.assertions.setdefault(claims["jti"], assertion) != assertion:
        raise Refused("invalid_client", 50012, "The jti of the client assertion was used before.", status=401)


def _verified(app: Registration, assertion: str, audiences: set[str]) -> dict[str, Any]:
    failed = Refused(
        "invalid_client",
        700027,
        "Client assertion failed signature validation. The key was not found, or the signature or audience is wrong.",
        status=401,
    )
    try:
        thumbprint = jwt.get_unverified_header(assertion).get("x5t#S256", "").rstrip("=")
        key = app.certificates[thumbprint]
        return jwt.decode(
            assertion,
            key,
            algorithms=["PS256", "RS256"],
            audience=audiences,
            options={"require": ["exp", "iss", "sub", "jti", "aud"], "verify_exp": False, "verify_nbf": False},
        )
    except (jwt.PyJWTError, KeyError) as error:
        raise failed from error
