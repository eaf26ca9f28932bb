"""How a tenant's account API does, in numbers."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from server.clock import now
from server.models import Account, AccountState, Delivery, DeliveryState, Submission, SubmissionState, Webhook
from server.services import Services

WAITING_TO_BE_SENT = (SubmissionState.queued, SubmissionState.sending, SubmissionState.failed)
WAITING_TO_BE_TOLD = (DeliveryState.waiting, DeliveryState.failed)


def statistics(services: Services, tenant_id: str, seconds: int) -> dict[str, Any]:
    """Accounts by state, what waits in the two queues, and what webhooks were told in the last `seconds`."""
    with services.database.session() as session:
        accounts = _counted(session, Account.state, tuple(AccountState), [Account.tenant_id == tenant_id])
        submit = _counted(session, Submission.state, WAITING_TO_BE_SENT, [Submission.tenant_id == tenant_id])
        notify = _counted(session, Delivery.state, WAITING_TO_BE_TOLD, [Delivery.tenant_id == tenant_id])
        told = _told(session, tenant_id, seconds)
    return {
        "accounts": sum(accounts.values()),
        "connections": accounts,
        "counters": {f"events:{event}": count for event, count in told.items()},
        "queues": {"submit": submit, "notify": notify},
    }


def _counted(
    session: Session, state: InstrumentedAttribute[Any], states: Sequence[Any], mine: Sequence[ColumnElement[bool]]
) -> dict[str, int]:
    """How many there are in each of these states."""
    query = select(state, func.count()).where(*mine, state.in_(states)).group_by(state)
    found = {each: count for each, count in session.execute(query)}
    return {each.value: found.get(each, 0) for each in states}


def _told(session: Session, tenant_id: str, seconds: int) -> dict[str, int]:
    """Deliveries that were made, by event."""
    query = (
        select(Delivery.event, func.count())
        .join(Webhook, Webhook.id == Delivery.webhook_id)
        .where(
            Webhook.tenant_id == tenant_id,
            Delivery.state == DeliveryState.delivered,
            Delivery.created_at >= now() - timedelta(seconds=seconds),
        )
        .group_by(Delivery.event)
        .order_by(Delivery.event)
    )
    return {event: count for event, count in session.execute(query)}
