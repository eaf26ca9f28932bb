"""What the simulated Microsoft 365 still knows after a new start: whom it let in, and whom it tells of changes.

The true one goes on while Affix is down, so nobody has to sign in again afterwards. Mail and folders are new at each
start, and so are their ids: only subscriptions to whole mailboxes stay.
"""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.simulator.subscriptions import Subscription
from tests.simulator.world import RefreshToken, World

PLAIN = (
    *("id", "app", "tenant_id", "creator", "person", "resource", "condition", "notification_url", "lifecycle_url"),
    *("client_state", "tls", "immutable"),
)


def remember(world: World, file: Path) -> None:
    """Write it down for the next start."""
    with world.lock:
        grants = {text: _grant_kept(one) for text, one in world.refresh_tokens.items()}
        running = [one for one in world.subscriptions.running(world.now()) if one.folder is None and not one.condition]
        subscriptions = [_subscription_kept(one) for one in running]
    file.touch(mode=0o600)
    file.write_text(json.dumps({"grants": grants, "subscriptions": subscriptions}, indent=1))


def recall(world: World, file: Path) -> None:
    """Take up what the last start left behind, if there was one."""
    if not file.exists():
        return
    kept = json.loads(file.read_text())
    with world.lock:
        for text, grant in kept["grants"].items():
            world.refresh_tokens[text] = _grant(world, grant)
        for each in kept["subscriptions"]:
            world.subscriptions.add(_subscription(world, each))


def _grant_kept(one: RefreshToken) -> dict[str, Any]:
    return {**asdict(one), "account": one.account.address, "satisfied": sorted(one.satisfied)}


def _grant(world: World, kept: dict[str, Any]) -> RefreshToken:
    account = world.account(kept["account"])
    assert account is not None
    # Older than whatever happens from now on, so that it can be revoked.
    changed = {"account": account, "serial": 0, "scopes": tuple(kept["scopes"])}
    return RefreshToken(**{**kept, **changed, "satisfied": frozenset(kept["satisfied"])})


def _subscription_kept(one: Subscription) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in PLAIN}
    named = {"mailbox": one.mailbox.address, "change_types": one.change_types}
    return {**plain, **named, "expires_at": one.expires_at.isoformat()}


def _subscription(world: World, kept: dict[str, Any]) -> Subscription:
    mailbox = world.mailbox(kept["mailbox"])
    assert mailbox is not None
    changed = {"mailbox": mailbox, "folder": None, "matches": None, "change_types": tuple(kept["change_types"])}
    return Subscription(**{**kept, **changed, "expires_at": datetime.fromisoformat(kept["expires_at"])})
