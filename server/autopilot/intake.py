"""Takes in what Graph announces. A notification is a hint to look at a mailbox and nothing more: of its words only the
message's id is used, to find out that the message was seen already and nobody has to look.

https://learn.microsoft.com/graph/change-notifications-delivery-webhooks
"""

import hmac
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ARRAY, Select, Text, bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session

from server.autopilot import announced
from server.autopilot.announced import Change
from server.autopilot.watching import WELL
from server.clock import now
from server.models import Account, Subscription, Watch
from server.models.subscriptions import digest
from server.services import Services

PATIENCE = 1500  # milliseconds that the database may take: Graph counts an answer after three seconds as none
CHANGE = "change"
NOBODYS = bytes(32)
GAPS = {"missed", "subscriptionRemoved"}
LONGEST_ID = 512
_ID = re.compile(r"[A-Za-z0-9-]{1,64}\Z")


class Nearby(Protocol):
    """Who looks in this very process at what was announced, and has no worker called for a single message."""

    def send(self, mailbox_id: UUID) -> bool:
        """False where a worker has to be called."""


def take_in(services: Services, entries: Sequence[object], near: Nearby | None = None) -> int:
    """Have every mailbox looked at that is truly announced. Returns how many entries were somebody else's or forged.

    All is committed on return. Raises SQLAlchemy's errors when the database is away.
    """
    named = [each for each in entries if isinstance(each, dict) and _id_of(each)]
    if not named:
        return len(entries)
    with services.database.session.begin() as session:
        known = _known(session, {_id_of(each) for each in named})
        genuine = [each for each in named if _is_genuine(each, known.get(_id_of(each)))]
        single = _note(services, session, known, genuine, near is not None) if genuine else None
    if near is not None and single is not None and not near.send(single):
        with services.database.session.begin() as session:
            services.ring_for_mailbox(session, single)
    return len(entries) - len(genuine)


def _id_of(entry: dict[str, Any]) -> str:
    found = entry.get("subscriptionId")
    return found if isinstance(found, str) and _ID.match(found) else ""


@dataclass(frozen=True)
class Known:
    """A subscription, and what decides whether its mailbox is looked at at once."""

    subscription: Subscription
    is_well: bool
    rest_until: datetime | None
    has_accounts: bool

    @property
    def mailbox_id(self) -> UUID:
        return self.subscription.mailbox_id

    @property
    def rests(self) -> bool:
        return self.rest_until is not None and self.rest_until > now()

    @property
    def is_looked_at_singly(self) -> bool:
        return self.has_accounts and self.is_well and not self.rests


def _known(session: Session, ids: Collection[str]) -> Mapping[str, Known]:
    rows = session.execute(_there(), {"ids": list(ids)}).all()
    return {str(row[0].graph_id): Known(*row[:4]) for row in rows}


@cache
def _there() -> Select[Any]:
    """The subscriptions of `ids` with what is to be known of them. Made once, as all that is done for each message."""
    accounts = exists().where(Account.mailbox_id == Subscription.mailbox_id, Account.paused_at.is_(None))
    patience = func.set_config("statement_timeout", str(PATIENCE), True)  # of whatever follows, which may meet locks
    there = select(Subscription, Watch.health.in_(WELL), Watch.rest_until, accounts, patience)
    there = there.join(Watch, Watch.mailbox_id == Subscription.mailbox_id)
    return there.where(Subscription.graph_id == func.any(bindparam("ids", type_=ARRAY(Text))))


def _is_genuine(entry: dict[str, Any], known: Known | None) -> bool:
    """Whether it carries our secret and the tenant. An unknown subscription takes as long as a known one."""
    state, tenant = entry.get("clientState"), entry.get("tenantId")
    one = known.subscription if known else None
    expected = one.client_state if one and one.client_state else NOBODYS
    shown = digest(state) if isinstance(state, str) else bytes(len(NOBODYS) + 1)
    is_secret = hmac.compare_digest(shown, expected)
    return is_secret and one is not None and isinstance(tenant, str) and tenant.lower() == one.tenant_id


def _note(
    services: Services,
    session: Session,
    known: Mapping[str, Known],
    genuine: Sequence[dict[str, Any]],
    is_anybody_near: bool,
) -> UUID | None:
    """Nobody who looks at a mailbox just now is waited for: what was announced makes it due once more by itself.
    Returns the mailbox for which nobody is called, if there is somebody near for it: one with accounts, of which a
    single message was announced.
    """
    events: dict[str, set[str]] = defaultdict(set)
    for each in genuine:
        events[_id_of(each)].add(str(each.get("lifecycleEvent", CHANGE)))
    changes = [Change(known[_id_of(each)].mailbox_id, _message_id_of(each), _kind_of(each)) for each in genuine]
    listening = {each.mailbox_id for each in known.values() if each.has_accounts}
    lifecycle = {graph_id: happened - {CHANGE} for graph_id, happened in events.items() if happened - {CHANGE}}
    unnamed = {each.mailbox_id for each in changes if each.message_id is None}
    _lock(session, {*unnamed, *(known[graph_id].mailbox_id for graph_id in lifecycle)})
    news = announced.note(session, changes, listening)
    heard = [graph_id for graph_id in events if known[graph_id].mailbox_id in news and CHANGE in events[graph_id]]
    _note_heard(session, [each for each in heard if _was_quiet(known[each].subscription)])
    if lifecycle:
        _note_lifecycle(session, known, lifecycle)
    if unnamed:
        _make_due(session, unnamed)
    called = [each for each in known.values() if each.mailbox_id in news]
    if is_anybody_near and len(changes) == 1 and not unnamed and all(each.is_looked_at_singly for each in called):
        return called[0].mailbox_id if called else None
    _ring(services, session, called)
    return None


def _was_quiet(subscription: Subscription) -> bool:
    last = subscription.last_notified_at
    return last is None or last < now() - timedelta(seconds=1)


def _note_heard(session: Session, graph_ids: Sequence[str]) -> None:
    """To the second, so that in a burst few of these wait for one another."""
    if not graph_ids:
        return
    moment = func.clock_timestamp()
    a_while_ago = moment - timedelta(seconds=1)
    is_old = or_(Subscription.last_notified_at.is_(None), Subscription.last_notified_at < a_while_ago)
    theirs = select(Subscription.mailbox_id).where(Subscription.graph_id.in_(graph_ids), is_old)
    free = theirs.order_by(Subscription.mailbox_id).with_for_update(skip_locked=True)
    values = {"last_notified_at": moment}
    session.execute(update(Subscription).where(Subscription.mailbox_id.in_(free)).values(values))


def _note_lifecycle(session: Session, known: Mapping[str, Known], events: Mapping[str, Collection[str]]) -> None:
    moment = func.clock_timestamp()
    _make_due(session, {known[graph_id].mailbox_id for graph_id in events})
    for event, changed in (
        ("reauthorizationRequired", {"due_at": moment}),
        ("subscriptionRemoved", {"graph_id": None, "client_state": None, "expires_at": None, "due_at": moment}),
    ):
        ids = [graph_id for graph_id, happened in events.items() if event in happened]
        theirs = update(Subscription).where(Subscription.graph_id.in_(ids))
        if event == "reauthorizationRequired":
            theirs = theirs.where(Subscription.problem.is_(None))  # it comes often: what was refused waits its time
        if ids:
            session.execute(theirs.values(changed).execution_options(synchronize_session=False))
    gaps = [known[graph_id].mailbox_id for graph_id, happened in events.items() if not GAPS.isdisjoint(happened)]
    if gaps:
        session.execute(update(Watch).where(Watch.mailbox_id.in_(gaps)).values(full_at=None, rest_until=None))


def _lock(session: Session, mailboxes: Collection[UUID]) -> None:
    """Of those that will be made due, before anything is written down of them: whoever looks at one does it in that
    order too. In one order for everybody, and in the way that lets others refer to the rows, so that two of these
    never wait for each other.
    """
    if mailboxes:
        mine = select(Watch.mailbox_id).where(Watch.mailbox_id.in_(mailboxes)).order_by(Watch.mailbox_id)
        session.execute(mine.with_for_update(of=Watch, key_share=True))


def _make_due(session: Session, mailboxes: Collection[UUID]) -> None:
    """One in trouble waits until its time has come, however much is announced meanwhile."""
    well = update(Watch).where(Watch.mailbox_id.in_(mailboxes), Watch.health.in_(WELL))
    session.execute(well.values(due_at=func.clock_timestamp()))


def _message_id_of(entry: dict[str, Any]) -> str | None:
    """The immutable id of the message, since that is what we subscribed to; None in lifecycle events."""
    about = entry.get("resourceData")
    found = about.get("id") if isinstance(about, dict) and "lifecycleEvent" not in entry else None
    is_storable = isinstance(found, str) and len(found) <= LONGEST_ID and found.isascii() and found.isprintable()
    return found if is_storable else None


def _kind_of(entry: dict[str, Any]) -> str:
    found = entry.get("changeType")
    return found if found in ("updated", announced.DELETED) else announced.CREATED


def _ring(services: Services, session: Session, known: Sequence[Known]) -> None:
    well = {each.mailbox_id: each for each in known if each.is_well}
    for mailbox_id, each in sorted(well.items()):
        services.ring_for_mailbox(session, mailbox_id, each.rest_until if each.rests else None)
