"""A worker's turn at a watched mailbox: for which rules and accounts it is read, and whose right counts meanwhile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from server import licensing
from server.accounts.noticing import Audience, audience_of
from server.auth.refusals import GrantLost
from server.autopilot import carriers, exclusions, watching
from server.autopilot.carriers import Reader
from server.autopilot.matching import Excluded
from server.autopilot.reach import rules_in
from server.autopilot.watching import Claim, Look
from server.errors import AffixError, Busy
from server.mail.base import MailAccessDenied, MailChallenge, MailGone
from server.models import Account, Person, Rule, RuleState, Watch, WatchedFolder
from server.people import as_carrier, own_domains
from server.services import Services

log = structlog.get_logger(__name__)

READ_AGAIN = timedelta(days=7)  # before the last look, when Graph forgot a folder's place
LEARNED = timedelta(days=2)  # of mail before an account was made: how it is, so that each change of it can be told
RIGHT_LOST = "may no longer read this mailbox."
ACCOUNT_GONE = "is no longer there."
NOBODY_LEFT = "Microsoft 365 no longer accepts any sign-in for this mailbox. Somebody has to sign in again."

T = TypeVar("T")

_FOLDERS = select(WatchedFolder).where(WatchedFolder.mailbox_id == bindparam("mailbox"))
_FOLDERS = _FOLDERS.order_by(WatchedFolder.folder_id)


@dataclass
class Turn:
    """One worker's look at one mailbox: who was tried, and what became of it. Without a licence rules do nothing.
    `had_rules`: there were some, active or not, when the turn began.
    """

    services: Services
    claim: Claim
    rules: list[Rule]
    readers: list[Reader]
    is_licensed: bool
    own: frozenset[str]
    excluded: Excluded
    had_rules: bool
    look: Look = field(default_factory=lambda: Look(is_full=False))
    proofs: dict[object, bool] = field(default_factory=dict)

    @property
    def watch(self) -> Watch:
        return self.claim.watch

    @property
    def has_rules(self) -> bool:
        return any(rule.state == RuleState.active for rule in self.rules)

    @property
    def active(self) -> list[Rule]:
        return [rule for rule in self.rules if rule.state == RuleState.active] if self.is_licensed else []

    @property
    def rules_rest(self) -> bool:
        """Whether there are rules, but none that does anything."""
        return self.had_rules and not self.active

    @property
    def is_behind(self) -> bool:
        """Whether its rules missed what was read for accounts alone while they rested."""
        return self.watch.rules_rest_since is not None and bool(self.active)

    @property
    def people(self) -> list[Person]:
        return carriers.people_of(self.active, self.readers)

    def in_turn(self) -> list[Person | None]:
        return carriers.in_turn(self.active, self.watch, self.readers)

    def begin(self) -> datetime:
        """From when on a folder is read anew. Graph looks through 5,000 messages of that time at most, so what was read
        long ago is not read again: https://learn.microsoft.com/graph/delta-query-messages
        """
        accounts = [each.account for each in self.readers]
        since = [rule.since for rule in self.rules] if self.is_licensed else []
        since += [min(each.notify_from, each.created_at - LEARNED) for each in accounts]
        read, missed = self.watch.synced_at, self.watch.rules_rest_since
        floor = min(read - READ_AGAIN, missed or read) if read else None
        return max(min(since), floor) if floor else min(since)

    def still_may(self, person: Person | None) -> bool:
        """Whether somebody who does not carry the mailbox may still read it, before what is in it is saved or told with
        that right. Asked once in a turn.
        """
        key = person.id if person else None
        if key not in self.proofs:
            self.proofs[key] = self._proven(person)
        return self.proofs[key]

    def _proven(self, person: Person | None) -> bool:
        mail, address = self.services.mail, self.watch.mailbox.address
        try:
            as_carrier(self.services, self.watch.tenant_id, person, lambda token: mail.can_read(token, address))
        except (MailAccessDenied, MailGone):
            if person is not None:
                self.lose(person, RIGHT_LOST)
            return False
        except (MailChallenge, AffixError) as error:
            if isinstance(error, Busy):
                raise
            self.disconnected(person, error)
            return not (isinstance(error, GrantLost) and error.code == "account_gone")
        return True

    def lose(self, person: Person, why: str) -> None:
        """The person's rules and accounts no longer count, here and for the rest of this look."""
        watching.right_lost(self.services, self.watch, person, why)
        self.rules = [rule for rule in self.rules if rule.person_id != person.id or rule.by_application]
        self.readers = [each for each in self.readers if each.person is None or each.person.id != person.id]

    def disconnected(self, person: Person | None, error: Exception) -> None:
        """The grant is dead, or was never there. Whoever comes next has to catch up from where this one ended."""
        log.warning("carrier_failed", mailbox=str(self.watch.mailbox_id), person=str(person.id) if person else "affix")
        if self.watch.synced_at and (person is None or person.id == self.watch.carrier_id):
            self.look.missed_since = self.look.missed_since or self.watch.synced_at
        if person is None or not isinstance(error, GrantLost):
            return
        carriers.note_lost(self.services, person, error)
        if error.code == "account_gone":
            self.lose(person, ACCOUNT_GONE)

    def audience(self, carrier: Person | None, folders: Sequence[WatchedFolder]) -> Audience | None:
        """Whom to tell of what the carrier reads: the accounts whose own right still lets them see it."""
        told: list[Account] = []
        for each in list(self.readers):
            is_carrier = (each.person.id if each.person else None) == (carrier.id if carrier else None)
            if is_carrier or self.still_may(each.person):
                told.append(each.account)
        read = self.watch.synced_at
        settled = {each.id for each in told if read is not None and each.created_at <= read}
        return audience_of(self.watch.mailbox_id, told, settled, folders) if told else None


def turn_of(services: Services, session: Session, claim: Claim) -> Turn:
    watch = claim.watch
    rules, readers = rules_in(session, watch.mailbox), carriers.readers_in(session, watch.mailbox_id)
    if not rules:
        return Turn(services, claim, rules, readers, True, frozenset(), Excluded(), had_rules=False)
    is_licensed = licensing.is_licensed(services, session, watch.mailbox)
    own, excluded = own_domains(session, watch.tenant_id), exclusions.of_tenant(session, watch.tenant_id)
    return Turn(services, claim, rules, readers, is_licensed, own, excluded, had_rules=True)


def folders_of(session: Session, watch: Watch) -> list[WatchedFolder]:
    return list(session.scalars(_FOLDERS, {"mailbox": watch.mailbox_id}))


def together(services: Services, calls: Sequence[Callable[[], T]]) -> list[T]:
    """Make these calls of Graph at the same time; the seats at the mailbox keep their number within its limit."""
    if len(calls) < 2:
        return [call() for call in calls]
    return list(services.threads.map(lambda call: call(), calls))
