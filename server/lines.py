"""One list of what happened: what people did (activity.py) and what Autopilot saw (autopilot/seen.py), newest first.

The rows of a page are found first; who may see which of the things that they point to is settled after that, since
that may cost a question to Graph; then they are put into words (wording.py).
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from server import activity, retention
from server.access import enter, may_read
from server.activity import Wanted, about_mailbox, by_person, written
from server.auth.callers import Caller
from server.autopilot import seen
from server.clock import now
from server.errors import NotFound
from server.models import Activity, Mailbox, Membership, Person, Rule, Save, Sighting
from server.paging import cursor_of
from server.people import person_of
from server.services import Services
from server.wording import Things, activity_json, sighting_json

Row = tuple[Sighting | Activity, str | None, str]  # with its state and its kind


def find(services: Services, caller: Caller, wanted: Wanted) -> tuple[list[dict[str, Any]], str | None]:
    """The caller's own lines and what was seen in the mailboxes that the caller may read; with `mailbox` everybody's
    lines about that one. Raises NotFound if the caller may not read it.
    """
    with services.database.session.begin() as session:
        person = person_of(session, caller)
    mailbox = _entered(services, caller, wanted.mailbox)
    readable = _readable_with_sightings(services, caller, person, mailbox, wanted.kind)
    whose = about_mailbox(mailbox) if mailbox else by_person(person)
    wanted = replace(wanted, since=retention.since(services, wanted.since))
    with services.database.session() as session:
        rows = _rows(session, whose, readable, wanted)
        shown, more = rows[: wanted.limit], len(rows) > wanted.limit
        things = _things(session, person, shown)
    things.readable = readable | _readable(services, caller, person, things.mailboxes_in_doubt() - readable)
    following = cursor_of(shown[-1][0].at, _id_of(shown[-1])) if more else None
    return [_json(things, each) for each in shown], following


def one_sighting(session: Session, person: Person, sighting: Sighting) -> dict[str, Any]:
    """The line of what was seen in a mailbox that the person may read, as it stands now."""
    state = session.scalars(select(seen.STATE).where(Sighting.id == sighting.id)).one()
    row: Row = (sighting, state, "autopilot")
    things = _things(session, person, [row])
    things.readable = {sighting.mailbox_id}
    return _json(things, row)


def _entered(services: Services, caller: Caller, address: str | None) -> Mailbox | None:
    if address is None:
        return None
    mailbox = enter(services, caller, address)
    if mailbox is None:
        raise NotFound()
    return mailbox


def _readable_with_sightings(
    services: Services, caller: Caller, person: Person, mailbox: Mailbox | None, kind: str | None
) -> set[UUID]:
    if mailbox:
        return {mailbox.id}
    if kind not in (None, "autopilot"):
        return set()
    with services.database.session() as session:
        known = seen.mailboxes_with_sightings(session, person)
    return _readable(services, caller, person, known)


def _readable(services: Services, caller: Caller, person: Person, mailbox_ids: Collection[UUID]) -> set[UUID]:
    """Those that the person may read. Where the proof has aged Graph is asked, about several at the same time."""
    if not mailbox_ids:
        return set()
    oldest = now() - timedelta(seconds=services.settings.access_max_age)
    theirs = select(Membership.mailbox_id, Membership.proven_at > oldest)
    theirs = theirs.where(Membership.person_id == person.id, Membership.mailbox_id.in_(mailbox_ids))
    with services.database.session() as session:
        known = {mailbox_id: is_fresh for mailbox_id, is_fresh in session.execute(theirs)}
    aged = [each for each, is_fresh in known.items() if not is_fresh]
    answers = services.threads.map(lambda each: may_read(services, caller, person, each), aged)
    return known.keys() - {each for each, answer in zip(aged, list(answers), strict=True) if not answer}


def _rows(session: Session, whose: ColumnElement[bool], readable: set[UUID], wanted: Wanted) -> list[Row]:
    """A page of lines, and at least one more if there are more."""
    rows: list[Row] = []
    oldest = None
    if wanted.kind in (None, "autopilot") and readable:
        sightings = seen.sighted(session, readable, wanted)
        rows += [(each, state, "autopilot") for each, state in sightings]
        # A page that sightings fill alone ends there: whatever is older stands on another.
        oldest = sightings[wanted.limit - 1][0].at if len(sightings) > wanted.limit else None
    if wanted.state not in seen.WITHOUT_SAVES:
        rows += [(each, state, kind) for each, kind, state in written(session, whose, readable, wanted, oldest)]
    return sorted(rows, key=_place, reverse=True)


def _place(row: Row) -> tuple[Any, ...]:
    return (row[0].at, _table(row), row[0].id)


def _table(row: Row) -> str:
    return seen.TABLE if isinstance(row[0], Sighting) else activity.TABLE


def _id_of(row: Row) -> str:
    return f"{_table(row)}{row[0].id}"


def _json(things: Things, row: Row) -> dict[str, Any]:
    line, state, kind = row
    if isinstance(line, Sighting):
        return sighting_json(things, _id_of(row), line, str(state))
    return activity_json(things, _id_of(row), line, state, kind)


def _things(session: Session, viewer: Person, rows: Iterable[Row]) -> Things:
    """All that the lines of a page point to, each kind of thing with one question."""
    sightings = [line for line, _, _ in rows if isinstance(line, Sighting)]
    lines = [line for line, _, _ in rows if isinstance(line, Activity)]
    saves_of_sightings = seen.saves_of(session, sightings)
    saves = [save for found in saves_of_sightings.values() for save in found]
    saves += [line.save for line in lines if line.save]
    rules = {save.rule_id for save in saves} | {each.rule_id for each in sightings}
    return Things(
        viewer=viewer,
        saves_of_sightings=saves_of_sightings,
        saves=saves,
        first_saves=_by_id(session, Save, {save.duplicate_of_id for save in saves}),
        titles={key: rule.title for key, rule in _by_id(session, Rule, rules).items()},
        addresses={
            key: box.address for key, box in _by_id(session, Mailbox, {e.mailbox_id for e in sightings}).items()
        },
        settlers=_by_id(session, Person, {each.settled_by_id for each in sightings}),
    )


def _by_id(session: Session, kind: Any, ids: set[UUID | None]) -> dict[UUID, Any]:
    wanted = ids - {None}
    query = select(kind).where(kind.id.in_(wanted))
    return {row.id: row for row in session.scalars(query)} if wanted else {}
