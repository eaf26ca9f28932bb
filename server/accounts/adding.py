"""Adding an account, and giving one that is there another way to its mailbox: proven first, then written down."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from server.accounts import making, sign_in
from server.accounts.acting import acting_as
from server.accounts.making import Wish
from server.accounts.proving import Asked, Proof, check_addresses, prove, prove_as
from server.accounts.references import account_of
from server.accounts.registrations import is_service
from server.accounts.sign_in import Wanted
from server.clock import now
from server.errors import Invalid, NotFound
from server.models import Access, Account, Person
from server.people import learn, person_of_newcomer
from server.services import Services
from server.webhooks import endpoints, of_programs


@dataclass(frozen=True)
class Hook:
    """The address that is told all that happens in the account, "" for none, and headers that it wants."""

    url: str
    headers: Mapping[str, str] | None


@dataclass(frozen=True)
class Change:
    """What a program says anew of an account. `named` are the fields that it names: None there takes a value away."""

    asked: Asked
    named: frozenset[str]


def add(services: Services, tenant_id: str, asked: Asked, has_oauth2: bool, hook: Hook | None = None) -> dict[str, Any]:
    """{"account", "state": "new" | "existing"}. Raises what `prove` raises; nothing is stored then."""
    asked = replace(asked, account=making.checked_id(asked.account))
    _check(services, hook)
    known = _known(services, tenant_id, asked.account)
    if known is not None:
        asked = replace(asked, expected_email=asked.expected_email or known.expected_email)
    if not has_oauth2:
        check_addresses(asked)
        with services.database.session.begin() as session:
            state = making.made_empty(services, session, tenant_id, _empty(asked))
            _bind(services, session, tenant_id, asked.account, hook)
        return {"account": asked.account, "state": state}
    with services.database.session() as session:
        of_service = is_service(session, tenant_id, asked.provider)
    proof = prove(services, tenant_id, asked, of_service)
    return {"account": asked.account, "state": _store(services, tenant_id, proof, hook)}


def link(services: Services, tenant_id: str, asked: Asked, redirect_url: str | None, program: str) -> dict[str, Any]:
    """Where somebody signs in for it: {"redirect"}. Nothing is stored of the account before."""
    wanted = Wanted(
        account=making.checked_id(asked.account),
        name=asked.name or "",
        email=asked.delegated_user or asked.email or "",
        delegated=asked.delegated_user is not None,
        redirect_url=redirect_url,
        provider=asked.provider,
        expected_email=asked.expected_email or (asked.user if asked.delegated_user else None),
        program=program,
    )
    return {"redirect": sign_in.form_url(services, tenant_id, wanted)}


def verify(services: Services, tenant_id: str, asked: Asked) -> Proof:
    """Whether such an account could be added. Nothing is stored. Raises what `prove` raises."""
    with services.database.session() as session:
        of_service = is_service(session, tenant_id, asked.provider)
    return prove(services, tenant_id, replace(asked, account=asked.account or making.checked_id(None)), of_service)


def change(
    services: Services, tenant_id: str, account: str, wanted: Change, hook: Hook | None = None
) -> dict[str, Any]:
    """{"account"}. What touches the way to the mailbox is proven first. Raises NotFound, and what `prove` raises."""
    known = _known(services, tenant_id, account)
    if known is None:
        raise NotFound("There is no account with this id.", code="AccountNotFound")
    check_addresses(wanted.asked)
    _check(services, hook)
    way = {"provider", "user", "delegated_user", "delegated_account", "access_token", "refresh_token"} & wanted.named
    if way:
        _store(services, tenant_id, _proof_of_change(services, tenant_id, known, wanted))
    with services.database.session.begin() as session:
        found = account_of(session, tenant_id, account)
        _say(found, wanted)
        _bind(services, session, tenant_id, account, hook)
    return {"account": account}


def _proof_of_change(services: Services, tenant_id: str, known: Account, wanted: Change) -> Proof:
    merged = _merged(known, wanted)
    with services.database.session() as session:
        of_service = is_service(session, tenant_id, merged.provider)
    person = known.person
    if person is None or merged.refresh_token or merged.access_token or merged.delegated_account or of_service:
        return prove(services, tenant_id, merged, of_service)
    if (
        merged.user
        and known.auth_user
        and merged.user.lower() != known.auth_user.lower()
        and not person.owns(merged.user)
    ):
        raise Invalid("oauth2.auth.user: another person has to hand in their tokens too.", code="TokenNeeded")
    named = merged.delegated_user or person.address
    return prove_as(services, person, merged, named, lambda call: acting_as(services, known, person, call))


def _merged(known: Account, wanted: Change) -> Asked:
    """What is not named stays as it is. New tokens end what stood on a main account."""
    asked, named = wanted.asked, wanted.named
    has_tokens = bool(named & {"access_token", "refresh_token"}) and "delegated_account" not in named
    return replace(
        asked,
        account=known.account,
        email=asked.email or known.email,
        provider=asked.provider if "provider" in named else known.provider,
        user=asked.user if "user" in named else known.auth_user,
        delegated_user=asked.delegated_user if "delegated_user" in named else known.delegated_user,
        delegated_account=asked.delegated_account
        if "delegated_account" in named
        else None
        if has_tokens
        else known.delegated_account,
        expected_email=asked.expected_email if "expected_email" in named else known.expected_email,
    )


def _say(account: Account, wanted: Change) -> None:
    asked = wanted.asked
    for name in wanted.named & {"name", "email"}:
        setattr(account, name, getattr(asked, name) or "")
    if "expected_email" in wanted.named:
        account.expected_email = asked.expected_email
    if asked.notify_from is not None:
        account.notify_from = asked.notify_from
    account.changed_at = now()


def _store(services: Services, tenant_id: str, proof: Proof, hook: Hook | None = None) -> str:
    person = _kept(services, proof)
    with services.database.session.begin() as session:
        state = making.made(services, session, tenant_id, proof.wish, person)
        _bind(services, session, tenant_id, proof.wish.account, hook)
        return state


def _check(services: Services, hook: Hook | None) -> None:
    """Raises Invalid for an address that is never told anything."""
    if hook is not None and hook.url:
        endpoints.checked_address(services, hook.url)


def _bind(services: Services, session: Session, tenant_id: str, account: str, hook: Hook | None) -> None:
    if hook is not None:
        found = account_of(session, tenant_id, account)
        of_programs.of_account(services, session, tenant_id, found.id, hook.url, hook.headers)


def _kept(services: Services, proof: Proof) -> Person | None:
    """Who carries the account, with the grant that the program handed in for them, if it did."""
    if proof.handed_in is None or proof.profile is None:
        return proof.person
    newcomer = proof.handed_in.newcomer
    services.new_grants.keep(proof.handed_in)
    services.tokens.forget(newcomer.tenant_id, newcomer.oid)
    with services.database.session.begin() as session:
        person = person_of_newcomer(session, newcomer)
        learn(person, proof.profile)
    return person


def _known(services: Services, tenant_id: str, account: str) -> Account | None:
    with services.database.session() as session:
        try:
            return account_of(session, tenant_id, account)
        except NotFound:
            return None


def _empty(asked: Asked) -> Wish:
    return Wish(
        account=asked.account,
        name=asked.name or "",
        email=asked.email or "",
        access=Access.unset,
        provider=None,
        auth_user=None,
        delegated_user=None,
        delegated_account=None,
        expected_email=asked.expected_email,
        notify_from=asked.notify_from,
    )
