"""Looks for new mail in a watched mailbox and queues what its rules want.

One request lists the folders with their counts; only those whose counts changed are read. A page of changes, the
saves that it causes and the place up to which was read are one transaction: after a crash the page comes again, and
nothing of it is done twice. The mailbox is read as one of the people whose rules these are; when one can no longer read
it, the next is tried, and a rule whose own person lost the right stops and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from server import licensing
from server.auth.refusals import GrantLost
from server.autopilot import announced, carriers, exclusions, subscriptions, watching
from server.autopilot.matching import Excluded
from server.autopilot.reach import rules_in
from server.autopilot.taking import Drain, prepared, take
from server.autopilot.watching import Look, TakenOver
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
    MailPlaceLost,
)
from server.models import Health, Person, Rule, RuleState, Sighting, Watch, WatchedFolder
from server.people import as_person, own_domains
from server.services import Services

log = structlog.get_logger(__name__)

READ_AGAIN = timedelta(days=7)  # before the last look, when Graph forgot a folder's place
RIGHT_LOST = "may no longer read this mailbox."
ACCOUNT_GONE = "is no longer there."
NOT_GRANTED = "Microsoft 365 does not let Affix itself read this mailbox. An administrator has to grant it."


@dataclass
class Turn:
    """One worker's look at one mailbox: who was tried, and what became of it."""

    services: Services
    watch: Watch
    rules: list[Rule]
    own: frozenset[str]
    excluded: Excluded
    look: Look = field(default_factory=lambda: Look(is_full=False))

    @property
    def active(self) -> list[Rule]:
        return [rule for rule in self.rules if rule.state == RuleState.active]


def sync(services: Services, mailbox_id: UUID) -> None:
    """Do what is due for one mailbox; nothing if it is not due or another worker has it."""
    watch = watching.claim(services, mailbox_id)
    if watch is None:
        return
    with services.database.session() as session:
        rules, own = rules_in(session, watch.mailbox), own_domains(session, watch.tenant_id)
        turn = Turn(services, watch, rules, own, exclusions.of_tenant(session, watch.tenant_id))
        is_licensed = licensing.is_licensed(services, session, watch.mailbox)
    try:
        if not turn.active:
            _rest(turn, Health.paused, "No rule is active.")
        elif not is_licensed:
            _rest(turn, Health.unlicensed, "This mailbox has no licence for Autopilot.")
        else:
            _look_as_somebody(turn)
    except TakenOver:
        log.warning("late_drain_dropped", mailbox=str(mailbox_id))


def _rest(turn: Turn, health: Health, reason: str) -> None:
    subscriptions.end(turn.services, turn.watch)
    watching.rest(turn.services, turn.watch, health, reason)


def _look_as_somebody(turn: Turn) -> None:
    """Raises TakenOver."""
    services, watch = turn.services, turn.watch
    people = carriers.carriers_of(turn.rules)
    turn.look.is_full = watching.needs_full_look(services, watch)
    for person in carriers.in_turn(turn.rules, watch):
        try:
            _drain(turn, person)
            is_fresh = subscriptions.keep(services, watch, people)
        except (MailBusy, Busy) as busy:
            watching.postpone(services, watch, busy.retry_after, busy.code)
            return
        except (MailAccessDenied, MailGone) as refusal:
            if not _refused(turn, person, refusal):
                return
        except (MailChallenge, AffixError) as error:
            _disconnected(turn, person, error)
        except MailError as error:
            watching.postpone(services, watch, None, error.code)
            return
        else:
            with services.database.session() as session:
                soon = announced.next_look(session, watch.mailbox_id)
                turn.look.again_in = announced.SOONEST if is_fresh else soon
            watching.succeed(services, watch, person, turn.look)
            carriers.try_the_others(services, (each for each in people if each is not person))
            return
    watching.nobody_left(services, watch, bool(turn.active))


def _refused(turn: Turn, person: Person | None, refusal: MailError) -> bool:
    """Whether another may be tried."""
    if person is None:
        log.warning("application_refused", mailbox=str(turn.watch.mailbox_id), error=refusal.code)
        watching.rest(turn.services, turn.watch, Health.access_lost, NOT_GRANTED)
        return False
    _lose(turn, person, RIGHT_LOST)
    return True


def _disconnected(turn: Turn, person: Person | None, error: Exception) -> None:
    """The grant is dead, or was never there. Whoever comes next has to catch up from where this one ended."""
    log.warning("carrier_failed", mailbox=str(turn.watch.mailbox_id), person=str(person.id) if person else "affix")
    if turn.watch.synced_at and (person is None or person.id == turn.watch.carrier_id):
        turn.look.missed_since = turn.look.missed_since or turn.watch.synced_at
    if person is None or not isinstance(error, GrantLost):
        return
    carriers.note_lost(turn.services, person, error)
    if error.code == "account_gone":
        _lose(turn, person, ACCOUNT_GONE)


def _lose(turn: Turn, person: Person, why: str) -> None:
    """The person's rules no longer count, here and for the rest of this look."""
    watching.right_lost(turn.services, turn.watch, person, why)
    turn.rules = [rule for rule in turn.rules if rule.person_id != person.id or rule.by_application]


def _drain(turn: Turn, person: Person | None) -> None:
    """Read every folder with news up to its end. Raises MailError, AffixError or TakenOver."""
    work = Drain(
        turn.services, turn.watch, person, turn.own, turn.excluded, proof=lambda other: _still_may(turn, other)
    )
    counted = _counted_folders(work)
    with turn.services.database.session() as session:
        missing = announced.missing(session, turn.watch.mailbox_id)
    turn.look.is_full = turn.look.is_full or len(missing) > announced.MOST_ASKED
    for folder in _to_read(work, turn.look.is_full, counted):
        _drain_folder(turn, work, folder, next(each for each in counted if each.id == folder.folder_id))
    with turn.services.database.session.begin() as session:
        announced.forget_what_was_seen(session, turn.watch.mailbox_id)
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


def _still_may(turn: Turn, person: Person) -> bool:
    """Whether somebody who does not carry the mailbox may still read it, before mail is saved with that right."""
    try:
        as_person(turn.services, person, lambda token: turn.services.mail.can_read(token, turn.watch.mailbox.address))
    except (MailAccessDenied, MailGone):
        _lose(turn, person, RIGHT_LOST)
        return False
    except (MailChallenge, AffixError) as error:
        if isinstance(error, Busy):
            raise
        _disconnected(turn, person, error)
        return not (isinstance(error, GrantLost) and error.code == "account_gone")
    return True


def _counted_folders(work: Drain) -> list[Folder]:
    mail, address = work.services.mail.changes, work.mailbox.address
    try:
        return work.ask(lambda token: mail.counted_folders(token, address))
    except MailPlaceLost:  # pages of the list can go stale while they are read
        return work.ask(lambda token: mail.counted_folders(token, address))


def _to_read(work: Drain, is_full: bool, counted: Sequence[Folder]) -> list[WatchedFolder]:
    """The folders with news; new ones are watched from now on, and those that are gone no longer."""
    mine = select(WatchedFolder).where(WatchedFolder.mailbox_id == work.watch.mailbox_id)
    with work.services.database.session() as session:
        known = {each.folder_id: each for each in session.scalars(mine)}
    left_out: frozenset[str] = frozenset()
    if not known:
        left_out = work.ask(lambda token: work.services.mail.changes.left_out(token, work.mailbox.address))
    with work.services.database.session.begin() as session:
        watching.hold(session, work.services, work.watch)
        for each in counted:
            row = insert(WatchedFolder).values(
                mailbox_id=work.watch.mailbox_id,
                folder_id=each.id,
                name=each.name,
                link=None,
                is_left_out=each.id in left_out,
            )
            if each.id not in known or known[each.id].name != each.name:
                name = {"name": each.name}
                session.execute(row.on_conflict_do_update(index_elements=["mailbox_id", "folder_id"], set_=name))
        there = {each.id: (each.total, each.unread) for each in counted}
        watched = [each for each in session.scalars(mine.order_by(WatchedFolder.folder_id)) if not each.is_left_out]
        return [
            each
            for each in watched
            if each.folder_id in there
            and (is_full or each.link is None or there[each.folder_id] != (each.total, each.unread))
        ]


def _drain_folder(turn: Turn, work: Drain, folder: WatchedFolder, counted: Folder) -> None:
    link = folder.link
    while True:
        try:
            page = _page(turn, work, folder.folder_id, link)
        except MailPlaceLost:
            log.warning("folder_read_anew", mailbox=str(work.watch.mailbox_id))
            if link is None:
                raise
            link = None
            continue
        except MailGone:
            with work.services.database.session.begin() as session:
                session.delete(session.get_one(WatchedFolder, (folder.mailbox_id, folder.folder_id)))
            return
        items = [*page.items, *_whole(work, page)]
        ready = prepared(work, turn.active, turn.rules, items)
        with work.services.database.session.begin() as session:
            watching.hold(session, work.services, work.watch)
            turn.look.messages += take(session, work, ready)
            row = session.get_one(WatchedFolder, (folder.mailbox_id, folder.folder_id))
            row.link = page.link
            if not page.is_more:
                row.total, row.unread = counted.total, counted.unread
        if not page.is_more:
            return
        link = page.link


def _page(turn: Turn, work: Drain, folder_id: str, link: str | None) -> Changes:
    mail, address = work.services.mail.changes, work.mailbox.address
    with_body = not work.services.settings.keep_mime
    return work.ask(lambda token: mail.of_folder(token, address, folder_id, link, _begin(turn), with_body))


def _begin(turn: Turn) -> datetime:
    """From when on a folder is read anew. Graph looks through 5,000 messages of that time at most, so what was read
    long ago is not read again: https://learn.microsoft.com/graph/delta-query-messages
    """
    begin = min(rule.since for rule in turn.rules)
    read = turn.watch.synced_at
    return max(begin, read - READ_AGAIN) if read else begin


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
    return found


def _item(work: Drain, item_id: str) -> MailItem:
    return work.ask(lambda token: work.services.mail.item(token, work.mailbox.address, item_id))
