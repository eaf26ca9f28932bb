"""Rules whose destination is gone: they stop, stay visible and say why, instead of letting mail wait for ever."""

import structlog
from sqlalchemy import select
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
    mailboxes = {each.id: each for rule in session.scalars(mine) for each in mailboxes_of(session, rule)}
    watched = select(Watch.mailbox_id).where(Watch.mailbox_id.in_(mailboxes)).order_by(Watch.mailbox_id)
    for mailbox_id in session.scalars(watched).all():
        # Held before any rule, as everywhere: two changes never wait for each other.
        watch_over(services, session, mailboxes[mailbox_id])
    locked = mine.order_by(Rule.id).with_for_update(of=Rule).execution_options(populate_existing=True)
    rules = session.scalars(locked).all()
    reason = REASON.format(name=destination)
    for rule in rules:
        rule.stop(CODE, reason)
        note_rule(session, "rule_stopped", rule.person, rule, code=CODE, reason=reason)
        log.warning("rule_stopped", rule=str(rule.id), code=CODE)
    return len(rules)
