"""Where a rule holds: in its own mailbox, or everywhere; and which rules hold in a mailbox.

Everywhere means each mailbox that the rule's person was proven to read; for a rule that stands on the application's
right it means each mailbox of the tenant. A mailbox without a licence is not watched for the sake of such a rule.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Select, Uuid, and_, bindparam, exists, or_, select
from sqlalchemy.orm import Session

from server import licensing
from server.autopilot.watching import LONGEST_PAUSE, watch_over
from server.models import Health, License, Mailbox, Membership, Person, Rule, RuleState, Scope, Watch
from server.services import Services

AT_REST = (Health.paused, Health.access_lost)


def rules_in(session: Session, mailbox: Mailbox) -> list[Rule]:
    """All that hold in the mailbox and were not removed, the oldest first."""
    return list(session.scalars(_rules(), {"tenant": mailbox.tenant_id, "mailbox": mailbox.id}))


@cache
def _rules() -> Select[Any]:
    """Those that hold in `mailbox` of `tenant`. Made once, as all that is done for each message."""
    query = select(Rule).where(Rule.tenant_id == bindparam("tenant"), Rule.state != RuleState.removed)
    return query.where(holds_in([bindparam("mailbox", type_=Uuid())])).order_by(Rule.created_at, Rule.id)


def holds_in(mailbox_ids: Sequence[UUID | BindParameter[UUID]]) -> ColumnElement[bool]:
    """Of a rule of the tenant: that it holds in one of its mailboxes."""
    member = exists().where(Membership.mailbox_id.in_(mailbox_ids), Membership.person_id == Rule.person_id)
    everywhere = and_(Rule.scope == Scope.everywhere, or_(Rule.by_application, member))
    return or_(Rule.mailbox_id.in_(mailbox_ids), everywhere)


def mailboxes_of(session: Session, rule: Rule, heir: Person | None = None) -> list[Mailbox]:
    """The mailboxes in which the rule holds, licensed or not, by address; with an heir also those that come with that
    person.
    """
    if rule.mailbox is not None:
        return [rule.mailbox]
    query = select(Mailbox).where(Mailbox.tenant_id == rule.tenant_id)
    if rule.by_application:
        licensed = select(License.mailbox_id).where(License.ended_at.is_(None))
        query = query.where(Mailbox.id.in_(licensed))
    else:
        people = [rule.person_id, heir.id] if heir else [rule.person_id]
        query = query.where(Mailbox.id.in_(select(Membership.mailbox_id).where(Membership.person_id.in_(people))))
    return list(session.scalars(query.order_by(Mailbox.address)))


def watch_over_all(services: Services, session: Session, rule: Rule, heir: Person | None = None) -> None:
    """Have every mailbox of the rule looked at. Their watches are locked, in one order for everybody, to the end."""
    for mailbox in sorted(mailboxes_of(session, rule, heir), key=lambda each: each.id):
        if rule.mailbox_id is not None or licensing.is_licensed(services, session, mailbox):
            watch_over(services, session, mailbox)


def watch_what_is_new(services: Services) -> None:
    """Begin to watch mailboxes that a rule for everywhere reaches since a licence or a proof of access came."""
    rule = select(Rule.id).where(
        Rule.tenant_id == Mailbox.tenant_id, Rule.scope == Scope.everywhere, Rule.state == RuleState.active
    )
    for_all = rule.where(Rule.by_application).correlate(Mailbox).exists()
    unwatched = ~exists().where(Watch.mailbox_id == Mailbox.id)
    # Where nothing held any more, whoever was let in since then counts.
    rested_at = Watch.due_at - timedelta(seconds=LONGEST_PAUSE)
    is_back = and_(Watch.health.in_(AT_REST), Membership.proven_at > rested_at)
    member = rule.join(Membership, Membership.person_id == Rule.person_id).where(Membership.mailbox_id == Mailbox.id)
    member = member.outerjoin(Watch, Watch.mailbox_id == Membership.mailbox_id)
    by_member = member.where(or_(Watch.mailbox_id.is_(None), is_back)).correlate(Mailbox).exists()
    is_new = or_(and_(for_all, unwatched), by_member)
    query = select(Mailbox).where(licensing.is_covered(services), is_new).order_by(Mailbox.id).limit(500)
    with services.database.session.begin() as session:
        for mailbox in session.scalars(query):
            watch_over(services, session, mailbox)
