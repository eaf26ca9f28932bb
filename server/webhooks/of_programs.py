"""The webhook that programs set themselves, in the words of the account API's settings: one for the tenant, and one for
each account that wants its own. Administrators see them among the others, with what became of each delivery.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from server.clock import now
from server.doorbell import ring_for_webhook
from server.errors import Invalid
from server.models import HeaderStyle, Webhook, WebhookState
from server.services import Services
from server.webhooks import endpoints, signing
from server.webhooks.events import EVENTS
from server.webhooks.signing import Extra

ALL = "*"
TITLE = "Account API"
# What clients of EmailEngine may ask for and never happens here: taken, and not told.
NEVER = frozenset(
    "messageMissing messageBounce messageComplaint mailboxNew mailboxDeleted mailboxReset trackOpen trackClick"
    " listUnsubscribe listSubscribe exportCompleted exportFailed".split()
)
MOST_HEADERS = 20
NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
VALUE = re.compile(r"[\x20-\x7e\t]{0,2000}")
# What HTTP itself, or the proof of a delivery, says by a header.
TAKEN = signing.OURS | frozenset("host content-length transfer-encoding connection accept-encoding".split())


@dataclass(frozen=True)
class Wanted:
    """None leaves a thing as it is; an empty `url` ends it."""

    url: str | None = None
    is_enabled: bool | None = None
    events: Sequence[str] | None = None
    headers: Mapping[str, str] | None = None
    service_secret: str | None = None
    inbox_only: bool | None = None


def settings_of(services: Services, tenant_id: str) -> dict[str, Any]:
    """The tenant's settings in the account API's words. No secret is shown again."""
    with services.database.session() as session:
        row = _row(session, tenant_id, None)
        extra = signing.unseal_extra(services.sealer, row) if row else Extra()
        return {
            "webhooksEnabled": row is not None and row.state == WebhookState.active,
            "webhooks": row.url if row else "",
            "webhookEvents": _shown(row.events) if row else [],
            "webhooksCustomHeaders": [{"key": name, "value": signing.HIDDEN} for name in extra.headers],
            "inboxNewOnly": row.inbox_only if row else False,
            "serviceSecret": signing.HIDDEN if row else None,
            "serviceUrl": services.settings.base_url,
            "notificationBaseUrl": (services.settings.notification_url or "").removesuffix("/graph/notifications"),
        }


def change(services: Services, tenant_id: str, wanted: Wanted) -> None:
    """Raises Invalid and Conflict."""
    url = endpoints.checked_address(services, wanted.url) if wanted.url else wanted.url
    events = _events(wanted.events) if wanted.events is not None else None
    headers = _headers(wanted.headers) if wanted.headers is not None else None
    with services.database.session.begin() as session:
        row = _row(session, tenant_id, None)
        if url == "":
            if row is not None:
                _end(row)
            return
        if row is None:
            if url is None:
                raise Invalid("webhooks: the address comes first.", code="no_address")
            row = _new(services, session, tenant_id, url, None)
        _write(services, row, url, events, headers, wanted)
        _turn(row, wanted.is_enabled)
        _hand_over(session, row)


def of_account(
    services: Services, session: Session, tenant_id: str, account_id: UUID, url: str, headers: Mapping[str, str] | None
) -> None:
    """Have an account's own address told all that happens there; an empty one ends that. The caller has checked the
    address before the session's transaction, since names are looked up for that (endpoints.checked_address).

    Raises Invalid and Conflict.
    """
    row = _row(session, tenant_id, account_id)
    if not url:
        if row is not None:
            _end(row)
        return
    checked = _headers(headers) if headers is not None else None
    if row is None:
        row = _new(services, session, tenant_id, url, account_id)
    _write(services, row, url, None, checked, Wanted())
    _hand_over(session, row)


def _row(session: Session, tenant_id: str, account_id: UUID | None) -> Webhook | None:
    mine = select(Webhook).where(Webhook.tenant_id == tenant_id, Webhook.by_program)
    mine = mine.where(Webhook.account_id == account_id) if account_id else mine.where(Webhook.account_id.is_(None))
    there = mine.where(Webhook.state != WebhookState.removed).with_for_update(of=Webhook, key_share=True)
    return session.scalars(there).one_or_none()


def _new(services: Services, session: Session, tenant_id: str, url: str, account_id: UUID | None) -> Webhook:
    """Told of everything, until something else is said. Somebody else may have made it a moment ago."""
    endpoints.make_room(session, tenant_id)
    twin = _row(session, tenant_id, account_id)
    if twin is not None:
        return twin
    moment = now()
    row = Webhook(id=uuid4(), tenant_id=tenant_id, url=url, title=TITLE, events=list(EVENTS), account_id=account_id)
    row.state, row.troubles, row.fence, row.inbox_only = WebhookState.active, 0, 0, False
    row.style, row.by_program = HeaderStyle.emailengine, True
    row.created_at = row.changed_at = moment
    signing.seal(services.sealer, row, [signing.new_secret()])
    session.add(row)
    session.flush()
    return row


def _write(
    services: Services,
    row: Webhook,
    url: str | None,
    events: list[str] | None,
    headers: dict[str, str] | None,
    wanted: Wanted,
) -> None:
    if url and url != row.url:
        endpoints.lead_to(services, row, url)
    row.events = events if events is not None else row.events
    row.inbox_only = wanted.inbox_only if wanted.inbox_only is not None else row.inbox_only
    before = signing.unseal_extra(services.sealer, row)
    secret = wanted.service_secret if wanted.service_secret is not None else before.service_secret
    signing.seal_extra(services.sealer, row, Extra(before.headers if headers is None else headers, secret or None))


def _turn(row: Webhook, is_enabled: bool | None) -> None:
    if is_enabled is False and row.state == WebhookState.active:
        row.pause()
    if is_enabled and row.state != WebhookState.active:
        row.start_over()


def _end(row: Webhook) -> None:
    row.remove()
    row.account_id = None
    row.changed_at = now()
    row.fence += 1


def _hand_over(session: Session, row: Webhook) -> None:
    row.changed_at = now()
    row.fence += 1
    row.lease_until = None
    ring_for_webhook(session, row.id)


def _events(names: Sequence[str]) -> list[str]:
    unknown = [name for name in names if name not in EVENTS and name not in NEVER and name != ALL]
    if unknown:
        raise Invalid(f"webhookEvents: “*”, or some of {', '.join(EVENTS)}.", code="unknown_event")
    return [name for name in EVENTS if name in names or ALL in names]


def _shown(events: Sequence[str]) -> list[str]:
    return [ALL] if set(events) == set(EVENTS) else list(events)


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    if len(headers) > MOST_HEADERS:
        raise Invalid(f"webhooksCustomHeaders: at most {MOST_HEADERS}.", code="invalid_header")
    for name, value in headers.items():
        if not NAME.fullmatch(name) or not VALUE.fullmatch(value) or name.lower() in TAKEN:
            raise Invalid(f"webhooksCustomHeaders: {name[:100]!r} cannot be sent.", code="invalid_header")
    return dict(headers)
