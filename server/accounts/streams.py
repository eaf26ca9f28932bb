"""The stream of accounts' changes of state, as server-sent events: https://html.spec.whatwg.org/#server-sent-events

Each stream has a thread of the web process for itself, so there are few of them and each ends after a while; whoever
listens comes again by itself, says what it heard last, and misses nothing.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from threading import Event
from time import monotonic

from sqlalchemy import and_, delete, exists, func, select
from sqlalchemy.orm import Session, aliased

from server.accounts.states import WELL
from server.clock import iso, now
from server.models import Account, AccountChange
from server.services import Services

LIFE = 60.0  # seconds; whose key is revoked hears no longer than this
POLLED_EVERY = 1.0
STILL_THERE = 15.0  # seconds of silence after which a comment shows that the stream lives
COMES_AGAIN = 1000  # milliseconds after its end
LATE = timedelta(seconds=30)  # what is committed that long after its number was drawn is heard by whoever is there
MOST_AT_ONCE = 200
KEPT = timedelta(days=7)
WELL_STATES = [each.value for each in WELL]


def newest(services: Services, tenant_id: str) -> int:
    """Where who listens for the first time begins."""
    mine = select(func.coalesce(func.max(AccountChange.id), 0)).where(AccountChange.tenant_id == tenant_id)
    with services.database.session() as session:
        return session.scalar(mine) or 0


def stream(services: Services, tenant_id: str, after: int, life: float = LIFE) -> Iterator[str]:
    """Changes with a number above `after`, in their order, and then those that come."""
    end, spoken, told = monotonic() + life, monotonic(), set[int]()
    yield f"retry: {COMES_AGAIN}\n\n"
    while monotonic() < end:
        with services.database.session() as session:
            found = _after(session, tenant_id, after)
        fresh = [each for each in found if each.id not in told]
        for each in fresh:
            told.add(each.id)
            yield _as_event(each)
        is_full = len(found) == MOST_AT_ONCE
        settled = [each.id for each in found if is_full or each.at < now() - LATE]
        after = max([after, *settled])
        told = {each for each in told if each > after}
        if fresh:
            spoken = monotonic()
        elif monotonic() - spoken >= STILL_THERE:
            spoken = monotonic()
            yield ": still here\n\n"
        if not is_full:
            Event().wait(min(POLLED_EVERY, max(0.0, end - monotonic())))


def _after(session: Session, tenant_id: str, number: int) -> list[AccountChange]:
    mine = select(AccountChange).where(AccountChange.tenant_id == tenant_id, AccountChange.id > number)
    return list(session.scalars(mine.order_by(AccountChange.id).limit(MOST_AT_ONCE)))


def _as_event(change: AccountChange) -> str:
    told = {
        "account": change.account,
        "type": "state",
        "key": change.state,
        "payload": {"error": change.error, "at": iso(change.at)},
    }
    return f"id: {change.id}\nevent: message\ndata: {json.dumps(told, ensure_ascii=False)}\n\n"


def forget_old(services: Services) -> None:
    """Take away what was told a while ago. That an account that is there was well for the last time is kept, since it
    says that it is not a new one.
    """
    later = aliased(AccountChange)
    of_it = later.tenant_id == AccountChange.tenant_id, later.account == AccountChange.account
    is_later = exists().where(*of_it, later.id > AccountChange.id, later.state.in_(WELL_STATES))
    is_there = exists().where(Account.tenant_id == AccountChange.tenant_id, Account.account == AccountChange.account)
    is_last = and_(AccountChange.state.in_(WELL_STATES), is_there, ~is_later)
    with services.database.session.begin() as session:
        session.execute(delete(AccountChange).where(AccountChange.at < now() - KEPT, ~is_last))
