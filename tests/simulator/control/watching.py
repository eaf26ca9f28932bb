"""How delta and change notifications behave, on order. The shapes are described in the package's docstring."""

import random
from collections.abc import Callable
from typing import Any

from tests.simulator.control.asking import BadControl, mailbox_named, milliseconds
from tests.simulator.notifying.telling import LIFECYCLE, tell_lifecycle
from tests.simulator.subscriptions import Subscription
from tests.simulator.world import World

Named = dict[str, tuple[str, Callable[[Any], Any]]]


def _positive(kind: Callable[[Any], float]) -> Callable[[Any], float]:
    def converted(value: Any) -> float:
        number = kind(value)
        if number <= 0:
            raise ValueError(f"{number} is not more than nothing")
        return number

    return converted


REFUSALS = ("gone", "badRequest", "resync")
DELTA: Named = {
    "sparse": ("sparse", bool),
    "hole": ("hole", bool),
    "emptyPages": ("empty_pages", int),
    "replays": ("replays", int),
    "movedInPassesFilter": ("moved_in_passes_filter", bool),
    "filterLimit": ("filter_limit", int),
    "countsAhead": ("counts_ahead", bool),
    "lifetime": ("lifetime", float),
    "nextLinkLifetime": ("next_link_lifetime", float),
}

SUBSCRIPTIONS: Named = {"mostPerMailbox": ("most_per_mailbox", int), "longestGranted": ("longest_granted", float)}
NOTIFICATIONS: Named = {
    "drop": ("drop", float),
    "duplicate": ("duplicate", int),
    "shuffle": ("shuffle", bool),
    "mixed": ("mixed", bool),
    "updatedAfterCreated": ("updated_after_created", bool),
    "batch": ("batch", _positive(int)),
    "states": ("states", bool),
    "judgedFrom": ("judged_from", int),
    "base": ("base", float),
    "compress": ("compress", _positive(float)),
    "reauthoriseWithin": ("reauthorise_within", float),
}
USUAL_WAIT = 0.3  # seconds between a notification and the message that it told of


def set_named(target: object, asked: Any, known: Named, also: set[str]) -> None:
    """Sets the attributes that the names stand for. Raises BadControl, with nothing done."""
    if not isinstance(asked, dict) or not asked.keys() <= known.keys() | also:
        raise BadControl(f"an object is expected with any of {', '.join([*known, *sorted(also)])}")
    try:
        values = {known[name][0]: known[name][1](value) for name, value in asked.items() if name in known}
    except (TypeError, ValueError) as error:
        raise BadControl(str(error)) from error
    for name, value in values.items():
        setattr(target, name, value)


def _delta(world: World, asked: Any) -> None:
    set_named(world.syncing, asked, DELTA, {"refusal", "expire"})
    if asked.get("refusal", REFUSALS[0]) not in REFUSALS:
        raise BadControl(f"refusal is one of {', '.join(REFUSALS)}")
    world.syncing.refusal = asked.get("refusal", world.syncing.refusal)
    if asked.get("expire"):
        world.syncing.end(None if asked["expire"] is True else mailbox_named(world, asked["expire"]))


def _notifications(world: World, asked: Any) -> None:
    behaviour, also = world.notifier.behaviour, {"delay_ms", "before_get", "hold", "release", "seed"}
    set_named(behaviour, asked, NOTIFICATIONS, also)
    if "delay_ms" in asked:
        behaviour.delay = milliseconds(asked["delay_ms"])
    if "before_get" in asked:
        behaviour.before_get = _wait_for_message(asked["before_get"])
    if "seed" in asked:
        behaviour.chance = random.Random(str(asked["seed"]))
    if asked.get("hold"):
        behaviour.hold = True
    if asked.get("release"):
        world.notifier.release()


def _wait_for_message(value: Any) -> float | None:
    if isinstance(value, bool):
        return USUAL_WAIT if value else None
    return milliseconds(value)[0]


def _subscriptions(world: World, asked: Any) -> None:
    set_named(world.subscriptions, asked, SUBSCRIPTIONS, set())


def _lifecycle(world: World, asked: Any) -> None:
    if not isinstance(asked, dict) or not all(event in LIFECYCLE for event in asked.values()):
        raise BadControl(f"subscriptions or mailboxes are named, each with one of {', '.join(LIFECYCLE)}")
    for name, event in asked.items():
        for subscription in _subscriptions_named(world, name):
            tell_lifecycle(world, subscription, event)


def _subscriptions_named(world: World, name: str) -> list[Subscription]:
    one = world.subscriptions.get(name, world.now())
    if one:
        return [one]
    mailbox = mailbox_named(world, name)
    return [one for one in world.subscriptions.running(world.now()) if one.mailbox is mailbox]


def _reach(world: World, asked: Any) -> None:
    if not isinstance(asked, dict) or not all(isinstance(place, str | None) for place in asked.values()):
        raise BadControl("beginnings of addresses are named, each with what stands there instead, or null")
    for start, place in asked.items():
        if place is None:
            world.outgoing.rewrites.pop(start.rstrip("/"), None)
        else:
            world.outgoing.rewrites[start.rstrip("/")] = place


WATCHING: dict[str, Callable[[World, Any], None]] = {
    "delta": _delta,
    "reach": _reach,
    "subscriptions": _subscriptions,
    "notifications": _notifications,
    "lifecycle": _lifecycle,
}
