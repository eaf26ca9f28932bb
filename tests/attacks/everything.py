"""One of everything that a tenant can have, by the names that the placeholders of the route table give it, and the same
with ids that are nobody's.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from server.autopilot import watching
from server.services import Services
from tests.accounts.guide import connected
from tests.accounts.sending import submit
from tests.activity.steps import line
from tests.api.bodies import GOOD
from tests.autopilot.past_mail import ago
from tests.conftest import Control, Someone, mime
from tests.destinations.netsuite.conftest import CLIENT_ID
from tests.steps import ANA, SUPPORT, contact, execute, item_of, reference, with_files
from tests.webhooks.steps import added, deliveries

KINDS = {"destination": "local", "type": "contact", "number": "0"}  # what places are made of, the same for everybody
Named = dict[str, str]


def for_people(administrator: Someone, services: Services, control: Control, work: Any) -> Named:
    """What is under /api. The administrator is Ana, who may read the shared mailbox."""
    ana = administrator
    hook = added(ana)
    record = contact(ana)
    item = item_of(control.deliver(SUPPORT, with_files(("offer.pdf", b"offer"))), SUPPORT)
    license_id = ana.post("/api/admin/licenses", {"mailbox": SUPPORT})["id"]
    [save] = ana.save(item, record)
    rule = {"kind": "domain", "mailbox": SUPPORT, "record": reference(record), "value": "adatum.example"}
    rule_id = ana.post("/api/rules", rule, expect=201)["id"]
    begin = {"from": ago(days=2).isoformat()}
    backfill_id = ana.post(f"/api/rules/{rule_id}/backfills", begin, expect=202)["id"]
    work()
    control.deliver(SUPPORT, mime("Order 4712", "<seen@adatum.example>"))
    execute(services, "UPDATE watches SET due_at = now()")
    watching.ring_for_overdue(services)
    work()
    mailbox = ana.post("/api/context", {"item": item})["mailbox"]
    destination = {**GOOD["POST", "/api/admin/destinations"], "name": "erp"}
    destination["settings"] = {**destination["settings"], "client_id": CLIENT_ID}
    return {
        **KINDS,
        "id": record["id"],
        "reference": ana.emails(record)[0]["id"],
        "save_id": save["id"],
        "mailbox_id": mailbox["id"],
        "rule_id": rule_id,
        "backfill_id": backfill_id,
        "line_id": line(ana, "Order 4712")["id"],
        "outgoing_id": _outgoing(ana, control, record),
        "license_id": license_id,
        "exclusion_id": ana.post("/api/admin/exclusions", GOOD["POST", "/api/admin/exclusions"], expect=201)["id"],
        "key_id": ana.post("/api/admin/api-keys", GOOD["POST", "/api/admin/api-keys"], expect=201)["id"],
        "name": ana.post("/api/admin/destinations", destination, expect=201)["name"],
        "webhook_id": hook["id"],
        "delivery_id": deliveries(ana, hook)[0]["id"],
    }


def for_programs(program: Someone, control: Control) -> Named:
    """What is under /v1."""
    connected(program, control, "anas", ANA)
    control.deliver(ANA, with_files(("offer.pdf", b"offer")))
    [message] = program.get("/v1/account/anas/messages?path=INBOX")["messages"]
    whole = program.get(f"/v1/account/anas/message/{message['id']}")
    return {
        "account": "anas",
        "app": program.post("/v1/oauth2", {"provider": "outlook", "name": "Ours"})["id"],
        "message": whole["id"],
        "attachment": whole["attachments"][0]["id"],
        "text": whole["text"]["id"],
        "queue_id": submit(program, "anas", sendAt=ago(days=-7).isoformat())["queueId"],
    }


def strange(named: Named) -> Named:
    """The same with ids that are nobody's, of the same form."""
    return {name: value if name in KINDS else _other(value) for name, value in named.items()}


def _other(value: str) -> str:
    try:
        uuid.UUID(value)
    except ValueError:
        if value[-1].isdigit():
            return f"{value.rstrip('0123456789')}999999"
        return value[:-1] + ("b" if value.endswith("a") else "a")
    return str(uuid.uuid4())


def _outgoing(person: Someone, control: Control, record: dict[str, Any]) -> str:
    client, token = control.simulator.test_client(), control.token("ana", kind="graph")
    headers = {"Authorization": f"Bearer {token}", "Prefer": 'IdType="ImmutableId"'}
    made = client.post("/graph.microsoft.com/v1.0/me/messages", json={"subject": "Our offer"}, headers=headers)
    item = {"id": made.get_json()["id"], "idFormat": "immutable"}
    asked = {"item": item, "records": [reference(record)], "attachments": "all"}
    found = person.post("/api/outgoing", asked)
    return str(found["outgoing"]["id"])


class Statements:
    """How many were sent to the database."""

    def __init__(self) -> None:
        self.count = 0


@contextmanager
def statements(services: Services) -> Iterator[Statements]:
    found = Statements()

    def one(*_: Any) -> None:
        found.count += 1

    event.listen(services.database.engine, "before_cursor_execute", one)
    try:
        yield found
    finally:
        event.remove(services.database.engine, "before_cursor_execute", one)
