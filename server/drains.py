"""Saves what Autopilot queued, a mailbox at a time: in slices, so that no mailbox holds up another.

A slice ends after a while and rings for the next one, which waits its turn behind the other mailboxes. As long as there
is more, others of the process help, up to a limit that leaves threads to other mailboxes.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import Select, select

from server import delivery, outages, places
from server.models import Mailbox, Message, Save, SaveState
from server.places import Visit
from server.services import Services

_at_work: Counter[UUID] = Counter()
_guard = threading.Lock()


def drain(services: Services, mailbox_id: UUID) -> None:
    """Save what is due, for the time of a slice."""
    with _place(mailbox_id, most=max(1, services.settings.worker_threads // 2)) as has_place:
        if not has_place:
            return  # enough are at it, and whoever ends a slice rings again
        end = time.monotonic() + delivery.SLICE
        is_first = True
        with places.visit(services, mailbox_id) as visit:
            while time.monotonic() < end:
                if not _save_next(services, mailbox_id, visit, call_others=is_first):
                    return
                is_first = False
    with services.database.session.begin() as session:
        services.ring_for_saves(session, mailbox_id)


@contextmanager
def _place(mailbox_id: UUID, most: int) -> Iterator[bool]:
    with _guard:
        has_place = _at_work[mailbox_id] < most
        _at_work[mailbox_id] += has_place
    try:
        yield has_place
    finally:
        with _guard:
            _at_work[mailbox_id] -= has_place
            if not _at_work[mailbox_id]:
                del _at_work[mailbox_id]


def _save_next(services: Services, mailbox_id: UUID, visit: Visit, call_others: bool) -> bool:
    """Take the message in hand that has waited longest. False when there is none, or the mailbox has no room now: then
    the sweep calls again. What is for a destination that has no place now waits; whoever leaves one calls again.
    """
    with services.database.session.begin() as session:
        waiting = _waiting(mailbox_id, visit.full(session.get_one(Mailbox, mailbox_id).tenant_id))
        message_id = session.scalar(waiting.limit(1).with_for_update(of=Save, skip_locked=True))
        if message_id is None:
            return False
        claimed = delivery.claim(services, session, message_id, visit)
        if call_others and session.scalar(waiting.limit(1)):
            services.ring_for_saves(session, mailbox_id)
    is_free = delivery.deliver_claimed(services, message_id, claimed)
    visit.free()
    return is_free


def _waiting(mailbox_id: UUID, full: Sequence[str]) -> Select[UUID]:
    mine = select(Save.message_id).join(Message, Save.message_id == Message.id).where(Message.mailbox_id == mailbox_id)
    # What a dead worker left, or has an outage, is taken in hand by itself: the sweep calls for it.
    is_queued = Save.state == SaveState.queued
    mine = mine.where(Save.rule_id.is_not(None), is_queued, delivery.is_due(), ~outages.is_running())
    mine = mine.where(Save.destination.not_in(full))
    # What was there before a rule was started waits for what comes now.
    is_past = Save.backfill_id.is_not(None)
    return mine.order_by(is_past, Save.due_at)
