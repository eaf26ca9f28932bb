"""Who stories about Autopilot are about: somebody outside who writes, and people who ask the service themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import requests

if TYPE_CHECKING:
    from tests.pane.conftest import Place


class Correspondent:
    """Somebody outside whom no other test hears of, since all share one demo and its rules."""

    def __init__(self, place: Place, mailbox: str) -> None:
        self.place = place
        self.mailbox = f"{mailbox}@contoso.example"
        self.address = f"jo-{uuid4().hex[:8]}@adatum.example"

    def writes(self, words: str, answers: str = "") -> str:
        """A message in the inbox; gives its subject, which is also the beginning of its Message-ID."""
        subject = f"{words} {uuid4().hex[:8]}"
        headers = [
            f"From: Jo Adatum <{self.address}>",
            f"To: {self.mailbox}",
            f"Subject: {subject}",
            f"Message-ID: {self.id_of(subject)}",
            *([f"In-Reply-To: {self.id_of(answers)}"] if answers else []),
        ]
        mime = "\r\n".join([*headers, "", "Hello", ""])
        asked = {"mailbox": self.mailbox, "folder": "inbox"}
        answer = requests.post(f"{self.place.simulator}/control/messages", params=asked, data=mime, timeout=10)
        answer.raise_for_status()
        return subject

    @staticmethod
    def id_of(subject: str) -> str:
        return f"<{subject.replace(' ', '-')}@adatum.example>"


class Signed:
    """The service's API as a person."""

    def __init__(self, place: Place, person: str) -> None:
        asked = {"user": person, "kind": "sso"}
        token = requests.post(f"{place.simulator}/control/tokens", json=asked, timeout=10).json()["token"]
        self.service = place.service
        self.headers = {"Authorization": f"Bearer {token}"}

    def __call__(self, method: str, path: str, json: object = None) -> requests.Response:
        return requests.request(method, f"{self.service}{path}", json=json, headers=self.headers, timeout=10)

    def subjects_on(self, record: str) -> list[str]:
        """Of the emails that were saved to the record of that name."""
        found = self("GET", f"/api/records?q={record}").json()["records"][0]
        address = "/".join((found["destination"], found["type"], found["id"]))
        return [email["subject"] for email in self("GET", f"/api/records/{address}/emails?limit=100").json()["emails"]]

    def record_named(self, name: str) -> dict[str, str]:
        """The reference of the record of that name."""
        found = self("GET", f"/api/records?q={name}").json()["records"][0]
        return {each: found[each] for each in ("destination", "type", "id")}

    def rules(self, words: str) -> list[dict[str, Any]]:
        """Those that have the words in their title."""
        found = self("GET", "/api/rules?limit=100").json()["rules"]
        return [rule for rule in found if words in rule["title"]]
