"""Messages that were announced and not found yet.

Of a message that was seen already there is nothing to learn: that is what becomes of repeated notifications, and of the
echo of our own marks. What no look finds for a while is asked for by its id, because the counts of a folder stay the
same when one message comes and another goes, and may be ahead of its changes.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, exists, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server.autopilot.taking import Drain
from server.clock import now
from server.mail.base import MailGone, MailIdMalformed, MailItem, MailRefused
from server.models import Announcement, Sighting, WatchedFolder

SOONEST, LATEST = timedelta(seconds=1), timedelta(minutes=1)  # until the next look for what was not found
ASKED_AFTER = timedelta(seconds=5)
MOST_ASKED = 10  # messages by their ids; of more every folder is read


def note(session: Session, changes: Sequence[tuple[UUID, str | None]]) -> Collection[UUID]:
    """Remember what is new of these (mailbox, message). Returns the mailboxes that have to be looked at."""
    named = sorted({(mailbox, message_id) for mailbox, message_id in changes if message_id})
    if not named:
        return {mailbox for mailbox, _ in changes}
    there = select(Sighting.mailbox_id, Sighting.immutable_id).where(
        tuple_(Sighting.mailbox_id, Sighting.immutable_id).in_(named)
    )
    seen = {(row.mailbox_id, row.immutable_id) for row in session.execute(there)}
    fresh = [each for each in named if each not in seen]
    if fresh:
        rows = [{"mailbox_id": mailbox, "immutable_id": message_id, "at": now()} for mailbox, message_id in fresh]
        session.execute(insert(Announcement).values(rows).on_conflict_do_nothing())
    return {mailbox for mailbox, message_id in changes if message_id is None or (mailbox, message_id) not in seen}


def next_look(session: Session, mailbox_id: UUID) -> timedelta | None:
    """In which time to look again for what was announced and not found; longer the longer it is missing."""
    oldest = session.scalar(select(func.min(Announcement.at)).where(Announcement.mailbox_id == mailbox_id))
    return min(max(now() - oldest, SOONEST), LATEST) if oldest else None


def forget_what_was_seen(session: Session, mailbox_id: UUID) -> None:
    seen = exists().where(
        Sighting.mailbox_id == Announcement.mailbox_id, Sighting.immutable_id == Announcement.immutable_id
    )
    session.execute(delete(Announcement).where(Announcement.mailbox_id == mailbox_id, seen))


def missing(session: Session, mailbox_id: UUID) -> list[str]:
    """The ids of what no look has found in all that time."""
    mine = select(Announcement.immutable_id).where(Announcement.mailbox_id == mailbox_id)
    return list(session.scalars(mine.where(Announcement.at < now() - ASKED_AFTER).order_by(Announcement.at)))


def asked_for(work: Drain, ids: Sequence[str]) -> list[MailItem]:
    """Those that are there after all, in a folder that is watched. Raises MailError and AffixError."""
    mail, address = work.services.mail, work.mailbox.address
    left_out = select(WatchedFolder.folder_id).where(
        WatchedFolder.mailbox_id == work.watch.mailbox_id, WatchedFolder.is_left_out
    )
    with work.services.database.session() as session:
        elsewhere = set(session.scalars(left_out))
    found = []
    for item_id in ids:
        try:
            item = work.ask(lambda token, item_id=item_id: mail.item(token, address, item_id))  # type: ignore[misc]
        except (MailGone, MailIdMalformed, MailRefused):
            continue
        if item.folder_id not in elsewhere:
            found.append(item)
    return found


def settle(session: Session, mailbox_id: UUID, ids: Sequence[str]) -> None:
    """Nobody has to look for these any more."""
    session.execute(
        delete(Announcement).where(Announcement.mailbox_id == mailbox_id, Announcement.immutable_id.in_(ids))
    )
