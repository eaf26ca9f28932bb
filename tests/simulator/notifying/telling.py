"""From what happened in a mailbox to the notifications of it. Callers hold the world's lock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.simulator.journal import Change
from tests.simulator.mailbox import Mailbox
from tests.simulator.notifying import envelope
from tests.simulator.notifying.notifier import Notice
from tests.simulator.subscriptions import Subscription

if TYPE_CHECKING:
    from tests.simulator.world import World

READING = {"Mail.Read", "Mail.ReadBasic"}
LIFECYCLE = ("reauthorizationRequired", "subscriptionRemoved", "missed")


def tell_of_change(world: World, mailbox: Mailbox, change: Change) -> None:
    for subscription in world.subscriptions.running(world.now()):
        if subscription.mailbox is not mailbox:
            continue
        events = subscription.events(change)
        for kind, key in [] if _is_missed(world, subscription, change) else events:
            _announce(world, subscription, kind, key, change)
            follows = kind == "created" and "updated" in subscription.change_types
            if follows and world.notifier.behaviour.updated_after_created:
                _announce(world, subscription, "updated", key, change)


def _announce(world: World, subscription: Subscription, kind: str, key: bytes, change: Change) -> None:
    if not _is_authorised(world, subscription):
        world.notifier.lost()
        return
    content = envelope.change(subscription, kind, key, change.item)
    hides = change.item if kind == "created" and change.before is None else None
    world.notifier.announce(Notice(subscription.notification_url, subscription.id, content, hides))


def tell_lifecycle(world: World, subscription: Subscription, event: str) -> None:
    """Also does what the event says. Nobody is told where no address for it was given."""
    if event == "subscriptionRemoved":
        world.subscriptions.remove(subscription)
    if event == "reauthorizationRequired":
        subscription.authorised_until = world.time() + world.notifier.behaviour.reauthorise_within
    if subscription.lifecycle_url:
        content = envelope.lifecycle(subscription, event)
        world.notifier.announce(Notice(subscription.lifecycle_url, subscription.id, content, is_lifecycle=True))


def _is_missed(world: World, subscription: Subscription, change: Change) -> bool:
    """The known issue of immutable ids: what moved out of a folder and back in."""
    if not (world.syncing.hole and subscription.immutable and change.is_move and change.enters(subscription.folder)):
        return False
    earlier = subscription.mailbox.journal.between(0, len(subscription.mailbox.journal))
    return any(one.item is change.item and one.leaves(subscription.folder) for one in earlier)


def _is_authorised(world: World, subscription: Subscription) -> bool:
    """As long as the consent lasts that the subscription was made under, and nobody forgot to authorise it anew."""
    until, consent = subscription.authorised_until, world.consent(subscription.tenant_id, subscription.app)
    if until is not None and until < world.time():
        return False
    if subscription.person is not None:
        return bool(consent.delegated & READING)
    address = subscription.mailbox.address
    fenced_in = address in consent.fence.mailboxes and bool(consent.fence.roles & READING)
    open_to_all = bool(consent.application & READING)
    return (fenced_in or open_to_all) and (consent.access_policy is None or address in consent.access_policy)
