"""The mailboxes of a person: those that Graph proved readable, and what the person says of them."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server.access import reader_of
from server.activity import note_mailbox
from server.auth.callers import Caller
from server.detection import mailbox_json
from server.errors import Conflict, Invalid, NotFound
from server.models import Mailbox, Membership, Person
from server.people import person_of
from server.services import Services

GONE = "mailbox_deleted"  # why a save failed
GONE_REASON = "The mailbox was deleted from Affix."


def known(services: Services, caller: Caller) -> list[dict[str, Any]]:
    with services.database.session.begin() as session:
        person = person_of(session, caller)
        mine = select(Membership).where(Membership.person_id == person.id).order_by(Membership.proven_at.desc())
        return [mailbox_json(each.mailbox, each) for each in session.scalars(mine)]


def own(session: Session, person: Person) -> Mailbox:
    """The row of the person's own mailbox, made when it is not there yet."""
    row = insert(Mailbox).values(tenant_id=person.tenant_id, address=person.address, name=person.name)
    session.execute(row.on_conflict_do_nothing())
    mine = select(Mailbox).where(Mailbox.tenant_id == person.tenant_id, Mailbox.address == person.address)
    return session.scalars(mine).one()


def attachments_of(services: Services, mailbox: Mailbox | None, said: str | None) -> str:
    """Which attachments are saved: as somebody said, else as is usual in the mailbox, else as in the settings."""
    return said or (mailbox.attachments if mailbox else None) or services.settings.attachments


def change(services: Services, caller: Caller, mailbox_id: UUID, wanted: dict[str, Any]) -> dict[str, Any]:
    """`wanted` has a "kind", "attachments" or both; of what is refused nothing is kept.

    The kind counts for that person alone, and only where nothing else tells. The attachments are those that are saved
    from this mailbox when nobody says otherwise, whoever saves; None as in the settings. Raises NotFound if the caller
    may not read the mailbox.
    """
    if not wanted:
        raise Invalid("Say what shall be changed: kind or attachments.")
    if "attachments" in wanted:
        reader_of(services, caller, mailbox_id)
    with services.database.session.begin() as session:
        person = person_of(session, caller)
        membership = session.get(Membership, (mailbox_id, person.id))
        if membership is None:
            raise NotFound()
        shown = {}
        if "kind" in wanted:
            _state_kind(membership, wanted["kind"])
        if "attachments" in wanted:
            _choose_attachments(session, membership, wanted["attachments"])
            shown = {"attachments": membership.mailbox.attachments}
        return {**mailbox_json(membership.mailbox, membership), **shown}


def _state_kind(membership: Membership, kind: str) -> None:
    if membership.kind != "unknown":
        raise Conflict("Affix knows what kind of mailbox this is; nothing needs to be chosen.", code="kind_is_known")
    membership.stated_kind = kind


def _choose_attachments(session: Session, membership: Membership, choice: str | None) -> None:
    mailbox = membership.mailbox
    if mailbox.attachments != choice:
        mailbox.attachments = choice
        note_mailbox(session, "attachments_chosen", membership.person, mailbox, attachments=choice)
