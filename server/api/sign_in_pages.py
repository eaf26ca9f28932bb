"""The pages of the hosted sign-in form: what will be connected, and what became of it. Public, since whoever has a link
may open it; they work without JavaScript.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

import structlog
from apiflask import APIBlueprint
from flask import Response, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from server.accounts import sign_in
from server.accounts.sign_in import CALLBACK, FLOW_LIFETIME, Finished, NoMailbox, Wanted
from server.api.addin import written
from server.api.application import ONCE
from server.errors import AffixError
from server.services import Services

COOKIE = "affix-sign-in"
AGAIN = "Sign in again"

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Page:
    """`kind` is ask, success or failure. `post` is where the main button leads, `link` another way on."""

    kind: str
    title: str
    sentences: tuple[str, ...]
    steps: tuple[str, ...] = ()
    command: str = ""
    post: str = ""
    button: str = ""
    link: str = ""
    link_text: str = ""
    small: str = ""


def blueprint(services: Services) -> APIBlueprint:
    pages = APIBlueprint("sign_in", __name__, template_folder="templates", enable_openapi=False)
    settings = services.settings
    policy = written(
        {"frame-ancestors": "'none'", "form-action": f"'self' https://{settings.login_host}", "script-src": "'none'"}
    )

    def shown(page: Page, status: int = 200) -> Response:
        response = make_response(render_template("sign_in.html", page=page), status)
        response.headers["Content-Security-Policy"] = policy
        return response

    @pages.get("/sign-in/<link>")
    def show_form(link: str) -> Response:
        """Opening it does nothing yet, so that programs which look into links use none up."""
        try:
            return shown(_form(sign_in.wanted_by(services, link)))
        except AffixError as error:
            return shown(_failure(error, ""), error.status)

    @pages.post("/sign-in/<link>")
    def go_to_microsoft(link: str) -> AnyResponse:
        try:
            address, browser = sign_in.begin(services, link)
        except AffixError as error:
            return shown(_failure(error, request.path), error.status)
        response = redirect(address, 303)
        response.set_cookie(
            COOKIE,
            f"{browser}.{link}",
            max_age=int(FLOW_LIFETIME.total_seconds()),
            path=CALLBACK,
            secure=settings.base_url.startswith("https"),
            httponly=True,
            samesite="Lax",
        )
        return response

    @pages.post(CALLBACK)
    def keep_answer() -> AnyResponse:
        """Microsoft's page posts it; the browser then asks by itself, with its cookie."""
        try:
            ticket = sign_in.keep_answer(services, request.form.to_dict())
        except AffixError as error:
            return shown(_failure(error, ""), error.status)
        return redirect(f"{CALLBACK}?{urlencode({'state': request.form['state'], 'ticket': ticket})}", 303)

    @pages.get(CALLBACK)
    def come_back() -> AnyResponse:
        g.setdefault(ONCE, True)  # Microsoft takes the code one time
        browser, _, link = request.cookies.get(COOKIE, "").partition(".")
        again = f"/sign-in/{link}" if link else ""
        try:
            done = sign_in.finish(services, browser, request.args.get("state", ""), request.args.get("ticket", ""))
        except AffixError as error:
            log.info("sign_in_failed", code=error.code)
            response: AnyResponse = shown(_failure(error, again), error.status)
        else:
            response = redirect(done.url, 303) if done.url else shown(_success(done))
        response.delete_cookie(COOKIE, path=CALLBACK)
        return response

    return pages


def _form(wanted: Wanted) -> Page:
    by = f"“{wanted.program}” asks for this, and will be able to read and send mail there." if wanted.program else ""
    who = f"Sign in as {wanted.expected_email}." if wanted.expected_email else ""
    sentences: tuple[str, ...]
    if wanted.delegated:
        sentences = (
            f"Sign in with your own account, not with one of {wanted.email}. You need access to that mailbox already.",
            who,
            by,
        )
        title = f"Connect the mailbox {wanted.email}"
    else:
        sentences = (who or f"Sign in as {wanted.email}." if wanted.email else "Sign in with your own account.", by)
        title = "Connect your mailbox"
    return Page(
        "ask",
        title,
        tuple(each for each in sentences if each),
        post=request.path,
        button="Sign in with Microsoft",
        small=f"It will be known there as “{wanted.account}”. Close this page if you did not expect it.",
    )


def _success(done: Finished) -> Page:
    sentence = f"{done.person} is signed in, and the mailbox {done.mailbox} was opened successfully."
    return Page("success", "The mailbox is connected", (sentence, "You can close this page."))


def _failure(error: AffixError, again: str) -> Page:
    """What happened and what to do about it, for each failure there is."""
    titles = {
        "link_invalid": "This link does not work",
        "link_expired": "This link is too old",
        "link_used": "This mailbox is connected already",
        "wrong_person": "This is not the account that is expected",
        "mailbox_access_denied": "You have no access to this mailbox yet",
        "mailbox_not_found": "This mailbox was not found",
        "declined": "Nothing was connected",
        "consent_required": "An administrator has to approve Affix first",
        "other_organisation": "This account belongs to another organisation",
        "sign_in_invalid": "This sign-in is over",
        "busy": "Microsoft is busy",
    }
    steps = {
        "link_invalid": ("Copy the whole link.", "If that does not help, ask whoever sent it for a new one."),
        "link_expired": ("Ask whoever sent it for a new one.",),
        "wrong_person": ("Sign in again and choose the account that is named above.",),
        "mailbox_not_found": (
            "Compare the address with that of the mailbox in Outlook.",
            "If it is right, ask your Exchange administrator for access to it.",
        ),
        "declined": ("Sign in again, and agree to what Microsoft asks.",),
        "consent_required": ("Send the address below to an administrator of your organisation.", "Then sign in again."),
        "other_organisation": ("Sign in again with an account of the organisation that sent you the link.",),
        "sign_in_invalid": ("Begin again, and finish within a quarter of an hour in the same browser.",),
        "mailbox_access_denied": (
            "Ask your Exchange administrator for full access to the mailbox, for instance with the command below.",
            "It may take an hour until Microsoft 365 heeds that. Then sign in again.",
        ),
    }
    can_try = error.code not in ("link_invalid", "link_expired", "link_used") and bool(again)
    return Page(
        "failure" if error.code != "link_used" else "success",
        titles.get(error.code, "Signing in did not work"),
        (error.message,),
        steps.get(error.code, ("Try again in a moment.",) if can_try else ()),
        command=_command(error),
        post=again if can_try else "",
        button=AGAIN,
    )


def _command(error: AffixError) -> str:
    if isinstance(error, NoMailbox) and error.code == "mailbox_access_denied":
        who, mailbox = error.extra["person"], error.extra["mailbox"]
        return f"Add-MailboxPermission -Identity {mailbox} -User {who} -AccessRights FullAccess"
    return str(error.extra.get("consentUrl", ""))
