"""What would a rule have saved? A dry run over the mail of the last days, as whoever asks; nothing of it is kept."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from server import licensing
from server.auth.callers import Caller
from server.autopilot import exclusions
from server.autopilot.matching import Target
from server.autopilot.walking import Judged, Walk, judged, stretches, whole_second
from server.autopilot.wanted import Aim, Place, Wanted, aim_of, offered, place_of, terms_of
from server.clock import iso, now
from server.errors import Conflict
from server.mail.base import MailItem
from server.models import Mailbox, Message, Person, Rule, RuleState, Save, SaveState, Scope
from server.people import person_of
from server.services import Services

MOST = 2000  # messages that are looked at while somebody waits
LISTED = 200
LISTED_LEFT_OUT = 20  # for each reason
Key = tuple[str, str, str]  # a record: destination, type and id
ON_IT = (SaveState.queued, SaveState.saving, SaveState.saved, SaveState.partial)


@dataclass
class Found:
    """What was looked at so far, and up to which moment. By id: `wanted` is what the rule would have saved, `left_out`
    what it looks for, but would not have saved.
    """

    until: datetime
    scanned: int = 0
    wanted: dict[str, Judged] = field(default_factory=dict)
    left_out: dict[str, Judged] = field(default_factory=dict)

    def take(self, some: Sequence[Judged]) -> None:
        for item, decision in some:
            if decision.matches:
                self.wanted[item.id] = (item, decision)
                self.left_out.pop(item.id, None)
            elif decision.code != "no_rule":
                self.left_out[item.id] = (item, decision)


def preview(services: Services, caller: Caller, wanted: Wanted, days: int) -> dict[str, Any]:
    """The rule is not started, and needs no licence; a rule for everywhere is tried in the one mailbox that is named.
    Of a mailbox that the caller may not read, where Affix itself does, there are counts and no messages.

    Raises what starting it would raise.
    """
    until = whole_second(now()) + timedelta(seconds=1)
    since = until - timedelta(days=days)
    rule, place, mailbox = _draft(services, caller, wanted, since)
    reader = None if rule.by_application else caller
    walk = Walk(services, mailbox, rule, since, until, reader, set(place.message_ids))
    found = _look(walk)
    newest = _newest(found.wanted.values(), since)
    # What Affix may read itself is not therefore for the eyes of whoever asks: then there are counts alone.
    listed = newest[:LISTED] if reader else []
    with services.database.session() as session:
        shown = _messages_json(session, mailbox, listed)
        licence = licensing.license_json(services, session, mailbox)
    return {
        "days": days,
        "since": iso(since),
        "until": iso(found.until),
        "scanned": found.scanned,
        "complete": found.until >= until,
        "count": len(newest),
        "messages": shown,
        "readable": reader is not None,
        "recordTypes": _types_json(newest),
        "leftOut": _left_out_json(_newest(found.left_out.values(), since), is_readable=reader is not None),
        "license": licence,
    }


def _draft(services: Services, caller: Caller, wanted: Wanted, since: datetime) -> tuple[Rule, Place, Mailbox]:
    """The rule as it would be started, for mail from `since` on, in no session."""
    kind, scope = offered(wanted)
    place = place_of(services, caller, kind, Scope.mailbox, wanted)
    aim = aim_of(services, caller, kind, wanted)
    if place.mailbox is None:
        raise Conflict("Name the mailbox in which the rule is tried.", code="mailbox_needed")
    with services.database.session.begin() as session:
        person = person_of(session, caller)
        exclusions.refuse_rule(session, person.tenant_id, kind, place.value)
    rule = _rule(person, place, aim, terms_of(wanted), since)
    rule.kind, rule.scope = kind, scope
    return rule, place, place.mailbox


def _rule(person: Person, place: Place, aim: Aim, terms: dict[str, Any], since: datetime) -> Rule:
    return Rule(
        id=uuid4(),
        tenant_id=person.tenant_id,
        person_id=person.id,
        value=place.value,
        title=place.title,
        destination=aim.ref.destination,
        record_type=aim.ref.type,
        record_id=aim.ref.id,
        record_name=aim.name,
        options=aim.options,
        by_application=place.by_application,
        state=RuleState.active,
        since=since,
        **terms,
    )


def _look(walk: Walk) -> Found:
    found, looked_at = Found(until=walk.since), 0
    for stretch in stretches(walk):
        found.take(stretch.found)
        found.scanned += len(stretch.found)
        found.until = stretch.position
        looked_at += stretch.looked_at
        if looked_at >= MOST:
            break
    # Of a conversation all is known, wherever the look ended.
    found.take(list(judged(walk, walk.thread.values())))
    return found


def _newest(found: Iterable[Judged], since: datetime) -> list[Judged]:
    return sorted(found, key=lambda each: each[0].received_at or since, reverse=True)


def _types_json(found: Iterable[Judged]) -> list[dict[str, Any]]:
    """How many of the messages would go to records of each type; one that goes to several counts for each type once."""
    counts = Counter(type for _, decision in found for type in {each.target.type for each in decision.matches})
    return [{"type": type, "count": count} for type, count in counts.most_common()]


def _left_out_json(found: Iterable[Judged], is_readable: bool) -> list[dict[str, Any]]:
    """By the reason, the most frequent first; with the newest messages of each."""
    by_code: dict[str, list[Judged]] = defaultdict(list)
    for each in found:
        by_code[each[1].code].append(each)
    return [
        {
            "code": code,
            "reason": some[0][1].reason,
            "count": len(some),
            "messages": [_item_json(item) for item, _ in some[:LISTED_LEFT_OUT]] if is_readable else [],
        }
        for code, some in sorted(by_code.items(), key=lambda each: -len(each[1]))
    ]


def _item_json(item: MailItem) -> dict[str, Any]:
    return {
        "id": item.id,
        "internetMessageId": item.internet_message_id,
        "subject": item.subject,
        "from": {"name": item.from_.name, "address": item.from_.address},
        "receivedAt": iso(item.received_at),
    }


def _messages_json(session: Session, mailbox: Mailbox, found: Sequence[Judged]) -> list[dict[str, Any]]:
    on_records = _on_records(session, mailbox, [item for item, _ in found])
    return [
        {
            **_item_json(item),
            "records": [_target_json(each.target) for each in decision.matches],
            "reason": decision.reason,
            "saved": all(_key(each.target) in on_records[item.id] for each in decision.matches),
        }
        for item, decision in found
    ]


def _target_json(target: Target) -> dict[str, str]:
    return {"destination": target.destination, "type": target.type, "id": target.id, "name": target.name}


def _on_records(session: Session, mailbox: Mailbox, items: Sequence[MailItem]) -> dict[str, set[Key]]:
    """The records on which each item is or will be, from whatever mailbox the same email was saved there."""
    ids = [each.id for each in items]
    message_ids = [each.internet_message_id for each in items if each.internet_message_id]
    here = and_(Message.mailbox_id == mailbox.id, Message.immutable_id.in_(ids))
    anywhere = and_(Message.tenant_id == mailbox.tenant_id, Message.internet_message_id.in_(message_ids))
    query = (
        select(Message.immutable_id, Message.internet_message_id, Save.destination, Save.record_type, Save.record_id)
        .join(Save, Save.message_id == Message.id)
        .where(or_(here, anywhere), Save.state.in_(ON_IT))
    )
    named: dict[str | None, set[Key]] = defaultdict(set)
    for immutable_id, message_id, destination, type_, record_id in session.execute(query):
        named[immutable_id].add((destination, type_, record_id))
        named[message_id].add((destination, type_, record_id))
    named.pop(None, None)  # what has no Message-ID has none in common
    return {each.id: named[each.id] | named[each.internet_message_id] for each in items}


def _key(target: Target) -> Key:
    return target.destination, target.type, target.id
