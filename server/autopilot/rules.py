"""Rules that are there: paused, resumed, taken over and removed. How they start is in starting.py.

Whoever carries a rule (`person`) gives it their right to read the mailbox. Only they may remove it; administrators
may where they could not take it over.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from server import licensing
from server.access import enter, row_of_tenant
from server.activity import note_rule, stopped_at
from server.auth.callers import Caller
from server.autopilot import backfill, exclusions, stopping
from server.autopilot.options import options_of
from server.autopilot.overview import full_json, visible
from server.autopilot.reach import watch_over_all
from server.clock import now
from server.errors import Conflict, Forbidden, Invalid
from server.models import Person, Rule, RuleKind, RuleState
from server.people import is_administrator, person_of
from server.records import destination_of
from server.services import Services

NOTICED_WITHIN = timedelta(hours=1)  # a right that is gone is noticed a little later than it went
NO_ACCESS = "You have no access to this mailbox in Outlook."
HAS_SAME = "You have the same rule for your own mailboxes. Remove yours first if you want to take this one over."


@dataclass(frozen=True)
class Change:
    """What is to become of a rule. `options` are those of one that matches, as far as they are to be others."""

    state: str | None = None
    owner: str | None = None
    options: dict[str, Any] | None = None


def change(services: Services, caller: Caller, rule_id: UUID, wanted: Change) -> dict[str, Any]:
    """Pause or resume, and take over. The former two are for who carries the rule and for administrators, taking over
    only for administrators, and only where they may read the mailbox themselves: from then on their right counts.
    """
    if wanted == Change():
        raise Invalid('Say what to change: {"state": "paused" or "active"} or {"owner": "me"}.')
    person, rule = _changeable(services, caller, rule_id)
    _check_rights(caller, person, rule, wanted)
    _check_access(services, caller, person, rule, wanted)
    with services.database.session.begin() as session:
        exclusions.keep(session, rule.tenant_id)
        # Held before any rule: two changes never wait for each other.
        watch_over_all(services, session, rule, heir=person if wanted.owner else None)
        person, rule = person_of(session, caller), _locked(session, rule_id)
        _check_rights(caller, person, rule, wanted)
        if rule.state == RuleState.removed:
            raise Conflict("This rule was removed. Start it again.", code="removed")
        if wanted.owner:
            _take_over(services, session, person, rule)
        if wanted.options is not None:
            _set_options(services, session, person, rule, wanted.options)
        if wanted.state == "paused":
            _pause(session, person, rule)
        if wanted.state == "active":
            _resume(services, session, person, rule)
        return full_json(services, session, rule, person)


def remove(services: Services, caller: Caller, rule_id: UUID) -> dict[str, Any]:
    """Take a rule away; what it saved stays. Only whoever carries it may: an administrator takes it over first, or
    removes it as it is where they may not read the mailbox, and so could not take it over.
    """
    _, rule = _changeable(services, caller, rule_id)
    is_beyond_reach = _is_beyond_reach(services, caller, rule)
    with services.database.session.begin() as session:
        watch_over_all(services, session, rule)  # held before any rule: two changes never wait for each other
        person, rule = person_of(session, caller), _locked(session, rule_id)
        if rule.person_id != person.id and not is_beyond_reach:
            raise Forbidden(
                f"Only {rule.person.name or rule.person.address} may remove this rule. "
                "An administrator of Affix can take it over.",
                code="not_your_rule",
            )
        if rule.state != RuleState.removed:
            rule.remove()
            note_rule(session, "rule_removed", person, rule, before=rule.person.address)
        return full_json(services, session, rule, person)


def _is_beyond_reach(services: Services, caller: Caller, rule: Rule) -> bool:
    """Whether it is a rule that an administrator could not take over."""
    if not is_administrator(caller) or rule.by_application or rule.mailbox is None or rule.person.oid == caller.oid:
        return False
    return enter(services, caller, rule.mailbox.address) is None


def _changeable(services: Services, caller: Caller, rule_id: UUID) -> tuple[Person, Rule]:
    """As `visible`; administrators may change the rules of people who left."""
    if not is_administrator(caller):
        return visible(services, caller, rule_id)
    return row_of_tenant(services, caller, Rule, rule_id)


def _check_rights(caller: Caller, person: Person, rule: Rule, wanted: Change) -> None:
    if wanted.options is not None and rule.kind != RuleKind.match:
        raise Invalid("Only a rule that matches has options.")
    if is_administrator(caller):
        return
    if wanted.owner:
        raise Forbidden("Only an administrator of Affix may take over a rule.", code="administrators_only")
    if rule.person_id != person.id:
        carrier = rule.person.name or rule.person.address
        raise Forbidden(f"Only {carrier} or an administrator of Affix may change this rule.", code="not_your_rule")
    if wanted.options is not None:
        raise Forbidden("Only an administrator of Affix may change what is matched.", code="administrators_only")


def _check_access(services: Services, caller: Caller, person: Person, rule: Rule, wanted: Change) -> None:
    """Whoever carries the rule from now on has to have the right that it stands on."""
    carries = wanted.owner is not None or rule.person_id == person.id
    is_needed = carries and (wanted.owner or wanted.state == "active") and not rule.by_application
    if is_needed and rule.mailbox and not enter(services, caller, rule.mailbox.address):
        raise Forbidden(NO_ACCESS, code="mailbox_access_denied")


def _locked(session: Session, rule_id: UUID) -> Rule:
    return session.get_one(Rule, rule_id, with_for_update={"of": Rule})


def _take_over(services: Services, session: Session, person: Person, rule: Rule) -> None:
    before = rule.person
    if before.id == person.id:
        return
    try:
        with session.begin_nested():
            rule.person, rule.person_id = person, person.id
    except IntegrityError:
        raise Conflict(HAS_SAME, code="same_rule") from None
    if rule.state == RuleState.stopped and _has_destination(services, rule) and not exclusions.covers(session, rule):
        rule.resume()
        _catch_up(services, session, person, rule)
    note_rule(session, "rule_taken_over", person, rule, before=before.address)


def _set_options(services: Services, session: Session, person: Person, rule: Rule, asked: dict[str, Any]) -> None:
    options = options_of(destination_of(services, rule.tenant_id, rule.destination), asked, rule.options)
    if rule.options != options:
        rule.options = options
        note_rule(session, "rule_changed", person, rule, options=options)


def _pause(session: Session, person: Person, rule: Rule) -> None:
    if rule.state != RuleState.paused:
        rule.pause()
        note_rule(session, "rule_paused", person, rule)


def _resume(services: Services, session: Session, person: Person, rule: Rule) -> None:
    """What came while the rule was paused stays out. What came while nobody's right carried it is caught up with."""
    if rule.state == RuleState.active:
        return
    if not _has_destination(services, rule):
        raise Conflict(stopping.REASON.format(name=rule.destination), code=stopping.CODE)
    exclusions.refuse_rule(session, rule.tenant_id, rule.kind, rule.value)
    is_disowned = rule.state == RuleState.stopped and rule.reason_code not in (stopping.CODE, exclusions.CODE)
    if is_disowned and rule.person_id != person.id:
        raise Conflict("Nobody's right carries this rule any more. Take it over.", code="take_over_first")
    if rule.mailbox:
        licensing.require(services, session, rule.mailbox)
    if rule.state == RuleState.paused:
        rule.since = now()
        rule.resume()
    else:
        rule.resume()
        _catch_up(services, session, person, rule)
    note_rule(session, "rule_resumed", person, rule)


def _has_destination(services: Services, rule: Rule) -> bool:
    return services.destinations.is_there(rule.tenant_id, rule.destination)


def _catch_up(services: Services, session: Session, person: Person, rule: Rule) -> None:
    """With what came since it stopped: for the sake of other rules that may have been seen, and left alone."""
    since = stopped_at(session, rule)
    if rule.mailbox and since:
        backfill.catch_up(services, session, rule, rule.mailbox, person, max(since - NOTICED_WITHIN, rule.since))
