"""The mailboxes that Affix knows in a tenant: what they are, who carries them, how they do and what they saved."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from server import licensing
from server.activity import last_saved
from server.auth.callers import Caller
from server.autopilot.health import health_json
from server.autopilot.reach import rules_in
from server.clock import iso
from server.detection import KINDS
from server.models import Mailbox, Membership, Message, Rule, RuleState, Save, SaveState
from server.services import Services

MOST_LOOKED_AT = 500  # mailboxes for one page of those in a certain state
ACTIONS = {
    "authenticationError": "Have somebody whose rule holds here open Affix in Outlook once, or take over a rule.",
    "accessLost": "Give somebody access to the mailbox again, or take over its rules or remove them.",
    "unlicensed": "Assign a licence to the mailbox.",
    "connectError": "Nothing; Affix tries again by itself.",
    "connection_lost": "Have one of them open Affix in Outlook once, or take over a rule.",
    "connection_ends": "Have one of them open Affix in Outlook once before it runs out.",
    "connection_weakened": "Have them open Affix in Outlook once.",
}


def find(
    services: Services, caller: Caller, q: str | None, state: str | None, limit: int, after: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """A page by address; the cursor is the address up to which was looked. A page of those in a certain state of health
    may be short although more follow.
    """
    found: list[dict[str, Any]] = []
    with services.database.session() as session:
        looked_at = 0
        while looked_at < MOST_LOOKED_AT:
            rows = session.scalars(_query(caller.tenant_id, q, after).limit(limit + 1)).all()
            for row in rows[:limit]:
                if len(found) == limit:
                    return found, after
                shown = _mailbox_json(services, session, row)
                after = row.address
                if state in (None, shown["health"]["state"]):
                    found.append(shown)
            if len(rows) <= limit:
                return found, None
            looked_at += limit
    return found, after


def _query(tenant_id: str, q: str | None, after: str | None) -> Select[Mailbox]:
    query = select(Mailbox).where(Mailbox.tenant_id == tenant_id).order_by(Mailbox.address)
    if q:
        query = query.where(
            or_(
                Mailbox.address.icontains(q.strip(), autoescape=True),
                Mailbox.name.icontains(q.strip(), autoescape=True),
            )
        )
    return query.where(Mailbox.address > after) if after else query


def _mailbox_json(services: Services, session: Session, mailbox: Mailbox) -> dict[str, Any]:
    counted = select(Membership.kind, func.count()).where(Membership.mailbox_id == mailbox.id)
    members = {kind: count for kind, count in session.execute(counted.group_by(Membership.kind))}
    rules = rules_in(session, mailbox)
    return {
        "id": str(mailbox.id),
        "address": mailbox.address,
        "name": mailbox.name,
        "kind": _kind(mailbox, set(members)),
        "purpose": mailbox.purpose,
        "license": licensing.license_json(services, session, mailbox),
        "health": _health_json(services, session, mailbox, rules),
        "members": sum(members.values()),
        "rules": {"all": len(rules), "active": sum(each.state == RuleState.active for each in rules)},
        "waitingSaves": _waiting(session, mailbox.id),
        "lastSavedAt": iso(last_saved(session, mailbox)),
    }


def _health_json(services: Services, session: Session, mailbox: Mailbox, rules: list[Rule]) -> dict[str, Any]:
    """As the members see it, with what is to be done, and since when each of those who carry it does."""
    shown = health_json(services, session, mailbox, None)
    since: dict[str, datetime] = {}
    for rule in rules:
        if rule.state == RuleState.active and not rule.by_application:
            address = rule.person.address
            since[address] = min(since.get(address, rule.created_at), rule.created_at)
    carriers = [{**each, "since": iso(since.get(each["address"]))} for each in shown.get("carriers", ())]
    warning = shown.get("warning")
    action = ACTIONS.get(warning["code"] if warning else shown["state"])
    return {"carriedByApplication": False, "warning": None, **shown, "carriers": carriers, "action": action}


def _waiting(session: Session, mailbox_id: UUID) -> int:
    waits = select(func.count()).select_from(Save).join(Message, Save.message_id == Message.id)
    is_open = Save.state.in_((SaveState.queued, SaveState.saving))
    return session.scalar(waits.where(Message.mailbox_id == mailbox_id, is_open, Save.undoing.is_(None))) or 0


def _kind(mailbox: Mailbox, seen_as: set[str]) -> str:
    """What it is in itself: to an administrator a delegate's mailbox is simply a person's."""
    kind = KINDS.get(mailbox.purpose, ("unknown", ""))[0] if mailbox.purpose else None
    if kind == "delegate" or (kind is None and "personal" in seen_as):
        return "personal"
    return kind or ("shared" if "shared" in seen_as else "unknown")
