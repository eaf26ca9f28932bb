"""The record of what happened: who saved what where, what failed and why. Written with the change
itself, never altered.

What Autopilot saw is another record, in autopilot/seen.py; lines.py makes one list of the two.
"""

import enum
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, case, exists, literal_column, or_, select, tuple_, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session, selectinload

from server.clock import now
from server.models import DONE, Activity, Mailbox, Membership, Message, Person, Rule, Save, SaveState, Sighting, Webhook
from server.paging import Place
from server.webhooks.events import tell_of_rule, tell_of_save

TABLE = "a"
AUTOPILOT = "autopilot"  # the kind of what a rule did by itself
OUTCOMES = tuple(state.value for state in (*DONE, SaveState.failed))


class Kind(enum.StrEnum):
    """What a line that a person caused is about."""

    manual = "manual"
    rule = "rule"
    license = "license"
    destination = "destination"
    mailbox = "mailbox"
    exclusion = "exclusion"
    webhook = "webhook"
    api_key = "apiKey"
    audit = "audit"


def note(session: Session, what: str, person: Person, save: Save, **detail: Any) -> None:
    """Add a line in the session's own transaction; webhooks are told of it too."""
    shown = {"mailbox": save.message.mailbox.address, **_record_of(save), **detail}
    line = Activity(tenant_id=save.tenant_id, at=now(), what=what, person_id=person.id, save_id=save.id, detail=shown)
    line.is_automatic = save.rule_id is not None and what in OUTCOMES
    session.add(line)
    tell_of_save(session, what, person, save)


def note_rule(session: Session, what: str, person: Person, rule: Rule, **detail: Any) -> None:
    """Add a line about a rule of Autopilot, in the session's own transaction; webhooks are told of it too."""
    mailbox = rule.mailbox.address if rule.mailbox else None
    title = rule.title if _may_know(session, person, rule) else rule.plain_title
    shown = {"rule": str(rule.id), "title": title, "mailbox": mailbox, **_record_of(rule), **detail}
    session.add(Activity(tenant_id=rule.tenant_id, at=now(), what=what, person_id=person.id, detail=shown))
    tell_of_rule(session, what, person, rule)


def _may_know(session: Session, person: Person, rule: Rule) -> bool:
    """Whether the person, whose line it becomes, was ever let into the mailbox; administrators may not have been."""
    if rule.mailbox is None or rule.person_id == person.id:
        return True
    return session.get(Membership, (rule.mailbox.id, person.id)) is not None


def stopped_at(session: Session, rule: Rule) -> datetime | None:
    """When the rule last stopped by itself."""
    place = rule.mailbox.address if rule.mailbox else None
    stops = select(Activity.at).where(
        Activity.tenant_id == rule.tenant_id,
        Activity.detail["mailbox"].astext == place,
        Activity.what == "rule_stopped",
        Activity.detail["rule"].astext == str(rule.id),
    )
    return session.scalar(stops.order_by(Activity.at.desc()).limit(1))


def last_saved(session: Session, mailbox: Mailbox) -> datetime | None:
    """When an email of the mailbox was last saved, by whomever."""
    saves = select(Activity.at).where(about_mailbox(mailbox), Activity.what.in_([state.value for state in DONE]))
    return session.scalar(saves.order_by(Activity.at.desc(), Activity.id.desc()).limit(1))


def note_mailbox(session: Session, what: str, person: Person, mailbox: Mailbox, **detail: Any) -> None:
    """Add a line about a mailbox as a whole, in the session's own transaction."""
    shown = {"mailbox": mailbox.address, **detail}
    session.add(Activity(tenant_id=mailbox.tenant_id, at=now(), what=what, person_id=person.id, detail=shown))


def note_destination(session: Session, what: str, person: Person, name: str, title: str) -> None:
    """Add a line about a configured destination, in the session's own transaction. Never its settings."""
    shown = {"destination": name, "title": title}
    session.add(Activity(tenant_id=person.tenant_id, at=now(), what=what, person_id=person.id, detail=shown))


def note_tenant(session: Session, what: str, person: Person, **detail: Any) -> None:
    """Add a line about the tenant as a whole, in the session's own transaction."""
    session.add(Activity(tenant_id=person.tenant_id, at=now(), what=what, person_id=person.id, detail=detail))


def note_webhook(session: Session, what: str, person: Person, webhook: Webhook, **detail: Any) -> None:
    """Add a line about a webhook, in the session's own transaction. Never its whole address, which may be secret."""
    host = urlsplit(webhook.url).netloc
    shown = {"webhook": str(webhook.id), "title": webhook.title or host, "host": host, **detail}
    session.add(Activity(tenant_id=webhook.tenant_id, at=now(), what=what, person_id=person.id, detail=shown))


def _record_of(about: Save | Rule) -> dict[str, str | None]:
    """A rule that matches has no record of its own."""
    record = f"{about.destination}/{about.record_type}/{about.record_id}" if about.record_id else None
    return {"record": record, "name": about.record_name or None}


@dataclass(frozen=True)
class Wanted:
    """Which lines are wanted: those between `since` and `until` (which is not in it) that come after `after`."""

    kind: str | None
    mailbox: str | None
    state: str | None
    rule: UUID | None
    since: datetime | None
    until: datetime | None
    limit: int
    after: Place | None


def within(
    wanted: Wanted, table: str, at: InstrumentedAttribute[datetime], number: InstrumentedAttribute[int]
) -> list[ColumnElement[bool]]:
    """What of a table is wanted by its place in the list: newest first, and of one moment the later letter first."""
    conditions = [at >= wanted.since] if wanted.since else []
    conditions += [at < wanted.until] if wanted.until else []
    after = wanted.after
    if after and after.table == table:
        conditions.append(tuple_(at, number) < (after.at, after.number))
    elif after:
        conditions.append(at <= after.at if table < after.table else at < after.at)
    return conditions


def word(name: str) -> ColumnElement[str]:
    """What a line's detail says under that name."""
    # The name stands in the statement itself: only so an index on this very word is used.
    return type_coerce(Activity.detail.op("->>")(literal_column(f"'{name}'")), String)


IS_OUTCOME_OF_RULE = and_(Save.rule_id.is_not(None), Activity.what.in_(OUTCOMES))
OF_PEOPLE = (
    (Activity.save_id.is_not(None), Kind.manual.value),
    (word("rule").is_not(None), Kind.rule.value),
    (Activity.what.like("license%"), Kind.license.value),
    (Activity.what.like("destination%"), Kind.destination.value),
    (Activity.what.like("exclusion%"), Kind.exclusion.value),
    (Activity.what.like("webhook%"), Kind.webhook.value),
    (Activity.what.like("api_key%"), Kind.api_key.value),
    (Activity.what.like("audit%"), Kind.audit.value),
)
KIND_OF_PEOPLE: ColumnElement[str] = case(*OF_PEOPLE, else_=Kind.mailbox.value)  # of lines that are not automatic
KIND: ColumnElement[str] = case((IS_OUTCOME_OF_RULE, AUTOPILOT), *OF_PEOPLE, else_=Kind.mailbox.value)
IS_DUPLICATE = and_(Save.duplicate_of_id.is_not(None), Save.state.in_(DONE))
STATE: ColumnElement[str | None] = case((IS_DUPLICATE, "duplicate"), else_=type_coerce(Save.state, String))


def by_person(person: Person) -> ColumnElement[bool]:
    return and_(Activity.tenant_id == person.tenant_id, Activity.person_id == person.id)


def about_mailbox(mailbox: Mailbox) -> ColumnElement[bool]:
    return and_(Activity.tenant_id == mailbox.tenant_id, word("mailbox") == mailbox.address)


def written(
    session: Session,
    whose: ColumnElement[bool],
    seen_in: Collection[UUID],
    wanted: Wanted,
    not_before: datetime | None,
) -> list[tuple[Activity, str, str | None]]:
    """The lines wanted, each with its kind and with how its save stands now, and one more if there are more.

    What a rule did with mail that was seen in the mailboxes `seen_in` is left out: the line of the sighting tells it.
    """
    conditions = [whose, *within(wanted, TABLE, Activity.at, Activity.id)]
    if not_before:
        conditions.append(Activity.at >= not_before)
    if wanted.kind:
        has_save = wanted.kind in (Kind.manual, AUTOPILOT)
        conditions += [KIND == wanted.kind, Activity.save_id.is_not(None) if has_save else Activity.save_id.is_(None)]
    if wanted.state:
        conditions.append(STATE == wanted.state)
    if wanted.rule:
        conditions.append(or_(Save.rule_id == wanted.rule, word("rule") == str(wanted.rule)))
    if seen_in:
        conditions.append(~_is_told_by_sighting(seen_in))
    query = (
        select(Activity, KIND, STATE)
        .outerjoin(Save, Activity.save_id == Save.id)
        .outerjoin(Message, Save.message_id == Message.id)
        .where(*conditions)
        .order_by(Activity.at.desc(), Activity.id.desc())
        .limit(wanted.limit + 1)
        .options(selectinload(Activity.save))
    )
    return [(line, kind, state) for line, kind, state in session.execute(query)]


def _is_told_by_sighting(seen_in: Collection[UUID]) -> ColumnElement[bool]:
    seen = exists().where(
        Sighting.mailbox_id == Message.mailbox_id,
        Sighting.immutable_id == Message.immutable_id,
        Sighting.mailbox_id.in_(seen_in),
    )
    # Of a line without a save this is unknown, which would hide it.
    return and_(Activity.save_id.is_not(None), Save.rule_id.is_not(None), Activity.what.in_(OUTCOMES), seen)
