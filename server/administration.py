"""What administrators see and do for their tenant. Never the content of mail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server import licensing
from server.auth.callers import Caller
from server.autopilot.health import health_json
from server.clock import iso, now
from server.detection import KINDS
from server.errors import NotFound
from server.models import License, Mailbox, Membership
from server.people import person_of
from server.services import Services


def licenses(services: Services, caller: Caller) -> tuple[list[dict[str, Any]], dict[str, int | None]]:
    """The tenant's licences, and how many seats there are (None: no limit) and are taken."""
    with services.database.session() as session:
        found = [license_json(each) for each in licensing.assigned_in(session, caller.tenant_id)]
        seats = {"all": services.settings.license_seats, "taken": licensing.taken(session, caller.tenant_id)}
    return found, seats


def assign_license(
    services: Services, caller: Caller, address: str, expires_at: datetime | None
) -> tuple[dict[str, Any], bool]:
    """The mailbox's licence, and whether it is a new one. Raises Conflict (no_seats)."""
    with services.database.session.begin() as session:
        by = person_of(session, caller)
        found, fresh = licensing.claim(services, session, caller.tenant_id, address, by, expires_at)
        return license_json(found), fresh


def end_license(services: Services, caller: Caller, license_id: UUID) -> dict[str, Any]:
    """Take a licence away. Raises NotFound for what is not the tenant's, or was taken away before."""
    with services.database.session.begin() as session:
        found = session.get(License, license_id)
        if found is None or found.tenant_id != caller.tenant_id or found.ended_at is not None:
            raise NotFound()
        licensing.end(services, session, found, person_of(session, caller))
        return license_json(found)


def mailboxes(
    services: Services, caller: Caller, limit: int, after: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """The mailboxes that Affix knows in the tenant, by address; the cursor is the last address of the page before."""
    mine = select(Mailbox).where(Mailbox.tenant_id == caller.tenant_id).order_by(Mailbox.address).limit(limit + 1)
    with services.database.session() as session:
        found = [*session.scalars(mine.where(Mailbox.address > after) if after else mine)]
        shown = [_mailbox_json(services, session, each) for each in found[:limit]]
    return shown, found[limit - 1].address if len(found) > limit else None


def license_json(found: License) -> dict[str, Any]:
    by = found.assigned_by
    return {
        "id": str(found.id),
        "mailbox": found.mailbox.address,
        "state": found.state(now()),
        "assignedBy": {"id": str(by.id), "name": by.name, "address": by.address} if by else None,
        "assignedAt": iso(found.assigned_at),
        "expiresAt": iso(found.expires_at),
    }


def _mailbox_json(services: Services, session: Session, mailbox: Mailbox) -> dict[str, Any]:
    counted = select(Membership.kind, func.count()).where(Membership.mailbox_id == mailbox.id)
    members = {kind: count for kind, count in session.execute(counted.group_by(Membership.kind))}
    return {
        "id": str(mailbox.id),
        "address": mailbox.address,
        "name": mailbox.name,
        "kind": _kind(mailbox, set(members)),
        "purpose": mailbox.purpose,
        "license": licensing.license_json(services, session, mailbox),
        "health": health_json(services, session, mailbox, None),
        "members": sum(members.values()),
    }


def _kind(mailbox: Mailbox, seen_as: set[str]) -> str:
    """What it is in itself: to an administrator a delegate's mailbox is simply a person's."""
    kind = KINDS.get(mailbox.purpose, ("unknown", ""))[0] if mailbox.purpose else None
    if kind == "delegate" or (kind is None and "personal" in seen_as):
        return "personal"
    return kind or ("shared" if "shared" in seen_as else "unknown")
