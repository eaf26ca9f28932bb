"""Messages that were announced and not found yet.

Of a message that was seen already there is nothing to learn: that is what becomes of repeated notifications, and of the
echo of our own marks. What no look finds for a while is asked for by its id, because the counts of a folder stay the
same when one message comes and another goes, and may be ahead of its changes.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, bindparam, delete, exists, func, select, text, tuple_
from sqlalchemy.orm import Session

from server.autopilot.taking import Drain
from server.clock import now
from server.mail.base import MailGone, MailIdMalformed, MailItem, MailRefused
from server.models import Announcement, Sighting, WatchedFolder

SOONEST, LATEST = timedelta(seconds=1), timedelta(minutes=1)  # until the next look for what was not found
ASKED_AFTER = timedelta(seconds=5)
CREATED, DELETED = "created", "deleted"
TELLING = ("updated", CREATED, DELETED)  # of several changes of a message the last one here counts
MOST_ASKED = 10  # messages by their ids; of more every folder is read


Awaited = tuple[int, datetime | None]  # how many messages are, and when the last of them was announced

# In one order for everybody. Of what is waited for already, accounts wait for the latest: whoever has read it by
# now and forgets what was announced does not forget this; and what was created and changed since is still new.
_REMEMBERED = text(f"""
    INSERT INTO announcements (mailbox_id, immutable_id, at, change)
    SELECT mailbox_id, immutable_id, clock_timestamp(), change
    FROM json_to_recordset(CAST(:rows AS json)) AS one (mailbox_id uuid, immutable_id text, change text)
    ORDER BY mailbox_id, immutable_id
    ON CONFLICT (mailbox_id, immutable_id) DO UPDATE SET at = excluded.at, change = CASE
        WHEN announcements.change = '{CREATED}' AND excluded.change <> '{DELETED}' THEN '{CREATED}'
        ELSE excluded.change
    END
    WHERE announcements.mailbox_id = ANY(:listening)
""").bindparams(bindparam("rows", type_=Text()), bindparam("listening", type_=ARRAY(Uuid())))


@dataclass(frozen=True)
class Change:
    """What is announced: of a message, or of none in particular. `kind` is "created", "updated" or "deleted"."""

    mailbox_id: UUID
    message_id: str | None
    kind: str


def note(session: Session, changes: Sequence[Change], listening: Collection[UUID]) -> Collection[UUID]:
    """Remember what is new of these. Returns the mailboxes that have to be looked at.

    Rules want a message once, and none that is gone; accounts, which mailboxes in `listening` have, want to know of
    each change.
    """
    unnamed = {each.mailbox_id for each in changes if each.message_id is None}
    named: dict[tuple[UUID, str], str] = {}
    for each in changes:
        if each.message_id:
            key = each.mailbox_id, each.message_id
            named[key] = max(named.get(key, each.kind), each.kind, key=TELLING.index)
    for_rules = sorted(key for key, kind in named.items() if key[0] not in listening and kind != DELETED)
    fresh = set(for_rules) - _seen(session, for_rules)
    fresh |= {key for key in named if key[0] in listening}
    if fresh:
        rows = [
            {"mailbox_id": str(mailbox), "immutable_id": message_id, "change": named[mailbox, message_id]}
            for mailbox, message_id in fresh
        ]
        about = {"rows": json.dumps(rows), "listening": list(listening)}
        session.execute(_REMEMBERED, about)
    return unnamed | {mailbox for mailbox, _ in fresh}


def _seen(session: Session, named: Sequence[tuple[UUID, str]]) -> set[tuple[UUID, str]]:
    there = select(Sighting.mailbox_id, Sighting.immutable_id).where(
        tuple_(Sighting.mailbox_id, Sighting.immutable_id).in_(named)
    )
    return {(row.mailbox_id, row.immutable_id) for row in session.execute(there)} if named else set()


def awaited(session: Session, mailbox_id: UUID) -> Awaited:
    """So that it shows whether others came since."""
    mine = select(func.count(), func.max(Announcement.at)).where(Announcement.mailbox_id == mailbox_id)
    count, last = session.execute(mine).one()
    return count, last


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
            item = work.ask_for_one(partial(mail.item, mailbox=address, item_id=item_id))
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
