"""Sends what waits for an address: one runner for each, some deliveries at a time, until none is due or its slice ends.

Between any two lines the process may vanish. The address is taken in hand with a lease; a try moves the delivery's next
one before it is made, and its result is written only if nobody tried since. No transaction is open during a try, and
whoever changes both an address and its deliveries begins with the address.
"""

import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, case, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from server.activity import note_webhook
from server.auth.sealing import Unsealable
from server.clock import iso, now
from server.doorbell import ring_for_webhook, ring_for_webhook_later
from server.models import Delivery, DeliveryState, Webhook, WebhookState
from server.models.webhooks import TEST
from server.services import Services
from server.turns import in_turn
from server.webhooks import signing
from server.webhooks.posting import Outcome

SLICE = 2.0  # seconds
LEASE = timedelta(seconds=30)  # a slice, and the try with which it ends
LATEST_BEGIN = 10.0  # seconds of the lease after which nothing is begun
AT_ONCE = 4  # tries at one address
HANDFUL = 16  # deliveries that are taken in one transaction
WAITS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)  # seconds between two tries: 75.6 hours in all
MOST_ATTEMPTS = len(WAITS) + 1
JITTER = 0.1  # of a wait, either way
FIRST_QUIET, LONGEST_QUIET = 2.0, 60.0  # seconds without a try where nobody answers; doubled each time
SHORT = 30.0  # seconds for which somebody is called in time; the sweep calls for what is later
CAUGHT_UP_AFTER = timedelta(minutes=1)
GIVEN_UP_AFTER = timedelta(days=5)
KEPT = timedelta(days=30)
FORGOTTEN = 1000  # deliveries at once

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Taken:
    """An address in hand, with what is sent to it first. It counts once the transaction is committed."""

    turn: "Turn"
    first: Sequence[Delivery]
    at: float = field(default_factory=time.monotonic)


def deliver(services: Services, webhook_id: UUID, is_over: threading.Event) -> None:
    """Send what is due to one address, for the time of a slice, or until `is_over`."""
    with services.database.session.begin() as session:
        taken = take(services, session, webhook_id, is_over)
    if taken is not None:  # else nothing is due, or somebody is at it who looks again before he lets go
        go_on(taken)


def take(
    services: Services, session: Session, webhook_id: UUID, is_over: threading.Event, *, waits: bool = True
) -> Taken | None:
    """Take the address in hand, if there is something for it and nobody is at it. Without `waits` it counts as in hand
    while somebody writes a word of it, who may not see then what is done in this transaction.
    """
    webhook = session.scalar(_claim(waits), {"webhook": webhook_id})
    if webhook is None:
        return None
    turn = Turn(services, webhook, is_over)
    return Taken(turn, turn.take(session, webhook))


def go_on(taken: Taken) -> None:
    """Send it, and what else is due to the address by then; unless that is so late that others may be at it soon."""
    if time.monotonic() - taken.at > LATEST_BEGIN:
        give_back(taken)
        return
    try:
        taken.turn.send(taken.first)
    finally:
        _let_go(taken.turn.services, taken.turn.webhook)


def give_back(taken: Taken) -> None:
    """Nothing of it was sent, and the address is free again."""
    taken.turn.put_back(taken.first)
    _let_go(taken.turn.services, taken.turn.webhook)


def ring_for_overdue(services: Services) -> None:
    """Ring for addresses with something due, or that a dead worker left."""
    with services.database.session.begin() as session:
        due = in_turn(Webhook.id, Webhook.tenant_id, Webhook.created_at, _is_free(), _has_due(), most=500)
        for webhook_id in session.scalars(due):
            ring_for_webhook(session, webhook_id)


def forget_old(services: Services) -> None:
    """Take away deliveries of a month ago and those of addresses that were removed, a few at a time."""
    is_old = Delivery.created_at < now() - KEPT
    removed = select(Webhook.id).where(Webhook.state == WebhookState.removed)
    for which in (is_old, Delivery.webhook_id.in_(removed)):
        some = select(Delivery.id).where(which).limit(FORGOTTEN).with_for_update(skip_locked=True)
        with services.database.session.begin() as session:
            session.execute(delete(Delivery).where(Delivery.id.in_(session.scalars(some).all())))
    is_empty = ~exists().where(Delivery.webhook_id == Webhook.id)
    with services.database.session.begin() as session:
        session.execute(delete(Webhook).where(Webhook.state == WebhookState.removed, is_empty))


def _is_free() -> ColumnElement[bool]:
    return or_(Webhook.lease_until.is_(None), Webhook.lease_until < func.clock_timestamp())


def _has_due() -> ColumnElement[bool]:
    """Of an address. A test is made however it stands."""
    of_it = and_(
        Delivery.webhook_id == Webhook.id,
        Delivery.state == DeliveryState.waiting,
        Delivery.next_at <= func.clock_timestamp(),
    )
    return or_(
        and_(_is_open(), exists().where(of_it)),
        and_(Webhook.state != WebhookState.removed, exists().where(of_it, Delivery.event == TEST)),
    )


def _is_open() -> ColumnElement[bool]:
    is_quiet = Webhook.quiet_until > func.clock_timestamp()
    return and_(Webhook.state == WebhookState.active, or_(Webhook.quiet_until.is_(None), ~is_quiet))


@cache
def _claim(waits: bool) -> Select[Any]:
    """Takes the address `webhook` in hand, if there is something for it. Made once, as all that is done for each
    message.
    """
    table, its_id = Webhook.__table__, bindparam("webhook", type_=Uuid())
    mine = update(table).where(Webhook.id == its_id, _is_free(), _has_due())  # type: ignore[arg-type]
    if not waits:
        free = select(Webhook.id).where(Webhook.id == its_id)
        mine = mine.where(Webhook.id.in_(free.with_for_update(of=Webhook, key_share=True, skip_locked=True)))
    until = func.clock_timestamp() + LEASE
    written = mine.values(lease_until=until, fence=Webhook.fence + 1).returning(*table.c)
    return _as_written(select(Webhook).from_statement(written))


@cache
def _first() -> Select[Any]:
    """Takes the first deliveries that are due to the address `webhook`, `most` at most, with this try counted."""
    its_id = bindparam("webhook", type_=Uuid())
    due = select(Delivery.id).where(
        Delivery.webhook_id == its_id,
        Delivery.state == DeliveryState.waiting,
        Delivery.next_at <= func.clock_timestamp(),
        or_(Delivery.event == TEST, exists().where(Webhook.id == its_id, _is_open())),
    )
    first = due.order_by(case((Delivery.event == TEST, 0), else_=1), Delivery.next_at).limit(bindparam("most"))
    table = Delivery.__table__
    mine = update(table)  # type: ignore[arg-type]
    mine = mine.where(Delivery.id.in_(first.with_for_update(of=Delivery, skip_locked=True)))
    later = func.clock_timestamp() + LEASE  # by the clock by which it is judged
    values = {"attempts": Delivery.attempts + 1, "fence": Delivery.fence + 1, "next_at": later}
    return _as_written(select(Delivery).from_statement(mine.values(values).returning(*table.c)))


def _as_written(found: Any) -> Select[Any]:
    """Also where the session knows how these were before."""
    return found.execution_options(populate_existing=True)  # type: ignore[no-any-return]


def _let_go(services: Services, claimed: Webhook) -> None:
    """What came in the meantime is seen here, or by whoever was called for it and waits for this lock."""
    with services.database.session.begin() as session:
        webhook = _locked(session, claimed.id)
        if webhook is None or webhook.fence != claimed.fence:
            return
        webhook.lease_until = None
        if services.courier.sealer.needs_resealing(webhook.sealed):
            _reseal(services, webhook)
        session.flush()
        if session.scalar(select(Webhook.id).where(Webhook.id == webhook.id, _has_due())):
            ring_for_webhook(session, webhook.id)


def _reseal(services: Services, webhook: Webhook) -> None:
    """With the key that is the first one now."""
    sealer = services.courier.sealer
    with suppress(Unsealable):
        known, extra = signing.unseal(sealer, webhook), signing.unseal_extra(sealer, webhook)
        signing.seal(sealer, webhook, known)
        signing.seal_extra(sealer, webhook, extra)


def _locked(session: Session, webhook_id: UUID) -> Webhook | None:
    """In the way that lets others refer to the row: whatever happens is written down for it meanwhile."""
    found: Webhook | None = session.scalar(_lock(), {"webhook": webhook_id})
    return found


@cache
def _lock() -> Select[Any]:
    mine = select(Webhook).where(Webhook.id == bindparam("webhook", type_=Uuid()))
    return _as_written(mine.with_for_update(of=Webhook, key_share=True))


@dataclass(frozen=True)
class Tried:
    """What came of a delivery; no `outcome`: there was no time left to try it."""

    delivery: Delivery
    headers: dict[str, str] = field(default_factory=dict)
    outcome: Outcome | None = None


class Turn:
    """A runner's slice at one address. Some deliveries are taken at once, tried by a few threads, and written down with
    the next ones' being taken.
    """

    def __init__(self, services: Services, webhook: Webhook, is_over: threading.Event) -> None:
        self.services = services
        self.webhook = webhook
        self.end = 0.0
        self.is_over = is_over
        self.is_away = False

    @property
    def is_time_left(self) -> bool:
        return time.monotonic() < self.end and not self.is_over.is_set()

    def send(self, taken: Sequence[Delivery]) -> None:
        """One handful after another, beginning with this one: for a slice, which begins now."""
        self.end = time.monotonic() + SLICE
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="tell") as threads:
            while taken:
                self.is_away = False
                tried = [self._try(taken[0])] if len(taken) == 1 else list(threads.map(self._try_in_time, taken))
                with self.services.database.session.begin() as session:
                    webhook = _locked(session, self.webhook.id)
                    if webhook is not None:
                        self._write(session, webhook, tried)
                    taken = self.take(session, webhook) if self.is_time_left else []

    def put_back(self, taken: Sequence[Delivery]) -> None:
        with self.services.database.session.begin() as session:
            webhook = _locked(session, self.webhook.id)
            if webhook is not None:
                self._write(session, webhook, [Tried(each) for each in taken])

    def take(self, session: Session, webhook: Webhook | None) -> Sequence[Delivery]:
        """Those that are due longest, with this try counted; where nothing arrives, one goes first."""
        if webhook is None or webhook.fence != self.webhook.fence or webhook.state == WebhookState.removed:
            return []
        session.flush()
        taken = session.scalars(
            _first(), {"webhook": webhook.id, "most": 1 if webhook.failing_since else HANDFUL}
        ).all()
        return sorted(taken, key=lambda each: (each.event != TEST, each.created_at))

    def _try_in_time(self, delivery: Delivery) -> Tried:
        """Where one found nobody there, the others are not tried."""
        if self.is_away or not self.is_time_left:
            return Tried(delivery)
        tried = self._try(delivery)
        if tried.outcome is not None and tried.outcome.is_away:
            self.is_away = True
        return tried

    def _try(self, delivery: Delivery) -> Tried:
        try:
            return self._sent(delivery)
        except Exception:
            log.exception("delivery_not_foreseen", delivery=str(delivery.id))
            return Tried(delivery, outcome=Outcome("Something went wrong in Affix.", is_away=True))

    def _sent(self, delivery: Delivery) -> Tried:
        courier = self.services.courier
        try:
            proven = signing.headers_of(courier.sealer, self.webhook, delivery, now())
        except Unsealable:
            sentence = "Its secret cannot be opened any more. Ask for a new one."
            return Tried(delivery, outcome=Outcome(sentence, is_away=True))
        headers = {"Content-Type": "application/json", "User-Agent": "Affix", **proven}
        return Tried(delivery, headers, courier.post(self.webhook.url, headers, delivery.body))

    def _write(self, session: Session, webhook: Webhook, tried: Sequence[Tried]) -> None:
        mine = select(Delivery).where(Delivery.id.in_([each.delivery.id for each in tried]))
        locked = session.scalars(mine.order_by(Delivery.id).with_for_update(of=Delivery)) if tried else ()
        rows = {row.id: row for row in locked}
        troubles = webhook.troubles  # those of one handful met the same trouble
        for each in tried:
            row = rows.get(each.delivery.id)
            if row is None or row.fence != each.delivery.fence or row.state != DeliveryState.waiting:
                log.warning("late_delivery_dropped", delivery=str(each.delivery.id))
            elif each.outcome is None:
                row.attempts -= 1
                row.next_at = row.created_at  # it is due as it was
            else:
                self._write_one(session, webhook, row, each.headers, each.outcome, troubles)

    def _write_one(
        self,
        session: Session,
        webhook: Webhook,
        row: Delivery,
        headers: dict[str, str],
        outcome: Outcome,
        troubles: int,
    ) -> None:
        about = {"webhook": str(webhook.id), "delivery": str(row.id), "attempt": row.attempts}
        row.headers = signing.without_secrets(headers)
        if webhook.url != self.webhook.url:
            # What the address of before said is nothing about the one that has it told now.
            row.next_at = now()
            log.warning("told_elsewhere_meanwhile", **about)
            return
        row.answer = {"status": outcome.status, "body": outcome.answer, "seconds": round(outcome.seconds, 3)}
        if outcome.problem is None:
            row.delivered(now())
            webhook.last_delivered_at = row.delivered_at
            if row.event != TEST:
                _answered(session, webhook)
            log.info("told", **about, took=round(outcome.seconds, 3))
            return
        log.warning("not_told", **about, status=outcome.status, away=outcome.is_away)
        if row.event == TEST:
            row.failed(outcome.problem)
        else:
            _refused(session, webhook, row, outcome, troubles)


def _answered(session: Session, webhook: Webhook) -> None:
    """It works. What waits only because it did not for some time goes on at once."""
    since = webhook.failing_since
    if since is None and webhook.quiet_until is None:
        return
    webhook.answered()
    if since is not None and since < now() - CAUGHT_UP_AFTER:
        waiting = (Delivery.webhook_id == webhook.id, Delivery.state == DeliveryState.waiting)
        later = update(Delivery).where(*waiting, Delivery.problem.is_not(None), Delivery.next_at > now() + LEASE)
        session.execute(later.values(next_at=now()))


def _refused(session: Session, webhook: Webhook, row: Delivery, outcome: Outcome, troubles: int) -> None:
    problem = str(outcome.problem)
    if outcome.is_gone:
        row.failed(problem)
        if webhook.state != WebhookState.removed:
            end(session, webhook)
        return
    webhook.failed(now())
    if row.attempts >= MOST_ATTEMPTS:
        row.failed(problem)
    else:
        wait = WAITS[row.attempts - 1] * random.uniform(1 - JITTER, 1 + JITTER)
        row.postponed(problem, now() + timedelta(seconds=max(wait, outcome.wait or 0)))
    if outcome.is_away:
        _leave_alone(webhook, outcome.wait, troubles)
    since = webhook.failing_since or now()
    if webhook.state == WebhookState.active and since < now() - GIVEN_UP_AFTER:
        _give_up(session, webhook, problem)
    elif row.state == DeliveryState.waiting and (row.next_at - now()).total_seconds() < SHORT:
        ring_for_webhook_later(session, webhook.id, max(row.next_at, webhook.quiet_until or row.next_at))


def _leave_alone(webhook: Webhook, asked: float | None, troubles: int) -> None:
    """All that waits for it does so for a while, so that an address where nobody answers costs little. `troubles`: how
    often in a row that was so before.
    """
    pause = asked if asked is not None else min(FIRST_QUIET * 2**troubles, LONGEST_QUIET)
    webhook.troubles = min(troubles + 1, 30)
    until = now() + timedelta(seconds=pause)
    webhook.quiet_until = max(until, webhook.quiet_until or until)


def _give_up(session: Session, webhook: Webhook, problem: str) -> None:
    reason = f"Nothing arrived since {iso(webhook.failing_since)}: {problem} What waits is kept for 30 days."
    webhook.pause("failing", reason)
    log.warning("webhook_stopped", webhook=str(webhook.id))
    if webhook.made_by:
        note_webhook(session, "webhook_stopped", webhook.made_by, webhook, code="failing", reason=reason)


def end(session: Session, webhook: Webhook) -> None:
    """It answered 410: it wants nothing more, and what waited for it is not sent."""
    reason = "It answered 410, which means that it wants to be told nothing any more."
    webhook.end("gone", reason)
    waiting = (Delivery.webhook_id == webhook.id, Delivery.state == DeliveryState.waiting, Delivery.event != TEST)
    failed = update(Delivery).where(*waiting)
    session.execute(failed.values(state=DeliveryState.failed, problem=reason, fence=Delivery.fence + 1))
    log.warning("webhook_ended", webhook=str(webhook.id))
    if webhook.made_by:
        note_webhook(session, "webhook_ended", webhook.made_by, webhook, code="gone", reason=reason)


def next_try(delivery: Delivery) -> datetime | None:
    """When it is tried again by itself."""
    return delivery.next_at if delivery.state == DeliveryState.waiting else None
