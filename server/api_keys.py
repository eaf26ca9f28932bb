"""API keys: an administrator makes and revokes them, a program shows one with every request, every use is noted."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from sqlalchemy import delete, func, literal, select, tuple_, update
from sqlalchemy.orm import Session

from server import activity
from server.auth.api_keys import SCOPES, new_key, prefix_of, read_header
from server.auth.callers import Caller
from server.clock import iso, now
from server.errors import Conflict, Invalid, NotFound, RateLimited, Unauthenticated
from server.models import ApiKey, ApiUse, Person
from server.paging import cursor_of, read_place
from server.people import person_of
from server.services import Services

MOST = 50  # good ones of a tenant
LONGEST_NAME = 100
USUAL_DAYS = 365
MOST_DAYS = 730
MINUTE = timedelta(minutes=1)
USES_KEPT = timedelta(days=90)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """The program behind a request: whose accounts it reaches, and what it may do with them. `name` is what the
    administrator calls it.
    """

    tenant_id: str
    key_id: UUID
    name: str
    scopes: frozenset[str]


# As administrators see them


def make(
    services: Services, tenant_id: str, by: Caller | None, name: str, scopes: list[str], days: int | None = None
) -> dict[str, Any]:
    """`by` is None for the operator. With the key itself, which is never shown again. Raises Invalid and Conflict."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid(f"name: 1 to {LONGEST_NAME} characters.")
    if not scopes or not SCOPES.keys() >= set(scopes):
        raise Invalid(f"scopes: some of {', '.join(SCOPES)}.", code="unknown_scope")
    days = USUAL_DAYS if days is None else days
    if not 1 <= days <= MOST_DAYS:
        raise Invalid(f"expiresInDays: 1 to {MOST_DAYS}.")
    moment, key = now(), new_key(uuid4())
    with services.database.session.begin() as session:
        _make_room(session, tenant_id, moment)
        person = person_of(session, by) if by else None
        row = ApiKey(id=key.id, tenant_id=tenant_id, name=name, digest=key.digest, made_by=person)
        row.scopes = [scope for scope in SCOPES if scope in scopes]
        row.created_at = row.rest_at = moment
        row.expires_at = moment + timedelta(days=days)
        session.add(row)
        session.flush()
        _noted(session, "api_key_made", person, row)
        return {**_json(row, moment), "key": key.text}


def listed(services: Services, tenant_id: str) -> list[dict[str, Any]]:
    """In the order in which they were made, also those that are good no more."""
    mine = select(ApiKey).where(ApiKey.tenant_id == tenant_id).order_by(ApiKey.created_at, ApiKey.id)
    with services.database.session() as session:
        return [_json(row, now()) for row in session.scalars(mine)]


def revoke(services: Services, tenant_id: str, by: Caller | None, key_id: UUID) -> dict[str, Any]:
    """From this moment on nobody is let in with it, in no process. Again changes nothing. Raises NotFound."""
    with services.database.session.begin() as session:
        row = _row(session, tenant_id, key_id, is_locked=True)
        if row.revoked_at is None:
            row.revoked_at = now()
            _noted(session, "api_key_revoked", person_of(session, by) if by else None, row)
        return _json(row, now())


def uses(
    services: Services, tenant_id: str, key_id: UUID, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """What it was used for in the last 90 days, the newest first. Raises NotFound."""
    after = read_place(cursor)
    with services.database.session() as session:
        row = _row(session, tenant_id, key_id)
        mine = select(ApiUse).where(ApiUse.key_id == row.id)
        if after:
            mine = mine.where(tuple_(ApiUse.at, ApiUse.id) < (after.at, after.number))
        found = session.scalars(mine.order_by(ApiUse.at.desc(), ApiUse.id.desc()).limit(limit + 1)).all()
    shown = found[:limit]
    following = cursor_of(shown[-1].at, f"u{shown[-1].id}") if len(found) > limit else None
    return [_use_json(each) for each in shown], following


# As programs use them


def opened(services: Services, header: str | None, at: datetime | None = None) -> KeyHolder:
    """Who shows this Authorization header. Raises Unauthenticated, which tells no reason; the log does."""
    key, reason = read_header(header), "no key of this form"
    if key:
        with services.database.session() as session:
            row = session.get(ApiKey, key.id)
        if row and key.is_proven_by(row.digest):
            if row.is_good(at or now()) and row.tenant_id in services.settings.tenants:
                return KeyHolder(row.tenant_id, row.id, row.name, frozenset(row.scopes))
            reason = row.state(at or now())
        else:
            reason = "unknown"
    log.info("api_key_refused", reason=reason)
    raise _refused()


def begin_use(
    services: Services, holder: KeyHolder, method: str, route: str, account: str | None, at: datetime | None = None
) -> int:
    """Count a request against the key's minute and note it, before anything is done. Gives the number of the note.

    Raises RateLimited where there were too many, and Unauthenticated where the key was revoked a moment ago.
    """
    moment = at or now()
    with services.database.session.begin() as session:
        if session.scalar(_one_more(holder.key_id, moment, services.settings.api_rate)) is None:
            row = session.get_one(ApiKey, holder.key_id)
            raise _refused() if row.revoked_at else _too_many(row.rest_at, moment, services.settings.api_rate)
        use = ApiUse(key_id=holder.key_id, at=moment, method=method, route=route, account=account)
        session.add(use)
        session.flush()
        return use.id


def end_use(services: Services, number: int, status: int, account: str | None) -> None:
    """What the answer was, and which account it turned out to be about."""
    with services.database.session.begin() as session:
        session.execute(update(ApiUse).where(ApiUse.id == number).values(status=status, account=account))


def forget_uses(services: Services, at: datetime | None = None) -> int:
    """Those from before the last 90 days. How many."""
    with services.database.session.begin() as session:
        old = delete(ApiUse).where(ApiUse.at < (at or now()) - USES_KEPT).returning(ApiUse.id)
        return len(session.scalars(old).all())


def _refused() -> Unauthenticated:
    return Unauthenticated("Show a valid API key.")


def _one_more(key_id: UUID, moment: datetime, rate: int) -> Any:
    """A full bucket of `rate` that fills again within a minute, kept as the moment at which it will be full: one
    statement, so that all processes count together. It gives the id, or nothing where the bucket is empty.
    """
    later = func.greatest(ApiKey.rest_at, literal(moment)) + literal(MINUTE / rate)
    # The end of the minute is its own: dividing it into shares rounds to microseconds.
    is_free = later <= literal(moment + MINUTE + timedelta(milliseconds=1))
    one = (
        update(ApiKey)
        .where(ApiKey.id == key_id, ApiKey.revoked_at.is_(None), is_free)
        .values(rest_at=later, last_used_at=moment)
    )
    return one.returning(ApiKey.id)


def _too_many(rest_at: datetime, moment: datetime, rate: int) -> RateLimited:
    wait = (rest_at + MINUTE / rate - moment - MINUTE).total_seconds()
    return RateLimited(
        f"This API key may ask {rate} times a minute. Wait, and ask again.", retry_after=max(1, -int(-wait // 1))
    )


def _row(session: Session, tenant_id: str, key_id: UUID, is_locked: bool = False) -> ApiKey:
    row = session.get(ApiKey, key_id, with_for_update={"of": ApiKey} if is_locked else None)
    if row is None or row.tenant_id != tenant_id:
        raise NotFound("There is no such API key.")
    return row


def _make_room(session: Session, tenant_id: str, moment: datetime) -> None:
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"api_keys|{tenant_id}", 0))))
    good = ApiKey.tenant_id == tenant_id, ApiKey.revoked_at.is_(None), ApiKey.expires_at > moment
    if (session.scalar(select(func.count()).where(*good)) or 0) >= MOST:
        raise Conflict(f"There are {MOST} API keys already. Revoke one first.", code="too_many")


def _noted(session: Session, what: str, person: Person | None, row: ApiKey) -> None:
    log.info(what, tenant=row.tenant_id, key=str(row.id), by=str(person.id) if person else "operator")
    if person:
        activity.note_tenant(session, what, person, apiKey=str(row.id), title=row.name, scopes=" ".join(row.scopes))


def _json(row: ApiKey, moment: datetime) -> dict[str, Any]:
    by = row.made_by
    return {
        "id": str(row.id),
        "name": row.name,
        "prefix": prefix_of(row.id),
        "scopes": row.scopes,
        "state": row.state(moment),
        "expiresAt": iso(row.expires_at),
        "lastUsedAt": iso(row.last_used_at),
        "createdAt": iso(row.created_at),
        "createdBy": {"id": str(by.id), "name": by.name, "address": by.address} if by else None,
        "revokedAt": iso(row.revoked_at),
    }


def _use_json(use: ApiUse) -> dict[str, Any]:
    return {
        "id": str(use.id),
        "at": iso(use.at),
        "method": use.method,
        "route": use.route,
        "account": use.account,
        "status": use.status,
    }
