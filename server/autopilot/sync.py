"""Looks for what is new in a watched mailbox, queues what its rules want and tells its accounts.

One request lists the folders with their counts; only those whose counts changed are read. A page of changes, the
saves that it causes, what is told of it and the place up to which was read are one transaction: after a crash the page
comes again, and nothing of it is done twice. The mailbox is read as one of the people whose rules and accounts these
are; when one can no longer read it, the next is tried, and a rule whose own person lost the right stops and says so.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server.accounts import noticing
from server.accounts.noticing import UNTOLD, Audience
from server.autopilot import announced, at_once, carriers, listening, subscriptions, watching
from server.autopilot.taking import Drain, Ready, prepared, take
from server.autopilot.turn import NOBODY_LEFT, RIGHT_LOST, Turn, folders_of, turn_of
from server.autopilot.watching import TakenOver
from server.detection import note_access
from server.errors import AffixError, Busy
from server.mail.base import (
    Changes,
    Folder,
    MailAccessDenied,
    MailBusy,
    MailChallenge,
    MailError,
    MailGone,
    MailItem,
    MailPartDenied,
    MailPlaceLost,
    MailRefused,
)
from server.models import Health, Mailbox, Membership, Person, Sighting, Watch, WatchedFolder
from server.services import Services

log = structlog.get_logger(__name__)

NOT_GRANTED = "Microsoft 365 does not let Affix itself read this mailbox. An administrator has to grant it."


def sync(services: Services, mailbox_id: UUID) -> None:
    """Do what is due for one mailbox; nothing if it is not due or another worker has it."""
    with _late_is_dropped(mailbox_id):
        turn = _beyond_few(services, mailbox_id)
        if turn is not None:
            _look(turn)


def take_few(services: Services, mailbox_id: UUID) -> None:
    """Do what is due for one mailbox if that is a few announced messages; else ring for a worker."""
    with _late_is_dropped(mailbox_id):
        turn = _beyond_few(services, mailbox_id)
        if turn is not None:
            with services.database.session.begin() as session:
                watching.leave(services, session, turn.claim)


@contextmanager
def _late_is_dropped(mailbox_id: UUID) -> Iterator[None]:
    try:
        yield
    except TakenOver:
        log.warning("late_drain_dropped", mailbox=str(mailbox_id))


def _beyond_few(services: Services, mailbox_id: UUID) -> Turn | None:
    """Take a few announced messages, and those that are announced by then. Gives the mailbox in hand where there is
    more to do; None where there is not, or it is not due, or another has it.
    """
    while True:
        with services.database.session.begin() as session:
            claim = watching.claim(services, session, mailbox_id)
            if claim is None:
                return None
            turn = turn_of(services, session, claim)
            few = at_once.few_announced(session, turn) if turn.active or turn.readers else None
        if few is None or not at_once.taken(turn, few):
            return turn
        if not at_once.are_others_announced(turn, few):
            return None


def _look(turn: Turn) -> None:
    """Raises TakenOver."""
    if turn.active or turn.readers:
        _look_as_somebody(turn)
    elif turn.has_rules:
        _rest(turn, Health.unlicensed, watching.UNLICENSED)
    else:
        _rest(turn, Health.paused, "No rule is active.")


def _rest(turn: Turn, health: Health, reason: str) -> None:
    subscriptions.end(turn.services, turn.watch)
    watching.rest(turn.services, turn.watch, health, reason)


def _look_as_somebody(turn: Turn) -> None:
    """Raises TakenOver."""
    services, watch, people = turn.services, turn.watch, turn.people
    turn.look.is_full = watching.needs_full_look(services, watch) or turn.is_behind
    for person in turn.in_turn():
        try:
            _drain(turn, person)
            is_fresh = subscriptions.keep(services, watch, people, for_accounts=bool(turn.readers))
        except (MailBusy, Busy) as busy:
            watching.postpone(services, watch, busy.retry_after, busy.code)
            return
        except (MailAccessDenied, MailGone) as refusal:
            if not _refused(turn, person, refusal):
                return
        except (MailChallenge, AffixError) as error:
            turn.disconnected(person, error)
        except MailError as error:
            watching.postpone(services, watch, None, error.code)
            return
        else:
            with services.database.session.begin() as session:
                known = announced.awaited(session, watch.mailbox_id)
                soon = announced.next_look(session, watch.mailbox_id)
                is_any_left = bool(turn.readers and noticing.left(session, watch.mailbox_id, 1))
                _note_that_let_in(session, turn, person)
            turn.look.again_in = announced.SOONEST if is_fresh or is_any_left else soon
            turn.look.is_caught_up = bool(turn.active)
            watching.succeed(services, watch, person, turn.look)
            _ring_for_what_came_meanwhile(services, watch.mailbox_id, known)
            carriers.try_the_others(services, (each for each in people if each is not person))
            return
    watching.nobody_left(services, watch, bool(turn.active), NOBODY_LEFT if turn.readers else None)


def _ring_for_what_came_meanwhile(services: Services, mailbox_id: UUID, known: announced.Awaited) -> None:
    """Whoever was called for it found the mailbox in our hands."""
    with services.database.session.begin() as session:
        if announced.awaited(session, mailbox_id) != known:
            rest_until = session.scalar(select(Watch.rest_until).where(Watch.mailbox_id == mailbox_id))
            services.ring_for_mailbox(session, mailbox_id, rest_until)


def _note_that_let_in(session: Session, turn: Turn, person: Person | None) -> None:
    """Whoever carries an account and was not let in before is so again."""
    is_of_account = person is not None and any(each.person and each.person.id == person.id for each in turn.readers)
    if person is not None and is_of_account:
        if session.get(Membership, (turn.watch.mailbox_id, person.id)) is None:
            note_access(session, person, session.get_one(Mailbox, turn.watch.mailbox_id))


def _refused(turn: Turn, person: Person | None, refusal: MailError) -> bool:
    """Whether another may be tried."""
    if person is None:
        log.warning("application_refused", mailbox=str(turn.watch.mailbox_id), error=refusal.code)
        watching.rest(turn.services, turn.watch, Health.access_lost, NOT_GRANTED)
        return False
    turn.lose(person, RIGHT_LOST)
    return True


def _drain(turn: Turn, person: Person | None) -> None:
    """Read every folder with news up to its end. Raises MailError, AffixError or TakenOver."""
    mailbox_id = turn.watch.mailbox_id
    work = Drain(turn.services, turn.watch, person, turn.own, turn.excluded, proof=turn.still_may)
    counted = _counted_folders(work)
    with turn.services.database.session() as session:
        missing = [] if turn.readers else announced.missing(session, mailbox_id)
    turn.look.is_full = turn.look.is_full or len(missing) > announced.MOST_ASKED
    waiting = listening.waiting(turn)
    there = {each.id: each for each in counted}
    for folder in _to_read(turn, work, there, waiting):
        _drain_folder(turn, work, folder, there[folder.folder_id])
    if work.audience is not None:
        listening.settle(turn, work, waiting)
        return
    with turn.services.database.session.begin() as session:
        announced.forget_what_was_seen(session, mailbox_id)
    if missing:
        _ask_for(turn, work, missing)


def _ask_for(turn: Turn, work: Drain, missing: Sequence[str]) -> None:
    """Look for what was announced and not found in any folder by its id; then nobody waits for it any longer."""
    mailbox_id = work.watch.mailbox_id
    with work.services.database.session() as session:
        unseen = [each for each in announced.missing(session, mailbox_id) if each in missing]
    items = announced.asked_for(work, unseen[: announced.MOST_ASKED])
    ready = prepared(work, turn.active, turn.rules, items)
    with work.services.database.session.begin() as session:
        watching.hold(session, work.services, work.watch)
        turn.look.messages += take(session, work, ready)
        announced.settle(session, mailbox_id, missing)


def _counted_folders(work: Drain) -> list[Folder]:
    mail, address = work.services.mail.changes, work.mailbox.address
    try:
        return work.ask(lambda token: mail.counted_folders(token, address))
    except MailPlaceLost:  # pages of the list can go stale while they are read
        return work.ask(lambda token: mail.counted_folders(token, address))


def _to_read(turn: Turn, work: Drain, there: dict[str, Folder], waiting: listening.Waiting) -> list[WatchedFolder]:
    """The folders with news, those that lost mail first: what moved is then found in another one. New ones are watched
    from now on, and those that are gone no longer.
    """
    changes, address = work.services.mail.changes, work.mailbox.address
    with work.services.database.session() as session:
        known = {each.folder_id: each for each in folders_of(session, work.watch)}
    special: dict[str, str] = {}
    if not any(each.special_use for each in known.values()):
        special = work.ask(lambda token: changes.special_folders(token, address))
    left_out = {folder_id for folder_id, name in special.items() if name in changes.left_out_names}
    with work.services.database.session.begin() as session:
        watch = watching.hold(session, work.services, work.watch)
        for each in there.values():
            before = known.get(each.id)
            values = {"name": each.name, "parent_id": each.parent_id}
            if special:
                values |= {"special_use": special.get(each.id)}
            if before is None or special or (before.name, before.parent_id) != (each.name, each.parent_id):
                new = {"mailbox_id": work.watch.mailbox_id, "folder_id": each.id, "is_left_out": each.id in left_out}
                row = insert(WatchedFolder).values(link=None, **new, **values)
                session.execute(row.on_conflict_do_update(index_elements=["mailbox_id", "folder_id"], set_=values))
        if turn.rules_rest:
            watching.note_rest(watch)
        elif turn.is_behind and not watch.is_rewound:
            watch.is_rewound = True
            mine = WatchedFolder.mailbox_id == work.watch.mailbox_id, WatchedFolder.is_left_out.is_(False)
            session.execute(update(WatchedFolder).where(*mine).values(link=None))
        for gone in (each for each in known.values() if each.folder_id not in there):
            if not (gone.special_use or gone.is_left_out):  # those are never deleted, and what they are is known once
                _forget_folder(session, gone)
        folders = folders_of(session, work.watch)
    work.audience = turn.audience(work.person, folders)
    wanted = [
        each
        for each in folders
        if each.folder_id in there
        and _is_read(each, work.audience)
        and (turn.look.is_full or each.link is None or each.folder_id in waiting.folder_ids or _has_news(each, there))
    ]
    return sorted(wanted, key=lambda each: there[each.folder_id].total - (each.total or 0))


def _forget_folder(session: Session, folder: WatchedFolder) -> None:
    """It is not there any more. The watch is held."""
    noticing.note_folder_gone(session, folder.mailbox_id, folder.folder_id)
    mine = WatchedFolder.mailbox_id == folder.mailbox_id, WatchedFolder.folder_id == folder.folder_id
    session.execute(delete(WatchedFolder).where(*mine))


def _is_read(folder: WatchedFolder, audience: Audience | None) -> bool:
    """Rules want nothing of the bins; accounts are told of what is in them too."""
    return not folder.is_left_out or (audience is not None and folder.special_use not in UNTOLD)


def _has_news(folder: WatchedFolder, there: dict[str, Folder]) -> bool:
    counted = there[folder.folder_id]
    return (counted.total, counted.unread) != (folder.total, folder.unread)


def _drain_folder(turn: Turn, work: Drain, folder: WatchedFolder, counted: Folder) -> None:
    link = folder.link
    is_anew = link is None or folder.total is None
    while True:
        try:
            page = _page(turn, work, folder.folder_id, link)
        except MailPlaceLost:
            log.warning("folder_read_anew", mailbox=str(work.watch.mailbox_id))
            if link is None:
                raise
            link, is_anew = None, True
            continue
        except MailPartDenied as denied:
            log.warning("folder_refused", mailbox=str(work.watch.mailbox_id), error=denied.code)
            return  # its place stays; whoever may read it goes on from there
        except MailGone:
            with work.services.database.session.begin() as session:
                watching.hold(session, work.services, work.watch)
                _forget_folder(session, folder)
            return
        heard = listening.heard_on(work, folder.folder_id, page, is_anew)
        ready = _ready(turn, work, folder, page, heard)
        with work.services.database.session.begin() as session:
            watch = watching.hold(session, work.services, work.watch)
            if turn.rules_rest:  # perhaps only since somebody lost their right a moment ago
                watching.note_rest(watch)
            turn.look.messages += _take_page(session, work, ready, heard)
            row = session.get_one(WatchedFolder, (folder.mailbox_id, folder.folder_id))
            row.link = page.link
            if not page.is_more:
                row.total, row.unread = counted.total, counted.unread
            elif is_anew:
                row.total = row.unread = None  # known only once it was read to its end
        if not page.is_more:
            return
        link = page.link


def _ready(
    turn: Turn, work: Drain, folder: WatchedFolder, page: Changes, heard: listening.Heard | None
) -> Ready | None:
    """What rules may want of a page; None where there are none. What keeps them waiting keeps no account waiting."""
    if not turn.active or folder.is_left_out:
        return None
    try:
        ready = prepared(work, turn.active, turn.rules, [*page.items, *_whole(work, page)])
    except (MailError, AffixError):
        if heard is not None:
            with work.services.database.session.begin() as session:
                watching.hold(session, work.services, work.watch)
                listening.note(session, work, heard)
        raise
    return ready if turn.active else None  # whose right is gone since rests, instead of having seen it


def _take_page(session: Session, work: Drain, ready: Ready | None, heard: listening.Heard | None) -> int:
    """How many messages on it were new."""
    found = listening.note(session, work, heard) if heard is not None else 0
    return take(session, work, ready) if ready is not None else found


def _page(turn: Turn, work: Drain, folder_id: str, link: str | None) -> Changes:
    mail, address = work.services.mail.changes, work.mailbox.address
    with_body = not work.services.settings.keep_mime
    return work.ask_for_one(lambda token: mail.of_folder(token, address, folder_id, link, turn.begin(), with_body))


def _whole(work: Drain, page: Changes) -> list[MailItem]:
    """Items of which only the changed parts came, read whole unless they are known already."""
    with work.services.database.session() as session:
        seen = select(Sighting.immutable_id).where(
            Sighting.mailbox_id == work.watch.mailbox_id, Sighting.immutable_id.in_(page.partial_ids)
        )
        known = set(session.scalars(seen)) if page.partial_ids else set()
    found: list[MailItem] = []
    for item_id in page.partial_ids:
        if item_id not in known:
            try:
                found.append(_item(work, item_id))
            except MailGone:
                continue  # moved on or deleted meanwhile; its new folder tells of it
            except MailRefused as refused:
                log.warning("message_refused", mailbox=str(work.watch.mailbox_id), message=item_id, error=refused.code)
    return found


def _item(work: Drain, item_id: str) -> MailItem:
    return work.ask_for_one(lambda token: work.services.mail.item(token, work.mailbox.address, item_id))
