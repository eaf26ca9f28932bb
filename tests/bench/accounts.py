"""The account API: how soon a program is told of new mail, how fast it lists mail, and what memory that takes."""

import json
import statistics
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import psutil
import requests

from tests.accounts.client import Client
from tests.bench.figures import Figure
from tests.bench.watched import SUPPORT, Watched, watched
from tests.launching import until
from tests.simulator.hooks import HOST as HOOKS
from tests.simulator.notifying import envelope
from tests.simulator.seed import AFFIX_APP

SINGLES = 100
BURST = 400
LISTED = 3000
PAGE = 250
ACCOUNT = "shared-support"
SLOWEST_BURST = BURST / 250  # seconds
SETTLE = 60.0
MEGABYTE = 1024 * 1024
PEER = "EmailEngine v2.79, loaded: p50 34-46 ms, p95 46-71 ms"


def measure(database_url: str, folder: Path, singles: int = SINGLES, burst: int = BURST) -> list[Figure]:
    """One shared mailbox with a main account, and a receiver beside the simulated Microsoft 365."""
    with watched(database_url, folder, api_rate=1_000_000) as there:
        program = _program(there)
        _connect(there, program)
        latencies = [_told_after(there) for _ in range(singles)]
        there.wait_until_quiet()
        took, lost, twice = _burst(there, burst)
        there.wait_until_quiet()
        listing = _listing(there, program)
        memory = _memory(there)
    return [*_latencies(latencies), *_of_burst(burst, took, lost, twice), *listing, memory]


def measure_quickly(database_url: str, folder: Path) -> list[Figure]:
    return measure(database_url, folder, singles=20)


def _program(there: Watched) -> Client:
    wanted = {"name": "Bench", "scopes": ["accounts", "read", "send", "webhooks"]}
    return Client(there.desk.url, there.desk.ask("ana", "POST", "/api/admin/api-keys", wanted)["key"])


def _connect(there: Watched, program: Client) -> None:
    tokens = there.control("POST", "tokens", {"user": "ana", "kind": "graph", "app": AFFIX_APP})
    main = {"auth": {"user": "ana@contoso.example"}, "refreshToken": tokens["refreshToken"]}
    program.post("account", {"account": "main", "email": "ana@contoso.example", "oauth2": main})
    program.connect(ACCOUNT, email=SUPPORT, delegatedUser=SUPPORT, delegatedAccount="main")
    program.post("settings", {"webhooks": f"https://{HOOKS}/program", "webhookEvents": ["messageNew"]})
    until(lambda: program.account(ACCOUNT)["state"] in ("connected", "syncing"), "the account is connected", SETTLE)
    before = len(there.desk.world.heard)
    there.deliver(1)
    until(lambda: len(there.desk.world.heard) > before, "the first message is told", SETTLE)
    until(lambda: program.account(ACCOUNT)["state"] == "connected", "its mail is announced", SETTLE)
    there.wait_until_quiet()


def _told_after(there: Watched) -> float:
    """Seconds from the moment at which a notification is sent until the receiver was told of the message."""
    world = there.desk.world
    there.alter(notifications={"drop": 1})
    there.deliver(1)
    with world.lock:
        mailbox = world.mailbox(SUPPORT)
        assert mailbox
        item = list(mailbox.items.values())[-1]
        running = [each for each in world.subscriptions.running(world.now()) if SUPPORT in each.resource]
        told = [envelope.change(each, "created", item.key, item) for each in running]
    body = json.dumps({"value": told})
    before = len(world.heard)
    began = time.time()
    requests.post(there.hook, data=body, headers={"Content-Type": "application/json"}, timeout=10)
    until(lambda: len(world.heard) > before, "the message is told", SETTLE)
    there.alter(notifications={"drop": 0})
    return datetime.fromisoformat(world.heard[before].at).timestamp() - began


def _burst(there: Watched, count: int) -> tuple[float, int, int]:
    """Seconds until all were told; how many never were, and how many more than once."""
    world = there.desk.world
    there.alter(notifications={"hold": True})
    there.deliver(count)
    before = len(world.heard)
    began = time.time()
    there.alter(notifications={"release": True})
    until(lambda: len(_ids(world.heard[before:])) >= count, "all messages are told", SETTLE)
    there.wait_until_quiet()
    heard = world.heard[before:]
    ids = [json.loads(each.body)["data"]["id"] for each in heard]
    first: dict[str, float] = {}
    for each, name in zip(heard, ids, strict=True):
        first.setdefault(name, datetime.fromisoformat(each.at).timestamp())
    return max(first.values()) - began, count - len(first), len(ids) - len(first)


def _ids(heard: list[Any]) -> set[str]:
    return {json.loads(each.body)["data"]["id"] for each in heard}


def _listing(there: Watched, program: Client) -> list[Figure]:
    there.alter(notifications={"drop": 1})
    there.deliver(LISTED)
    began = time.monotonic()
    listed = sum(1 for _, _ in zip(program.messages(ACCOUNT, page_size=PAGE), range(LISTED), strict=False))
    took = time.monotonic() - began
    alone = _simulator_alone(there)
    return [
        Figure(
            f"listing {LISTED:,} messages in pages of {PAGE}",
            round(took, 3),
            "s",
            1.0,
            f"{listed / took:.0f} a second; simulated Graph alone: {alone:.3f} s; EmailEngine: 2,600-4,200 a second",
        ),
        Figure(f"messages that are missing among {LISTED:,}", LISTED - listed, "messages", 0),
    ]


def _simulator_alone(there: Watched) -> float:
    """The same pages asked for without Affix."""
    token = there.control("POST", "tokens", {"user": "ana", "kind": "graph"})["token"]
    url = f"{there.desk.simulator}/graph.microsoft.com/v1.0/users/{SUPPORT}/mailFolders/inbox/messages?$top={PAGE}"
    began, seen = time.monotonic(), 0
    with requests.Session() as session:
        while seen < LISTED:
            page = session.get(url, headers={"Authorization": f"Bearer {token}"}, timeout=60).json()
            seen, url = seen + len(page["value"]), page.get("@odata.nextLink", "")
    return time.monotonic() - began


def _memory(there: Watched) -> Figure:
    """Resident at the end, of the web processes and the worker; what some of them share is counted in shares."""
    programs = [psutil.Process(there.desk.web).parent(), psutil.Process(there.desk.worker)]
    family = {each.pid: each for one in programs if one for each in [one, *one.children(recursive=True)]}
    resident = sum(each.memory_full_info().pss for each in family.values())
    return Figure("memory of web and worker", round(resident / MEGABYTE), "MB", 350, "EmailEngine: 700-1,100 MB")


def _latencies(seconds: list[float]) -> list[Figure]:
    milliseconds = [each * 1000 for each in seconds]
    p95 = statistics.quantiles(milliseconds, n=20, method="inclusive")[-1]
    name = f"notification to webhook, {len(seconds)} one by one"
    return [
        Figure(f"{name}: p50", round(statistics.median(milliseconds), 1), "ms", 30, PEER),
        Figure(f"{name}: p95", round(p95, 1), "ms", 60),
    ]


def _of_burst(count: int, took: float, lost: int, twice: int) -> list[Figure]:
    name = f"burst of {count}"
    reference = f"{count / took:.0f} a second; EmailEngine: 107 a second"
    return [
        Figure(f"{name}: until all are told", round(took, 2), "s", SLOWEST_BURST, reference),
        Figure(f"{name}: never told", lost, "messages", 0),
        Figure(f"{name}: told more than once", twice, "messages"),
    ]
