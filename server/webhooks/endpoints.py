"""The webhooks of a tenant, as its administrators add, change and prove them, and what became of each delivery."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import structlog
from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session

from server import activity
from server.auth.callers import Caller
from server.auth.sealing import Unsealable
from server.clock import iso, now
from server.doorbell import ring_for_webhook
from server.errors import Conflict, Invalid, NotFound
from server.models import Account, Delivery, DeliveryState, Person, Webhook, WebhookState
from server.paging import cursor_of, read_cursor
from server.people import person_of
from server.services import Services
from server.webhooks import guard, signing
from server.webhooks.deliver import next_try
from server.webhooks.events import EVENTS, test_of
from server.webhooks.signing import Extra, Secret

MOST = 20  # of a tenant: whatever happens is written down for each
LONGEST_TITLE = 100

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Wanted:
    """What a webhook is to be from now on; None is to stay as it is."""

    url: str | None = None
    events: Sequence[str] | None = None
    title: str | None = None
    state: str | None = None
    new_secret: bool = False


def all_events() -> list[dict[str, str]]:
    return [{"name": name, "title": title} for name, title in EVENTS.items()]


def listed(services: Services, tenant_id: str) -> list[dict[str, Any]]:
    """In the order in which they were added."""
    mine = select(Webhook).where(Webhook.tenant_id == tenant_id, Webhook.state != WebhookState.removed)
    with services.database.session() as session:
        return [_json(services, session, each) for each in session.scalars(mine.order_by(Webhook.created_at))]


def one(services: Services, tenant_id: str, webhook_id: UUID) -> dict[str, Any]:
    """Raises NotFound."""
    with services.database.session() as session:
        return _json(services, session, _row(session, tenant_id, webhook_id))


def add(services: Services, tenant_id: str, by: Caller | None, wanted: Wanted) -> dict[str, Any]:
    """`by` is None for the operator. With its secret, which is never shown again. Raises Invalid and Conflict."""
    url, events, title = checked_address(services, wanted.url or ""), _events(wanted.events or ()), _title(wanted.title)
    moment = now()
    secret = signing.new_secret()
    with services.database.session.begin() as session:
        make_room(session, tenant_id)
        person = person_of(session, by) if by else None
        row = Webhook(id=uuid4(), tenant_id=tenant_id, url=url, title=title or "", events=events, made_by=person)
        row.created_at = row.changed_at = moment
        row.state, row.troubles, row.fence = WebhookState.active, 0, 0
        signing.seal(services.courier.sealer, row, [secret])
        session.add(row)
        session.flush()
        _noted(session, "webhook_added", person, row)
        return {**_json(services, session, row), "secret": secret.text}


def change(services: Services, tenant_id: str, by: Caller | None, webhook_id: UUID, wanted: Wanted) -> dict[str, Any]:
    """With its secret, if that is a new one. Raises NotFound and Invalid."""
    if wanted == Wanted():
        raise Invalid('Say what to change: "url", "events", "title", "state" or "newSecret".')
    url = checked_address(services, wanted.url) if wanted.url is not None else None
    events = _events(wanted.events) if wanted.events is not None else None
    title = _title(wanted.title) if wanted.title is not None else None
    with services.database.session.begin() as session:
        row = _row(session, tenant_id, webhook_id, is_locked=True)
        person = person_of(session, by) if by else None
        secret = _renew_secret(services, row) if wanted.new_secret else None
        if secret:
            _noted(session, "webhook_secret_renewed", person, row)
        if (url or row.url, events or row.events, title if title is not None else row.title) != _shape(row):
            if url and url != row.url:
                lead_to(services, row, url)
            row.events = events or row.events
            row.title = title if title is not None else row.title
            _noted(session, "webhook_changed", person, row)
        _turn(session, person, row, wanted.state)
        _hand_over(session, row)
        session.flush()
        shown = _json(services, session, row)
        return {**shown, "secret": secret.text} if secret else shown


def remove(services: Services, tenant_id: str, by: Caller | None, webhook_id: UUID) -> None:
    """What waits for it is not sent any more. Raises NotFound."""
    with services.database.session.begin() as session:
        row = _row(session, tenant_id, webhook_id, is_locked=True)
        row.remove()
        row.changed_at = now()
        row.fence += 1
        _noted(session, "webhook_removed", person_of(session, by) if by else None, row)


def test(services: Services, tenant_id: str, webhook_id: UUID) -> dict[str, Any]:
    """A delivery of its own, which is tried once, also where the webhook is paused. Raises NotFound."""
    with services.database.session.begin() as session:
        row = _row(session, tenant_id, webhook_id)
        delivery = test_of(row)
        session.add(delivery)
        ring_for_webhook(session, row.id)
        return delivery_json(delivery)


def deliveries(
    services: Services, tenant_id: str, webhook_id: UUID, state: str | None, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """The newest first. Raises NotFound."""
    after = read_cursor(cursor)
    with services.database.session() as session:
        row = _row(session, tenant_id, webhook_id)
        mine = select(Delivery).where(Delivery.webhook_id == row.id)
        if state:
            mine = mine.where(Delivery.state == DeliveryState(state))
        if after:
            mine = mine.where(tuple_(Delivery.created_at, Delivery.id) < after)
        newest = mine.order_by(Delivery.created_at.desc(), Delivery.id.desc()).limit(limit + 1)
        found = session.scalars(newest).all()
    shown = found[:limit]
    following = cursor_of(shown[-1].created_at, shown[-1].id) if len(found) > limit else None
    return [delivery_json(each) for each in shown], following


def one_delivery(services: Services, tenant_id: str, webhook_id: UUID, delivery_id: UUID) -> dict[str, Any]:
    """With all that was sent and answered. Raises NotFound."""
    with services.database.session() as session:
        found = _delivery(session, _row(session, tenant_id, webhook_id), delivery_id)
    return {**delivery_json(found), "body": found.body, "headers": found.headers, "answer": found.answer}


def replay(services: Services, tenant_id: str, webhook_id: UUID, delivery_id: UUID) -> dict[str, Any]:
    """Send it again, under the same number. Raises NotFound and Conflict."""
    with services.database.session.begin() as session:
        row = _row(session, tenant_id, webhook_id, is_locked=True)
        _refuse_ended(row)
        found = _delivery(session, row, delivery_id)
        found.again(now())
        ring_for_webhook(session, row.id)
        return delivery_json(found)


def replay_all(
    services: Services, tenant_id: str, webhook_id: UUID, since: datetime, until: datetime | None, state: str
) -> int:
    """Send again what was to be told between these two moments. How many. Raises NotFound and Conflict."""
    with services.database.session.begin() as session:
        row = _row(session, tenant_id, webhook_id, is_locked=True)
        _refuse_ended(row)
        mine = [Delivery.webhook_id == row.id, Delivery.state == DeliveryState(state), Delivery.created_at >= since]
        mine += [Delivery.created_at < until] if until else []
        again = (
            update(Delivery)
            .where(*mine)
            .values(state=DeliveryState.waiting, problem=None, attempts=0, next_at=now(), fence=Delivery.fence + 1)
        )
        count = len(session.scalars(again.returning(Delivery.id)).all())
        ring_for_webhook(session, row.id)
        return count


# What is asked for


def checked_address(services: Services, url: str) -> str:
    """Raises Invalid for one to which nothing is ever sent."""
    try:
        services.courier.check(url)
    except guard.Refused as refused:
        raise Invalid(f"url: {refused.message}", code=refused.code) from None
    return url


def lead_to(services: Services, row: Webhook, url: str) -> None:
    """To another address. What was a secret between us and one receiver is told to no other."""
    row.answered()
    if urlsplit(url)[:2] != urlsplit(row.url)[:2]:
        extra = signing.unseal_extra(services.sealer, row)
        signing.seal_extra(services.sealer, row, Extra(service_secret=extra.service_secret))
    row.url = url


def _events(names: Sequence[str]) -> list[str]:
    unknown = [name for name in names if name not in EVENTS]
    if unknown or not names:
        raise Invalid(f"events: some of {', '.join(EVENTS)}.", code="unknown_event")
    return [name for name in EVENTS if name in names]


def _title(title: str | None) -> str | None:
    words = " ".join((title or "").split())
    if len(words) > LONGEST_TITLE:
        raise Invalid(f"title: at most {LONGEST_TITLE} characters.")
    return words


# What is kept


def _row(session: Session, tenant_id: str, webhook_id: UUID, is_locked: bool = False) -> Webhook:
    """Locked in the way that lets others refer to it."""
    lock = {"of": Webhook, "key_share": True} if is_locked else None
    row = session.get(Webhook, webhook_id, with_for_update=lock)
    if row is None or row.tenant_id != tenant_id or row.state == WebhookState.removed:
        raise NotFound("There is no such webhook.")
    return row


def _delivery(session: Session, row: Webhook, delivery_id: UUID) -> Delivery:
    found = session.get(Delivery, delivery_id)
    if found is None or found.webhook_id != row.id:
        raise NotFound("There is no such delivery.")
    return found


def make_room(session: Session, tenant_id: str) -> None:
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"webhooks|{tenant_id}", 0))))
    there = select(func.count()).where(Webhook.tenant_id == tenant_id, Webhook.state != WebhookState.removed)
    if (session.scalar(there) or 0) >= MOST:
        raise Conflict(f"There are {MOST} webhooks already. Remove one first.", code="too_many")


def _shape(row: Webhook) -> tuple[str, list[str], str]:
    return row.url, row.events, row.title


def _renew_secret(services: Services, row: Webhook) -> Secret:
    sealer, fresh = services.courier.sealer, signing.new_secret()
    try:
        before = signing.unseal(sealer, row)
    except Unsealable:
        before = []
    signing.seal(sealer, row, signing.rotated(before, fresh, now()))
    return fresh


def _turn(session: Session, person: Person | None, row: Webhook, state: str | None) -> None:
    if state == "paused" and row.state == WebhookState.active:
        row.pause()
        _noted(session, "webhook_paused", person, row)
    if state == "active" and row.state != WebhookState.active:
        row.start_over()
        waiting = Delivery.webhook_id == row.id, Delivery.state == DeliveryState.waiting
        session.execute(update(Delivery).where(*waiting, Delivery.next_at > now()).values(next_at=now()))
        _noted(session, "webhook_resumed", person, row)


def _hand_over(session: Session, row: Webhook) -> None:
    """Whoever has it in hand stops, and somebody goes on with it as it is now."""
    row.changed_at = now()
    row.fence += 1
    row.lease_until = None
    ring_for_webhook(session, row.id)


def _refuse_ended(row: Webhook) -> None:
    if row.state == WebhookState.ended:
        raise Conflict("This webhook wants to be told nothing any more. Resume it first.", code="ended")


def _noted(session: Session, what: str, person: Person | None, row: Webhook) -> None:
    log.info(what, tenant=row.tenant_id, webhook=str(row.id), by=str(person.id) if person else "operator")
    if person:
        activity.note_webhook(session, what, person, row)


# What is shown


def _json(services: Services, session: Session, row: Webhook) -> dict[str, Any]:
    of_it = Delivery.webhook_id == row.id
    waiting = select(func.count()).where(of_it, Delivery.state == DeliveryState.waiting)
    by, account = row.made_by, session.get(Account, row.account_id) if row.account_id else None
    return {
        "id": str(row.id),
        "url": row.url,
        "title": row.title,
        "events": row.events,
        "account": account.account if account else None,
        "headers": row.style.value,
        "state": row.state.value,
        "reason": row.reason,
        "reasonCode": row.reason_code,
        "failingSince": iso(row.failing_since),
        "waiting": session.scalar(waiting) or 0,
        "lastDeliveredAt": iso(row.last_delivered_at),
        "oldSecretUntil": _old_secret_until(services, row),
        "createdBy": {"id": str(by.id), "name": by.name, "address": by.address} if by else None,
        "createdAt": iso(row.created_at),
        "changedAt": iso(row.changed_at),
    }


def _old_secret_until(services: Services, row: Webhook) -> str | None:
    """Until when a secret that was replaced signs as well."""
    try:
        ends = [each.until for each in signing.unseal(services.courier.sealer, row) if each.until]
    except Unsealable:
        return None
    return iso(max((each for each in ends if each > now()), default=None))


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": str(delivery.id),
        "number": delivery.number,
        "event": delivery.event,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "status": (delivery.answer or {}).get("status"),
        "createdAt": iso(delivery.created_at),
        "deliveredAt": iso(delivery.delivered_at),
        "nextAt": iso(next_try(delivery)),
        "problem": delivery.problem,
    }
