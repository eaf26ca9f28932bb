"""Backfills from the worker's side: what a rule would have saved before it was started is saved now, or undone again.

What a stretch of mail leads to, its counts and the place up to which was looked are one transaction: after a crash
the walk goes on where the last one ended, and nothing is counted or saved twice. No transaction is open while Graph is
asked.
"""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from server import licensing
from server.activity import note_rule
from server.autopilot import backfill_claims, walking
from server.autopilot.backfill_claims import LONGEST_PAUSE, HandedOver, end, go_on_later, go_on_soon, hold, rest, turn
from server.autopilot.taking import save_matches
from server.autopilot.undoing import undo
from server.autopilot.walking import Stretch, Walk, as_if_started, known_conversation, stretches
from server.clock import now
from server.destinations.base import DestinationError
from server.errors import AffixError, Busy, Conflict
from server.mail.base import MailAccessDenied, MailBusy, MailChallenge, MailError, MailGone
from server.models import Backfill, BackfillState, Mailbox, Person, Rule, RuleState
from server.services import Services

log = structlog.get_logger(__name__)

STRETCHES = 20  # in one turn, so that a large mailbox does not hold up the others
UNDER_WAY = (BackfillState.running, BackfillState.paused, BackfillState.undoing)
ALL_SEEN = "All mail of this time came while the rule was active; it was looked at then."
ACCESS_LOST = "{name} may no longer read this mailbox."
UNLICENSED = "This mailbox has no licence for Autopilot. Affix goes on once it has one."
TRIED_AGAIN = "Microsoft 365 does not answer for this mailbox at the moment; Affix tries again by itself."
SIGN_IN_AGAIN = "{name} has to open Affix in Outlook once more; then Affix goes on."
STOPPED = {
    RuleState.paused: "The rule is paused.",
    RuleState.stopped: "The rule has stopped, because nobody's right carries it any more.",
    RuleState.removed: "The rule was removed.",
}

ring_for_overdue = backfill_claims.ring_for_overdue


def start(
    services: Services,
    session: Session,
    rule: Rule,
    mailbox: Mailbox,
    person: Person,
    since: datetime,
    until: datetime,
) -> Backfill:
    """A walk for the rule through what the mailbox received from `since` on, as the person. It begins once the
    session's transaction is committed. What came since the rule was started is left out: that is looked at as it comes.
    While one is under way for the rule in that mailbox, it is the answer. Raises what `under_way` raises.
    """
    end = min(until, rule.since)
    return under_way(session, rule, mailbox) or _add(services, session, rule, mailbox, person, since, end)


def catch_up(
    services: Services, session: Session, rule: Rule, mailbox: Mailbox, person: Person, since: datetime
) -> None:
    """A walk through what came while the rule had stopped: others may have had the mailbox looked at meanwhile."""
    if under_way(session, rule, mailbox) is None:
        _add(services, session, rule, mailbox, person, since, now() + timedelta(seconds=1))


def under_way(session: Session, rule: Rule, mailbox: Mailbox) -> Backfill | None:
    """The one of the rule in the mailbox that has not ended. None is started by anybody else until the session's
    transaction ends. Raises Conflict while one is being undone.
    """
    lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:subject, 0))")
    session.execute(lock, {"subject": f"backfill:{rule.id}:{mailbox.id}"})
    same = (Backfill.rule_id == rule.id, Backfill.mailbox_id == mailbox.id, Backfill.state.in_(UNDER_WAY))
    found = session.scalars(select(Backfill).where(*same).limit(1)).one_or_none()
    if found and found.state == BackfillState.undoing:
        raise Conflict("What was saved for this rule is being undone. Wait until that is done.", code="being_undone")
    return found


def _add(
    services: Services,
    session: Session,
    rule: Rule,
    mailbox: Mailbox,
    person: Person,
    since: datetime,
    until: datetime,
) -> Backfill:
    begin = walking.whole_second(since)
    end = max(begin, walking.whole_second(until))
    is_empty = begin == end
    row = Backfill(
        tenant_id=rule.tenant_id,
        rule_id=rule.id,
        mailbox_id=mailbox.id,
        person_id=person.id,
        state=BackfillState.done if is_empty else BackfillState.running,
        reason=ALL_SEEN if is_empty else None,
        since=begin,
        until=end,
        position=begin,
        due_at=now(),
        created_at=now(),
        finished_at=now() if is_empty else None,
    )
    row.rule, row.mailbox, row.person = rule, mailbox, person
    session.add(row)
    session.flush()
    note_rule(session, "backfill_started", person, rule, mailbox=mailbox.address, backfill=str(row.id))
    if not is_empty:
        services.ring_for_backfill(session, row.id)
    return row


def drain(services: Services, backfill_id: UUID) -> None:
    """Go on with one backfill; nothing if it is not due or another worker has it."""
    claimed = backfill_claims.claim(services, backfill_id)
    if claimed is None:
        return
    try:
        _go_on(services, claimed)
    except HandedOver:
        log.info("backfill_handed_over", backfill=str(backfill_id))


def _go_on(services: Services, claimed: Backfill) -> None:
    name = claimed.person.name or claimed.person.address
    try:
        undo(services, claimed) if claimed.state == BackfillState.undoing else _walk_on(services, claimed)
    except DestinationError as error:
        go_on_later(services, claimed, error.retry_after, error.message, error.code)
    except (MailBusy, Busy) as busy:
        go_on_later(services, claimed, busy.retry_after, TRIED_AGAIN, busy.code)
    except (MailAccessDenied, MailGone):
        end(services, claimed, BackfillState.failed, ACCESS_LOST.format(name=name))
    except (MailChallenge, AffixError) as error:
        go_on_later(services, claimed, LONGEST_PAUSE, SIGN_IN_AGAIN.format(name=name), error.code)
    except MailError as error:
        go_on_later(services, claimed, None, TRIED_AGAIN, error.code)


def _walk_on(services: Services, claimed: Backfill) -> None:
    with services.database.session.begin() as session:
        if not _may_go_on(services, session, hold(services, session, claimed)):
            return
    for number, stretch in enumerate(stretches(_walk(services, claimed)), start=1):
        if not _write(services, claimed, stretch):
            return
        if number == STRETCHES and stretch.position < claimed.until:
            go_on_soon(services, claimed)
            return
    end(services, claimed, BackfillState.done)


def _walk(services: Services, claimed: Backfill) -> Walk:
    rule = as_if_started(claimed.rule, claimed.since)
    reader = None if rule.by_application else claimed.person
    known = known_conversation(services, rule)
    return Walk(services, claimed.mailbox, rule, claimed.position, claimed.until, reader, known)


def _may_go_on(services: Services, session: Session, row: Backfill) -> bool:
    """Whether the rule and the licence still allow it; else the row says why it does not go on."""
    rule = session.get_one(Rule, row.rule_id)
    if rule.state != RuleState.active:
        is_paused = rule.state == RuleState.paused
        turn(row, BackfillState.paused if is_paused else BackfillState.failed, rule.reason or STOPPED[rule.state])
        return False
    if not licensing.is_licensed(services, session, row.mailbox):
        rest(row, LONGEST_PAUSE, UNLICENSED)
        return False
    return True


def _write(services: Services, claimed: Backfill, stretch: Stretch) -> bool:
    """Queue what is wanted of the stretch, and note how far it goes. Whether the walk may go on."""
    with services.database.session.begin() as session:
        row = hold(services, session, claimed)
        if not _may_go_on(services, session, row):
            return False
        wanted = [(item, decision.matches) for item, decision in stretch.found if decision.matches]
        for item, matches in wanted:
            save_matches(session, services, row.mailbox, item, matches, row.id)
        if wanted:
            services.ring_for_saves(session, row.mailbox_id)
        if row.position == row.since:
            row.since = stretch.begin
        row.seen += len(stretch.found)
        row.matched += len(wanted)
        row.position = stretch.position
        row.reason, row.failures = None, 0
    return True
