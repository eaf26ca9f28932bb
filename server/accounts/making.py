"""Writing down an account, once it was proven that its mailbox may be read: a new one, or one that is there anew."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server.accounts import states
from server.accounts.references import BadDelegation, account_of, carrier_of
from server.autopilot.watching import watch_over
from server.clock import now
from server.detection import mailbox_row, note_access
from server.errors import Busy, Invalid, NotFound
from server.models import (
    Access,
    Account,
    AccountState,
    Grant,
    Health,
    Mailbox,
    Outgoing,
    OutgoingState,
    Person,
    Rule,
    RuleState,
    Save,
    SaveState,
    Watch,
)
from server.services import Services
from server.webhooks.events import is_troubled, tell_of_health

LONGEST = 256  # characters of an account's id, name and references
RECOVERABLE = (Health.authentication_error, Health.access_lost, Health.connect_error)


@dataclass(frozen=True)
class Wish:
    """An account as it shall be. `mailbox` is the address of its mailbox; None: that is its `email`."""

    account: str
    name: str
    email: str
    access: Access
    provider: str | None
    auth_user: str | None
    delegated_user: str | None
    delegated_account: str | None
    expected_email: str | None
    notify_from: datetime | None = None
    mailbox: str | None = None

    @property
    def address(self) -> str:
        return (self.mailbox or self.email).lower()


def checked_id(account: str | None) -> str:
    """The id that a program chose; a new one where it did not. Raises Invalid."""
    chosen = (account or "").strip()
    if not chosen:
        return secrets.token_hex(8)
    if len(chosen) > LONGEST or "/" in chosen or not chosen.isprintable() or chosen in (".", ".."):
        sentence = f"account: at most {LONGEST} characters, without a slash or what cannot be printed."
        raise Invalid(sentence, code="invalid_account")
    return chosen


def made(services: Services, session: Session, tenant_id: str, wish: Wish, person: Person | None) -> str:
    """Write the account in the session's transaction: "new", or "existing" where its id was known. That its mailbox
    may be read was just proven. `person` is whose grant carries it, if it does not stand on a main account or on the
    application's own right. Raises BadDelegation, and Busy where that grant went with another account meanwhile.
    """
    keep_references(session, tenant_id)
    person = session.merge(person) if person else None
    if person is not None and session.get(Grant, (person.tenant_id, person.oid)) is None:
        raise Busy("This person's connection was taken away a moment ago. Try again.", retry_after=1)
    main = main_of(session, tenant_id, wish) if wish.access == Access.delegated else None
    carrier = carrier_of(session, main) if main else person
    mailbox = _mailbox(session, tenant_id, wish, carrier)
    mine = select(Account).where(Account.tenant_id == tenant_id, Account.account == wish.account)
    known = session.scalars(mine).one_or_none()
    left = known.mailbox if known and known.mailbox_id != mailbox.id else None
    for each in sorted(filter(None, {mailbox, left}), key=lambda each: each.id):
        watch_over(services, session, each)
    has_recovered(session, mailbox)
    before, account = known.person if known else None, known or _new(tenant_id, wish)
    _write(account, wish, mailbox, None if main else person, main)
    if known is None:
        session.add(account)
        session.flush()
        states.added(session, account)
    states.note_changes(services, session, mailbox.id)
    if person is not None:
        states.note_grant(services, session, person)  # it is new
    if before is not None and before is not person:
        forget_grant(services, session, before)
    return "existing" if known else "new"


def made_empty(services: Services, session: Session, tenant_id: str, wish: Wish) -> str:
    """An account for which somebody signs in later. One that is there keeps its way to its mailbox."""
    keep_references(session, tenant_id)
    mine = select(Account).where(Account.tenant_id == tenant_id, Account.account == wish.account)
    known = session.scalars(mine).one_or_none()
    if known is None:
        account = _new(tenant_id, wish)
        account.access, account.state = Access.unset, AccountState.unset
        session.add(account)
        session.flush()
        states.added(session, account)
        return "new"
    known.name, known.email = wish.name or known.name, wish.email or known.email
    known.changed_at = now()
    return "existing"


def keep_references(session: Session, tenant_id: str) -> None:
    """Until the transaction's end nobody else changes which account of the tenant refers to which."""
    lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:subject, 0))")
    session.execute(lock, {"subject": f"accounts:{tenant_id}"})


def main_of(session: Session, tenant_id: str, wish: Wish) -> Account:
    """The main account that is asked for. Raises BadDelegation where it could not carry the account."""
    named = str(wish.delegated_account)
    if named == wish.account:
        raise BadDelegation(f"The account “{named}” cannot be its own main account.")
    try:
        main = account_of(session, tenant_id, named)
    except NotFound:
        sentence = f"There is no account “{named}” that could be the main account. Add it first."
        raise BadDelegation(sentence) from None
    each: Account | None = main
    seen = set()
    while each is not None and each.id not in seen:
        if each.account == wish.account:
            sentence = f"The main account “{named}” leads back to “{wish.account}” itself. Name one that does not."
            raise BadDelegation(sentence)
        seen.add(each.id)
        each = each.main
    carrier_of(session, main)
    return main


def has_recovered(session: Session, mailbox: Mailbox) -> None:
    """Somebody was just let in: what was wrong before is over, and the next look tells how it goes."""
    session.flush()
    watch = session.get(Watch, mailbox.id, populate_existing=True)
    if watch is not None and watch.health in RECOVERABLE:
        was_troubled = is_troubled(watch)
        watch.health, watch.reason, watch.failures = Health.connecting, None, 0
        tell_of_health(session, watch, was_troubled)


def _mailbox(session: Session, tenant_id: str, wish: Wish, carrier: Person | None) -> Mailbox:
    if carrier is not None:
        mailbox = mailbox_row(session, carrier, wish.address, ())
        note_access(session, carrier, mailbox)
    else:
        row = insert(Mailbox).values(tenant_id=tenant_id, address=wish.address, name=wish.name)
        session.execute(row.on_conflict_do_nothing())
        mine = select(Mailbox).where(Mailbox.tenant_id == tenant_id, Mailbox.address == wish.address)
        mailbox = session.scalars(mine).one()
    mailbox.name = mailbox.name or wish.name
    return mailbox


def _new(tenant_id: str, wish: Wish) -> Account:
    moment = now()
    return Account(
        tenant_id=tenant_id,
        account=wish.account,
        name=wish.name,
        email=wish.email,
        provider=wish.provider,
        expected_email=wish.expected_email,
        state=AccountState.connecting,
        notify_from=wish.notify_from or moment,
        created_at=moment,
        changed_at=moment,
    )


def _write(account: Account, wish: Wish, mailbox: Mailbox, person: Person | None, main: Account | None) -> None:
    values: dict[str, Any] = {
        "name": wish.name or account.name,
        "email": wish.email or account.email,
        "access": wish.access,
        "provider": wish.provider,
        "auth_user": wish.auth_user,
        "delegated_user": wish.delegated_user,
        "delegated_account": wish.delegated_account,
        "expected_email": wish.expected_email,
        "mailbox": mailbox,
        "person": person,
        "main": main,
        "changed_at": now(),
    }
    for name, value in values.items():
        setattr(account, name, value)
    if wish.notify_from is not None:
        account.notify_from = wish.notify_from


def forget_grant(services: Services, session: Session, person: Person) -> None:
    """Unless something still stands on it. Who signs in again, or opens the pane, leaves a new one."""
    session.flush()
    if not _is_needed(session, person):
        session.execute(delete(Grant).where(Grant.tenant_id == person.tenant_id, Grant.oid == person.oid))
        services.tokens.forget(person.tenant_id, person.oid)


def _is_needed(session: Session, person: Person) -> bool:
    """Whether something stands on the person's grant. The pane does not: it asks anew."""
    saves = Save.person_id == person.id, Save.state.in_((SaveState.queued, SaveState.saving))
    drafts = Outgoing.person_id == person.id, Outgoing.state == OutgoingState.waiting
    needs = (
        exists().where(Account.person_id == person.id),
        exists().where(Rule.person_id == person.id, Rule.state != RuleState.removed),
        exists().where(*saves),
        exists().where(*drafts),
    )
    return any(session.scalar(select(each)) for each in needs)
