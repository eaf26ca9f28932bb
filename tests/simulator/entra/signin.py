"""The sign-in page: choose a person, and go back to the application with a code."""

import html
import secrets
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from tests.simulator.directory import Account, Registration
from tests.simulator.entra.spa import origin_of
from tests.simulator.world import World


def sign_in_routes(entra: Blueprint, world: World) -> None:
    @entra.get("/<tenant>/oauth2/v2.0/authorize")
    def authorize(tenant: str) -> AnyResponse:
        """With login_hint the person is taken to be signed in; else the page asks who it is."""
        asked = request.args.to_dict()
        app = world.registrations.get(asked.get("client_id", ""))
        if app is None or not _is_registered(app, asked.get("redirect_uri", "")):
            sentence = "AADSTS50011: The redirect URI specified in the request does not match the ones configured."
            return Response(sentence, 400, content_type="text/plain")
        known = world.tenant(tenant)
        account = world.account(asked.get("login_hint", ""), known.id if known else None)
        if account is None or not account.enabled or asked.get("prompt") in {"select_account", "login"}:
            if asked.get("prompt") == "none":
                return _back(asked, error="login_required", error_description="AADSTS50058: no user is signed in.")
            return Response(_page(world, asked), content_type="text/html; charset=utf-8")
        return _back(asked, **_outcome(world, asked, app, account))


def _outcome(world: World, asked: dict[str, str], app: Registration, account: Account) -> dict[str, str]:
    if asked.get("response_type") != "code":
        return {"error": "unsupported_response_type", "error_description": "AADSTS700054: only code is enabled."}
    if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
        return {"error": "invalid_request", "error_description": "AADSTS50148: code_challenge_method must be S256."}
    is_spa = _is_among(app.spa_redirects, asked["redirect_uri"])
    if is_spa and not asked.get("code_challenge"):
        sentence = (
            "AADSTS9002325: Proof Key for Code Exchange is required for cross-origin authorization code redemption."
        )
        return {"error": "invalid_request", "error_description": sentence}
    if not world.consent(account.tenant.id, app.client_id).delegated:
        return {"error": "access_denied", "error_description": "AADSTS65004: User declined to consent."}
    code = "1.A" + secrets.token_urlsafe(32)
    with world.lock:
        world.codes[code] = {
            "client_id": app.client_id,
            "redirect_uri": asked["redirect_uri"],
            "scope": asked.get("scope", ""),
            "challenge": asked.get("code_challenge"),
            "nonce": asked.get("nonce"),
            "account": account,
            "origin": origin_of(asked["redirect_uri"]) if is_spa else None,
            "issued_at": world.time(),
        }
    return {"code": code}


def _back(asked: dict[str, str], **outcome: str) -> AnyResponse:
    """By query, fragment or a form that posts itself, as response_mode asks."""
    if "state" in asked:
        outcome["state"] = asked["state"]
    target, mode = asked["redirect_uri"], asked.get("response_mode", "query")
    if mode == "form_post":
        return Response(_form(target, outcome), content_type="text/html; charset=utf-8")
    mark = "#" if mode == "fragment" else "&" if "?" in target else "?"
    return redirect(target + mark + urlencode(outcome))


def _form(target: str, outcome: dict[str, str]) -> str:
    fields = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}">'
        for name, value in outcome.items()
    )
    return (
        f'<!doctype html><title>Working</title><form method="post" action="{html.escape(target)}">{fields}'
        "<button>Continue</button></form><script>document.forms[0].submit()</script>"
    )


def _is_registered(app: Registration, uri: str) -> bool:
    return _is_among([*app.redirects, *app.spa_redirects], uri)


def _is_among(registered: list[str], uri: str) -> bool:
    """Exactly as registered; on localhost the port does not count, as in Entra."""
    parts = urlsplit(uri)
    portless = f"http://localhost{parts.path}" if parts.hostname == "localhost" and parts.scheme == "http" else uri
    return uri in registered or portless in registered


def _page(world: World, asked: dict[str, str]) -> str:
    people = [account for account in world.accounts if account.enabled]
    chosen = {name: value for name, value in asked.items() if name != "prompt"}
    links = "".join(
        f'<li><a href="?{html.escape(urlencode({**chosen, "login_hint": person.address}))}">'
        f"{html.escape(person.name)} &lt;{html.escape(person.address)}&gt;</a></li>"
        for person in people
    )
    return f"<!doctype html><title>Sign in</title><h1>Pick an account</h1><ul>{links}</ul>"
