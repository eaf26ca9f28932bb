"""What webhooks are told of accounts, in the transaction in which it happens. The body has what every webhook of Affix
is told (id, type, at, tenant, data), and what clients of the account API look for (event, account, date, path).
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ARRAY, Text, Uuid, bindparam, cast, func, insert, or_, select
from sqlalchemy.orm import Session

from server.clock import iso, now
from server.doorbell import ring_for_webhook
from server.models import Account, Delivery, DeliveryState, Webhook, WebhookState

SERVICE_URL = "service_url"  # in the info of a session: where this Affix is reached
NEW = "messageNew"
INBOX = "\\Inbox"

# The addresses of `tenant` that want some of `events`, of all accounts or of one of `accounts`.
_WANTED = select(Webhook.id, Webhook.events, Webhook.account_id, Webhook.inbox_only).where(
    Webhook.tenant_id == bindparam("tenant"),
    Webhook.state.in_((WebhookState.active, WebhookState.paused)),
    Webhook.events.op("&&")(cast(bindparam("events", type_=ARRAY(Text)), ARRAY(Text))),
    or_(Webhook.account_id.is_(None), Webhook.account_id == func.any(bindparam("accounts", type_=ARRAY(Uuid)))),
)


@dataclass(frozen=True)
class News:
    """One thing that happened to one account."""

    account: Account
    event: str
    data: dict[str, Any]
    path: str | None = None
    special_use: str | None = None


def tell_account(
    session: Session,
    account: Account,
    event: str,
    data: dict[str, Any],
    path: str | None = None,
    special_use: str | None = None,
) -> None:
    """A delivery for each address that wants to know this of the account."""
    tell_all(session, [News(account, event, data, path, special_use)])


def tell_all(session: Session, news: Sequence[News]) -> None:
    """All of one tenant. An address that is paused is told when it is resumed."""
    if not news:
        return
    [tenant_id] = {each.account.tenant_id for each in news}
    concerned = {each.account.id for each in news}
    events = sorted({each.event for each in news})
    webhooks = session.execute(_WANTED, {"tenant": tenant_id, "events": events, "accounts": list(concerned)}).all()
    rows = []
    for each in news:
        those = [row for row in webhooks if _is_wanted(each, row.events, row.account_id, row.inbox_only)]
        if those:
            about = _composed(session, tenant_id, each)
            rows += [{"id": uuid.uuid4(), "tenant_id": tenant_id, "webhook_id": row.id, **about} for row in those]
    if rows:
        moment = func.clock_timestamp()
        told = insert(Delivery.__table__).values(created_at=moment, next_at=moment)  # type: ignore[arg-type]
        session.execute(told, rows)
    for webhook_id in {row["webhook_id"] for row in rows}:
        ring_for_webhook(session, webhook_id)


def _is_wanted(news: News, events: Sequence[str], account_id: uuid.UUID | None, inbox_only: bool) -> bool:
    is_elsewhere = inbox_only and news.event == NEW and news.special_use != INBOX
    return news.event in events and account_id in (None, news.account.id) and not is_elsewhere


def _composed(session: Session, tenant_id: str, news: News) -> dict[str, Any]:
    """What is the same for all addresses that are told this."""
    number, moment = f"msg_{uuid.uuid4().hex}", iso(now())
    body = {
        "id": number,
        "type": news.event,
        "at": moment,
        "tenant": tenant_id,
        "serviceUrl": session.info.get(SERVICE_URL),
        "account": news.account.account,
        "date": moment,
        "path": news.path,
        "specialUse": news.special_use,
        "event": news.event,
        "data": news.data,
    }
    return {
        "number": number,
        "event": news.event,
        "body": json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        "state": DeliveryState.waiting,
        "attempts": 0,
        "fence": 0,
    }
