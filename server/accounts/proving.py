"""Proof, before anything is stored, that an account's mailbox may be read, with the right that is named for it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from server.accounts import references
from server.accounts.acting import acting_as
from server.accounts.making import Wish, main_of
from server.auth.new_grants import HandedIn
from server.detection import ADDRESS
from server.errors import Forbidden, Invalid, NotFound
from server.mail.base import MailAccessDenied, MailChallenge, MailGone, Profile
from server.models import Access, Person
from server.people import as_application
from server.services import Services

USER = re.compile(r"[A-Za-z0-9.!#$&'*+=^_`{|}~@-]{1,256}\Z")
NO_RIGHT = (
    "Say with whose right the mailbox is used: oauth2.auth.delegatedAccount names a main account, oauth2.refreshToken"
    " (and accessToken) are tokens of your own, an oauth2.provider of the kind outlookService uses the tenant's"
    " consent, and oauth2.authorize gives a link to sign in with."
)


@dataclass(frozen=True)
class Asked:
    """An account as a program describes it. What it does not say is None."""

    account: str
    name: str | None = None
    email: str | None = None
    provider: str | None = None
    user: str | None = None
    delegated_user: str | None = None
    delegated_account: str | None = None
    access_token: str | None = None
    refresh_token: str | None = None
    expected_email: str | None = None
    notify_from: datetime | None = None


@dataclass(frozen=True)
class Proof:
    """That the mailbox was read a moment ago, as whom. `person` is whose own grant carries the account, if Affix has it
    already; `handed_in` and `profile` are of whose tokens the program gave.
    """

    wish: Wish
    who: str
    person: Person | None = None
    handed_in: HandedIn | None = None
    profile: Profile | None = None


def prove(services: Services, tenant_id: str, asked: Asked, is_service: bool) -> Proof:
    """Whether the account can be what it is asked to be. `is_service`: its provider stands for Affix itself.

    Raises Invalid and BadDelegation for what contradicts itself, Forbidden (AccessDenied, WrongPerson), NotFound
    (MailboxNotFound), NotUsable where the main account's right is over, and MailBusy or Busy when nobody could say.
    """
    if asked.delegated_account and not asked.delegated_user:
        raise Invalid("oauth2.auth.delegatedAccount needs oauth2.auth.delegatedUser beside it.", code="BadDelegation")
    check_addresses(asked)
    if asked.delegated_account:
        if asked.refresh_token or asked.access_token:
            raise Invalid("Tokens and oauth2.auth.delegatedAccount exclude each other.", code="BadDelegation")
        return _by_main(services, tenant_id, asked)
    if is_service:
        return _by_application(services, tenant_id, asked)
    if asked.refresh_token:
        return _by_tokens(services, tenant_id, asked)
    if asked.access_token:
        raise Invalid("oauth2.refreshToken is needed too: an access token ends within hours.", code="TokenNeeded")
    raise Invalid(NO_RIGHT, code="TokenNeeded")


def check_addresses(asked: Asked) -> None:
    """Raises Invalid."""
    for name, address in (("email", asked.email), ("expectedEmail", asked.expected_email)):
        if address and not ADDRESS.match(address):
            raise Invalid(f"{name}: this is no email address.", code="invalid_address")


def prove_as(
    services: Services, person: Person, asked: Asked, named: str, ask: Callable[[Callable[[str], str]], str]
) -> Proof:
    """As `prove`, with the right of a person whose grant Affix has already for this account."""
    is_own = person.owns(named)
    wish = _wish(asked, Access.own if is_own else Access.direct, person.address if is_own else named)
    _read(services, wish, person.address, ask)
    return Proof(wish, person.address, person)


def _by_main(services: Services, tenant_id: str, asked: Asked) -> Proof:
    wish = _wish(asked, Access.delegated, asked.delegated_user or "")
    with services.database.session() as session:
        main = main_of(session, tenant_id, wish)
        person = references.carrier_of(session, main)
    who = person.address or person.name if person else "Affix itself"
    _read(services, wish, who, lambda call: acting_as(services, main, person, call))
    return Proof(wish, who)


def _by_application(services: Services, tenant_id: str, asked: Asked) -> Proof:
    named = asked.delegated_user or asked.user
    if not named:
        sentence = "Application access needs oauth2.auth.user or oauth2.auth.delegatedUser: the mailbox to use."
        raise Invalid(sentence, code="UserNeeded")
    wish = _wish(asked, Access.application, named)
    _read(services, wish, "Affix itself", lambda call: as_application(services, tenant_id, call))
    return Proof(wish, "Affix itself")


def _by_tokens(services: Services, tenant_id: str, asked: Asked) -> Proof:
    handed_in = services.new_grants.prove(tenant_id, str(asked.refresh_token))
    token = handed_in.access_token
    with services.counts.of(tenant_id):
        profile = services.mail.profile(token)
        _check_person(asked, profile)
        named = asked.delegated_user or asked.email or profile.address
        is_own = _is_of(profile, named)
        if not is_own and not asked.delegated_user:
            sentence = f"These are tokens of {profile.address}. Name the mailbox {named} as oauth2.auth.delegatedUser."
            raise Forbidden(sentence, code="WrongPerson")
        wish = _wish(asked, Access.own if is_own else Access.direct, profile.address if is_own else named)
        _read(services, wish, profile.address, lambda call: call(token))
    wish = replace(wish, auth_user=asked.user or profile.address)
    return Proof(wish, profile.address, None, handed_in, profile)


def _check_person(asked: Asked, profile: Profile) -> None:
    if asked.user and not _is_of(profile, asked.user):
        sentence = f"These are tokens of {profile.address}, not of {asked.user} (oauth2.auth.user)."
        raise Forbidden(sentence, code="WrongPerson")
    if asked.expected_email and not _is_of(profile, asked.expected_email):
        sentence = f"These are tokens of {profile.address}, but {asked.expected_email} is expected here."
        raise Forbidden(sentence, code="WrongPerson")


def _is_of(profile: Profile, named: str) -> bool:
    return named.lower() in (profile.oid.lower(), *profile.addresses)


def _wish(asked: Asked, access: Access, named: str) -> Wish:
    """`named` is the mailbox, by its address or its user's id. Raises Invalid where nothing says its address."""
    if "@" not in named and not asked.email:
        raise Invalid("email: the mailbox's address is needed, since delegatedUser is an id.", code="email_needed")
    address = named if "@" in named else str(asked.email)
    if not ADDRESS.match(address) or not USER.match(named):
        raise Invalid("oauth2.auth.delegatedUser: an address, or a user's id.", code="invalid_address")
    return Wish(
        account=asked.account,
        name=asked.name or "",
        email=asked.email or address,
        access=access,
        provider=asked.provider,
        auth_user=asked.user,
        delegated_user=asked.delegated_user,
        delegated_account=asked.delegated_account,
        expected_email=asked.expected_email,
        notify_from=asked.notify_from,
        mailbox=address,
    )


def _read(services: Services, wish: Wish, who: str, ask: Callable[[Callable[[str], str]], str]) -> None:
    """Look into the inbox. A mailbox that is named by its user's id has to be the one of the address."""
    address, by_id = wish.address, wish.delegated_user or ""
    try:
        inbox = ask(lambda token: services.mail.folder_id(token, address, "inbox"))
        is_id = wish.access != Access.own and by_id and "@" not in by_id
        is_same = not is_id or inbox == ask(lambda token: services.mail.folder_id(token, by_id, "inbox"))
    except MailAccessDenied:
        sentence = f"{who} may not read the mailbox {address}. Give that right in Exchange, then ask again."
        raise Forbidden(sentence, code="AccessDenied", person=who, mailbox=address) from None
    except MailGone:
        sentence = f"There is no mailbox {address}, or {who} has no access to it."
        raise NotFound(sentence, code="MailboxNotFound", person=who, mailbox=address) from None
    except MailChallenge:
        sentence = f"Microsoft 365 refuses the tokens of {who}."
        raise Forbidden(sentence, code="AuthenticationFails", person=who, mailbox=address) from None
    if not is_same:
        raise Invalid(f"oauth2.auth.delegatedUser is another mailbox than {address} (email).", code="invalid_address")
