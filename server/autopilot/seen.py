"""What Autopilot saw in the mailboxes that it watches, and how that stands now: the answer to "why was this (not)
saved?". How a message stands is computed from its saves each time, so it is never out of date.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import TypeVarTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, lateral, null, or_, select, true
from sqlalchemy.orm import Session

from server.activity import IS_DUPLICATE, Wanted, within
from server.models import Mailbox, Membership, Message, Person, Rule, Save, SaveState, Sighting

TABLE = "s"
MATCHED, UNMATCHED = "matched", "unmatched"

# Of several saves of a message the most telling counts: what needs somebody, then what is under way, then the rest.
TELLING = ("failed", "partial", "saving", "queued", "saved", "duplicate", "undone")
WITHOUT_SAVES = ("skipped", "review")
DUPLICATE = TELLING.index("duplicate")
IS_BY_HAND = Save.rule_id.is_(None)
# Saves by hand count for mail that no rule could match. Where a rule did, they show that it was on the record already.
RANK: ColumnElement[int | None] = case(
    (and_(IS_BY_HAND, Sighting.decision == MATCHED, Save.state != SaveState.undone), DUPLICATE),
    (and_(IS_BY_HAND, Sighting.decision != UNMATCHED), null()),
    (IS_DUPLICATE, DUPLICATE),
    *((Save.state == state, TELLING.index(state.value)) for state in SaveState),
)
IS_OF_MESSAGE = and_(Message.mailbox_id == Sighting.mailbox_id, Message.immutable_id == Sighting.immutable_id)
IS_OPEN = and_(Sighting.decision == UNMATCHED, Sighting.settled_at.is_(None))

Columns = TypeVarTuple("Columns")


def _state() -> ColumnElement[str]:
    live = select(func.min(RANK)).join_from(Save, Message, Save.message_id == Message.id)
    best = live.where(IS_OF_MESSAGE, Save.state != SaveState.undone).correlate(Sighting).scalar_subquery()
    keeps = select(Rule.id).where(Rule.id == Sighting.rule_id, Rule.options.op("->>")("unmatched") == "review")
    without = case(
        (Sighting.decision == MATCHED, "undone"),
        (and_(IS_OPEN, keeps.correlate(Sighting).exists()), "review"),
        else_="skipped",
    )
    return case(*((best == rank, word) for rank, word in enumerate(TELLING)), else_=without)


STATE = _state()


def mailboxes_with_sightings(session: Session, person: Person) -> list[UUID]:
    """Of the mailboxes that the person was once proven to read those that Autopilot saw something in."""
    any_seen = select(Sighting.id).where(Sighting.mailbox_id == Membership.mailbox_id).exists()
    return [*session.scalars(select(Membership.mailbox_id).where(Membership.person_id == person.id, any_seen))]


def sighted(session: Session, mailbox_ids: Collection[UUID], wanted: Wanted) -> list[tuple[Sighting, str]]:
    """The sightings wanted of these mailboxes with their states, newest first, and one more if there are more."""
    conditions = within(wanted, TABLE, Sighting.at, Sighting.id)
    if wanted.rule:
        conditions.append(
            or_(Sighting.rule_id == wanted.rule, and_(Sighting.decision == MATCHED, _matched_by(wanted.rule)))
        )
    if wanted.state:
        conditions.append(STATE == wanted.state)
    few = _narrowed(wanted.state, mailbox_ids)
    if few is None:
        ids = _newest_of_each(mailbox_ids, conditions, wanted.limit)
    else:
        ids = select(Sighting.id).where(Sighting.mailbox_id.in_(mailbox_ids), few, *conditions)
    found = _newest(select(Sighting, STATE).where(Sighting.id.in_(ids)), wanted.limit)
    return [(sighting, state) for sighting, state in session.execute(found)]


def _newest_of_each(
    mailbox_ids: Collection[UUID], conditions: Sequence[ColumnElement[bool]], limit: int
) -> Select[int]:
    """Each mailbox is read from its newest end, no farther than a page, however much there is."""
    each = select(Sighting.id).where(Sighting.mailbox_id == Mailbox.id, *conditions).correlate(Mailbox)
    newest = lateral(_newest(each, limit))
    return select(newest.c.id).join_from(Mailbox, newest, true()).where(Mailbox.id.in_(mailbox_ids))


def _newest(query: Select[*Columns], limit: int) -> Select[*Columns]:
    return query.order_by(Sighting.at.desc(), Sighting.id.desc()).limit(limit + 1)


def _matched_by(rule_id: UUID) -> ColumnElement[bool]:
    """Whether a rule saved it, even if another one is named as the reason."""
    saves = select(Save.id).join_from(Save, Message, Save.message_id == Message.id)
    return saves.where(IS_OF_MESSAGE, Save.rule_id == rule_id).correlate(Sighting).exists()


def _narrowed(state: str | None, mailbox_ids: Collection[UUID]) -> ColumnElement[bool] | None:
    """What is true of all sightings of a state that few are in, so that they are gathered instead of come across."""
    if state == "review":
        return IS_OPEN
    if state in (None, "saved", "skipped"):
        return None
    telling = or_(IS_DUPLICATE, IS_BY_HAND) if state == "duplicate" else Save.state == SaveState(state)
    saves = select(Sighting.id).join(Message, IS_OF_MESSAGE).join(Save, Save.message_id == Message.id)
    return Sighting.id.in_(saves.where(telling, Message.mailbox_id.in_(mailbox_ids)).correlate(None))


def saves_of(session: Session, sightings: Collection[Sighting]) -> dict[int, list[Save]]:
    """What became of each, by its id: the most telling save first."""
    query = select(Sighting.id, Save).join(Message, IS_OF_MESSAGE).join(Save, Save.message_id == Message.id)
    query = query.where(Sighting.id.in_([each.id for each in sightings]), RANK.is_not(None))
    found: dict[int, list[Save]] = defaultdict(list)
    for sighting_id, save in session.execute(query.order_by(RANK, Save.created_at, Save.id)):
        found[sighting_id].append(save)
    return found
