"""How a mailbox does as a whole: whether new mail is noticed, its licence, its rules, and what they saved lately."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from server.access import mailbox_of
from server.activity import IS_OUTCOME_OF_RULE, about_mailbox
from server.auth.callers import Caller
from server.autopilot.health import health_json
from server.autopilot.reach import rules_in
from server.clock import now
from server.licensing import license_json
from server.models import DONE, Activity, Mailbox, RuleState, Save
from server.services import Services

WEEK = timedelta(days=7)
SHOWN = (RuleState.active, RuleState.paused, RuleState.stopped)


def of_mailbox(services: Services, caller: Caller, mailbox_id: UUID) -> dict[str, Any]:
    """Raises NotFound for a mailbox that is not there or that the caller may not read."""
    person, mailbox = mailbox_of(services, caller, mailbox_id)
    with services.database.session() as session:
        states = Counter(each.state for each in rules_in(session, mailbox))
        return {
            "id": str(mailbox.id),
            "health": health_json(services, session, mailbox, person),
            "license": license_json(services, session, mailbox),
            "rules": {state.value: states[state] for state in SHOWN},
            "savedThisWeek": _saved_by_rules(session, mailbox, now() - WEEK),
        }


def _saved_by_rules(session: Session, mailbox: Mailbox, since: datetime) -> int:
    """How many saves rules made there and are still good. By the lines of activity, which are in order of time."""
    lines = select(func.count(Save.id.distinct())).select_from(Activity).join(Save, Activity.save_id == Save.id)
    done = (IS_OUTCOME_OF_RULE, Save.state.in_(DONE))
    return session.scalar(lines.where(about_mailbox(mailbox), Activity.at >= since, *done)) or 0
