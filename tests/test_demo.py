"""What stays when the demo is started once more with the same folder."""

from pathlib import Path
from typing import Any

import requests

from tests.demo import running_demo
from tests.launching import until
from tests.simulator.demo import netsuite
from tests.simulator.demo.remembering import recall, remember
from tests.simulator.world import World

SALES = "sales@contoso.example"
SENDER = "purchasing@adatum.example"


def test_microsoft_remembers_whom_it_let_in(tmp_path: Path) -> None:
    world, later = World(), World()
    ben = world.account("ben")
    assert ben
    text = world.refresh_token(ben, "an app", ("User.Read",), frozenset({"mfa"}))
    remember(world, tmp_path / "microsoft.json")
    recall(later, tmp_path / "microsoft.json")
    kept = later.refresh_tokens[text]
    assert (kept.account.address, kept.app, kept.scopes) == (ben.address, "an app", ("User.Read",))
    assert kept.issued_at == world.refresh_tokens[text].issued_at
    assert kept.serial < later.serial(), "it can be revoked"


def test_the_first_start_has_nothing_to_remember(tmp_path: Path) -> None:
    world = World()
    recall(world, tmp_path / "microsoft.json")
    assert not world.refresh_tokens


def test_netsuite_keeps_what_it_was_given(tmp_path: Path) -> None:
    world, later = World(), World()
    account = world.netsuite.account("1234567")
    assert account
    file = account.store_file("offer.pdf", "512", b"offer")
    message = account.add("message", {"subject": "Offer", "externalId": "mb-1"})
    account.message_files[message["id"]] = [file.id]
    account.attach("customer", "104", "file", file.id)
    netsuite.remember(world, tmp_path / "netsuite.json")
    netsuite.recall(later, tmp_path / "netsuite.json")
    again = later.netsuite.account("1234567")
    assert again
    assert again.find("message", "eid:mb-1") == message
    assert (again.files, again.message_files, again.attached) == (
        account.files,
        account.message_files,
        account.attached,
    )
    assert int(again.add("lead", {"companyName": "Later"})["id"]) > int(message["id"])


def asked(addresses: dict[str, str], method: str, path: str, body: object = None) -> Any:
    """As Ana, of the service."""
    wanted = {"user": "ana@contoso.example", "kind": "sso"}
    token = requests.post(f"{addresses['simulator']}/control/tokens", json=wanted, timeout=10).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    answer = requests.request(method, f"{addresses['service']}{path}", json=body, headers=headers, timeout=10)
    assert answer.ok, answer.text
    return answer.json()


def arrive(addresses: dict[str, str], subject: str) -> None:
    raw = f"From: {SENDER}\r\nTo: {SALES}\r\nSubject: {subject}\r\n\r\nHello\r\n"
    where = {"mailbox": SALES, "folder": "inbox"}
    requests.post(f"{addresses['simulator']}/control/messages", params=where, data=raw, timeout=10).raise_for_status()


def is_announced(addresses: dict[str, str]) -> bool:
    answer = requests.get(f"{addresses['simulator']}/control/subscriptions", timeout=10)
    return SALES in {one["mailbox"] for one in answer.json()["subscriptions"]}


def test_autopilot_goes_on_after_a_new_start(tmp_path: Path) -> None:
    with running_demo(tmp_path) as first:
        asked(first, "POST", "/api/admin/licenses", {"mailbox": SALES})
        record = asked(first, "GET", "/api/records?q=Adatum")["records"][0]
        named = {name: record[name] for name in ("destination", "type", "id")}
        emails = f"/api/records/{'/'.join(named.values())}/emails"
        item = {"item": {"id": sample_id(first), "idFormat": "ews", "owner": SALES}}
        asked(first, "POST", "/api/context", item)
        wanted = {"kind": "address", "mailbox": SALES, "value": SENDER, "record": named}
        asked(first, "POST", "/api/rules", wanted)
        until(lambda: is_announced(first), "the mailbox is announced")
        arrive(first, "Before")
        until(lambda: subjects(first, emails) == {"Before"}, "the first one is saved")

    with running_demo(tmp_path) as second:
        for subject in ("After", "And after"):
            arrive(second, subject)
        expected = {"Before", "After", "And after"}
        until(lambda: subjects(second, emails) == expected, "mail after the new start is saved")
        assert is_announced(second)


def subjects(addresses: dict[str, str], emails: str) -> set[str]:
    return {email["subject"] for email in asked(addresses, "GET", emails)["emails"]}


def sample_id(addresses: dict[str, str]) -> str:
    answer = requests.get(f"{addresses['simulator']}/control/messages", params={"mailbox": SALES}, timeout=10)
    return str(answer.json()["messages"][0]["ewsId"])
