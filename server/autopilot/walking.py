"""A walk through mail that is there already, the oldest first: what would one rule have made of it?

The same decision as for new mail, with the rule taken for started when the walk begins. Whoever walks, somebody who
asks or a worker, decides as whom Graph is asked and what becomes of what is found.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import inspect, select

from server.auth.callers import Caller
from server.autopilot import exclusions
from server.autopilot.matching import Decision, Known, decide, seen_in
from server.autopilot.taking import look_up
from server.mail.base import Changes, MailItem
from server.models import Mailbox, Person, Rule, RuleKind, RuleMessage, RuleState
from server.people import as_caller, as_carrier, own_domains
from server.services import Services

MOST_LOOKED_UP = 20  # messages of a conversation by whose Message-ID its id in this mailbox is looked for

T = TypeVar("T")
Judged = tuple[MailItem, Decision]


@dataclass(frozen=True)
class Walk:
    """Through what the mailbox received from `since` until just before `until`, both whole seconds.

    `reader` is as whom Graph is asked: somebody who is there, or is not, or Affix itself (None). `conversation`: the
    Message-IDs that are known to belong to the rule's. On the way they grow, and what the mailbox counts among it comes
    to `thread`, by id; `left_out` are the folders that are never looked at.
    """

    services: Services
    mailbox: Mailbox
    rule: Rule
    since: datetime
    until: datetime
    reader: Caller | Person | None
    conversation: set[str] = field(default_factory=set)
    thread: dict[str, MailItem] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)

    def ask(self, call: Callable[[str], T]) -> T:
        if isinstance(self.reader, Caller):
            return as_caller(self.services, self.reader, call)
        return as_carrier(self.services, self.mailbox.tenant_id, self.reader, call)


@dataclass(frozen=True)
class Stretch:
    """All that is left in watched folders of some whole seconds, and what the rule makes of it. Up to `position`, not
    included, everything was looked at, `looked_at` messages with those in other folders. The walk began at `begin`:
    before that a conversation was not there.
    """

    found: tuple[Judged, ...]
    position: datetime
    begin: datetime
    looked_at: int = 0


def whole_second(moment: datetime) -> datetime:
    """Mailboxes count in whole seconds, and so does a walk."""
    return moment.astimezone(UTC).replace(microsecond=0)


def as_if_started(rule: Rule, since: datetime) -> Rule:
    """A copy of the rule, in no session, that holds for mail from then on."""
    values = {each.key: getattr(rule, each.key) for each in inspect(Rule).column_attrs}
    return Rule(**{**values, "since": since, "state": RuleState.active})


def known_conversation(services: Services, rule: Rule) -> set[str]:
    """The Message-IDs that are known to belong to the rule's conversation; none for other rules."""
    if rule.kind != RuleKind.conversation:
        return set()
    with services.database.session() as session:
        mine = select(RuleMessage.internet_message_id).where(RuleMessage.rule_id == rule.id)
        return {rule.value, *session.scalars(mine)}


def stretches(walk: Walk) -> Iterator[Stretch]:
    """Nothing is kept open between two of them. Raises MailError and AffixError."""
    begin = walk.since
    walk.left_out.update(walk.ask(lambda token: walk.services.mail.changes.left_out(token, walk.mailbox.address)))
    if walk.rule.kind == RuleKind.conversation:
        walk.thread.update(_thread(walk))
        if not walk.thread:
            yield Stretch((), walk.until, begin)  # the mailbox knows nothing of it
            return
        named = (each.internet_message_id for each in walk.thread.values())
        walk.conversation.update(each for each in named if each)
        # What answers under another subject is elsewhere to Exchange, but never older than what began it.
        begin = min(max(begin, min(_second(walk, each) for each in walk.thread.values())), walk.until)
    for items, position in _whole_seconds(walk, begin):
        yield Stretch(tuple(judged(walk, items)), position, begin, len(items))


def _whole_seconds(walk: Walk, begin: datetime) -> Iterator[tuple[list[MailItem], datetime]]:
    """Each page but for its last second, with which the next one begins: what moves meanwhile shifts nothing, and
    nothing comes twice. Only a second that fills pages is read along Graph's links.
    """
    position, link = begin, None
    held: dict[str, MailItem] = {}
    while True:
        page = _page(walk, position, link)
        held.update((each.id, each) for each in page.items)
        last = max((_second(walk, each) for each in held.values()), default=position)
        end = min(last, walk.until) if page.is_more else walk.until
        yield [each for each in held.values() if begin <= _second(walk, each) < end], end
        if end == walk.until:
            return
        if last > position:
            position, link, held = last, None, {}
        else:
            link = page.link


def _page(walk: Walk, position: datetime, link: str | None) -> Changes:
    changes, address = walk.services.mail.changes, walk.mailbox.address
    return walk.ask(lambda token: changes.received(token, address, position, walk.until, link))


def _second(walk: Walk, item: MailItem) -> datetime:
    return whole_second(item.received_at or walk.since)


def judged(walk: Walk, items: Iterable[MailItem]) -> Iterator[Judged]:
    """What the rule makes of those that are in watched folders."""
    there = [each for each in items if each.folder_id not in walk.left_out]
    seen = [(item, seen_in(walk.mailbox.address, item)) for item in there]
    with walk.services.database.session() as session:
        own = own_domains(session, walk.mailbox.tenant_id)
        excluded = exclusions.of_tenant(session, walk.mailbox.tenant_id)
    records = look_up(walk.services, walk.mailbox.tenant_id, [walk.rule], [each for _, each in seen], own, excluded)
    known = Known(own, {walk.rule.id: walk.conversation}, records, excluded)
    for item, each in seen:
        decision = decide([walk.rule], each, known)
        if decision.matches and item.internet_message_id:
            walk.conversation.add(item.internet_message_id)  # what answers it comes later
        yield item, decision


def _thread(walk: Walk) -> dict[str, MailItem]:
    """All that the mailbox itself counts among the conversation, by the messages of which that is known.

    What its messages say that they answer is not followed any further: anybody can write that.
    """
    found: dict[str, MailItem] = {}
    # The message that it began with first: the others are mostly found through it.
    known = sorted(walk.conversation, key=lambda each: each != walk.rule.value)
    asked: set[str] = set()
    for message_id in known[:MOST_LOOKED_UP]:
        if message_id in {each.internet_message_id for each in found.values()}:
            continue
        for conversation_id in _conversation_ids(walk, message_id) - asked:
            asked.add(conversation_id)
            found.update((each.id, each) for each in _of_conversation(walk, conversation_id))
    return found


def _conversation_ids(walk: Walk, message_id: str) -> set[str]:
    found = walk.ask(lambda token: walk.services.mail.find(token, walk.mailbox.address, message_id))
    return {each.conversation_id for each in found if each.conversation_id}


def _of_conversation(walk: Walk, conversation_id: str) -> Iterator[MailItem]:
    link: str | None = None
    while True:
        page = _page_of(walk, conversation_id, link)
        yield from page.items
        if not page.is_more:
            return
        link = page.link


def _page_of(walk: Walk, conversation_id: str, link: str | None) -> Changes:
    changes, address = walk.services.mail.changes, walk.mailbox.address
    return walk.ask(lambda token: changes.conversation(token, address, conversation_id, link))
