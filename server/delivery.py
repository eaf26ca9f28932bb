"""Saves from the worker's side: claim what is due for a message, fetch it as the person, hand it
to the destinations.

Between any two lines the process may vanish. Claims carry a lease and a fencing number; the
destination finds a repeated email by its key; no transaction is open while the network is used.
"""

import tempfile
from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from functools import partial
from itertools import groupby
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, Delete, Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from server import copying, licensing, marking
from server.activity import note
from server.clock import now
from server.destinations.base import DestinationError, EmailToSave, Saved
from server.errors import AffixError
from server.fetching import fetch
from server.grants import SIGN_IN_AGAIN as SIGN_IN_CODES
from server.identifying import identify
from server.mail.base import MailBusy, MailError
from server.mail.mime import open_message
from server.models import DONE, Message, MessageBody, Save, SaveState
from server.models.saves import LONGEST_WAIT
from server.people import own_domains
from server.problems import Problem, problem_of
from server.queueing import hold_message
from server.saving import shared_with_another
from server.services import Services

log = structlog.get_logger(__name__)

NOT_GRANTED = "Microsoft 365 does not let Affix itself read this mailbox. Affix tries again once an hour."


def deliver(services: Services, message_id: UUID) -> None:
    """Do everything that is due for one message: its saves, then its mark in Outlook."""
    with services.database.session.begin() as session:
        claimed = claim(services, session, message_id)
    deliver_claimed(services, message_id, claimed)


def deliver_claimed(services: Services, message_id: UUID, claimed: list[Save]) -> bool:
    """Do what was claimed for one message, then set its mark. False when the mailbox wants to be left alone."""
    is_free = True
    for _, saves in groupby(claimed, key=lambda save: (save.person_id, save.by_application)):
        is_free &= _deliver_as_person(services, list(saves))
    marking.mark(services, message_id)
    return is_free


def ring_for_overdue(services: Services) -> None:
    """Ring for messages with a save that is due or was left by a dead worker, or with a mark that is due; for what
    Autopilot saves only once for each mailbox.
    """
    by_hand = select(Save.message_id).where(is_due(), Save.rule_id.is_(None)).distinct().limit(500)
    unmarked = select(Message.id).where(Message.mark_at <= func.clock_timestamp()).limit(100)
    by_rule = select(Message.mailbox_id).join(Save, Save.message_id == Message.id).where(is_due())
    with services.database.session.begin() as session:
        for message_id in sorted({*session.scalars(by_hand), *session.scalars(unmarked)}):
            services.ring(session, message_id)
        for mailbox_id in sorted(session.scalars(by_rule.where(Save.rule_id.is_not(None)).distinct())):
            services.ring_for_saves(session, mailbox_id)


def is_due() -> ColumnElement[bool]:
    """Of a save: that somebody should take it in hand now."""
    # Leases are judged by the database's clock: workers' clocks may differ.
    waiting = and_(Save.state == SaveState.queued, Save.due_at <= func.clock_timestamp())
    abandoned = and_(Save.state == SaveState.saving, Save.lease_until < func.clock_timestamp())
    return or_(waiting, abandoned)


def claim(services: Services, session: Session, message_id: UUID) -> list[Save]:
    """Take what is due for the message in hand, for a lease. Without a licence what Autopilot wants goes on waiting."""
    _park(session, message_id, services.settings.max_attempts)
    due = select(Save.id).where(Save.message_id == message_id, is_due())
    if not licensing.may_save(services, session, message_id):
        due = due.where(Save.rule_id.is_(None))
    lease = timedelta(seconds=services.settings.lease_seconds)
    claimed = (
        update(Save)
        .where(Save.id.in_(due.with_for_update(skip_locked=True)))
        .values(
            state=SaveState.saving,
            attempts=Save.attempts + 1,
            fence=Save.fence + 1,
            lease_until=func.clock_timestamp() + lease,
        )
        .returning(Save.id)
    )
    mine = list(session.scalars(claimed))
    order = (Save.person_id, Save.by_application, Save.created_at)
    return list(session.scalars(select(Save).where(Save.id.in_(mine)).order_by(*order)))


def _park(session: Session, message_id: UUID, max_attempts: int) -> None:
    """Stop what was left behind at its last try: a message that kills its worker would do so for ever."""
    abandoned = and_(Save.state == SaveState.saving, Save.lease_until < func.clock_timestamp())
    spent = select(Save).where(Save.message_id == message_id, abandoned, Save.attempts >= max_attempts)
    if session.scalars(spent.limit(1)).first() is None:
        return
    item = select(Message.id).where(Message.id == message_id).with_for_update(of=Message, skip_locked=True)
    if session.scalar(item) is None:
        return  # somebody changes it just now; it is parked at the next turn
    for save in session.scalars(spent.with_for_update(of=Save, skip_locked=True)):
        reason = "Affix was interrupted each time that it tried to save this message."
        save.failed("interrupted", reason, "Retry; tell your administrator if it fails again.", now())
        save.message.mark_at = now()
        note(session, "failed", save.person, save, code=save.reason_code)
        log.error("save_parked", save=str(save.id), attempt=save.attempts)


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
            for save in saves:
                _deliver_one(services, save, identity, partial(copying.email_of, copy=copy, body=body, own_domains=own))
    return True


def _deliver_one(services: Services, save: Save, identity: str, made: Callable[..., EmailToSave]) -> None:
    try:
        key = copying.key_of(save, identity)
        if not _announce(services, save, key):
            return
        email = made(services.settings, save, key)
        saved = services.destinations.of(save.tenant_id)[save.destination].save_email(save.tenant_id, email)
        _leave_old_record(services, save, key)
    except DestinationError as error:
        final = error.permanent
        problem = Problem(
            error.code, error.message, "Choose another record." if final else None, final, error.retry_after
        )
        _settle(services, save, problem)
    except Exception:
        # One strange message must not stop the others of this drain; it is tried again later and parked in the end.
        log.exception("save_not_foreseen", save=str(save.id))
        _settle(
            services, save, Problem("internal", "Something went wrong in Affix.", "Retry; tell your administrator.")
        )
    else:
        _succeed(services, save, key, saved)


def _announce(services: Services, save: Save, key: str) -> bool:
    """Write the key down before the destination hears of it, so that an undo can find what a lost answer made."""
    lease = func.clock_timestamp() + timedelta(seconds=services.settings.lease_seconds)
    with services.database.session.begin() as session:
        mine = update(Save).where(Save.id == save.id, Save.fence == save.fence, Save.state == SaveState.saving)
        claimed = session.execute(mine.values(key=key, lease_until=lease).returning(Save.id))
        return claimed.one_or_none() is not None


def _leave_old_record(services: Services, save: Save, key: str) -> None:
    """The second half of a move; doing it again is harmless. Who moved it there and back leaves nothing."""
    if not save.leaving or save.leaving["key"] == key:
        return
    with services.database.session() as session:
        if shared_with_another(session, save, save.leaving["key"]):
            return
    destination = services.destinations.of(save.tenant_id)[save.leaving["destination"]]
    old = destination.find_saved(save.tenant_id, save.leaving["key"])
    if old:
        destination.remove_email(save.tenant_id, old.reference)


def _succeed(services: Services, claimed: Save, key: str, saved: Saved) -> None:
    missing = [
        {"name": each.name, "size": each.size, "code": each.code, "message": each.message} for each in saved.missing
    ]

    def change(save: Save) -> None:
        save.succeeded(key, saved.reference, saved.link, missing, now())
        save.leaving = None

    if not _finish(services, claimed, change):
        return
    log.info("saved", save=str(claimed.id), destination=claimed.destination, attempt=claimed.attempts)


def _settle(services: Services, claimed: Save, problem: Problem) -> None:
    def change(save: Save) -> None:
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


def _finish(services: Services, claimed: Save, change: Callable[[Save], None]) -> bool:
    """Write the outcome, unless somebody else took the save over since it was claimed."""
    with services.database.session.begin() as session:
        hold_message(session, claimed.message_id)
        mine = select(Save).where(Save.id == claimed.id, Save.fence == claimed.fence, Save.state == SaveState.saving)
        save = session.scalars(mine.with_for_update(of=Save)).one_or_none()
        if save is None:
            log.warning("late_result_dropped", save=str(claimed.id))
            return False
        change(save)
        if save.state in DONE:
            save.duplicate_of_id = session.scalar(_before(save))
            session.flush()
            session.execute(_bodies_no_longer_needed(save.message_id))
        if save.state != SaveState.queued:
            save.message.mark_at = now()
            note(session, save.state.value, save.person, save, code=save.reason_code)
    return True


def _before(save: Save) -> Select[UUID]:
    """The save that had put this very email on the record already, if there is one."""
    same = select(Save.id).where(Save.tenant_id == save.tenant_id, Save.key == save.key, Save.id != save.id)
    return same.where(Save.state.in_(DONE), Save.saved_at <= save.saved_at).order_by(Save.saved_at).limit(1)


def _bodies_no_longer_needed(message_id: UUID) -> Delete:
    waiting = (SaveState.queued, SaveState.saving)
    others = select(Save.id).where(Save.message_id == message_id, Save.state.in_(waiting))
    return delete(MessageBody).where(MessageBody.message_id == message_id, ~others.exists())
