"""The watch over a mailbox: who has it in hand, when it is due again, how it goes, and what people are told of that."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Interval,
    Select,
    Uuid,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server import activity, licensing
from server.accounts import states
from server.clock import iso, now
from server.models import (
    Announcement,
    Health,
    Mailbox,
    Membership,
    Message,
    Person,
    Rule,
    RuleState,
    Save,
    Scope,
    Sighting,
    Subscription,
    Watch,
)
from server.services import Services
from server.turns import in_turn
from server.webhooks.events import is_troubled, tell_of_health

log = structlog.get_logger(__name__)

NOT_ANNOUNCED = "Microsoft 365 does not announce this mailbox's mail to Affix, which looks for it every now and then."
UNLICENSED = "This mailbox has no licence for Autopilot."
UNANNOUNCED = "Mail came that Microsoft 365 had not announced, so Affix looks for it every now and then."
LONGEST_PAUSE = 900.0  # seconds between two looks at a mailbox in trouble
WELL = (Health.connecting, Health.connected, Health.degraded)
MISSED_WITHIN = timedelta(seconds=5)
PAUSE_EACH = 0.1  # seconds of rest for each message that a look found, so that a burst is read in few looks
LONGEST_REST = 2.0
MOST_RUNG = 500
FULL_WHEN_POLLING = timedelta(minutes=10)
FULL_WHEN_ANNOUNCED = timedelta(days=30)


class TakenOver(Exception):
    """Another worker has the mailbox by now; what this one still holds must not be written."""


def watch_over(services: Services, session: Session, mailbox: Mailbox) -> None:
    """Have the mailbox looked at as soon as the session's transaction is committed."""
    row = insert(Watch).values(
        mailbox_id=mailbox.id, tenant_id=mailbox.tenant_id, health=Health.connecting, due_at=now(), fence=0, failures=0
    )
    session.execute(row.on_conflict_do_update(index_elements=["mailbox_id"], set_={"due_at": now()}))
    services.ring_for_mailbox(session, mailbox.id)


def ring_for_overdue(services: Services) -> None:
    """Ring for mailboxes that are due, or were left by a dead worker."""
    with services.database.session.begin() as session:
        of_watch = (Watch.mailbox_id, Watch.tenant_id, Watch.due_at, _is_free())
        due = in_turn(*of_watch, Watch.due_at <= func.clock_timestamp(), most=MOST_RUNG)
        announced = in_turn(*of_watch, _has_news(), most=MOST_RUNG)
        for mailbox_id in sorted({*session.scalars(due), *session.scalars(announced)}):
            services.ring_for_mailbox(session, mailbox_id)


def _is_due() -> ColumnElement[bool]:
    return and_(_is_free(), or_(Watch.due_at <= func.clock_timestamp(), _has_news()))


def _is_free() -> ColumnElement[bool]:
    return or_(Watch.lease_until.is_(None), Watch.lease_until < func.clock_timestamp())


def _has_news() -> ColumnElement[bool]:
    return exists().where(Announcement.mailbox_id == Watch.mailbox_id, _is_news())


def _is_news() -> ColumnElement[bool]:
    """Of an announcement and its watch: it came after the last look, or so shortly before its end that the look may
    have missed it. It makes the mailbox due by itself, so that whoever takes it in waits for no look.
    """
    rested = or_(Watch.rest_until.is_(None), Watch.rest_until <= func.clock_timestamp())
    fresh = or_(Watch.synced_at.is_(None), Announcement.at > Watch.synced_at - MISSED_WITHIN)
    return and_(Watch.health.in_(WELL), rested, fresh)


@dataclass(frozen=True)
class Claim:
    """A watch that is in hand. `was_due_at` is when it was due before; `is_overdue` says that its time had come, and
    not only that something was announced.
    """

    watch: Watch
    was_due_at: datetime
    is_overdue: bool


def claim(services: Services, session: Session, mailbox_id: UUID) -> Claim | None:
    """Take the mailbox in hand for the time of a lease, if it is due."""
    lease = timedelta(seconds=services.settings.lease_seconds)
    found = session.execute(_claim(), {"mailbox": mailbox_id, "lease": lease}).one_or_none()
    if found is None:
        return None
    watch, mailbox, was_due_at, begun_at = found
    assert watch.mailbox is mailbox  # from now on, without being asked for
    return Claim(watch, was_due_at, was_due_at <= begun_at)


@cache
def _claim() -> Select[Any]:
    """Takes `mailbox` in hand for the time of `lease`, if it is due; gives its watch, itself, when it was due, and the
    moment. Made once, as all that is done for each message.
    """
    # Nobody has to wait for the disk: a claim that a crash of the database undoes, `hold` does not find.
    quickly = func.set_config("synchronous_commit", "off", True).label("quickly")
    moment, was_due_at = func.clock_timestamp().label("moment"), Watch.due_at.label("was_due_at")
    before = select(Watch.mailbox_id, was_due_at, moment, quickly)
    mine = before.where(Watch.mailbox_id == bindparam("mailbox", type_=Uuid()), _is_due())
    due = mine.with_for_update(of=Watch, key_share=True).cte()
    # Whoever finds something to do meanwhile moves `due_at`, and the drain's end sees that it was moved.
    lease = due.c.moment + bindparam("lease", type_=Interval())
    table = Watch.__table__
    written = update(table).where(table.c.mailbox_id == due.c.mailbox_id)  # type: ignore[arg-type]
    written = written.where(Mailbox.id == due.c.mailbox_id)
    written = written.values(lease_until=lease, due_at=lease, fence=table.c.fence + 1)
    told = written.returning(*table.c, *Mailbox.__table__.c, due.c.was_due_at, due.c.moment, due.c.quickly)
    found: Any = select(Watch, Mailbox, due.c.was_due_at, due.c.moment).from_statement(told)
    return found.execution_options(populate_existing=True)  # type: ignore[no-any-return]


def leave(services: Services, session: Session, claim: Claim) -> None:
    """Let go of a mailbox that was not looked at: it is due as it was, and a worker is rung for. Raises TakenOver."""
    let_go(services, session, claim, claim.was_due_at, ring=False)
    services.ring_for_mailbox(session, claim.watch.mailbox_id)


def hold(session: Session, services: Services, claimed: Watch) -> Watch:
    """Lock the watch for this transaction and prolong the lease. Raises TakenOver."""
    # In the way that lets others refer to the row: announcements do.
    watch = session.get_one(Watch, claimed.mailbox_id, with_for_update={"of": Watch, "key_share": True})
    if watch.fence != claimed.fence:
        raise TakenOver
    watch.lease_until = now() + timedelta(seconds=services.settings.lease_seconds)
    return watch


def note_rest(watch: Watch) -> None:
    """What is read from now on is for accounts alone. The watch is held; mail may have come since the last look."""
    watch.rules_rest_since = watch.rules_rest_since or watch.synced_at or now()
    watch.is_rewound = False


@dataclass
class Look:
    """What one look at a mailbox came to. `missed_since` is from when on nobody could read it, if that was so;
    `again_in` when to look for what was announced and not found. `is_caught_up`: its rules missed nothing before it.
    """

    is_full: bool
    messages: int = 0
    again_in: timedelta | None = None
    missed_since: datetime | None = None
    is_caught_up: bool = False
    began: datetime = field(default_factory=now)


def needs_full_look(services: Services, watch: Watch) -> bool:
    """Whether every folder has to be read now, and not only those whose counts changed: two changes may cancel out."""
    with services.database.session() as session:
        subscription = session.get(Subscription, watch.mailbox_id)
    is_announced = subscription is not None and subscription.is_running(now(), services.settings.notification_url)
    age = FULL_WHEN_ANNOUNCED if is_announced else FULL_WHEN_POLLING
    return watch.full_at is None or watch.full_at < now() - age


def succeed(services: Services, claimed: Watch, person: Person | None, look: Look) -> None:
    """Everything up to now was read. Without notifications the mailbox is looked at again after a while."""
    with services.database.session.begin() as session:
        watch = hold(session, services, claimed)
        subscription = session.get(Subscription, watch.mailbox_id)
        was_troubled = is_troubled(watch)
        watch.health, watch.reason, moment = _outlook(services, watch, subscription)
        watch.carrier_id, watch.by_application = person.id if person else None, person is None
        watch.rest_until = now() + timedelta(seconds=min(PAUSE_EACH * look.messages, LONGEST_REST))
        if look.is_full and watch.full_at == claimed.full_at:  # else mail was missed meanwhile
            watch.full_at = now()
        _tell_of_gap(session, watch, claimed, person, look)
        watch.synced_at, watch.failures, watch.outage_at = now(), 0, None
        tell_of_health(session, watch, was_troubled)
        if look.is_caught_up:
            watch.rules_rest_since, watch.is_rewound = None, False
        if look.again_in is not None:
            moment = min(moment, max(now() + look.again_in, watch.rest_until))
            services.ring_for_mailbox(session, watch.mailbox_id, moment)
        _let_go(services, session, watch, claimed, moment)
        states.note_changes(services, session, watch.mailbox_id)


def let_go(services: Services, session: Session, claim: Claim, moment: datetime, ring: bool) -> None:
    """Let go of a mailbox of which single messages were taken by their ids, before these are written in the same
    transaction. It is looked at again at that moment, or when it was due anyway; the sweep rings, unless it is so soon
    that it has to be done here. Raises TakenOver.
    """
    claimed, again_at = claim.watch, min(moment, claim.was_due_at)
    values = {"mailbox": claimed.mailbox_id, "held": claimed.fence, "claimed_at": claimed.due_at, "again_at": again_at}
    found = session.connection().execute(_release(), values).scalar_one_or_none()
    if found is None:
        raise TakenOver
    if ring or found != again_at:
        services.ring_for_mailbox(session, claimed.mailbox_id, found)


@cache
def _release() -> Any:
    """Lets go of `mailbox`, if it is `held` by this fence still; gives when it is looked at again, which is at
    `again_at` unless somebody moved that since it was claimed.
    """
    table, moment = Watch.__table__, DateTime(timezone=True)
    was_moved = Watch.due_at != bindparam("claimed_at", type_=moment)
    moved_to = func.greatest(Watch.due_at, Watch.rest_until)
    due_at = case((was_moved, moved_to), else_=bindparam("again_at", type_=moment))
    mine = update(table)  # type: ignore[arg-type]
    mine = mine.where(Watch.mailbox_id == bindparam("mailbox", type_=Uuid()), Watch.fence == bindparam("held"))
    return mine.values(lease_until=None, due_at=due_at).returning(Watch.due_at)


def _tell_of_gap(session: Session, watch: Watch, claimed: Watch, person: Person | None, look: Look) -> None:
    """After a time in which nobody could read the mailbox: what was found of it, for everybody to see."""
    since = watch.outage_at or look.missed_since
    if since is None:
        return
    # Mailboxes count in whole seconds: what came in the very second in which it was read last counts.
    received = Sighting.received_at >= since.replace(microsecond=0)
    found = select(Sighting.immutable_id).where(Sighting.mailbox_id == watch.mailbox_id, received, Sighting.at >= since)
    messages = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    saves = session.scalar(
        select(func.count())
        .select_from(Save)
        .where(Save.message.has(mailbox_id=watch.mailbox_id), Save.rule_id.is_not(None), Save.created_at >= since)
        .where(Save.message.has(Message.immutable_id.in_(found)))
    )
    watch.caught_up = {"since": iso(since), "until": iso(now()), "messages": messages, "saves": saves or 0}
    log.info("caught_up", mailbox=str(watch.mailbox_id), **watch.caught_up)
    if person:
        activity.note_mailbox(session, "caught_up", person, watch.mailbox, **watch.caught_up)


def _outlook(
    services: Services, watch: Watch, subscription: Subscription | None
) -> tuple[Health, str | None, datetime]:
    """How new mail will be noticed from now on, and when to look without having been told."""
    url, moment = services.settings.notification_url, now()
    poll = timedelta(seconds=services.settings.poll_seconds)
    if subscription is None or url is None:
        return Health.degraded, None, moment + poll
    if not subscription.is_running(moment, url):
        reason = NOT_ANNOUNCED if subscription.problem else None
        return Health.degraded, reason, min(moment + poll, subscription.due_at)
    if subscription.is_doubted:
        return Health.degraded, UNANNOUNCED, min(moment + poll, subscription.due_at)
    safety = timedelta(seconds=services.settings.safety_seconds)
    pause = safety
    if subscription.last_notified_at is None:
        # It has still to prove itself; the longer there was no mail, the longer we wait for some.
        pause = max(poll, 3 * (moment - (subscription.created_at or moment)))
    return Health.connected, None, min(moment + min(pause, safety), subscription.due_at)


def _let_go(services: Services, session: Session, watch: Watch, claimed: Watch, moment: datetime) -> None:
    """Look again at that moment, or soon if something was announced since the mailbox was taken in hand."""
    watch.lease_until = None
    if watch.due_at == claimed.due_at:
        watch.due_at = moment
    else:
        watch.due_at = max(watch.due_at, watch.rest_until or watch.due_at)
        services.ring_for_mailbox(session, watch.mailbox_id, watch.due_at)


def postpone(services: Services, claimed: Watch, wait: float | None, code: str) -> None:
    """Not now: wait as asked (seconds), else twice as long each time. What was read so far stays read."""
    log.warning("sync_postponed", mailbox=str(claimed.mailbox_id), error=code)
    with services.database.session.begin() as session:
        watch = hold(session, services, claimed)
        was_troubled = is_troubled(watch)
        watch.failures += 1
        pause = wait if wait is not None else min(2.0**watch.failures, LONGEST_PAUSE)
        watch.health, watch.reason = Health.connect_error, None
        watch.lease_until, watch.due_at = None, now() + timedelta(seconds=pause)
        tell_of_health(session, watch, was_troubled)
        states.note_changes(services, session, watch.mailbox_id)


def rest(services: Services, claimed: Watch, health: Health, reason: str) -> None:
    """Nothing to do for the time being; looked at again when something changes, or after a while."""
    with services.database.session.begin() as session:
        watch = hold(session, services, claimed)
        was_troubled = is_troubled(watch)
        watch.health, watch.reason, watch.full_at = health, reason, None
        tell_of_health(session, watch, was_troubled)
        session.execute(delete(Announcement).where(Announcement.mailbox_id == watch.mailbox_id))
        if health == Health.authentication_error:
            watch.outage_at = watch.outage_at or watch.synced_at
        _let_go(services, session, watch, claimed, now() + timedelta(seconds=LONGEST_PAUSE))
        states.note_changes(services, session, watch.mailbox_id)


def right_lost(services: Services, claimed: Watch, person: Person, why: str) -> None:
    """The person may no longer read the mailbox: what rested on that right stops, and says so.

    `why` continues the person's name. Rules for everywhere go on elsewhere.
    """
    reason = f"{person.name or person.address} {why} An administrator can take it over."
    with services.database.session.begin() as session:
        watch = hold(session, services, claimed)
        carried = select(Rule).where(
            Rule.mailbox_id == watch.mailbox_id,
            Rule.person_id == person.id,
            Rule.state == RuleState.active,
            Rule.by_application.is_(False),
        )
        for rule in session.scalars(carried.with_for_update(of=Rule)):
            _stop(session, rule, reason)
        membership = session.get(Membership, (watch.mailbox_id, person.id))
        if membership:
            _leave(services, session, membership, reason)
        states.note_changes(services, session, watch.mailbox_id)


def _leave(services: Services, session: Session, membership: Membership, reason: str) -> None:
    """Rules for everywhere leave the mailbox; they stop only where no other with a licence is left to their person."""
    everywhere = Rule.scope == Scope.everywhere, Rule.state == RuleState.active, Rule.by_application.is_(False)
    theirs = select(Rule).where(Rule.person_id == membership.person_id, *everywhere).with_for_update(of=Rule)
    rules = list(session.scalars(theirs))
    session.delete(membership)
    session.flush()
    others = select(Membership.mailbox_id).join(Mailbox, Membership.mailbox_id == Mailbox.id)
    mine = others.where(Membership.person_id == membership.person_id, licensing.is_covered(services))
    is_any_left = session.scalar(mine.limit(1)) is not None
    for rule in rules:
        about = {"rule": str(rule.id), "title": rule.title}
        activity.note_mailbox(session, "mailbox_left", rule.person, membership.mailbox, **about)
        if not is_any_left:
            _stop(session, rule, reason)


def _stop(session: Session, rule: Rule, reason: str) -> None:
    rule.stop("access_lost", reason)
    activity.note_rule(session, "rule_stopped", rule.person, rule, reason=reason)
    log.warning("rule_stopped", rule=str(rule.id), code="access_lost")


def nobody_left(services: Services, claimed: Watch, is_any_rule_left: bool, for_accounts: str | None) -> None:
    """Nobody's right or grant is good for the mailbox any more; `for_accounts` says so where only accounts are left."""
    if for_accounts and not is_any_rule_left:
        rest(services, claimed, Health.authentication_error, for_accounts)
    elif is_any_rule_left:
        reason = "Somebody whose rule this is has to open Affix in Outlook once more."
        rest(services, claimed, Health.authentication_error, reason)
    else:
        rest(services, claimed, Health.access_lost, "Nobody who made a rule here may read the mailbox any more.")
