"""What becomes of messages that a look found: decided, noted and queued in the transaction that moves the place on.

Whatever has to be asked of somebody else (may a colleague still read the mailbox, who is known at the destination) is
asked before that transaction begins.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from server.accounts.noticing import Audience
from server.autopilot import subscriptions
from server.autopilot.matching import Decision, Excluded, Known, Match, Seen, Target, decide, seen_in, to_look_up
from server.autopilot.overview import messages_of
from server.autopilot.reach import rules_in
from server.autopilot.stopping import stop_rules_of
from server.clock import now
from server.destinations.base import DestinationError, Suggestion
from server.detection import shown_kind
from server.mail.base import MailAccessDenied, MailBusy, MailItem, MailPartDenied
from server.mailboxes import attachments_of
from server.models import Mailbox, Membership, Person, Rule, RuleKind, RuleMessage, Sighting, Watch
from server.people import as_carrier
from server.queueing import RecordRef, Wish, message_row, queue_save
from server.services import Services

T = TypeVar("T")
Records = Mapping[UUID, Mapping[str, Sequence[Target]]]


@dataclass
class Drain:
    """One look as one person, or as Affix itself where there is none. `own`: the tenant's domains; `excluded`: those
    for whom it wants nothing saved. `proof` says whether another person may still read the mailbox; each is asked for
    once. `audience` are the accounts that are told of what is found; `met` are the ids of all
    that was read.
    """

    services: Services
    watch: Watch
    person: Person | None
    own: frozenset[str]
    excluded: Excluded
    proof: Callable[[Person], bool]
    proven: set[UUID] = field(default_factory=set)
    audience: Audience | None = None
    met: set[str] = field(default_factory=set)

    @property
    def mailbox(self) -> Mailbox:
        return self.watch.mailbox

    def ask(self, call: Callable[[str], T]) -> T:
        """Ask Graph as whoever carries this look."""
        return as_carrier(self.services, self.watch.tenant_id, self.person, call)

    def ask_for_one(self, call: Callable[[str], T]) -> T:
        """Ask for one thing in the mailbox. Raises MailPartDenied where only this one is refused: that the mailbox may
        still be read is proven then. What was refused before that proof was so by itself.
        """
        try:
            return self.ask(call)
        except MailAccessDenied as denied:
            self.ask(lambda token: self.services.mail.can_read(token, self.mailbox.address))
            raise MailPartDenied(str(denied), denied.code, denied.request_id) from None


@dataclass(frozen=True)
class Ready:
    """Messages of a page, and what was asked about them. Only rules of `rule_ids` may take them."""

    items: Sequence[tuple[MailItem, Seen]]
    rule_ids: frozenset[UUID]
    records: Records


def prepared(work: Drain, active: Sequence[Rule], rules: Sequence[Rule], items: Sequence[MailItem]) -> Ready:
    """Ask all that has to be asked before these messages can be taken. Raises MailError, AffixError or TakenOver."""
    # A draft is looked at when it was sent; its id stays the same.
    sent = sorted((each for each in items if not each.is_draft), key=lambda each: str(each.received_at or ""))
    seen = [(item, seen_in(work.mailbox.address, item)) for item in sent]
    records = look_up(work.services, work.watch.tenant_id, active, [each for _, each in seen], work.own, work.excluded)
    allowed = {rule.id for rule in rules}
    for person in _whose_right_counts(work, active, seen, records):
        if work.proof(person):
            work.proven.add(person.id)
        else:
            allowed -= {rule.id for rule in rules if rule.person_id == person.id and not rule.by_application}
    return Ready(seen, frozenset(allowed), records)


def _whose_right_counts(
    work: Drain, active: Sequence[Rule], seen: Sequence[tuple[MailItem, Seen]], records: Records
) -> list[Person]:
    """Those who do not carry this look, but whose rules would save some of it."""
    with work.services.database.session() as session:
        known = _known(session, work, active, [each for _, each in seen], records)
    found: dict[UUID, Person] = {}
    for _, each in seen:
        for match in decide(active, each, known).matches:
            rule = match.rule
            is_carrier = work.person is not None and rule.person_id == work.person.id
            if not rule.by_application and not is_carrier and rule.person_id not in work.proven:
                found[rule.person_id] = rule.person
    return list(found.values())


def look_up(
    services: Services,
    tenant_id: str,
    rules: Sequence[Rule],
    seen: Sequence[Seen],
    own: frozenset[str],
    excluded: Excluded,
) -> dict[UUID, dict[str, list[Target]]]:
    """For each rule that matches, the records of the people on these messages, in the rule's order.

    Raises MailBusy when the destination cannot say: then the messages wait. Where it is gone for good, the rule stops.
    """
    found: dict[UUID, dict[str, list[Target]]] = {}
    there = services.destinations.of(tenant_id)
    absent = {rule.destination for rule in rules} - there.keys()
    gone = {name for name in absent if not services.destinations.is_there(tenant_id, name)}
    for name in gone:
        with services.database.session.begin() as session:
            stop_rules_of(services, session, tenant_id, name)
    for rule in rules:
        if rule.kind != RuleKind.match or rule.destination in gone:
            continue
        if rule.destination in absent:
            raise MailBusy("A destination cannot be used until its settings are mended.", code="destination_unusable")
        people = dict.fromkeys(address for each in seen for address in to_look_up(rule, each, own, excluded))
        try:
            records = there[rule.destination].find_matches(tenant_id, list(people)) if people else {}
        except DestinationError as error:
            raise MailBusy(error.message, error.retry_after, error.code) from None
        found[rule.id] = {address: _in_order(rule, fitting) for address, fitting in records.items()}
    return found


def _in_order(rule: Rule, fitting: Sequence[Suggestion]) -> list[Target]:
    order: list[str] = rule.options["order"]
    records = (each.record for each in fitting)
    wanted = sorted((each for each in records if each.type in order), key=lambda each: order.index(each.type))
    return [Target(each.destination, each.type, each.id, each.name) for each in wanted]


def _known(session: Session, work: Drain, rules: Sequence[Rule], seen: Sequence[Seen], records: Records) -> Known:
    ids = {message_id for each in seen for message_id in each.message_ids}
    return Known(work.own, messages_of(session, rules, ids), records, work.excluded)


def take(session: Session, work: Drain, ready: Ready) -> int:
    """Decide about each message, once: our own marks and other changes bring it again and again.

    The watch is locked, so the rules are as they are now. Returns how many messages were new.
    """
    rules = [rule for rule in rules_in(session, work.mailbox) if rule.id in ready.rule_ids]
    fresh = 0
    is_any_wanted = False
    for item, seen in ready.items:
        decision = decide(rules, seen, _known(session, work, rules, [seen], ready.records))
        if not sighted(session, work.mailbox, item, decision):
            continue
        fresh += 1
        subscriptions.judge(session, work.watch, item)
        if decision.matches:
            save_matches(session, work.services, work.mailbox, item, decision.matches)
            is_any_wanted = True
    if is_any_wanted:
        work.services.ring_for_saves(session, work.mailbox.id)
    return fresh


def save_matches(
    session: Session,
    services: Services,
    mailbox: Mailbox,
    item: MailItem,
    matches: Sequence[Match],
    backfill_id: UUID | None = None,
) -> None:
    """Queue a save for each record that a rule wants the message on; whoever rings does so once for all."""
    message = message_row(session, mailbox, item)
    for match in matches:
        rule, target = match.rule, match.target
        wish = Wish(
            person_id=rule.person_id,
            mailbox_kind=_kind_for(session, mailbox, rule),
            attachments={"mode": attachments_of(services, mailbox, rule.attachments["mode"])},
            how=f"autopilot:{rule.kind.value}",
            rule_id=rule.id,
            backfill_id=backfill_id,
            by_application=rule.by_application,
        )
        queue_save(session, message, RecordRef(target.destination, target.type, target.id), target.name, wish)
        if rule.kind == RuleKind.conversation and item.internet_message_id:
            joined = insert(RuleMessage).values(rule_id=rule.id, internet_message_id=item.internet_message_id)
            session.execute(joined.on_conflict_do_nothing())


def sighted(session: Session, mailbox: Mailbox, item: MailItem, decision: Decision) -> bool:
    """Note that the item was seen, as the mailbox's, and what became of it. Whether this was the first time."""
    row = insert(Sighting).values(
        tenant_id=mailbox.tenant_id,
        mailbox_id=mailbox.id,
        immutable_id=item.id,
        internet_message_id=item.internet_message_id,
        subject=item.subject,
        from_address=item.from_.address,
        received_at=item.received_at,
        at=now(),
        decision=decision.code,
        reason=decision.reason,
        rule_id=decision.rule.id if decision.rule else None,
    )
    first = row.on_conflict_do_nothing(index_elements=["mailbox_id", "immutable_id"]).returning(Sighting.id)
    return session.execute(first).one_or_none() is not None


def _kind_for(session: Session, mailbox: Mailbox, rule: Rule) -> str:
    membership = session.get(Membership, (mailbox.id, rule.person_id))
    if membership:
        return shown_kind(membership)[0]
    return {"shared": "shared", "user": "delegate"}.get(mailbox.purpose or "", "unknown")
