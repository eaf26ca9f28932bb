"""The work list of a mailbox: mail from outside in its inbox that is on no record, and that nobody took off the list.

Only the inbox: what a team has moved out of it was dealt with, which is what most of them mean by it, and one request
to Graph reads a page. The person reads it, so that Graph itself says whether they may. Nothing is kept of what is read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server.access import is_proven, mailbox_of, named_mailbox
from server.activity import note_mailbox
from server.auth.callers import Caller
from server.autopilot import seen
from server.autopilot.exclusions import of_tenant
from server.autopilot.matching import with_parents
from server.clock import iso, now
from server.detection import proven
from server.errors import Invalid, NotFound
from server.fitting import best_for_each
from server.mail.base import MailAccessDenied, MailGone, MailItem
from server.mail.graph.ids import rest_id
from server.mail.graph.mailbox import LISTED
from server.models import Dismissal, Mailbox, Membership, Message, Person, Save, SaveState, Sighting
from server.openings import email_of, same_email
from server.paging import cursor_of, read_place
from server.people import as_caller, own_domains, person_json
from server.presence import others_of
from server.services import Services

DAYS = 30  # that the list goes back
MOST_PAGES = 4  # requests to Graph for one answer, where most of the mail is filed
TABLE = "u"  # of a cursor
FILED = (SaveState.queued, SaveState.saving, SaveState.saved, SaveState.partial)


@dataclass(frozen=True)
class Place:
    """How far the inbox was looked through: to the message at that second (Graph shows no parts of one) of which so
    many were seen already. Unlike a number of messages it stays right when mail comes or goes.
    """

    at: datetime | None = None
    number: int = 0

    def after(self, item: MailItem) -> "Place":
        at = item.received_at or self.at
        return Place(at, self.number + 1 if at == self.at else 1)


@dataclass
class Standing:
    """What is known of a listed message: its saves, also from other mailboxes; the state that Autopilot left it in; and
    who took it off the list, when.
    """

    saves: list[tuple[SaveState, str | None]] = field(default_factory=list)
    seen: str | None = None
    dismissed: tuple[Person, datetime] | None = None

    @property
    def is_filed(self) -> bool:
        return any(state in FILED for state, _ in self.saves)

    @property
    def failure(self) -> str | None:
        """Why it is on no record although somebody wanted it there."""
        return next((reason or "" for state, reason in self.saves if state == SaveState.failed), None)


def find(
    services: Services, caller: Caller, mailbox_id: UUID, limit: int, cursor: str | None, dismissed: bool = False
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of the list, the latest first; with `dismissed` of what was taken off it. It ends early where so much is
    filed that more requests would be needed: then there is a next one all the same. Raises NotFound for a mailbox that
    is not there or that the caller may not read.
    """
    after = read_place(cursor)
    place = Place(after.at, after.number) if after else Place()
    person, mailbox = named_mailbox(services, caller, mailbox_id)
    since, found = now() - timedelta(days=DAYS), list[tuple[MailItem, Standing]]()
    more = True
    for page in range(MOST_PAGES):
        items = _read(services, caller, mailbox, since, place)
        if page == 0:
            _note_proof(services, caller, person, mailbox)
        standings = _standings(services, mailbox, items)
        taken = 0
        for item in items:
            if len(found) == limit:
                break
            place, taken = place.after(item), taken + 1
            standing = standings.get(item.id)
            if standing and not standing.is_filed and bool(standing.dismissed) == dismissed:
                found.append((item, standing))
        more = taken < len(items) or len(items) == LISTED
        if not more or len(found) == limit:
            break
    following = cursor_of(place.at, f"{TABLE}{place.number}") if more and place.at else None
    return _shown(services, person, mailbox, found), following


def dismiss(services: Services, caller: Caller, mailbox_id: UUID, ids: Sequence[str]) -> int:
    """Take messages off the list for everybody, off the review list too. How many of them were not off it before."""
    person, mailbox = mailbox_of(services, caller, mailbox_id)
    moment = now()
    rows = [
        {
            "mailbox_id": mailbox.id,
            "immutable_id": each,
            "tenant_id": mailbox.tenant_id,
            "person_id": person.id,
            "at": moment,
        }
        for each in _checked(ids)
    ]
    with services.database.session.begin() as session:
        # Where one is as old as the list goes back, its message is older.
        aged = Dismissal.at < moment - timedelta(days=DAYS)
        session.execute(delete(Dismissal).where(Dismissal.mailbox_id == mailbox.id, aged))
        new = insert(Dismissal).values(rows).on_conflict_do_nothing().returning(Dismissal.immutable_id)
        count = len(session.scalars(new).all())
        session.execute(
            update(Sighting)
            .where(*_unmatched(mailbox, ids), Sighting.settled_at.is_(None))
            .values(settled_at=moment, settled_by_id=person.id)
        )
        if count:
            note_mailbox(session, "list_dismissed", person, mailbox, count=count)
    return count


def restore(services: Services, caller: Caller, mailbox_id: UUID, ids: Sequence[str]) -> int:
    """Put messages back on the list, whoever took them off it. How many of them were off it."""
    person, mailbox = mailbox_of(services, caller, mailbox_id)
    with services.database.session.begin() as session:
        theirs = (Dismissal.mailbox_id == mailbox.id, Dismissal.immutable_id.in_(_checked(ids)))
        back = set(session.scalars(delete(Dismissal).where(*theirs).returning(Dismissal.immutable_id)))
        settled = update(Sighting).where(*_unmatched(mailbox, ids), Sighting.settled_at.is_not(None))
        again = settled.values(settled_at=None, settled_by_id=None).returning(Sighting.immutable_id)
        back |= set(session.scalars(again))
        if back:
            note_mailbox(session, "list_restored", person, mailbox, count=len(back))
    return len(back)


def _unmatched(mailbox: Mailbox, ids: Sequence[str]) -> tuple[Any, ...]:
    """Of what Autopilot saw: the messages that no rule could match, which may be on the review list."""
    return (Sighting.mailbox_id == mailbox.id, Sighting.immutable_id.in_(ids), Sighting.decision == seen.UNMATCHED)


def _checked(ids: Sequence[str]) -> list[str]:
    if not all(rest_id(each, "immutable") for each in ids):
        raise Invalid("This is not the id of an item in a mailbox.", code="invalid_id")
    return list(dict.fromkeys(ids))


def _read(services: Services, caller: Caller, mailbox: Mailbox, since: datetime, place: Place) -> list[MailItem]:
    # Exchange keeps parts of seconds and shows none, so all of the last second is asked for again.
    before = place.at + timedelta(seconds=1) if place.at else None
    try:
        return as_caller(
            services,
            caller,
            lambda token: services.mail.inbox(token, mailbox.address, since, before, place.number),
        )
    except (MailAccessDenied, MailGone):
        raise NotFound() from None


def _note_proof(services: Services, caller: Caller, person: Person, mailbox: Mailbox) -> None:
    """Graph has just let the person in: that counts as if they had opened a message there."""
    with services.database.session() as session:
        membership = session.get(Membership, (mailbox.id, person.id))
    if membership is None or not is_proven(services, membership):
        proven(services, caller, person, mailbox)


def _standings(services: Services, mailbox: Mailbox, items: Sequence[MailItem]) -> dict[str, Standing]:
    """By id, of those that came from outside and not from whom an administrator excluded: all that is known of them."""
    with services.database.session() as session:
        own = own_domains(session, mailbox.tenant_id) | {mailbox.address.rpartition("@")[2]}
        excluded = of_tenant(session, mailbox.tenant_id)
        sent = [each for each in items if not each.is_draft and not excluded.covers(each.from_.address)]
        outside = [each for each in sent if _is_outside(each.from_.address, own)]
        found = {each.id: Standing() for each in outside}
        if not found:
            return found
        for id_, state, reason in _saves(session, mailbox, outside):
            found[id_].saves.append((state, reason))
        _add_sightings(session, mailbox, found)
        theirs = select(Dismissal).where(Dismissal.mailbox_id == mailbox.id, Dismissal.immutable_id.in_(found))
        for row in session.scalars(theirs):
            found[row.immutable_id].dismissed = (row.person, row.at)
    return found


def _is_outside(address: str, own: frozenset[str]) -> bool:
    return bool(address) and own.isdisjoint(with_parents(address))


def _saves(session: Session, mailbox: Mailbox, items: Sequence[MailItem]) -> list[tuple[str, SaveState, str | None]]:
    """The saves of each, from whichever mailbox, undone ones too: its id, the state and the reason."""
    ids = {each.id for each in items}
    copies: dict[tuple[Any, ...], list[str]] = {}
    for each in items:
        copies.setdefault((each.internet_message_id, each.from_.address, each.subject, each.sent_at), []).append(
            each.id
        )
    same = or_(*(same_email(Message, email_of(mailbox, each)) for each in items))
    query = select(Message, Save.state, Save.reason).join(Save, Save.message_id == Message.id)
    found = []
    for message, state, reason in session.execute(query.where(Message.tenant_id == mailbox.tenant_id, same)):
        if message.mailbox_id == mailbox.id:
            theirs = [message.immutable_id] if message.immutable_id in ids else []
        else:
            copy = (message.internet_message_id, message.from_address, message.subject, message.sent_at)
            theirs = copies.get(copy, [])
        found += [(id_, state, reason) for id_ in theirs]
    return found


def _add_sightings(session: Session, mailbox: Mailbox, found: dict[str, Standing]) -> None:
    """What is settled on the review list without a save needs no filing here either."""
    query = select(Sighting.immutable_id, seen.STATE, Sighting.settled_at, Person)
    query = query.outerjoin(Person, Sighting.settled_by_id == Person.id)
    for id_, state, settled_at, settler in session.execute(query.where(*_unmatched(mailbox, list(found)))):
        standing = found[id_]
        standing.seen = state
        if settled_at and settler and not standing.saves:
            standing.dismissed = (settler, settled_at)


def _shown(
    services: Services, viewer: Person, mailbox: Mailbox, found: Sequence[tuple[MailItem, Standing]]
) -> list[dict[str, Any]]:
    suggestions = best_for_each(services, viewer.tenant_id, [item for item, _ in found])
    with services.database.session() as session:
        presence = others_of(session, mailbox.id, [item.id for item, _ in found], viewer)
    return [
        {
            "id": item.id,
            "internetMessageId": item.internet_message_id,
            "subject": item.subject,
            "from": {"name": item.from_.name, "address": item.from_.address},
            "receivedAt": iso(item.received_at),
            "hasAttachments": item.has_files,
            "conversationId": item.conversation_id,
            "suggestion": suggestions.get(item.id),
            "presence": presence.get(item.id, []),
            "state": "failed" if standing.failure is not None else "review" if standing.seen == "review" else None,
            "reason": standing.failure,
            "dismissed": _dismissed_json(standing, viewer),
        }
        for item, standing in found
    ]


def _dismissed_json(standing: Standing, viewer: Person) -> dict[str, Any] | None:
    if standing.dismissed is None:
        return None
    by, at = standing.dismissed
    return {"by": person_json(by, viewer), "at": iso(at)}
