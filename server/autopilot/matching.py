"""Which rules want a message, and why the others do not. Pure: knows neither database nor network."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from server.mail.base import MailItem
from server.models import Rule, RuleKind, RuleState

MATCHED = {
    RuleKind.conversation: "It belongs to a conversation that is being saved.",
    RuleKind.address: "It is from or to an address whose mail is being saved.",
    RuleKind.domain: "It is from or to a domain whose mail is being saved.",
    RuleKind.match: "Somebody on it is known: {record}.",
}
# Why nothing was saved, the most telling first: of several rules that left a message out, this order chooses one.
LEFT_OUT = {
    "draft": "It is a draft; it is saved once it has been sent.",
    "private": "It is marked private or confidential, and the rule leaves such mail out.",
    "internal_only": "Only people of your own organisation are on it, and the rule leaves such mail out.",
    "before_since": "It arrived before the rule was started.",
    "excluded": "The people for whom it would be saved were excluded by an administrator.",
    "unmatched": "Nobody on it was found among the records.",
    "paused": "The rule is paused.",
    "stopped": "The rule has stopped, because nobody's right carries it any more.",
    "no_rule": "No rule of this mailbox is looking for it.",
}
MOST_RECORDS = 5  # of one message that a matching rule saves it to


@dataclass(frozen=True)
class Seen:
    """A message as Autopilot found it in a mailbox. Addresses are lower-case; `references` are the Message-IDs that it
    answers, those of In-Reply-To among them. `is_private`: its sensitivity is private or confidential.
    """

    mailbox: str
    internet_message_id: str | None
    conversation_id: str | None
    references: tuple[str, ...]
    from_: str
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    sent_at: datetime | None
    received_at: datetime | None
    is_draft: bool = False
    is_private: bool = False
    kind: str = "message"

    @property
    def participants(self) -> tuple[str, ...]:
        """Everybody on it, once each; who wrote it comes first."""
        return tuple(dict.fromkeys(each for each in (self.from_, self.sender, *self.to, *self.cc) if each))

    @property
    def domains(self) -> frozenset[str]:
        """Of those who wrote it and get it, and the domains above each: mail.adatum.example is in adatum.example."""
        named = (each for each in (self.from_, *self.to, *self.cc) if each)
        return frozenset(domain for each in named for domain in with_parents(each))

    @property
    def message_ids(self) -> frozenset[str]:
        """Its own Message-ID and those that it answers. A conversation id is none: each mailbox has its own."""
        own = (self.internet_message_id,) if self.internet_message_id else ()
        return frozenset((*own, *self.references))


def seen_in(mailbox: str, item: MailItem) -> Seen:
    """The item as it was found in the mailbox of that address."""
    return Seen(
        mailbox=mailbox,
        internet_message_id=item.internet_message_id,
        conversation_id=item.conversation_id,
        references=item.references,
        from_=item.from_.address,
        sender=item.sender.address,
        to=tuple(each.address for each in item.to),
        cc=tuple(each.address for each in item.cc),
        subject=item.subject,
        sent_at=item.sent_at,
        received_at=item.received_at,
        is_draft=item.is_draft,
        is_private=item.is_private,
        kind=item.kind,
    )


@dataclass(frozen=True)
class Target:
    """The record that a message is saved to."""

    destination: str
    type: str
    id: str
    name: str


@dataclass(frozen=True)
class Excluded:
    """Those for whom Autopilot saves nothing in a tenant, lower-case. A domain covers all that are below it."""

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    def covers(self, address: str) -> bool:
        return address in self.addresses or self.covers_domain(address)

    def covers_domain(self, domain: str) -> bool:
        return bool(self.domains) and not self.domains.isdisjoint(with_parents(domain))


NOBODY = Excluded()


@dataclass(frozen=True)
class Known:
    """What has to be known beside the message: the tenant's own domains, lower-case; which Message-IDs belong to the
    conversation of which rule; of each rule that matches, the records of every address, the best one first; and whom
    the tenant excluded.
    """

    internal_domains: Collection[str] = ()
    messages: Mapping[UUID, Collection[str]] = field(default_factory=dict)
    records: Mapping[UUID, Mapping[str, Sequence[Target]]] = field(default_factory=dict)
    excluded: Excluded = NOBODY


@dataclass(frozen=True)
class Match:
    """That a rule wants a message on a record, and the sentence that says why."""

    rule: Rule
    target: Target
    reason: str


@dataclass(frozen=True)
class Decision:
    """What becomes of a message. `code` is "matched", or why no rule wants it; then `rule` is the one that came
    closest, if any did.
    """

    matches: tuple[Match, ...]
    code: str
    reason: str
    rule: Rule | None = None


def decide(rules: Sequence[Rule], seen: Seen, known: Known) -> Decision:
    """Which of the mailbox's rules want the message, and on which records."""
    matches: list[Match] = []
    left_out: dict[str, Rule] = {}
    for rule in rules:
        if not looks_for(rule, seen, known.messages):
            continue
        code = _why_left_out(rule, seen, known)
        if code is None:
            matches += _matches(rule, seen, known)
        else:
            left_out.setdefault(code, rule)
    if matches:
        return Decision(tuple(matches), "matched", matches[0].reason, matches[0].rule)
    code = next((each for each in LEFT_OUT if each in left_out), "no_rule")
    return Decision((), code, LEFT_OUT[code], left_out.get(code))


def looks_for(rule: Rule, seen: Seen, messages_of_rules: Mapping[UUID, Collection[str]]) -> bool:
    """Whether the message is of the kind that the rule is about, whatever the rule leaves out of it."""
    if rule.state == RuleState.removed:
        return False
    if rule.kind == RuleKind.match:
        return True
    if rule.kind == RuleKind.conversation:
        return not seen.message_ids.isdisjoint(messages_of_rules.get(rule.id, ()))
    return rule.value in (seen.participants if rule.kind == RuleKind.address else seen.domains)


def to_look_up(
    rule: Rule, seen: Seen, internal_domains: Collection[str], excluded: Excluded = NOBODY
) -> tuple[str, ...]:
    """The people on the message for whom a matching rule wants to know the records: outsiders whom neither the tenant
    nor the rule itself excludes.
    """
    by_rule = Excluded(
        frozenset(rule.options.get("excludedAddresses", ())), frozenset(rule.options.get("excludedDomains", ()))
    )
    outsiders = _outsiders(seen, internal_domains)
    return tuple(each for each in outsiders if not excluded.covers(each) and not by_rule.covers(each))


def is_excluded(kind: RuleKind, value: str, excluded: Excluded) -> bool:
    """Whether a rule is about nobody but those whom the tenant excluded."""
    if kind == RuleKind.address:
        return excluded.covers(value)
    return kind == RuleKind.domain and excluded.covers_domain(value)


def _matches(rule: Rule, seen: Seen, known: Known) -> list[Match]:
    if rule.kind != RuleKind.match:
        target = Target(rule.destination, rule.record_type, rule.record_id, rule.record_name)
        return [Match(rule, target, MATCHED[rule.kind])]
    return [Match(rule, each, MATCHED[rule.kind].format(record=each.name)) for each in _targets(rule, seen, known)]


def _targets(rule: Rule, seen: Seen, known: Known) -> list[Target]:
    """The best record of each outsider, each record once."""
    records = known.records.get(rule.id, {})
    wanted = to_look_up(rule, seen, known.internal_domains, known.excluded)
    best = [records[each][0] for each in wanted if records.get(each)]
    return list(dict.fromkeys(best))[:MOST_RECORDS]


def _why_left_out(rule: Rule, seen: Seen, known: Known) -> str | None:
    if is_excluded(rule.kind, rule.value, known.excluded):
        return "excluded"
    if rule.state in (RuleState.paused, RuleState.stopped):
        return rule.state.value
    if seen.is_draft:
        return "draft"
    if seen.is_private and not rule.private_too:
        return "private"
    if _is_before(seen, rule.since):
        return "before_since"
    outsiders = _outsiders(seen, known.internal_domains)
    if not outsiders and (rule.kind == RuleKind.match or (seen.participants and not rule.internal_too)):
        return "internal_only"
    if _is_about_excluded_only(seen, outsiders, known.excluded):
        return "excluded"
    if rule.kind != RuleKind.match:
        return None
    if not to_look_up(rule, seen, known.internal_domains, known.excluded):
        return "excluded"
    return None if _targets(rule, seen, known) else "unmatched"


def _is_about_excluded_only(seen: Seen, outsiders: Sequence[str], excluded: Excluded) -> bool:
    """Whether everybody from outside who is on it is excluded; of mail within the organisation, everybody on it."""
    people = outsiders or seen.participants
    return bool(people) and all(excluded.covers(each) for each in people)


def _is_before(seen: Seen, since: datetime) -> bool:
    # Mailboxes count in whole seconds: what came in the very second in which a rule was started counts.
    moment = seen.received_at or seen.sent_at
    return moment is not None and moment < since.replace(microsecond=0)


def _outsiders(seen: Seen, internal_domains: Collection[str]) -> tuple[str, ...]:
    own = frozenset(internal_domains)
    return tuple(each for each in seen.participants if own.isdisjoint(with_parents(each)))


def with_parents(domain: str) -> list[str]:
    """The domain, or that of an address, and all domains above it."""
    labels = domain.rpartition("@")[2].split(".")
    return [".".join(labels[start:]) for start in range(len(labels))]
