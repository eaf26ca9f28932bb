"""How the watching of a mailbox goes, as people are told of it: its state, who carries it, and what will end soon."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from server import licensing
from server.autopilot.carriers import carriers_of
from server.autopilot.reach import mailboxes_of, rules_in
from server.autopilot.watching import UNLICENSED
from server.clock import iso, now
from server.models import Grant, Health, Mailbox, Person, Rule, RuleState, Subscription, Watch
from server.services import Services

GRANT_LIFETIME = timedelta(days=90)  # of a refresh token that nobody uses
WARNED_BEFORE = timedelta(days=14)
MESSAGES = {
    Health.connecting: "Affix is about to look at this mailbox for the first time.",
    Health.connected: "New mail is noticed as it comes.",
    Health.degraded: "New mail is noticed by looking every now and then.",
    Health.connect_error: "Microsoft 365 does not answer for this mailbox at the moment; Affix tries again by itself.",
    Health.authentication_error: "Somebody whose rule this is has to open Affix in Outlook once more.",
}


IN_TROUBLE = (Health.authentication_error, Health.access_lost, Health.unlicensed)


def needs_attention(services: Services, session: Session, person: Person) -> list[dict[str, Any]]:
    """The mailboxes with rules of the person where something will end soon, or has ended: what to do, and where."""
    mine = select(Rule).where(Rule.person_id == person.id, Rule.state.in_((RuleState.active, RuleState.stopped)))
    mailboxes = {each.id: each for rule in session.scalars(mine) for each in mailboxes_of(session, rule)}
    found = []
    for mailbox in sorted(mailboxes.values(), key=lambda each: each.address):
        health = health_json(services, session, mailbox, person)
        warning = health.get("warning")
        if not warning and health["state"] in IN_TROUBLE:
            warning = {"code": health["state"], "message": health["message"]}
        if warning:
            found.append({"mailbox": mailbox.address, **warning})
    return found


def health_json(services: Services, session: Session, mailbox: Mailbox, viewer: Person | None) -> dict[str, Any]:
    """A mailbox that nobody has watched could just be read by hand."""
    watch = session.get(Watch, mailbox.id)
    if watch is None or watch.health == Health.paused:
        return {"state": "connected", "message": "Affix could read this mailbox just now."}
    subscription = session.get(Subscription, mailbox.id)
    rules = rules_in(session, mailbox)
    people = carriers_of(rules)
    shown = [_carrier_json(session, each, viewer) for each in people]
    is_any_active = any(each.state == RuleState.active for each in rules)
    is_unlicensed = is_any_active and not licensing.is_licensed(services, session, mailbox)
    health, reason = _as_it_is(watch, shown, is_unlicensed)
    return {
        "state": health.value,
        "message": reason or MESSAGES.get(health, ""),
        "syncedAt": iso(watch.synced_at),
        "announced": subscription is not None and subscription.is_running(now(), services.settings.notification_url),
        "carriers": shown,
        "carriedByApplication": watch.by_application,
        "warning": _warning(watch, shown),
        "caughtUp": watch.caught_up,
    }


def _as_it_is(watch: Watch, shown: list[dict[str, Any]], is_unlicensed: bool) -> tuple[Health, str | None]:
    """As the last look left it, unless every connection was lost since: then the next look cannot be made. Where it is
    read for accounts alone, rules rest.
    """
    if watch.rules_rest_since is not None and is_unlicensed:
        return Health.unlicensed, UNLICENSED
    is_cut_off = bool(shown) and not watch.by_application and all(each["state"] == "lost" for each in shown)
    if is_cut_off and watch.health not in IN_TROUBLE:
        return Health.authentication_error, None
    return watch.health, watch.reason


def state_of_grant(grant: Grant | None) -> tuple[str, datetime | None]:
    """ "ok", "endsSoon" or "lost", and until when it holds if nobody uses it."""
    if grant is None or grant.lost_at is not None:
        return "lost", None
    until = grant.updated_at + GRANT_LIFETIME
    return ("endsSoon" if until < now() + WARNED_BEFORE else "ok"), until


def _carrier_json(session: Session, person: Person, viewer: Person | None) -> dict[str, Any]:
    state, until = state_of_grant(session.get(Grant, (person.tenant_id, person.oid)))
    return {
        "name": person.name,
        "address": person.address,
        "me": viewer is not None and person.id == viewer.id,
        "state": state,
        "until": iso(until),
    }


def _warning(watch: Watch, shown: list[dict[str, Any]]) -> dict[str, str] | None:
    """What somebody should do before mail stops being saved; nothing while another connection is good for long."""
    lost = [each for each in shown if each["state"] == "lost"]
    ending = [each for each in shown if each["state"] == "endsSoon"]
    if watch.by_application or not shown or (not lost and not ending):
        return None
    names = ", ".join("you" if each["me"] else each["name"] or each["address"] for each in [*lost, *ending])
    if len(lost) == len(shown):
        return {"code": "connection_lost", "message": f"Mail is not being saved until {names} opens Affix in Outlook."}
    if len(lost) + len(ending) == len(shown):
        return {"code": "connection_ends", "message": f"The connection runs out soon: {names} should open Affix once."}
    return {
        "code": "connection_weakened",
        "message": f"Mail goes on being saved by a colleague's connection; {names} should open Affix once.",
    }
