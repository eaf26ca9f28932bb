"""The way by which a single message that is announced is told and saved at once: it is asked for by its id, and nothing
else of the mailbox is looked at. Many are read by their folders' changes; so is whatever this way does not settle, and
what came with them unannounced, soon afterwards.
"""

import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import bindparam, exists, select, tuple_
from sqlalchemy.orm import Session

from server.autopilot import announced, listening, watching
from server.autopilot.taking import Drain, prepared, take
from server.autopilot.turn import Turn, folders_of
from server.clock import now
from server.errors import AffixError
from server.mail.base import MailError
from server.models import Announcement, Health, WatchedFolder

log = structlog.get_logger(__name__)

MOST = 4  # messages, which is how many Graph serves at once; more are cheaper by their folders' changes
MOST_A_MINUTE = 200  # of one mailbox and process: Graph grants an application 1,000 requests a minute there
FOLLOWED_BY = timedelta(minutes=10)  # until a whole look, which finds what nobody announced

_ANNOUNCED = select(Announcement).where(Announcement.mailbox_id == bindparam("mailbox")).limit(MOST + 1)

_guard = threading.Lock()
_asked: dict[UUID, deque[float]] = {}


@dataclass(frozen=True)
class Few:
    """What was announced of a mailbox, and its folders by id."""

    announced: Sequence[Announcement]
    folders: Mapping[str, WatchedFolder]


def few_announced(session: Session, turn: Turn) -> Few | None:
    """What was announced, if that is all for which the mailbox is due, and little."""
    watch, claim = turn.watch, turn.claim
    is_well = watch.health == Health.connected and not watch.failures and watch.outage_at is None
    do_rest = watch.rules_rest_since is not None
    is_noted = not do_rest if turn.active else do_rest or not turn.rules_rest
    is_read = watch.synced_at is not None and is_noted
    if claim.is_overdue or not is_well or not is_read:
        return None
    found = session.scalars(_ANNOUNCED, {"mailbox": watch.mailbox_id}).all()
    if not 0 < len(found) <= MOST or not _is_granted(watch.mailbox_id, len(found)):
        return None
    return Few(found, {each.folder_id: each for each in folders_of(session, watch)})


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


def taken(turn: Turn, few: Few) -> bool:
    """Take these messages and let go of the mailbox. False where a whole look is needed instead, as for what is gone:
    that the mailbox is there is proven first. Raises TakenOver.
    """
    person = next(iter(turn.in_turn()), None)
    work = Drain(turn.services, turn.watch, person, turn.own, turn.excluded, proof=turn.still_may)
    try:
        found = listening.found_of(work, few.announced, ())
        items = [*found.items, *found.old]
        if found.gone or any(each.folder_id not in few.folders for each in items):
            return False
        work.audience = turn.audience(person, list(few.folders.values())) if turn.readers else None
        wanted = [each for each in items if not few.folders[str(each.folder_id)].is_left_out]
        ready = prepared(work, turn.active, turn.rules, wanted) if turn.active else None
        if ready is not None and not turn.active:
            return False
    except (MailError, AffixError) as error:
        log.info("asked_for_in_vain", mailbox=str(turn.watch.mailbox_id), error=error.code)
        return False
    is_soon = bool(found.missing)
    again_at = now() + (announced.SOONEST if is_soon else FOLLOWED_BY)
    with turn.services.database.session.begin() as session:
        watching.let_go(turn.services, session, turn.claim, again_at, ring=is_soon)
        listening.note_found(session, work, found)
        if ready is not None:
            take(session, work, ready)
    return True


def are_others_announced(turn: Turn, few: Few) -> bool:
    """Whether something was announced besides these, or once more, while the mailbox was in hand."""
    those = [(each.immutable_id, each.at) for each in few.announced]
    others = exists().where(
        Announcement.mailbox_id == turn.watch.mailbox_id,
        tuple_(Announcement.immutable_id, Announcement.at).not_in(those),
    )
    with turn.services.database.session() as session:
        return bool(session.scalar(select(others)))
