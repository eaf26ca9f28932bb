"""Saves from the worker's side: claim what is due for a message, fetch it as the person, hand it
to the destinations.

Between any two lines the process may vanish. Claims carry a lease and a fencing number; the
destination finds a repeated email by its key; no transaction is open while the network is used.
A destination that cannot be used now, or has enough in hand, has its saves wait, and nobody else's.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import groupby
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, Delete, Select, and_, case, delete, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from server import copying, leases, licensing, marking, outages, places, tracing, undoing
from server.activity import note
from server.clock import now
from server.destinations.base import DestinationError, EmailToSave, Missing, Saved
from server.errors import AffixError
from server.fetching import fetch
from server.grants import SIGN_IN_AGAIN as SIGN_IN_CODES
from server.identifying import identify
from server.mail.base import MailBusy, MailError
from server.mail.mime import open_message
from server.metrics.watching import save_ended
from server.models import DONE, Message, MessageBody, Save, SaveState
from server.models.saves import LONGEST_WAIT
from server.people import own_domains
from server.places import SUSPECTS, Visit, destination_of
from server.problems import Problem, problem_of, problem_of_destination
from server.queueing import hold_message
from server.services import Services
from server.turns import in_turn

log = structlog.get_logger(__name__)

MOST_DEATHS = 3  # of workers with the same save in hand, one after another
SHORT_WAIT = 1.0  # seconds
SLICE = 2.0  # seconds
MOST_RUNG = 500
NOT_GRANTED = "Microsoft 365 does not let Affix itself read this mailbox. Affix tries again once an hour."


def deliver(services: Services, message_id: UUID) -> None:
    """Do everything that is due for one message: its saves, then its mark in Outlook. Who has a place at a destination
    where others found none then goes on with what people asked to be saved there, for the time of a slice.
    """
    end = time.monotonic() + SLICE
    following: UUID | None = message_id
    with places.visit(services) as visit:
        while following and time.monotonic() < end:
            if _is_worth_a_try(services, following, visit):
                with services.database.session.begin() as session:
                    claimed = claim(services, session, following, visit)
                deliver_claimed(services, following, claimed)
            again = following if visit.can_try_again() else None
            following = again or _next_by_hand(services, visit)
    if following:
        with services.database.session.begin() as session:
            services.ring(session, following)


def _is_worth_a_try(services: Services, message_id: UUID, visit: Visit) -> bool:
    """Without taking a crowd in hand for which there is no place."""
    if not places.some_are_taken():
        return True
    wanted = select(Save.tenant_id, Save.destination).where(Save.message_id == message_id, is_due())
    with services.database.session() as session:
        names = [(tenant_id, name) for tenant_id, name in session.execute(wanted)]
    return not names or not all(visit.is_full(name) for name in names)


def _next_by_hand(services: Services, visit: Visit) -> UUID | None:
    """The message that has waited longest for one of the places that the visit has."""
    if not visit.taken:
        return None
    mine = and_(tuple_(Save.tenant_id, Save.destination).in_(visit.taken), Save.rule_id.is_(None))
    if SUSPECTS in visit.taken:
        mine = or_(mine, _is_abandoned())
    waiting = select(Save.message_id).where(mine, is_due(), ~outages.is_running())
    with services.database.session.begin() as session:
        return session.scalar(waiting.order_by(Save.due_at).limit(1).with_for_update(of=Save, skip_locked=True))


def deliver_claimed(services: Services, message_id: UUID, claimed: list[Save]) -> bool:
    """Do what was claimed for one message, then set its mark. False when the mailbox wants to be left alone."""
    is_free = True
    traces = [save.trace for save in claimed]
    with tracing.span("deliver", parent=next(filter(None, traces), None), links=traces, message=message_id):
        if claimed:
            with leases.kept(services, claimed):
                for save in claimed:
                    if save.undoing:
                        undoing.finish(services, save)
                wanted = [save for save in claimed if not save.undoing]
                for _, saves in groupby(wanted, key=lambda save: (save.person_id, save.by_application)):
                    is_free &= _deliver_as_person(services, list(saves))
        marking.mark(services, message_id)
    return is_free


def go_first(services: Services, tenant_id: str, destination: str) -> None:
    """The pause of an outage is over: try what has waited longest for the destination."""
    with services.database.session.begin() as session:
        message_id = outages.next_probe(session, tenant_id, destination, is_due())
    if message_id:
        deliver(services, message_id)


def ring_for_overdue(services: Services) -> None:
    """Ring for messages with a save that is due or was left by a dead worker, or with a mark that is due; for what
    Autopilot saves only once for each mailbox.
    """
    is_ready = and_(is_due(), ~outages.is_running())
    is_unmarked = Message.mark_at <= func.clock_timestamp()
    unmarked = in_turn(Message.id, Message.tenant_id, Message.mark_at, is_unmarked, most=100)
    by_rule = select(Message.mailbox_id).join(Save, Save.message_id == Message.id).where(is_ready)
    with services.database.session.begin() as session:
        for message_id in sorted({*_by_hand(services, session, is_ready), *session.scalars(unmarked)}):
            services.ring(session, message_id)
        for mailbox_id in sorted(session.scalars(by_rule.where(Save.rule_id.is_not(None)).distinct())):
            services.ring_for_saves(session, mailbox_id)
        outages.ring_for_probes(session)


def _by_hand(services: Services, session: Session, is_ready: ColumnElement[bool]) -> Iterator[UUID]:
    """Messages that people want to be saved, or that were left by a dead worker; where a destination takes only so
    much, the first ones.
    """
    ready = (is_ready, or_(Save.rule_id.is_(None), Save.state == SaveState.saving))
    for tenant_id, name in session.execute(select(Save.tenant_id, Save.destination).where(*ready).distinct()).all():
        first = select(Save.message_id).where(*ready, Save.tenant_id == tenant_id, Save.destination == name)
        most = places.most(services, (tenant_id, name), is_by_hand=True) or MOST_RUNG
        yield from session.scalars(first.order_by(Save.due_at).limit(most))


def is_due() -> ColumnElement[bool]:
    """Of a save: that somebody should take it in hand now."""
    # Leases are judged by the database's clock: workers' clocks may differ.
    waiting = and_(Save.state == SaveState.queued, Save.due_at <= func.clock_timestamp())
    return and_(or_(waiting, _is_abandoned()), ~outages.is_paused())


def _is_abandoned() -> ColumnElement[bool]:
    return and_(Save.state == SaveState.saving, Save.lease_until < func.clock_timestamp())


def claim(services: Services, session: Session, message_id: UUID, visit: Visit) -> list[Save]:
    """Take what is due for the message in hand, for a lease. What Autopilot wants without a licence goes on waiting;
    and so does what is for a destination that has no place now, or an outage in which somebody else goes first.
    """
    _park(services, session, message_id)
    due = select(Save, outages.is_running()).where(Save.message_id == message_id, is_due())
    if not licensing.may_save(services, session, message_id):
        due = due.where(or_(Save.rule_id.is_(None), Save.undoing.is_not(None)))
    lease = services.settings.lease_seconds
    mine = [
        save.id
        for save, has_outage in session.execute(due.order_by(Save.due_at).with_for_update(of=Save, skip_locked=True))
        if visit.enter((save.tenant_id, save.destination))
        # Those that died with the one that killed their worker must not do so again.
        and (save.state != SaveState.saving or visit.enter(SUSPECTS))
        and (not has_outage or outages.may_probe(session, save, lease))
    ]
    if not mine:
        return []
    claimed = update(Save).where(Save.id.in_(mine))
    session.execute(
        claimed.values(
            deaths=Save.deaths + case((Save.state == SaveState.saving, 1), else_=0),
            state=SaveState.saving,
            attempts=Save.attempts + case((Save.undoing.is_(None), 1), else_=0),
            fence=Save.fence + 1,
            lease_until=func.clock_timestamp() + timedelta(seconds=lease),
        )
    )
    order = (Save.person_id, Save.by_application, Save.created_at)
    found = select(Save).where(Save.id.in_(mine)).order_by(*order)
    return list(session.scalars(found, execution_options={"populate_existing": True}))


def _park(services: Services, session: Session, message_id: UUID) -> None:
    """Stop what was left behind again and again: a message that kills its worker would do so for ever."""
    tried = and_(Save.attempts >= services.settings.max_attempts, Save.undoing.is_(None))
    is_spent = or_(Save.deaths >= MOST_DEATHS - 1, tried)
    spent = select(Save).where(Save.message_id == message_id, _is_abandoned(), is_spent)
    if session.scalars(spent.limit(1)).first() is None:
        return
    item = select(Message.id).where(Message.id == message_id).with_for_update(of=Message, skip_locked=True)
    if session.scalar(item) is None:
        return  # somebody changes it just now; it is parked at the next turn
    for save in session.scalars(spent.with_for_update(of=Save, skip_locked=True)):
        log.error("save_parked", save=str(save.id), attempt=save.attempts, deaths=save.deaths + 1)
        if save.undoing:
            save.stays()
            continue
        reason = "Affix was interrupted each time that it tried to save this message."
        save.failed("interrupted", reason, "Retry; tell your administrator if it fails again.", now())
        save.message.mark_at = now()
        note(session, "failed", save.person, save, code=save.reason_code)
        save_ended(services.counts, save)


def _deliver_as_person(services: Services, saves: list[Save]) -> bool:
    message = saves[0].message
    # It has no name, so nothing stays behind when the process is killed.
    with tempfile.TemporaryFile() as file:
        try:
            body = fetch(services, saves, file)
        except (MailError, AffixError) as error:
            problem = problem_of(error)
            for save in saves:
                _settle(services, save, problem)
            return not isinstance(error, MailBusy)
        with nullcontext() if body else open_message(file) as copy:
            identity = identify(services, message, copy)
            with services.database.session() as session:
                own = own_domains(session, message.tenant_id)
            made = partial(copying.email_of, copy=copy, body=body, own_domains=own)
            for save in saves:
                with tracing.span("save", parent=save.trace, save=save.id, how=save.how, attempt=save.attempts):
                    _deliver_one(services, save, identity, made)
    return True


def _deliver_one(services: Services, save: Save, identity: str, made: Callable[..., EmailToSave]) -> None:
    asked = save.destination
    try:
        key = copying.key_of(save, identity)
        if not _announce(services, save, key):
            return
        destination = destination_of(services, save.tenant_id, asked)
        email = made(services.settings, save, key, keeps_mime=destination.keeps_mime)
        saved = destination.save_email(save.tenant_id, email)
        asked = (save.leaving or {}).get("destination", asked)
        stays = _leave_old_record(services, save, key)
    except DestinationError as error:
        _settle_refused(services, save, asked, error)
    except Exception:
        # One strange message must not stop the others of this drain; it is tried again later and parked in the end.
        log.exception("save_not_foreseen", save=str(save.id))
        _settle(
            services, save, Problem("internal", "Something went wrong in Affix.", "Retry; tell your administrator.")
        )
    else:
        _succeed(services, save, key, replace(saved, missing=(*saved.missing, *stays)))


def _announce(services: Services, save: Save, key: str) -> bool:
    """Write the key down before the destination hears of it, so that an undo can find what a lost answer made. False
    when somebody else took the save over, or the email is just being taken off that record: then it waits.
    """
    lease = func.clock_timestamp() + timedelta(seconds=services.settings.lease_seconds)
    with services.database.session() as session:
        mine = update(Save).where(Save.id == save.id, Save.fence == save.fence, Save.state == SaveState.saving)
        claimed = session.execute(mine.values(key=key, lease_until=lease).returning(Save.id))
        if claimed.one_or_none() is None:
            return False
        if not undoing.is_being_taken_off(session, save, key):
            session.commit()
            return True
    _settle(services, save, Problem("being_undone", undoing.BEING_UNDONE, wait=SHORT_WAIT))
    return False


def _leave_old_record(services: Services, save: Save, key: str) -> Sequence[Missing]:
    """The second half of a move; doing it again is harmless. Who moved it there and back leaves nothing.

    Gives what is to be said when the destination does not let the email go.
    """
    old = save.leaving
    if not old or old["key"] == key:
        return ()
    with services.database.session.begin() as session:
        mine = select(Save).where(Save.id == save.id, Save.fence == save.fence, Save.state == SaveState.saving)
        row = session.scalars(mine.with_for_update(of=Save)).one_or_none()
        if row is None or undoing.kept_by_another(session, row, old["key"]):
            return ()
        row.leaving = {**old, "begun": True}
    try:
        destination = destination_of(services, save.tenant_id, old["destination"])
        found = destination.find_saved(save.tenant_id, old["key"])
        if found:
            destination.remove_email(save.tenant_id, found.reference)
    except DestinationError as error:
        if not error.permanent or outages.is_outage(error):
            raise
        log.warning("email_stays_on_old_record", save=str(save.id), code=error.code)
        name = old.get("name") or "the record"
        return [Missing(name, None, "stays_on_old_record", f"The email is still on {name} as well: {error.message}")]
    return ()


def _succeed(services: Services, claimed: Save, key: str, saved: Saved) -> None:
    missing = [
        {"name": each.name, "size": each.size, "code": each.code, "message": each.message} for each in saved.missing
    ]

    def change(session: Session, save: Save) -> None:
        save.succeeded(key, saved.reference, saved.link, missing, now())
        save.leaving = None
        outages.over(services, session, save.tenant_id, save.destination)

    if not _finish(services, claimed, change):
        return
    log.info("saved", save=str(claimed.id), destination=claimed.destination, attempt=claimed.attempts)


def _settle_refused(services: Services, claimed: Save, asked: str, error: DestinationError) -> None:
    """The destination did not take the email, or `asked`, that it comes from, did not let it go."""
    there = services.destinations.of(claimed.tenant_id).get(asked)
    title = there.title if there else asked
    if not outages.is_outage(error):
        _settle(services, claimed, problem_of_destination(error), error, asked)
        return

    def change(session: Session, save: Save) -> None:
        is_first = outages.refused(services, session, save, asked, title, error)
        # Of an old record's destination nothing else holds this save back.
        wait = 0.0 if asked == save.destination else outages.LONGEST
        save.held(error.code, error.message, now(), wait, is_first)

    _finish(services, claimed, change)
    log.warning("destination_away", save=str(claimed.id), destination=asked, code=error.code)


def _settle(
    services: Services, claimed: Save, problem: Problem, error: DestinationError | None = None, asked: str = ""
) -> None:
    """`error`: what the destination `asked` said, if it was asked at all."""

    def change(session: Session, save: Save) -> None:
        if error:
            outages.refused(services, session, save, asked, asked, error)
        else:
            outages.not_asked(session, save)
        if save.rule_id is not None and problem.code in SIGN_IN_CODES:
            # What Autopilot saves is not lost with a sign-in: it goes on when the person is back.
            save.postponed(problem.code, problem.reason, now(), LONGEST_WAIT, services.settings.max_attempts)
        elif save.by_application and problem.code == "access_lost":
            save.postponed("not_granted", NOT_GRANTED, now(), LONGEST_WAIT, services.settings.max_attempts)
        elif problem.final:
            save.failed(problem.code, problem.reason, problem.action, now())
        else:
            save.postponed(problem.code, problem.reason, now(), problem.wait, services.settings.max_attempts)

    _finish(services, claimed, change)
    log.warning("not_saved", save=str(claimed.id), code=problem.code, final=problem.final, attempt=claimed.attempts)


def _finish(services: Services, claimed: Save, change: Callable[[Session, Save], None]) -> bool:
    """Write the outcome, unless somebody else took the save over since it was claimed."""
    with services.database.session.begin() as session:
        hold_message(session, claimed.message_id)
        mine = select(Save).where(Save.id == claimed.id, Save.fence == claimed.fence, Save.state == SaveState.saving)
        save = session.scalars(mine.with_for_update(of=Save)).one_or_none()
        if save is None:
            log.warning("late_result_dropped", save=str(claimed.id))
            return False
        is_first = save.saved_at is None
        change(session, save)
        if save.state in DONE:
            save.duplicate_of_id = session.scalar(_before(save))
            session.flush()
            session.execute(_bodies_no_longer_needed(save.message_id))
        if save.state != SaveState.queued:
            save.message.mark_at = now()
            note(session, save.state.value, save.person, save, code=save.reason_code)
    if save.state != SaveState.queued:
        save_ended(services.counts, save, is_first)
    return True


def _before(save: Save) -> Select[UUID]:
    """The save that had put this very email on the record already, if there is one."""
    same = select(Save.id).where(Save.tenant_id == save.tenant_id, Save.key == save.key, Save.id != save.id)
    return same.where(Save.state.in_(DONE), Save.saved_at <= save.saved_at).order_by(Save.saved_at).limit(1)


def _bodies_no_longer_needed(message_id: UUID) -> Delete:
    waiting = (SaveState.queued, SaveState.saving)
    others = select(Save.id).where(Save.message_id == message_id, Save.state.in_(waiting))
    return delete(MessageBody).where(MessageBody.message_id == message_id, ~others.exists())
