"""What webhooks are told, written down in the transaction in which it happens: what was committed is told, and nothing
else. Ids, states and names, never what is in a message: who wants to know more asks the API.
"""

import json
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import any_, func, insert, literal, select
from sqlalchemy.orm import Session

from server.clock import iso, now
from server.doorbell import ring_for_webhook
from server.models import (
    Delivery,
    DeliveryState,
    Health,
    License,
    Mailbox,
    Person,
    Rule,
    Save,
    Watch,
    Webhook,
    WebhookState,
)
from server.models.webhooks import TEST

# Each with what administrators read of it. The README has the same table.
EVENTS = {
    "messageSaved": "An email was saved to a record",
    "messageSavedPartly": "An email was saved to a record, but something of it is missing",
    "messageSaveFailed": "An email could not be saved to a record",
    "messageSaveUndone": "An email was taken off a record again",
    "messageSaveMoved": "An email is being moved to another record",
    "ruleStarted": "A rule was started",
    "ruleChanged": "What a rule matches was changed",
    "rulePaused": "A rule was paused",
    "ruleResumed": "A rule was resumed",
    "ruleRemoved": "A rule was removed",
    "ruleTakenOver": "An administrator took over a rule",
    "ruleStopped": "A rule stopped by itself",
    "licenseAssigned": "A mailbox was given a licence, or another end of it",
    "licenseEnded": "The licence of a mailbox was taken away",
    "mailboxTroubled": "Autopilot cannot look after a mailbox",
    "mailboxRecovered": "Autopilot looks after a mailbox again",
    "connectionExpiring": "The connection of a person whose rules read mailboxes runs out soon",
    "connectionLost": "The connection of a person whose rules read mailboxes was lost",
    "messageNew": "A message came into an account's mailbox",
    "messageUpdated": "A message of an account's mailbox was read, marked, labelled or moved",
    "messageDeleted": "A message of an account's mailbox is gone for good",
    "messageSent": "A message that an account had to send was taken by Microsoft 365",
    "messageDeliveryError": "A message could not be sent for now and is tried again",
    "messageFailed": "A message could not be sent",
    "accountAdded": "An account was added",
    "accountInitialized": "An account's mailbox was read for the first time",
    "accountDeleted": "An account was deleted",
    "authenticationError": "An account's mailbox cannot be used until somebody signs in again",
    "authenticationSuccess": "An account's mailbox can be used again",
    "connectError": "An account's mailbox cannot be reached for a while",
}
# By the word that the record of activity has for it.
OF_SAVES = {
    "saved": "messageSaved",
    "partial": "messageSavedPartly",
    "failed": "messageSaveFailed",
    "undone": "messageSaveUndone",
    "moved": "messageSaveMoved",
}
OF_RULES = {
    "rule_made": "ruleStarted",
    "rule_changed": "ruleChanged",
    "rule_paused": "rulePaused",
    "rule_resumed": "ruleResumed",
    "rule_removed": "ruleRemoved",
    "rule_taken_over": "ruleTakenOver",
    "rule_stopped": "ruleStopped",
}
IN_TROUBLE = (Health.authentication_error, Health.access_lost, Health.unlicensed)
TROUBLED_AFTER = 3  # looks in a row for which Microsoft 365 had no answer: one alone is nothing to be told of


def tell_of_save(session: Session, what: str, person: Person, save: Save) -> None:
    event = OF_SAVES.get(what)
    if event:
        message = save.message
        told = {
            "save": {"id": str(save.id), "state": save.state.value, "reasonCode": save.reason_code, "how": save.how},
            "message": {"id": message.immutable_id, "internetMessageId": message.internet_message_id},
            "mailbox": message.mailbox.address,
            "record": _record_json(save),
            "rule": str(save.rule_id) if save.rule_id else None,
            "by": _person_json(person),
        }
        tell(session, save.tenant_id, event, told)


def tell_of_rule(session: Session, what: str, person: Person, rule: Rule) -> None:
    event = OF_RULES.get(what)
    if event:
        # The title of a rule may be the subject of a conversation.
        shown = {"kind": rule.kind.value, "scope": rule.scope.value, "state": rule.state.value}
        told = {
            "rule": {"id": str(rule.id), **shown, "reasonCode": rule.reason_code},
            "mailbox": rule.mailbox.address if rule.mailbox else None,
            "record": _record_json(rule) if rule.record_id else None,
            "by": _person_json(person),
        }
        tell(session, rule.tenant_id, event, told)


def tell_of_license(session: Session, what: str, license: License, by: Person | None) -> None:
    """`by` is None for the operator."""
    told = {
        "license": {"id": str(license.id), "state": license.state(now()), "expiresAt": iso(license.expires_at)},
        "mailbox": license.mailbox.address,
        "by": _person_json(by),
    }
    tell(session, license.tenant_id, "licenseAssigned" if what == "license_assigned" else "licenseEnded", told)


def is_troubled(watch: Watch) -> bool:
    """Whether somebody should know; compared before and after a look."""
    return watch.health in IN_TROUBLE or (watch.health == Health.connect_error and watch.failures >= TROUBLED_AFTER)


def tell_of_health(session: Session, watch: Watch, was_troubled: bool) -> None:
    """If it got worse or well again with what was just written to the watch."""
    is_now = is_troubled(watch)
    if is_now != was_troubled:
        told = {"mailbox": watch.mailbox.address, "health": {"state": watch.health.value}}
        tell(session, watch.tenant_id, "mailboxTroubled" if is_now else "mailboxRecovered", told)


def tell_of_connection(
    session: Session, event: str, person: Person, mailboxes: list[Mailbox], until: datetime | None
) -> None:
    """Of one that is lost or runs out: `mailboxes` are those that are read with it."""
    told = {
        "person": _person_json(person),
        "mailboxes": sorted(each.address for each in mailboxes),
        "until": iso(until),
    }
    tell(session, person.tenant_id, event, told)


def tell(session: Session, tenant_id: str, event: str, told: dict[str, Any]) -> None:
    """A delivery for each address that wants to know of this. One that is paused is told when it is resumed."""
    number, body = _composed(tenant_id, event, told)
    wanted = (
        Webhook.tenant_id == tenant_id,
        Webhook.state.in_((WebhookState.active, WebhookState.paused)),
        Webhook.account_id.is_(None),  # others are told of their account alone
        literal(event) == any_(Webhook.events),
    )
    columns = ("id", "tenant_id", "webhook_id", "number", "event", "body", "state", "attempts", "fence")
    rows = select(
        func.gen_random_uuid(),
        Webhook.tenant_id,
        Webhook.id,
        *map(literal, (number, event, body, DeliveryState.waiting.value, 0, 0)),
        func.clock_timestamp(),
        func.clock_timestamp(),
    ).where(*wanted)
    told_to = insert(Delivery).from_select([*columns, "created_at", "next_at"], rows).returning(Delivery.webhook_id)
    for webhook_id in session.scalars(told_to):
        ring_for_webhook(session, webhook_id)


def test_of(webhook: Webhook) -> Delivery:
    """A delivery that only shows whether one arrives."""
    number, body = _composed(webhook.tenant_id, TEST, {"webhook": {"id": str(webhook.id), "title": webhook.title}})
    moment = now()
    return Delivery(
        id=uuid.uuid4(),
        tenant_id=webhook.tenant_id,
        webhook_id=webhook.id,
        number=number,
        event=TEST,
        body=body,
        state=DeliveryState.waiting,
        attempts=0,
        fence=0,
        created_at=moment,
        next_at=moment,
    )


def _composed(tenant_id: str, event: str, told: dict[str, Any]) -> tuple[str, str]:
    """The number by which receivers tell one thing from another, and the body."""
    number = f"msg_{uuid.uuid4().hex}"
    whole = {"id": number, "type": event, "at": iso(now()), "tenant": tenant_id, "data": told}
    return number, json.dumps(whole, ensure_ascii=False, separators=(",", ":"))


def _record_json(about: Save | Rule) -> dict[str, str]:
    return {
        "destination": about.destination,
        "type": about.record_type,
        "id": about.record_id,
        "name": about.record_name,
    }


def _person_json(person: Person | None) -> dict[str, str] | None:
    return {"id": str(person.id), "name": person.name, "address": person.address} if person else None
