"""How it stands with an account, from what the watch over its mailbox and the grant that carries it say; written down,
streamed and told whenever that is another state than before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.accounts.references import BadDelegation, root_of
from server.accounts.telling import tell_account
from server.clock import now
from server.models import (
    Access,
    Account,
    AccountChange,
    AccountState,
    Grant,
    Health,
    Membership,
    Person,
    Subscription,
    Watch,
)
from server.services import Services
from server.webhooks.events import TROUBLED_AFTER

SEEN = (Health.connected, Health.degraded)
WELL = (AccountState.connected, AccountState.syncing)
BEGINNING = (AccountState.init, AccountState.connecting, AccountState.unset)

CONNECTING = "Affix is about to look at this mailbox for the first time."
PAUSED = "This account is paused. Resume it with PUT /v1/account/{account}/resume."
UNSET = "Nobody has signed in for this account yet. POST /v1/authentication/form gives a link for that."
POLLED = "Microsoft 365 does not announce this mailbox's mail to Affix yet, which looks for it every {seconds} s."
NO_ADDRESS = (
    "Affix looks for mail every {seconds} s: it has no address at which Microsoft 365 could announce it. Its operator"
    " names one (AFFIX_BASE_URL or AFFIX_NOTIFICATION_ORIGIN)."
)
NOT_ANNOUNCED = (
    "Microsoft 365 refuses to announce this mailbox's mail ({problem}), so Affix looks for it every {seconds} s. For"
    " shared mailboxes an administrator has to consent to the application permission Mail.Read."
)
UNANNOUNCED = (
    "Mail came that Microsoft 365 had not announced although it had agreed to, so Affix looks for it every {seconds} s."
    " The application permission Mail.Read helps with shared mailboxes."
)
AWAY = "Microsoft 365 does not answer for this mailbox at the moment; Affix tries again by itself."
SIGN_IN = (
    "{who} has to sign in again: POST /v1/authentication/form with the account “{account}” gives a link for that, or"
    " hand in new tokens with PUT /v1/account/{account}."
)
REFUSED_TOKEN = "Microsoft 365 refuses the connection of {who}, also after it was renewed."


@dataclass(frozen=True)
class Standing:
    """`code` and `sentence` are None and "" for an account that is as it should be; `delegation` is what is wrong with
    the main account. `is_silent`: Microsoft 365 ought to announce the mailbox's mail, and does not.
    """

    state: AccountState
    code: str | None = None
    sentence: str = ""
    delegation: str | None = None
    is_silent: bool = False

    @property
    def last_error(self) -> dict[str, Any] | None:
        return {"response": self.sentence, "serverResponseCode": self.code} if self.code else None


def standing_of(services: Services, session: Session, account: Account) -> Standing:
    """As it is now, whatever was told last."""
    if account.access == Access.unset or account.mailbox is None:
        return Standing(AccountState.unset, None, UNSET)
    if account.paused_at is not None:
        return Standing(AccountState.paused, None, PAUSED.format(account=account.account))
    try:
        root = root_of(account)
    except BadDelegation as bad:
        return Standing(AccountState.authentication_error, bad.code, bad.message, bad.message)
    return _of_right(session, account, root) or _of_watch(services, session, account)


def _of_right(session: Session, account: Account, root: Account) -> Standing | None:
    """What is wrong with the right that carries the account; None if nothing is."""
    person = root.person
    if person is None:
        return None
    grant = session.get(Grant, (person.tenant_id, person.oid))
    if grant is None or grant.lost_at is not None:
        who = called(person)
        what = SIGN_IN.format(who=who, account=root.account)
        if root.id == account.id:
            sentence = f"Microsoft 365 no longer accepts the sign-in of {who}. {what}"
            return Standing(AccountState.authentication_error, "GrantLost", sentence)
        sentence = f"Microsoft 365 no longer accepts the sign-in of the main account “{root.account}”. {what}"
        return Standing(AccountState.authentication_error, "GrantLost", sentence, sentence)
    if account.mailbox is not None and not _is_let_in(session, account.mailbox.id, person):
        sentence = f"{called(person)} may not read the mailbox {account.mailbox.address}. Give that right in Exchange."
        sentence += f" Then PUT /v1/account/{account.account}/reconnect, or wait: Affix tries again by itself."
        return Standing(AccountState.authentication_error, "AccessDenied", sentence)
    return None


def _is_let_in(session: Session, mailbox_id: UUID, person: Person) -> bool:
    """By the last proof, or because the last look that succeeded was made as that person."""
    if session.get(Membership, (mailbox_id, person.id)) is not None:
        return True
    watch = session.get(Watch, mailbox_id)
    return watch is not None and watch.health in SEEN and watch.carrier_id == person.id


def _of_watch(services: Services, session: Session, account: Account) -> Standing:
    watch = session.get(Watch, account.mailbox_id)
    if watch is None or watch.health in (Health.connecting, Health.paused, Health.unlicensed):
        return Standing(AccountState.connecting, None, CONNECTING)
    if watch.health == Health.connected:
        return Standing(AccountState.connected)
    if watch.health == Health.degraded:
        return _polled(services, session, watch)
    if watch.health == Health.connect_error:
        is_lasting = watch.failures >= TROUBLED_AFTER
        state = AccountState.connect_error if is_lasting else AccountState.disconnected
        return Standing(state, "ConnectionError", watch.reason or AWAY)
    code = "AccessDenied" if watch.health == Health.access_lost else "AuthenticationFails"
    sentence = watch.reason or REFUSED_TOKEN.format(who="this account")
    return Standing(AccountState.authentication_error, code, sentence)


def _polled(services: Services, session: Session, watch: Watch) -> Standing:
    """Mail is noticed, but only by looking: why, and what helps."""
    kept, sentence, is_silent = session.get(Subscription, watch.mailbox_id), POLLED, False
    if services.settings.notification_url is None:
        sentence = NO_ADDRESS
    elif kept is not None and kept.problem:
        sentence, is_silent = NOT_ANNOUNCED, True
    elif kept is not None and kept.is_doubted:
        sentence, is_silent = UNANNOUNCED, True
    problem = kept.problem if kept else None
    words = sentence.format(seconds=services.settings.poll_seconds, problem=problem)
    return Standing(AccountState.syncing, "NotAnnounced", words, is_silent=is_silent)


def called(person: Person) -> str:
    """A person as others know them."""
    if person.name and person.address:
        return f"{person.name} ({person.address})"
    return person.name or person.address or "The person who signed in"


def note_changes(services: Services, session: Session, mailbox_id: UUID) -> None:
    """Compare what was told last of the mailbox's accounts, and of those that stand on them, with how it is now; where
    that differs write it down and tell it, in the session's transaction. Whoever locks the mailbox's watch too does so
    before this.
    """
    mine = select(Account).where(Account.mailbox_id == mailbox_id)
    note_of(services, session, session.scalars(mine.order_by(Account.id)).all())


def note_grant(services: Services, session: Session, person: Person) -> None:
    """As `note_changes`, for every account that is carried by the person: their grant was lost, or is back."""
    mine = select(Account).where(Account.person_id == person.id)
    note_of(services, session, session.scalars(mine.order_by(Account.id)).all())


def note_of(services: Services, session: Session, accounts: Sequence[Account]) -> None:
    """As `note_changes`, for these accounts."""
    session.flush()
    for account in _with_those_upon(session, accounts):
        if _differs(account, standing_of(services, session, account)):
            session.refresh(account, with_for_update={"of": Account})
            _write(session, account, standing_of(services, session, account))


def _with_those_upon(session: Session, accounts: Sequence[Account]) -> list[Account]:
    """The accounts and all that have one of them as their main account, in one order for everybody."""
    found = {each.id: each for each in accounts}
    new = list(found)
    while new:
        upon = session.scalars(select(Account).where(Account.main_id.in_(new))).all()
        new = [each.id for each in upon if each.id not in found]
        found |= {each.id: each for each in upon}
    return sorted(found.values(), key=lambda each: each.id)


def _differs(account: Account, standing: Standing) -> bool:
    told = (account.state, account.last_error, account.delegation_error)
    return told != (standing.state, standing.last_error, standing.delegation)


def _write(session: Session, account: Account, standing: Standing) -> None:
    if not _differs(account, standing):
        return
    before, is_told = account.state, account.last_error == standing.last_error
    account.state, account.last_error = standing.state, standing.last_error
    account.delegation_error = standing.delegation
    events = _events(before, standing, not _was_well(session, account))
    if standing.is_silent and not is_told:
        events.append(("connectError", standing.last_error or {}))
    for event, data in events:
        tell_account(session, account, event, data)
    note(session, account)


def _was_well(session: Session, account: Account) -> bool:
    """Whether it ever was before, by what is kept of its states."""
    of_it = AccountChange.tenant_id == account.tenant_id, AccountChange.account == account.account
    is_well = AccountChange.state.in_([each.value for each in WELL]), AccountChange.at >= account.created_at
    return session.scalar(select(AccountChange.id).where(*of_it, *is_well).limit(1)) is not None


def _events(before: AccountState, standing: Standing, is_first: bool) -> list[tuple[str, dict[str, Any]]]:
    """What programs are told of a change of state, in the words of their guide, and what goes with it."""
    after, trouble = standing.state, standing.last_error or {}
    if after in WELL:
        let_in = before in BEGINNING or before == AccountState.authentication_error
        found: list[tuple[str, dict[str, Any]]] = [("authenticationSuccess", {})] if let_in else []
        return [*found, ("accountInitialized", {"initialized": True})] if is_first else found
    if after != before and after == AccountState.authentication_error:
        return [("authenticationError", trouble)]
    if after != before and after == AccountState.connect_error:
        return [("connectError", trouble)]
    return []


def added(session: Session, account: Account) -> None:
    """It was not there before."""
    note(session, account)
    tell_account(session, account, "accountAdded", {"account": account.account})


def gone(session: Session, account: Account) -> None:
    """It is about to be deleted."""
    note(session, account, "deleted")
    tell_account(session, account, "accountDeleted", {"account": account.account})


def note(session: Session, account: Account, state: str | None = None) -> None:
    """Have the stream of changes show it, under another word than its state if one is given."""
    change = AccountChange(
        tenant_id=account.tenant_id,
        account=account.account,
        state=state or account.state.value,
        error=account.last_error,
        at=now(),
    )
    session.add(change)


def note_refused_token(services: Services, mailbox_id: UUID, person: Person | None) -> None:
    """Graph refused a token and also the one that was asked for after it: the accounts say so, and the mailbox is
    looked at again, which tells whether that lasts.
    """
    with services.database.session.begin() as session:
        watch = session.get(Watch, mailbox_id, with_for_update={"of": Watch, "key_share": True})
        if watch is not None and watch.health != Health.authentication_error:
            who = called(person) if person else "Affix itself"
            watch.health, watch.reason = Health.authentication_error, REFUSED_TOKEN.format(who=who)
            watch.due_at = now()
            services.ring_for_mailbox(session, mailbox_id)
        note_changes(services, session, mailbox_id)
