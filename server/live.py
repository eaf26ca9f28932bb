"""How it stands with one open email: its saves, and who is filing it. Asked again and again while a pane is open, so it
costs three questions to the database, and none to Graph while the proof of access is fresh.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from server.access import is_proven, may_read
from server.auth.callers import Caller
from server.errors import NotFound
from server.following import save_json
from server.models import Membership, Message, Opening, Person, Save, SaveState
from server.openings import same_email, unknown
from server.presence import others
from server.services import Services

MOST_SAVES = 50


def of_message(services: Services, caller: Caller, mailbox_id: UUID, immutable_id: str) -> dict[str, Any]:
    """Raises NotFound if the caller may not read the mailbox."""
    with services.database.session() as session:
        membership, email = _membership(session, caller, mailbox_id, immutable_id)
        if membership and is_proven(services, membership):
            return _state(session, email, membership.person)
    if membership is None or not may_read(services, caller, membership.person, mailbox_id):
        raise NotFound()
    with services.database.session() as session:
        return _state(session, email, membership.person)


def _membership(
    session: Session, caller: Caller, mailbox_id: UUID, immutable_id: str
) -> tuple[Membership | None, Opening]:
    """The caller's way into the mailbox, and what is known of the email."""
    item = and_(Opening.mailbox_id == Membership.mailbox_id, Opening.immutable_id == immutable_id)
    theirs = (
        select(Membership, Opening)
        .join(Person, Membership.person_id == Person.id)
        .outerjoin(Opening, item)
        .where(Membership.mailbox_id == mailbox_id, Person.tenant_id == caller.tenant_id, Person.oid == caller.oid)
    )
    found = session.execute(theirs).one_or_none()
    membership, opening = found if found else (None, None)
    return membership, opening or unknown(caller.tenant_id, mailbox_id, immutable_id)


def _state(session: Session, email: Opening, viewer: Person) -> dict[str, Any]:
    return {"saves": saves_of(session, email, viewer), "presence": others(session, email, viewer)}


def saves_of(session: Session, email: Opening, viewer: Person) -> list[dict[str, Any]]:
    """All live saves of this email, also those made from other mailboxes, whoever made them."""
    tenant = Save.tenant_id == viewer.tenant_id
    query = select(Save).join(Message, Save.message_id == Message.id).where(tenant, Save.state != SaveState.undone)
    found = session.scalars(query.where(same_email(Message, email)).order_by(Save.created_at).limit(MOST_SAVES))
    return [save_json(each, viewer) for each in found]
