"""What accounts call their `provider`: names for Affix's one registration in Entra, each of one of two kinds.

A name that nobody made is one of the kind in which people sign in, so that clients may keep the names they know.
"""

import secrets
from typing import Any

import jwt
import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.clock import iso, now
from server.errors import AffixError, Busy, Conflict, Invalid, NotFound
from server.models import Account, Registration, RegistrationKind
from server.services import Services

LONGEST_NAME = 256
MOST = 100  # of a tenant
BUILT_IN = {
    "affix": (RegistrationKind.outlook, "Microsoft 365, with people who sign in"),
    "affix-service": (RegistrationKind.outlook_service, "Microsoft 365, with what the organisation granted to Affix"),
}
# What Affix needs of Microsoft Graph by application permissions, and whether it is needed at all.
NOTICE = ("Mail.Read", "be told at once of new mail also in shared mailboxes", False)
PURPOSE = ("MailboxSettings.Read", "know which mailboxes are shared", False)
PERMISSIONS = {
    RegistrationKind.outlook: (NOTICE, PURPOSE),
    RegistrationKind.outlook_service: (
        ("Mail.ReadWrite", "read, mark, move and delete mail", True),
        ("Mail.Send", "send mail", True),
        PURPOSE,
    ),
}
COVERED_BY = {"Mail.Read": ("Mail.ReadWrite",), "MailboxSettings.Read": ("MailboxSettings.ReadWrite",)}

log = structlog.get_logger(__name__)


def kind_of(session: Session, tenant_id: str, provider: str | None) -> RegistrationKind:
    """What a provider's name stands for."""
    if provider in BUILT_IN:
        return BUILT_IN[provider][0]
    row = session.get(Registration, (tenant_id, provider)) if provider else None
    return row.kind if row else RegistrationKind.outlook


def is_service(session: Session, tenant_id: str, provider: str | None) -> bool:
    """Whether accounts of this provider are used with what the tenant granted to Affix itself."""
    return kind_of(session, tenant_id, provider) == RegistrationKind.outlook_service


def listed(services: Services, tenant_id: str, page: int, size: int) -> dict[str, Any]:
    """The two that are always there, then those that were made, in their order. `page` counts from 0."""
    with services.database.session() as session:
        mine = select(Registration).where(Registration.tenant_id == tenant_id)
        made = session.scalars(mine.order_by(Registration.created_at, Registration.id)).all()
        counts = _counts(session, tenant_id)
        found = [_built_in(services, name, counts) for name in BUILT_IN]
        found += [_json(services, each, counts) for each in made]
    return {
        "total": len(found),
        "page": page,
        "pages": -(-len(found) // size),
        "apps": found[page * size : (page + 1) * size],
    }


def one(services: Services, tenant_id: str, app: str) -> dict[str, Any]:
    """Raises NotFound."""
    with services.database.session() as session:
        counts = _counts(session, tenant_id)
        if app in BUILT_IN:
            return _built_in(services, app, counts)
        return _json(services, _row(session, tenant_id, app), counts)


def add(services: Services, tenant_id: str, kind: RegistrationKind, name: str, description: str) -> dict[str, Any]:
    """Raises Invalid and Conflict."""
    moment = now()
    with services.database.session.begin() as session:
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"registrations|{tenant_id}", 0))))
        there = select(func.count()).where(Registration.tenant_id == tenant_id)
        if (session.scalar(there) or 0) >= MOST:
            raise Conflict(f"There are {MOST} names already. Remove one first.", code="too_many")
        row = Registration(tenant_id=tenant_id, id=secrets.token_urlsafe(12), kind=kind, name=_name(name))
        row.description, row.created_at, row.changed_at = description, moment, moment
        session.add(row)
    log.info("registration_added", tenant=tenant_id, registration=row.id, kind=kind.value)
    return {"id": row.id, "created": True}


def change(services: Services, tenant_id: str, app: str, name: str | None, description: str | None) -> dict[str, Any]:
    """Another name or description; None leaves it as it is. Raises NotFound, Conflict and Invalid."""
    with services.database.session.begin() as session:
        row = _row_of_ours(session, tenant_id, app)
        row.name = _name(name) if name is not None else row.name
        row.description = description if description is not None else row.description
        row.changed_at = now()
    return {"id": app, "updated": True}


def remove(services: Services, tenant_id: str, app: str) -> dict[str, Any]:
    """Raises NotFound, and Conflict where accounts have it."""
    with services.database.session.begin() as session:
        row = _row_of_ours(session, tenant_id, app)
        users = _counts(session, tenant_id).get(app, 0)
        if users:
            raise Conflict(f"{users} accounts have this provider. Change or remove them first.", code="in_use")
        session.delete(row)
    log.info("registration_removed", tenant=tenant_id, registration=app)
    return {"id": app, "deleted": True}


def verify(services: Services, tenant_id: str, app: str) -> dict[str, Any]:
    """Ask Entra for a token of Affix itself in the tenant, and say what is lacking. Raises NotFound and Busy.

    `missing` are application permissions that the token does not name. Where Exchange's RBAC for Applications grants
    them for some mailboxes only, no token names them: then that mailboxes can be read is the proof.
    """
    kind = RegistrationKind(one(services, tenant_id, app)["provider"])
    try:
        known = services.tokens.for_app(tenant_id)
        token = services.tokens.for_app(tenant_id, rejected=known)  # what was granted since is in a new one only
    except Busy:
        raise
    except AffixError as error:
        return {"success": False, "missing": [], "error": {"code": error.code, "message": error.message, **error.extra}}
    granted = _roles(token)
    missing = [
        {"permission": name, "kind": "application", "required": is_required, "purpose": purpose}
        for name, purpose, is_required in PERMISSIONS[kind]
        if granted.isdisjoint((name, *COVERED_BY.get(name, ())))
    ]
    return {"success": not any(each["required"] for each in missing), "missing": missing, "error": None}


def _roles(token: str) -> frozenset[str]:
    """The permissions that a token of Affix itself names; Microsoft promises nothing of how it looks inside."""
    try:
        roles = jwt.decode(token, options={"verify_signature": False}).get("roles")
    except jwt.InvalidTokenError:
        return frozenset()
    return frozenset(str(each) for each in roles) if isinstance(roles, list) else frozenset()


def _name(name: str) -> str:
    words = " ".join(name.split())
    if not 1 <= len(words) <= LONGEST_NAME:
        raise Invalid(f"name: 1 to {LONGEST_NAME} characters.")
    return words


def _row(session: Session, tenant_id: str, app: str) -> Registration:
    row = session.get(Registration, (tenant_id, app))
    if row is None:
        raise NotFound("There is no OAuth2 application with this id.", code="AppNotFound")
    return row


def _row_of_ours(session: Session, tenant_id: str, app: str) -> Registration:
    if app in BUILT_IN:
        raise Conflict("This one is always there and stays as it is.", code="built_in")
    return _row(session, tenant_id, app)


def _counts(session: Session, tenant_id: str) -> dict[str | None, int]:
    """How many accounts name each provider; those that name none are under None."""
    of_it = select(Account.provider, func.count()).where(Account.tenant_id == tenant_id).group_by(Account.provider)
    return {provider: count for provider, count in session.execute(of_it)}


def _built_in(services: Services, app: str, counts: dict[str | None, int]) -> dict[str, Any]:
    kind, name = BUILT_IN[app]
    return {**_shown(services, app, kind, name, counts.get(app, 0)), "legacy": True}


def _json(services: Services, row: Registration, counts: dict[str | None, int]) -> dict[str, Any]:
    shown = _shown(services, row.id, row.kind, row.name, counts.get(row.id, 0))
    return {**shown, "description": row.description, "created": iso(row.created_at), "updated": iso(row.changed_at)}


def _shown(services: Services, app: str, kind: RegistrationKind, name: str, accounts: int) -> dict[str, Any]:
    return {
        "id": app,
        "name": name,
        "description": "",
        "provider": kind.value,
        "enabled": True,
        "legacy": False,
        "clientId": services.settings.client_id,
        "accounts": accounts,
        "created": None,
        "updated": None,
    }
