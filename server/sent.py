"""Outgoing messages from the worker's side: was the draft sent? Then it is saved as any other message.

The immutable id of a draft stays the same when it is sent (https://learn.microsoft.com/graph/outlook-immutable-id), so
one request tells. Where Outlook sent it as another item, its Message-ID leads to it in Sent Items. That it was sent and
the saves that follow are one transaction; no transaction is open while Graph is asked.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from server.activity import note_mailbox
from server.auth.refusals import GrantLost
from server.autopilot.carriers import note_lost
from server.clock import now
from server.detection import shown_kind
from server.errors import AffixError
from server.grants import SIGN_IN_AGAIN
from server.mail.base import MailAccessDenied, MailError, MailGone, MailItem
from server.models import Mailbox, Membership, Outgoing, OutgoingState
from server.models.outgoing import LONGEST_WAIT, PATIENCE
from server.outgoing import locked, names_of
from server.people import as_person
from server.problems import problem_of
from server.queueing import RecordRef, Wish, message_row, queue_save
from server.services import Services
from server.turns import in_turn

log = structlog.get_logger(__name__)

SENT_ITEMS, DELETED_ITEMS = "sentitems", "deleteditems"
MOST_MISSES = 3  # looks in a row at which it was nowhere: while it is sent it may be in no folder for moments
MOST_RUNG = 500
GONE = "The draft was deleted, or sent in a way that Affix cannot follow."
LOOK_THERE = "If it was sent, open it in Sent Items and save it from there."
NEVER_SENT = "The message was not sent within 30 days."
CHOOSE_AGAIN = "Open the draft and choose the records again."


@dataclass(frozen=True)
class Found:
    """The message, sent, and where it is."""

    item: MailItem
    mailbox: Mailbox
    kind: str


def ring_for_overdue(services: Services) -> None:
    """Ring for drafts that are due to be looked at, or were left by a dead worker."""
    with services.database.session.begin() as session:
        due = in_turn(Outgoing.id, Outgoing.tenant_id, Outgoing.due_at, _is_due(), most=MOST_RUNG)
        for outgoing_id in session.scalars(due):
            services.ring_for_outgoing(session, outgoing_id)


def look(services: Services, outgoing_id: UUID) -> None:
    """Look once whether it was sent; nothing if it is not due or another worker has it."""
    claimed = _claim(services, outgoing_id)
    if claimed is None:
        return
    try:
        found = _found(services, claimed)
    except (MailError, AffixError) as error:
        _trouble(services, claimed, error)
    else:
        _save(services, claimed, found) if found else _wait(services, claimed)


def _is_due() -> ColumnElement[bool]:
    moment = func.clock_timestamp()
    is_free = or_(Outgoing.lease_until.is_(None), Outgoing.lease_until < moment)
    return and_(Outgoing.state == OutgoingState.waiting, Outgoing.due_at <= moment, is_free)


def _claim(services: Services, outgoing_id: UUID) -> Outgoing | None:
    until = func.clock_timestamp() + timedelta(seconds=services.settings.lease_seconds)
    mine = update(Outgoing).where(Outgoing.id == outgoing_id, _is_due()).returning(Outgoing.id)
    with services.database.session.begin() as session:
        # `due_at` moves before the look: one that kills its worker does not spin.
        claimed = session.execute(mine.values(fence=Outgoing.fence + 1, lease_until=until, due_at=until))
        return session.get_one(Outgoing, outgoing_id) if claimed.one_or_none() else None


def _found(services: Services, claimed: Outgoing) -> Found | None:
    """None while it is a draft. Raises MailGone when it is nowhere."""
    mailbox, person = claimed.mailbox, claimed.person
    try:
        item = as_person(
            services, person, lambda token: services.mail.item(token, mailbox.address, claimed.immutable_id)
        )
    except MailGone:
        return _found_elsewhere(services, claimed)
    if not item.is_draft:
        return Found(item, mailbox, claimed.mailbox_kind)
    # Whoever deletes it in Outlook moves it. Asked only where it is not in the folder in which it was.
    is_deleted = item.folder_id != claimed.folder_id and item.folder_id == as_person(
        services, person, lambda token: services.mail.folder_id(token, mailbox.address, DELETED_ITEMS)
    )
    return _found_elsewhere(services, claimed) if is_deleted else None


def _found_elsewhere(services: Services, claimed: Outgoing) -> Found:
    wanted = claimed.internet_message_id
    for mailbox, kind in _places(services, claimed) if wanted else ():
        try:
            items = as_person(services, claimed.person, _in_sent_items(services, mailbox.address, str(wanted)))
        except (MailGone, MailAccessDenied):
            continue
        sent = [each for each in items if not each.is_draft]
        if sent:
            return Found(sent[0], mailbox, kind)
    raise MailGone("The draft is not there any more.")


def _in_sent_items(services: Services, address: str, message_id: str) -> Callable[[str], list[MailItem]]:
    return lambda token: services.mail.find(token, address, message_id, SENT_ITEMS)


def _places(services: Services, claimed: Outgoing) -> list[tuple[Mailbox, str]]:
    """Mailboxes that the person is known to read in whose Sent Items it may be: the sender's own, that of the draft,
    and that of the author.
    """
    person = claimed.person
    named = [*person.addresses, claimed.mailbox.address, claimed.from_address]
    known = select(Membership).join(Mailbox, Membership.mailbox_id == Mailbox.id)
    known = known.where(Membership.person_id == person.id, Mailbox.address.in_(named))
    with services.database.session() as session:
        found = {each.mailbox.address: (each.mailbox, shown_kind(each)[0]) for each in session.scalars(known)}
        own = select(Mailbox).where(Mailbox.tenant_id == person.tenant_id, Mailbox.address == person.address)
        mine = session.scalars(own).one_or_none()
    if mine:
        found[mine.address] = (mine, "personal")
    return [found[address] for address in dict.fromkeys(named) if address in found]


def _save(services: Services, claimed: Outgoing, found: Found) -> None:
    with services.database.session.begin() as session:
        row = _held(session, claimed)
        if row is None:
            return
        message = message_row(session, found.mailbox, found.item)
        wish = Wish(row.person_id, found.kind, row.attachments)
        refs = [(RecordRef(each["destination"], each["type"], each["id"]), each["name"]) for each in row.records]
        saves = [queue_save(session, message, ref, name, wish) for ref, name in refs]
        if any(save.undoing for save in saves):
            # The email is just being taken off one of these records: it can be saved there once that is over.
            row.postponed("being_undone", "The same message is just being taken off a record.", None, now(), None)
            return
        row.sent(now())
        services.ring(session, message.id)
    log.info("outgoing_sent", outgoing=str(claimed.id), saves=len(saves))


def _wait(services: Services, claimed: Outgoing) -> None:
    with services.database.session.begin() as session:
        row = _held(session, claimed)
        if row and now() - row.fresh_at > PATIENCE:
            _end(session, row, "never_sent", NEVER_SENT, CHOOSE_AGAIN)
        elif row:
            row.not_yet(now())


def _trouble(services: Services, claimed: Outgoing, error: Exception) -> None:
    problem = problem_of(error)
    if isinstance(error, GrantLost):
        note_lost(services, claimed.person, error)
    log.warning("outgoing_not_seen", outgoing=str(claimed.id), code=problem.code, final=problem.final)
    with services.database.session.begin() as session:
        row = _held(session, claimed)
        if row is None:
            return
        if isinstance(error, MailGone):
            row.postponed(problem.code, GONE, LOOK_THERE, now(), None)
            if row.failures >= MOST_MISSES:
                _end(session, row, problem.code, GONE, LOOK_THERE)
        elif problem.code in SIGN_IN_AGAIN and now() - row.fresh_at <= PATIENCE:
            # Nothing is lost with a sign-in: it goes on as soon as the person is back.
            row.postponed(problem.code, problem.reason, problem.action, now(), LONGEST_WAIT)
        elif problem.final:
            _end(session, row, problem.code, problem.reason, problem.action)
        else:
            row.postponed(problem.code, problem.reason, problem.action, now(), problem.wait)


def _held(session: Session, claimed: Outgoing) -> Outgoing | None:
    """The row, locked, unless somebody changed it or took it over since it was claimed."""
    row = locked(session, claimed.id)
    return row if row.fence == claimed.fence and row.state == OutgoingState.waiting else None


def _end(session: Session, row: Outgoing, code: str, reason: str, action: str | None) -> None:
    row.ended(code, reason, action, now())
    about = {"name": names_of(row), "outgoing": str(row.id), "code": code, "reason": reason}
    note_mailbox(session, "outgoing_ended", row.person, row.mailbox, **about)
