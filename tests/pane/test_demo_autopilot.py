"""The story of Autopilot in the demo: a person starts it, real mail comes, and it is on the record in a moment."""

import hashlib
from collections.abc import Iterator
from time import monotonic
from typing import Any
from uuid import uuid4

import pytest
import requests
from playwright.sync_api import expect

from tests.conftest import SHARED
from tests.launching import until
from tests.pane.conftest import Place
from tests.pane.outlook import Outlook
from tests.pane.test_pane_autopilot import Signed, rule_of, start
from tests.pane.test_pane_saving import MINE, WAIT_MS, choose, expect_saved, opened
from tests.simulator.mime import read_mail

REAL = SHARED / "mail" / "eml"
NOTICED_SECONDS = 5.0
SUBSCRIBED_SECONDS = 20.0
OWN = """From: Purchasing <purchasing@northwind.example>\r
To: sales@contoso.example\r
Subject: In place of {name}\r
Message-ID: <{name}@northwind.example>\r
Date: Tue, 17 Nov 2026 09:30:00 +0100\r
\r
The order is on its way.\r
"""


def real_mail(name: str) -> bytes:
    """That message of the shared samples, or where they are not there a plain one of our own."""
    file = REAL / f"{name}.eml"
    return file.read_bytes() if file.is_file() else OWN.format(name=name).encode()


@pytest.fixture(scope="module")
def licensed(running_demo: Place) -> Iterator[Place]:
    """The administrator has given support@ and the chief executive licences."""
    ana = Signed(running_demo, "ana")
    given = [ana("POST", "/api/admin/licenses", {"mailbox": f"{each}@contoso.example"}) for each in ("support", "cleo")]
    for license in given:
        license.raise_for_status()
    yield running_demo
    for license in given:
        ana("DELETE", f"/api/admin/licenses/{license.json()['id']}").raise_for_status()


class Stage:
    """Ben's view of one mailbox and of a record that nothing else is saved to."""

    def __init__(self, place: Place, mailbox: str) -> None:
        self.place, self.mailbox = place, f"{mailbox}@contoso.example"
        self.ben = Signed(place, "ben")
        wanted = {"destination": "local", "type": "contact", "name": f"Story {uuid4().hex[:8]}"}
        self.record = self.ben("POST", "/api/records", wanted).json()

    def deliver(self, raw: bytes) -> None:
        asked = {"mailbox": self.mailbox, "folder": "inbox"}
        answer = requests.post(f"{self.place.simulator}/control/messages", params=asked, data=raw, timeout=10)
        answer.raise_for_status()

    def digests(self) -> list[str]:
        """Of the emails on the record."""
        address = "/".join(self.record[name] for name in ("destination", "type", "id"))
        return [email["mimeSha256"] for email in self.ben("GET", f"/api/records/{address}/emails").json()["emails"]]

    def control(self, what: str) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(f"{self.place.simulator}/control/{what}", timeout=10).json()
        return found

    def is_announced(self) -> bool:
        return self.mailbox in {one["mailbox"] for one in self.control("subscriptions")["subscriptions"]}


@pytest.mark.parametrize(
    ("mailbox", "name"),
    [
        pytest.param("support", "mime_emails__raw_email_with_nested_attachment", id="in-a-shared-mailbox"),
        pytest.param("cleo", "attachment_emails__attachment_pdf", id="in-a-delegate-mailbox"),
    ],
)
def test_real_mail_is_on_the_record_in_a_moment(
    licensed: Place, affix_outlook: Outlook, mailbox: str, name: str
) -> None:
    stage, raw = Stage(licensed, mailbox), real_mail(name)
    mail = read_mail(raw)
    sender = mail.author.address if mail.author else ""
    first = f"Before {uuid4().hex[:8]}"
    stage.deliver(f"From: {sender}\r\nTo: {stage.mailbox}\r\nSubject: {first}\r\n\r\nHello\r\n".encode())

    pane = opened(affix_outlook, "ben", mailbox, first)
    choose(pane, stage.record["name"], stage.record["name"])
    start(pane, f"Everything from or to {sender}")
    rule = rule_of(pane, sender)
    expect(rule).to_have_attribute("data-state", "active", timeout=WAIT_MS)
    expect(rule).to_have_class(MINE)
    until(stage.is_announced, f"Microsoft 365 announces the mail of {stage.mailbox}", SUBSCRIBED_SECONDS)

    announced = stage.control("notifications")["delivered"]
    stage.deliver(raw)
    began, digest = monotonic(), hashlib.sha256(raw).hexdigest()
    until(lambda: stage.digests() == [digest], f"{mail.subject} is saved", NOTICED_SECONDS)
    print(f"{stage.mailbox}: on the record after {monotonic() - began:.2f} s")  # noqa: T201
    assert stage.control("notifications")["delivered"] > announced

    affix_outlook.open_message(mail.subject)
    expect(pane.locator("affix-message .subject")).to_have_text(mail.subject, timeout=WAIT_MS)
    expect(expect_saved(pane, stage.record["name"])).to_contain_text("Autopilot: address")
    assert stage.digests() == [digest], "mail from before the rule stays out"
    rule_of(pane, sender).get_by_role("button", name="Remove").click()
    expect(rule_of(pane, sender)).to_have_count(0, timeout=WAIT_MS)
