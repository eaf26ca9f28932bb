"""Using an account's mailbox: with whose right, under which address, and what happens where that right is gone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from server.accounts import states
from server.accounts.making import has_recovered
from server.accounts.references import BadDelegation, account_of, carrier_of
from server.auth.refusals import GrantLost
from server.autopilot.carriers import note_lost
from server.autopilot.watching import watch_over
from server.clock import now
from server.detection import note_access
from server.errors import AffixError, NotUsable
from server.mail.base import MailAccessDenied, MailChallenge, MailError
from server.models import Account, AccountState, Mailbox, Person, Watch
from server.people import as_carrier
from server.services import Services

__all__ = ["Acting", "BadDelegation", "acting", "carrier_of"]

T = TypeVar("T")

LOOKED_LATELY = timedelta(minutes=1)

# Of an account that is being connected its access is proven already, and one whose last look failed may work by now.
REFUSED = {
    AccountState.init: "NotYetConnected",
    AccountState.authentication_error: "AuthenticationFails",
    AccountState.connect_error: "ConnectionError",
    AccountState.paused: "NotSyncing",
    AccountState.unset: "NotSyncing",
}


@dataclass(frozen=True)
class Acting:
    """An account that is usable now. `person` is whose right it is; None is Affix itself."""

    services: Services
    account: Account
    mailbox: Mailbox
    person: Person | None

    @property
    def address(self) -> str:
        """What goes after /users/."""
        return self.mailbox.address

    def ask(self, call: Callable[[str], T]) -> T:
        """Give `call` a token for Graph; after a 401 once more, with a new one. Raises NotUsable where the right is
        over, which by then is noted on every account that stands on it; refusals of one thing travel as MailError.
        """
        return acting_as(self.services, self.account, self.person, call)


def acting_as(services: Services, account: Account, person: Person | None, call: Callable[[str], T]) -> T:
    """As `Acting.ask`, with the right of an account that may be in use for the first time."""
    try:
        return as_carrier(services, account.tenant_id, person, call)
    except GrantLost as lost:
        if person is not None:
            note_lost(services, person, lost)
            with services.database.session.begin() as session:
                states.note_grant(services, session, person)
        raise _over(services, account) from None
    except MailChallenge:
        if account.mailbox_id is not None:
            states.note_refused_token(services, account.mailbox_id, person)
        raise _over(services, account) from None
    except MailAccessDenied:
        _look_soon(services, account)
        raise


def let_in_again(services: Services, account: Account, person: Person | None) -> bool:
    """Try whether the mailbox may be read; where it may, what was wrong before is over."""
    mailbox = account.mailbox
    if mailbox is None:
        return False
    try:
        acting_as(services, account, person, lambda token: services.mail.can_read(token, mailbox.address))
    except (MailError, AffixError):
        return False  # the account says why
    with services.database.session.begin() as session:
        watch_over(services, session, mailbox)
        if person is not None:
            note_access(session, person, mailbox)
        has_recovered(session, mailbox)
        states.note_changes(services, session, mailbox.id)
    return True


def _look_soon(services: Services, account: Account) -> None:
    """One thing was refused, which may be the whole mailbox by now: the next look tells, and is not a day away."""
    with services.database.session.begin() as session:
        watch = session.get(Watch, account.mailbox_id) if account.mailbox_id else None
        if watch is not None and (watch.synced_at or now()) < now() - LOOKED_LATELY:
            watch_over(services, session, watch.mailbox)


def _over(services: Services, account: Account) -> NotUsable:
    with services.database.session() as session:
        standing = states.standing_of(services, session, session.get_one(Account, account.id))
    if standing.state in REFUSED:
        return refusal(standing)
    sentence = "Microsoft 365 refuses the connection of this account, also after it was renewed."
    return NotUsable(sentence, code="AuthenticationFails", state=standing.state.value)


def acting(services: Services, tenant_id: str, account: str) -> Acting:
    """Raises NotFound (AccountNotFound), and NotUsable for an account that cannot be used now."""
    with services.database.session() as session:
        found = account_of(session, tenant_id, account)
        standing = states.standing_of(services, session, found)
        mailbox = found.mailbox
        if mailbox is None or (standing.state in REFUSED and standing.code != "AccessDenied"):
            raise refusal(standing)
        try:
            person = carrier_of(session, found)
        except BadDelegation as bad:
            raise NotUsable(bad.message, code="NoAvailable", state=standing.state.value) from None
    if standing.state in REFUSED and not let_in_again(services, found, person):
        raise refusal(standing)
    return Acting(services, found, mailbox, person)


def refusal(standing: states.Standing) -> NotUsable:
    code = REFUSED.get(standing.state, "NoAvailable")
    return NotUsable(standing.sentence, code=code, state=standing.state.value)
