"""Backfills from the person's side: asked for, paused, resumed and undone. The worker's side is in backfill.py.

Whoever carries the rule, or an administrator, may start one, where they may read the mailbox themselves.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import licensing
from server.access import enter, row_of_tenant
from server.activity import note_rule
from server.auth.callers import Caller
from server.autopilot.backfill import start, under_way
from server.autopilot.backfill_claims import locked, turn
from server.autopilot.backfill_overview import backfill_json, visible_backfill
from server.autopilot.overview import visible
from server.autopilot.reach import rules_in
from server.autopilot.rules import NO_ACCESS
from server.autopilot.undoing import ASKED, drop_what_waits
from server.clock import now
from server.errors import Conflict, Forbidden, Invalid
from server.models import Backfill, BackfillState, Mailbox, Person, Rule, RuleState
from server.people import is_administrator, person_of
from server.services import Services

UNDONE = (BackfillState.undoing, BackfillState.undone)


def ask(
    services: Services, caller: Caller, rule_id: UUID, address: str | None, days: int
) -> tuple[dict[str, Any], bool]:
    """Have the rule save what the mailbox received in the last days before it was started. Whether that is new: while
    one is under way for the rule in that mailbox, it is the answer.
    """
    person, rule = _changeable_rule(services, caller, rule_id)
    _check_carries(caller, person, rule)
    mailbox = _place(services, caller, rule, address)
    with services.database.session.begin() as session:
        person = person_of(session, caller)
        rule, mailbox = session.get_one(Rule, rule_id), session.get_one(Mailbox, mailbox.id)
        _check_it_works(services, session, rule, mailbox)
        known = under_way(session, rule, mailbox)
        row = known or start(services, session, rule, mailbox, person, now() - timedelta(days=days), now())
        return backfill_json(session, row, person), known is None


def _changeable_rule(services: Services, caller: Caller, rule_id: UUID) -> tuple[Person, Rule]:
    if not is_administrator(caller):
        return visible(services, caller, rule_id)
    return row_of_tenant(services, caller, Rule, rule_id)


def _check_carries(caller: Caller, person: Person, rule: Rule) -> None:
    if rule.person_id != person.id and not is_administrator(caller):
        carrier = rule.person.name or rule.person.address
        raise Forbidden(f"Only {carrier} or an administrator of Affix may do this.", code="not_your_rule")


def _place(services: Services, caller: Caller, rule: Rule, address: str | None) -> Mailbox:
    """The mailbox that is meant, which the caller may read; of a rule of Affix's own right, one that is known."""
    if address is None and rule.mailbox is None:
        raise Invalid("Name the mailbox whose past mail is saved.")
    named = (address or rule.mailbox.address) if rule.mailbox else (address or "")
    mailbox = _known_mailbox(services, rule, named) if rule.by_application else enter(services, caller, named.strip())
    if mailbox is None:
        raise Forbidden(NO_ACCESS, code="mailbox_access_denied")
    return mailbox


def _known_mailbox(services: Services, rule: Rule, address: str) -> Mailbox | None:
    with services.database.session() as session:
        return session.scalars(
            select(Mailbox).where(Mailbox.tenant_id == rule.tenant_id, Mailbox.address == address.strip().lower())
        ).one_or_none()


def _check_it_works(services: Services, session: Session, rule: Rule, mailbox: Mailbox) -> None:
    if rule.state != RuleState.active:
        raise Conflict("The rule is not active. Resume it first.", code="not_active")
    if rule.id not in {each.id for each in rules_in(session, mailbox)}:
        raise Invalid("The rule does not hold in this mailbox.", code="another_mailbox")
    licensing.require(services, session, mailbox)


def _changeable(services: Services, caller: Caller, backfill_id: UUID) -> None:
    """As `visible_backfill`; administrators may change those of people who left."""
    found = row_of_tenant(services, caller, Backfill, backfill_id) if is_administrator(caller) else None
    person, row = found or visible_backfill(services, caller, backfill_id)
    _check_carries(caller, person, row.rule)


def change(services: Services, caller: Caller, backfill_id: UUID, state: str) -> dict[str, Any]:
    """Pause or resume the walk. What was queued already goes on being saved meanwhile."""
    _changeable(services, caller, backfill_id)
    with services.database.session.begin() as session:
        person, row = person_of(session, caller), locked(session, backfill_id)
        if row.state not in (BackfillState.running, BackfillState.paused):
            raise Conflict("Only what is under way can be paused and resumed.", code="not_under_way")
        if row.state.value != state:
            if state == "running":
                _check_it_works(services, session, row.rule, row.mailbox)
                services.ring_for_backfill(session, row.id)
            turn(row, BackfillState(state))
            what = "backfill_resumed" if state == "running" else "backfill_paused"
            note_rule(session, what, person, row.rule, mailbox=row.mailbox.address, backfill=str(row.id))
        return backfill_json(session, row, person)


def undo(services: Services, caller: Caller, backfill_id: UUID) -> dict[str, Any]:
    """Take everything that it saved off the records again, and stop it if it is still under way."""
    _changeable(services, caller, backfill_id)
    with services.database.session.begin() as session:
        person, row = person_of(session, caller), locked(session, backfill_id)
        if row.state not in UNDONE:
            turn(row, BackfillState.undoing)
            drop_what_waits(session, row)
            note_rule(session, ASKED, person, row.rule, mailbox=row.mailbox.address, backfill=str(row.id))
            services.ring_for_backfill(session, row.id)
        return backfill_json(session, row, person)
