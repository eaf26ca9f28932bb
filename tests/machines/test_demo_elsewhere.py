"""The demo with four workers on a PostgreSQL that is not its own."""

from pathlib import Path
from typing import Any

import requests

from tests.demo import running_demo
from tests.launching import until
from tests.test_demo import SALES, SENDER, arrive, asked, is_announced, subjects

WORKERS = "4"
MESSAGES = 10


def test_the_demo_saves_by_hand_and_by_itself_with_four_workers_on_another_database(
    emptied: str, tmp_path: Path
) -> None:
    address = emptied.format(host="127.0.0.1")
    with running_demo(tmp_path, "--workers", WORKERS, "--database-url", address) as addresses:
        assert not (tmp_path / "postgres").exists()
        asked(addresses, "POST", "/api/admin/licenses", {"mailbox": SALES})
        record = asked(addresses, "GET", "/api/records?q=Adatum")["records"][0]
        named = {name: record[name] for name in ("destination", "type", "id")}
        emails = f"/api/records/{'/'.join(named.values())}/emails?limit=100"
        by_hand = sample(addresses)
        item = {"item": {"id": by_hand["ewsId"], "idFormat": "ews", "owner": SALES}}
        asked(addresses, "POST", "/api/context", item)
        [save] = asked(addresses, "POST", "/api/saves", {**item, "records": [named], "attachments": "all"})["saves"]
        until(lambda: subjects(addresses, emails) == {by_hand["subject"]}, "it is saved by hand")
        until(lambda: category_of(addresses, by_hand["id"]) == ["Affix: Saved"], "Outlook shows it")

        asked(addresses, "POST", "/api/rules", {"kind": "address", "mailbox": SALES, "value": SENDER, "record": named})
        until(lambda: is_announced(addresses), "the mailbox is announced")
        came = {f"Order {number}" for number in range(MESSAGES)}
        for subject in sorted(came):
            arrive(addresses, subject)
        until(lambda: subjects(addresses, emails) == {by_hand["subject"], *came}, "Autopilot saves what comes")
        assert len(asked(addresses, "GET", emails)["emails"]) == MESSAGES + 1

        asked(addresses, "DELETE", f"/api/saves/{save['id']}")
        until(lambda: subjects(addresses, emails) == came, "what was saved by hand is taken off")
    logs = sorted((tmp_path / "logs").glob("worker-*.log"))
    assert ["worker_started" in each.read_text() for each in logs] == [True] * int(WORKERS)


def sample(addresses: dict[str, str]) -> Any:
    """The first message of the sample in the mailbox."""
    return messages(addresses)[0]


def category_of(addresses: dict[str, str], message_id: str) -> Any:
    return next(each["categories"] for each in messages(addresses) if each["id"] == message_id)


def messages(addresses: dict[str, str]) -> Any:
    answer = requests.get(f"{addresses['simulator']}/control/messages", params={"mailbox": SALES}, timeout=10)
    return answer.json()["messages"]
