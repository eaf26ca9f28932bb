"""Everything that failed, tried again at once: after a password change, an outage or a right that came back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select, tuple_
from sqlalchemy.orm import Session

from server.access import enter
from server.auth.callers import Caller
from server.errors import NotFound
from server.models import Message, Person, Save, SaveState
from server.people import person_of
from server.saving import start_over
from server.services import Services

MOST = 1000  # in one request
BATCH = 100  # in one transaction, so that nobody waits long for a row

Place = tuple[datetime, UUID]


@dataclass(frozen=True)
class Wanted:
    """Whose failed saves: the caller's own, or everybody's from a mailbox that the caller may read."""

    mailbox: str | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def retry_all(services: Services, caller: Caller, wanted: Wanted) -> tuple[int, bool]:
    """How many failed saves were started over, oldest first, as the caller; and whether more are left for another
    request. Raises NotFound for a mailbox that the caller may not read.
    """
    with services.database.session.begin() as session:
        person = person_of(session, caller)
    conditions = _conditions(services, caller, person, wanted)
    retried, place = 0, None
    while retried < MOST:
        started, place = _retry_some(services, person, conditions, place)
        retried += started
        if place is None:
            return retried, False
    with services.database.session() as session:
        return retried, session.scalars(_after(conditions, place).limit(1)).first() is not None


def _conditions(services: Services, caller: Caller, person: Person, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [Save.tenant_id == caller.tenant_id, Save.state == SaveState.failed]
    if wanted.kind:
        conditions.append(Save.rule_id.is_not(None) if wanted.kind == "autopilot" else Save.rule_id.is_(None))
    if wanted.since:
        conditions.append(Save.created_at >= wanted.since)
    if wanted.until:
        conditions.append(Save.created_at < wanted.until)
    if wanted.mailbox is None:
        return [*conditions, Save.person_id == person.id]
    mailbox = enter(services, caller, wanted.mailbox)
    if mailbox is None:
        raise NotFound()
    return [*conditions, Message.mailbox_id == mailbox.id]


def _retry_some(
    services: Services, person: Person, conditions: list[ColumnElement[bool]], place: Place | None
) -> tuple[int, Place | None]:
    """Start a batch over. How many those were, and where to go on; None at the end.

    Each save is come to once: one that fails again meanwhile is left. So is one that somebody else has in hand.
    """
    with services.database.session.begin() as session:
        query = _after(conditions, place).limit(BATCH)
        saves = list(session.scalars(query.with_for_update(of=Save, skip_locked=True)))
        for save in saves:
            start_over(session, person, save)
        _ring(services, session, saves)
    return len(saves), (saves[-1].created_at, saves[-1].id) if len(saves) == BATCH else None


def _ring(services: Services, session: Session, saves: list[Save]) -> None:
    """For what Autopilot saves once for each mailbox. In order, so that two who ring never wait for each other."""
    for message_id in sorted({save.message_id for save in saves if save.rule_id is None}):
        services.ring(session, message_id)
    for mailbox_id in sorted({save.message.mailbox_id for save in saves if save.rule_id is not None}):
        services.ring_for_saves(session, mailbox_id)


def _after(conditions: list[ColumnElement[bool]], place: Place | None) -> Select[Save]:
    query = select(Save).join(Message, Save.message_id == Message.id).where(*conditions)
    if place:
        query = query.where(tuple_(Save.created_at, Save.id) > place)
    return query.order_by(Save.created_at, Save.id)
