"""How things stand, counted in the database: what waits and for how long, and what will end."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.x509 import load_pem_x509_certificates
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, text
from sqlalchemy.orm import Session

from server import outages
from server.autopilot.health import GRANT_LIFETIME, WARNED_BEFORE
from server.clock import now
from server.models import (
    Account,
    AccountState,
    Backfill,
    BackfillState,
    ConfiguredDestination,
    Delivery,
    DeliveryState,
    Grant,
    Health,
    Outage,
    Outgoing,
    OutgoingState,
    Rule,
    RuleState,
    Save,
    SaveState,
    Submission,
    SubmissionState,
    Subscription,
    Watch,
    Webhook,
    WebhookState,
)
from server.settings import Settings

SILENT = 20.0  # seconds after which a worker counts as dead, as jobs.py has it

Samples = list[tuple[tuple[str, ...], float]]


@dataclass(frozen=True)
class State:
    """One gauge: `samples` are label values and a number each."""

    name: str
    help: str
    labels: tuple[str, ...]
    samples: Callable[[Settings, Session], Samples]


@dataclass(frozen=True)
class Waiting:
    """The rows of one kind that somebody should take in hand by now."""

    queue: str
    due_at: Any
    condition: ColumnElement[bool]


def _queues() -> Sequence[Waiting]:
    """What waits for the end of an outage waits for no worker; the outage is told by itself."""
    abandoned = and_(Save.state == SaveState.saving, Save.lease_until < func.now())
    active = select(Webhook.id).where(Webhook.id == Delivery.webhook_id, Webhook.state == WebhookState.active).exists()
    return (
        Waiting("saves", Save.due_at, and_(or_(Save.state == SaveState.queued, abandoned), ~outages.is_running())),
        Waiting("mailboxes", Watch.due_at, Watch.health != Health.paused),
        Waiting("backfills", Backfill.due_at, Backfill.state.in_((BackfillState.running, BackfillState.undoing))),
        Waiting("webhooks", Delivery.next_at, and_(Delivery.state == DeliveryState.waiting, active)),
        Waiting("outbox", Submission.due_at, Submission.state == SubmissionState.queued),
        Waiting("drafts", Outgoing.due_at, Outgoing.state == OutgoingState.waiting),
    )


def _depths(settings: Settings, session: Session) -> Samples:
    return [((each.queue,), _due(session, each)[0]) for each in _queues()]


def _ages(settings: Settings, session: Session) -> Samples:
    return [((each.queue,), _due(session, each)[1]) for each in _queues()]


def _due(session: Session, waiting: Waiting) -> tuple[int, float]:
    """How many there are, and for how many seconds the first one has been due."""
    age = func.extract("epoch", func.now() - func.min(waiting.due_at))
    found = session.execute(select(func.count(), age).where(waiting.condition, waiting.due_at <= func.now())).one()
    return found[0], max(0.0, float(found[1] or 0.0))


def _by(column: Any, values: Sequence[Any]) -> Callable[[Settings, Session], Samples]:
    """Rows by what a column holds, with a zero for what none holds."""

    def samples(settings: Settings, session: Session) -> Samples:
        counted = _counted(session, select(column, func.count()).group_by(column))
        return [((each.value,), counted.get(each, 0)) for each in values]

    return samples


def _counted(session: Session, wanted: Select[Any]) -> dict[Any, int]:
    return {value: count for value, count in session.execute(wanted)}


def _subscriptions(settings: Settings, session: Session) -> Samples:
    """Where Microsoft 365 is not to announce anything, all are off."""
    runs = and_(
        Subscription.graph_id.is_not(None),
        Subscription.expires_at > func.now(),
        Subscription.url == (settings.notification_url or ""),
    )
    state = case((runs, "running"), (Subscription.problem.is_not(None), "refused"), else_="off")
    counted = _counted(session, select(state, func.count()).select_from(Subscription).group_by(state))
    return [((each,), counted.get(each, 0)) for each in ("running", "refused", "off")]


def _subscription_ages(settings: Settings, session: Session) -> Samples:
    return _quantiles(session, func.now() - Subscription.created_at)


def _subscription_lives(settings: Settings, session: Session) -> Samples:
    return _quantiles(session, Subscription.expires_at - func.now())


def _quantiles(session: Session, interval: Any) -> Samples:
    """The least, the median and the greatest, in seconds; nothing without a subscription."""
    seconds = func.extract("epoch", interval)
    median = func.percentile_cont(0.5).within_group(seconds)
    wanted = select(func.min(seconds), median, func.max(seconds)).where(Subscription.graph_id.is_not(None))
    found = session.execute(wanted).one()
    return [((name,), float(value)) for name, value in zip(("0", "0.5", "1"), found, strict=True) if value is not None]


def _grants(settings: Settings, session: Session) -> Samples:
    soon = Grant.updated_at < now() - GRANT_LIFETIME + WARNED_BEFORE
    ended = or_(Grant.lost_at.is_not(None), Grant.updated_at < now() - GRANT_LIFETIME)
    state = case((ended, "ended"), (soon, "ending"), else_="valid")
    counted = _counted(session, select(state, func.count()).select_from(Grant).group_by(state))
    return [((each,), counted.get(each, 0)) for each in ("valid", "ending", "ended")]


def _outages(settings: Settings, session: Session) -> Samples:
    return [(labels, count) for labels, (count, _) in _outages_by_kind(session).items()]


def _outage_ages(settings: Settings, session: Session) -> Samples:
    return [(labels, age) for labels, (_, age) in _outages_by_kind(session).items()]


def _outages_by_kind(session: Session) -> dict[tuple[str, str], tuple[int, float]]:
    """How many there are and how old the first one is, by the kind of the destination and why it cannot be used."""
    row = ConfiguredDestination
    kind = func.coalesce(row.kind, "unknown")
    age = func.extract("epoch", func.now() - func.min(Outage.since))
    wanted = (
        select(kind, Outage.code, func.count(), age)
        .outerjoin(row, and_(row.tenant_id == Outage.tenant_id, row.name == Outage.destination))
        .group_by(kind, Outage.code)
    )
    return {(kind, code): (count, float(age)) for kind, code, count, age in session.execute(wanted)}


def _workers(settings: Settings, session: Session) -> Samples:
    alive = text(
        "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => :silent)"
    )
    return [((), session.scalar(alive, {"silent": SILENT}) or 0)]


def _certificates(settings: Settings, session: Session) -> Samples:
    """Of the files that this process can read."""
    files = {"entra": settings.client_certificate, "https": settings.tls_certificate}
    ends = {name: end_of(path) for name, path in files.items() if path}
    return [((name,), end.timestamp()) for name, end in ends.items() if end]


def end_of(path: Path) -> datetime | None:
    """When the certificate in a file ends; None where there is none."""
    try:
        return load_pem_x509_certificates(path.read_bytes())[0].not_valid_after_utc
    except (OSError, ValueError):
        return None


STATES = (
    State("affix_saves", "Saves by state.", ("state",), _by(Save.state, tuple(SaveState))),
    State("affix_queue_depth", "What is due now and waits for a worker.", ("queue",), _depths),
    State("affix_queue_oldest_seconds", "For how long the first of it has been due.", ("queue",), _ages),
    State("affix_mailboxes", "Watched mailboxes by their health.", ("health",), _by(Watch.health, tuple(Health))),
    State("affix_rules", "Rules by state.", ("state",), _by(Rule.state, tuple(RuleState))),
    State("affix_accounts", "Accounts of programs by state.", ("state",), _by(Account.state, tuple(AccountState))),
    State("affix_webhooks", "Webhooks by state.", ("state",), _by(Webhook.state, tuple(WebhookState))),
    State("affix_subscriptions", "Subscriptions at Microsoft Graph by state.", ("state",), _subscriptions),
    State("affix_subscription_age_seconds", "Since when they run.", ("quantile",), _subscription_ages),
    State("affix_subscription_expires_seconds", "How long they still run.", ("quantile",), _subscription_lives),
    State("affix_grants", "People's grants; 'ending' within 14 days unless they come back.", ("state",), _grants),
    State("affix_outages", "Destinations that cannot be used.", ("kind", "code"), _outages),
    State("affix_outage_oldest_seconds", "For how long the first of them cannot.", ("kind", "code"), _outage_ages),
    State("affix_workers", "Workers that were heard of just now.", (), _workers),
    State("affix_certificate_expires_timestamp_seconds", "When a certificate of ours ends.", ("of",), _certificates),
)


def counted(settings: Settings, session: Session) -> Iterator[tuple[State, Samples]]:
    for state in STATES:
        yield state, state.samples(settings, session)
