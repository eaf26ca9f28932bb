"""Rules that stop by themselves, stay visible and say why: when their destination is gone, instead of letting mail wait
for ever, and when those whom they are about were excluded.
"""

from collections.abc import Sequence

import structlog
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from server.activity import note_rule
from server.autopilot.reach import mailboxes_of
from server.autopilot.watching import watch_over
from server.models import Rule, RuleState, Watch
from server.services import Services

log = structlog.get_logger(__name__)

CODE = "destination_gone"
REASON = "The destination “{name}”, to which this rule saves, is not there any more."


def stop_rules_of(services: Services, session: Session, tenant_id: str, destination: str) -> int:
    """Stop the tenant's active rules that save to a destination, in the session's transaction. Returns how many."""
    mine = select(Rule).where(
        Rule.tenant_id == tenant_id, Rule.destination == destination, Rule.state == RuleState.active
    )
    return stop_rules(services, session, mine, CODE, REASON.format(name=destination))


def stop_rules(services: Services, session: Session, wanted: Select[Rule], code: str, reason: str) -> int:
    """Stop these rules in the session's transaction. Returns how many."""
    rules = held(services, session, wanted)
    for rule in rules:
        stop(session, rule, code, reason)
    return len(rules)


def stop(session: Session, rule: Rule, code: str, reason: str) -> None:
    """Stop a rule that is held, or say anew why it is stopped."""
    rule.stop(code, reason)
    note_rule(session, "rule_stopped", rule.person, rule, code=code, reason=reason)
    log.warning("rule_stopped", rule=str(rule.id), code=code)


def held(services: Services, session: Session, wanted: Select[Rule]) -> Sequence[Rule]:
    """These rules, locked, as they are now; their mailboxes are looked at once the session's transaction ends."""
    mailboxes = {each.id: each for rule in session.scalars(wanted) for each in mailboxes_of(session, rule)}
    watched = select(Watch.mailbox_id).where(Watch.mailbox_id.in_(mailboxes)).order_by(Watch.mailbox_id)
    for mailbox_id in session.scalars(watched).all():
        # Held before any rule, as everywhere: two changes never wait for each other.
        watch_over(services, session, mailboxes[mailbox_id])
    locked = wanted.order_by(Rule.id).with_for_update(of=Rule).execution_options(populate_existing=True)
    return session.scalars(locked).all()
