"""New keys for what is stored sealed: everything that another key sealed is opened and sealed with the first one, a few
rows at a time, while the service works.

A row is written only if it is as it was read, so that nothing newer is overwritten; who reads it meanwhile opens it
with either key. What was done is done: another call goes on with what is left.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, inspect, select, text, tuple_, update
from sqlalchemy.orm import InstrumentedAttribute

from server import configured
from server.accounts import sign_in
from server.administration import chain
from server.auth.graph_tokens import PURPOSE
from server.auth.sealing import Unsealable, sealing_context, short
from server.db import NAME
from server.models import Base, ConfiguredDestination, Grant, SignIn, Webhook
from server.services import Services
from server.webhooks import signing

BATCH = 100  # rows that are held in memory at once
MOST_ROUNDS = 5  # a process that seals with another key meanwhile makes new work


@dataclass(frozen=True)
class Place:
    """A column that holds something sealed, and for which place a row's was sealed."""

    title: str
    model: type[Base]
    column: InstrumentedAttribute[Any]
    context: Callable[[Any], str]

    @property
    def key(self) -> tuple[InstrumentedAttribute[Any], ...]:
        names = [column.key for column in inspect(self.model).primary_key if column.key]
        return tuple(getattr(self.model, name) for name in names)


PLACES = (
    Place("grants", Grant, Grant.sealed, lambda row: sealing_context(row.tenant_id, row.oid, PURPOSE)),
    Place("destinations", ConfiguredDestination, ConfiguredDestination.sealed, configured.context_of),
    Place("webhook secrets", Webhook, Webhook.sealed, signing.context_of),
    Place("webhook headers", Webhook, Webhook.sealed_headers, signing.headers_context_of),
    Place("sign-ins", SignIn, SignIn.flow, sign_in.context_of),
)


@dataclass(frozen=True)
class Rotated:
    """How many were sealed anew, and which no key of ours opens: (title, how many)."""

    changed: int
    unopened: list[tuple[str, int]]


@dataclass(frozen=True)
class Others:
    """Processes that are connected to the database: connections of those that cannot open what the first key seals, and
    of those that can, but go on sealing with another one.
    """

    strangers: int
    behind: int


def counts(services: Services) -> list[tuple[str, str, int]]:
    """Of each place how many are sealed with which key: (title, key, how many)."""
    found = []
    with services.database.session() as session:
        for place in PLACES:
            begins = func.substr(place.column, 1, len(services.sealer.current))
            each = select(begins, func.count()).where(_is_sealed(place)).group_by(begins)
            found += [(place.title, short(key), count) for key, count in session.execute(each)]
    return found


def others(services: Services) -> Others:
    """PostgreSQL knows who is connected, and each process tells it the names of its keys."""
    mine = services.sealer.key_ids[0]
    connected = text(
        "SELECT application_name FROM pg_stat_activity"
        " WHERE datname = current_database() AND application_name LIKE :like AND pid <> pg_backend_pid()"
    )
    with services.database.session() as session:
        known = [name.split()[1:] for name in session.scalars(connected, {"like": f"{NAME} %"})]
    return Others(
        strangers=sum(mine not in each for each in known),
        behind=sum(mine in each and each[0] != mine for each in known),
    )


def links_until(services: Services) -> datetime | None:
    """Until when a link to a sign-in is good that was handed out already, and may have been sealed with another key."""
    open_ones = select(func.max(SignIn.expires_at)).where(
        SignIn.used_at.is_(None), SignIn.expires_at > func.clock_timestamp()
    )
    with services.database.session() as session:
        return session.scalar(open_ones)


def rotate(services: Services) -> Rotated:
    """Seal everything with the first key."""
    changed: Counter[str] = Counter()
    for _ in range(MOST_ROUNDS):
        unopened, before = [], changed.total()
        for place in PLACES:
            tenants, failed = _rotate(services, place)
            changed += tenants
            unopened += [(place.title, failed)] if failed else []
        if changed.total() == before:
            break
    for tenant_id, count in sorted(changed.items()):
        with services.database.session.begin() as session:
            chain.tell(session, tenant_id, "keys_rotated", count=count, key=services.sealer.key_ids[0])
    return Rotated(changed.total(), unopened)


def unopened(services: Services) -> list[tuple[str, int]]:
    """What none of our keys opens: (title, how many)."""
    found: Counter[str] = Counter()
    for place in PLACES:
        for row in _rows(services, place, _is_sealed(place)):
            try:
                services.sealer.open(getattr(row, place.column.key), place.context(row))
            except Unsealable:
                found[place.title] += 1
    return sorted(found.items())


def _rotate(services: Services, place: Place) -> tuple[Counter[str], int]:
    """How many of each tenant were sealed anew, and how many could not be opened."""
    changed: Counter[str] = Counter()
    failed = 0
    for row in _old(services, place):
        before = getattr(row, place.column.key)
        try:
            after = services.sealer.seal(services.sealer.open(before, place.context(row)), place.context(row))
        except Unsealable:
            failed += 1
            continue
        mine = [column == getattr(row, column.key) for column in place.key]
        with services.database.session.begin() as session:
            # Someone may have written a newer one since; that one is found in the next round if it needs it.
            as_it_was = update(place.model).where(*mine, place.column == before).returning(*place.key)
            if session.execute(as_it_was.values({place.column.key: after})).one_or_none():
                changed[row.tenant_id] += 1
    return changed, failed


def _old(services: Services, place: Place) -> Iterator[Any]:
    """Rows that another key sealed."""
    begins = func.substr(place.column, 1, len(services.sealer.current))
    return _rows(services, place, and_(_is_sealed(place), begins != services.sealer.current))


def _rows(services: Services, place: Place, which: ColumnElement[bool]) -> Iterator[Any]:
    """In the order of their keys."""
    wanted = select(place.model).where(which).order_by(*place.key).limit(BATCH)
    after: tuple[Any, ...] | None = None
    while True:
        with services.database.session() as session:
            rows = session.scalars(wanted.where(tuple_(*place.key) > after) if after else wanted).all()
        yield from rows
        if len(rows) < BATCH:
            return
        after = tuple(getattr(rows[-1], column.key) for column in place.key)


def _is_sealed(place: Place) -> ColumnElement[bool]:
    return func.octet_length(place.column) > 0
