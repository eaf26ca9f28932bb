"""What a look at a mailbox finds for its accounts: on pages of changes, by the ids that were announced, and of what
left a folder. Each transaction here is that of the look; what has to be asked of Graph is asked before it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from server.accounts import noticing
from server.autopilot import subscriptions, watching
from server.autopilot.taking import Drain, prepared, take
from server.autopilot.turn import LEARNED, READ_AGAIN, Turn, together
from server.clock import now
from server.mail.base import Changes, MailBusy, MailGone, MailIdMalformed, MailItem, MailPlaceLost, MailRefused, Part
from server.models import Announcement

log = structlog.get_logger(__name__)

MOST_ASKED = 100  # messages by their ids in one look; the next one goes on
AWAITED = timedelta(minutes=10)  # for which something that was announced and is not there is looked for
MARGIN = timedelta(minutes=5)  # by which clocks may differ, and Graph may be late to find a change
CREATED = "created"
NOT_THERE = {"ErrorItemNotFound", "ErrorInvalidMailboxItemId"}  # the message; other words mean the mailbox


@dataclass(frozen=True)
class Waiting:
    """What was announced before a look, with the folders in which those messages are known to be."""

    announced: Sequence[Announcement] = ()
    folder_ids: Collection[str] = ()


@dataclass(frozen=True)
class Heard:
    """Of a page: what is new or changed, parts of what is known, what was there before but is not known, what left.
    `is_anew`: the folder is read from its beginning.
    """

    folder_id: str
    items: Sequence[MailItem]
    parts: Sequence[Part]
    old: Sequence[MailItem]
    removed_ids: Sequence[str]
    is_anew: bool


@dataclass(frozen=True)
class Found:
    """By their ids: messages that are new or known, messages that were there before, and ids of what is gone for good.
    Of those in `missing` nothing is known yet, and of those that were `refused` nothing will be; `settled` are the
    announcements for which nobody waits any longer.
    """

    items: Sequence[MailItem]
    old: Sequence[MailItem]
    gone: Sequence[str]
    missing: Sequence[str]
    refused: Sequence[str]
    settled: Sequence[Announcement]


def waiting(turn: Turn) -> Waiting:
    """Nothing where nobody is told."""
    if not turn.readers:
        return Waiting()
    mine = select(Announcement).where(Announcement.mailbox_id == turn.watch.mailbox_id).order_by(Announcement.at)
    with turn.services.database.session() as session:
        announced = list(session.scalars(mine))
        ids = [each.immutable_id for each in announced]
        return Waiting(announced, noticing.folders_of(session, turn.watch.mailbox_id, ids) if ids else ())


def heard_on(work: Drain, folder_id: str, page: Changes, is_anew: bool) -> Heard | None:
    """None where nobody is told. Raises MailError and AffixError."""
    if work.audience is None:
        return None
    work.met.update(each.id for each in page.items)
    work.met.update((*page.partial_ids, *page.removed_ids))
    with work.services.database.session() as session:
        unknown = noticing.unknown(session, work.watch.mailbox_id, page.partial_ids)
    old = [each for each in asked_for(work, sorted(unknown)).values() if each is not None]
    items = [each if each.folder_id else replace(each, folder_id=folder_id) for each in page.items]
    return Heard(folder_id, items, page.parts, old, page.removed_ids, is_anew)


def note(session: Session, work: Drain, heard: Heard) -> int:
    """Tell it and remember it, in the transaction that moves the place on. Returns how many messages were new."""
    if work.audience is None:
        return 0
    fresh = noticing.notice(session, work.audience, heard.items, is_anew=heard.is_anew)
    if fresh:
        subscriptions.judge_newest(session, work.watch, heard.items)
    noticing.notice(session, work.audience, heard.old, are_old=True)
    noticing.notice_parts(session, work.audience, heard.parts)
    noticing.note_left(session, work.audience, heard.folder_id, heard.removed_ids)
    return fresh


def asked_for(work: Drain, ids: Sequence[str]) -> dict[str, MailItem | None]:
    """Messages by their ids, None for those that are not there; without those that Graph refuses to answer for. Raises
    MailError and AffixError, and MailBusy where the mailbox itself is not found: the next look proves whether it is.
    """
    mail, address = work.services.mail, work.mailbox.address
    with_body = not work.services.settings.keep_mime

    def ask(item_id: str) -> tuple[bool, MailItem | None]:
        try:
            return True, work.ask_for_one(lambda token: mail.item(token, address, item_id, with_body))
        except MailPlaceLost:
            raise
        except MailGone as gone:
            if gone.code not in NOT_THERE:
                raise MailBusy("Microsoft 365 does not find this mailbox.", code=gone.code) from None
            return True, None
        except (MailIdMalformed, MailRefused) as refusal:
            log.warning("message_refused", mailbox=str(work.watch.mailbox_id), message=item_id, error=refusal.code)
            return False, None

    answers = zip(ids, together(work.services, [partial(ask, each) for each in ids]), strict=True)
    return {item_id: item for item_id, (is_answered, item) in answers if is_answered}


def found_of(work: Drain, announced: Sequence[Announcement], left: Collection[str]) -> Found:
    """What became of messages that were announced, and of those that left their folders."""
    ids = list(dict.fromkeys([*(each.immutable_id for each in announced), *left]))
    there = asked_for(work, ids)
    changes = {each.immutable_id: each.change for each in announced}
    present = [each for each in there.values() if each is not None]
    absent = [item_id for item_id, item in there.items() if item is None]
    is_awaited = now() - AWAITED
    awaited = {each.immutable_id for each in announced if each.change == CREATED and each.at > is_awaited}
    return Found(
        items=[each for each in present if changes.get(each.id, CREATED) == CREATED],
        old=[each for each in present if changes.get(each.id, CREATED) != CREATED],
        gone=[each for each in absent if each in left or changes.get(each) != CREATED],
        missing=[each for each in absent if each in awaited and each not in left],
        refused=[each for each in ids if each not in there],
        settled=[each for each in announced if each.immutable_id not in absent or each.immutable_id not in awaited],
    )


def note_found(session: Session, work: Drain, found: Found) -> int:
    """Tell it and remember it. Returns how many messages were new."""
    forget(session, work.watch.mailbox_id, found.settled)
    if work.audience is None:
        return 0
    fresh = noticing.notice(session, work.audience, found.items)
    noticing.notice(session, work.audience, found.old, are_old=True)
    noticing.notice_gone(session, work.audience, found.gone)
    noticing.give_up(session, work.watch.mailbox_id, found.refused)
    return fresh


def forget(session: Session, mailbox_id: UUID, announced: Sequence[Announcement]) -> None:
    """Nobody waits for these any more; what was announced once more meanwhile is looked for once more."""
    if not announced:
        return
    those = [(each.immutable_id, each.at) for each in announced]
    mine = Announcement.mailbox_id == mailbox_id, tuple_(Announcement.immutable_id, Announcement.at).in_(those)
    if len(those) > 1:  # in the order in which they are taken in, so that nobody waits for the other
        session.execute(select(Announcement.at).where(*mine).order_by(Announcement.immutable_id).with_for_update())
    session.execute(delete(Announcement).where(*mine).execution_options(synchronize_session=False))


def settle(turn: Turn, work: Drain, waiting: Waiting) -> None:
    """After all folders were read: whatever was announced or left its folder and was met in none is asked for by its
    id. Raises MailError, AffixError and TakenOver.
    """
    mailbox_id, audience = work.watch.mailbox_id, work.audience
    met = [each for each in waiting.announced if each.immutable_id in work.met]
    with work.services.database.session.begin() as session:
        watching.hold(session, work.services, work.watch)
        forget(session, mailbox_id, met)
        left = noticing.left(session, mailbox_id, MOST_ASKED)
        if turn.look.is_full:
            noticing.forget(session, mailbox_id)
    if turn.look.is_full:
        _note_altered(turn, work)
    unmet = [each for each in waiting.announced if each.immutable_id not in work.met][:MOST_ASKED]
    if audience is None or not (unmet or left):
        return
    found = found_of(work, unmet, left)
    wanted = [each for each in (*found.items, *found.old) if each.folder_id not in audience.bins]
    ready = prepared(work, turn.active, turn.rules, wanted) if turn.active else None
    with work.services.database.session.begin() as session:
        watching.hold(session, work.services, work.watch)
        fresh = note_found(session, work, found)
        turn.look.messages += take(session, work, ready) if ready is not None else fresh


def _note_altered(turn: Turn, work: Drain) -> None:
    """What changed since this was asked last among mail from before everything that the folders' changes tell of. Graph
    finds it by the moment of its change, which also those who restore or import old mail cannot set back. Looks that
    are not full do not ask, so how far it was asked is kept for itself.
    """
    read, audience = turn.watch.synced_at, work.audience
    if audience is None:
        return
    begin = min(min(each.notify_from, each.created_at - LEARNED) for each in audience.accounts)
    changes, address, before = (
        work.services.mail.changes,
        work.mailbox.address,
        max(begin, (read or begin) - READ_AGAIN),
    )
    oldest = min(each.created_at for each in audience.accounts)
    since = max(turn.watch.altered_until or oldest, oldest) - MARGIN
    link: str | None = None
    is_more = read is not None  # all that is there at first is learned without a word
    while is_more:
        page = work.ask(lambda token, link=link: changes.altered(token, address, since, before, link))  # type: ignore[misc]
        with work.services.database.session.begin() as session:
            watching.hold(session, work.services, work.watch)
            noticing.notice(session, audience, page.items, are_old=True)
        link, is_more = page.link, page.is_more
    with work.services.database.session.begin() as session:
        watching.hold(session, work.services, work.watch).altered_until = turn.look.began
