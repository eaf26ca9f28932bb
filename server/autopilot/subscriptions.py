"""Has Graph announce the changes of watched mailboxes, and keeps it doing so.

Called by whoever has the watch in hand, so there is one at a time for each mailbox; no transaction is open while Graph
is asked. A refusal leaves the mailbox to be looked at every now and then, and stops nothing.
"""

import random
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TypeVar

import structlog
from sqlalchemy import case, func, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server.autopilot.watching import TakenOver, hold
from server.clock import now
from server.errors import AffixError, Busy, Forbidden, Misconfigured
from server.mail.base import MailAccessDenied, MailBusy, MailChallenge, MailConflict, MailError, MailGone, MailItem
from server.mail.graph.subscriptions import Subscribed
from server.models import Person, Subscription, Watch
from server.people import as_carrier
from server.services import Services

log = structlog.get_logger(__name__)

AFTER_REFUSAL = timedelta(hours=1)
AFTER_FAILURE = timedelta(minutes=10)
AFTER_TROUBLE = timedelta(minutes=1)
UNANNOUNCED = timedelta(minutes=1)  # Graph announces a message within a minute on average
FOR_RULES, FOR_ACCOUNTS = "created,updated", "created,updated,deleted"
RENEWED_BETWEEN = (0.6, 0.8)  # of the lifetime; spread, so that those made together are not renewed together

T = TypeVar("T")


def keep(services: Services, watch: Watch, carriers: Iterable[Person], for_accounts: bool = False) -> bool:
    """Make or renew the mailbox's subscription if that is due. `carriers` are those whose rules and accounts these are;
    accounts want to know of what is deleted, too.

    Whether there is a new one: what came before it was made is announced by nobody. Raises TakenOver.
    """
    url = services.settings.notification_url
    changes = FOR_ACCOUNTS if for_accounts else FOR_RULES
    kept = _if_due(services, watch, url, changes) if url else None
    if not url or kept is None:
        return False
    is_enough = _is_enough(kept, changes)
    try:
        if kept.is_running(now(), url) and is_enough and _renewed(services, watch, kept):
            return False
        _make(services, watch, kept, url, carriers, changes)
        if kept.is_running(now(), url) and not is_enough:
            _as_its_owner(services, kept, lambda token: _end(services, token, str(kept.graph_id)))
        return True
    except (MailBusy, Busy) as busy:
        pause = timedelta(seconds=busy.retry_after) if busy.retry_after else AFTER_TROUBLE
        _put_off(services, watch, pause, busy.code)
    except (MailAccessDenied, AffixError) as refusal:
        _put_off(services, watch, AFTER_REFUSAL, refusal.code or "refused")
    except MailError as failure:  # often Graph could not reach us
        _put_off(services, watch, AFTER_FAILURE, failure.code or "failed")
    return False


def _is_enough(kept: Subscription, changes: str) -> bool:
    return changes == FOR_RULES or kept.changes == changes


def _if_due(services: Services, watch: Watch, url: str | None, changes: str) -> Subscription | None:
    """The row, which is there from now on. Its next turn is put off before the try, lest a crash be repeated."""
    row = insert(Subscription).values(mailbox_id=watch.mailbox_id, tenant_id=watch.tenant_id, due_at=now())
    with services.database.session.begin() as session:
        hold(session, services, watch)
        session.execute(row.on_conflict_do_nothing())
        kept = session.get_one(Subscription, watch.mailbox_id)
        is_over = kept.graph_id is not None and not kept.is_running(now(), url)
        if is_over:
            kept.lost()
        elif kept.due_at > now() and (kept.graph_id is None or _is_enough(kept, changes)):
            return None
        kept.due_at = now() + AFTER_TROUBLE
        return kept


def _renewed(services: Services, watch: Watch, kept: Subscription) -> bool:
    """False when Graph no longer knows it."""
    graph, graph_id = services.mail.subscriptions, str(kept.graph_id)
    try:
        renewed = _as_its_owner(services, kept, lambda token: graph.renew(token, graph_id, now()))
    except MailGone:
        renewed = None
    with services.database.session.begin() as session:
        hold(session, services, watch)
        current = session.get_one(Subscription, watch.mailbox_id)
        if renewed is None:
            current.lost()
        elif current.graph_id == graph_id:
            current.expires_at, current.due_at, current.problem = renewed.expires_at, _renewal(renewed), None
    return renewed is not None


def _make(
    services: Services, watch: Watch, kept: Subscription, url: str, carriers: Iterable[Person], changes: str
) -> None:
    """As the application, which may watch any mailbox; else as the mailbox's own person, who may watch that one."""
    owners = [person for person in carriers if person.owns(watch.mailbox.address)]
    secret = secrets.token_urlsafe(32)
    if kept.problem:
        # What the application may do stands in its token: one of before the consent would be refused for ever.
        services.tokens.for_app(watch.tenant_id, rejected=services.tokens.for_app(watch.tenant_id))
    for person in (None, *owners):
        try:
            made = as_carrier(
                services,
                watch.tenant_id,
                person,
                lambda token: _subscribe(services, token, watch, url, secret, changes),
            )
        except (MailAccessDenied, MailChallenge, Forbidden, Misconfigured):
            if person is (owners[-1] if owners else None):
                raise
        else:
            _store(services, watch, url, secret, made, person, changes)
            return


def _subscribe(services: Services, token: str, watch: Watch, url: str, secret: str, changes: str) -> Subscribed:
    graph, address = services.mail.subscriptions, watch.mailbox.address
    try:
        return graph.make(token, address, url, secret, now(), changes)
    except MailConflict:
        with services.database.session.begin() as session:
            hold(session, services, watch)  # else it is that of whoever took over
        # Left by a worker that died before it could write it down: its secret is lost, so that nobody can use it.
        for graph_id in graph.own(token, address):
            _end(services, token, graph_id)
    return graph.make(token, address, url, secret, now(), changes)


def _store(
    services: Services, watch: Watch, url: str, secret: str, made: Subscribed, person: Person | None, changes: str
) -> None:
    try:
        with services.database.session.begin() as session:
            hold(session, services, watch)
            kept = session.get_one(Subscription, watch.mailbox_id)
            kept.made(made.id, secret, url, now(), made.expires_at, person.id if person else None)
            kept.due_at, kept.changes = _renewal(made), changes
    except TakenOver:
        as_carrier(services, watch.tenant_id, person, lambda token: _end(services, token, made.id))
        raise
    log.info("subscribed", mailbox=str(watch.mailbox_id), application=person is None)


def _renewal(subscribed: Subscribed) -> datetime:
    moment = now()
    return moment + (subscribed.expires_at - moment) * random.uniform(*RENEWED_BETWEEN)


def _put_off(services: Services, watch: Watch, pause: timedelta, code: str) -> None:
    log.warning("not_subscribed", mailbox=str(watch.mailbox_id), error=code)
    with services.database.session.begin() as session:
        hold(session, services, watch)
        kept = session.get_one(Subscription, watch.mailbox_id)
        kept.problem, kept.due_at = code, now() + pause


def end(services: Services, watch: Watch) -> None:
    """Nobody has to be told of this mailbox's changes any more. Raises TakenOver."""
    with services.database.session() as session:
        kept = session.get(Subscription, watch.mailbox_id)
    if kept is None:
        return
    graph_id = kept.graph_id
    if graph_id:
        try:
            _as_its_owner(services, kept, lambda token: _end(services, token, graph_id))
        except (MailError, AffixError) as error:
            log.info("subscription_left_to_expire", mailbox=str(watch.mailbox_id), error=error.code)
    with services.database.session.begin() as session:
        hold(session, services, watch)
        session.delete(session.get_one(Subscription, watch.mailbox_id))


def _end(services: Services, token: str, graph_id: str) -> None:
    try:
        services.mail.subscriptions.end(token, graph_id)
    except MailGone:
        pass  # that is what was wanted


def _as_its_owner(services: Services, kept: Subscription, call: Callable[[str], T]) -> T:
    with services.database.session() as session:
        person = session.get_one(Person, kept.person_id) if kept.person_id else None
    return as_carrier(services, kept.tenant_id, person, call)


def judge(session: Session, watch: Watch, item: MailItem) -> None:
    """Note it when mail was found that should have been announced by now: a subscription alone proves nothing."""
    if item.received_at is None or item.received_at > now() - UNANNOUNCED:
        return
    unheard = func.coalesce(Subscription.last_notified_at, Subscription.created_at) < item.received_at
    mine = update(Subscription).where(Subscription.mailbox_id == watch.mailbox_id, Subscription.graph_id.is_not(None))
    is_fresh = or_(Subscription.doubted_at.is_(None), Subscription.doubted_at < now() - AFTER_REFUSAL)
    # Graph may have dropped it without a word: renewing it tells.
    due_at = case((is_fresh, now()), else_=Subscription.due_at)
    session.execute(mine.where(unheard).values(doubted_at=now(), due_at=due_at))


def judge_newest(session: Session, watch: Watch, items: Iterable[MailItem]) -> None:
    """As `judge`, of many at once: what the newest of them that had time to be announced tells."""
    oldest = now() - UNANNOUNCED
    ripe = [(each.received_at, each) for each in items if each.received_at and each.received_at <= oldest]
    if ripe:
        judge(session, watch, max(ripe, key=lambda pair: pair[0])[1])
