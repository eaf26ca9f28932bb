"""All that somebody has to do in a tenant, the worst first. A further source is a function in SOURCES."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import groupby
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from server import licensing
from server.administration.mailboxes import ACTIONS
from server.auth.callers import Caller
from server.autopilot import exclusions
from server.autopilot.health import GRANT_LIFETIME, IN_TROUBLE, WARNED_BEFORE, health_json
from server.autopilot.reach import mailboxes_of
from server.clock import iso, now
from server.configured import Unusable
from server.destination_settings import rows_of
from server.errors import Invalid
from server.metrics.states import end_of
from server.models import (
    Grant,
    Health,
    Mailbox,
    Outage,
    Person,
    Rule,
    RuleState,
    Save,
    SaveState,
    Subscription,
    Watch,
    Webhook,
    WebhookState,
)
from server.services import Services

SOON = timedelta(days=30)
MOST_MAILBOXES = 500  # whose health is told


class Urgency(IntEnum):
    """ "now": something does not work; "soon": it will end; "note": it is worth knowing."""

    now = 0
    soon = 1
    note = 2


@dataclass(frozen=True)
class Item:
    """`what` is a word for what it is about; `name` the destination's or the webhook's."""

    urgency: Urgency
    what: str
    code: str
    message: str
    action: str
    mailbox: str | None = None
    name: str | None = None
    until: datetime | None = None

    def json(self) -> dict[str, Any]:
        return {
            "urgency": self.urgency.name,
            "what": self.what,
            "code": self.code,
            "message": self.message,
            "action": self.action,
            "mailbox": self.mailbox,
            "name": self.name,
            "until": iso(self.until),
        }


Source = Callable[[Services, Session, str], Iterable[Item]]


def find(services: Services, caller: Caller, limit: int, cursor: str | None) -> tuple[list[dict[str, Any]], str | None]:
    """A page; the cursor is the number of the last one of the page before."""
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise Invalid("This is not a cursor of this list.", code="invalid_cursor")
    begin = int(cursor or 0)
    with services.database.session() as session:
        found = [each for source in SOURCES for each in source(services, session, caller.tenant_id)]
    found.sort(key=lambda each: (each.urgency, iso(each.until) or "", each.what, each.mailbox or "", each.message))
    shown = [each.json() for each in found[begin : begin + limit]]
    return shown, str(begin + limit) if len(found) > begin + limit else None


# Mailboxes and the people who carry them


def _health(services: Services, session: Session, tenant_id: str) -> Iterator[Item]:
    for mailbox in _doubtful(session, tenant_id):
        shown = health_json(services, session, mailbox, None)
        warning = shown.get("warning")
        if warning:
            is_lost = warning["code"] == "connection_lost"
            ends = [each["until"] for each in shown["carriers"] if each["state"] == "endsSoon" and each["until"]]
            until = datetime.fromisoformat(min(ends)) if ends and not is_lost else None
            urgency = Urgency.now if is_lost else Urgency.soon
            yield _of_mailbox(urgency, "connection", warning["code"], warning["message"], mailbox, until)
        elif shown["state"] in IN_TROUBLE:
            yield _of_mailbox(Urgency.now, "health", shown["state"], shown["message"], mailbox)
        elif shown["state"] == Health.connect_error:
            yield _of_mailbox(Urgency.note, "health", shown["state"], shown["message"], mailbox)


def _of_mailbox(
    urgency: Urgency, what: str, code: str, message: str, mailbox: Mailbox, until: datetime | None = None
) -> Item:
    return Item(urgency, what, code, message, ACTIONS[code], mailbox=mailbox.address, until=until)


def _doubtful(session: Session, tenant_id: str) -> list[Mailbox]:
    """The mailboxes that are not well, or that somebody carries whose connection has ended or will end soon."""
    ill = select(Watch).where(Watch.tenant_id == tenant_id, Watch.health.in_((*IN_TROUBLE, Health.connect_error)))
    found = {each.mailbox_id: each.mailbox for each in session.scalars(ill.limit(MOST_MAILBOXES))}
    is_weak = or_(
        Grant.oid.is_(None), Grant.lost_at.is_not(None), Grant.updated_at < now() - GRANT_LIFETIME + WARNED_BEFORE
    )
    weak = (
        select(Rule)
        .join(Person, Rule.person_id == Person.id)
        .outerjoin(Grant, (Grant.tenant_id == Person.tenant_id) & (Grant.oid == Person.oid))
        .where(Rule.tenant_id == tenant_id, Rule.state == RuleState.active, Rule.by_application.is_(False), is_weak)
    )
    for rule in session.scalars(weak.limit(MOST_MAILBOXES)):
        found |= {each.id: each for each in mailboxes_of(session, rule)}
    return list(found.values())[:MOST_MAILBOXES]


def _announcements(services: Services, session: Session, tenant_id: str) -> Iterator[Item]:
    """Where Microsoft 365 should announce new mail, and does not."""
    if services.settings.notification_url is None:
        return
    refused = select(func.count()).select_from(Subscription).join(Watch, Watch.mailbox_id == Subscription.mailbox_id)
    count = session.scalar(
        refused.where(Watch.tenant_id == tenant_id, Watch.health == Health.degraded, Subscription.problem.is_not(None))
    )
    if count:
        yield Item(
            Urgency.note,
            "health",
            "not_announced",
            f"Microsoft 365 does not announce new mail of {_counted(count, 'mailbox', 'mailboxes')}; Affix looks for "
            "it every now and then.",
            "Grant the application permission Mail.Read, so that mail is noticed as it comes.",
        )


def _rules(services: Services, session: Session, tenant_id: str) -> Iterator[Item]:
    """Those that stopped by themselves, a mailbox at a time; what rests for an exclusion was meant to."""
    stopped = select(Rule).where(Rule.tenant_id == tenant_id, Rule.state == RuleState.stopped)
    rules = session.scalars(stopped.where(Rule.reason_code.is_distinct_from(exclusions.CODE))).all()
    for address, some in groupby(sorted(rules, key=_place), key=_place):
        few = list(some)
        stands = "1 rule has" if len(few) == 1 else f"{len(few)} rules have"
        yield Item(
            Urgency.now,
            "rule",
            few[0].reason_code or "stopped",
            f"{stands} stopped: {few[0].reason or 'nobody carries it any more.'}",
            "Take them over, or remove them.",
            mailbox=address or None,
        )


def _place(rule: Rule) -> str:
    return rule.mailbox.address if rule.mailbox else ""


# Licences and certificates


def _licenses(services: Services, session: Session, tenant_id: str) -> Iterator[Item]:
    for each in licensing.assigned_in(session, tenant_id):
        if each.expires_at is None or each.expires_at > now() + SOON:
            continue
        has_ended = each.has_expired(now())
        yield Item(
            Urgency.now if has_ended else Urgency.soon,
            "license",
            "expired" if has_ended else "expires",
            f"The licence of {each.mailbox.address} {'has expired' if has_ended else 'expires soon'}.",
            "Renew it, or take it away.",
            mailbox=each.mailbox.address,
            until=each.expires_at,
        )


def _certificate(services: Services, session: Session, tenant_id: str) -> Iterator[Item]:
    """The one with which Affix proves to Microsoft that it is Affix."""
    path = services.settings.client_certificate
    until = end_of(path) if path else None
    if path and until is None:
        yield Item(
            Urgency.now,
            "certificate",
            "unreadable",
            "Affix cannot read its own certificate, with which it signs in at Microsoft.",
            "Ask the operator to look at the file of AFFIX_CLIENT_CERTIFICATE.",
        )
    elif until and until <= now() + SOON:
        has_ended = until <= now()
        yield Item(
            Urgency.now if has_ended else Urgency.soon,
            "certificate",
            "expired" if has_ended else "expires",
            f"The certificate with which Affix signs in at Microsoft {'has ended' if has_ended else 'ends soon'}.",
            "Ask the operator to upload a new one in Entra and to put it into the file of AFFIX_CLIENT_CERTIFICATE.",
            until=until,
        )


# Destinations, webhooks, and what could not be saved


def _destinations(services: Services, session: Session, tenant_id: str) -> Iterator[Item]:
    """Those that nothing can be made of, and what the others warn of, as of a certificate that ends."""
    for row in rows_of(services, tenant_id):
        try:
            made = services.destinations.make(row)
        except Unusable as error:
            step = error.step
            yield Item(Urgency.now, "destination", "unusable", step.message, step.action or "", name=row.name)
            continue
        for step in made.warnings():
            urgency = Urgency.soon if step.ok else Urgency.now
            yield Item(urgency, "certificate", "warning", step.message, step.action or "", name=row.name)
        made.close()


def _outages(services: Services, session: Session, tenant_id: str) -> Iterator[Item]:
    for each in session.scalars(select(Outage).where(Outage.tenant_id == tenant_id)):
        action = "Connect it again." if each.code == "reconnect" else "Check it; Affix tries again by itself."
        yield Item(Urgency.now, "destination", each.code, each.words, action, name=each.destination)


def _webhooks(services: Services, session: Session, tenant_id: str) -> Iterator[Item]:
    """Those that were not paused by a person."""
    failing = Webhook.state.in_((WebhookState.paused, WebhookState.ended)), Webhook.reason.is_not(None)
    for each in session.scalars(select(Webhook).where(Webhook.tenant_id == tenant_id, *failing)):
        message = f"The webhook “{each.title}” is not told any more. {each.reason}"
        yield Item(
            Urgency.now, "webhook", each.reason_code or "failing", message, "Mend it and resume it.", name=str(each.id)
        )


def _failed_saves(services: Services, session: Session, tenant_id: str) -> Iterator[Item]:
    failed = select(func.count()).where(Save.tenant_id == tenant_id, Save.state == SaveState.failed)
    count = session.scalar(failed) or 0
    if count:
        message = f"{_counted(count, 'email', 'emails')} could not be saved."
        yield Item(Urgency.soon, "saves", "failed", message, "Look at the reasons, then have them tried again.")


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


SOURCES: tuple[Source, ...] = (
    _health,
    _announcements,
    _rules,
    _licenses,
    _certificate,
    _destinations,
    _outages,
    _webhooks,
    _failed_saves,
)
