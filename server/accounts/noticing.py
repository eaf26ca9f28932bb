"""What changed in a mailbox with accounts, told once: each look at it is compared with what is known of its messages,
in the transaction that keeps how far it was read. What was there before the account is learned without a word.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, bindparam, delete, func, or_, select, update
from sqlalchemy.orm import Session

from server.accounts.reading.folders import USES, Places, places_of
from server.accounts.reading.shapes import DRAFT, FLAGGED, SEEN, flags_of, message_json
from server.accounts.telling import News, tell_all
from server.clock import now
from server.mail.base import Folder, MailItem, Part
from server.models import Account, KnownMessage, WatchedFolder

UNTOLD = ("drafts", "outbox")  # what is there is on its way to be written or sent
REMEMBERED = timedelta(days=30)  # for which a message that is gone for good is still known

_MET = select(KnownMessage).where(
    KnownMessage.mailbox_id == bindparam("mailbox"),
    or_(
        KnownMessage.immutable_id == func.any(bindparam("ids", type_=ARRAY(Text))),
        KnownMessage.internet_message_id == func.any(bindparam("named", type_=ARRAY(Text))),
    ),
)


@dataclass(frozen=True)
class Audience:
    """The accounts of a mailbox that are told, and its folders. `settled` are the accounts under which it was read
    before: whatever nobody knows of there came since, however old it says that it is. Rules want nothing of `bins`;
    what is in `outbox` is on its way.
    """

    mailbox_id: UUID
    accounts: Sequence[Account]
    settled: Collection[UUID]
    places: Places
    bins: Collection[str]
    outbox: Collection[str]


def audience_of(
    mailbox_id: UUID, accounts: Sequence[Account], settled: Collection[UUID], folders: Sequence[WatchedFolder]
) -> Audience:
    special = {each.special_use: each.folder_id for each in folders if each.special_use in USES}
    named = [Folder(each.folder_id, each.name, parent_id=each.parent_id) for each in folders]
    bins = {each.folder_id for each in folders if each.is_left_out}
    outbox = {each.folder_id for each in folders if each.special_use == "outbox"}
    return Audience(mailbox_id, accounts, settled, places_of(named, special), bins, outbox)


def notice(
    session: Session,
    audience: Audience,
    items: Sequence[MailItem],
    are_old: bool = False,
    is_anew: bool = False,
) -> int:
    """Tell what is new or changed of messages that were read whole, and remember how they are. Where nothing is known
    of one it is new; `are_old`: it was there before, and how it was is not known; `is_anew`: a folder is read from its
    beginning, so that what is older than an account need not be new. Returns how many were new.

    The watch over the mailbox is locked, so nobody else writes what is known of it.
    """
    there = [each for each in items if each.folder_id not in audience.outbox]
    if not there:
        return 0
    known, heard = _known_and_heard(session, audience, there)
    news: list[News] = []
    fresh = 0
    for item in there:
        row = known.get(item.id)
        flags, labels = flags_of(item), list(item.categories)
        if row is None or row.deleted_at is not None or (DRAFT in (row.flags or ()) and not item.is_draft):
            is_old = are_old and row is None and _is_from_before(audience, item)
            is_first = item.internet_message_id not in heard
            heard.add(item.internet_message_id)
            if row is None:
                row = known[item.id] = KnownMessage(mailbox_id=audience.mailbox_id, immutable_id=item.id)
                session.add(row)
            if is_old and not item.is_draft:
                news += _updated(
                    audience, row, item.folder_id, {"flags": {"value": flags}, "labels": {"value": labels}}
                )
            elif not item.is_draft:
                fresh += 1
                news += _new(audience, item, is_first, is_anew)
        elif not item.is_draft:
            moved = item.folder_id if row.folder_id != item.folder_id else None
            changes = {**_changed("flags", row.flags, flags), **_changed("labels", row.labels, labels)}
            if moved and row.folder_id is not None:
                changes["path"] = _moved(audience, row.folder_id, moved)
            news += _updated(audience, row, item.folder_id, changes) if changes else []
        row.folder_id, row.flags, row.labels = item.folder_id, flags, labels
        row.internet_message_id, row.gone_at, row.deleted_at = item.internet_message_id, None, None
    session.flush()
    tell_all(session, news)
    return fresh


def notice_parts(session: Session, audience: Audience, parts: Sequence[Part]) -> None:
    """Tell what changed of messages of which only that was read. All of them are known (see `unknown`)."""
    known = _known(session, audience, [each.id for each in parts])
    news: list[News] = []
    for part in parts:
        row = known.get(part.id)
        if row is None or row.flags is None:
            continue
        flags = _flags_with(row.flags, part)
        labels = row.labels if part.categories is None else list(part.categories)
        changes = {**_changed("flags", row.flags, flags), **_changed("labels", row.labels, labels or [])}
        if changes and DRAFT not in row.flags:
            news += _updated(audience, row, row.folder_id, changes)
        row.flags, row.labels = flags, labels
    session.flush()
    tell_all(session, news)


def unknown(session: Session, mailbox_id: UUID, ids: Collection[str]) -> set[str]:
    """Those of these messages of which it is not known how they were."""
    if not ids:
        return set()
    mine = select(KnownMessage.immutable_id).where(
        KnownMessage.mailbox_id == mailbox_id,
        KnownMessage.immutable_id == func.any(list(ids)),
        KnownMessage.flags.is_not(None),
    )
    return set(ids) - set(session.scalars(mine))


def note_left(session: Session, audience: Audience, folder_id: str, ids: Sequence[str]) -> None:
    """Messages are not in the folder any more; whether they moved or are gone is still to be found out."""
    known = _known(session, audience, ids)
    for each in dict.fromkeys(ids):
        row = known.get(each)
        if row is None:
            row = KnownMessage(mailbox_id=audience.mailbox_id, immutable_id=each, folder_id=folder_id)
            session.add(row)
        if row.folder_id == folder_id and row.deleted_at is None:
            row.gone_at = row.gone_at or now()


def note_folder_gone(session: Session, mailbox_id: UUID, folder_id: str) -> None:
    """All that was in the folder is not there any more; what became of each is still to be found out."""
    mine = KnownMessage.mailbox_id == mailbox_id, KnownMessage.folder_id == folder_id
    not_yet = KnownMessage.gone_at.is_(None), KnownMessage.deleted_at.is_(None)
    there = update(KnownMessage).where(*mine, *not_yet).values(gone_at=now())
    session.execute(there.execution_options(synchronize_session=False))


def left(session: Session, mailbox_id: UUID, limit: int) -> list[str]:
    """The ids of messages of which it is not known where they went, those that left first first."""
    mine = select(KnownMessage.immutable_id).where(KnownMessage.mailbox_id == mailbox_id)
    return list(
        session.scalars(mine.where(KnownMessage.gone_at.is_not(None)).order_by(KnownMessage.gone_at).limit(limit))
    )


def notice_gone(session: Session, audience: Audience, ids: Sequence[str]) -> None:
    """Tell of messages that the mailbox does not have any more."""
    known = _known(session, audience, ids)
    news: list[News] = []
    for each in dict.fromkeys(ids):
        row = known.get(each)
        if row is not None and row.deleted_at is not None:
            continue
        if row is None:
            row = KnownMessage(mailbox_id=audience.mailbox_id, immutable_id=each)
            session.add(row)
        if DRAFT not in (row.flags or ()):
            data = {"id": each, "emailId": each, "messageId": row.internet_message_id}
            news += [_news(audience, account, "messageDeleted", data, row.folder_id) for account in audience.accounts]
        row.gone_at, row.deleted_at = None, now()
    session.flush()
    tell_all(session, news)


def give_up(session: Session, mailbox_id: UUID, ids: Sequence[str]) -> None:
    """Where these went cannot be found out, so nobody asks any longer."""
    if ids:
        mine = KnownMessage.mailbox_id == mailbox_id, KnownMessage.immutable_id.in_(ids)
        session.execute(update(KnownMessage).where(*mine).values(gone_at=None))


def folders_of(session: Session, mailbox_id: UUID, ids: Collection[str]) -> set[str]:
    """Where these messages are, as far as that is known."""
    mine = select(KnownMessage.folder_id).where(
        KnownMessage.mailbox_id == mailbox_id, KnownMessage.immutable_id.in_(ids), KnownMessage.folder_id.is_not(None)
    )
    return {str(each) for each in session.scalars(mine.distinct())}


def forget(session: Session, mailbox_id: UUID) -> None:
    """What was gone for good long ago."""
    long_ago = now() - REMEMBERED
    session.execute(
        delete(KnownMessage).where(KnownMessage.mailbox_id == mailbox_id, KnownMessage.deleted_at < long_ago)
    )


def _known(session: Session, audience: Audience, ids: Sequence[str]) -> dict[str, KnownMessage]:
    if not ids:
        return {}
    mine = select(KnownMessage).where(
        KnownMessage.mailbox_id == audience.mailbox_id, KnownMessage.immutable_id == func.any(list(ids))
    )
    return {each.immutable_id: each for each in session.scalars(mine)}


def _known_and_heard(
    session: Session, audience: Audience, items: Sequence[MailItem]
) -> tuple[dict[str, KnownMessage], set[str | None]]:
    """What is known of these, and which of their Message-IDs were met in the mailbox before."""
    ids = [each.id for each in items]
    named = [each.internet_message_id for each in items if each.internet_message_id]
    rows = session.scalars(_MET, {"mailbox": audience.mailbox_id, "ids": ids, "named": named}).all()
    heard = {each.internet_message_id for each in rows if DRAFT not in (each.flags or ())} - {None}
    return {each.immutable_id: each for each in rows}, heard


def _flags_with(flags: list[str], part: Part) -> list[str]:
    """All of them after the change."""
    states = ((SEEN, part.is_read), (FLAGGED, part.is_flagged), (DRAFT, part.is_draft))
    return [flag for flag, is_set in states if (flag in flags if is_set is None else is_set)]


def _changed(name: str, before: list[str] | None, value: list[str]) -> dict[str, Any]:
    """Nothing where it is as it was, or where it was not known how it was: then it is learned."""
    if before is None:
        return {}
    added = [each for each in value if each not in before]
    deleted = [each for each in before if each not in value]
    return {name: {"added": added, "deleted": deleted, "value": value}} if added or deleted else {}


def _moved(audience: Audience, before: str, folder_id: str) -> dict[str, Any]:
    return {"old": audience.places.path_of(before), "new": audience.places.path_of(folder_id)}


def _new(audience: Audience, item: MailItem, is_first: bool, is_anew: bool) -> list[News]:
    wanted = [each for each in audience.accounts if _is_news(audience, each, item, is_anew)]
    path, use = audience.places.path_of(item.folder_id), audience.places.use_of(item.folder_id)
    data = message_json(item, path, use) | {"seemsLikeNew": is_first} if wanted else {}
    return [_news(audience, each, "messageNew", data, item.folder_id) for each in wanted]


def _is_news(audience: Audience, account: Account, item: MailItem, is_anew: bool) -> bool:
    """Mailboxes count in whole seconds: what came in the very second before the account counts as there already."""
    if item.received_at is None or item.received_at >= account.notify_from:
        return True
    return not is_anew and account.id in audience.settled and account.notify_from <= now()


def _is_from_before(audience: Audience, item: MailItem) -> bool:
    """Whether it was there when the first account was made."""
    return item.received_at is not None and item.received_at < min(each.notify_from for each in audience.accounts)


def _updated(audience: Audience, row: KnownMessage, folder_id: str | None, changes: dict[str, Any]) -> list[News]:
    data = {
        "id": row.immutable_id,
        "emailId": row.immutable_id,
        "messageId": row.internet_message_id,
        "changes": changes,
    }
    return [_news(audience, each, "messageUpdated", data, folder_id) for each in audience.accounts]


def _news(audience: Audience, account: Account, event: str, data: dict[str, Any], folder_id: str | None) -> News:
    places = audience.places
    return News(account, event, data, places.path_of(folder_id), places.use_of(folder_id))
