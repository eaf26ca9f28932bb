"""Tenants of the simulated world besides those of its start: each has one person, whose mailbox is watched."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from tests.bench.watched import SENDER, Watched, order
from tests.simulator.directory import (
    APPLICATION_DEFAULT,
    DELEGATED_DEFAULT,
    OFFICE_APP,
    OFFICE_DELEGATED,
    Account,
    Consent,
    Tenant,
)
from tests.simulator.ids import ItemId
from tests.simulator.mailbox import Mailbox
from tests.simulator.seed import ADMINISTRATOR, AFFIX_APP


@dataclass(frozen=True)
class Small:
    tenant: Tenant
    address: str


def some(count: int) -> list[Small]:
    return [Small(_tenant(number), f"owner{number}@{_tenant(number).domain}") for number in range(count)]


def _tenant(number: int) -> Tenant:
    domain = f"tenant{number}.example"
    return Tenant(str(uuid.uuid5(uuid.NAMESPACE_DNS, domain)), domain)


def settle(there: Watched, small: Small) -> None:
    """From now on the mail of its only mailbox is saved."""
    world, desk, tenant = there.desk.world, there.desk, small.tenant
    account = Account("Owner", small.address, tenant, app_roles=(ADMINISTRATOR,))
    mailbox = Mailbox(account, "user", world._heard)
    with world.lock:
        world.tenants.append(tenant)
        world.accounts.append(account)
        world.mailboxes.append(mailbox)
        world.consents[tenant.id, AFFIX_APP] = Consent(set(DELEGATED_DEFAULT), set(APPLICATION_DEFAULT))
        world.consents[tenant.id, OFFICE_APP] = Consent(set(OFFICE_DELEGATED))
    _, item = world.deliver(small.address, order(next(there.numbers), small.address))
    shown = {"id": mailbox.id_of(item).ews(), "idFormat": "ews", "owner": small.address}
    wanted = {"destination": "local", "type": "contact", "name": "A", "address": "a@a.example"}
    found = desk.ask(small.address, "POST", "/api/records", wanted)
    record = {name: found[name] for name in ("destination", "type", "id")}
    desk.ask(small.address, "POST", "/api/admin/licenses", {"mailbox": small.address})
    desk.ask(small.address, "POST", "/api/context", {"item": shown})
    rule = {"kind": "address", "value": SENDER, "mailbox": small.address, "record": record}
    desk.ask(small.address, "POST", "/api/rules", rule)


def deliver(there: Watched, address: str) -> tuple[str, datetime]:
    """A message arrives; gives its immutable id, and when that began."""
    began = datetime.now(UTC)
    mailbox, item = there.desk.world.deliver(address, order(next(there.numbers), address))
    return ItemId(mailbox.guid, item.immutable_key, True).rest(), began
