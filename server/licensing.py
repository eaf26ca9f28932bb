"""Licences: for which mailboxes Autopilot may work. Saving by hand never needs one.

Every mailbox with Autopilot needs a seat of its own, a person's as well as a shared one; shared ones
need none where a setting says so. A licence in force takes a seat; one that has expired frees it.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, false, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server import activity
from server.clock import iso, now
from server.detection import ADDRESS
from server.errors import Conflict, Invalid, LicenseMissing
from server.models import License, Mailbox, Membership, Message, Person, Rule, Save, SaveState, Watch
from server.services import Services
from server.webhooks.events import tell_of_license

log = structlog.get_logger(__name__)

HELD = "unlicensed"
WAITING = "The mailbox has no licence for Autopilot at the moment. This goes on as soon as it has one."
LONG = timedelta(days=3650)
MESSAGES = {
    "licensed": "Autopilot may work for {address}.",
    "notNeeded": "Autopilot needs no licence for {address}.",
    "missing": "Autopilot needs a licence for {address}, and there is none. Ask your administrator to assign one; "
    "saving by hand works without.",
    "expired": "The licence of {address} for Autopilot has expired. Ask your administrator to renew it; "
    "saving by hand works without.",
}
REQUEST = (
    "Please assign an Affix licence to the mailbox {address}, so that Autopilot can save its mail. "
    "On the server: affix licenses add --tenant {tenant} {address}"
)


def require(services: Services, session: Session, mailbox: Mailbox) -> None:
    """Raises LicenseMissing unless Autopilot may work for the mailbox."""
    found = license_json(services, session, mailbox)
    if found["state"] in ("missing", "expired"):
        request = REQUEST.format(address=mailbox.address, tenant=mailbox.tenant_id)
        raise LicenseMissing(found["message"], mailbox=mailbox.address, request=request, state=found["state"])


def is_licensed(services: Services, session: Session, mailbox: Mailbox) -> bool:
    """Whether Autopilot may work for the mailbox, with a licence or because none is needed."""
    return license_json(services, session, mailbox)["state"] in ("licensed", "notNeeded")


def is_covered(services: Services) -> ColumnElement[bool]:
    """As `is_licensed`, of each mailbox of a question to the database."""
    in_force = or_(License.expires_at.is_(None), License.expires_at > now())
    assigned = select(License.id).where(License.mailbox_id == Mailbox.id, License.ended_at.is_(None), in_force)
    is_free = Mailbox.purpose == "shared" if not services.settings.license_shared_mailboxes else false()
    return or_(assigned.correlate(Mailbox).exists(), is_free)


def license_json(services: Services, session: Session, mailbox: Mailbox) -> dict[str, Any]:
    """The state as the pane shows it: licensed, notNeeded, missing or expired."""
    assigned = of_mailbox(session, mailbox)
    state = _state(services, session, mailbox, assigned)
    shown = {"state": state, "message": MESSAGES[state].format(address=mailbox.address)}
    if assigned and assigned.expires_at and state != "notNeeded":
        shown["expiresAt"] = str(iso(assigned.expires_at))
    return shown


def _state(services: Services, session: Session, mailbox: Mailbox, assigned: License | None) -> str:
    if assigned and not assigned.has_expired(now()):
        return "licensed"
    if not services.settings.license_shared_mailboxes and _is_shared(session, mailbox):
        return "notNeeded"
    return "expired" if assigned else "missing"


def _is_shared(session: Session, mailbox: Mailbox) -> bool:
    """By Exchange's word alone, read anew: whoever hands the row over may have read it before that was known."""
    return session.scalar(select(Mailbox.purpose).where(Mailbox.id == mailbox.id)) == "shared"


def of_mailbox(session: Session, mailbox: Mailbox) -> License | None:
    """The licence that is assigned to the mailbox, expired or not."""
    return session.scalars(select(License).where(License.mailbox_id == mailbox.id, License.ended_at.is_(None))).first()


def of_member(session: Session, person: Person) -> list[dict[str, Any]]:
    """The licences of the mailboxes that the person was proven to read."""
    known = select(Membership.mailbox_id).where(Membership.person_id == person.id)
    theirs = select(License).where(License.mailbox_id.in_(known), License.ended_at.is_(None))
    return [
        {"mailbox": each.mailbox.address, "state": each.state(now()), "expiresAt": iso(each.expires_at)}
        for each in session.scalars(theirs.order_by(License.assigned_at))
    ]


def assigned_in(session: Session, tenant_id: str) -> list[License]:
    """The tenant's licences that were not taken away, by address."""
    mine = select(License).join(Mailbox).where(License.tenant_id == tenant_id, License.ended_at.is_(None))
    return [*session.scalars(mine.order_by(Mailbox.address))]


def taken(session: Session, tenant_id: str) -> int:
    """How many seats of the tenant are taken at this moment."""
    in_force = or_(License.expires_at.is_(None), License.expires_at > now())
    mine = select(func.count()).where(License.tenant_id == tenant_id, License.ended_at.is_(None), in_force)
    return session.scalar(mine) or 0


def assign(
    services: Services,
    session: Session,
    tenant_id: str,
    address: str,
    by: Person | None,
    expires_at: datetime | None,
) -> License:
    """Give a seat to a mailbox, which Affix need not have seen yet; `by` is None for the operator.

    A mailbox that has one keeps it, with the new end if one is named. Raises Conflict (no_seats) when all are taken.
    """
    return claim(services, session, tenant_id, address, by, expires_at)[0]


def claim(
    services: Services,
    session: Session,
    tenant_id: str,
    address: str,
    by: Person | None,
    expires_at: datetime | None,
) -> tuple[License, bool]:
    """As `assign`, and whether the licence is a new one."""
    address = _checked(address, expires_at)
    _one_at_a_time(session, tenant_id)
    mailbox = mailbox_of(session, tenant_id, address)
    assigned = of_mailbox(session, mailbox)
    if assigned and not assigned.has_expired(now()):
        if expires_at and expires_at != assigned.expires_at:
            assigned.expires_at = expires_at
            _changed(services, session, "license_assigned", assigned, by)
        return assigned, False
    _take_seat(services, session, tenant_id)
    if assigned:
        assigned.ended_at = now()
        session.flush()  # the expired one has to be gone before the new one may stand
    fresh = License(tenant_id=tenant_id, mailbox_id=mailbox.id, assigned_at=now(), assigned_by_id=by.id if by else None)
    fresh.mailbox, fresh.assigned_by, fresh.expires_at, fresh.ended_at = mailbox, by, expires_at, None
    session.add(fresh)
    session.flush()
    _changed(services, session, "license_assigned", fresh, by)
    return fresh, True


def end(services: Services, session: Session, assigned: License, by: Person | None) -> None:
    """Take the seat away. The rules of the mailbox stay, and Autopilot looks soon, to say why it rests."""
    _one_at_a_time(session, assigned.tenant_id)
    session.refresh(assigned)
    if assigned.ended_at is None:
        assigned.ended_at = now()
        _changed(services, session, "license_ended", assigned, by)


def may_save(services: Services, session: Session, message_id: UUID) -> bool:
    """Whether Autopilot may go on with what it queued for a message. Where not, it waits until there is a licence."""
    by_rule = select(Save.id).where(
        Save.message_id == message_id,
        Save.rule_id.is_not(None),
        Save.state == SaveState.queued,
        Save.undoing.is_(None),
    )
    # It is a rule's mailbox that has the licence, also where a sent copy lies in the sender's own mailbox.
    home = func.coalesce(Rule.mailbox_id, Message.mailbox_id)
    concerned = select(home).select_from(Save).join(Message, Save.message_id == Message.id)
    concerned = concerned.join(Rule, Save.rule_id == Rule.id).where(Save.id.in_(by_rule)).distinct()
    mailboxes = session.scalars(select(Mailbox).where(Mailbox.id.in_(concerned))).all()
    if all(is_licensed(services, session, each) for each in mailboxes):
        return True
    waiting = update(Save).where(Save.id.in_(by_rule))
    session.execute(waiting.values(due_at=now() + LONG, reason_code=HELD, reason=WAITING))
    return False


def release(services: Services, session: Session, mailbox_id: UUID) -> None:
    """Go on with what waited for a licence."""
    mine = select(Message.id).where(Message.mailbox_id == mailbox_id)
    waiting = update(Save).where(Save.reason_code == HELD, Save.state == SaveState.queued, Save.message_id.in_(mine))
    freed = waiting.values(due_at=now(), reason_code=None, reason=None).returning(Save.id)
    if session.scalars(freed).all():
        services.ring_for_saves(session, mailbox_id)


def _checked(address: str, expires_at: datetime | None) -> str:
    if not ADDRESS.match(address):
        raise Invalid("A mailbox is named by its email address.", code="invalid_address")
    if expires_at and expires_at <= now():
        raise Invalid("The end of the licence has to be in the future.", code="invalid_expiry")
    return address.lower()


def _one_at_a_time(session: Session, tenant_id: str) -> None:
    # Seats are counted before one is taken: whoever else counts in this tenant waits until we have committed.
    lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:subject, 0))")
    session.execute(lock, {"subject": f"seats:{tenant_id}"})


def mailbox_of(session: Session, tenant_id: str, address: str) -> Mailbox:
    """The tenant's mailbox of that address, which Affix need not have seen yet."""
    row = insert(Mailbox).values(tenant_id=tenant_id, address=address, name="")
    session.execute(row.on_conflict_do_nothing())
    return session.scalars(select(Mailbox).where(Mailbox.tenant_id == tenant_id, Mailbox.address == address)).one()


def _take_seat(services: Services, session: Session, tenant_id: str) -> None:
    seats = services.settings.license_seats
    if seats is not None and taken(session, tenant_id) >= seats:
        raise Conflict(
            f"All {seats} licences are taken. Take one away from another mailbox, or get more.", code="no_seats"
        )


def _changed(services: Services, session: Session, what: str, assigned: License, by: Person | None) -> None:
    """Write down who did it, and have Autopilot look at the mailbox now instead of at its next turn."""
    log.info(what, tenant=assigned.tenant_id, mailbox=str(assigned.mailbox_id), by=str(by.id) if by else "operator")
    tell_of_license(session, what, assigned, by)
    if by:
        activity.note_mailbox(session, what, by, assigned.mailbox, expiresAt=iso(assigned.expires_at))
    if assigned.ended_at is None:
        release(services, session, assigned.mailbox_id)
    watched = update(Watch).where(Watch.mailbox_id == assigned.mailbox_id).values(due_at=now())
    if session.execute(watched.returning(Watch.mailbox_id)).first():
        services.ring_for_mailbox(session, assigned.mailbox_id)
