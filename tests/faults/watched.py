"""A mailbox under watch, with true workers, whose destination is compared with what arrived."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, LiteralString

import psycopg
from psycopg.rows import DictRow, dict_row

from tests.autopilot.watched import BASE, SENDER
from tests.conftest import Someone, mime
from tests.faults.nursery import Forked
from tests.faults.stage import Stage
from tests.launching import LIMIT, until
from tests.simulator.world import World
from tests.steps import SALES, SUPPORT, item_of, reference

NEVER = 100_000  # seconds
# Whoever works on a mailbox has it for two seconds; nothing is found by looking unless a test wants that.
USUAL = {"base_url": BASE, "poll_seconds": NEVER, "worker_threads": 6}
PASSING = {
    "watches": ("due_at", "lease_until", "rest_until", "full_at", "synced_at", "outage_at"),
    "subscriptions": ("created_at", "doubted_at", "expires_at", "due_at", "last_notified_at"),
    "memberships": ("proven_at",),
    "rules": ("since",),
    "grants": ("updated_at",),
    "procrastinate_jobs": ("scheduled_at",),
}


@dataclass
class Watched:
    """`arrived` are the Message-IDs of all that has to be on the record."""

    stage: Stage
    world: World
    ana: Someone
    arrived: list[str] = field(default_factory=list)
    _numbers: int = 0

    # The service

    def worker(self, **settings: object) -> Forked:
        return self.stage.worker(**{**USUAL, **settings})

    def licensed(self, *mailboxes: str) -> None:
        for mailbox in mailboxes:
            self.ana.post("/api/admin/licenses", {"mailbox": mailbox}, expect=201)

    def rule(self, person: Someone, mailbox: str = SUPPORT, attachments: str = "files") -> dict[str, Any]:
        """The person opens some message there, and has the mail of one address saved from then on."""
        hello = mime("Hello", "<hello@tailspin.example>", "news@tailspin.example")
        person.post("/api/context", {"item": item_of(self.stage.control.deliver(mailbox, hello), mailbox)})
        wanted = {"kind": "address", "mailbox": mailbox, "value": SENDER, "attachments": attachments}
        made: dict[str, Any] = person.post("/api/rules", {**wanted, "record": reference(self.stage.record)}, expect=201)
        return made

    def until_connected(self, mailboxes: int = 1) -> None:
        """Each was looked at, and Microsoft announces its mail."""
        until(lambda: self.count("watches WHERE health = 'connected'") == mailboxes, "the mailboxes are watched")

    # Mail

    def arrive(
        self,
        count: int = 1,
        mailbox: str = SUPPORT,
        folder: str = "inbox",
        received: datetime | None = None,
    ) -> list[Any]:
        """So many messages that the rule wants; gives the items."""
        items = []
        for _ in range(count):
            self._numbers += 1
            self.arrived.append(f"<{self._numbers}@adatum.example>")
            raw = mime(f"Order {self._numbers}", self.arrived[-1])
            items.append(self.world.deliver(mailbox, raw, folder, received)[1])
        return items

    def move(self, items: Iterable[Any], folder: str, mailbox: str = SUPPORT) -> None:
        with self.world.lock:
            box = self.world.mailbox(mailbox)
            assert box is not None
            for item in items:
                box.move(item, box.folder_at(folder), self.world.now())

    def notifications(self, **how: Any) -> None:
        self.stage.control("POST", "world", json={"notifications": how})

    # What became of it

    def on_record(self) -> list[str]:
        """What the destination holds, each email as often as it does."""
        return [row["internet_message_id"] for row in self.rows("SELECT internet_message_id FROM local_emails")]

    def until_all_saved(self, limit: float = LIMIT) -> None:
        """All that arrived is on the record, nothing twice and nothing else, and nobody has anything left to do."""
        wanted = sorted(self.arrived)
        until(lambda: self.count("local_emails") >= len(wanted), f"{len(wanted)} emails are on the record", limit)
        until(self.is_at_rest, "nobody has anything in hand", limit)
        assert sorted(self.on_record()) == wanted

    def is_at_rest(self) -> bool:
        in_hand = "watches WHERE lease_until IS NOT NULL OR due_at <= clock_timestamp()"
        return not self.count("saves WHERE state IN ('queued', 'saving')") and not self.count(in_hand)

    def proof_of_work(self) -> None:
        """The workers have had their turn: mail that came to the other mailbox, which Ana watches, is saved."""
        self.arrive(mailbox=SALES)
        until(lambda: self.arrived[-1] in self.on_record(), "mail of another mailbox is saved")

    # The database, beside the service

    def rows(self, query: LiteralString | bytes, **values: object) -> list[DictRow]:
        with psycopg.connect(self.stage.database_url, autocommit=True, row_factory=dict_row) as connection:
            found = connection.execute(query, values)
            return found.fetchall() if found.description else []

    def count(self, what: str) -> int:
        return int(self.rows(f"SELECT count(*) AS n FROM {what}".encode())[0]["n"])

    def pass_time(self, seconds: float) -> None:
        """All that was noted happened so much earlier, and all that was to happen is so much nearer."""
        for table, columns in PASSING.items():
            earlier = ", ".join(f"{each} = {each} - make_interval(secs => %(seconds)s)" for each in columns)
            self.rows(f"UPDATE {table} SET {earlier}".encode(), seconds=seconds)

    def becomes_due(self) -> None:
        """As if the time of the next look had come."""
        self.rows("UPDATE watches SET due_at = now() - interval '1 second' WHERE lease_until IS NULL")

    # Microsoft's side

    def heard(self) -> None:
        """All that was to be announced has been."""
        assert self.world.notifier.is_settled(LIMIT)

    def requests(self, route: str = "") -> int:
        """To Graph, whose route has that in it."""
        return sum(each["count"] for each in self.stage.control.requests("graph") if route in each["route"])

    def subscriptions(self, mailbox: str = SUPPORT) -> list[str]:
        return [one.id for one in self.world.subscriptions.running(self.world.now()) if one.mailbox.address == mailbox]

    def known_subscription(self) -> str:
        """The one that the service knows."""
        [row] = self.rows("SELECT graph_id FROM subscriptions")
        return str(row["graph_id"])
