"""The hosted sign-in form: a program asks for a link, a person opens it, signs in with an account of their own, and the
mailbox is an account of the program's from then on.

The link is sealed by us, ends after a day and makes one account at most. What comes back from Microsoft counts once,
in the browser that was sent there, with the state and the verifier (PKCE) that were made for it. It comes as a form
that another site posts, with which browsers send no cookie: so it is kept, and counts when the browser comes for it.
Nobody is told "added" before the person was seen to be let into the mailbox.
"""

import base64
import binascii
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from server.accounts import making
from server.accounts.making import Wish
from server.auth.new_grants import HandedIn, SignInInvalid
from server.auth.sealing import Unsealable, sealing_context
from server.clock import now
from server.detection import ADDRESS
from server.errors import Forbidden, Invalid, Misconfigured, NotFound
from server.mail.base import MailAccessDenied, MailChallenge, MailGone, Profile
from server.models import Access, SignIn
from server.people import learn, person_of_newcomer
from server.services import Services

LINK_LIFETIME = timedelta(hours=24)
FLOW_LIFETIME = timedelta(minutes=15)
KEPT = timedelta(days=7)  # links that are over, so that who opens one is told what became of it
LINK = "sign-in link"
FLOW = "sign-in"
CALLBACK = "/oauth/callback"
LONGEST_URL = 2000
LONGEST_ANSWER = 8192
ANSWERS = ("state", "code", "session_state", "client_info", "error", "error_description")
STRANGE = "This sign-in was not begun in this browser, or is over. Open the link once more."


class LinkInvalid(NotFound):
    code = "link_invalid"


class LinkOver(Forbidden):
    """`code` is link_expired or link_used."""


class WrongPerson(Forbidden):
    code = "wrong_person"


class Declined(Forbidden):
    code = "declined"


class NoMailbox(Forbidden):
    """The person is not let into the mailbox; with the code mailbox_not_found there is none of that address."""

    code = "mailbox_access_denied"


@dataclass(frozen=True)
class Wanted:
    """What a program asks for. `email` is the mailbox; with `delegated` that of somebody else than who signs in.
    `expected_email` is who has to sign in.
    """

    account: str
    name: str
    email: str
    delegated: bool
    redirect_url: str | None
    provider: str | None
    expected_email: str | None
    program: str


@dataclass(frozen=True)
class Finished:
    """What became of a sign-in. `url` is where the program wants the person back, with what became of it."""

    account: str
    mailbox: str
    person: str
    url: str | None


def form_url(services: Services, tenant_id: str, wanted: Wanted) -> str:
    """The link to send a person to. Raises Invalid for what could never be signed in to, or never be gone back to."""
    if wanted.delegated and not wanted.email:
        raise Invalid("email: the address of the shared mailbox is needed with delegated.", code="email_needed")
    for name, address in (("email", wanted.email), ("expectedEmail", wanted.expected_email or "")):
        if address and not ADDRESS.match(address):
            raise Invalid(f"{name}: this is no email address.", code="invalid_address")
    if wanted.redirect_url is not None:
        _check_redirect(services, wanted.redirect_url)
    moment = now()
    row = SignIn(tenant_id=tenant_id, wanted=asdict(wanted), created_at=moment, expires_at=moment + LINK_LIFETIME)
    with services.database.session.begin() as session:
        session.add(row)
        session.flush()
        sealed = services.sealer.seal(row.id.bytes, LINK)
    return f"{services.settings.base_url}/sign-in/{base64.urlsafe_b64encode(sealed).decode().rstrip('=')}"


def wanted_by(services: Services, link: str) -> Wanted:
    """What the page of this link tells. Raises LinkInvalid and LinkOver."""
    with services.database.session() as session:
        return Wanted(**_row(services, session, link).wanted)


def begin(services: Services, link: str) -> tuple[str, str]:
    """Where to send the browser, and the secret by which it is known when it comes back.

    Raises LinkInvalid, LinkOver, Busy and Misconfigured.
    """
    with services.database.session() as session:
        row = _row(services, session, link)
    wanted = Wanted(**row.wanted)
    hint = wanted.expected_email or (None if wanted.delegated else wanted.email) or None
    flow = services.new_grants.begin(row.tenant_id, services.settings.base_url + CALLBACK, hint)
    browser = secrets.token_urlsafe(32)
    sealed = services.sealer.seal(json.dumps({"flow": flow}).encode(), context_of(row))
    with services.database.session.begin() as session:
        kept = session.get_one(SignIn, row.id, with_for_update=True)
        kept.begun(_digest(str(flow["state"])), _digest(browser), sealed, now() + FLOW_LIFETIME)
    return str(flow["auth_uri"]), browser


def keep_answer(services: Services, answered: Mapping[str, str]) -> str:
    """What Microsoft says of a sign-in, until the browser comes for it with the ticket that this gives: it has to be
    the browser that brought the answer, and the one that was sent for it. Raises SignInInvalid for a sign-in that was
    not begun or has its answer.
    """
    ticket = secrets.token_urlsafe(32)
    with services.database.session.begin() as session:
        row, kept = _opened(services, session, answered.get("state", ""))
        if "answered" in kept:
            raise SignInInvalid(STRANGE)
        known = {name: value[:LONGEST_ANSWER] for name, value in answered.items() if name in ANSWERS}
        whole = {**kept, "answered": known, "ticket": ticket}
        row.flow = services.sealer.seal(json.dumps(whole).encode(), context_of(row))
    return ticket


def finish(services: Services, browser: str, state: str, ticket: str) -> Finished:
    """The person came back from Microsoft. Raises what kept the account from being made; the link is good for
    another try then.
    """
    row, flow, answered = _taken(services, browser, state, ticket)
    wanted = Wanted(**row.wanted)
    if answered.get("error") == "access_denied":
        raise Declined("You did not let Affix read your mail, so nothing was connected.")
    handed_in = services.new_grants.finish(row.tenant_id, flow, answered)
    with services.counts.of(row.tenant_id):
        profile = _profile(services, handed_in)
        mailbox = _mailbox(services, wanted, handed_in, profile)
    services.new_grants.keep(handed_in)
    is_own = mailbox in profile.addresses
    wish = Wish(
        account=wanted.account,
        name=wanted.name,
        email=mailbox,
        access=Access.own if is_own else Access.direct,
        provider=wanted.provider,
        auth_user=profile.address,
        delegated_user=None if is_own else mailbox,
        delegated_account=None,
        expected_email=wanted.expected_email,
    )
    with services.database.session.begin() as session:
        kept = session.get_one(SignIn, row.id, with_for_update=True)
        if kept.used_at is not None:
            raise LinkOver("This link was used already. The mailbox is connected.", code="link_used")
        person = person_of_newcomer(session, handed_in.newcomer)
        learn(person, profile)
        state = making.made(services, session, row.tenant_id, wish, person)
        kept.used_at = now()
    return Finished(wanted.account, mailbox, profile.address, _back(wanted, state))


def forget_old(services: Services) -> None:
    """Take away links that ended a while ago."""
    with services.database.session.begin() as session:
        session.execute(delete(SignIn).where(SignIn.expires_at < now() - KEPT))


def _check_redirect(services: Services, url: str) -> None:
    """Only to addresses that the operator named: a form of ours must lead nobody astray (RFC 9700, 4.11)."""
    settings = services.settings
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Invalid("redirectUrl: this is no address.", code="invalid_redirect") from None
    is_plain = url.isascii() and url.isprintable() and " " not in url and "\\" not in url and "@" not in parts.netloc
    if len(url) > LONGEST_URL or not is_plain or parts.scheme not in ("https", "http") or not parts.hostname:
        raise Invalid("redirectUrl: this is no address.", code="invalid_redirect")
    origin = f"{parts.scheme}://{parts.hostname}" + (f":{port}" if port else "")
    if origin not in (settings.base_url, *settings.redirect_origins):
        allowed = "AFFIX_REDIRECT_ORIGINS"
        raise Invalid(f"redirectUrl: {origin} is not among {allowed} of this service.", code="redirect_not_allowed")


def _row(services: Services, session: Session, link: str) -> SignIn:
    try:
        sealed = base64.urlsafe_b64decode(link + "=" * (-len(link) % 4))
        if base64.urlsafe_b64encode(sealed).decode().rstrip("=") != link:
            raise ValueError("another spelling")
        row_id = UUID(bytes=services.sealer.open(sealed, LINK))
    except (binascii.Error, ValueError, Unsealable):
        raise LinkInvalid("This is no link of Affix, or a part of it is missing.") from None
    row = session.get(SignIn, row_id)
    if row is None or row.expires_at < now():
        raise LinkOver("This link is older than a day. Ask for a new one.", code="link_expired")
    if row.used_at is not None:
        raise LinkOver("This link was used already. The mailbox is connected.", code="link_used")
    return row


def _opened(services: Services, session: Session, state: str) -> tuple[SignIn, dict[str, Any]]:
    """The sign-in that was begun with this state, and what is kept of it. Locked. Raises SignInInvalid."""
    mine = select(SignIn).where(SignIn.state_digest == _digest(state)).with_for_update()
    row = session.scalars(mine).one_or_none()
    if row is None or row.flow is None or row.flow_until is None or row.flow_until < now():
        raise SignInInvalid(STRANGE)
    try:
        return row, json.loads(services.sealer.open(row.flow, context_of(row)))
    except Unsealable:
        raise SignInInvalid(STRANGE) from None


def _taken(services: Services, browser: str, state: str, ticket: str) -> tuple[SignIn, dict[str, Any], dict[str, str]]:
    """The sign-in that this browser is in the midst of, with Microsoft's answer. Whatever comes for an answer, the
    answer is gone afterwards: with another browser somebody was led astray.
    """
    with services.database.session.begin() as session:
        row, kept = _opened(services, session, state)
        is_sent_there = secrets.compare_digest(row.browser_digest or b"", _digest(browser))
        brought_it = secrets.compare_digest(_digest(str(kept.get("ticket"))), _digest(ticket))
        if "answered" in kept:
            row.came_back()
    if not (is_sent_there and brought_it and "answered" in kept):
        raise SignInInvalid(STRANGE)
    return row, kept["flow"], kept["answered"]


def _profile(services: Services, handed_in: HandedIn) -> Profile:
    """Graph's own word on who signed in, and which addresses are theirs."""
    try:
        profile = services.mail.profile(handed_in.access_token)
    except (MailAccessDenied, MailGone, MailChallenge):
        raise NoMailbox(f"{handed_in.newcomer.username} has no mailbox.", code="mailbox_not_found") from None
    if profile.oid.lower() != handed_in.newcomer.oid.lower():
        raise Misconfigured("Microsoft answered for somebody else.")
    return profile


def _mailbox(services: Services, wanted: Wanted, handed_in: HandedIn, profile: Profile) -> str:
    """The address of the mailbox that is connected, proven to be open to the person.

    Raises WrongPerson and NoMailbox.
    """
    expected = wanted.expected_email or (None if wanted.delegated else wanted.email)
    if expected and expected.lower() not in profile.addresses:
        raise WrongPerson(f"You signed in as {profile.address}, but {expected} has to sign in here.")
    is_others = wanted.delegated and wanted.email.lower() not in profile.addresses
    address = wanted.email.lower() if is_others else profile.address
    try:
        services.mail.can_read(handed_in.access_token, address)
    except (MailAccessDenied, MailChallenge):
        sentence = f"{profile.address} has no access to the mailbox {address}."
        raise NoMailbox(sentence, person=profile.address, mailbox=address) from None
    except MailGone:
        sentence = f"There is no mailbox {address}, or {profile.address} has no access to it."
        raise NoMailbox(sentence, code="mailbox_not_found") from None
    return address


def _back(wanted: Wanted, state: str) -> str | None:
    """The program's own address, with the account and its state added to the query."""
    if wanted.redirect_url is None:
        return None
    parts = urlsplit(wanted.redirect_url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("account", wanted.account), ("state", state)]
    return urlunsplit(parts._replace(query=urlencode(query)))


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def context_of(row: SignIn) -> str:
    """For which place its flow is sealed."""
    return sealing_context(row.tenant_id, str(row.id), FLOW)
