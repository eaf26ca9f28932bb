"""Licences of a tenant, as administrators see and change them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from server import licensing
from server.auth.callers import Caller
from server.clock import iso, now
from server.errors import NotFound
from server.models import License
from server.people import person_json, person_of
from server.services import Services


def listed(services: Services, caller: Caller) -> tuple[list[dict[str, Any]], dict[str, int | None]]:
    """The tenant's licences, and how many seats there are (None: no limit) and are taken."""
    with services.database.session() as session:
        found = [license_json(each) for each in licensing.assigned_in(session, caller.tenant_id)]
        seats = {"all": services.settings.license_seats, "taken": licensing.taken(session, caller.tenant_id)}
    return found, seats


def assign(
    services: Services, caller: Caller, address: str, expires_at: datetime | None
) -> tuple[dict[str, Any], bool]:
    """The mailbox's licence, and whether it is a new one. Raises Conflict (no_seats)."""
    with services.database.session.begin() as session:
        by = person_of(session, caller)
        found, fresh = licensing.claim(services, session, caller.tenant_id, address, by, expires_at)
        return license_json(found), fresh


def end(services: Services, caller: Caller, license_id: UUID) -> dict[str, Any]:
    """Take a licence away. Raises NotFound for what is not the tenant's, or was taken away before."""
    with services.database.session.begin() as session:
        found = session.get(License, license_id)
        if found is None or found.tenant_id != caller.tenant_id or found.ended_at is not None:
            raise NotFound()
        licensing.end(services, session, found, person_of(session, caller))
        return license_json(found)


def license_json(found: License) -> dict[str, Any]:
    by = found.assigned_by
    return {
        "id": str(found.id),
        "mailbox": found.mailbox.address,
        "state": found.state(now()),
        "assignedBy": person_json(by) if by else None,
        "assignedAt": iso(found.assigned_at),
        "expiresAt": iso(found.expires_at),
    }
