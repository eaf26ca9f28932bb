"""A mailbox under watch with one rule, whose mail the service is told of: bursts of it, and what became of them."""

import base64
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psycopg
import requests

from tests.bench.desk import Desk, opened_desk
from tests.launching import until

BASE = "https://affix.example"
SENDER = "purchasing@adatum.example"
SUPPORT = "support@contoso.example"
QUIET_SECONDS = 600.0

# Nothing that is due now or in a moment. What is due later happens whether there was mail or not.
BUSY = """
    SELECT (SELECT count(*) FROM saves WHERE state IN ('queued', 'saving'))
        + (SELECT count(*) FROM messages WHERE mark_at IS NOT NULL)
        + (SELECT count(*) FROM watches WHERE lease_until IS NOT NULL OR due_at < now() + interval '5 seconds')
        + (SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'work'
            AND coalesce(scheduled_at, now()) < now() + interval '5 seconds')
"""


class Watched:
    """`asked` are the requests to Graph by method and route, as the simulator counted them."""

    def __init__(self, desk: Desk, database: psycopg.Connection[Any]) -> None:
        self.desk, self.database = desk, database
        self.hook = f"{desk.url}/graph/notifications"
        self.numbers = iter(range(1, 1_000_000))

    def control(self, method: str, path: str, json: Any = None) -> Any:
        answer = requests.request(method, f"{self.desk.simulator}/control/{path}", json=json, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def alter(self, **change: Any) -> None:
        self.control("POST", "world", change)

    def watch(self, person: str, mailbox: str, **rule: Any) -> None:
        """The person has the mail of one sender saved from now on."""
        self.desk.ask("ana", "POST", "/api/admin/licenses", {"mailbox": mailbox})
        self.desk.show(person, self.desk.deliver(mailbox.split("@")[0], 0, ()))
        record = {name: self.desk.record[name] for name in ("destination", "type", "id")}
        wanted = {"kind": "address", "value": SENDER, "mailbox": mailbox, "record": record, **rule}
        self.desk.ask(person, "POST", "/api/rules", wanted)

    def deliver(self, count: int, mailbox: str = SUPPORT) -> list[int]:
        """So many messages arrive at once."""
        numbers = [next(self.numbers) for _ in range(count)]
        messages = [{"mailbox": mailbox, "mime": base64.b64encode(order(n, mailbox)).decode()} for n in numbers]
        self.control("POST", "messages", {"messages": messages})
        return numbers

    def burst(self, count: int, mailbox: str = SUPPORT, **behaviour: Any) -> None:
        """So many messages are there before the first is announced."""
        self.alter(notifications={"hold": True, **behaviour})
        self.deliver(count, mailbox)
        self.alter(notifications={"release": True})

    def wait_until_announced(self) -> None:
        """Mail of every mailbox has been announced once, and what followed is done."""
        unheard = "SELECT count(*) FROM subscriptions WHERE last_notified_at IS NULL"
        until(lambda: self.number(unheard) == 0, "mail is announced in every mailbox")
        self.wait_until_quiet()

    def wait_until_quiet(self) -> None:
        until(self._is_quiet, "everything is saved and marked, and nothing more is to be done", QUIET_SECONDS)

    def _is_quiet(self) -> bool:
        return self.number(BUSY) == 0 and self.desk.world.notifier.is_settled()

    def number(self, query: str) -> Any:
        [found] = self.database.execute(query).fetchone() or [None]
        return found

    def forget_requests(self) -> None:
        self.control("DELETE", "requests")

    def asked(self, mailboxes: Iterable[str] = (SUPPORT,)) -> Counter[str]:
        """Of these mailboxes; subscriptions belong to none and are not among them."""
        found: Counter[str] = Counter()
        for each in self.control("GET", "requests")["routes"]:
            if each["service"] == "graph" and each["mailbox"] in mailboxes:
                found[f"{each['method']} {each['route']}"] += each["count"]
        return found

    def renewals(self) -> int:
        routes = self.control("GET", "requests")["routes"]
        return sum(each["count"] for each in routes if each["route"].startswith("/subscriptions"))

    def on_record(self) -> int:
        """How many different emails the record has, as people are shown them."""
        path = "/api/records/{destination}/{type}/{id}/emails".format(**self.desk.record)
        found, cursor = set(), ""
        while True:
            page = self.desk.ask("ana", "GET", f"{path}?limit=100{cursor}")
            found.update(each["internetMessageId"] for each in page["emails"])
            if not page["next"]:
                return len(found)
            cursor = f"&cursor={page['next']}"


@contextmanager
def watched(database_url: str, folder: Path, **settings: object) -> Iterator[Watched]:
    """The service, told of all that comes; nobody's mailbox is watched yet."""
    with psycopg.connect(database_url, autocommit=True) as database:
        _empty(database)
        with opened_desk(database_url, folder, base_url=BASE, **settings) as desk:
            found = Watched(desk, database)
            found.alter(reach={BASE: desk.url})
            yield found


@contextmanager
def warmed_up(database_url: str, folder: Path, **settings: object) -> Iterator[Watched]:
    """Support is watched for one rule, it was read once, and a first message was announced and saved."""
    with watched(database_url, folder, **settings) as there:
        there.watch("ben", SUPPORT, attachments="none")
        there.wait_until_quiet()
        there.deliver(1)
        there.wait_until_announced()
        yield there


def shown(asked: Counter[str]) -> str:
    """Requests by route, the most frequent first."""
    return ", ".join(f"{count} {re.sub('/users/{[a-z]+}', '', route)}" for route, count in asked.most_common())


def _empty(database: psycopg.Connection[Any]) -> None:
    """Another world begins: the ids of its messages are those of the one before."""
    query = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
    names = ", ".join(name for (name,) in database.execute(query))
    database.execute("SET session_replication_role = replica")  # without the triggers that keep what happened
    database.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE".encode())
    database.execute("RESET session_replication_role")


def order(number: int, to: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = f"Purchasing <{SENDER}>", to
    message["Subject"], message["Message-ID"] = f"Order {number}", f"<order-{number}@adatum.example>"
    message.set_content(f"We order {number} pieces.\n" * 20)
    return message.as_bytes()
