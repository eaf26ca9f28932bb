"""What is stored about one person or one mailbox is taken away, as far as others do not need it.

A person: the grant, who may read what, settings, drafts that wait; rules that stand on them stop, saves that wait fail.
What they did stays in the audit log and on saved emails, without name and address. A mailbox: everything that was read
from it and is on no record, its rules, licence and watch. What was saved stays on its record, with where it came from:
it belongs to the business system, from which it can be taken off there.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Delete,
    Update,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from server import licensing, revoking
from server.activity import note
from server.administration import chain
from server.administration.exporting import mailbox_named
from server.autopilot import stopping, subscriptions
from server.autopilot.watching import TakenOver
from server.clock import now
from server.destinations.local.tables import LocalEmail
from server.errors import Conflict
from server.mailboxes import GONE, GONE_REASON
from server.models import (
    DONE,
    Account,
    Activity,
    Announcement,
    Backfill,
    BackfillState,
    Dismissal,
    Favorite,
    KnownMessage,
    Mailbox,
    Membership,
    Message,
    MessageBody,
    Opening,
    Outgoing,
    OutgoingState,
    Person,
    Preferences,
    Presence,
    Rule,
    RuleMessage,
    RuleState,
    Save,
    SaveState,
    SentPlace,
    Sighting,
    Subscription,
    Watch,
    WatchedFolder,
)
from server.people import DELETED, DELETED_REASON
from server.services import Services

NAME = "Deleted person"
STAYS_OF_PERSON = (
    "lines of the audit log, without name, until AFFIX_ACTIVITY_DAYS: others have to be able to see what was done",
    "emails they saved, on their records: these belong to the business system; Affix's own records name them no more,"
    " others may",
    "what webhooks were told of them, for 30 days, so that it can be told again",
    "accounts that programs made with their grant, until the programs delete them",
    "their own mailbox, if Affix knows it: affix delete mailbox",
)
STAYS_OF_MAILBOX = (
    "emails that are on records, with where they came from: take them off there, or undo the saves",
    "lines of the audit log until AFFIX_ACTIVITY_DAYS: others have to be able to see what was done",
    "the numbers of its messages, and that they were seen: else they would be new if the mailbox came back",
    "what webhooks were told of it, for 30 days, so that it can be told again",
)


@dataclass(frozen=True)
class Deleted:
    """How many of what are gone, and sentences on what stays."""

    gone: dict[str, int]
    stays: tuple[str, ...]


def person(services: Services, tenant_id: str, name: str) -> Deleted:
    """By object id or address. Raises NotFound."""
    with services.database.session.begin() as session:
        row = revoking.person_named(session, tenant_id, name)
        theirs = Rule.person_id == row.id, Rule.state.in_((RuleState.active, RuleState.paused))
        gone = {
            "rules stopped": stopping.stop_rules(
                services, session, select(Rule).where(*theirs), DELETED, DELETED_REASON
            )
        }
        revoking.forget(services, session, row)
        gone["saves that waited"] = _fail(session, Save.person_id == row.id, DELETED, DELETED_REASON)
        gone |= _run(session, _of_person(row))
        row.name, row.address, row.addresses, row.profile_at = NAME, "", [], None
        row.oid = f"deleted-{row.id}"
        chain.tell(session, tenant_id, "person_deleted", person=str(row.id))
    return Deleted(gone, STAYS_OF_PERSON)


def _of_person(row: Person) -> Iterator[tuple[str, Delete | Update]]:
    yield "mailboxes they could read", delete(Membership).where(Membership.person_id == row.id)
    yield "settings", delete(Preferences).where(Preferences.person_id == row.id)
    yield "presence", delete(Presence).where(Presence.person_id == row.id)
    yield "places in Sent Items", delete(SentPlace).where(SentPlace.person_id == row.id)
    yield "drafts", _emptied(Outgoing.person_id == row.id, DELETED, DELETED_REASON)
    yield (
        "emails that named them",
        (
            update(LocalEmail)
            .where(LocalEmail.tenant_id == row.tenant_id, LocalEmail.saved_by_id == str(row.id))
            .values(saved_by_name=NAME, saved_by_address="")
        ),
    )


def mailbox(services: Services, tenant_id: str, address: str) -> Deleted:
    """Raises NotFound, and Conflict while programs use it."""
    with services.database.session.begin() as session:
        row = mailbox_named(session, tenant_id, address)
        _check_accounts(session, row)
        gone = {"rules": _remove_rules(services, session, row)}
        assigned = licensing.of_mailbox(session, row)
        if assigned:
            licensing.end(services, session, assigned, None)
        # Rules for all mailboxes hold in those that their people were proven to read.
        gone |= _run(session, [("people who could read it", delete(Membership).where(Membership.mailbox_id == row.id))])
        gone["saves that waited"] = _fail(session, Save.mailbox_id == row.id, GONE, GONE_REASON)
    _end_subscription(services, row)
    with services.database.session.begin() as session:
        session.execute(text("SET LOCAL affix.forgetting = 'on'"))
        gone |= _run(session, _of_mailbox(row))
        session.get_one(Mailbox, row.id).name = ""
        chain.tell(session, tenant_id, "mailbox_deleted", mailbox=str(row.id))
    return Deleted(gone, STAYS_OF_MAILBOX)


def _check_accounts(session: Session, row: Mailbox) -> None:
    using = session.scalars(select(Account.account).where(Account.mailbox_id == row.id).order_by(Account.account)).all()
    if using:
        named = ", ".join(f"“{each}”" for each in using[:10])
        raise Conflict(f"Programs use this mailbox by the accounts {named}. Delete those first.", code="in_use")


def _remove_rules(services: Services, session: Session, row: Mailbox) -> int:
    rules = stopping.held(services, session, select(Rule).where(Rule.mailbox_id == row.id))
    for rule in rules:
        rule.remove()
        # Titles and values name senders, or are a subject.
        rule.title, rule.value, rule.options = "", str(rule.id), {}
    session.execute(delete(RuleMessage).where(RuleMessage.rule_id.in_([each.id for each in rules])))
    walks = update(Backfill).where(Backfill.mailbox_id == row.id, Backfill.finished_at.is_(None))
    ended = {"state": BackfillState.failed, "reason": GONE_REASON, "finished_at": now(), "fence": Backfill.fence + 1}
    session.execute(walks.values(**ended))
    return len(rules)


def _end_subscription(services: Services, row: Mailbox) -> None:
    """At Microsoft too, if somebody may still say so; else it ends within a week, and is not listened to."""
    with services.database.session() as session:
        watch = session.get(Watch, row.id)
    if watch is not None:
        try:
            subscriptions.end(services, watch)
        except TakenOver:
            pass  # a worker has it in hand, which finds it gone


def _of_mailbox(row: Mailbox) -> Iterator[tuple[str, Delete | Update]]:
    here: Callable[[Any], ColumnElement[bool]] = lambda model: model.mailbox_id == row.id  # noqa: E731
    for model in (Subscription, Announcement, WatchedFolder, Watch):
        yield "watch", delete(model).where(here(model))
    yield "messages opened", delete(Opening).where(here(Opening))
    yield "mail that needs no filing", delete(Dismissal).where(here(Dismissal))
    yield "favourites", delete(Favorite).where(here(Favorite))
    yield "messages known to programs", delete(KnownMessage).where(here(KnownMessage))
    yield "places in Sent Items", delete(SentPlace).where(here(SentPlace))
    yield "drafts", _emptied(here(Outgoing), GONE, GONE_REASON)
    yield "messages seen", update(Sighting).where(here(Sighting)).values(subject="", from_address="", reason="")
    mine = select(Message.id).where(here(Message))
    yield "texts", delete(MessageBody).where(MessageBody.message_id.in_(mine))
    is_on_record = exists().where(Save.message_id == Message.id, Save.state.in_(DONE))
    empty: dict[str, Any] = {"recipients": {}, "attachments": [], "categories": []}
    empty |= dict.fromkeys(("subject", "preview", "from_name", "from_address", "sender_address"), "")
    empty |= dict.fromkeys(("internet_message_id", "conversation_id", "web_link", "etag", "mark_at"), None)
    yield "messages on no record", update(Message).where(here(Message), ~is_on_record).values(**empty)
    of_rules = and_(Activity.tenant_id == row.tenant_id, Activity.detail["mailbox"].astext == row.address)
    yield "lines of what rules did", delete(Activity).where(of_rules, Activity.is_automatic)


def _emptied(which: ColumnElement[bool], code: str, reason: str) -> Update:
    """Drafts whose message is waited for end; of all of them only that there was one stays."""
    waiting = Outgoing.state == OutgoingState.waiting
    ended = {
        "state": func.coalesce(func.nullif(Outgoing.state, OutgoingState.waiting), OutgoingState.ended),
        "settled_at": func.coalesce(Outgoing.settled_at, now()),
        "fence": Outgoing.fence + 1,
    }
    empty: dict[str, Any] = {"subject": "", "from_address": "", "records": [], "internet_message_id": None}
    return (
        update(Outgoing)
        .where(which, or_(waiting, Outgoing.subject != ""))
        .values(**ended, **empty, reason_code=code, reason=reason, action=None, lease_until=None)
    )


def _fail(session: Session, which: ColumnElement[bool], code: str, reason: str) -> int:
    """Saves that wait; what a worker has in hand it finishes."""
    waiting = select(Save).where(which, Save.state == SaveState.queued, Save.undoing.is_(None)).order_by(Save.id)
    found = session.scalars(waiting.with_for_update(of=Save, skip_locked=True)).all()
    for save in found:
        save.failed(code, reason, None, now())
        save.fence += 1
        note(session, "failed", save.person, save, code=code, reason=reason)
    return len(found)


def _run(session: Session, statements: Any) -> dict[str, int]:
    counts: dict[str, int] = {}
    for what, statement in statements:
        counts[what] = counts.get(what, 0) + _changed(session, statement)
    return counts


def _changed(session: Session, statement: Delete | Update) -> int:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return result.rowcount if isinstance(result, CursorResult) else 0
