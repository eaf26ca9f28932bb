"""Which rules want a message: decided from the rules and the message alone."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.autopilot.matching import Decision, Known, Seen, decide
from server.models import Rule, RuleKind, RuleState

START = datetime(2026, 11, 16, 9, 0, 0, 500_000, tzinfo=UTC)
OWN = {"contoso.example"}


def rule(kind: str, value: str = "", **more: Any) -> Rule:
    usual = {"state": RuleState.active, "since": START, "internal_too": False, "private_too": False}
    return Rule(id=uuid.uuid4(), kind=RuleKind(kind), value=value, **{**usual, **more})


def seen(**more: Any) -> Seen:
    """An answer from a customer to the shared mailbox."""
    usual: dict[str, Any] = {
        "mailbox": "support@contoso.example",
        "internet_message_id": "<2@adatum.example>",
        "conversation_id": "AAQ1",
        "references": ("<1@adatum.example>",),
        "from_": "jo@adatum.example",
        "sender": "jo@adatum.example",
        "to": ("support@contoso.example",),
        "cc": (),
        "subject": "Re: Order 4711",
        "sent_at": START + timedelta(minutes=1),
        "received_at": START + timedelta(minutes=1),
    }
    return Seen(**{**usual, **more})


def decided(wanted: Rule, message: Seen, messages: tuple[str, ...] = ()) -> Decision:
    return decide([wanted], message, Known(OWN, {wanted.id: messages}))


# What a rule is about


@pytest.mark.parametrize(
    "where",
    [
        {"from_": "jo@adatum.example"},
        {"sender": "jo@adatum.example"},
        {"to": ("ben@contoso.example", "jo@adatum.example")},
        {"cc": ("jo@adatum.example",)},
    ],
)
def test_an_address_matches_wherever_it_stands(where: dict[str, Any]) -> None:
    others = {"from_": "al@adatum.example", "sender": "al@adatum.example"}
    decision = decided(rule("address", "jo@adatum.example"), seen(**{**others, **where}))
    assert decision.code == "matched"
    assert decision.reason == "It is from or to an address whose mail is being saved."


def test_an_address_does_not_match_one_that_only_looks_like_it() -> None:
    for other in ("bo-jo@adatum.example", "jo@adatum.example.org", "jo@mail.adatum.example", "jo@adatum.exampl"):
        decision = decided(rule("address", "jo@adatum.example"), seen(from_=other, sender=other))
        assert (decision.code, decision.matches) == ("no_rule", ())


def test_a_domain_matches_its_subdomains_and_not_what_only_ends_alike() -> None:
    wanted = rule("domain", "adatum.example")
    for address in ("jo@adatum.example", "jo@mail.eu.adatum.example"):
        assert decided(wanted, seen(from_=address)).code == "matched"
    for address in ("jo@notadatum.example", "jo@adatum.example.org", "adatum.example@evil.org"):
        assert decided(wanted, seen(from_=address)).code == "no_rule"


def test_a_domain_matches_mail_that_goes_there() -> None:
    ours = {"from_": "ben@contoso.example", "sender": "ben@contoso.example"}
    wanted = rule("domain", "adatum.example")
    assert decided(wanted, seen(**ours, to=("jo@adatum.example",))).code == "matched"
    assert decided(wanted, seen(**ours, cc=("jo@adatum.example",))).code == "matched"


def test_a_conversation_matches_its_messages_and_what_answers_one_of_them() -> None:
    wanted = rule("conversation", "<1@adatum.example>")
    assert decided(wanted, seen(), ("<1@adatum.example>",)).code == "matched"
    assert decided(wanted, seen(references=()), ("<2@adatum.example>",)).code == "matched"
    late = seen(references=("<0@x>", "<1@adatum.example>", "<9@x>"))
    assert decided(wanted, late, ("<1@adatum.example>",)).code == "matched"


def test_the_same_subject_and_conversation_id_make_no_conversation() -> None:
    stranger = seen(internet_message_id="<9@adatum.example>", references=())
    assert decided(rule("conversation"), stranger, ("<1@adatum.example>",)).code == "no_rule"


def test_a_message_without_ids_belongs_to_no_conversation() -> None:
    nameless = seen(internet_message_id=None, references=())
    assert decided(rule("conversation"), nameless, ("<1@adatum.example>",)).code == "no_rule"


def test_every_rule_that_fits_takes_the_message() -> None:
    rules = [rule("address", "jo@adatum.example"), rule("domain", "adatum.example"), rule("domain", "x.example")]
    decision = decide(rules, seen(), Known(OWN))
    assert [match.rule for match in decision.matches] == rules[:2]


# What a rule leaves out


def test_mail_from_before_the_rule_is_left_out() -> None:
    old = seen(received_at=START - timedelta(hours=1))
    decision = decided(rule("address", "jo@adatum.example"), old)
    assert (decision.code, decision.reason) == ("before_since", "It arrived before the rule was started.")


def test_mail_of_the_very_second_in_which_the_rule_was_started_counts() -> None:
    """Graph shows whole seconds: 09:00:00.8 is shown as 09:00:00, which is before 09:00:00.5."""
    assert decided(rule("address", "jo@adatum.example"), seen(received_at=START.replace(microsecond=0))).matches


def test_without_a_time_of_arrival_the_time_of_sending_counts() -> None:
    wanted = rule("address", "jo@adatum.example")
    assert decided(wanted, seen(received_at=None, sent_at=START - timedelta(days=1))).code == "before_since"
    assert decided(wanted, seen(received_at=None, sent_at=None)).code == "matched"


def test_drafts_are_left_out() -> None:
    assert decided(rule("address", "jo@adatum.example"), seen(is_draft=True)).code == "draft"


def test_private_mail_is_left_out_unless_the_rule_takes_it_too() -> None:
    assert decided(rule("address", "jo@adatum.example"), seen(is_private=True)).code == "private"
    assert decided(rule("address", "jo@adatum.example", private_too=True), seen(is_private=True)).code == "matched"


def test_mail_among_colleagues_is_left_out_unless_the_rule_takes_it_too() -> None:
    among = {"from_": "ben@contoso.example", "sender": "ben@contoso.example", "to": ("ana@eu.contoso.example",)}
    forwarded = seen(**among)
    messages = ("<1@adatum.example>",)
    assert decided(rule("conversation"), forwarded, messages).code == "internal_only"
    assert decided(rule("conversation", internal_too=True), forwarded, messages).code == "matched"
    assert decided(rule("conversation"), seen(**among, cc=("jo@adatum.example",)), messages).code == "matched"


def test_a_domain_that_only_ends_like_ones_own_is_not_internal() -> None:
    stranger = {"from_": "jo@notcontoso.example", "sender": "jo@notcontoso.example"}
    assert decided(rule("address", "jo@notcontoso.example"), seen(**stranger)).code == "matched"


@pytest.mark.parametrize("state", ["paused", "stopped"])
def test_a_rule_that_rests_takes_nothing_and_says_so(state: str) -> None:
    wanted = rule("address", "jo@adatum.example", state=RuleState(state))
    decision = decided(wanted, seen())
    assert (decision.matches, decision.code, decision.rule) == ((), state, wanted)


def test_a_removed_rule_is_not_there() -> None:
    decision = decided(rule("address", "jo@adatum.example", state=RuleState.removed), seen())
    assert (decision.code, decision.rule) == ("no_rule", None)


def test_without_rules_the_reason_is_that_none_looks_for_it() -> None:
    assert decide([], seen(), Known(OWN)).reason == "No rule of this mailbox is looking for it."


def test_of_several_reasons_the_one_about_the_message_is_told() -> None:
    resting = rule("address", "jo@adatum.example", state=RuleState.paused)
    careful = rule("domain", "adatum.example")
    decision = decide([resting, careful], seen(is_private=True), Known(OWN))
    assert (decision.code, decision.rule) == ("private", careful)


addresses = st.text("abc.@-é ", max_size=12)


@given(sender=addresses, to=st.lists(addresses, max_size=3).map(tuple), value=addresses)
def test_strange_addresses_break_nothing(sender: str, to: tuple[str, ...], value: str) -> None:
    for kind in ("address", "domain"):
        decision = decided(rule(kind, value), seen(from_=sender, sender=sender, to=to))
        assert bool(decision.matches) == (decision.code == "matched")
