"""The way by which a single message that is announced is told and saved at once: it is asked for by its id, and nothing
else of the mailbox is looked at. Many are read by their folders' changes; so is whatever this way does not settle, and
what came with them unannounced, soon afterwards.
"""

import threading
import time
from collections import deque
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from server.autopilot import announced, listening, watching
from server.autopilot.taking import Drain, prepared, take
from server.autopilot.turn import Turn, folders_of
from server.clock import now
from server.errors import AffixError
from server.mail.base import MailError
from server.models import Announcement, Health

log = structlog.get_logger(__name__)

MOST = 5  # messages at once; more are cheaper by their folders' changes
MOST_A_MINUTE = 200  # of one mailbox and process: Graph grants an application 1,000 requests a minute there
FOLLOWED_BY = timedelta(minutes=10)  # until a whole look, which finds what nobody announced

_guard = threading.Lock()
_asked: dict[UUID, deque[float]] = {}


def few_announced(session: Session, turn: Turn) -> list[Announcement]:
    """What was announced, if that is all for which the mailbox is due, and little; else nothing."""
    watch, claim = turn.watch, turn.claim
    is_well = watch.health == Health.connected and not watch.failures and watch.outage_at is None
    is_read = (
        watch.synced_at is not None and watch.rules_rest_since is None and (turn.is_licensed or not turn.has_rules)
    )
    if claim.is_overdue or not is_well or not is_read:
        return []
    mine = select(Announcement).where(Announcement.mailbox_id == watch.mailbox_id).limit(MOST + 1)
    found = list(session.scalars(mine))
    return found if len(found) <= MOST and _is_granted(watch.mailbox_id, len(found)) else []


def _is_granted(mailbox_id: UUID, count: int) -> bool:
    """Whether so many more may be asked for one by one."""
    moment = time.monotonic()
    with _guard:
        times = _asked.setdefault(mailbox_id, deque())
        while times and times[0] < moment - 60:
            times.popleft()
        if len(times) + count > MOST_A_MINUTE:
            return False
        times.extend([moment] * count)
        return True


def taken(turn: Turn, few: Sequence[Announcement]) -> bool:
    """Take these messages and let go of the mailbox. False where a whole look is needed instead. Raises TakenOver."""
    person = next(iter(turn.in_turn()), None)
    work = Drain(turn.services, turn.watch, person, turn.own, turn.excluded, proof=turn.still_may)
    try:
        found = listening.found_of(work, few, ())
        with turn.services.database.session() as session:
            folders = {each.folder_id: each for each in folders_of(session, turn.watch)}
        items = [*found.items, *found.old]
        if any(each.folder_id not in folders for each in items):
            return False
        work.audience = turn.audience(person, list(folders.values())) if turn.readers else None
        wanted = [each for each in items if not folders[str(each.folder_id)].is_left_out]
        ready = prepared(work, turn.active, turn.rules, wanted) if turn.active else None
    except (MailError, AffixError) as error:
        log.info("asked_for_in_vain", mailbox=str(turn.watch.mailbox_id), error=error.code)
        return False
    with turn.services.database.session.begin() as session:
        watch = watching.hold(session, turn.services, turn.watch)
        listening.note_found(session, work, found)
        if ready is not None:
            take(session, work, ready)
        listening.forget(session, watch.mailbox_id, found.settled)
        is_soon = bool(found.missing)
        wait = announced.SOONEST if is_soon else FOLLOWED_BY
        watching.let_go(turn.services, session, watch, turn.claim, now() + wait, ring=is_soon)
    return True
